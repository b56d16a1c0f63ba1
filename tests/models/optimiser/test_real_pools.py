"""Real player pools under the rules that ship: the same values as HiGHS."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from config.rules import load_rules
from models.files.salaries import read_salaries
from models.files.slates import slate_of
from models.optimiser import SwapLimits, SwapStatus, check_legal, solve
from models.pool import PlayerPool
from models.rules import SiteRules
from models.slate import Game, Player, Slate

ENTRIES = 6
POOLS = {
    "data/nba-2024-25/slates/2025-01-12/DKSalaries.csv": "draftkings/nba/classic",
    "data/nba-2024-25/slates/2024-12-11/DKSalaries.csv": "draftkings/nba/classic",
    "data/nba-2024-25/slates/2024-12-26/DKSalaries.csv": "draftkings/nba/classic",
    "data/nba-2026-03/2026-03-06/DKSalaries.csv": "draftkings/nba/classic",
    "data/nba-2017-11/2017-11-28/0_25entry_NBA_1K_Quarter_Jukebox_Just_0_25/DKSalaries.csv": "draftkings/nba/classic",
    "data/nfl-2019/salaries_actuals_2019-09-08.csv": "draftkings/nfl/classic",
}


def _week_one(path: Path, rules: SiteRules) -> Slate:
    """The 2019 file has no ids and no start times: rows are the ids, kick-off one for all."""
    kick_off = datetime(2019, 9, 8, 17, tzinfo=UTC)
    with path.open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["salary"].isdigit()]
    games = {"@".join(sorted((row["team"], row["opp"]))) for row in rows}
    return Slate(
        slate_id="week-1",
        site="draftkings",
        sport="nfl",
        game_type="classic",
        players=tuple(_player(str(i), row, rules) for i, row in enumerate(rows)),
        games=tuple(
            Game(game_id=g, away=g.split("@")[0], home=g.split("@")[1], start=kick_off)
            for g in sorted(games)
        ),
    )


def _player(number: str, row: dict[str, str], rules: SiteRules) -> Player:
    position = "DST" if row["pos"] in ("D", "DEF") else row["pos"]
    return Player(
        player_id=number,
        name=row["name"],
        team=row["team"],
        game_id="@".join(sorted((row["team"], row["opp"]))),
        positions=(position,),
        roster_slots=tuple(dict.fromkeys(s.name for s in rules.slots if position in s.positions)),
        salary=int(row["salary"]),
    )


@pytest.mark.parametrize("path", POOLS)
def test_a_real_pool_gives_the_values_of_highs(world: Any, shared: Path, path: str) -> None:
    rules = load_rules(POOLS[path])
    if "nfl-2019" in path:
        slate = _week_one(shared / path, rules)
    else:
        slate = slate_of(read_salaries((shared / path).read_bytes(), path), rules)
    pool = PlayerPool.of(slate, rules)
    case = world.moment(np.random.default_rng(3), rules, pool, ENTRIES)
    case = case._replace(limits=SwapLimits())
    solutions = solve(world.table(case), case.lineups)
    compared = 0
    for entry in np.nonzero(solutions.status != SwapStatus.FULLY_LOCKED)[0].tolist():
        answer = world.model(case, entry).solve()
        if answer is None:
            assert solutions.status[entry] == SwapStatus.INFEASIBLE
            continue
        assert solutions.value[entry, 0] == answer[0]
        compared += 1
    solved = solutions.players[
        (solutions.found > 0) & (solutions.status != SwapStatus.FULLY_LOCKED), 0
    ]
    assert not any(mask.any() for mask in check_legal(rules, pool, solved).values())
    assert compared >= 2
