"""The simulation of 64 samples at a time: floors, counts above them, prizes, candidates.

Per lane (one sample), scores are counted above a floor, estimated from some lineups to lie just
under the lowest score that pays, and verified after the count. Cell 0 of a lane holds what is not
above the floor, cells 1 to ``last - 1`` one score each, cell ``last`` whatever is higher; the prize
of a cell is then looked up by every candidate that scores it. Lanes begin an odd multiple of 16
cells apart: a power of two would put them all into the same few sets of the cache.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from models.simulation.pay import Tables
from models.simulation.lanes import (
    LANES,
    count_lanes,
    lowest_bit,
    mark_lanes,
    pay_lanes,
    sum_lanes,
)

OPTIONS: dict[str, Any] = {
    "cache": True,
    "nogil": True,
    "_nrt": False,
    "fastmath": {"reassoc", "nsz", "contract"},
}
"""The kernels make no arrays, so nothing needs to be counted; sums over lanes may be reordered."""

CASH_SCALE, TOP_SCALE, WIN_SCALE = 2**14, 2**14, 2**15
TOP_SHIFT, WIN_SHIFT = 21, 42
"""Three rates share a word: fields of 21, 21 and 22 bits hold their sums over 64 lanes."""

PAY, SQUARE, DIFFERENCE, CASH, TOP, WIN = range(6)
"""Columns of the sums kept per candidate."""


class Entrants(NamedTuple):
    """Lineups as scoring rows, all ``(N * R,)`` int16, and how candidates relate to own entries."""

    field: NDArray[np.int16]
    sample: NDArray[np.int16]
    """Lineups of the field from which the floor is estimated; all of them if they are few."""
    own: NDArray[np.int16]
    candidates: NDArray[np.int16]
    owner: NDArray[np.int32]
    """(C,) own entry that a candidate would replace, -1 for none."""
    base: NDArray[np.int32]
    """(C,) index into ``bases``, -1 for a comparison with nothing."""
    bases: NDArray[np.int32]
    """(U,) candidates that others are compared with."""


class Buffers(NamedTuple):
    """Work space of one thread, with ``room`` cells per lane."""

    tile: NDArray[Any]
    """(Q * 64,) points by scoring row and lane."""
    scores: NDArray[Any]
    """(n * 64,) of the lineups from which the floor is estimated."""
    own: NDArray[Any]
    """((E + 1) * 64,) of own entries above the floor; the last row is above every score."""
    floor: NDArray[Any]
    """(64,) the score just below cell 1."""
    low: NDArray[Any]
    high: NDArray[Any]
    middle: NDArray[Any]
    tally: NDArray[Any]
    top: NDArray[Any]
    zero: NDArray[Any]
    """(64,) each."""
    largest: NDArray[Any]
    """(1,) more than any score."""
    start: NDArray[np.uint32]
    """(64,) first cell of each lane, for counts."""
    payed: NDArray[np.uint32]
    """(64,) first cell of each lane, for payouts."""
    cells: NDArray[np.uint32]
    """(64,) the cell of a lineup in each lane."""
    counts: NDArray[np.uint32]
    """(64 * room,) opponents by score."""
    mine: NDArray[np.uint32]
    """(64 * room,) own entries by score, where they do not count as opponents."""
    pay: NDArray[np.float32]
    """(64 * 3 * room,) dollars: the own entry replaced is not above, is above, is tied."""
    rates: NDArray[np.uint64]
    """(64 * 3 * room,) paid, top 1 % and first, in one word."""
    paid: NDArray[np.float32]
    """(64,) a candidate's payouts."""
    based: NDArray[np.float32]
    """((U + 1) * 64,) payouts of those that others are compared with; the last row is 0."""


Array = NDArray[Any]


@njit(**OPTIONS)
def _load_tile(points: Array, first: int, lanes: int, tile: Array) -> None:
    """Copy ``lanes`` samples from ``first`` on; lanes beyond stay 0."""
    tile[:] = 0
    for q in range(points.shape[0]):
        row = points[q, first : first + lanes]
        to = tile[q * LANES : q * LANES + lanes]
        for s in range(lanes):
            to[s] = row[s]


