"""Levels and stacks of lineups that are seen, counted exactly.

What a stack is depends on the sport: in football a quarterback with those who catch his passes, in
baseball hitters of one team, in hockey skaters of one team, elsewhere any team mates. Two sides of
one game held together are its game stack.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from models.field.habits import STACKING
from models.optimiser.board import frozen
from models.pool import PlayerPool

SIZES = (2, 3, 4)
"""Players of one team, from which on a stack is told."""
_OPTIONS: dict[str, Any] = {"nogil": True, "cache": True}


class Levels(NamedTuple):
    """Shares (0 to 1) of the lineups counted, empty ones included."""

    players: NDArray[np.float64]
    """(P,) that hold the row."""
    stacks: NDArray[np.float64]
    """(teams, 3) that stack at least 2, 3 and 4 of the team."""
    games: NDArray[np.float64]
    """(games,) that hold players of both sides."""


class Stackable(NamedTuple):
    """Who counts for stacks on a slate."""

    team: NDArray[np.int64]
    """(P,)."""
    counts: NDArray[np.bool_]
    """(P,) is one of those who are stacked."""
    anchors: NDArray[np.bool_]
    """(P,) without whom there is no stack of the team; all True where the sport needs none."""
    rival: NDArray[np.int64]
    """(teams,) the other side of the game, -1 where the slate lists none."""
    game: NDArray[np.int64]
    """(teams,) index of the game."""
    games: int

    @classmethod
    def of(cls, pool: PlayerPool, sport: str) -> Stackable:
        """The sport's meaning of a stack on this slate; one game alone has no anchors."""
        teams, games = len(pool.team_names), int(pool.game.max(initial=-1)) + 1
        stacking = STACKING.get(sport) if games > 1 else None
        game = np.full(teams, -1)
        game[pool.team] = pool.game
        rival = np.full(teams, -1)
        for team in range(teams):
            others = np.flatnonzero((game == game[team]) & (np.arange(teams) != team))
            if game[team] >= 0 and others.size == 1:
                rival[team] = others[0]
        everybody = np.ones(len(pool.ids), np.bool_)
        anchor = stacking.anchor if stacking else ()
        counts = _plays(pool, (*stacking.mates, *anchor)) if stacking else everybody
        return cls(
            team=frozen(pool.team.astype(np.int64)),
            counts=frozen(counts),
            anchors=frozen(_plays(pool, anchor) if anchor else everybody),
            rival=frozen(rival.astype(np.int64)),
            game=frozen(game.astype(np.int64)),
            games=games,
        )


def levels_of(lineups: NDArray[np.signedinteger[Any]], kinds: Stackable) -> Levels:
    """Levels and stacks of lineups (E, R): pool rows, negative where nobody is seen.

    Where slots are hidden, stacks are those that show. No lineup at all gives zeros.
    """
    rows = frozen(np.ascontiguousarray(lineups, np.int32))
    players = np.zeros(kinds.team.size, np.int64)
    stacks = np.zeros((kinds.rival.size, len(SIZES)), np.int64)
    games = np.zeros(kinds.games, np.int64)
    _count(rows, kinds[:-1], players, stacks, games)
    size = max(len(rows), 1)
    return Levels(players / size, stacks / size, games / size)


@njit(**_OPTIONS)
def _count(
    rows: NDArray[np.int32],
    kinds: tuple[Any, ...],
    players: NDArray[np.int64],
    stacks: NDArray[np.int64],
    games: NDArray[np.int64],
) -> None:
    team, counts, anchors, rival, game = kinds
    mates = np.zeros(rival.size, np.int64)
    present = np.zeros(rival.size, np.int64)
    anchored = np.zeros(rival.size, np.int64)
    for i in range(rows.shape[0]):
        for slot in range(rows.shape[1]):
            row = rows[i, slot]
            if row >= 0:
                players[row] += 1
                present[team[row]] += 1
                mates[team[row]] += counts[row]
                anchored[team[row]] += anchors[row]
        for slot in range(rows.shape[1]):  # each team once: it is cleared behind
            row = rows[i, slot]
            if row < 0 or present[team[row]] == 0:
                continue
            own = team[row]
            if rival[own] >= 0 and present[rival[own]] > 0:
                games[game[own]] += 1
            if anchored[own] > 0:
                for size in range(min(mates[own] - 1, stacks.shape[1])):
                    stacks[own, size] += 1
            present[own] = mates[own] = anchored[own] = 0


def _plays(pool: PlayerPool, positions: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.array([not set(positions).isdisjoint(listed) for listed in pool.positions], np.bool_)
