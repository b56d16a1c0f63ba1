"""Generated slates with half the games locked and entries to swap, from a fixed seed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.optimiser import Lineups, SwapLimits, SwapTable, solve
from models.optimiser.compiled import COMPILED
from models.pool import PlayerPool
from models.rules import RosterSlot, SiteRules
from models.slate import Game, Player, Slate

SEED = 20_250_112
TIP_OFF = datetime(2030, 1, 12, 23, tzinfo=UTC)

NBA = {
    "PG": ("PG",), "SG": ("SG",), "SF": ("SF",), "PF": ("PF",), "C": ("C",),
    "G": ("PG", "SG"), "F": ("SF", "PF"), "UTIL": ("PG", "SG", "SF", "PF", "C"),
}  # fmt: skip
NFL = {
    "QB": ("QB",), "RB": ("RB",), "WR": ("WR",), "TE": ("TE",),
    "FLEX": ("RB", "WR", "TE"), "DST": ("DST",),
}  # fmt: skip
ROSTERS = {
    "nba": (NBA, ("PG", "SG", "SF", "PF", "C", "G", "F", "UTIL")),
    "nfl": (NFL, ("QB", "RB", "RB", "WR", "WR", "WR", "TE", "FLEX", "DST")),
}
TEAM = {
    "nba": ("PG", "PG/SG", "SG", "SG/SF", "SF", "SF/PF", "PF", "PF/C", "C", "PG", "SF", "C", "SG"),
    "nfl": ("QB", "RB", "RB", "RB", "WR", "WR", "WR", "WR", "WR", "TE", "TE", "DST"),
}


class Night(NamedTuple):
    """A slate with half its games locked, and entries."""

    rules: SiteRules
    slate: Slate
    pool: PlayerPool
    points: NDArray[np.float64]
    available: NDArray[np.bool_]
    lineups: Lineups


def generated_night(sport: str, entries: int, games: int = 12) -> Night:
    """Salaries, projections and legal lineups near the cap, from a fixed seed."""
    rng = np.random.default_rng(SEED)
    fits, order = ROSTERS[sport]
    rules = SiteRules(
        site="draftkings",
        sport=sport,
        game_type="classic",
        title=sport,
        salary_cap=50_000,
        min_games=2,
        slots=tuple(RosterSlot(name=name, positions=fits[name]) for name in order),
    )
    slate = _slate(rng, rules, games)
    pool = PlayerPool.of(slate, rules)
    points = np.round(pool.salary[:, 0] / 200 + rng.normal(0, 4, len(pool.ids)), 2).clip(0)
    locked_games = np.arange(games) < games // 2
    players = _lineups(rng, rules, pool, points, entries)
    return Night(
        rules,
        slate,
        pool,
        points,
        ~locked_games[pool.game],
        Lineups(players, locked_games[pool.game[players]]),
    )


def _slate(rng: np.random.Generator, rules: SiteRules, games: int) -> Slate:
    schedule = tuple(
        Game(
            game_id=f"A{g}@H{g}",
            away=f"A{g}",
            home=f"H{g}",
            start=TIP_OFF + timedelta(hours=g // 4),
        )
        for g in range(games)
    )
    players: list[Player] = []
    for game in schedule:
        for team in (game.away, game.home):
            for rank, listed in enumerate(TEAM[rules.sport]):
                positions = tuple(listed.split("/"))
                salary = int(np.clip(rng.gamma(2, 1_400) + 3_000, 3_000, 11_500)) // 100 * 100
                players.append(
                    Player(
                        player_id=str(len(players)),
                        name=f"{team} {rank}",
                        team=team,
                        game_id=game.game_id,
                        positions=positions,
                        roster_slots=tuple(
                            dict.fromkeys(
                                s.name for s in rules.slots if set(s.positions) & set(positions)
                            )
                        ),
                        salary=salary,
                    )
                )
    return Slate(
        slate_id="generated", site=rules.site, sport=rules.sport, game_type="classic",
        players=tuple(players), games=schedule, mode="generated",
    )  # fmt: skip


def _lineups(
    rng: np.random.Generator,
    rules: SiteRules,
    pool: PlayerPool,
    points: NDArray[np.float64],
    entries: int,
) -> NDArray[np.int32]:
    """Best lineups under noisy projections: what people hold, repeated where many are asked."""
    table, distinct = SwapTable(rules, pool), min(entries, 400)
    blank = Lineups(
        np.full((1, len(rules.slots)), -1, np.int32), np.zeros((1, len(rules.slots)), np.bool_)
    )
    found = []
    for _ in range(distinct):
        noisy = points * rng.lognormal(0, 0.25, points.size)
        table.load(noisy, np.ones(points.size, np.bool_))
        found.append(
            solve(table, blank, SwapLimits(fill_blank=True), kernels=COMPILED).players[0, 0]
        )
    return np.array(found, np.int32)[
        rng.integers(0, distinct, entries) if entries > distinct else slice(None)
    ]
