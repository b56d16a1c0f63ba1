"""The choice of all entries together: good, within every limit, and never judged by what chose it."""

from __future__ import annotations

from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.portfolio import Group, PortfolioRules, Report, Verdict, choose
from models.portfolio.rules import plenty

PEOPLE = 40


def _pool():
    return SimpleNamespace(
        ids=tuple(f"p{i}" for i in range(PEOPLE)), person=np.arange(PEOPLE, dtype=np.int32)
    )


def _case(world, seed, *, entries=5, each=6, slots=4, samples=400, people=PEOPLE):
    """Random lineups, and payouts that are rare and large as in a tournament."""
    rng = np.random.default_rng(seed)
    owner = np.repeat(np.arange(entries), each).astype(np.int32)
    lineups = np.array(list(_unlike(rng, owner, people, slots)), np.int32)
    quality = rng.normal(0, 0.5, len(owner))
    score = rng.normal(0, 1, (people, samples))[lineups].sum(axis=1) / 2 + quality[:, None]
    payouts = np.where(score > 1.5, np.round(np.exp(score)), 0).astype(np.float32)
    return world.bare(lineups, owner), payouts


def _unlike(rng, owner, people, slots):
    """A random lineup for each candidate; none stands twice under one entry."""
    seen = set()
    for entry in owner.tolist():
        lineup = rng.choice(people, slots, replace=False)
        while (entry, frozenset(lineup)) in seen:
            lineup = rng.choice(people, slots, replace=False)
        seen.add((entry, frozenset(lineup)))
        yield lineup


def _choose(case, payouts, report=None, pool=None, **rules):
    half = payouts.shape[1] // 2
    report = report or Report.of(payouts[:, half:], case)
    rules = PortfolioRules(**({"confidence": 0.0} | rules))
    return choose(case, payouts[:, :half], report, rules, pool=pool or _pool(), fees=1.0)


def _same(case):
    """(C, C) players that two candidates share."""
    return (case.lineups[:, None, :, None] == case.lineups[None, :, None, :]).sum(axis=(2, 3))


def _utility(payouts, chosen, risk, fees):
    won = payouts[list(chosen)].sum(axis=0, dtype=np.float64)
    return float((won / (1 + won / plenty(risk, fees))).mean())


@given(seed=st.integers(0, 10_000), risk=st.sampled_from([0.0, 0.3, 0.5, 1.0]))
@settings(max_examples=40, deadline=None)
def test_what_is_tested_is_never_worse_than_holding_and_no_single_change_improves_it(
    world, seed, risk
):
    case, payouts = _case(world, seed)
    choice = _choose(case, payouts, risk=risk)
    half, alike = payouts[:, :200], _same(case)
    reached = _utility(half, choice.tested, risk, 5.0)
    assert choice.utility[1] >= choice.utility[0] - 1e-6
    assert choice.utility[1] == pytest.approx(reached, rel=1e-4)
    for c, owner in enumerate(case.owner.tolist()):
        changed = choice.tested.copy()
        changed[owner] = c
        if (alike[c, np.delete(changed, owner)] < 4).all():
            assert _utility(half, changed, risk, 5.0) <= reached + 1e-4


