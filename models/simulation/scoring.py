"""Points of lineups as whole numbers, captains included.

A captain scores one and a half times his points. In units of half the site's step that is three
times his whole number, and everybody else's is two times his: sums stay exact.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.pool import PlayerPool
from models.rules import SiteRules

NOBODY = -1
"""An empty slot of a lineup; scores nothing."""


class Scoring(NamedTuple):
    """How outcomes become points of a lineup: one scoring row per player and multiplier.

    With M distinct multipliers, player p at multiplier m is row ``p * M + m``; the last of the
    Q = P * M + 1 rows is nobody.
    """

    unit: float
    """Points that 1 stands for."""
    factors: NDArray[np.int64]
    """(M,) what an outcome is multiplied by."""
    slot_factor: NDArray[np.int64]
    """(R,) which of the factors each slot has."""
    players: int

    @classmethod
    def of(cls, pool: PlayerPool, rules: SiteRules) -> Scoring:
        """The scoring of a slate, for outcomes in units of ``rules.points_step``.

        >>> from models.rules import RosterSlot
        >>> cpt = RosterSlot(name="CPT", positions=("*",), points_multiplier=1.5)
        >>> flex = RosterSlot(name="FLEX", positions=("*",))
        >>> rules = SiteRules(site="x", sport="y", game_type="showdown", title="", salary_cap=1,
        ...                   slots=(cpt, flex, flex), points_step=0.02)
        >>> Scoring._of(2, rules).factors.tolist(), Scoring._of(2, rules).unit
        ([2, 3], 0.01)
        """
        return cls._of(len(pool.ids), rules)

    @classmethod
    def _of(cls, players: int, rules: SiteRules) -> Scoring:
        multipliers = [Fraction(s.points_multiplier).limit_denominator(100) for s in rules.slots]
        whole = lcm(*(m.denominator for m in multipliers))
        distinct = sorted(set(multipliers))
        return cls(
            unit=rules.points_step / whole,
            factors=np.array([int(m * whole) for m in distinct], np.int64),
            slot_factor=np.array([distinct.index(m) for m in multipliers], np.int64),
            players=players,
        )

    @classmethod
    def plain(cls, players: int, slots: int) -> Scoring:
        """Every player at what he scores, whatever slot he fills; 1 stands for 1."""
        return cls(1.0, np.ones(1, np.int64), np.zeros(slots, np.int64), players)

    def rows(self, lineups: NDArray[np.integer]) -> NDArray[np.int16]:
        """(N, R) scoring rows of lineups (N, R) of pool rows.

        Raises ValueError for rows that are no player of the pool, HIDDEN ones among them.
        """
        if lineups.ndim != 2 or lineups.shape[1] != len(self.slot_factor):
            raise ValueError(
                f"lineups of shape {lineups.shape}; give one row per lineup and one column for "
                f"each of the {len(self.slot_factor)} slots"
            )
        self._check(lineups)
        kinds = len(self.factors)
        rows = lineups.astype(np.int16) * np.int16(kinds) + self.slot_factor.astype(np.int16)
        rows[lineups == NOBODY] = self.players * kinds
        return np.ascontiguousarray(rows)

    def _check(self, lineups: NDArray[np.integer]) -> None:
        if self.players * len(self.factors) >= np.iinfo(np.int16).max:
            raise ValueError(f"{self.players:,} players; a slate of more than 8,000 is not read")
        if lineups.size and (lineups.min() < NOBODY or lineups.max() >= self.players):
            wrong = np.flatnonzero(((lineups < NOBODY) | (lineups >= self.players)).any(axis=1))[0]
            raise ValueError(
                f"lineup {wrong} holds {lineups[wrong].tolist()}: every slot must be -1 or a row "
                f"of the pool's {self.players}; complete hidden slots first (complete_field)"
            )

    def points(self, outcomes: NDArray[np.integer]) -> NDArray[np.integer]:
        """(Q, S) points of every scoring row from outcomes (P, S); wider than int16 if need be."""
        if len(outcomes) != self.players:
            raise ValueError(f"outcomes of {len(outcomes)} players for a pool of {self.players}")
        top = max(abs(int(outcomes.max(initial=0))), abs(int(outcomes.min(initial=0))))
        narrow = top * int(self.factors.max()) <= np.iinfo(np.int16).max
        dtype = np.int16 if narrow else np.int32
        kinds = len(self.factors)
        points = np.zeros((self.players * kinds + 1, outcomes.shape[1]), dtype)
        for kind, factor in enumerate(self.factors):
            np.multiply(outcomes, dtype(factor), out=points[kind:-1:kinds], dtype=dtype)
        return points
