"""The newest frames in order: from these clients resume without a read of the log."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from actors.log.offsets import offset_key
from serve.frames import Frame


class Recent:
    """At least the ``limit`` newest frames, at most twice as many; found by offset in log time."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._frames: list[Frame] = []

    def __contains__(self, offset: str) -> bool:
        place = bisect_right(self._frames, offset_key(offset), key=_key)
        return place > 0 and self._frames[place - 1].offset == offset

    def take(self, frame: Frame) -> None:
        """Add the newest; the oldest go by the ``limit`` at once, so that each costs a little."""
        self._frames.append(frame)
        if len(self._frames) >= 2 * self._limit:
            del self._frames[: -self._limit]

    def after(self, floor: tuple[int, int]) -> Sequence[Frame] | None:
        """The frames after a place in the log; None where they do not reach back that far."""
        if not self._frames or self._frames[0].key > floor:
            return None
        return self._frames[bisect_right(self._frames, floor, key=_key) :]

    def all(self) -> Sequence[Frame]:
        """All of them, oldest first."""
        return self._frames.copy()


def _key(frame: Frame) -> tuple[int, int]:
    return frame.key
