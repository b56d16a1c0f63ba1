"""Clocks for tests: one that runs faster than life, and one that jumps to what is waited for."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta


class FastClock:
    """The machine's clock, so many times as fast; it may begin at another time of day."""

    def __init__(self, pace: float = 1.0, utc: datetime | None = None) -> None:
        self._pace = pace
        self._began = time.monotonic()
        self._utc = utc or datetime.now(UTC)

    def now(self) -> float:
        return (time.monotonic() - self._began) * self._pace

    def utc(self) -> datetime:
        return self._utc + timedelta(seconds=self.now())

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._pace)


class JumpClock:
    """Stands still until somebody sleeps, and is then at once where he wakes."""

    def __init__(self, utc: datetime = datetime(2026, 11, 1, tzinfo=UTC)) -> None:
        self._utc = utc
        self._seconds = 0.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self._seconds

    def utc(self) -> datetime:
        return self._utc + timedelta(seconds=self._seconds)

    def jump(self, seconds: float) -> None:
        self._seconds += seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._seconds += max(0.0, seconds)
        await asyncio.sleep(0)
