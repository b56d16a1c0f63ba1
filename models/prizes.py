"""Prizes by place, in whole cents, and what a finished contest pays.

Entries that tie share the prizes of the places they span: the mean of those prizes, each.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.contest import Prize

_RESOLUTION = 10_000
"""Points are compared to a ten-thousandth: no site scores finer, and sums of floats err less."""


class PrizeTable(NamedTuple):
    """What each place of a contest is paid, and sums of it."""

    cents: NDArray[np.int64]
    """(paid,) prize of place k + 1; places further down are paid nothing."""
    total: NDArray[np.int64]
    """(paid + 1,) cents of the first k places together."""

    @classmethod
    def of(cls, prizes: Sequence[Prize], entries: int) -> PrizeTable:
        """The table for a contest of that many entries; prizes of places beyond are not paid.

        Raises ValueError where a place is paid twice or a prize is no amount of money.

        >>> prizes = Prize(first=1, last=1, amount=10.0), Prize(first=2, last=3, amount=2.5)
        >>> table = PrizeTable.of(prizes, entries=100)
        >>> table.cents.tolist(), table.total.tolist()
        ([1000, 250, 250], [0, 1000, 1250, 1500])
        """
        last = min(max((prize.last for prize in prizes), default=0), max(entries, 0))
        cents = np.zeros(last, np.int64)
        given = np.zeros(last, np.bool_)
        for prize in prizes:
            _check(prize)
            places = slice(prize.first - 1, min(prize.last, last))
            if given[places].any():
                raise ValueError(f"place {prize.first} is paid twice; keep one prize for each")
            cents[places] = round(prize.amount * 100)
            given[places] = True
        cents = np.trim_zeros(cents, "b")
        return cls(cents, np.concatenate([[0], np.cumsum(cents)]))

    @property
    def paid(self) -> int:
        """How many places are paid."""
        return len(self.cents)


def _check(prize: Prize) -> None:
    if not 1 <= prize.first <= prize.last:
        raise ValueError(f"places {prize.first} to {prize.last} are no range; write 5 to 10")
    if not (isfinite(prize.amount) and prize.amount >= 0):
        raise ValueError(
            f"places {prize.first} to {prize.last} are paid {prize.amount}; "
            "write dollars, 0 or more"
        )


def places(points: ArrayLike) -> NDArray[np.int64]:
    """(N,) the place of each entry by its points (N,), best first; who ties shares the best.

    >>> places([3.5, 9, 9, -1]).tolist()
    [3, 1, 1, 4]
    """
    order, first, _ = _tied(points)
    found = np.empty(len(order), np.int64)
    found[order] = first + 1
    return found


def place_prizes(points: ArrayLike, prizes: Sequence[Prize]) -> NDArray[np.float64]:
    """(N,) dollars of each entry of a finished contest by the points (N,) of all its entries.

    Blank entries take part with 0 points. Prizes for more places than there are entries stay
    unpaid, as on the sites.

    >>> prizes = Prize(first=1, last=1, amount=10.0), Prize(first=2, last=2, amount=5.0)
    >>> place_prizes([9, 7, 9], prizes).tolist()
    [7.5, 0.0, 7.5]
    """
    order, first, behind = _tied(points)
    total = PrizeTable.of(prizes, len(order)).total
    last = len(total) - 1
    shared = total[np.minimum(behind, last)] - total[np.minimum(first, last)]
    dollars = np.empty(len(order))
    dollars[order] = shared / (behind - first) / 100
    return dollars


def _tied(points: ArrayLike) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """(N,) entries best first; for each how many stand above its tie, and above or within it."""
    score = np.rint(np.asarray(points, np.float64) * _RESOLUTION).astype(np.int64)
    order = np.argsort(-score, kind="stable")
    ordered = -score[order]
    first = np.searchsorted(ordered, ordered, side="left")
    return order, first, np.searchsorted(ordered, ordered, side="right")
