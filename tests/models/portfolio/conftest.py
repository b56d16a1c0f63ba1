"""A small slate of each kind, entries on it, and candidates made of nothing but arrays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from models.optimiser import Lineups, SwapLimits, SwapTable, solve
from models.pool import PlayerPool
from models.portfolio import Candidates
from models.rules import RosterSlot, SiteRules, TeamLimit
from models.slate import Game, Player, Slate

TIP_OFF = datetime(2030, 1, 12, 23, tzinfo=UTC)
ROSTERS = {
    "nba": {
        "PG": "PG",
        "SG": "SG",
        "SF": "SF",
        "PF": "PF",
        "C": "C",
        "G": "PG SG",
        "F": "SF PF",
        "UTIL": "PG SG SF PF C",
    },
    "mvp": {"MVP": "A B", "UTIL": "A B", "UTIL2": "A B", "UTIL3": "A B"},
}


class Night(NamedTuple):
    rules: SiteRules
    pool: PlayerPool
    points: NDArray[np.float64]
    available: NDArray[np.bool_]
    lineups: Lineups
    table: SwapTable


def night(seed: int = 1, entries: int = 12, sport: str = "nba", games: int = 4) -> Night:
    """A slate whose first half of the games is locked, and entries near the cap."""
    rng = np.random.default_rng(seed)
    roster = ROSTERS[sport]
    rules = SiteRules(
        site="any",
        sport=sport,
        game_type="classic",
        title=sport,
        salary_cap=6_000 * len(roster),
        min_games=2,
        team_limits=(TeamLimit(most=3),),
        slots=tuple(
            RosterSlot(
                name=name,
                positions=tuple(fits.split()),
                points_multiplier=1.5 if name == "MVP" else 1.0,
            )
            for name, fits in roster.items()
        ),
    )
    slate = _slate(rng, rules, games)
    pool = PlayerPool.of(slate, rules)
    points = np.round(pool.salary[:, 0] / 200 + rng.normal(0, 4, len(pool.ids)), 2).clip(1)
    table = SwapTable(rules, pool)
    blank = Lineups(np.full((1, len(roster)), -1, np.int32), np.zeros((1, len(roster)), np.bool_))
    held = []
    for _ in range(entries):
        noisy = points * rng.lognormal(0, 0.3, points.size)
        table.load(noisy, np.ones(points.size, np.bool_))
        held.append(solve(table, blank, SwapLimits(fill_blank=True)).players[0, 0])
    rows = np.array(held, np.int32)
    available = pool.game >= games // 2
    table.load(points, available)
    return Night(rules, pool, points, available, Lineups(rows, pool.game[rows] < games // 2), table)


def _slate(rng: np.random.Generator, rules: SiteRules, games: int) -> Slate:
    schedule = tuple(
        Game(game_id=f"A{g}@H{g}", away=f"A{g}", home=f"H{g}", start=TIP_OFF + timedelta(hours=g))
        for g in range(games)
    )
    positions = sorted({p for slot in rules.slots for p in slot.positions})
    players = [
        Player(
            player_id=f"p{game.game_id}{team}{i}",
            name=f"{team} {i}",
            team=team,
            game_id=game.game_id,
            positions=(positions[i % len(positions)],),
            roster_slots=rules.slots_for((positions[i % len(positions)],)),
            salary=int(rng.integers(30, 100)) * 100,
        )
        for game in schedule
        for team in (game.away, game.home)
        for i in range(7)
    ]
    return Slate(
        slate_id="s",
        site="any",
        sport=rules.sport,
        game_type="classic",
        players=tuple(players),
        games=schedule,
    )


def bare(lineups: NDArray[np.int32], owner: NDArray[np.int32], **fields: object) -> Candidates:
    """Candidates from player rows alone, the first of each owner the held one."""
    entries = int(owner.max()) + 1
    made = Candidates(
        lineups=lineups,
        owner=owner,
        points=np.zeros(len(owner)),
        swaps=np.zeros(len(owner), np.int32),
        words=np.sort(lineups.astype(np.int64) + 1, axis=1),
        hold=np.searchsorted(owner, np.arange(entries)),
        status=np.zeros(entries, np.int8),
        blocker=np.zeros(entries, np.int8),
        locked=np.zeros((entries, lineups.shape[1]), np.bool_),
        stale=np.zeros(entries, np.bool_),
    )
    return made._replace(**fields)


class World(NamedTuple):
    night: Callable[..., Night]
    bare: Callable[..., Candidates]


@pytest.fixture(scope="session")
def world() -> World:
    return World(night, bare)
