"""Playing a night: its events handed over when they fall due, at life's speed or a multiple.

Events keep the times of their night; only the moments of handing over follow the clock given.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Protocol

from models.events import AnyEvent
from models.night import Night

FASTEST = math.inf
"""Speed at which nothing is waited for; the order stays."""


class Clock(Protocol):
    """What playing needs of time, so that tests and backtests need none."""

    def now(self) -> float:
        """Seconds from any fixed moment, never going back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return when at least so many seconds have passed."""
        ...


class WallClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Monotonic seconds."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Sleep on the running event loop."""
        await asyncio.sleep(seconds)


def parse_speed(text: str) -> float:
    """A speed as a person writes it: night seconds per second, or ``max``.

    Raises ValueError for anything that is neither a positive number nor ``max``.

    >>> parse_speed("60"), parse_speed("max")
    (60.0, inf)
    """
    speed = FASTEST if text.strip().lower() == "max" else float(text)
    if not speed > 0:
        raise ValueError(f"speed {text!r}: give a positive number or max")
    return speed


def position_after(night: Night, event_id: str) -> int:
    """How many events of the night have been played once this one has been.

    Raises KeyError when the night has no such event.
    """
    for count, event in enumerate((*night.opening, *night.timeline), 1):
        if event.event_id == event_id:
            return count
    raise KeyError(event_id)


async def play(
    night: Night, clock: Clock, speed: float, *, skip: int = 0
) -> AsyncIterator[list[AnyEvent]]:
    """Hand over the night from its ``skip``-th event on, in batches received at one instant.

    The opening comes first, at once and as one batch; the night's time then runs from its first
    event, or from the last one skipped. A consumer that falls behind gets the overdue batches
    without waiting, one by one and in order: nothing is dropped and nothing is merged.
    """
    opening = list(night.opening[skip:])
    if opening:
        yield opening
    already = max(skip - len(night.opening), 0)
    rest = night.timeline[already:]
    if not rest:
        return
    began = clock.now()
    since = _resumes_at(night, already)
    for moment, events in groupby(rest, key=lambda event: event.received_at):
        due = began + (moment - since).total_seconds() / speed
        while (wait := due - clock.now()) > 0:
            await clock.sleep(wait)
        yield list(events)


def _resumes_at(night: Night, already: int) -> datetime:
    """Night time at which playing goes on."""
    timeline: Sequence[AnyEvent] = night.timeline
    return timeline[already - 1].received_at if already else night.begins
