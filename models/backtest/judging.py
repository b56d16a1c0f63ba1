"""What an entry would have won: judged against the real field, everyone else as he was.

N entries of the real field, n entries judged. Points are compared to a ten-thousandth.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.contest import Prize
from models.prizes import PrizeTable

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_RESOLUTION = 10_000


class Judged(NamedTuple):
    """Where entries end, (n,) each."""

    rank: Ints
    """The best place of his tie."""
    payout: Floats
    """Dollars: the prizes of the places his tie spans, shared exactly, not rounded."""


class Judge:
    """One finished contest: the points of everybody, and the prizes."""

    def __init__(self, field: Floats, prizes: Sequence[Prize]) -> None:
        """``field`` (N,) are the real final points of all entries, blank ones included."""
        self._field = np.sort(_whole(field))
        self._prizes = PrizeTable.of(prizes, len(field)).total

    def judged(self, points: Floats, really: Floats) -> Judged:
        """Entries with ``points`` (n,), each alone in place of itself, who ``really`` (n,) had.

        >>> prizes = Prize(first=1, last=1, amount=10.0), Prize(first=2, last=2, amount=5.0)
        >>> judge = Judge(np.array([9.0, 7.0, 9.0, 1.0]), prizes)
        >>> judge.judged(np.array([9.0, 8.0]), np.array([1.0, 7.0])).payout.tolist()
        [5.0, 0.0]
        >>> judge.judged(np.array([9.0]), np.array([9.0])).payout.tolist()
        [7.5]
        """
        new, old = _whole(points), _whole(really)
        behind = len(self._field) - np.searchsorted(self._field, new, side="left")
        above = len(self._field) - np.searchsorted(self._field, new, side="right")
        first = above - (old > new)
        last = behind - (old >= new) + 1
        most = len(self._prizes) - 1
        shared = self._prizes[np.minimum(last, most)] - self._prizes[np.minimum(first, most)]
        return Judged(first + 1, shared / (last - first) / 100)


def _whole(points: Floats) -> Ints:
    return np.rint(points * _RESOLUTION).astype(np.int64)
