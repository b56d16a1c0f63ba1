"""A field before lock: legal under every rule file, with the ownership asked for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.rules import all_rules
from models.field import Habits, Part, draw_field, ownership_of
from models.field.raking import reachable, scaled_to
from models.optimiser import SwapTable
from models.optimiser.build import NEVER
from models.pool import PlayerPool
from models.rules import RosterSlot, SiteRules
from models.slate import Game, Player, Slate

NBA = "draftkings/nba/classic"


def drawn(night: Any, size: int = 300, seed: int = 1, **more: Any) -> Any:
    return draw_field(
        night.rules, night.pool, night.target, size=size, seed=seed, value=night.value, **more
    )


@pytest.mark.parametrize("key", list(all_rules()))
def test_every_lineup_is_legal_under_every_rule_file(tonight: Any, rules_broken: Any, key: str):
    night = tonight(key, 3)
    field = drawn(night)
    assert field.shape == (300, len(night.rules.slots))
    assert field.dtype == np.int16
    assert rules_broken(night, field) == []


def test_ownership_is_met_within_the_error_of_sampling(tonight: Any):
    night = tonight(NBA, 5, games=6, each=2)
    wanted = ownership_of(drawn(night, 20_000, seed=7), len(night.pool.ids))  # surely possible
    got = ownership_of(drawn(night._replace(target=wanted), 20_000), len(night.pool.ids))
    error = np.sqrt(wanted * (1 - wanted) * (1 / 20_000 + 1 / 8_000))
    assert np.abs(got - wanted).max() < 0.015
    assert (np.abs(got - wanted) < 5 * error + 0.002).mean() > 0.95


def test_the_same_seed_gives_the_same_field_and_another_one_another(tonight: Any):
    night = tonight(NBA, 5)
    assert np.array_equal(drawn(night), drawn(night))
    assert not np.array_equal(drawn(night), drawn(night, seed=2))


def test_nobody_holds_who_is_not_available(tonight: Any, rules_broken: Any):
    night = tonight(NBA, 5)
    available = np.random.default_rng(0).random(len(night.pool.ids)) < 0.7
    field = drawn(night, available=available)
    assert available[field].all()
    assert rules_broken(night, field) == []


def test_what_cannot_be_built_is_refused_with_a_remedy(tonight: Any):
    night = tonight(NBA, 5)
    no_centre = np.array(["C" not in positions for positions in night.pool.positions])
    with pytest.raises(ValueError, match="give more players a target"):
        drawn(night, available=no_centre)


def test_no_lineups_are_asked_for_and_none_come(tonight: Any):
    assert drawn(tonight(NBA, 5), 0).shape == (0, 8)


def test_quarterbacks_come_with_their_receivers(tonight: Any):
    night = tonight("draftkings/nfl/classic", 2, games=6)
    field = drawn(night, 4_000)
    alone = drawn(night, 4_000, habits=Habits())
    assert _with_a_receiver(night, field) > _with_a_receiver(night, alone) + 0.1


def _with_a_receiver(night: Any, field: Any) -> float:
    slots = list(night.rules.slot_names)
    passers = night.pool.team[field[:, slots.index("QB")]]
    catchers = field[:, [i for i, name in enumerate(slots) if name in ("WR", "TE")]]
    return float((night.pool.team[catchers] == passers[:, None]).any(axis=1).mean())


def test_people_who_differ_score_further_apart(tonight: Any):
    night = tonight(NBA, 5, games=5, each=2)
    alike = drawn(night, 5_000, habits=Habits(parts=(Part(1.0, 1.0),)))
    differing = drawn(night, 5_000, habits=Habits(parts=(Part(0.5, 0.4), Part(0.5, 1.7))))
    worth = np.log(np.maximum(ownership_of(alike, len(night.pool.ids)), 1e-4))
    assert worth[differing].sum(axis=1).std() > worth[alike].sum(axis=1).std() * 1.1


def test_lineups_come_in_proportion_to_the_product_of_their_odds():
    """Every set of two out of four, against the shares that the odds demand."""
    rules = SiteRules(
        site="any",
        sport="any",
        game_type="classic",
        title="",
        salary_cap=100_000,
        slots=(RosterSlot(name="A", positions=("*",)),) * 2,
    )
    slate = _plain_slate(4)
    pool = PlayerPool.of(slate, rules)
    target = np.array([0.8, 0.6, 0.4, 0.2])
    field = draw_field(
        rules, pool, target, size=40_000, seed=3, value=target, habits=Habits((Part(1.0, 1.0),))
    )
    pairs = np.sort(field, axis=1)
    share = {
        (a, b): (pairs == (a, b)).all(axis=1).mean() for a in range(4) for b in range(a + 1, 4)
    }
    # with odds by row the products of complementary pairs are equal: 01*23 = 02*13 = 03*12
    products = [share[0, 1] * share[2, 3], share[0, 2] * share[1, 3], share[0, 3] * share[1, 2]]
    assert np.ptp(products) < 0.12 * max(products)
    assert ownership_of(field, 4) == pytest.approx(target, abs=0.015)


def _plain_slate(count: int) -> Slate:
    players = tuple(
        Player(player_id=str(i), name=str(i), team="X", game_id="X@Y", positions=("A",),
               roster_slots=("A",), salary=100)
        for i in range(count)
    )  # fmt: skip
    games = (Game(game_id="X@Y", away="X", home="Y", start=None),)
    return Slate(
        slate_id="", site="any", sport="any", game_type="classic", players=players, games=games
    )


@settings(deadline=None, max_examples=12)
@given(
    seed=st.integers(0, 10_000),
    key=st.sampled_from(
        [
            "draftkings/nba/classic",
            "draftkings/mlb/classic",
            "fanduel/nba/classic",
            "draftkings/nfl/showdown",
            "draftkings/nhl/classic",
        ]
    ),
)
def test_random_slates_give_legal_fields(tonight: Any, rules_broken: Any, seed: int, key: str):
    night = tonight(key, seed, games=3 + seed % 3, each=1 + seed % 3)
    if not has_a_legal_lineup(night):  # a few players, all of them dear
        with pytest.raises(ValueError, match="no legal lineup"):
            drawn(night, 100, seed=seed)
        return
    assert rules_broken(night, drawn(night, 100, seed=seed)) == []


def has_a_legal_lineup(night: Any) -> bool:
    """Whether anything fits the slots and the cap, by the exact optimiser's table."""
    table = SwapTable(night.rules, night.pool)
    table.load(night.value, np.ones(len(night.pool.ids), np.bool_))
    empty = np.array([table.board.size.size - 1], np.int32)
    table.cover(empty)
    return bool(table.best(empty, table.board.cap[:1].astype(np.int32))[0] > NEVER)


