"""The other side of a contest through an evening: drawn from ownership, reacting to the news."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.field import Lineups16, draw_field, project_ownership, react
from models.field.reaction import REACT
from models.optimiser.board import board_of
from models.pool import PlayerPool
from models.rules import SiteRules

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Opponents:
    """A contest's opponents as far as ownership tells of them; P players, F opponents.

    The same sequence of updates gives the same lineups. Whoever is ruled out leaves the lineups of
    all who react; ownership that becomes known draws the field anew.
    """

    def __init__(self, rules: SiteRules, pool: PlayerPool, *, size: int, seed: int) -> None:
        self.lineups: Lineups16 = np.empty((0, len(rules.slots)), np.int16)
        """(F, R) pool rows in roster order."""
        self._rules = rules
        self._pool = pool
        self._board = board_of(rules, pool)
        self.size = size
        self._seed = seed
        self._owned: Floats = np.full(len(pool.ids), -1.0)
        self._out: Bools = np.zeros(len(pool.ids), np.bool_)

    def update(self, owned: Floats, *, value: Floats, out: Bools, locked: Bools) -> None:
        """Take in what is known of ownership (P,), shares or nan, and who is ruled out (P,).

        ``value`` (P,) are projected points as they were before the games.
        """
        if not self.size:
            return
        fresh = not np.array_equal(owned, self._owned, equal_nan=True)
        if fresh:
            self._draw(owned, value, out & ~locked)
        elif (news := out & ~locked & ~self._out).any():
            self.lineups, _ = react(
                self._rules,
                self._pool,
                self.lineups,
                board=self._board,
                out=np.flatnonzero(news).tolist(),
                open_rows=~(locked | out),
                value=value,
                seed=self._seed + int(self._out.sum()),
            )
        self._owned, self._out = owned.copy(), out.copy()

    def _draw(self, owned: Floats, value: Floats, gone: Bools) -> None:
        """A field as it is when those who react have done so to every absence known by now."""
        target = owned
        if np.isnan(owned).any():
            guess = project_ownership(self._rules, self._pool, value, ~gone)
            target = np.where(np.isnan(owned), guess, owned)
        self.lineups = draw_field(
            self._rules,
            self._pool,
            np.where(gone, (1.0 - REACT) * target, target),
            size=self.size,
            seed=self._seed,
            value=value,
        )
