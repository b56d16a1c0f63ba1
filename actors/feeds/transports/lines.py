"""JSON lines on a bare TLS socket, as Betfair's stream: said what to send, then read line by line.

Such a feed resumes by what its messages carry (``initialClk``, ``clk``): those fields, as they were
last seen, are put into the subscription of the next connection.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import aclosing, suppress
from typing import Any

import msgspec

from actors.feeds.timing import Clock
from actors.feeds.transports.http import CONNECT_S, REFUSED_WAIT_S, telling_faults
from actors.feeds.transports.line_pieces import LinePieces
from actors.feeds.transports.port import Beat, Frame, LinkFault, Signal

_PIECE = 1 << 16
_END = b"\r\n"


class LinesOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is subscribed to, and how."""

    host: str
    port: int = 443
    tls: bool = True
    """Certificates are verified; without it nothing is encrypted: for services of one's own."""
    ca_file: str = ""
    """Certificates of an authority of one's own, in PEM; empty: the system's."""
    subscribe: tuple[str, ...] = ()
    """Lines sent first: who we are, what we want."""
    resume_fields: tuple[str, ...] = ()
    """Fields of messages that are the cursor, all together."""
    keepalive: str = ""
    """Line sent every ``keepalive_s``."""
    keepalive_s: float = 30.0
    silence_s: float = 15.0
    """Three heartbeats of the feed."""
    max_line: int = 16 << 20
    refusals: Mapping[str, tuple[str, ...]] = {}
    """Values of fields that mean: not so, and not soon (``errorCode``: ``NOT_AUTHORIZED``)."""


class LinesTransport:
    """Reads one socket."""

    kind = "lines"

    def __init__(self, options: LinesOptions, clock: Clock, *, cursor_space: str = "lines") -> None:
        self.cursor_space = cursor_space
        self.silence_s: float | None = options.silence_s
        self._options = options
        self._clock = clock
        self._url = f"{'tls' if options.tls else 'tcp'}://{options.host}:{options.port}"
        self._writer: asyncio.StreamWriter | None = None

    async def signals(self, cursor: str = "") -> AsyncGenerator[Signal]:
        """One connection, subscribed after the cursor; its end is a fault."""
        began = self._clock.now()
        resumed = _decoded(cursor)
        async with telling_faults(self._url):
            reader, writer = await self._connect()
            keeping = asyncio.ensure_future(self._keep_alive(writer))
            try:
                for line in self._hello(resumed):
                    writer.write(line + _END)
                await writer.drain()
                yield Beat(self._clock.utc(), latency_ms=(self._clock.now() - began) * 1000.0)
                async with aclosing(self._read(reader, resumed)) as signals:
                    async for signal in signals:
                        yield signal
            finally:
                keeping.cancel()
                writer.transport.abort()  # a reader has nothing to say goodbye for
        raise LinkFault("lost", f"{self._url}: the stream ended")

    def hasten(self) -> None:
        """A stream needs no asking."""

    async def close(self) -> None:
        """Cut the connection."""
        if self._writer is not None:
            self._writer.transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        options = self._options
        trust = ssl.create_default_context(cafile=options.ca_file or None) if options.tls else None
        async with asyncio.timeout(CONNECT_S):
            reader, self._writer = await asyncio.open_connection(
                options.host, options.port, ssl=trust, limit=_PIECE
            )
        return reader, self._writer

    def _hello(self, resumed: Mapping[str, Any]) -> Iterator[bytes]:
        """What is sent first; the last of it, the subscription, carries the cursor."""
        *before, last = self._options.subscribe or ("",)
        for text in before:
            yield text.encode()
        if not last:
            return
        asked = _decoded(last) if resumed else {}
        yield msgspec.json.encode({**asked, **resumed}) if asked else last.encode()

    async def _keep_alive(self, writer: asyncio.StreamWriter) -> None:
        while self._options.keepalive:
            await self._clock.sleep(self._options.keepalive_s)
            with suppress(ConnectionError):
                writer.write(self._options.keepalive.encode() + _END)
                await writer.drain()

    async def _read(
        self, reader: asyncio.StreamReader, resumed: Mapping[str, Any]
    ) -> AsyncGenerator[Signal]:
        pieces = LinePieces(self._url, self._options.max_line)
        seen = dict(resumed)
        while piece := await reader.read(_PIECE):
            now = self._clock.utc()
            lines = pieces.add(piece)
            yield Beat(now)
            for body in lines:
                told = _decoded(body)
                self._check(told)
                seen |= {n: told[n] for n in self._options.resume_fields if told.get(n)}
                yield Frame(body, now, cursor=_encoded(seen), url=self._url)

    def _check(self, told: Mapping[str, Any]) -> None:
        """Raise LinkFault where the feed says that it will not serve us."""
        for field, words in self._options.refusals.items():
            if (said := told.get(field)) in words:
                what = f"{self._url}: {field} {said}"
                raise LinkFault("refused", what, wait_s=REFUSED_WAIT_S)


def _decoded(text: str | bytes) -> dict[str, Any]:
    """The object in a text; empty for anything else."""
    try:
        found = msgspec.json.decode(text) if text else {}
    except (msgspec.DecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _encoded(seen: Mapping[str, Any]) -> str:
    return msgspec.json.encode(seen).decode() if seen else ""
