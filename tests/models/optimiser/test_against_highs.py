"""Thousands of random cases: the optimiser and HiGHS agree on every value."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.optimiser import SwapStatus, check_legal, solve
from models.optimiser.codes import Blocker

SPORTS = ("nba", "nfl", "mlb", "nhl", "pga", "showdown", "mvp", "fanduel nba")
SOLVED = (SwapStatus.IMPROVED, SwapStatus.ALREADY_BEST)
ENTRIES = 8
SLATES = {"small": 76, "large": 4}
SIZE = {"small": (18, 48), "large": (90, 160)}
TOP = 5


def _agree_on_best(world: Any, case: Any, solutions: Any) -> tuple[int, int]:
    solved = 0
    for entry in range(ENTRIES):
        status = SwapStatus(solutions.status[entry])
        if status == SwapStatus.FULLY_LOCKED:
            continue
        answer = world.model(case, entry).solve()
        if answer is None:
            assert status == SwapStatus.INFEASIBLE, (entry, status)
            assert solutions.blocker[entry] != Blocker.NONE
            continue
        assert status in SOLVED, (entry, status, Blocker(solutions.blocker[entry]), answer)
        assert solutions.value[entry, 0] == answer[0], entry
        solved += 1
    return ENTRIES, solved


def _is_legal(world: Any, case: Any, solutions: Any) -> None:
    """The answers break no rule that the locked players had not broken for them."""
    for rank in range(solutions.players.shape[1]):
        has = solutions.found > rank
        has &= solutions.status != SwapStatus.FULLY_LOCKED
        broken = check_legal(case.rules, case.pool, solutions.players[has, rank])
        for name, mask in broken.items():
            if not name.startswith("team_limit"):
                assert not mask.any(), name
        locked = case.lineups.locked[has]
        assert (solutions.players[has, rank][locked] == case.lineups.players[has][locked]).all()


@pytest.mark.parametrize("size", SIZE)
@pytest.mark.parametrize("sport", SPORTS)
def test_the_best_completion_is_that_of_an_independent_exact_solver(
    world: Any, sport: str, size: str
) -> None:
    rng = np.random.default_rng(zlib.crc32(f"{sport} {size}".encode()))
    cases = solved = 0
    for _ in range(SLATES[size]):
        case = world.case(rng, sport, int(rng.integers(*SIZE[size])), ENTRIES)
        solutions = solve(world.table(case), case.lineups, case.limits)
        _is_legal(world, case, solutions)
        count, good = _agree_on_best(world, case, solutions)
        cases, solved = cases + count, solved + good
    assert cases == SLATES[size] * ENTRIES
    assert solved > cases // 5, "too few of the cases have an answer to compare"


def test_at_least_5000_cases_are_held_against_highs() -> None:
    assert sum(SLATES.values()) * ENTRIES * len(SPORTS) >= 5_000


@pytest.mark.parametrize("sport", SPORTS)
def test_the_ranking_of_five_is_that_of_highs_with_each_set_cut_off_in_turn(
    world: Any, sport: str
) -> None:
    rng = np.random.default_rng(zlib.crc32(sport.encode()))
    for _ in range(12):
        case = world.case(rng, sport, int(rng.integers(14, 30)), 4)
        solutions = solve(world.table(case), case.lineups, case.limits, top=TOP)
        _is_legal(world, case, solutions)
        for entry in range(4):
            if solutions.status[entry] == SwapStatus.FULLY_LOCKED:
                continue
            model, values = world.model(case, entry), []
            while len(values) < TOP and (answer := model.solve()):
                values.append(answer[0])
                model.forbid(answer[1])
            assert solutions.value[entry, : solutions.found[entry]].tolist() == values, entry


@given(seed=st.integers(0, 2**32 - 1), sport=st.sampled_from(SPORTS), size=st.integers(8, 24))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_hypothesis_finds_no_case_that_differs(
    world: Any, seed: int, sport: str, size: int
) -> None:
    case = world.case(np.random.default_rng(seed), sport, size, ENTRIES)
    _agree_on_best(world, case, solve(world.table(case), case.lineups, case.limits))
