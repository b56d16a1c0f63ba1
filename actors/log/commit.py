"""Group commit: appends that arrive while one is under way share the next round trip.

What waits for the same partition becomes one entry, so that under load the cost of a script call
and of a stream entry is shared, and readers get what arrived together in one piece.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from actors.log.errors import LogClosed
from actors.log.offsets import BEGINNING, offset_key
from actors.log.port import Record

CHUNK = 1000
"""Records per entry at most: Lua hands the fields to XADD on its own small stack."""

GROUP = 256
"""Appends per round trip at most, so that one reply timeout covers them."""

Reply = tuple[Sequence[bytes], Sequence[int]]
"""Offsets of the records, places of the duplicates among them."""


class Write(msgspec.Struct):
    """One entry to be: records of one or several appends to a partition."""

    partition: str
    records: list[Record]
    shares: list[tuple[asyncio.Future[Reply], int]]
    """Who waits, and how many of the records, in order, are his."""
    since: str = BEGINNING
    """Offset up to which nothing may have been lost."""


Send = Callable[[Sequence[Write]], Awaitable[list[Any]]]


class GroupCommit:
    """Sends appends in the order of their submission, many per round trip under load."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: list[Write] = []
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    async def submit(
        self, partition: str, records: Sequence[Record], since: str = BEGINNING
    ) -> Reply:
        """Append at most CHUNK records; raises the error reply, or what broke the round trip."""
        if self._closed:
            raise LogClosed("the event log is closed")
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting.append(Write(partition, list(records), [(reply, len(records))], since))
        if self._task is None:
            self._task = asyncio.create_task(self._drain())
        return await reply

    async def _drain(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
                await self._round_trip(list(joined(write for write in group if awaited(write))))
        finally:
            self._task = None

    async def _round_trip(self, writes: Sequence[Write]) -> None:
        replies: list[Any]
        if not writes:
            return
        try:
            replies = await self._send(writes)
        except asyncio.CancelledError:
            replies = [LogClosed("the event log was closed")] * len(writes)
        except Exception as error:  # noqa: BLE001  # handed to everyone who waits
            replies = [error] * len(writes)
        for write, reply in zip(writes, replies, strict=True):
            _settle(write, reply)

    async def close(self) -> None:
        """Finish what was submitted, then refuse more."""
        self._closed = True
        if self._task is not None:
            await asyncio.wait([self._task])


def awaited(write: Write) -> bool:
    """Whether somebody still waits; what was given up while the store was away is not sent."""
    return not all(future.done() for future, _ in write.shares)


def joined(writes: Iterable[Write]) -> Iterator[Write]:
    """Join what goes to the same partition into entries of at most CHUNK records."""
    open_writes: dict[str, Write] = {}
    for write in writes:
        into = open_writes.get(write.partition)
        if into is not None and _fits(into, write):
            into.records += write.records
            into.shares += write.shares
            into.since = max(into.since, write.since, key=offset_key)
            continue
        if into is not None:
            yield into
        open_writes[write.partition] = write
    yield from open_writes.values()


def _fits(into: Write, write: Write) -> bool:
    """Whether a write may travel with another: what refuses one must refuse the other, too."""
    fenced = offset_key(into.since)[0] == offset_key(write.since)[0]
    return fenced and len(into.records) + len(write.records) <= CHUNK


def _settle(write: Write, reply: Any) -> None:
    start = 0
    for future, size in write.shares:
        if future.done():  # its caller was cancelled
            pass
        elif isinstance(reply, Exception):
            future.set_exception(reply)
        else:
            future.set_result(_share(reply, start, size))
        start += size


def _share(reply: Reply, start: int, size: int) -> Reply:
    offsets, duplicates = reply
    mine = duplicates[bisect_left(duplicates, start) : bisect_left(duplicates, start + size)]
    return offsets[start : start + size], [place - start for place in mine]
