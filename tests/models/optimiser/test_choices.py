"""Which answer is given where several are right, and what each wish does: by brute force."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest

from models.optimiser import Blocker, Lineups, SwapLimits, SwapStatus, SwapTable, check_legal, solve
from models.pool import VALUE_SCALE, PlayerPool
from models.rules import RosterSlot, SiteRules
from models.slate import Game, Player, Slate

START = {"early": 18, "middle": 20, "late": 22}
SLOTS = (("G", ("G",)), ("F", ("F",)), ("F", ("F",)), ("UTIL", ("G", "F")))


def _pool(rows: list[tuple[str, str, int, str]]) -> tuple[SiteRules, PlayerPool]:
    """Players as (name, positions, salary, game), in games named by their start."""
    from datetime import UTC, datetime

    rules = SiteRules(
        site="any",
        sport="any",
        game_type="classic",
        title="",
        salary_cap=20_000,
        slots=tuple(RosterSlot(name=name, positions=positions) for name, positions in SLOTS),
    )
    games = tuple(
        Game(game_id=name, away="A", home="B", start=datetime(2025, 1, 1, hour, tzinfo=UTC))
        for name, hour in START.items()
    )
    players = tuple(
        Player(
            player_id=name,
            name=name,
            team=f"{game}-{i % 2}",
            game_id=game,
            positions=tuple(positions.split("/")),
            roster_slots=tuple(
                dict.fromkeys(s for s, ok in SLOTS if set(ok) & set(positions.split("/")))
            ),
            salary=salary,
        )
        for i, (name, positions, salary, game) in enumerate(rows)
    )
    slate = Slate(
        slate_id="", site="any", sport="any", game_type="classic", players=players, games=games
    )
    return rules, PlayerPool.of(slate, rules)


def _solve(
    pool: Any, points: list[float], lineup: list[int], limits: SwapLimits, **more: Any
) -> Any:
    rules, players = pool
    table = SwapTable(rules, players)
    available = np.array(points) > 0
    table.load(np.array(points), more.pop("available", available))
    locked = np.array([more.pop("locked", [False] * 4)])
    return solve(table, Lineups(np.array([lineup], np.int32), locked), limits, **more)


def _random(rng: np.random.Generator, many: int = 11) -> tuple[Any, list[float], list[int]]:
    pool = _pool(
        [
            (
                f"p{i}",
                str(rng.choice(["G", "F", "G/F"])) if i > 3 else "G/F",
                int(rng.integers(30, 70)) * 100,
                str(rng.choice(list(START))),
            )
            for i in range(many)
        ]
    )
    return pool, np.round(rng.uniform(1, 6, many)).tolist(), [0, 1, 2, 3]


def _brute_force(pool: Any, points: list[float]) -> list[tuple[float, int, frozenset[int]]]:
    """All legal sets as (-points, swaps from 0..3, set), best first."""
    rules, players = pool
    from itertools import permutations

    legal = []
    for chosen in combinations(range(len(points)), 4):
        orders = np.array(list(permutations(chosen)), np.int32)
        if not np.logical_or.reduce(list(check_legal(rules, players, orders).values())).all():
            swaps = len(set(chosen) - {0, 1, 2, 3})
            legal.append((-sum(points[i] for i in chosen), swaps, frozenset(chosen)))
    return sorted(legal, key=lambda found: found[:2])


def _ranks(solutions: Any) -> list[tuple[float, int]]:
    many = int(solutions.found[0])
    values = (-solutions.value[0, :many] / VALUE_SCALE).tolist()
    return list(zip(values, solutions.swaps[0, :many].tolist(), strict=True))


@pytest.mark.parametrize("seed", range(30))
def test_the_top_k_are_the_k_best_sets_with_ties_by_fewest_swaps(seed: int) -> None:
    pool, points, lineup = _random(np.random.default_rng(seed))
    expected = _brute_force(pool, points)
    solutions = _solve(pool, points, lineup, SwapLimits(), top=25)
    assert _ranks(solutions) == [found[:2] for found in expected[:25]]
    sets = [frozenset(row) for row in solutions.players[0, : solutions.found[0]].tolist()]
    assert len(set(sets)) == len(sets)
    assert set(sets) <= {found[2] for found in expected}


@pytest.mark.parametrize("seed", range(30))
def test_wishes_keep_the_best_of_the_sets_that_fulfil_them(seed: int) -> None:
    pool, points, lineup = _random(np.random.default_rng(seed))
    everything = _brute_force(pool, points)
    none = np.zeros(len(points), np.bool_)
    pinned, excluded, out = none.copy(), none.copy(), none.copy()
    pinned[5], excluded[1], out[2] = True, True, True
    asked = {
        "max": (SwapLimits(max_swaps=seed % 4), lambda f: f[1] <= seed % 4),
        "pinned": (SwapLimits(pinned=pinned), lambda f: 5 in f[2]),
        "excluded": (SwapLimits(excluded=excluded), lambda f: 1 not in f[2]),
        "only out": (SwapLimits(only_out=True, out=out), lambda f: {0, 1, 3} <= f[2]),
    }
    for name, (limits, fulfils) in asked.items():
        expected = [found[:2] for found in everything if fulfils(found)]
        solutions = _solve(pool, points, lineup, limits, top=8)
        assert _ranks(solutions) == expected[:8], name
        if not expected:
            assert solutions.status[0] == SwapStatus.INFEASIBLE


def test_more_players_out_than_swaps_replaces_those_that_gain_most() -> None:
    pool = _pool([(f"p{i}", "G/F", 4_000, "late") for i in range(8)])
    points = [0, 0, 5, 6, 9, 7, 3, 1]
    solutions = _solve(pool, points, [0, 1, 2, 3], SwapLimits(max_swaps=1))
    assert solutions.swaps[0, 0] == 1
    assert solutions.value[0, 0] == (5 + 6 + 9) * VALUE_SCALE


def test_a_lineup_nobody_can_better_stays_slot_by_slot() -> None:
    pool = _pool([(f"p{i}", "G/F", 4_000, "late") for i in range(8)])
    solutions = _solve(pool, [9, 9, 9, 9, 9, 9, 1, 1], [3, 1, 0, 2], SwapLimits())
    assert solutions.status[0] == SwapStatus.ALREADY_BEST
    assert solutions.players[0, 0].tolist() == [3, 1, 0, 2]


def test_the_later_start_takes_the_broader_slot_when_something_is_swapped() -> None:
    rows = [
        ("late g", "G", 4_000, "late"),
        ("f1", "F", 4_000, "middle"),
        ("f2", "F", 4_000, "middle"),
    ]
    rows += [
        ("early g", "G", 4_000, "early"),
        ("better f", "F", 4_000, "middle"),
        ("f3", "F", 4_000, "late"),
    ]
    pool = _pool(rows)
    points, lineup = [9.0, 8, 7, 9, 9, 1], [0, 1, 2, 3]
    moved = _solve(pool, points, lineup, SwapLimits())
    assert moved.players[0, 0].tolist() == [3, 1, 4, 0]
    assert moved.swaps[0, 0] == 1
    still = _solve(pool, points, lineup, SwapLimits(rearrange="never"))
    assert still.players[0, 0].tolist() == [0, 1, 4, 3]


def test_rearranging_alone_is_no_swap_and_only_done_on_request() -> None:
    pool = _pool(
        [
            ("late g", "G", 4_000, "late"),
            ("f1", "F", 4_000, "middle"),
            ("f2", "F", 4_000, "middle"),
            ("early g", "G", 4_000, "early"),
        ]
    )
    points, lineup = [9.0, 8, 7, 9], [0, 1, 2, 3]
    assert _solve(pool, points, lineup, SwapLimits()).players[0, 0].tolist() == lineup
    moved = _solve(pool, points, lineup, SwapLimits(rearrange="always"))
    assert moved.players[0, 0].tolist() == [3, 1, 2, 0]
    assert moved.status[0] == SwapStatus.ALREADY_BEST


def test_a_locked_player_keeps_his_slot_his_salary_and_his_points() -> None:
    pool = _pool([(f"p{i}", "G/F", 4_000 + 1_000 * (i == 0), "late") for i in range(8)])
    rules, players = pool
    table = SwapTable(rules, players)
    points = np.array([3.0, 1, 1, 1, 8, 9, 7, 2])
    available = np.arange(8) > 0
    table.load(points, available, locked_points=np.full(8, 31.5))
    lineups = Lineups(np.array([[1, 0, 2, 3]], np.int32), np.array([[False, True, False, False]]))
    solutions = solve(table, lineups)
    assert solutions.players[0, 0, 1] == 0
    assert solutions.value[0, 0] == (31.5 + 9 + 8 + 7) * VALUE_SCALE
    assert solutions.before[0] == (31.5 + 3) * VALUE_SCALE


def test_locked_blank_infeasible_and_malformed_entries_leave_the_others_as_they_were(
    world: Any,
) -> None:
    case = world.case(np.random.default_rng(11), "nba", 80, 150)
    case = case._replace(rules=world.rules["nba"], limits=SwapLimits())
    rng = np.random.default_rng(12)
    lineups = world.lineups(rng, case.pool, case.rules, {0}, 150)
    case = case._replace(lineups=lineups, available=case.pool.game > 0)
    players, locked = lineups.players.copy(), lineups.locked.copy()
    dear = np.argsort(-case.pool.salary[:, 0])
    players[10], locked[10] = players[(players >= 0).all(axis=1)][0], True
    players[20], locked[20] = -1, False
    players[30, :], locked[30] = -1, False
    players[30, 4:8] = _distinct(case.pool, dear, (4, 5, 6, 7))
    locked[30, 4:8] = True
    players[40, 0] = 9_999
    spoiled = solve(world.table(case), Lineups(players, locked))
    sound = solve(world.table(case), lineups)
    statuses = [SwapStatus(spoiled.status[e]) for e in (10, 20, 30, 40)]
    assert statuses == [
        SwapStatus.FULLY_LOCKED,
        SwapStatus.BLANK,
        SwapStatus.INFEASIBLE,
        SwapStatus.INFEASIBLE,
    ]
    assert Blocker(spoiled.blocker[40]) == Blocker.MALFORMED
    assert Blocker(spoiled.blocker[30]) == Blocker.SALARY_CAP
    others = np.setdiff1d(np.arange(150), (10, 20, 30, 40))
    assert others.size == 146
    for mine, theirs in zip(spoiled, sound, strict=True):
        assert np.array_equal(mine[others], theirs[others])


def _distinct(pool: Any, order: Any, kinds: tuple[int, ...]) -> list[int]:
    """The dearest players for these slot types, all different."""
    chosen: list[int] = []
    for kind in kinds:
        chosen.append(next(int(p) for p in order if pool.eligible[p, kind] and p not in chosen))
    return chosen


def test_a_search_that_reaches_its_limit_says_so(world: Any) -> None:
    case = world.case(np.random.default_rng(13), "nba", 60, 4)
    limits = SwapLimits(fill_blank=True, most_nodes=12)
    lineups = Lineups(np.full((1, 8), -1, np.int32), np.zeros((1, 8), np.bool_))
    case = case._replace(rules=world.rules["nba"], available=np.ones_like(case.available))
    assert solve(world.table(case), lineups, limits, top=50).status[0] == SwapStatus.TIMED_OUT


@pytest.mark.parametrize("points", [np.nan, np.inf])
def test_points_that_are_no_number_are_refused_with_their_row(world: Any, points: float) -> None:
    case = world.case(np.random.default_rng(14), "pga", 20, 1)
    case.points[3] = points
    with pytest.raises(ValueError, match="row 3"):
        world.table(case)
