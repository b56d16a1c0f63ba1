"""The prize of every score, lane by lane: ties split, and own entries told from opponents."""

from __future__ import annotations

import numpy as np
from numba import njit

from models.simulation.counting import stride
from models.simulation.lanes import LANES
from models.simulation.state import OPTIONS, WIN_SCALE, WIN_SHIFT, Array, Buffers, Tables


@njit(**OPTIONS)
def _between(summed: Array, start: float, stop: float) -> float:
    """Rise of a running sum from ``start`` to ``stop``, straight between whole numbers."""
    most = len(summed) - 1
    low, high = min(int(start), most), min(int(stop), most)
    rise = summed[high] - summed[low]
    if high < most:
        rise += (stop - high) * (summed[high + 1] - summed[high])
    if low < most:
        rise -= (start - low) * (summed[low + 1] - summed[low])
    return rise


@njit(**OPTIONS)
def _mean(summed: Array, a: int, t: int, b: int, u: int) -> float:
    """Mean of ``summed`` (B, D + 1) over a tie with t opponents and u own, below a and b of them.

    With own ones in the tie, i of them are ahead of an entry that stands in the (i + 1)-th of
    u + 1 equal parts of it.
    """
    if u == 0:
        most = summed.shape[1] - 1
        return (summed[b, min(a + t + 1, most)] - summed[b, min(a, most)]) / (t + 1)
    rise, part = 0.0, (t + 1) / (u + 1)
    for i in range(u + 1):
        if b + i < len(summed):
            rise += _between(summed[b + i], a + i * part, a + (i + 1) * part)
    return rise / (t + 1)


@njit(**OPTIONS)
def _rates(tables: Tables, a: int, t: int, b: int, u: int) -> np.uint64:
    """Paid, among the best hundredth, and first, as one word."""
    if a >= tables.rates.shape[1]:
        return np.uint64(0)
    word = tables.rates[b, a]
    if b == 0 and a < len(tables.win) - 1:
        first = _between(tables.win, a, a + (t + 1) / (u + 1)) / (t + 1)
        word |= np.uint64(first * WIN_SCALE + 0.5) << np.uint64(WIN_SHIFT)
    return word


@njit(**OPTIONS)
def _price(
    tables: Tables, at: int, a: int, t: int, m: int, u: int, rates: bool, b: Buffers
) -> None:
    b.pay[at] = _mean(tables.pay, a, t, m, u) / 100
    if rates:
        b.rates[at] = _rates(tables, a, t, m, u)


@njit(**OPTIONS)
def _repeat(at: int, rates: bool, b: Buffers) -> None:
    b.pay[at] = b.pay[at + 1]
    if rates:
        b.rates[at] = b.rates[at + 1]


@njit(**OPTIONS)
def _clear(at: int, rates: bool, b: Buffers) -> None:
    b.pay[at] = 0
    if rates:
        b.rates[at] = 0


@njit(**OPTIONS)
def _price_lane(
    tables: Tables, whole: bool, lane: int, last: int, own: bool, rates: bool, b: Buffers
) -> None:
    """The prize of each cell of a lane, in its relations to an own entry that would be replaced.

    From the highest score down; between scores that somebody has, prizes stay what they are. An
    own entry is above only where some are, and tied only where some are.
    """
    row, counted = stride(last), lane * stride(last)
    a, m, mine, fresh = 0, 0, 0, True
    for c in range(last, -1, -1):
        at = 3 * counted + c
        t = int(b.counts[counted + c]) if c > 0 else 0
        held = int(b.mine[counted + c]) if own and c > 0 else 0
        if t + held == 0 and not fresh:
            _repeat(at, rates, b)
            if mine > 0:
                _repeat(at + row, rates, b)
            elif c == 0:
                _clear(at + row, rates, b)
            continue
        fresh = t + held > 0
        if whole:
            t, u, one = t + held, 0, 0
        else:
            u, one = held, 1
        _price(tables, at, a, t, m, u, rates, b)
        if mine == 0 and c == 0:
            _clear(at + row, rates, b)
        if mine > 0:
            _price(tables, at + row, a - 1 + one, t, m - one, u, rates, b)
        if held > 0:
            _price(tables, at + 2 * row, a, t - 1 + one, m, u - one, rates, b)
        a += t
        m += u
        mine += held


@njit(**OPTIONS)
def price_cells(
    tables: Tables, whole: bool, lanes: int, last: int, own: bool, rates: bool, b: Buffers
) -> bool:
    """Price all lanes; whether any of them has something for those below its floor."""
    row = stride(last)
    deep = False
    for lane in range(lanes):
        _price_lane(tables, whole, lane, last, own, rates, b)
        below = 3 * lane * row
        for at in range(below, below + 2 * row, row):
            deep |= b.pay[at] > 0 or (rates and b.rates[at] > 0)
    b.pay[3 * lanes * row : 3 * LANES * row] = 0
    if rates:
        b.rates[3 * lanes * row : 3 * LANES * row] = 0
    return deep
