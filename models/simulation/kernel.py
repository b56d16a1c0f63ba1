"""The simulation of contests, 64 samples at a time: count the field, price scores, pay candidates.

The points of all players in 64 samples are copied to where they stay in the nearest caches; nothing
of the size of the field times the samples is ever stored.
"""

from __future__ import annotations

import marshal
import sys
from hashlib import blake2b
from types import FunctionType, ModuleType

import numpy as np
from numba import njit

from models.simulation import counting, lanes, pricing, state
from models.simulation.counting import load_tile, settle, stride
from models.simulation.lanes import LANES, lowest_bit, pay_lanes
from models.simulation.pricing import price_cells
from models.simulation.state import (
    CASH,
    CASH_SCALE,
    DIFFERENCE,
    OPTIONS,
    PAY,
    SQUARE,
    TOP,
    TOP_SCALE,
    TOP_SHIFT,
    WIN,
    WIN_SCALE,
    WIN_SHIFT,
    Array,
    Buffers,
    Entrants,
    Tables,
    compiled,
)


@compiled
def _find_cells(
    entrants: Entrants, c: int, slots: int, last: int, deep: bool, b: Buffers
) -> np.uint64:
    """Set ``b.cells`` to those that pay a candidate; a bit for every lane that may pay him."""
    rows, rival, step = entrants.candidates, entrants.owner[c], stride(last)
    above: np.uint64 = pay_lanes(
        b.tile, rows, c, slots, b.floor, last, b.shift[0], b.payed, b.cells, b.own, rival, step
    )
    return ~np.uint64(0) if deep else above


@compiled
def _look_up(above: np.uint64, b: Buffers) -> None:
    """Set ``b.paid`` to the payouts in all lanes."""
    b.paid[:] = 0
    while above:
        s = lowest_bit(above)
        above &= above - np.uint64(1)
        b.paid[s] = b.pay[b.cells[s]]


@compiled
def _earn(above: np.uint64, base: int, rates: bool, b: Buffers, sums: Array) -> None:
    """Add a candidate's payouts to his sums, lane by lane where he may be paid."""
    total, square, cross, word = 0.0, 0.0, 0.0, np.uint64(0)
    based = b.based[base * LANES : (base + 1) * LANES]
    while above:
        s = lowest_bit(above)
        above &= above - np.uint64(1)
        cell = b.cells[s]
        dollars = np.float64(b.pay[cell])
        total += dollars
        square += dollars * dollars
        cross += dollars * np.float64(based[s])
        if rates:
            word += b.rates[cell]
    sums[PAY] += total
    sums[SQUARE] += square
    sums[DIFFERENCE] += square - 2 * cross + b.squares[base]
    field = np.uint64(2**TOP_SHIFT - 1)
    sums[CASH] += np.int64(word & field) / CASH_SCALE
    sums[TOP] += np.int64(word >> np.uint64(TOP_SHIFT) & field) / TOP_SCALE
    sums[WIN] += np.int64(word >> np.uint64(WIN_SHIFT)) / WIN_SCALE


@compiled
def _pay_bases(entrants: Entrants, slots: int, last: int, deep: bool, b: Buffers) -> None:
    """Payouts of the candidates that others are compared with, and their squares' sums."""
    nothing = len(entrants.bases)
    b.based[nothing * LANES : (nothing + 1) * LANES] = 0
    b.squares[nothing] = 0
    for u in range(len(entrants.bases)):
        _look_up(_find_cells(entrants, entrants.bases[u], slots, last, deep, b), b)
        b.squares[u] = 0
        for s in range(LANES):
            b.based[u * LANES + s] = b.paid[s]
            b.squares[u] += np.float64(b.paid[s]) * np.float64(b.paid[s])


@compiled
def _pay_candidates(
    entrants: Entrants,
    slots: int,
    last: int,
    deep: bool,
    rates: bool,
    first: int,
    lanes: int,
    b: Buffers,
    sums: Array,
    payouts: Array,
) -> None:
    _pay_bases(entrants, slots, last, deep, b)
    kept = min(lanes, payouts.shape[1] - first)
    for c in range(len(entrants.owner)):
        above = _find_cells(entrants, c, slots, last, deep, b)
        _earn(above, entrants.base[c], rates, b, sums[c])
        if kept > 0:
            _look_up(above, b)
            for s in range(kept):
                payouts[c, first + s] = b.paid[s]


def _simulate_span(
    points: Array,
    progress: Array,
    stop: int,
    entrants: Entrants,
    slots: int,
    tables: Tables,
    whole: bool,
    wanted: int,
    rates: bool,
    b: Buffers,
    sums: Array,
    payouts: Array,
) -> int:
    """Samples from ``progress[0]`` to ``stop``; 0, or the cells per lane that it needs to go on.

    ``sums`` (C, 6) grow; ``payouts`` (C, keep) are set. ``progress[0]`` is the next sample to do.
    """
    own = len(entrants.own) > 0
    while progress[0] < stop:
        first = progress[0]
        lanes = min(LANES, stop - first)
        load_tile(points, first, lanes, b.tile)
        last = settle(entrants, slots, tables, whole, wanted, b)
        if last < 0:
            return -last
        deep = price_cells(tables, whole, lanes, last, own, rates, b)
        _pay_candidates(entrants, slots, last, deep, rates, first, lanes, b, sums, payouts)
        progress[0] = first + lanes
    return 0


def _fingerprint(*modules: ModuleType) -> str:
    """Of the bytecode of all that is compiled into the kernel, and of the numbers it refers to."""
    digest = blake2b(repr(sorted(OPTIONS["fastmath"])).encode(), digest_size=6)
    for module in modules:
        for name, value in sorted(vars(module).items()):
            function = getattr(value, "py_func", getattr(value, "_defn", value))
            if isinstance(function, FunctionType):
                digest.update(name.encode() + marshal.dumps(function.__code__, 2))
            elif isinstance(value, int):
                digest.update(f"{name}{value}".encode())
    return digest.hexdigest()


_simulate_span.__qualname__ += _fingerprint(state, lanes, counting, pricing, sys.modules[__name__])
simulate_span = njit(cache=True, **OPTIONS)(_simulate_span)
"""Compiled at its first call, or loaded from the cache, which goes by the name and this file."""
