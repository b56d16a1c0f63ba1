"""The kernels give the same numbers as written and compiled, built at once or step by step."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import pytest

from models.optimiser import Lineups, SwapLimits, SwapTable, solve
from models.optimiser.compiled import COMPILED
from models.optimiser.kernels import PLAIN

SPORTS = ("nba", "nfl", "mlb", "nhl", "pga", "showdown", "mvp", "fanduel nba")


def _same(one: Any, other: Any) -> None:
    for name, mine, theirs in zip(one._fields, one, other, strict=True):
        assert np.array_equal(mine, theirs), name


@pytest.mark.parametrize("sport", SPORTS)
def test_plain_and_compiled_agree_in_every_array(world: Any, sport: str) -> None:
    rng = np.random.default_rng(zlib.crc32(sport.encode()))
    for top in (1, 1, 4, 4):
        case = world.case(rng, sport, int(rng.integers(20, 60)), 12)
        plain, compiled = (
            solve(world.table(case), case.lineups, case.limits, top=top, kernels=kernels)
            for kernels in (PLAIN, COMPILED)
        )
        _same(plain, compiled)


def test_two_threads_answer_as_one(world: Any) -> None:
    case = world.case(np.random.default_rng(5), "nba", 60, 64)
    one = solve(world.table(case), case.lineups, case.limits, top=3, kernels=COMPILED)
    two = solve(world.table(case), case.lineups, case.limits, top=3, kernels=COMPILED, threads=2)
    _same(one, two)


def test_read_only_arrays_and_other_types_are_taken_as_they_come(world: Any) -> None:
    case = world.case(np.random.default_rng(6), "nfl", 60, 16)
    expected = solve(world.table(case), case.lineups, case.limits)
    players, locked = case.lineups.players.astype(np.int64), case.lineups.locked.copy()
    for array in (players, locked, case.points, case.available):
        array.flags.writeable = False
    given = Lineups(np.asfortranarray(players), locked)
    for kernels in (PLAIN, COMPILED):
        _same(expected, solve(world.table(case), given, case.limits, kernels=kernels))


@pytest.mark.parametrize("kernels", [PLAIN, COMPILED], ids=["plain", "compiled"])
def test_updates_leave_the_values_of_a_table_built_afresh(world: Any, kernels: Any) -> None:
    rng = np.random.default_rng(7)
    for sport in ("nba", "showdown"):
        case = world.case(rng, sport, 50, 20)
        table, points, available = world.table(case), case.points.copy(), case.available.copy()
        for _ in range(12):
            touched = rng.choice(points.size, 4, replace=False)
            points[touched] = np.round(rng.normal(25, 8, 4), 2)
            available[touched] ^= rng.random(4) < 0.5
            table.update(points, available)
            fresh = SwapTable(case.rules, case.pool)
            fresh.load(points, available)
            mine = solve(table, case.lineups, case.limits, top=2, kernels=kernels)
            theirs = solve(fresh, case.lineups, case.limits, top=2, kernels=kernels)
            assert np.array_equal(mine.value, theirs.value)
            assert np.array_equal(mine.status, theirs.status)


def test_an_update_keeps_the_layers_before_the_first_player_it_touches(world: Any) -> None:
    case = world.case(np.random.default_rng(8), "nba", 60, 4)
    stirring = np.zeros(case.points.size, np.bool_)
    stirring[np.nonzero(case.available)[0][:3]] = True
    table = SwapTable(case.rules, case.pool)
    table.load(case.points, case.available, stirring=stirring)
    solve(table, case.lineups)
    built = int(table.valid.max())
    table.update(np.where(stirring, 1.0, case.points), case.available)
    assert int(table.valid.max()) == built - 3


def test_the_table_answers_what_the_search_finds_when_nothing_limits_it(world: Any) -> None:
    case = world.case(np.random.default_rng(9), "pga", 60, 200)
    case = case._replace(
        rules=world.rules["pga"], limits=SwapLimits(fill_blank=True, excluded=None)
    )
    table = world.table(case)
    solutions = solve(table, case.lineups, case.limits)
    reading = table.read(case.lineups)
    found = solutions.found.astype(bool) & ~case.lineups.locked.all(axis=1)
    best = table.best(reading.state, reading.budget)
    assert np.array_equal(best[found] + reading.fixed[found], solutions.value[found, 0])