@njit(**OPTIONS)
def _extremes(rows: Array, slots: int, b: Buffers, stored: bool) -> None:
    """Lower ``low`` and raise ``high`` to the scores of lineups, which are kept if ``stored``."""
    for i in range(len(rows) // slots):
        at = i if stored else 0
        sum_lanes(b.tile, rows, i, slots, b.zero, b.scores, at)
        scores = b.scores[at * LANES : (at + 1) * LANES]
        for s in range(LANES):
            b.low[s] = min(b.low[s], scores[s])
            b.high[s] = max(b.high[s], scores[s])


@njit(**OPTIONS)
def _forget(b: Buffers) -> None:
    for s in range(LANES):
        b.low[s], b.high[s] = b.largest[0], -b.largest[0]


@njit(**OPTIONS)
def _bisect(lineups: int, wanted: int, b: Buffers) -> None:
    """Raise ``low`` to the highest score that ``wanted`` of the stored lineups reach."""
    widest = 1
    while widest > 0:
        widest = 0
        for s in range(LANES):
            b.middle[s] = b.low[s] + (b.high[s] - b.low[s] + 1) // 2
        count_lanes(b.scores, lineups, b.middle, b.tally)
        for s in range(LANES):
            if b.tally[s] >= wanted:
                b.low[s] = b.middle[s]
            else:
                b.high[s] = b.middle[s] - 1
            widest = max(widest, b.high[s] - b.low[s])


@njit(**OPTIONS)
def _estimate(entrants: Entrants, slots: int, wanted: int, b: Buffers) -> int:
    """Set the floor by the sampled lineups; the number of the last cell, beyond every score."""
    _forget(b)
    _extremes(entrants.own, slots, b, False)
    for s in range(LANES):
        b.top[s] = b.high[s]
    _forget(b)
    _extremes(entrants.sample, slots, b, True)
    lineups = len(entrants.sample) // slots
    some = lineups * slots < len(entrants.field)
    for s in range(LANES):
        margin = (b.high[s] - b.low[s]) // 4 + 16 if some else 0
        b.top[s] = min(max(b.top[s], b.high[s] + margin), b.largest[0])
    _bisect(lineups, wanted, b)
    return _set_floor(b)


@njit(**OPTIONS)
def _enclose(entrants: Entrants, slots: int, b: Buffers) -> int:
    """Set the floor below everybody's score; the number of the last cell."""
    _forget(b)
    _extremes(entrants.field, slots, b, False)
    _extremes(entrants.own, slots, b, False)
    for s in range(LANES):
        b.top[s] = b.high[s]
    return _set_floor(b)


@njit(**OPTIONS)
def _set_floor(b: Buffers) -> int:
    last = 1
    for s in range(LANES):
        b.floor[s] = b.low[s] - 1 if b.low[s] <= b.top[s] else 0  # 0: nobody else is there
        last = max(last, b.top[s] - b.floor[s] + 1)
    return last


@njit(**OPTIONS)
def _stride(last: int) -> int:
    """Cells from one lane's first to the next one's: an odd multiple of 16."""
    return ((last + 16) // 16 | 1) * 16


@njit(**OPTIONS)
def _count(entrants: Entrants, slots: int, whole: bool, last: int, b: Buffers) -> None:
    """Count the field, and own entries beside it or among it, by their scores above the floor."""
    row = _stride(last)
    for s in range(LANES):
        b.start[s] = s * row
        b.payed[s] = 3 * s * row
    b.counts[: LANES * row] = 0
    for i in range(len(entrants.field) // slots):
        above = mark_lanes(b.tile, entrants.field, i, slots, b.floor, last, b.start, b.cells)
        while above:
            s = lowest_bit(above)
            above &= above - np.uint64(1)
            b.counts[b.cells[s]] += np.uint32(1)
    mine = b.counts if whole else b.mine
    if not whole:
        mine[: LANES * row] = 0
    for e in range(len(entrants.own) // slots):
        sum_lanes(b.tile, entrants.own, e, slots, b.floor, b.own, e)
        for s in range(LANES):
            score = min(max(b.own[e * LANES + s], 0), last)
            mine[s * row + score] += np.uint32(1)


@njit(**OPTIONS)
def _holds(entrants: Entrants, slots: int, whole: bool, depth: int, last: int, b: Buffers) -> bool:
    """Whether nobody below the floor is paid, or nobody is there; and nobody is beyond the last."""
    row = _stride(last)
    own = len(entrants.own) // slots
    everybody = len(entrants.field) // slots + (own if whole else 0)
    for s in range(LANES):
        counted = np.int64(0)
        for c in range(s * row + 1, s * row + last):
            counted += b.counts[c]
        beyond = b.counts[s * row + last]
        mine_below = 0
        if not whole and own > 0:
            beyond += b.mine[s * row + last]
            mine_below = b.mine[s * row]
        if beyond > 0 or (counted <= depth and (counted < everybody or mine_below > 0)):
            return False
    return True


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
    if a >= tables.cash.shape[1]:
        return np.uint64(0)
    cash = np.uint64(tables.cash[b, a] * CASH_SCALE + 0.5)
    top = np.uint64(tables.top[b, a] * TOP_SCALE + 0.5)
    first = 0.0
    if b == 0:
        first = _between(tables.win, a, a + (t + 1) / (u + 1)) / (t + 1)
    win = np.uint64(first * WIN_SCALE + 0.5)
    return cash | top << np.uint64(TOP_SHIFT) | win << np.uint64(WIN_SHIFT)


@njit(**OPTIONS)
def _price(
    tables: Tables, at: int, a: int, t: int, m: int, u: int, rates: bool, b: Buffers
) -> None:
    b.pay[at] = _mean(tables.pay, a, t, m, u) / 100
    if rates:
        b.rates[at] = _rates(tables, a, t, m, u)


@njit(**OPTIONS)
def _price_lane(
    tables: Tables, whole: bool, lane: int, last: int, own: int, rates: bool, b: Buffers
) -> None:
    """The prize of each cell of a lane, in its three relations to an own entry replaced."""
    row = _stride(last)
    beside = own > 0 and not whole
    a, m = 0, 0
    for c in range(last, -1, -1):
        t = int(b.counts[lane * row + c]) if c > 0 else 0
        u = int(b.mine[lane * row + c]) if beside and c > 0 else 0
        at = 3 * lane * row + c
        _price(tables, at, a, t, m, u, rates, b)
        if beside:
            _price(tables, at + row, a, t, max(m - 1, 0), u, rates, b)
            _price(tables, at + 2 * row, a, t, m, max(u - 1, 0), rates, b)
        elif own > 0:
            _price(tables, at + row, max(a - 1, 0), t, 0, 0, rates, b)
            _price(tables, at + 2 * row, a, max(t - 1, 0), 0, 0, rates, b)
        a += t
        m += u


@njit(**OPTIONS)
def _price_cells(
    tables: Tables, whole: bool, lanes: int, last: int, own: int, rates: bool, b: Buffers
) -> None:
    row = _stride(last)
    for lane in range(lanes):
        _price_lane(tables, whole, lane, last, own, rates, b)
    b.pay[3 * lanes * row : 3 * LANES * row] = 0
    if rates:
        b.rates[3 * lanes * row : 3 * LANES * row] = 0


@njit(**OPTIONS)
def _look_up(
    entrants: Entrants, c: int, slots: int, last: int, rates: bool, b: Buffers
) -> np.uint64:
    """A candidate's payouts in all lanes, to ``b.paid``; his rates summed over the lanes."""
    rows, rival = entrants.candidates, entrants.owner[c]
    pay_lanes(b.tile, rows, c, slots, b.floor, last, b.payed, b.cells, b.own, rival, _stride(last))
    for s in range(LANES):
        b.paid[s] = b.pay[b.cells[s]]
    word = np.uint64(0)
    if rates:
        for s in range(LANES):
            word += b.rates[b.cells[s]]
    return word


@njit(**OPTIONS)
def _add(paid: Array, based: Array, word: np.uint64, sums: Array) -> None:
    total, square, difference = np.float32(0), np.float32(0), np.float32(0)
    for s in range(LANES):
        total += paid[s]
        square += paid[s] * paid[s]
        difference += (paid[s] - based[s]) * (paid[s] - based[s])
    sums[PAY] += total
    sums[SQUARE] += square
    sums[DIFFERENCE] += difference
    field = np.uint64(2**TOP_SHIFT - 1)
    sums[CASH] += np.int64(word & field) / CASH_SCALE
    sums[TOP] += np.int64(word >> np.uint64(TOP_SHIFT) & field) / TOP_SCALE
    sums[WIN] += np.int64(word >> np.uint64(WIN_SHIFT)) / WIN_SCALE


@njit(**OPTIONS)
def _pay_candidates(
    entrants: Entrants,
    slots: int,
    last: int,
    rates: bool,
    first: int,
    lanes: int,
    b: Buffers,
    sums: Array,
    payouts: Array,
) -> None:
    for u in range(len(entrants.bases)):
        _look_up(entrants, entrants.bases[u], slots, last, False, b)
        for s in range(LANES):
            b.based[u * LANES + s] = b.paid[s]
    kept = min(lanes, payouts.shape[1] - first)
    for c in range(len(entrants.owner)):
        word = _look_up(entrants, c, slots, last, rates, b)
        at = entrants.base[c] * LANES
        _add(b.paid, b.based[at : at + LANES], word, sums[c])
        for s in range(kept):
            payouts[c, first + s] = b.paid[s]


@njit(**OPTIONS)
def _settle(
    entrants: Entrants, slots: int, tables: Tables, whole: bool, wanted: int, b: Buffers
) -> int:
    """Count a block; the number of the last cell, or less than 0 where that needs more room."""
    depth = tables.pay.shape[1] - 1
    guessed = wanted <= len(entrants.sample) // slots
    for attempt in range(0 if guessed else 1, 2):
        last = (
            _estimate(entrants, slots, wanted, b) if attempt == 0 else _enclose(entrants, slots, b)
        )
        if LANES * _stride(last) > len(b.counts):
            return -_stride(last)
        _count(entrants, slots, whole, last, b)
        if _holds(entrants, slots, whole, depth, last, b):
            break
    return last


@njit(**OPTIONS)
def simulate_span(
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
    own = len(entrants.own) // slots
    while progress[0] < stop:
        first = progress[0]
        lanes = min(LANES, stop - first)
        _load_tile(points, first, lanes, b.tile)
        last = _settle(entrants, slots, tables, whole, wanted, b)
        if last < 0:
            return -last
        _price_cells(tables, whole, lanes, last, own, rates, b)
        _pay_candidates(entrants, slots, last, rates, first, lanes, b, sums, payouts)
        progress[0] = first + lanes
    return 0
