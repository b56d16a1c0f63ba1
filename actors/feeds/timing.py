"""Time as connections see it: seconds that never go back to measure by, UTC to write down."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol

TURN_S = 0.002
"""A connection that has much to tell lets the others of its process go on after so long."""


class Clock(Protocol):
    """What a connection needs of time; tests bring a faster one."""

    def now(self) -> float:
        """Seconds from any fixed moment, never going back."""
        ...

    def utc(self) -> datetime:
        """The present moment, with its zone."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return when at least so many seconds have passed."""
        ...


class MachineClock:
    """The machine's own clocks."""

    def now(self) -> float:
        """Monotonic seconds."""
        return time.monotonic()

    def utc(self) -> datetime:
        """The wall clock, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Sleep on the running event loop."""
        await asyncio.sleep(seconds)


async def sleep_unless(clock: Clock, seconds: float, woken: asyncio.Event) -> bool:
    """Sleep, or until the event is set, which is then cleared; True when it was."""
    sleep = asyncio.ensure_future(clock.sleep(seconds))
    wake = asyncio.ensure_future(woken.wait())
    try:
        await asyncio.wait({sleep, wake}, return_when=asyncio.FIRST_COMPLETED)
        return wake.done()
    finally:
        sleep.cancel()
        wake.cancel()
        woken.clear()


async def let_others(turn: float) -> float:
    """Yield when this turn, begun at that moment, has lasted; answers when the present one began.

    Reading what has already arrived never waits by itself.
    """
    if time.monotonic() - turn > TURN_S:
        await asyncio.sleep(0)
        return time.monotonic()
    return turn
