"""The event log as its users see it: opaque bytes in, one totally ordered history out.

A folder is a port and a file in it an adapter: ``memory.py`` and ``redis.py`` keep every promise
made here and run under one contract suite.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from actors.log.offsets import BEGINNING

SYSTEM = "system"
"""Partition of everything that belongs to no slate; it always exists."""

DEFAULT_COUNT = 512

MOST_COUNTED = 10_000
"""Lag is counted up to here: a reader that is further behind is just that."""


class Record(msgspec.Struct, frozen=True, gc=False):
    """One event to append: its id, by which a repetition is known, and its encoded body."""

    event_id: str
    body: bytes


class Logged(msgspec.Struct, frozen=True, gc=False):
    """One event of the log; its offset orders it among all events of all partitions."""

    offset: str
    event_id: str
    body: bytes
    partition: str


class Appended(msgspec.Struct, frozen=True):
    """Where the records of one append stand in the log."""

    offsets: tuple[str, ...]
    """One per record in the order given; a repeated event answers with its first offset."""
    duplicates: tuple[int, ...]
    """Positions of the records that were in the log already, or twice in this append."""


class Saved(msgspec.Struct, frozen=True, array_like=True):
    """Where a reader of the log stands, with the state that it has folded up to there."""

    offset: str
    partitions: tuple[str, ...] | None
    """What it reads; None: everything."""
    state: bytes = b""
    """Its snapshot; empty where it needs none to go on."""


class Lag(msgspec.Struct, frozen=True):
    """How far a reader is behind: counted, not estimated."""

    offset: str
    events: int
    """Events of its partitions after its offset; MOST_COUNTED stands for that many or more."""
    trimmed: bool = False
    """Some of what it had not saved is no longer retained: it has to begin from a lower tier."""


class Aside(msgspec.Struct, frozen=True):
    """An event that a reader could not take in: its fold went on without it."""

    reader: str
    offset: str
    event_id: str
    reason: str
    body: bytes


class Load(msgspec.Struct, frozen=True):
    """How near a log is to its limits, as shares of them; 0 where there is none."""

    memory: float = 0.0
    lag: float = 0.0
    """Of the reader that is furthest behind what it saved."""

    @property
    def most(self) -> float:
        """The nearer of the two."""
        return max(self.memory, self.lag)


class EventLog(Protocol):
    """An append-only log in partitions (one per slate, and ``system``), ordered as a whole."""

    async def append(
        self, partition: str, records: Sequence[Record], *, since: str = BEGINNING
    ) -> Appended:
        """Append records in order; they are stored when this returns.

        An event id that was appended within the retention of ids is not stored again, in whatever
        partition. Repeating a failed append is safe. Raises LogUnavailable; and WrongEpoch, with
        nothing stored, where the log has lost what stood up to ``since``: what follows from
        events that are gone must not stand without them.
        """
        ...

    async def read(
        self,
        after: str = BEGINNING,
        partitions: Sequence[str] | None = None,
        *,
        count: int = DEFAULT_COUNT,
        block_ms: int = 0,
    ) -> list[Logged]:
        """Events after an offset in total order, of the named partitions or (None) of all.

        ``count`` bounds the appended batches per answer (at least one per partition), whose events
        are never cut apart; an answer may hold fewer while more are stored. With nothing to tell
        it waits up to ``block_ms`` and then answers with an empty list. Reading on from the
        last offset received gives every later event exactly once, partitions born meanwhile
        included. Raises OffsetUnusable (WrongEpoch, OffsetTrimmed, InvalidOffset) where that
        cannot be promised, and LogUnavailable.
        """
        ...

    async def last_offset(self) -> str:
        """Offset of the newest event, or ``<epoch>-0`` in an empty log; reading after it waits."""
        ...

    async def first_offset(self) -> str:
        """Offset of the oldest retained event, or the last offset when none is retained."""
        ...

    async def epoch(self) -> int:
        """The present epoch in milliseconds since 1970."""
        ...

    async def partitions(self) -> tuple[str, ...]:
        """Names of all partitions, sorted."""
        ...

    async def trim(self, partition: str, keep_after: str) -> int:
        """Drop batches wholly at or before an offset; answers how many batches went."""
        ...

    async def replace(self, replaced: Sequence[tuple[Logged, Record]]) -> None:
        """Put other records in the place of stored events, as when a user is erased.

        Offsets, order and everything else stand. Readers that have read the old ones are not
        told. An event that is no longer retained is left out.
        """
        ...

    async def save(self, reader: str, saved: Saved) -> None:
        """Keep a reader's place and state, replacing the one before; stored when this returns."""
        ...

    async def saved(self, reader: str) -> Saved | None:
        """What a reader saved last; None for one that never did."""
        ...

    async def forget(self, reader: str) -> None:
        """Drop a reader's place and what it set aside, so that nothing is retained for it."""
        ...

    async def set_aside(self, aside: Aside) -> None:
        """Keep an event that a reader could not take in, once; stored when this returns."""
        ...

    async def aside(self) -> list[Aside]:
        """What readers set aside, by reader and offset."""
        ...

    async def lags(self) -> dict[str, Lag]:
        """How far every reader that saved its place is behind the newest event."""
        ...

    async def load(self) -> Load:
        """How near the log is to its limits: whoever appends what can be spared asks before."""
        ...

    async def close(self) -> None:
        """Let go of connections; reads and appends under way end with LogClosed."""
        ...


def checked(partition: str, records: Sequence[Record]) -> Sequence[Record]:
    """Refuse (ValueError) what no adapter may store: empty names and empty event ids."""
    if not partition:
        raise ValueError("a partition needs a name")
    if not all(record.event_id for record in records):
        raise ValueError("a record needs an event id")
    return records


def named(partitions: Sequence[str] | None) -> tuple[str, ...] | None:
    """The partitions to read, each once; refuses (ValueError) to read none at all."""
    if partitions is None:
        return None
    if not partitions or not all(partitions):
        raise ValueError("name at least one partition, or None for all")
    return tuple(dict.fromkeys(partitions))
