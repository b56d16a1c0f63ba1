"""A contest's players and entries as columns; E entries, R roster slots, P players of the pool."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class PlayerColumns:
    """What is believed of each player, (P,) each."""

    projection: NDArray[np.float64]
    """Points still expected."""
    scored: NDArray[np.float64]
    """Points already scored."""
    plays: NDArray[np.float64]
    """Probability to play; a factor of ``projection``."""
    left: NDArray[np.float64]
    """Share of his game still to be played; a factor of ``projection``."""
    out: NDArray[np.bool_]
    """Will not play tonight, or his game is off."""
    locked: NDArray[np.bool_]
    start: NDArray[np.int64]
    """Scheduled start, Unix seconds; 0 where unknown."""

    @property
    def available(self) -> NDArray[np.bool_]:
        """(P,) may be put into a lineup now."""
        return ~(self.locked | self.out)

    @property
    def total(self) -> NDArray[np.float64]:
        """(P,) points scored plus points still expected."""
        return self.scored + self.projection


@dataclass(frozen=True, slots=True)
class Entries:
    """A contest's followed entries as columns."""

    ids: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    lineups: NDArray[np.int32] = field(default_factory=lambda: np.empty((0, 0), np.int32))
    """(E, R) row of the pool, -1 where nobody is placed; approved swaps included."""
    row_of: dict[str, int] = field(default_factory=dict)

    def holding(self, players: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(E,) whether an entry holds any of the players, given as a (P,) mask."""
        if not len(self.ids):
            return np.zeros(0, np.bool_)
        masked = np.append(players, np.False_)  # row -1, nobody, reads the last value
        return np.asarray(masked[self.lineups].any(axis=1), np.bool_)