@given(seed=st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_it_comes_close_to_the_best_of_all_combinations(world, seed):
    case, payouts = _case(world, seed, entries=4, each=4)
    choice = _choose(case, payouts, risk=0.5)
    options = [range(a, b) for a, b in zip(case.first[:-1], case.first[1:], strict=True)]
    best = max(_utility(payouts[:, :200], chosen, 0.5, 4.0) for chosen in product(*options))
    held = choice.utility[0]
    assert choice.utility[1] - held >= 0.9 * (best - held) - 1e-4


def test_at_full_risk_each_entry_takes_what_wins_most_on_average(world):
    case, payouts = _case(world, 3, each=9)
    choice = _choose(case, payouts, risk=1.0)
    means = payouts[:, :200].mean(axis=1)
    for entry, tested in enumerate(choice.tested):
        assert means[tested] == means[case.owner == entry].max()


def test_less_risk_means_a_steadier_evening(world):
    rng = np.random.default_rng(0)
    owner = np.repeat(np.arange(10), 3).astype(np.int32)
    lineups = np.arange(30, dtype=np.int32)[:, None] + np.zeros((1, 1), np.int32)
    sure = np.full(2_000, 2.0)
    payouts = np.zeros((30, 2_000), np.float32)
    for entry in range(10):
        payouts[3 * entry + 1] = sure
        payouts[3 * entry + 2] = np.where(rng.random(2_000) < 0.01, 260, 0)
    case = world.bare(lineups, owner)
    spread = [
        payouts[_choose(case, payouts, risk=risk).tested].sum(axis=0).std() for risk in (0, 0.5, 1)
    ]
    assert spread[0] == 0
    assert spread[0] <= spread[1] <= spread[2]
    assert spread[2] > 50


@given(seed=st.integers(0, 10_000), share=st.sampled_from([0.0, 0.25, 0.4, 0.7]))
@settings(max_examples=40, deadline=None)
def test_nobody_is_brought_above_his_exposure_and_whatever_stays_above_is_reported(
    world, seed, share
):
    case, payouts = _case(world, seed, entries=8, people=9)
    choice = _choose(case, payouts, max_exposure=share, confidence=1.0)
    room = int(share * 8 + 1e-9)
    chosen, held = case.lineups[choice.chosen], case.lineups[case.hold]
    count = np.bincount(chosen.ravel(), minlength=PEOPLE)
    over = set(np.flatnonzero(count > room).tolist())
    for person in over:
        brought = (chosen == person).any(axis=1) & ~(held == person).any(axis=1)
        assert not brought.any()
    reported = {note.player_id: note for note in choice.notes if note.kind == "over_exposed"}
    assert set(reported) == {f"p{person}" for person in over}
    assert all(note.reached == count[int(name[1:])] for name, note in reported.items())


def test_who_is_held_too_often_leaves_where_that_costs_least(world):
    owner = np.repeat(np.arange(4), 2).astype(np.int32)
    lineups = np.array([[0, 1], [2, 1], [0, 3], [4, 3], [0, 5], [6, 5], [0, 7], [8, 7]], np.int32)
    payouts = np.repeat(np.array([9, 1, 9, 8, 9, 2, 9, 7], np.float32)[:, None], 100, axis=1)
    choice = _choose(world.bare(lineups, owner), payouts, max_exposure={"p0": 0.5})
    assert choice.chosen.tolist() == [0, 3, 4, 7]
    assert not [note for note in choice.notes if note.kind == "over_exposed"]


def test_locked_players_above_their_limit_are_reported_and_nothing_stops(world):
    owner = np.repeat(np.arange(3), 2).astype(np.int32)
    lineups = np.array([[0, 1], [0, 2], [0, 3], [0, 4], [0, 5], [0, 6]], np.int32)
    locked = np.zeros((3, 2), np.bool_)
    locked[:, 0] = True
    payouts = np.repeat(np.array([1, 2, 1, 3, 1, 4], np.float32)[:, None], 100, axis=1)
    choice = _choose(world.bare(lineups, owner, locked=locked), payouts, max_exposure=0.34)
    assert choice.chosen.tolist() == [1, 3, 5]
    (note,) = [note for note in choice.notes if note.kind == "over_exposed"]
    assert (note.player_id, note.limit, note.reached, note.locked) == ("p0", 1, 3, 3)


@given(seed=st.integers(0, 10_000), least=st.integers(1, 3))
@settings(max_examples=30, deadline=None)
def test_no_entry_becomes_too_much_like_another(world, seed, least):
    case, payouts = _case(world, seed, entries=6, people=7)
    choice = _choose(case, payouts, min_unique=least, confidence=1.0)
    alike = _same(case)
    for one in range(6):
        for other in range(one):
            pair = alike[choice.chosen[one], choice.chosen[other]]
            if least == 1:
                held = alike[case.hold[one], case.hold[other]]
                both = np.isin([choice.chosen[one], choice.chosen[other]], case.hold).all()
                assert pair < 4 or (both and held == 4)
            else:
                seen = alike[case.owner == one][:, case.owner == other].max()
                assert pair <= max(4 - least, seen)


def test_entries_that_want_the_same_lineup_take_different_ones_unless_told_otherwise(world):
    owner = np.repeat(np.arange(3), 3).astype(np.int32)
    lineups = np.array([[1, 9], [2, 3], [2, 4]] * 3, np.int32)
    lineups[[0, 3, 6], 1] = [9, 10, 11]
    payouts = np.repeat(np.array([1, 5, 4] * 3, np.float32)[:, None], 100, axis=1)
    case = world.bare(lineups, owner)
    apart = _choose(case, payouts, risk=1.0)
    assert sorted((apart.chosen % 3).tolist()) == [0, 1, 2]
    assert {note.kind for note in apart.notes} == {"too_alike"}
    assert apart.verdict[apart.chosen % 3 == 0] == Verdict.LIMITED
    together = _choose(case, payouts, risk=1.0, min_unique=0)
    assert (together.chosen % 3).tolist() == [1, 1, 1]


def test_a_stack_rule_binds_what_is_proposed_and_what_is_held_is_left_in_peace(world):
    owner = np.repeat(np.arange(2), 3).astype(np.int32)
    lineups = np.array([[1, 9], [2, 3], [2, 4], [5, 6], [7, 3], [7, 4]], np.int32)
    payouts = np.repeat(np.array([1, 9, 5, 1, 9, 5], np.float32)[:, None], 100, axis=1)
    stack = Group(players=frozenset({"p4"}), at_least=1, when="p2")
    choice = _choose(world.bare(lineups, owner), payouts, groups=(stack,))
    assert choice.chosen.tolist() == [2, 4]
    never = Group(players=frozenset({"p1", "p9"}), at_most=1)
    choice = _choose(world.bare(lineups, owner), payouts, groups=(never,))
    assert choice.chosen.tolist() == [1, 4]
    assert [(n.kind, n.entry, n.other) for n in choice.notes] == [("group_broken", 0, 0)]


def test_no_entry_exchanges_more_players_than_allowed(world):
    case, payouts = _case(world, 5)
    swaps = np.where(np.isin(np.arange(30), case.hold), 0, np.arange(30) % 4 + 1).astype(np.int32)
    choice = _choose(case._replace(swaps=swaps), payouts, max_swaps=2)
    assert (swaps[choice.chosen] <= 2).all()
    assert (choice.chosen != case.hold).any()


@given(seed=st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_the_order_of_the_entries_in_the_file_changes_next_to_nothing(world, seed):
    case, payouts = _case(world, seed, entries=12, people=12)
    turn = np.random.default_rng(seed).permutation(12)
    rows = np.concatenate([np.flatnonzero(case.owner == entry) for entry in turn])
    other = world.bare(case.lineups[rows], case.owner)
    one = _choose(case, payouts).utility[1]
    two = _choose(other, payouts[rows]).utility[1]
    assert two == pytest.approx(one, rel=0.02)


def test_the_reporting_half_tests_one_candidate_an_entry_and_chooses_none(world):
    case, payouts = _case(world, 8)
    first = _choose(case, payouts, confidence=1.0)
    report = Report.of(payouts[:, 200:], case)
    others = np.setdiff1d(np.arange(30), np.concatenate([first.tested, case.hold]))
    report.gain[others] += 1_000
    again = _choose(case, payouts, report, confidence=1.0)
    assert np.array_equal(again.tested, first.tested)
    assert np.array_equal(again.chosen, first.chosen)


def test_a_gain_that_is_not_clear_of_its_error_leaves_the_entry_as_it_is(world):
    case, payouts = _case(world, 9, samples=4_000)
    choice = _choose(case, payouts, confidence=2.0)
    clear = choice.reported > 2 * choice.error
    assert np.array_equal(choice.chosen != case.hold, clear & (choice.tested != case.hold))
    assert (choice.verdict[~clear & (choice.tested != case.hold)] == Verdict.NOT_CLEAR).all()
    assert (choice.interval[choice.chosen != case.hold, 0] > 0).all()
    assert clear.any()


def test_a_gain_smaller_than_asked_for_is_left(world):
    case, payouts = _case(world, 9, samples=4_000)
    free = _choose(case, payouts)
    bar = float(np.median(free.gain[free.chosen != case.hold]))
    choice = _choose(case, payouts, min_gain=bar)
    assert (choice.gain[choice.chosen != case.hold] >= bar).all()
    assert Verdict.TOO_SMALL in choice.verdict


def test_what_noise_promises_the_other_half_takes_back(world):
    """All candidates are worth the same: the best of many looks good only where it was chosen."""
    rng = np.random.default_rng(4)
    owner = np.repeat(np.arange(40), 20).astype(np.int32)
    lineups = np.arange(800, dtype=np.int32)[:, None] % PEOPLE
    lineups = np.concatenate([lineups, np.arange(800, dtype=np.int32)[:, None] // PEOPLE], axis=1)
    payouts = np.where(rng.random((800, 2_000)) < 0.01, 100, 0).astype(np.float32)
    choice = _choose(world.bare(lineups, owner), payouts, confidence=2.0)
    assert choice.claimed.mean() > 0.4
    assert abs(choice.reported.mean()) < 0.15
    assert (choice.chosen == np.arange(0, 800, 20)).mean() > 0.9


def test_somebody_who_cannot_play_leaves_even_for_a_gain_that_is_not_clear(world):
    rng = np.random.default_rng(2)
    owner = np.repeat(np.arange(2), 2).astype(np.int32)
    lineups = np.array([[1, 2], [1, 3], [4, 5], [4, 6]], np.int32)
    payouts = np.where(rng.random((4, 400)) < 0.02, 50, 0).astype(np.float32)
    payouts[[1, 3]] += (rng.random((2, 400)) < 0.01) * np.float32(20)
    stale = np.array([True, False])
    case = world.bare(lineups, owner, stale=stale)
    gain = np.array([0, 0.1, 0, 0.1])
    report = Report(np.ones(4), gain, np.full(4, 5.0))
    choice = _choose(case, np.maximum(payouts, payouts[[0, 0, 2, 2]]), report, confidence=2.0)
    assert choice.chosen.tolist() == [1, 2]
    assert choice.verdict.tolist() == [Verdict.SWAPPED, Verdict.NOT_CLEAR]


def test_an_entry_with_one_lineup_stays_and_says_so(world):
    owner = np.array([0, 1, 1], np.int32)
    lineups = np.array([[1, 2], [3, 4], [5, 6]], np.int32)
    payouts = np.array([[1], [1], [3]], np.float32) * np.ones((1, 100), np.float32)
    choice = _choose(world.bare(lineups, owner), payouts)
    assert choice.verdict.tolist() == [Verdict.ALONE, Verdict.SWAPPED]
    assert choice.chosen.tolist() == [0, 2]


def test_captain_and_flex_rows_of_a_person_count_together(world):
    pool = _pool()
    pool.person[1] = 0  # row 1 is row 0 as a captain
    owner = np.repeat(np.arange(3), 2).astype(np.int32)
    lineups = np.array([[10, 2], [0, 2], [11, 3], [1, 3], [12, 4], [0, 4]], np.int32)
    payouts = np.repeat(np.array([1, 5, 1, 4, 1, 3], np.float32)[:, None], 100, axis=1)
    choice = _choose(
        world.bare(lineups, owner), payouts, pool=pool, max_exposure={"p1": 0.67}, risk=1.0
    )
    assert choice.chosen.tolist() == [1, 3, 4]


@pytest.mark.parametrize(
    ("field", "value"),
    [("risk", 1.5), ("max_exposure", -0.1), ("max_exposure", {"p1": 2.0}), ("min_unique", -1)],
)
def test_rules_that_mean_nothing_are_refused_by_name(field, value):
    with pytest.raises(ValueError, match=field):
        PortfolioRules(**{field: value})


def test_a_rule_about_an_unknown_player_is_refused(world):
    case, payouts = _case(world, 1)
    with pytest.raises(ValueError, match="nobody"):
        _choose(case, payouts, max_exposure={"nobody": 0.5})


def test_free_entries_are_weighed_by_what_they_may_win(world):
    case, payouts = _case(world, 2)
    report = Report.of(payouts[:, 200:], case)
    rules = PortfolioRules(confidence=0.0)
    choice = choose(case, payouts[:, :200], report, rules, pool=_pool(), fees=0.0)
    assert choice.utility[1] >= choice.utility[0]


def test_a_report_may_be_made_beside_what_the_other_entries_become(world):
    case, payouts = _case(world, 6)
    asked = []

    def beside(lineups):
        asked.append(lineups)
        return Report.of(payouts[:, 200:], case)

    rules = PortfolioRules(confidence=0.0)
    choice = choose(case, payouts[:, :200], beside, rules, pool=_pool(), fees=1.0)
    (lineups,) = asked
    assert np.array_equal(lineups, case.lineups[choice.tested])
    assert np.array_equal(choice.chosen, _choose(case, payouts).chosen)
