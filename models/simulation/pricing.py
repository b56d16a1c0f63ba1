"""The prize of every score, lane by lane: ties split, and own entries told from opponents."""

from __future__ import annotations

import numpy as np

from models.simulation.counting import span, stride
from models.simulation.lanes import LANES
from models.simulation.state import (
    WIN_SCALE,
    WIN_SHIFT,
    Array,
    Buffers,
    Tables,
    compiled,
)

CENTS = 100


@compiled
def _between(summed: Array, start: float, stop: float) -> float:
    """Rise of a running sum from ``start`` to ``stop``, straight between whole numbers."""
    most = len(summed) - 1
    low, high = min(int(start), most), min(int(stop), most)
    rise: float = summed[high] - summed[low]
    if high < most:
        rise += (stop - high) * (summed[high + 1] - summed[high])
    if low < most:
        rise -= (start - low) * (summed[low + 1] - summed[low])
    return rise


@compiled
def _mean(summed: Array, a: int, t: int, b: int, u: int) -> float:
    """Dollars: the mean of ``summed`` cents (B, D + 1) over a tie, below a opponents and b own.

    t opponents and u own entries are in the tie besides.

    With own ones in the tie, i of them are ahead of an entry that stands in the (i + 1)-th of
    u + 1 equal parts of it.
    """
    if u == 0:
        most = summed.shape[1] - 1
        whole: float = summed[b, min(a + t + 1, most)] - summed[b, min(a, most)]
        return whole / (CENTS * (t + 1))
    rise, part = 0.0, (t + 1) / (u + 1)
    for i in range(u + 1):
        if b + i < len(summed):
            rise += _between(summed[b + i], a + i * part, a + (i + 1) * part)
    return rise / (CENTS * (t + 1))


@compiled
def _rates(tables: Tables, a: int, t: int, b: int, u: int) -> np.uint64:
    """Paid, among the best hundredth, and first, as one word."""
    if a >= tables.rates.shape[1]:
        return np.uint64(0)
    word: np.uint64 = tables.rates[b, a]
    if b == 0 and a < len(tables.win) - 1:
        first = _between(tables.win, a, a + (t + 1) / (u + 1)) / (t + 1)
        word |= np.uint64(first * WIN_SCALE + 0.5) << np.uint64(WIN_SHIFT)
    return word


@compiled
def _fill(first: int, stop: int, price: float, word: np.uint64, rates: bool, b: Buffers) -> None:
    b.pay[first:stop] = price
    if rates:
        b.rates[first:stop] = word


@compiled
def _price(
    tables: Tables, at: int, a: int, t: int, m: int, u: int, rates: bool, b: Buffers
) -> None:
    b.pay[at] = _mean(tables.pay, a, t, m, u)
    if rates:
        b.rates[at] = _rates(tables, a, t, m, u)


@compiled
def _price_free(
    tables: Tables, first: int, stop: int, a: int, m: int, rates: bool, b: Buffers
) -> None:
    """Price cells that nobody is in."""
    word = _rates(tables, a, 0, m, 0) if rates else np.uint64(0)
    _fill(first, stop, _mean(tables.pay, a, 0, m, 0), word, rates, b)


@compiled
def _next(lane: int, c: int, last: int, own: bool, b: Buffers) -> int:
    """The highest cell from ``c`` down that somebody is in; 0 if there is none."""
    counted = lane * stride(last)
    while c > 0 and b.counts[counted + c] == 0 and (not own or b.mine[counted + c] == 0):
        c -= 1
    return c


