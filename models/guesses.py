"""Everybody's lineups as they may end: what is shown of them stands, the rest is completed.

P players of the pool, F entries of the contest, R roster slots.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.field import HIDDEN, Completion, Lineups16
from models.field.ownership import drawn_ownership
from models.optimiser.board import board_of
from models.pool import PlayerPool
from models.rules import SiteRules

Floats = NDArray[np.float64]
Lineups = NDArray[np.int32]


class Seen(NamedTuple):
    """What is known of a contest's lineups at one moment."""

    lineups: Lineups16
    """(F, R) -1 where nobody is placed, ``HIDDEN`` where it is not shown who is."""
    open_rows: NDArray[np.bool_]
    """(P,) whoever may stand in a hidden slot."""
    owned: Floats
    """(P,) expected share of all entries; nan where unknown."""
    value: Floats
    """(P,) points still expected."""
    plays: NDArray[np.bool_]
    """(P,) has played, or may."""

    def same_as(self, other: Seen) -> bool:
        """Whether the same would be guessed."""
        return np.array_equal(self.owned, other.owned, equal_nan=True) and all(
            np.array_equal(*pair)
            for pair in (
                (self.lineups, other.lineups),
                (self.open_rows, other.open_rows),
                (self.value, other.value),
                (self.plays, other.plays),
            )
        )


class Guesses:
    """Two independent guesses of one contest's field, made anew only where something changed.

    They depend on what is seen alone, and not on what was seen before.
    """

    def __init__(self, rules: SiteRules, pool: PlayerPool, seed: int) -> None:
        self._rules, self._pool, self._seed = rules, pool, seed
        self._board = board_of(rules, pool)
        self._seen: Seen | None = None
        self.worlds: tuple[Lineups, Lineups] = (np.empty((0, 0), np.int32),) * 2
        """(F, R) each."""

    def update(self, seen: Seen) -> None:
        """Take in what is seen now."""
        if self._seen is not None and seen.same_as(self._seen):
            return
        self._seen = seen
        if not (seen.lineups == HIDDEN).any():
            self.worlds = (seen.lineups.astype(np.int32),) * 2
            return
        guess = drawn_ownership(self._rules, self._pool, seen.value, seen.plays, board=self._board)
        known = np.where(np.isnan(seen.owned), guess, seen.owned)
        completion = Completion(
            self._rules,
            self._pool,
            seen.lineups,
            open_rows=seen.open_rows,
            target=np.where(seen.plays, known, 0.0),
            value=seen.value,
            seed=self._seed,
            board=self._board,
        )
        one, two = (completion.draw(2 * self._seed + world) for world in range(2))
        self.worlds = one.astype(np.int32), two.astype(np.int32)
