"""The event log within one event loop: the same promises, nothing kept after the process."""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from contextlib import suppress

import msgspec

from actors.log.errors import LogClosed
from actors.log.history import History
from actors.log.offsets import BEGINNING, OffsetKey, offset_key, offset_text
from actors.log.port import (
    DEFAULT_COUNT,
    MOST_COUNTED,
    SYSTEM,
    Appended,
    Aside,
    Lag,
    Load,
    Logged,
    Record,
    Saved,
    checked,
    named,
)


class Batch(msgspec.Struct, frozen=True):
    """What was appended together, ending at ``last``."""

    last: OffsetKey
    partition: str
    events: tuple[Logged, ...]


def _last(batch: Batch) -> OffsetKey:
    return batch.last


class MemoryLog:
    """An EventLog for tests and one-shot runs; it never forgets an event id."""

    def __init__(self) -> None:
        self._epoch = time.time_ns() // 1_000_000
        self._sequence = 0
        self._batches: list[Batch] = []
        self._offsets: dict[str, str] = {}
        self._floors: dict[str, OffsetKey] = {SYSTEM: (0, 0)}
        self._readers: dict[str, Saved] = {}
        self._aside: dict[tuple[str, OffsetKey], Aside] = {}
        self._grown = asyncio.Condition()
        self._closed = False

    async def append(
        self, partition: str, records: Sequence[Record], *, since: str = BEGINNING
    ) -> Appended:
        """Append records in order, each event id once."""
        self._ensure_open()
        self._history().check(since, ())
        offsets: list[str] = []
        duplicates: list[int] = []
        fresh: list[Logged] = []
        for place, record in enumerate(checked(partition, records)):
            if record.event_id in self._offsets:
                duplicates.append(place)
            else:
                fresh.append(self._place(partition, record))
            offsets.append(self._offsets[record.event_id])
        if fresh:
            await self._store(partition, tuple(fresh))
        return Appended(tuple(offsets), tuple(duplicates))

    def _place(self, partition: str, record: Record) -> Logged:
        self._sequence += 1
        offset = offset_text((self._epoch, self._sequence))
        self._offsets[record.event_id] = offset
        return Logged(offset, record.event_id, record.body, partition)

    async def _store(self, partition: str, events: tuple[Logged, ...]) -> None:
        self._floors.setdefault(partition, (0, 0))
        self._batches.append(Batch((self._epoch, self._sequence), partition, events))
        async with self._grown:
            self._grown.notify_all()

    async def read(
        self,
        after: str = BEGINNING,
        partitions: Sequence[str] | None = None,
        *,
        count: int = DEFAULT_COUNT,
        block_ms: int = 0,
    ) -> list[Logged]:
        """Events after an offset in total order, waiting up to ``block_ms`` for the first."""
        self._ensure_open()
        partitions = named(partitions)
        self._history().check(after, self._floors if partitions is None else partitions)
        events = self._after(after, partitions, count)
        if events or block_ms <= 0:
            return events
        with suppress(TimeoutError):
            async with asyncio.timeout(block_ms / 1000), self._grown:
                while not (events := self._after(after, partitions, count)):
                    await self._grown.wait()
                    self._ensure_open()
        return events

    def _after(self, after: str, partitions: Sequence[str] | None, count: int) -> list[Logged]:
        key = offset_key(after)
        events: list[Logged] = []
        for batch in self._batches[bisect_right(self._batches, key, key=_last) :]:
            if partitions is None or batch.partition in partitions:
                events += [event for event in batch.events if offset_key(event.offset) > key]
                count -= 1
            if count <= 0:
                break
        return events

    async def last_offset(self) -> str:
        """Offset of the newest event."""
        return self._history().last_offset

    async def first_offset(self) -> str:
        """Offset of the oldest retained event."""
        return self._batches[0].events[0].offset if self._batches else await self.last_offset()

    async def epoch(self) -> int:
        """Creation time in milliseconds."""
        return self._epoch

    async def partitions(self) -> tuple[str, ...]:
        """Names of all partitions, sorted."""
        return tuple(sorted(self._floors))

    async def trim(self, partition: str, keep_after: str) -> int:
        """Drop batches wholly at or before an offset."""
        keep = offset_key(keep_after)
        gone = [b for b in self._batches if b.partition == partition and b.last <= keep]
        if gone:
            self._floors[partition] = gone[-1].last
            self._batches = [b for b in self._batches if b.partition != partition or b.last > keep]
        return len(gone)

    async def replace(self, replaced: Sequence[tuple[Logged, Record]]) -> None:
        """Put other records in the place of stored events."""
        self._ensure_open()
        changes = {old.offset: new for old, new in replaced}
        for place, batch in enumerate(self._batches):
            if any(event.offset in changes for event in batch.events):
                events = tuple(self._changed(event, changes) for event in batch.events)
                self._batches[place] = msgspec.structs.replace(batch, events=events)

    def _changed(self, event: Logged, changes: Mapping[str, Record]) -> Logged:
        new = changes.get(event.offset)
        if new is None:
            return event
        if new.event_id != event.event_id:
            self._offsets.pop(event.event_id, None)
        return Logged(event.offset, new.event_id, new.body, event.partition)

    async def save(self, reader: str, saved: Saved) -> None:
        """Keep a reader's place and state."""
        self._ensure_open()
        self._readers[reader] = saved

    async def saved(self, reader: str) -> Saved | None:
        """What a reader saved last."""
        self._ensure_open()
        return self._readers.get(reader)

    async def forget(self, reader: str) -> None:
        """Drop a reader's place and what it set aside."""
        self._readers.pop(reader, None)
        for key in [key for key in self._aside if key[0] == reader]:
            del self._aside[key]

    async def set_aside(self, aside: Aside) -> None:
        """Keep an event that a reader could not take in."""
        self._ensure_open()
        self._aside[aside.reader, offset_key(aside.offset)] = aside

    async def aside(self) -> list[Aside]:
        """What readers set aside."""
        self._ensure_open()
        return [self._aside[key] for key in sorted(self._aside)]

    async def lags(self) -> dict[str, Lag]:
        """How far every reader is behind."""
        return {name: self._lag(saved) for name, saved in sorted(self._readers.items())}

    def _lag(self, saved: Saved) -> Lag:
        names = self._floors.keys() if saved.partitions is None else saved.partitions
        after = offset_key(saved.offset)
        trimmed = any(after < self._floors.get(name, (0, 0)) for name in names)
        behind = self._after(saved.offset, saved.partitions, len(self._batches))
        return Lag(saved.offset, min(len(behind), MOST_COUNTED), trimmed)

    async def load(self) -> Load:
        """Without a limit."""
        return Load()

    async def close(self) -> None:
        """End every waiting read."""
        self._closed = True
        async with self._grown:
            self._grown.notify_all()

    def _history(self) -> History:
        return History(
            epoch=self._epoch, last_sequence=self._sequence, ended={}, floors=self._floors
        )

    def _ensure_open(self) -> None:
        if self._closed:
            raise LogClosed("the event log is closed")
