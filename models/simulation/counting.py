"""Floors, and counts above them, of 64 samples at a time.

Per lane, scores are counted above a floor, estimated from some lineups to lie just under the lowest
score that pays, and verified after the count. Cell 0 of a lane holds what is not above the floor,
cells 1 to ``last - 1`` one score each, cell ``last`` whatever is higher. Lanes begin an odd
multiple of 16 cells apart: a power of two would put them all into the same few sets of the cache.
"""

from __future__ import annotations

import numpy as np

from models.simulation.lanes import LANES, count_lanes, lowest_bit, mark_lanes, sum_lanes
from models.simulation.state import BATCH, MOST_CELLS, Array, Buffers, Entrants, Tables, compiled


@compiled
def load_tile(points: Array, first: int, lanes: int, tile: Array) -> None:
    """Copy ``lanes`` samples from ``first`` on; lanes beyond stay 0."""
    tile[:] = 0
    for q in range(points.shape[0]):
        row = points[q, first : first + lanes]
        to = tile[q * LANES : q * LANES + lanes]
        for s in range(lanes):
            to[s] = row[s]


@compiled
def _extremes(rows: Array, slots: int, b: Buffers, stored: bool) -> None:
    """Lower ``low`` and raise ``high`` to the scores of lineups, which are kept if ``stored``."""
    for i in range(len(rows) // slots):
        at = i if stored else 0
        sum_lanes(b.tile, rows, i, slots, b.zero, b.scores, at)
        scores = b.scores[at * LANES : (at + 1) * LANES]
        for s in range(LANES):
            b.low[s] = min(b.low[s], scores[s])
            b.high[s] = max(b.high[s], scores[s])


@compiled
def _forget(b: Buffers) -> None:
    for s in range(LANES):
        b.low[s], b.high[s] = b.largest[0], -b.largest[0]


@compiled
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


@compiled
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


@compiled
def _enclose(entrants: Entrants, slots: int, b: Buffers) -> int:
    """Set the floor below everybody's score; the number of the last cell."""
    _forget(b)
    _extremes(entrants.field, slots, b, False)
    _extremes(entrants.own, slots, b, False)
    for s in range(LANES):
        b.top[s] = b.high[s]
    return _set_floor(b)


@compiled
def _set_floor(b: Buffers) -> int:
    last = 1
    for s in range(LANES):
        b.floor[s] = b.low[s] - 1 if b.low[s] <= b.top[s] else 0  # 0: nobody else is there
        last = max(last, b.top[s] - b.floor[s] + 1)
    most: int = b.largest[0]
    return min(last, most)


@compiled
def stride(last: int) -> int:
    """Cells from one lane's first to the next one's: an odd multiple of 16."""
    return ((last + 16) // 16 | 1) * 16


@compiled
def span(last: int, own: bool) -> int:
    """Cells of a lane's prizes: three strides, or one where there are no own entries."""
    return stride(last) * (3 if own else 1)


@compiled
def _coarsened(last: int, whole: bool, b: Buffers) -> int:
    """The last cell once cells hold as many scores as a sampled field lets them."""
    shift = 0
    while not whole and last >> shift > MOST_CELLS:
        shift += 1
    b.shift[0] = shift
    return last if shift == 0 else (last >> shift) + 2


@compiled
def _count(entrants: Entrants, slots: int, last: int, b: Buffers) -> None:
    """Count the field by score above the floor; a few lineups' cells at a time, then the counts.

    A cell that was stored a moment ago is slow to load.
    """
    row, own = stride(last), len(entrants.own) > 0
    for s in range(LANES):
        b.start[s] = s * row
        b.payed[s] = s * span(last, own)
    b.counts[: LANES * row] = 0
    lineups = len(entrants.field) // slots
    for first in range(0, lineups, BATCH):
        batch = min(BATCH, lineups - first)
        for k in range(batch):
            b.above[k] = mark_lanes(
                b.tile,
                entrants.field,
                first + k,
                slots,
                b.floor,
                last,
                b.shift[0],
                b.start,
                b.cells,
                k,
            )
        for k in range(batch):
            above, at = b.above[k], np.uint64(k * LANES)
            while above:
                b.counts[b.cells[at + lowest_bit(above)]] += np.uint32(1)
                above &= above - np.uint64(1)


@compiled
def _count_own(entrants: Entrants, slots: int, last: int, b: Buffers) -> None:
    """Count own entries by score, and keep how far each is above the floor."""
    row, own = stride(last), len(entrants.own) // slots
    if own > 0:
        b.mine[: LANES * row] = 0
    for e in range(own):
        sum_lanes(b.tile, entrants.own, e, slots, b.floor, b.own, e)
        for s in range(LANES):
            above = np.int64(b.own[e * LANES + s])
            cell = min((above - 1 >> b.shift[0]) + 1, last) if above > 0 else 0
            b.mine[s * row + cell] += np.uint32(1)


@compiled
def _holds(entrants: Entrants, slots: int, whole: bool, depth: int, last: int, b: Buffers) -> bool:
    """Whether nobody below the floor is paid, or nobody is there; and nobody is beyond the last."""
    row = stride(last)
    lineups, own = len(entrants.field) // slots, len(entrants.own) // slots
    for s in range(LANES):
        first, stop = s * row + 1, s * row + last
        counted, mine = np.int64(0), np.int64(0)
        for c in range(first, stop):
            counted += b.counts[c]
        beyond = np.int64(b.counts[stop])
        if own > 0:
            for c in range(first, stop):
                mine += b.mine[c]
            beyond += b.mine[stop]
        enough = counted + (mine if whole else 0) > depth
        if beyond > 0 or not (enough or (counted == lineups and mine == own)):
            return False
    return True


@compiled
def settle(
    entrants: Entrants, slots: int, tables: Tables, whole: bool, wanted: int, b: Buffers
) -> int:
    """Count a block; the number of the last cell, or less than 0 where that needs more room."""
    depth = tables.pay.shape[1] - 1
    guessed = wanted <= len(entrants.sample) // slots
    for attempt in range(0 if guessed else 1, 2):
        last = (
            _estimate(entrants, slots, wanted, b) if attempt == 0 else _enclose(entrants, slots, b)
        )
        last = _coarsened(last, whole, b)
        if LANES * stride(last) > len(b.counts):
            return -stride(last)
        _count(entrants, slots, last, b)
        _count_own(entrants, slots, last, b)
        if _holds(entrants, slots, whole, depth, last, b):
            break
    return last
