"""The event log on Redis Streams.

Keys, all under one prefix:

``{prefix}:head``             HASH    ``epoch``, ``seq`` (newest sequence), ``run`` (the server
                                      process that wrote last), ``floor`` (newest dropped offset)
``{prefix}:epochs``           HASH    ended epoch -> last sequence that survived of it
``{prefix}:partitions``       HASH    partition -> newest offset dropped from it, ``0-0`` if none
``{prefix}:log:{partition}``  STREAM  one entry per append: id ``<epoch>-<sequence of its last
                                      record>``, fields event id -> body in order; in ``system``
                                      an entry with an empty field announces a new partition
``{prefix}:seen:{event id}``  STRING  the event's offset; expires
``{prefix}:readers``          HASH    reader -> its place: [offset, partitions], MessagePack
``{prefix}:snapshots``        HASH    reader -> [offset, partitions, state as of that offset]
``{prefix}:rewritten:{partition}``  STREAM  the partition's copy while it is being rewritten
``{prefix}:aside``            HASH    "reader offset" -> event that it could not take in, and why

Each script is one atomic step and lists its keys: ``open.lua``, ``append.lua``, ``trim.lua``,
``lag.lua``, ``replace.lua``.
Every connection runs ``open.lua`` before anything else, and that begins a new epoch if another
server process wrote last. A connection ends with its server, so nothing is appended to a history
that may have lost its newest bytes, and no offset is ever given to two events.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import NoScriptError, RedisError, ResponseError

from actors.log.commit import CHUNK, GroupCommit, Reply, Write
from actors.log.connection import UNREACHABLE, Command, LogOptions, connect, send, unwrap
from actors.log.errors import LogClosed, LogUnavailable
from actors.log.gauge import Gauge
from actors.log.history import History
from actors.log.keys import Keys
from actors.log.offsets import BEGINNING, offset_key
from actors.log.port import (
    DEFAULT_COUNT,
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
from actors.log.reader import Query, StreamReader
from actors.log.readers import ReaderPlaces
from actors.log.rewriting import Rewriting
from actors.log.scripts import script

__all__ = ["LogOptions", "RedisLog"]

PAUSE_S = 0.02


class RedisLog:
    """An EventLog on any Redis from 6.2 on; connects at the first use, within that event loop."""

    def __init__(self, url: str, options: LogOptions | None = None) -> None:
        self.options = options or LogOptions()
        self._keys = Keys(self.options.prefix)
        append = script("append")
        self._sha = hashlib.sha1(append.encode(), usedforsecurity=False).hexdigest()
        keys = self._keys
        self._greeting: tuple[Command, ...] = (
            ("EVAL", script("open"), 3, keys.head, keys.epochs, keys.partitions),
            ("SCRIPT LOAD", append),
        )
        reply_s, wait_s = self.options.reply_timeout_s, self.options.wait_slice_s
        self._commands = connect(url, reply_s, self._greeting, self._open)
        self._waits = connect(url, wait_s + reply_s, self._greeting, self._doubt)
        self._writer = GroupCommit(self._store)
        self._reader = StreamReader(self._waits, self._keys, self.options, self._prepare)
        self._places = ReaderPlaces(self._commands, keys)
        self._gauge = Gauge(self._commands, self._places, self.options)
        self._closed = False

    async def append(
        self, partition: str, records: Sequence[Record], *, since: str = BEGINNING
    ) -> Appended:
        """Append records in order, each event id once; up to 1,000 at a time are one atomic step.

        Repeated until the deadline when no answer came: a repetition finds its own event ids.
        """
        checked(partition, records)
        offsets: list[str] = []
        duplicates: list[int] = []
        for start in range(0, len(records), CHUNK):
            found, repeated = await self._repeat(partition, records[start : start + CHUNK], since)
            offsets += [offset.decode() for offset in found]
            duplicates += [start + place for place in repeated]
        return Appended(tuple(offsets), tuple(duplicates))

    async def _repeat(self, partition: str, records: Sequence[Record], since: str) -> Reply:
        last: Exception | None = None
        with self._errors():
            try:
                async with asyncio.timeout(self.options.deadline_s):
                    while True:
                        try:
                            return await self._attempt(partition, records, since)
                        except UNREACHABLE as error:
                            last = error
                            await asyncio.sleep(PAUSE_S)
            except TimeoutError:
                reason = f"not answered within {self.options.deadline_s:g} s"
                raise LogUnavailable(f"{reason}: {last}" if last else reason) from last

    async def _attempt(self, partition: str, records: Sequence[Record], since: str) -> Reply:
        try:
            return await self._writer.submit(partition, records, since)
        except NoScriptError:
            await self._prepare()
        except ResponseError as error:
            if str(error).startswith("LOST"):
                (await self._reader.history()).check(since, ())
            elif not str(error).startswith("NOLOG"):
                raise
            await self._prepare()
        return await self._writer.submit(partition, records, since)

    async def _store(self, writes: Sequence[Write]) -> list[Any]:
        return await send(self._commands, [self._entry(write) for write in writes])

    def _entry(self, write: Write) -> Command:
        keys, partition = self._keys, write.partition
        named = (keys.head, keys.partitions, keys.log(SYSTEM), keys.log(partition), keys.epochs)
        seen = [keys.seen(record.event_id) for record in write.records]
        fields = chain.from_iterable((record.event_id, record.body) for record in write.records)
        options, after = self.options, offset_key(write.since)
        settings = (partition, options.remember_ids_s, options.retained_batches, *after)
        return ("EVALSHA", self._sha, len(named) + len(seen), *named, *seen, *settings, *fields)

    async def _prepare(self) -> None:
        """Greet the server again: somebody emptied it, or its script cache, while it ran."""
        unwrap(await send(self._commands, self._greeting))

    def _open(self) -> None:
        """A log that was closed makes no connection again: a wait between two slices would."""
        if self._closed:
            raise RedisConnectionError("the event log was closed")

    def _doubt(self) -> None:
        self._open()
        self._reader.doubt()

    async def read(
        self,
        after: str = BEGINNING,
        partitions: Sequence[str] | None = None,
        *,
        count: int = DEFAULT_COUNT,
        block_ms: int = 0,
    ) -> list[Logged]:
        """Events after an offset in total order, waiting up to ``block_ms`` for the first."""
        query = Query(after, named(partitions), count, block_ms / 1000)
        with self._errors():
            return await self._reader.read(query)

    async def last_offset(self) -> str:
        """Offset of the newest event."""
        return (await self._history()).last_offset

    async def first_offset(self) -> str:
        """Offset of the oldest retained event."""
        oldest = await self.read(BEGINNING, count=1)
        return oldest[0].offset if oldest else await self.last_offset()

    async def epoch(self) -> int:
        """The present epoch: raised when another server process takes over the log."""
        return (await self._history()).epoch

    async def partitions(self) -> tuple[str, ...]:
        """Names of all partitions, sorted."""
        return tuple(sorted((await self._history()).floors))

    async def _history(self) -> History:
        with self._errors():
            return await self._reader.history()

    async def trim(self, partition: str, keep_after: str) -> int:
        """Drop batches wholly at or before an offset."""
        keys = self._keys
        named = (keys.head, keys.partitions, keys.log(partition))
        text = script("trim")
        with self._errors():
            command = ("EVAL", text, len(named), *named, partition, *offset_key(keep_after))
            return int(unwrap(await send(self._commands, [command]))[0])

    async def replace(self, replaced: Sequence[tuple[Logged, Record]]) -> None:
        """Put other records in the place of stored events."""
        with self._errors():
            await Rewriting(self._waits, self._keys).replace(replaced)

    async def save(self, reader: str, saved: Saved) -> None:
        """Keep a reader's place and state, replacing the one before."""
        with self._errors():
            await self._places.save(reader, saved)

    async def saved(self, reader: str) -> Saved | None:
        """What a reader saved last; None for one that never did."""
        with self._errors():
            return await self._places.saved(reader)

    async def forget(self, reader: str) -> None:
        """Drop a reader's place and what it set aside."""
        with self._errors():
            await self._places.forget(reader)

    async def set_aside(self, aside: Aside) -> None:
        """Keep an event that a reader could not take in."""
        with self._errors():
            await self._places.set_aside(aside)

    async def aside(self) -> list[Aside]:
        """What readers set aside."""
        with self._errors():
            return await self._places.aside()

    async def lags(self) -> dict[str, Lag]:
        """How far every reader that saved its place is behind the newest event."""
        with self._errors():
            return await self._places.lags()

    async def load(self) -> Load:
        """How near the log is to its limits."""
        with self._errors():
            return await self._gauge.load()

    async def close(self) -> None:
        """Finish appends under way, end waiting reads, let go of the connections."""
        self._closed = True
        await self._writer.close()
        for client in (self._commands, self._waits):
            await client.connection_pool.disconnect()
            await client.aclose()

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Name what Redis and the network raise; trust no cached knowledge after it."""
        if self._closed:
            raise LogClosed("the event log is closed")
        try:
            yield
        except (RedisError, OSError) as error:
            self._reader.doubt()
            if self._closed:
                raise LogClosed("the event log was closed") from error
            raise LogUnavailable(f"{type(error).__name__}: {error}") from error
        except Exception as error:
            if not self._closed:
                raise
            # A connection closed while it was being made fails in whatever way it happens to.
            raise LogClosed("the event log was closed") from error
