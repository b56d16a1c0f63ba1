"""A contest as a market: chosen in one world, told in the other, user by user."""

from __future__ import annotations

import numpy as np
import pytest

from config.outcomes import load_outcome_model
from config.rules import load_rules
from models.evening import draw_evening
from models.evening.evening import slate_of
from models.market import Asker, Market, World, chosen_swaps
from models.optimiser import Lineups, SwapLimits, SwapTable
from models.outcomes import Forecast, draw, outcomes
from models.pool import PlayerPool
from models.portfolio import PortfolioRules, candidates
from models.portfolio.parts import part_of
from models.simulation import Scoring, Workspace, exact_pay, place_prizes

SAMPLES = 400
OWN = 12
RULES = PortfolioRules(risk=1.0, confidence=1.0)


@pytest.fixture(scope="module")
def rules():
    return load_rules("draftkings/nba/classic")


@pytest.fixture(scope="module")
def evening(rules):
    drawn = draw_evening(5, entries=OWN, field=200)
    pool = PlayerPool.of(slate_of(drawn), rules)
    rows = {player_id: i for i, player_id in enumerate(drawn.rosters.ids)}
    order = np.array([rows[i] for i in pool.ids])
    back = np.argsort(order).astype(np.int32)
    return drawn, pool, drawn.projection[order], back[drawn.own], back[drawn.opponents]


@pytest.fixture(scope="module")
def found(rules, evening):
    """What the entries could become now that their most held player is out."""
    _, pool, projection, own, _ = evening
    out = np.zeros(len(pool.ids), np.bool_)
    out[np.bincount(own.ravel()).argmax()] = True
    table = SwapTable(rules, pool)
    table.load(np.where(out, 0.0, projection), ~out)
    limits = SwapLimits(only_out=True, out=out)
    return candidates(table, Lineups(own, np.zeros(own.shape, np.bool_)), limits, top=6), out


@pytest.fixture(scope="module")
def market(rules, evening, found):
    drawn, pool, projection, own, opponents = evening
    forecast = Forecast.of(projection, plays=(~found[1]).astype(float))
    model = load_outcome_model("nba")
    draws = draw(slate_of(drawn), pool, model, samples=2 * SAMPLES, seed=1)
    points = outcomes(draws, forecast, model, rules.points_step)
    pay = exact_pay(drawn.contest.prizes, 200)
    field = opponents.astype(np.int16)
    worlds = (
        World(points[:, half * SAMPLES : (half + 1) * SAMPLES], field, pay, space)
        for half, space in enumerate((Workspace(), Workspace()))
    )
    return Market(*worlds, own, Scoring.of(pool, rules), 1)


def swaps_of(market, found, evening, users):
    asker = Asker(np.arange(OWN, dtype=np.int32), np.asarray(users, np.int32))
    return chosen_swaps(market, found[0], asker, RULES, pool=evening[1], fee=5.0)


def holders(found):
    return np.flatnonzero(found[0].stale)


def paid(market, world, lineups, entry, evening):
    """Mean payout of one entry by ranking everybody in every sample."""
    won = []
    for sample in world.points.T:
        everybody = np.concatenate([lineups, world.field])
        points = sample[everybody].sum(axis=1)
        won.append(place_prizes(points, evening[0].contest.prizes)[entry])
    return float(np.mean(won))


def test_what_is_told_is_what_ranking_everybody_in_the_other_world_pays(market, found, evening):
    chosen = swaps_of(market, found, evening, [0] * OWN)
    after = found[0].lineups[[one.candidate for one in chosen]]
    entry = int(holders(found)[0])
    stake = chosen[entry].money
    beside = after.copy()
    beside[entry] = market.own[entry]
    assert stake.before == pytest.approx(
        paid(market, market.reporting, beside, entry, evening), abs=2e-3
    )
    alone = swaps_of(market, found, evening, range(OWN))[entry].money
    assert alone.before == pytest.approx(
        paid(market, market.reporting, market.own, entry, evening), abs=2e-3
    )


def test_whoever_holds_the_absent_swaps_and_gains(market, found, evening):
    for users in ([0] * OWN, range(OWN), [n % 2 for n in range(OWN)]):
        chosen = swaps_of(market, found, evening, users)
        swapped = [n for n, one in enumerate(chosen) if one.money is not None]
        assert len(holders(found)) > 3
        assert swapped == holders(found).tolist()
        assert all(chosen[n].money.gain > 0 for n in swapped)


def test_the_choosing_world_decides_and_the_other_one_tells(market, found, evening):
    chosen = swaps_of(market, found, evening, range(OWN))
    shuffled = market.choosing._replace(points=market.choosing.points[:, ::-1])
    again = swaps_of(market._replace(choosing=shuffled), found, evening, range(OWN))
    same = [
        (one.money.before, other.money.before)
        for one, other in zip(chosen, again, strict=True)
        if one.money is not None and one.candidate == other.candidate
    ]
    assert same
    assert all(one == other for one, other in same)


def test_candidates_fall_apart_by_users_without_loss(found):
    candidates, _ = found
    seen = []
    for user in range(3):
        entries = np.arange(user, OWN, 3)
        part, rows = part_of(candidates, entries)
        assert np.array_equal(part.lineups, candidates.lineups[rows])
        assert np.array_equal(entries[part.owner], candidates.owner[rows])
        assert np.array_equal(rows[part.hold], candidates.hold[entries])
        seen += rows.tolist()
    assert sorted(seen) == list(range(len(candidates.owner)))


def test_the_distribution_of_points_is_that_of_the_samples_that_did_not_choose(
    market, found, evening
):
    lineups, points = found[0].lineups, market.reporting.points
    chosen = swaps_of(market, found, evening, range(OWN))
    entry = int(holders(found)[0])
    told = chosen[entry].money.points
    before, after = (
        points[lineups[row]].sum(axis=0) * market.scoring.unit
        for row in (found[0].hold[entry], chosen[entry].candidate)
    )
    assert told.better == pytest.approx((after > before).mean(), abs=1e-4)
    assert told.worse == pytest.approx((after < before).mean(), abs=1e-4)
    for scores, quantiles in ((before, told.before), (after, told.after)):
        expected = np.quantile(scores, told.shares, method="nearest")
        assert quantiles == pytest.approx(expected, abs=0.01)
    assert told.better > 0.9  # who is out scores nothing
    assert told.worse < 0.1


def test_a_newcomer_scores_as_little_as_is_learned_of_newcomers(market, found, evening):
    less = market.reporting.points // 2
    doubled = (
        world._replace(points=np.concatenate([world.points, less]))
        for world in (market.choosing, market.reporting)
    )
    scoring = market.scoring._replace(players=2 * len(less))
    doubting = market._replace(newcomers=len(less), scoring=scoring)
    doubting = Market(*doubled, *doubting[2:])
    entry = int(holders(found)[0])
    chosen = swaps_of(doubting, found, evening, range(OWN))[entry]
    held = found[0].lineups[found[0].hold[entry]]
    new = found[0].lineups[chosen.candidate]
    came = ~np.isin(new, held)
    scores = market.reporting.points[new[~came]].sum(axis=0) + less[new[came]].sum(axis=0)
    middle = chosen.money.points.shares.index(0.5)
    expected = np.quantile(scores * market.scoring.unit, 0.5, method="nearest")
    assert chosen.money.points.after[middle] == pytest.approx(expected, abs=0.01)
