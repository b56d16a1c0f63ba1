"""Every lineup that an entry is offered: legal, once, the best there is under its projection."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.optimiser import Lineups, SwapLimits, SwapStatus, SwapTable, check_legal, solve
from models.portfolio import candidates


def _noisy(night, count, seed=0):
    rng = np.random.default_rng(seed)
    return np.round(night.points * rng.lognormal(0, 0.5, (count, night.points.size)).clip(0, 2), 2)


@pytest.mark.parametrize("sport", ["nba", "mvp"])
def test_all_candidates_are_legal_and_leave_locked_slots_alone(world, sport):
    night = world.night(sport=sport)
    found = candidates(night.table, night.lineups, top=15, sampled=_noisy(night, 8))
    broken = check_legal(night.rules, night.pool, found.lineups)
    assert len(found.owner) > 60
    assert not any(mask.any() for mask in broken.values())
    held = night.lineups.players[found.owner]
    locked = night.lineups.locked[found.owner]
    assert (found.lineups == held)[locked].all()


def test_the_held_lineup_comes_first_and_the_others_fall_by_points(world):
    night = world.night()
    found = candidates(night.table, night.lineups, top=10, sampled=_noisy(night, 5))
    assert np.array_equal(found.lineups[found.hold], night.lineups.players)
    assert (np.diff(found.owner) >= 0).all()
    for first, last in zip(found.first[:-1], found.first[1:], strict=True):
        assert (np.diff(found.points[first + 1 : last]) <= 0).all()


@given(seed=st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_no_lineup_stands_twice_under_one_entry(world, seed):
    night = world.night(seed=seed % 5, entries=4, sport="mvp" if seed % 2 else "nba")
    found = candidates(night.table, night.lineups, top=10, sampled=_noisy(night, 6, seed))
    kinds = night.table.board.slot_type
    multiplier = night.pool.multiplier
    sets = [
        (
            int(owner),
            frozenset((p, multiplier[p, k]) for p, k in zip(rows.tolist(), kinds, strict=True)),
        )
        for owner, rows in zip(found.owner, found.lineups, strict=True)
    ]
    assert len(set(sets)) == len(sets)


def test_points_are_those_of_the_players_in_their_slots(world):
    night = world.night(sport="mvp")
    found = candidates(night.table, night.lineups, top=6, sampled=_noisy(night, 4))
    kinds = night.table.board.slot_type
    by_hand = (night.points[found.lineups] * night.pool.multiplier[found.lineups, kinds]).sum(1)
    assert np.allclose(found.points, by_hand, atol=1e-5)


@pytest.mark.parametrize("threads", [1, 2])
def test_the_optimum_of_each_sampled_projection_is_among_them(world, threads):
    night = world.night()
    sampled = _noisy(night, 6)
    found = candidates(night.table, night.lineups, top=3, sampled=sampled, threads=threads)
    kinds = night.table.board.slot_type
    for points in sampled:
        table = SwapTable(night.rules, night.pool)
        table.load(points, night.available)
        best = solve(table, night.lineups).points()[:, 0]
        worth = (points[found.lineups] * night.pool.multiplier[found.lineups, kinds]).sum(1)
        reached = np.maximum.reduceat(worth, found.hold)
        assert (reached >= best - 1e-6).all()


def test_the_table_answers_as_before(world):
    night = world.night()
    before = solve(night.table, night.lineups, top=5)
    candidates(night.table, night.lineups, top=5, sampled=_noisy(night, 3))
    after = solve(night.table, night.lineups, top=5)
    assert np.array_equal(before.players, after.players)


def test_limits_hold_for_sampled_optima_too(world):
    night = world.night()
    star = int(np.argmax(np.where(night.available, night.points, 0)))
    excluded = np.arange(len(night.pool.ids)) == star
    limits = SwapLimits(max_swaps=2, excluded=excluded)
    found = candidates(night.table, night.lineups, limits, top=5, sampled=_noisy(night, 8))
    offered = np.setdiff1d(np.arange(len(found.owner)), found.hold)
    assert (found.swaps <= 2).all()
    assert not (found.lineups[offered] == star).any()


def test_an_entry_without_a_completion_keeps_what_it_holds_and_says_why(world):
    night = world.night(entries=4)
    players = night.lineups.players.copy()
    locked = night.lineups.locked.copy()
    players[1, :] = -1  # a reservation
    locked[1] = False
    locked[2] = True
    players[3, 0] = players[3, 1]  # one player twice
    found = candidates(night.table, Lineups(players, locked), top=5, sampled=_noisy(night, 3))
    many = np.diff(found.first)
    assert many.tolist()[1:] == [1, 1, 1]
    assert many[0] > 1
    assert found.status.tolist()[1:] == [
        SwapStatus.BLANK,
        SwapStatus.FULLY_LOCKED,
        SwapStatus.INFEASIBLE,
    ]
    assert np.array_equal(found.lineups[found.hold], players)


def test_entries_with_somebody_who_cannot_play_are_marked(world):
    night = world.night()
    rows = night.lineups.players[~night.lineups.locked]
    out = int(rows[0])
    available = night.available.copy()
    available[out] = False
    night.table.load(np.where(available | ~night.available, night.points, 0), available)
    found = candidates(night.table, night.lineups, top=4)
    holds = ((night.lineups.players == out) & ~night.lineups.locked).any(axis=1)
    assert np.array_equal(found.stale, holds)
    offered = np.setdiff1d(np.arange(len(found.owner)), found.hold)
    assert not (found.lineups[offered] == out).any()


def test_taking_some_keeps_every_held_lineup(world):
    night = world.night()
    found = candidates(night.table, night.lineups, top=8)
    few = found.take(found.points > np.median(found.points))
    assert np.array_equal(few.lineups[few.hold], night.lineups.players)
    assert np.array_equal(few.owner[few.hold], np.arange(12))
    assert len(few.owner) < len(found.owner)
