"""Redis Streams: entries of somebody's stream, in order, resumed by their ids."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import msgspec
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError

from actors.feeds.timing import Clock
from actors.feeds.transports.http import REFUSED_WAIT_S
from actors.feeds.transports.port import Beat, Frame, LinkFault, Signal
from actors.log.connection import UNREACHABLE, connect

_BEGINNING = "0-0"
_REPLY_S = 2.0


class RedisStreamOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which stream is read."""

    url: str
    stream: str
    field: str = "body"
    """Field of an entry that holds the payload; the others become headers."""
    wait_s: float = 5.0
    """Longest wait for news: a server that is gone is noticed after this and two seconds."""
    count: int = 100


class RedisStreamTransport:
    """Reads one stream. Everyone gets everything: one source is read by one actor."""

    kind = "redis-stream"

    def __init__(
        self, options: RedisStreamOptions, clock: Clock, *, cursor_space: str = "redis-stream"
    ) -> None:
        self.cursor_space = cursor_space
        self.silence_s: float | None = options.wait_s + 2 * _REPLY_S
        self._options = options
        self._clock = clock
        self._client: Any = connect(options.url, options.wait_s + _REPLY_S, (), lambda: None)

    async def signals(self, cursor: str = "") -> AsyncGenerator[Signal]:
        """Entries after the cursor; without one, from the oldest that the stream retains."""
        after = cursor or _BEGINNING
        began = self._clock.now()
        await self._ask("PING")
        yield Beat(self._clock.utc(), latency_ms=(self._clock.now() - began) * 1000.0)
        while True:
            entries = await self._next(after)
            now = self._clock.utc()
            if not entries:
                yield Beat(now)
            for entry_id, fields in entries:
                after = entry_id.decode()
                yield self._frame(after, fields, now)

    def hasten(self) -> None:
        """A blocked reader is woken by the entry itself."""

    async def close(self) -> None:
        """Drop the connection."""
        with suppress(*UNREACHABLE):
            await self._client.aclose(close_connection_pool=True)

    async def _next(self, after: str) -> Sequence[tuple[bytes, list[bytes]]]:
        block, count = int(self._options.wait_s * 1000), self._options.count
        stream = self._options.stream
        reply = await self._ask("XREAD", "COUNT", count, "BLOCK", block, "STREAMS", stream, after)
        return [(entry[0], entry[1] or []) for entry in reply[0][1]] if reply else []

    async def _ask(self, *command: Any) -> Any:
        place = f"redis stream {self._options.stream}"
        try:
            return await self._client.execute_command(*command)
        except (AuthenticationError, NoPermissionError) as error:
            raise LinkFault("refused", f"{place}: {error}", wait_s=REFUSED_WAIT_S) from error
        except UNREACHABLE as error:
            raise LinkFault("lost", f"{place}: {error or type(error).__name__}") from error
        except RedisError as error:
            raise LinkFault("refused", f"{place}: {error}", wait_s=REFUSED_WAIT_S) from error

    def _frame(self, entry_id: str, fields: Sequence[bytes], now: datetime) -> Frame:
        named = dict(zip(fields[::2], fields[1::2], strict=False))
        body = named.pop(self._options.field.encode(), b"")
        headers = {
            name.decode(errors="replace").lower(): value.decode(errors="replace")
            for name, value in named.items()
        }
        return Frame(body, now, headers, entry_id, f"redis-stream:{self._options.stream}")
