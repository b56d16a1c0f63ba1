"""The compiled loops from ranks to points. Importing this module loads numba.

One function works out a row, whoever asks for it, so that redrawing equals drawing afresh.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

_OPTIONS: dict[str, Any] = {"cache": True, "nogil": True}

BASE, ROOT, LINEAR, FLOOR, NOISE = range(5)
"""Columns of a marginal's numbers."""
MEAN, SPREAD, PLAYS, SCORED, LEFT = range(5)
"""Columns of a forecast."""


@njit(**_OPTIONS)
def spread_of(mean: float, spread: float, left: float, law: NDArray[np.float64]) -> float:
    """Standard deviation of the points still to come.

    Within a game the play's own noise goes down with the time left, and the uncertainty of the
    player's rate is updated on what he has shown: the variance of a gamma-Poisson process.
    """
    if not math.isnan(spread):
        return spread
    whole = max(mean, 0.0) / left
    sd = law[BASE] + law[ROOT] * math.sqrt(whole) + law[LINEAR] * whole
    if left >= 1.0:
        return sd
    noise = min(law[NOISE] * whole, sd * sd)
    rate = sd * sd - noise
    if rate <= 0.0 or noise <= 0.0:
        return sd * (math.sqrt(left) if rate <= 0.0 else left)
    return math.sqrt(noise * left + left * left / (1.0 / rate + (1.0 - left) / noise))


@njit(**_OPTIONS)
def cut_for(excess: float, table: NDArray[np.float32], above: NDArray[np.float64]) -> float:
    """The standardised floor a at which E max(z - a, 0) is ``excess``.

    ``above[k]`` is that expectation at table[k]: falling and linear in between, so that the
    answer is exact for the table.
    """
    if excess >= above[0]:
        return table[0] - (excess - above[0])
    low, high = 0, table.size - 1
    while high - low > 1:
        middle = (low + high) // 2
        if above[middle] >= excess:
            low = middle
        else:
            high = middle
    share = (above[low] - excess) / (above[low] - above[high])
    return table[low] + share * (table[high] - table[low])


@njit(**_OPTIONS)
def draw_row(
    out: NDArray[np.int16],
    ranks: NDArray[np.uint16],
    table: NDArray[np.float32],
    line: NDArray[np.float32],
    steps: NDArray[np.int16],
) -> None:
    """Points of one row in steps: ``line`` holds offset, slope and least, rounding included.

    First for every bin of ranks, then looked up: 8 kB that stay at hand.
    """
    offset, slope, least = line[0], line[1], line[2]
    for k in range(table.size):
        value = offset + slope * table[k]
        value = value if value > least else least
        value = value if value < np.float32(32767.0) else np.float32(32767.0)
        steps[k] = np.int32(np.floor(value))
    for s in range(ranks.size):
        out[s] = steps[np.uintp(ranks[s]) >> np.uintp(4)]


@njit(**_OPTIONS)
def sit_out(out: NDArray[np.int16], scored: np.int16, key: np.uint64, plays: float) -> None:
    """Put the points on the board where the player's own stream says that he does not play.

    The stream is SplitMix64 (Steele, Lea and Flood 2014), which needs no state but its key.
    """
    limit = np.uint64(plays * 4294967296.0)
    for s in range(out.size):
        word = key + np.uint64(s) * np.uint64(0x9E3779B97F4A7C15)
        word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        lot = (word ^ (word >> np.uint64(31))) >> np.uint64(32)
        out[s] = scored if lot >= limit else out[s]


@njit(**_OPTIONS)
def line_of(
    forecast: tuple[float, float, float],
    law: NDArray[np.float64],
    table: NDArray[np.float32],
    above: NDArray[np.float64],
) -> tuple[float, float, float]:
    """Offset, slope and least points of what is still to come, from (mean, spread, left)."""
    mean, spread, left = forecast
    floor = law[FLOOR]
    sd = spread_of(mean, spread, left, law)
    if sd <= 0.0 or mean <= floor:
        return mean, 0.0, mean
    return floor - sd * cut_for((mean - floor) / sd, table, above), sd, floor


@njit(**_OPTIONS)
def same(a: NDArray[np.float64], b: NDArray[np.float64], p: int) -> bool:
    """Whether a player's forecasts are equal; nan equals nan."""
    for c in range(5):
        if a[c, p] != b[c, p] and not (math.isnan(a[c, p]) and math.isnan(b[c, p])):
            return False
    return True


@njit(**_OPTIONS)
def faulty(forecast: NDArray[np.float64], p: int) -> bool:
    """Whether a number that is needed cannot be used."""
    if not (
        math.isfinite(forecast[SCORED, p])
        and 0.0 <= forecast[PLAYS, p] <= 1.0
        and 0.0 <= forecast[LEFT, p] <= 1.0
    ):
        return True
    if forecast[PLAYS, p] == 0.0 or forecast[LEFT, p] == 0.0:
        return False
    return not math.isfinite(forecast[MEAN, p]) or math.isinf(forecast[SPREAD, p])


@njit(**_OPTIONS)
def fill(
    points: NDArray[np.int16],
    rows: NDArray[np.intp],
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    ranks: NDArray[np.uint16],
    person: NDArray[np.int32],
    kind: NDArray[np.int16],
    keys: NDArray[np.uint64],
    laws: NDArray[np.float64],
    tables: NDArray[np.float32],
    above: NDArray[np.float64],
    step: float,
) -> int:
    """Fill the rows (P, S) whose forecast changed; their number, or -1 - row of a faulty one."""
    changed = 0
    line = np.zeros(3, np.float32)
    steps = np.empty(tables.shape[1], np.int16)
    for p in range(points.shape[0]):
        if same(before, after, p):
            continue
        if faulty(after, p):
            return -1 - p
        rows[changed] = p
        changed += 1
        scored = after[SCORED, p]
        plays = after[PLAYS, p]
        board = np.int16(min(max(math.floor(scored / step + 0.5), -32768.0), 32767.0))
        if plays == 0.0 or after[LEFT, p] == 0.0:
            points[p, :] = board
            continue
        k = kind[p]
        offset, slope, least = line_of(
            (after[MEAN, p], after[SPREAD, p], after[LEFT, p]), laws[k], tables[k], above[k]
        )
        line[0] = (scored + offset) / step + 0.5
        line[1] = slope / step
        line[2] = (scored + least) / step + 0.5
        draw_row(points[p], ranks[person[p]], tables[k], line, steps)
        if plays < 1.0:
            sit_out(points[p], board, keys[person[p]], plays)
    return changed
