"""Where the readers of a log on Redis stand: their places, their snapshots, how far behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from redis.asyncio import Redis

from actors.log.connection import Command, send, unwrap
from actors.log.keys import Keys
from actors.log.offsets import offset_key
from actors.log.port import MOST_COUNTED, Aside, Lag, Saved
from actors.log.scripts import script

_pack = msgspec.msgpack.Encoder()
_unpack = msgspec.msgpack.Decoder(Saved)
_unpack_aside = msgspec.msgpack.Decoder(Aside)


class ReaderPlaces:
    """Two hashes by reader: the place alone, small to list, and the state beside it."""

    def __init__(self, client: Redis, keys: Keys) -> None:
        self._client = client
        self._keys = keys

    async def save(self, reader: str, saved: Saved) -> None:
        """Write the state, then the place: what is retained never begins after the state."""
        keys = self._keys
        place = _pack.encode(Saved(saved.offset, saved.partitions))
        await self._send(
            ("HSET", keys.snapshots, reader, _pack.encode(saved)),
            ("HSET", keys.readers, reader, place),
        )

    async def saved(self, reader: str) -> Saved | None:
        """What a reader saved last."""
        (found,) = await self._send(("HGET", self._keys.snapshots, reader))
        return None if found is None else _unpack.decode(found)

    async def forget(self, reader: str) -> None:
        """Drop a reader's place and state, and what it set aside."""
        keys = self._keys
        mine = [_field(aside) for aside in await self.aside() if aside.reader == reader]
        dropped = [("HDEL", keys.aside, *mine)] if mine else []
        await self._send(("HDEL", keys.readers, reader), ("HDEL", keys.snapshots, reader), *dropped)

    async def set_aside(self, aside: Aside) -> None:
        """Keep what a reader could not take in."""
        await self._send(("HSET", self._keys.aside, _field(aside), _pack.encode(aside)))

    async def aside(self) -> list[Aside]:
        """What readers set aside."""
        (pairs,) = await self._send(("HGETALL", self._keys.aside))
        found = [_unpack_aside.decode(packed) for packed in pairs[1::2]]
        return sorted(found, key=lambda aside: (aside.reader, offset_key(aside.offset)))

    async def lags(self) -> dict[str, Lag]:
        """How far every reader is behind, one counting script each."""
        pairs, names = await self._send(
            ("HGETALL", self._keys.readers), ("HKEYS", self._keys.partitions)
        )
        everything = tuple(name.decode() for name in names)
        places = {
            name.decode(): _unpack.decode(place)
            for name, place in zip(pairs[::2], pairs[1::2], strict=True)
        }
        counted = await self._send(*(self._count(place, everything) for place in places.values()))
        return {
            name: Lag(place.offset, int(events), bool(trimmed))
            for (name, place), (events, trimmed) in sorted(
                zip(places.items(), counted, strict=True)
            )
        }

    def _count(self, place: Saved, everything: Sequence[str]) -> Command:
        names = everything if place.partitions is None else place.partitions
        streams = [self._keys.log(name) for name in names]
        count = len(streams) + 1
        position = offset_key(place.offset)
        keys = (self._keys.partitions, *streams)
        return ("EVAL", script("lag"), count, *keys, *position, MOST_COUNTED, *names)

    async def _send(self, *commands: Command) -> list[Any]:
        return unwrap(await send(self._client, commands))


def _field(aside: Aside) -> str:
    return f"{aside.reader} {aside.offset}"
