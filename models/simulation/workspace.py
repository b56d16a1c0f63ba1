"""Buffers that simulations of one slate may share."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.simulation.lanes import LANES
from models.simulation.pay import Pay
from models.simulation.state import BATCH, Buffers, Tables

_ROOM = 688
"""Cells per lane to begin with."""


class Needs(NamedTuple):
    """How large a thread's buffers have to be."""

    wide: bool
    """Scores in 32 bits."""
    rows: int
    sampled: int
    own: int
    bases: int
    rates: bool
    room: int
    """Cells per lane."""

    def covers(self, other: Needs) -> bool:
        """Whether buffers made for these needs serve the others, too."""
        exact = self.wide == other.wide and self.rows == other.rows and self.own == other.own
        return exact and all(mine >= its for mine, its in zip(self[2:], other[2:], strict=True))


class Workspace:
    """Buffers and prize tables for calls one after the other; never for two at a time."""

    def __init__(self) -> None:
        self._buffers: dict[int, tuple[Needs, Buffers]] = {}
        self._tables: tuple[Any, Pay, Tables] | None = None

    def buffers_for(self, worker: int, needs: Needs) -> Buffers:
        """A worker's buffers, kept as long as they are large enough."""
        held = self._buffers.get(worker)
        if held is None or not held[0].covers(needs):
            room = max(needs.room, held[0].room if held else _ROOM)
            grown = needs._replace(room=room)
            held = self._buffers[worker] = grown, _buffers(grown)
        return held[1]

    def tables_for(self, pay: Pay, opponents: int, own: int, *, rates: bool) -> Tables:
        """The estimator's tables, made once as long as the contest is the same."""
        key = (opponents, own, rates)
        if self._tables is None or self._tables[0] != key or self._tables[1] is not pay:
            made = pay.tables(opponents, own, rates=rates)
            self._tables = key, pay, Tables(*(frozen(table) for table in made))
        return self._tables[2]


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """A contiguous read-only view: one type for the kernels, whoever owns the array."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


def _buffers(needs: Needs) -> Buffers:
    score: Any = np.int32 if needs.wide else np.int16
    largest = 2**30 if needs.wide else 2**15 - 1

    def lanes(rows: int = 1, dtype: Any = score) -> NDArray[Any]:
        return np.zeros(rows * LANES, dtype)

    kinds = 3 if needs.own else 1
    own = lanes(needs.own + 1)
    own[-LANES:] = -largest
    return Buffers(
        tile=lanes(needs.rows),
        scores=lanes(needs.sampled),
        own=own,
        floor=lanes(),
        low=lanes(),
        high=lanes(),
        middle=lanes(),
        tally=lanes(),
        top=lanes(),
        zero=lanes(),
        shift=np.zeros(1, np.int64),
        largest=np.array([largest], score),
        above=np.zeros(BATCH, np.uint64),
        start=lanes(dtype=np.uint32),
        payed=lanes(dtype=np.uint32),
        cells=lanes(BATCH, np.uint32),
        counts=lanes(needs.room, np.uint32),
        mine=lanes(needs.room if needs.own else 1, np.uint32),
        pay=lanes(kinds * needs.room, np.float32),
        rates=lanes(kinds * needs.room if needs.rates else 1, np.uint64),
        paid=lanes(dtype=np.float32),
        based=lanes(needs.bases + 1, np.float32),
        squares=np.zeros(needs.bases + 1),
    )