@given(
    st.lists(st.one_of(st.just(0.0), st.floats(1e-4, 1)), min_size=2, max_size=30),
    st.floats(0.5, 6),
)
def test_scaled_shares_keep_their_order_and_reach_the_total(shares: list[float], total: float):
    target = np.array(shares)
    scaled = scaled_to(target, np.ones(target.size, bool), total)
    some = (target > 0) if target.any() else np.ones(target.size, bool)
    assert (scaled >= 0).all()
    assert (scaled <= 1).all()
    assert scaled.sum() == pytest.approx(min(total, some.sum()), abs=0.01)
    order = np.argsort(target, kind="stable")
    assert (np.diff(scaled[order]) >= -1e-9).all()


def test_shares_that_ask_for_too_much_money_are_brought_within_it():
    cost = np.array([30.0, 50, 70, 90, 110, 40])
    target = np.array([0.1, 0.1, 0.4, 0.6, 0.7, 0.1])
    brought = reachable(target, np.ones(6, bool), 2.0, cost, 100.0)
    assert brought.sum() == pytest.approx(2.0, abs=1e-6)
    assert brought @ cost == pytest.approx(100.0, abs=1e-3)
    assert brought[4] < target[4]


def test_shares_that_can_be_paid_stay_as_they_are():
    cost = np.array([30.0, 50, 70, 90, 110, 40])
    target = np.array([0.5, 0.3, 0.2, 0.5, 0.1, 0.4])
    brought = reachable(target, np.ones(6, bool), 2.0, cost, float(target @ cost))
    assert brought == pytest.approx(target, abs=1e-6)
