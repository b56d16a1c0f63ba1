"""Anomalies: a change that is far outside what this kind of reading usually changes by.

A robust z-score: distance from the median of the last changes, over their median absolute
deviation (times 1.4826, which is the standard deviation of a normal distribution). Both are exact:
the window is kept sorted. A change that is said again by a later reading is no fault but a move.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from typing import Literal

from models.quality.bounded import keep

WINDOW = 127
"""Changes that a judgement rests on."""
LEAST = 16
"""Below so many nothing is judged."""
NORMAL = 1.4826
SUSPECT = 12.0
"""Robust standard deviations beyond which a change is held back."""
MAX_SLOTS = 100_000
"""Values remembered; the longest unheard goes first."""
MAX_FAMILIES = 5_000

Judgement = Literal["usual", "suspect", "moved"]


class Window:
    """The last values of a series, in order of time and of size."""

    __slots__ = ("_by_size", "_by_time", "_size")

    def __init__(self, size: int = WINDOW) -> None:
        self._by_time: deque[float] = deque()
        self._by_size: list[float] = []
        self._size = size

    def __len__(self) -> int:
        return len(self._by_size)

    def add(self, value: float) -> None:
        """Take in one more value; the oldest leaves a full window."""
        if len(self._by_time) == self._size:
            oldest = self._by_time.popleft()
            del self._by_size[bisect_left(self._by_size, oldest)]
        self._by_time.append(value)
        insort(self._by_size, value)

    def distance(self, value: float, least: float) -> float:
        """Robust standard deviations from the median; one of them is ``least`` at least."""
        values = self._by_size
        median = values[len(values) // 2]
        return abs(value - median) / max(NORMAL * self.deviation(median), least)

    def deviation(self, median: float) -> float:
        """Median absolute deviation from a value.

        Of the values within any stretch of half the window's length, the stretch with the nearer
        ends around the median holds the half that is nearest to it: bisection finds it.
        """
        values, half = self._by_size, len(self._by_size) // 2
        low, high = 0, len(values) - half - 1
        while low < high:
            middle = (low + high) // 2
            if median - values[middle] > values[middle + half + 1] - median:
                low = middle + 1
            else:
                high = middle
        return max(median - values[low], values[low + half] - median)


class Anomalies:
    """Judges readings of many slots by the changes of their family."""

    def __init__(self, suspect: float = SUSPECT) -> None:
        self._suspect = suspect
        self._last: dict[object, float] = {}
        self._held_back: dict[object, float] = {}
        self._families: dict[str, Window] = {}

    def judge(self, family: str, slot: object, value: float, least: float) -> Judgement:
        """What a slot's new value is beside the last one believed; ``suspect`` is not believed.

        ``least`` is the smallest change that counts as one standard deviation.
        """
        last = self._last.get(slot)
        window = self._families.get(family)
        if window is None:
            window = Window()
            keep(self._families, family, window, MAX_FAMILIES)
        if last is None:
            self._believe(slot, value)
            return "usual"
        change = value - last
        if len(window) < LEAST or window.distance(change, least) <= self._suspect:
            if change:
                window.add(change)
            self._believe(slot, value)
            return "usual"
        return self._doubted(slot, value, window, least)

    def _doubted(self, slot: object, value: float, window: Window, least: float) -> Judgement:
        before = self._held_back.pop(slot, None)
        if before is not None and window.distance(value - before, least) <= self._suspect:
            self._believe(slot, value)
            return "moved"
        keep(self._held_back, slot, value, MAX_SLOTS)
        return "suspect"

    def _believe(self, slot: object, value: float) -> None:
        self._held_back.pop(slot, None)
        keep(self._last, slot, value, MAX_SLOTS)
