"""Server-sent events: alive as long as bytes come, comments included; resumed by Last-Event-ID."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import datetime

import msgspec
from aiohttp import ClientResponse, ClientSession, ClientTimeout

from actors.feeds.timing import Clock
from actors.feeds.transports.cursors import CursorRule, Params
from actors.feeds.transports.http import (
    CONNECT_S,
    REFUSED_WAIT_S,
    bare,
    check_answer,
    lower,
    telling_faults,
)
from actors.feeds.transports.port import Beat, Frame, LinkFault, Signal
from actors.feeds.transports.sse_events import MAX_EVENT, OversizedEventError, SseEvent, SseParser

MAX_RETRY_S = 30.0
_ANSWERS = frozenset({200})


class SseOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is subscribed to, and how."""

    url: str
    params: Params = {}
    """Sent with the URL and kept out of records: keys stand here."""
    headers: Mapping[str, str] = {}
    silence_s: float = 45.0
    """Three heartbeats of the feed."""
    max_event: int = MAX_EVENT
    verbatim: bool = False
    """Hand over ``event:`` and ``data:`` lines as they stand, for adapters that read them."""
    resume: CursorRule = CursorRule()
    """Besides Last-Event-ID, for feeds that take the id in the query (``last_entry_id``)."""


class SseTransport:
    """Reads one stream of events."""

    kind = "sse"

    def __init__(
        self,
        options: SseOptions,
        session: ClientSession,
        clock: Clock,
        *,
        cursor_space: str = "sse",
    ) -> None:
        self.cursor_space = cursor_space
        self.silence_s: float | None = options.silence_s
        self._options = options
        self._session = session
        self._clock = clock
        self._response: ClientResponse | None = None

    async def signals(self, cursor: str = "") -> AsyncGenerator[Signal]:
        """One connection; an end of the stream is a fault, since such feeds have no end."""
        options = self._options
        parser = SseParser(cursor, options.max_event)
        began = self._clock.now()
        async with (
            telling_faults(options.url),
            self._session.get(
                options.url,
                params={**options.params, **options.resume.query(cursor)},
                headers=self._asked(cursor),
                timeout=ClientTimeout(total=None, sock_connect=CONNECT_S),
            ) as response,
        ):
            self._response = response
            self._check(response)
            yield Beat(self._clock.utc(), latency_ms=(self._clock.now() - began) * 1000.0)
            async with aclosing(self._read(response, parser)) as signals:
                async for signal in signals:
                    yield signal
        raise _ended(options.url, parser)

    def hasten(self) -> None:
        """A stream needs no asking."""

    async def close(self) -> None:
        """Cut the connection."""
        if self._response is not None:
            self._response.close()

    def _asked(self, cursor: str) -> dict[str, str]:
        resume = {"Last-Event-ID": cursor} if cursor else {}
        fixed = {"Accept": "text/event-stream", "Cache-Control": "no-cache"}
        return {**self._options.headers, **fixed, **resume}

    def _check(self, response: ClientResponse) -> None:
        check_answer(response, self._clock.utc(), _ANSWERS)
        if response.content_type != "text/event-stream":
            what = f"{bare(response)} answers {response.content_type}, not text/event-stream"
            raise LinkFault("refused", what, wait_s=REFUSED_WAIT_S)

    async def _read(self, response: ClientResponse, parser: SseParser) -> AsyncGenerator[Signal]:
        headers = lower(response.headers)
        async for piece in response.content.iter_any():
            now = self._clock.utc()
            try:
                events = parser.feed(piece)
            except OversizedEventError as error:
                raise LinkFault("malformed", f"{self._options.url}: {error}") from error
            if not events:
                yield Beat(now)
            for event in events:
                yield self._frame(event, headers, now)

    def _frame(self, event: SseEvent, headers: Mapping[str, str], now: datetime) -> Frame:
        named = {**headers, "sse-event": event.event}
        cursor = self._options.resume.read(event.data, headers) or event.last_id
        body = _text(event) if self._options.verbatim else event.data
        return Frame(body, now, named, cursor, self._options.url)


def _ended(url: str, parser: SseParser) -> LinkFault:
    wait = min(parser.retry_s or 0.0, MAX_RETRY_S)
    return LinkFault("lost", f"{url}: the stream ended", wait_s=wait)


def _text(event: SseEvent) -> bytes:
    """The event as it would stand in a stream."""
    lines = [b"data: " + line for line in event.data.split(b"\n")]
    return b"\n".join([b"event: " + event.event.encode(), *lines, b"", b""])
