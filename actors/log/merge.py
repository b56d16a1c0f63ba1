"""One ordered history out of several streams that were read at the same instant.

Sequence numbers are drawn in the order in which the store executes appends, so merging by offset
restores that order; two things bound how far a merged answer may reach. A stream that was cut off
by the read's limit may hold more below the others' newest entries; and a partition announced
in between was not read at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from actors.log.offsets import OffsetKey
from actors.log.port import SYSTEM, Logged

ANNOUNCEMENT = ""
"""Field name, never an event id: the value names a partition that begins right after it."""


class Batch(msgspec.Struct, frozen=True, gc=False):
    """One stream entry: what was appended together, ending at ``last``."""

    last: OffsetKey
    fields: Sequence[bytes]
    """Event id, body, event id, body, ... in order."""

    @property
    def announced(self) -> str | None:
        """The partition that this entry announces, if that is what it is."""
        return self.fields[1].decode() if self.fields[0] == ANNOUNCEMENT.encode() else None


class Merged(msgspec.Struct, frozen=True):
    """Events in order, where to read on, and partitions that were heard of."""

    events: list[Logged]
    reached: OffsetKey
    announced: tuple[str, ...]


def merge(
    streams: Mapping[str, Sequence[Batch]],
    after: OffsetKey,
    *,
    count: int,
    known: Collection[str] | None,
) -> Merged:
    """Merge what one atomic read of at most ``count`` entries per stream answered.

    ``known`` are the partitions read by a reader of all, None one that follows only the named.
    """
    bound, announced = _reach(streams, count, known)
    batches = sorted(
        (batch.last, partition, batch)
        for partition, stream in streams.items()
        for batch in stream
        if bound is None or batch.last <= bound
    )
    events = [
        event
        for _, partition, batch in batches
        if batch.announced is None
        for event in _expand(partition, batch, after)
    ]
    return Merged(events, batches[-1][0] if batches else after, announced)


def _reach(
    streams: Mapping[str, Sequence[Batch]], count: int, known: Collection[str] | None
) -> tuple[OffsetKey | None, tuple[str, ...]]:
    ends = [stream[-1].last for stream in streams.values() if len(stream) >= count]
    if known is not None:
        for batch in streams.get(SYSTEM, ()):
            if batch.announced is not None and batch.announced not in known:
                return min([*ends, batch.last]), (batch.announced,)
    return min(ends, default=None), ()


def _expand(partition: str, batch: Batch, after: OffsetKey) -> Iterator[Logged]:
    epoch, last = batch.last
    fields = batch.fields
    first = last - len(fields) // 2 + 1
    for place in range(len(fields) // 2):
        if (epoch, first + place) > after:
            offset = f"{epoch}-{first + place}"
            yield Logged(offset, fields[2 * place].decode(), fields[2 * place + 1], partition)
