"""Appending what follows from a log, and waiting for a log that is away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from actors.log.errors import LogUnavailable, OffsetTrimmed
from actors.log.offsets import BEGINNING, offset_key
from actors.log.port import EventLog, Record
from models import codec
from models.events import Event

RETRY_S = 0.25

Answer = TypeVar("Answer")


async def available(call: Callable[[], Awaitable[Answer]]) -> Answer:
    """The answer of a call that may be repeated, once the log is there to give it."""
    while True:
        try:
            return await call()
        except LogUnavailable:
            await asyncio.sleep(RETRY_S)


def same_epoch(left: str, right: str) -> bool:
    """Whether nothing can have been lost between two offsets."""
    return offset_key(left)[0] == offset_key(right)[0]


async def ensure_stored(log: EventLog, offset: str) -> None:
    """Raise WrongEpoch if what was acknowledged up to an offset is lost in part.

    Whoever appended it has to begin anew from what the log holds: a reader may not have come so
    far, and would not notice.
    """
    with suppress(OffsetTrimmed):
        await log.read(offset, count=1)


async def append_events(
    log: EventLog, partition: str, events: Sequence[Event], *, since: str = BEGINNING
) -> str:
    """Append events, at least one, in one step; the newest of their offsets."""
    records = [Record(event.event_id, codec.encode(event)) for event in events]
    appended = await log.append(partition, records, since=since)
    return max(appended.offsets, key=offset_key)
