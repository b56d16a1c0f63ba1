"""What a place is worth: the contest's own table, or its expectation given a sample of the field.

Two estimators share one form. With ``a`` counted opponents above an entry, ``t`` tied with it, and
``b`` and ``u`` of the user's own entries above and tied, the entry is paid the mean of a table over
the places that the tie spans. Exactly, all of them are whole places; smoothed, the counted
opponents are a sample that stands for the whole field, and own entries stay whole places.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.contest import Prize
from models.prizes import PrizeTable
from models.simulation.ladder import ladders
from models.simulation.state import CASH_SCALE, TOP_SCALE, TOP_SHIFT, Tables

MOST_OWN = 1_000
"""Own entries beside a sampled field; the sites allow 150 in a contest."""

_NOTHING = 1e-7
"""Expected cents below this count as none, and end the table."""

_NEVER = 1e-6
"""Chances of the first place below this count as none."""


class Pay(NamedTuple):
    """An estimator of payouts: what it is called, and the contest it is for."""

    name: Literal["exact", "smoothed"]
    prizes: PrizeTable
    entries: int
    """Entries of the contest, own ones included."""
    simulated: int
    """Opponents in the field it takes; 0 takes any number."""

    def tables(self, opponents: int, own: int, *, rates: bool = True) -> Tables:
        """The tables for a field of that many opponents and that many own entries beside it.

        With ``rates`` they reach down to the best hundredth even where only fewer are paid. Raises
        ValueError where the field has another size than the estimator was made for.
        """
        if self.name == "exact":
            return self._exact(opponents + max(own, 1), rates)
        if opponents != self.simulated:
            raise ValueError(
                f"a field of {opponents:,} lineups for smoothed_pay of {self.simulated:,}; make "
                "the estimator for the field that is simulated"
            )
        if own > MOST_OWN:
            raise ValueError(f"{own:,} own entries; beside a sampled field at most {MOST_OWN:,}")
        return self._smoothed(own, rates)

    def _exact(self, competing: int, rates: bool) -> Tables:
        paid, top = self.prizes.paid, _top(competing)
        depth = max(paid, top if rates else 0)
        place = np.arange(depth)
        return Tables(
            pay=self.prizes.total[np.minimum(np.arange(depth + 1), paid)][None].astype(np.float64),
            win=np.minimum(np.arange(min(depth, 1) + 1.0), 1.0),
            rates=_packed(place < paid, place < top)[None],
        )

    def _smoothed(self, own: int, rates: bool) -> Tables:
        real = max(self.entries - max(own, 1), 0)

        def expected(stair: NDArray[np.float64]) -> NDArray[np.float64]:
            return ladders(stair, real=real, sampled=self.simulated, own=own)

        pay = expected(self.prizes.cents.astype(np.float64))
        top = expected(np.ones(_top(self.entries)))
        win = expected(np.ones(1))[0]
        reached = pay[0] + (top[0] if rates else 0.0)
        depth = int(np.count_nonzero(reached > _NOTHING))
        return Tables(
            pay=_summed(pay[:, :depth]),
            win=_summed(win[:depth][win[:depth] > _NEVER]),
            rates=_packed(expected(np.ones(self.prizes.paid)), top)[:, :depth],
        )


def exact_pay(prizes: Sequence[Prize], entries: int) -> Pay:
    """Payouts by the places really reached; the field must hold every opponent.

    A contest that is not full is paid by the table among those who entered, as on the sites: the
    number that counts is that of the field and own entries given to the simulation, and
    ``entries`` only cuts off prizes of places that do not exist.
    """
    return Pay("exact", PrizeTable.of(prizes, entries), entries, 0)


def smoothed_pay(prizes: Sequence[Prize], entries: int, simulated: int) -> Pay:
    """Payouts expected over the whole field, of which ``simulated`` opponents are a sample.

    The opponents must be independent draws of one model of the field; there may be fewer or more of
    them than the contest has. ``entries`` counts everybody in the contest, own entries included.
    """
    if simulated < 1:
        raise ValueError("a sample of 0 opponents tells nothing; simulate some thousands")
    return Pay("smoothed", PrizeTable.of(prizes, entries), entries, simulated)


def choose_pay(prizes: Sequence[Prize], entries: int, field: int, *, drawn: bool = True) -> Pay:
    """The estimator for a field of that many opponents; ``Pay.name`` says which one it is.

    ``drawn`` opponents come from a model of the field: a sample, whatever its size, of the entries
    that might stand there, and the smoothed payout is right. Entries that are the contest's own,
    complete and known, are all there is, and the exact payout is.
    """
    return smoothed_pay(prizes, entries, field) if drawn else exact_pay(prizes, entries)


def _packed(cash: NDArray[Any], top: NDArray[Any]) -> NDArray[np.uint64]:
    """Two probabilities in one word, with room for the third."""
    low = np.rint(cash * CASH_SCALE).astype(np.uint64)
    words: NDArray[np.uint64] = low | (
        np.rint(top * TOP_SCALE).astype(np.uint64) << np.uint64(TOP_SHIFT)
    )
    return words


def _summed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Running sums along the last axis, beginning with 0."""
    sums = np.zeros((*values.shape[:-1], values.shape[-1] + 1))
    np.cumsum(values, axis=-1, out=sums[..., 1:])
    return sums


def _top(entries: int) -> int:
    """Places of the best hundredth, at least one."""
    return max(entries // 100, 1)
