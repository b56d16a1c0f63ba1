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
Bools = NDArray[np.bool_]

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
        above, behind = self._ahead_of(new)
        return self._judged(above - (old > new), behind - (old >= new) + 1)

    def together(self, points: Floats, really: Floats, users: Ints) -> Judged:
        """The same where entries of one user (``users`` (n,), equal numbers) change together.

        Each meets his others at the points they have now, and everybody else as he was.

        >>> prizes = Prize(first=1, last=1, amount=10.0), Prize(first=2, last=2, amount=5.0)
        >>> judge = Judge(np.array([9.0, 7.0, 8.0, 1.0]), prizes)
        >>> now, was = np.array([9.5, 9.5]), np.array([7.0, 1.0])
        >>> judge.judged(now, was).payout.tolist()
        [10.0, 10.0]
        >>> judge.together(now, was, np.array([4, 4])).payout.tolist()
        [7.5, 7.5]
        """
        new, old = _whole(points), _whole(really)
        first, behind = self._ahead_of(new)
        first, last = first - (old > new), behind - (old >= new) + 1
        changed = np.isin(users, users[new != old])
        order = np.flatnonzero(changed)[np.argsort(users[changed], kind="stable")]
        for some in np.split(order, np.flatnonzero(np.diff(users[order])) + 1):
            if len(some) > 1:
                now, was, own = new[some], old[some], np.eye(len(some), dtype=np.bool_)
                first[some] += _counted(now > now[:, None], was > now[:, None], own)
                last[some] += _counted(now >= now[:, None], was >= now[:, None], own)
        return self._judged(first, last)

    def _ahead_of(self, points: Ints) -> tuple[Ints, Ints]:
        """How many of the real field have more points, and how many as many or more."""
        above = len(self._field) - np.searchsorted(self._field, points, side="right")
        behind = len(self._field) - np.searchsorted(self._field, points, side="left")
        return above, behind

    def _judged(self, first: Ints, last: Ints) -> Judged:
        """Entries before which ``first`` stand, in ties that end at the place ``last``."""
        most = len(self._prizes) - 1
        shared = self._prizes[np.minimum(last, most)] - self._prizes[np.minimum(first, most)]
        return Judged(first + 1, shared / (last - first) / 100)


def _counted(now: Bools, was: Bools, own: Bools) -> Ints:
    """(k,) by how many own others (k, k) more are ahead of each than were; never he himself."""
    more: Ints = (now & ~own).sum(axis=1) - (was & ~own).sum(axis=1)
    return more


def _whole(points: Floats) -> Ints:
    return np.rint(points * _RESOLUTION).astype(np.int64)