@compiled
def _price_lane(
    tables: Tables, whole: bool, lane: int, last: int, own: bool, rates: bool, b: Buffers
) -> None:
    """The prize of each cell of a lane, in its relations to an own entry that would be replaced.

    From the highest score down; between scores that somebody has, prizes stay what they are. An
    own entry is above only where some are, and tied only where some are.
    """
    row, base, one = stride(last), lane * span(last, own), 0 if whole else 1
    a, m, mine, c = 0, 0, 0, last
    while c >= 0:
        taken = _next(lane, c, last, own, b)
        free = taken + 1 if taken > 0 else 0
        if free <= c:
            _price_free(tables, base + free, base + c + 1, a, m, rates, b)
            at = base + row
            if mine > 0:
                _price_free(tables, at + free, at + c + 1, a - 1 + one, m - one, rates, b)
            elif own and free == 0:
                _fill(at, at + 1, 0.0, np.uint64(0), rates, b)
        if taken == 0:
            break
        held = int(b.mine[lane * row + taken]) if own else 0
        t, u = int(b.counts[lane * row + taken]) + held * (1 - one), held * one
        _price(tables, base + taken, a, t, m, u, rates, b)
        at = base + row + taken
        if mine > 0:
            _price(tables, at, a - 1 + one, t, m - one, u, rates, b)
        if held > 0:
            _price(tables, at + row, a, t - 1 + one, m, u - one, rates, b)
            if mine == 0:  # where a cell holds several scores, whoever is above may be in it
                _price(tables, at, a, t - 1 + one, m, u - one, rates, b)
        a, m, mine, c = a + t, m + u, mine + held, taken - 1


@compiled
def _price_lane_beside(summed: Array, counts: Array, mine: Array, last: int, pay: Array) -> None:
    """The same beside a sampled field, without rates: every cell that no own entry is in alike.

    It is given arrays and not all buffers, which take longer to be handed over than to be used.
    """
    row, a, m, most = stride(last), 0, 0, summed.shape[1] - 1
    here, above = summed[0], summed[0]
    for c in range(last, -1, -1):
        t, u = int(np.int64(counts[c])), int(np.int64(mine[c])) if c > 0 else 0
        if u > 0:
            pay[c] = _mean(summed, a, t, m, u)
            pay[row + c] = _mean(summed, a, t, max(m - 1, 0), u)
            pay[2 * row + c] = _mean(summed, a, t, m, u - 1)
            m += u
            here, above = summed[m], summed[m - 1]
        else:
            low, high = min(a, most), min(a + t + 1, most)
            part = 1.0 / (CENTS * (t + 1))
            pay[c] = (here[high] - here[low]) * part
            pay[row + c] = (above[high] - above[low]) * part
        a += t


@compiled
def _price_lane_alone(tables: Tables, lane: int, last: int, rates: bool, b: Buffers) -> None:
    """The same without own entries: every cell alike, without a branch."""
    first = lane * stride(last)
    summed, counts = tables.pay[0], b.counts[first : first + last + 1]
    pay, most, a = b.pay[first : first + last + 1], tables.pay.shape[1] - 1, 0
    for c in range(last, -1, -1):
        t = int(counts[c])
        pay[c] = (summed[min(a + t + 1, most)] - summed[min(a, most)]) / (CENTS * (t + 1))
        if rates:
            b.rates[first + c] = _rates(tables, a, t, 0, 0)
        a += t


@compiled
def price_cells(
    tables: Tables, whole: bool, lanes: int, last: int, own: bool, rates: bool, b: Buffers
) -> bool:
    """Price all lanes; whether any of them has something for those below its floor."""
    row, size, deep = stride(last), span(last, own), False
    for lane in range(lanes):
        below, cells = lane * size, slice(lane * row, lane * row + last + 1)
        if own and not whole and not rates:
            pay = b.pay[below : below + size]
            _price_lane_beside(tables.pay, b.counts[cells], b.mine[cells], last, pay)
        elif own:
            _price_lane(tables, whole, lane, last, own, rates, b)
        else:
            _price_lane_alone(tables, lane, last, rates, b)
        for at in range(below, below + min(size, 2 * row), row):
            deep |= b.pay[at] > 0 or (rates and b.rates[at] > 0)
        if own:  # below the floor nobody ties for anything
            b.pay[below + 2 * row] = b.pay[below]
            if rates:
                b.rates[below + 2 * row] = b.rates[below]
    b.pay[lanes * size : LANES * size] = 0
    if rates:
        b.rates[lanes * size : LANES * size] = 0
    return deep
