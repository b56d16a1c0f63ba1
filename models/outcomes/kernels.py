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
MOST_POINTS = 1e6
"""Nobody scores as many: larger numbers are mistakes."""
_LEAST_LEFT = 1e-6
"""Share of a game below which its pace is not worked out."""


@njit(**_OPTIONS)
def spread_of(mean: float, spread: float, left: float, law: NDArray[np.float64]) -> float:
    """Standard deviation of the points still to come.

    Within a game the play's own noise goes down with the time left, and the uncertainty of the
    player's rate is updated on what he has shown: the variance of a gamma-Poisson process.
    """
    if not math.isnan(spread):
        return float(spread)
    whole = max(mean, 0.0) / max(left, _LEAST_LEFT)
    sd = law[BASE] + law[ROOT] * math.sqrt(whole) + law[LINEAR] * whole
    if left >= 1.0:
        return float(sd)
    noise = min(law[NOISE] * whole, sd * sd)
    rate = sd * sd - noise
    if rate <= 0.0 or noise <= 0.0:
        return float(sd * (math.sqrt(left) if rate <= 0.0 else left))
    return math.sqrt(noise * left + left * left / (1.0 / rate + (1.0 - left) / noise))


@njit(**_OPTIONS)
def blend_at(mean: float, anchors: NDArray[np.float64]) -> tuple[int, float]:
    """Which shape lies below the mean, and the weight of the one after it."""
    root = math.sqrt(max(mean, 0.0))
    last = anchors.size - 1
    if root <= anchors[0]:
        return 0, 0.0
    for k in range(last):
        if root < anchors[k + 1]:
            return k, (root - anchors[k]) / (anchors[k + 1] - anchors[k])
    return last, 0.0


@njit(**_OPTIONS)
def cut_for(
    excess: float,
    low: NDArray[np.float32],
    high: NDArray[np.float32],
    above_low: NDArray[np.float64],
    above_high: NDArray[np.float64],
    weight: float,
) -> float:
    """The standardised floor a at which E max(z - a, 0) is ``excess``, z of the blended table.

    ``above[k]`` is that expectation at table[k]: falling, linear in between and linear in the
    weight, so that the answer is exact for the table.
    """
    a, b = 0, low.size - 1
    while b - a > 1:
        middle = (a + b) // 2
        if above_low[middle] + weight * (above_high[middle] - above_low[middle]) >= excess:
            a = middle
        else:
            b = middle
    above_a = above_low[a] + weight * (above_high[a] - above_low[a])
    above_b = above_low[b] + weight * (above_high[b] - above_low[b])
    z_a = low[a] + weight * (high[a] - low[a])
    z_b = low[b] + weight * (high[b] - low[b])
    return float(z_a + (above_a - excess) / (above_a - above_b) * (z_b - z_a))


@njit(**_OPTIONS)
def tabulate(
    steps: NDArray[np.int16],
    low: NDArray[np.float32],
    high: NDArray[np.float32],
    weight: np.float32,
    line: NDArray[np.float32],
) -> None:
    """Points in steps for every bin of ranks: ``line`` is offset, slope, least, with rounding."""
    offset, slope, least = line[0], line[1], line[2]
    most = np.float32(32767.0)
    for k in range(steps.size):
        value = offset + slope * (low[k] + weight * (high[k] - low[k]))
        steps[k] = np.int32(np.floor(min(max(value, least), most)))


@njit(**_OPTIONS)
def look_up(out: NDArray[np.int16], ranks: NDArray[np.uint16], steps: NDArray[np.int16]) -> None:
    """Points of one row: 8 kB that stay in the first-level cache."""
    for s in range(ranks.size):
        out[s] = steps[np.uintp(ranks[s]) >> np.uintp(4)]


@njit(**_OPTIONS)
def sit_out(out: NDArray[np.int16], scored: np.int16, key: np.uint64, plays: float) -> None:
    """Put the points on the board where the player's own stream says that he does not play.

    The stream is SplitMix64 (Steele, Lea and Flood 2014), which needs no state but its key.
    """
    limit = np.uint64(plays * 4294967296.0)
    word = key
    for s in range(out.size):
        mixed = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        lot = (mixed ^ (mixed >> np.uint64(31))) >> np.uint64(32)
        stays = np.int16((lot - limit) >> np.uint64(63))  # 1 below the limit; no branch
        out[s] = scored + stays * (out[s] - scored)
        word += np.uint64(0x9E3779B97F4A7C15)


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
        abs(forecast[SCORED, p]) < MOST_POINTS
        and 0.0 <= forecast[PLAYS, p] <= 1.0
        and 0.0 <= forecast[LEFT, p] <= 1.0
    ):
        return True
    if forecast[PLAYS, p] == 0.0 or forecast[LEFT, p] == 0.0:
        return False
    spread = forecast[SPREAD, p]
    usable = math.isnan(spread) or 0.0 <= spread < MOST_POINTS
    return not (usable and abs(forecast[MEAN, p]) < MOST_POINTS)


@njit(**_OPTIONS)
def tabulate_player(
    steps: NDArray[np.int16],
    forecast: NDArray[np.float64],
    law: NDArray[np.float64],
    anchors: NDArray[np.float64],
    tables: NDArray[np.float32],
    above: NDArray[np.float64],
    step: float,
) -> None:
    """Final points of a player who plays on, for every bin of ranks."""
    mean, left, floor = forecast[MEAN], forecast[LEFT], law[FLOOR]
    k, weight = blend_at(mean / max(left, _LEAST_LEFT), anchors)
    up = min(k + 1, anchors.size - 1)
    sd = spread_of(mean, forecast[SPREAD], left, law)
    offset, least = mean, mean
    if sd <= 0.0 or mean <= floor:
        sd = 0.0
    else:
        least = floor
        lowest = tables[k, 0] + weight * (tables[up, 0] - tables[k, 0])
        if mean + sd * lowest < floor:
            cut = cut_for((mean - floor) / sd, tables[k], tables[up], above[k], above[up], weight)
            offset = floor - sd * cut
    line = np.empty(3, np.float32)
    line[0] = (forecast[SCORED] + offset) / step + 0.5
    line[1] = sd / step
    line[2] = max((forecast[SCORED] + least) / step + 0.5, -32768.0)
    tabulate(steps, tables[k], tables[up], np.float32(weight), line)


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
    first: NDArray[np.intp],
    anchors: NDArray[np.float64],
    tables: NDArray[np.float32],
    above: NDArray[np.float64],
    step: float,
) -> int:
    """Fill the rows (P, S) whose forecast changed; their number.

    Nothing is touched where a forecast is faulty: the answer is then -1 less its row.
    """
    for p in range(points.shape[0]):
        if faulty(after, p):
            return -1 - p
    changed = 0
    steps = np.empty(tables.shape[1], np.int16)
    for p in range(points.shape[0]):
        if same(before, after, p):
            continue
        rows[changed] = p
        changed += 1
        plays = after[PLAYS, p]
        board = np.int16(min(max(math.floor(after[SCORED, p] / step + 0.5), -32768.0), 32767.0))
        if plays == 0.0 or after[LEFT, p] == 0.0:
            points[p, :] = board
            continue
        k = kind[p]
        of = slice(first[k], first[k + 1])
        tabulate_player(steps, after[:, p], laws[k], anchors[of], tables[of], above[of], step)
        look_up(points[p], ranks[person[p]], steps)
        if plays < 1.0:
            sit_out(points[p], board, keys[person[p]], plays)
    return changed
