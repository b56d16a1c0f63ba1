"""Reading several streams as one history, and noticing when that is no longer possible."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from redis.asyncio import Redis

from actors.log.connection import Command, LogOptions, send, unwrap
from actors.log.history import History
from actors.log.keys import Keys
from actors.log.merge import Batch, Merged, merge
from actors.log.offsets import BEGINNING, OffsetKey, offset_key, offset_text
from actors.log.port import Logged

START: OffsetKey = (0, 0)


class Query(msgspec.Struct, frozen=True):
    """One read: where it begins, which partitions (None: all), how much, how long (seconds)."""

    after: str
    partitions: Sequence[str] | None
    count: int
    block_s: float


class StreamReader:
    """Reads on a connection of its own, because a waiting read holds it."""

    def __init__(
        self, client: Redis, keys: Keys, options: LogOptions, prepare: Callable[[], Awaitable[None]]
    ) -> None:
        self._client = client
        self._keys = keys
        self._slice_s = options.wait_slice_s
        self._prepare = prepare
        self._known: set[str] = set()
        self._known_at: OffsetKey = (-1, -1)
        self._trusted: OffsetKey = START

    async def read(self, query: Query) -> list[Logged]:
        """Answer one query; see EventLog.read."""
        position = offset_key(query.after)
        await self._trust(position, query.partitions)
        until = time.monotonic() + query.block_s
        asked = _cancellations()
        while True:
            if _cancellations() > asked:  # the client may swallow one that meets its own time-out
                raise asyncio.CancelledError
            names = query.partitions
            if names is None:
                names = await self._everyone(position)
            wait_s = min(until - time.monotonic(), self._slice_s)
            found = await self._fetch(position, names, query.count, wait_s)
            if query.after != BEGINNING:
                await self._verify(position, names, found)
            known = None if query.partitions is not None else names
            merged = merge(found.streams, position, count=found.count, known=known)
            self._trusted = max(self._trusted, merged.reached)
            if known is not None:
                self._heard(position, merged)
            if merged.events or (merged.reached == position and time.monotonic() >= until):
                return merged.events
            position = merged.reached

    async def history(self) -> History:
        """What the log holds at this moment."""
        head, ended, floors = await self._state()
        if head[0] is None:
            await self._prepare()
            head, ended, floors = await self._state()
        return History(
            epoch=int(head[0]),
            last_sequence=int(head[1]),
            ended={int(epoch): int(last) for epoch, last in _pairs(ended)},
            floors={name.decode(): offset_key(floor.decode()) for name, floor in _pairs(floors)},
        )

    async def _state(self) -> list[Any]:
        keys = self._keys
        return unwrap(
            await send(
                self._client,
                [
                    ("HMGET", keys.head, "epoch", "seq"),
                    ("HGETALL", keys.epochs),
                    ("HGETALL", keys.partitions),
                ],
            )
        )

    def doubt(self) -> None:
        """Check the next offset again: the server may be another one, or have lost bytes."""
        self._trusted = START
        self._known_at = (-1, -1)

    async def _trust(self, position: OffsetKey, partitions: Sequence[str] | None) -> None:
        if position == START:
            return
        if position[0] == self._trusted[0] and position <= self._trusted:
            return
        history = await self.history()
        history.check(offset_text(position), partitions or history.floors)
        self._trusted = max(self._trusted, (history.epoch, history.last_sequence))

    async def _everyone(self, position: OffsetKey) -> Sequence[str]:
        """All partitions that began at or before a position, and maybe later ones."""
        if position == START or position > self._known_at:
            (names,) = unwrap(await send(self._client, [("HKEYS", self._keys.partitions)]))
            self._known |= {name.decode() for name in names}
            self._known_at = max(self._known_at, position)
            if not names:
                await self._prepare()
                return await self._everyone(START)
        return tuple(self._known)

    def _heard(self, position: OffsetKey, merged: Merged) -> None:
        """Everything announced up to where a read of all partitions came is known now."""
        self._known.update(merged.announced)
        if position <= self._known_at:
            self._known_at = max(self._known_at, merged.reached)

    async def _fetch(
        self, position: OffsetKey, names: Sequence[str], count: int, wait_s: float
    ) -> _Found:
        share = max(1, count // max(1, len(names)))
        waiting = ("BLOCK", max(1, int(wait_s * 1000))) if wait_s > 0 else ()
        streams = [self._keys.log(name) for name in names]
        xread: Command = (
            *("XREAD", "COUNT", share, *waiting, "STREAMS", *streams),
            *([offset_text(position)] * len(streams)),
        )
        # The floor is asked for after the streams: what was trimmed before they were read is known.
        found, floor = unwrap(await send(self._client, [xread, ("HGET", self._keys.head, "floor")]))
        return _Found(
            {
                self._keys.partition(key): [_batch(e) for e in entries]
                for key, entries in found or ()
            },
            share,
            offset_key((floor or b"0-0").decode()),
        )

    async def _verify(self, position: OffsetKey, names: Iterable[str], found: _Found) -> None:
        """Check the history again where something was trimmed, or the server may be another."""
        epochs = {stream[-1].last[0] for stream in found.streams.values()}
        if found.floor > position or position > self._trusted or epochs - {position[0]}:
            history = await self.history()
            history.check(offset_text(position), names)
            self._trusted = max(self._trusted, (history.epoch, history.last_sequence))


def _cancellations() -> int:
    """How often somebody asked this task to end."""
    task = asyncio.current_task()
    return task.cancelling() if task is not None else 0


class _Found(msgspec.Struct, frozen=True):
    streams: Mapping[str, Sequence[Batch]]
    count: int
    floor: OffsetKey


def _batch(entry: Sequence[Any]) -> Batch:
    epoch, _, last = entry[0].partition(b"-")
    return Batch((int(epoch), int(last)), entry[1])


def _pairs(flat: Sequence[bytes]) -> Iterable[tuple[bytes, bytes]]:
    return zip(flat[::2], flat[1::2], strict=True)
