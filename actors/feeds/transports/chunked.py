"""Streams of lines in one endless HTTP answer: JSON lines, with empty lines as heartbeats."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import datetime

import msgspec
from aiohttp import ClientResponse, ClientSession, ClientTimeout

from actors.feeds.timing import Clock
from actors.feeds.transports.cursors import CursorRule, Params
from actors.feeds.transports.http import CONNECT_S, check_answer, lower, telling_faults
from actors.feeds.transports.line_pieces import LinePieces
from actors.feeds.transports.port import Beat, Frame, LinkFault, Signal

_ANSWERS = frozenset({200})


class ChunkedOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is subscribed to, and how."""

    url: str
    params: Params = {}
    """Sent with the URL and kept out of records: keys stand here."""
    headers: Mapping[str, str] = {}
    silence_s: float = 15.0
    """Three heartbeats of the feed."""
    max_line: int = 16 << 20
    resume: CursorRule = CursorRule()


class ChunkedTransport:
    """Reads one endless answer; redirects are followed, as Sportradar's push demands."""

    kind = "chunked"

    def __init__(
        self,
        options: ChunkedOptions,
        session: ClientSession,
        clock: Clock,
        *,
        cursor_space: str = "chunked",
    ) -> None:
        self.cursor_space = cursor_space
        self.silence_s: float | None = options.silence_s
        self._options = options
        self._session = session
        self._clock = clock
        self._response: ClientResponse | None = None

    async def signals(self, cursor: str = "") -> AsyncGenerator[Signal]:
        """One connection; a line that was cut off by its end is not told."""
        options = self._options
        began = self._clock.now()
        async with (
            telling_faults(options.url),
            self._session.get(
                options.url,
                params={**options.params, **options.resume.query(cursor)},
                headers=options.headers,
                timeout=ClientTimeout(total=None, sock_connect=CONNECT_S),
            ) as response,
        ):
            self._response = response
            check_answer(response, self._clock.utc(), _ANSWERS)
            yield Beat(self._clock.utc(), latency_ms=(self._clock.now() - began) * 1000.0)
            async with aclosing(self._read(response)) as signals:
                async for signal in signals:
                    yield signal
        raise LinkFault("lost", f"{options.url}: the stream ended")

    def hasten(self) -> None:
        """A stream needs no asking."""

    async def close(self) -> None:
        """Cut the connection."""
        if self._response is not None:
            self._response.close()

    async def _read(self, response: ClientResponse) -> AsyncGenerator[Signal]:
        headers = lower(response.headers)
        pieces = LinePieces(self._options.url, self._options.max_line)
        async for piece in response.content.iter_any():
            now = self._clock.utc()
            lines = pieces.add(piece)
            yield Beat(now)
            for body in lines:
                yield self._frame(body, headers, now)

    def _frame(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Frame:
        cursor = self._options.resume.read(body, headers)
        return Frame(body, now, headers, cursor, self._options.url)
