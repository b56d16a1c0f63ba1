"""Putting other records in the place of stored ones: a stream's entries cannot be edited.

The stream is copied under another name with the same ids, and takes the place of the first in one
step; so offsets stand, readers go on where they are, and what is appended meanwhile is not lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from actors.log.connection import send, unwrap
from actors.log.keys import Keys
from actors.log.port import Logged, Record
from actors.log.scripts import script

PAGE = 200

log = structlog.get_logger("log")


class Rewriting:
    """Rewrites the partitions of a log on Redis."""

    def __init__(self, client: Redis, keys: Keys) -> None:
        self._client = client
        self._keys = keys

    async def replace(self, replaced: Sequence[tuple[Logged, Record]]) -> None:
        """Put each record in the place of the event beside it, and let the server's file forget."""
        by_partition: dict[str, dict[str, tuple[Logged, Record]]] = defaultdict(dict)
        for old, new in replaced:
            by_partition[old.partition][old.offset] = old, new
        for partition, changes in by_partition.items():
            await self._rewrite(partition, changes)
        try:
            await self._send(("BGREWRITEAOF",))
        except ResponseError as error:
            log.warning("the server's file holds what was replaced until it is rewritten: run"
                        " BGREWRITEAOF", reason=str(error))  # fmt: skip

    async def _rewrite(self, partition: str, changes: Mapping[str, tuple[Logged, Record]]) -> None:
        stream, copy = self._keys.log(partition), self._keys.rewritten(partition)
        await self._send(("DEL", copy))
        last = "0-0"
        while True:
            (entries,) = await self._send(("XRANGE", stream, f"({last}", "+", "COUNT", PAGE))
            if not entries:
                break
            await self._send(*(("XADD", copy, i, *_changed(i, f, changes)) for i, f in entries))
            last = entries[-1][0].decode()
        if last == "0-0":
            return
        seen = [self._keys.seen(old.event_id) for old, new in changes.values()
                if old.event_id != new.event_id]  # fmt: skip
        keys = (self._keys.partitions, stream, copy, *seen)
        await self._send(("EVAL", script("replace"), len(keys), *keys, partition, last))

    async def _send(self, *commands: Sequence[Any]) -> list[Any]:
        return unwrap(await send(self._client, commands))


def _changed(
    entry: bytes, fields: Sequence[bytes], changes: Mapping[str, tuple[Logged, Record]]
) -> list[bytes | str]:
    """An entry's fields, with other records where there are."""
    epoch, _, last = entry.decode().partition("-")
    first = int(last) - len(fields) // 2 + 1
    found: list[bytes | str] = []
    for place in range(len(fields) // 2):
        change = changes.get(f"{epoch}-{first + place}")
        if change is None or not fields[2 * place]:
            found += fields[2 * place : 2 * place + 2]
        else:
            found += [change[1].event_id, change[1].body]
    return found
