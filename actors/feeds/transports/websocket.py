"""WebSocket: subscribes, answers the feed's own pings, and knows a dead line by a missing pong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress

import msgspec
from aiohttp import (
    ClientSession,
    ClientWebSocketResponse,
    ClientWSTimeout,
    WebSocketError,
    WSMessageTypeError,
    WSMsgType,
    WSServerHandshakeError,
)

from actors.feeds.caching import Cache
from actors.feeds.fetching import Askers
from actors.feeds.timing import Clock
from actors.feeds.transports.cursors import CursorRule, Params
from actors.feeds.transports.handles import HandleOptions, Handles
from actors.feeds.transports.http import REFUSED_WAIT_S, status_fault, telling_faults
from actors.feeds.transports.port import Beat, Frame, LinkFault, Signal

_GOODBYE_S = 0.25
"""A peer that is dead does not answer a goodbye either."""


class WebSocketOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is subscribed to, and how."""

    url: str
    params: Params = {}
    """Sent with the URL and kept out of records: keys stand here."""
    headers: Mapping[str, str] = {}
    subscribe: tuple[str, ...] = ()
    """Texts sent first."""
    keepalive: str = ""
    """Text sent every ``keepalive_s``: MLB Gameday closes on those who do not."""
    keepalive_s: float = 10.0
    answers: Mapping[str, str] = {}
    """Texts of the feed that are answered and not told: ``{"ping": "pong"}``."""
    ping_s: float = 10.0
    """Protocol pings; without a pong for half as long the line is dead. 0 sends none."""
    connect_s: float = 5.0
    silence_s: float = 60.0
    """Longest time without anything, pongs included."""
    max_message: int = 16 << 20
    """Bytes of one message after decompression."""
    refused_codes: tuple[int, ...] = (4400, 4404)
    """Close codes that mean: do not come back at once (MLB: game over, game unknown)."""
    handles: HandleOptions | None = None
    """Accounts whose messages are wanted, by name."""
    resume: CursorRule = CursorRule()


class WebSocketTransport:
    """Reads one socket."""

    kind = "websocket"

    def __init__(
        self,
        options: WebSocketOptions,
        session: ClientSession,
        clock: Clock,
        *,
        cursor_space: str = "websocket",
        askers: Askers | None = None,
    ) -> None:
        self.cursor_space = cursor_space
        self.silence_s: float | None = options.silence_s
        self._options = options
        self._session = session
        self._clock = clock
        askers = askers or Askers(session, Cache(clock), clock)
        self._handles = Handles(options.handles, askers) if options.handles else None
        self._socket: ClientWebSocketResponse | None = None

    async def signals(self, cursor: str = "") -> AsyncGenerator[Signal]:
        """One connection, subscribed; every close is a fault that carries its code."""
        began = self._clock.now()
        async with telling_faults(self._options.url):
            socket = await self._connect(cursor)
            keeping = asyncio.ensure_future(self._keep_alive(socket))
            try:
                for text in self._options.subscribe:
                    await socket.send_str(text)
                yield Beat(self._clock.utc(), latency_ms=(self._clock.now() - began) * 1000.0)
                async with aclosing(self._read(socket)) as signals:
                    async for signal in signals:
                        yield signal
            finally:
                keeping.cancel()
                await _leave(socket)

    def hasten(self) -> None:
        """A socket needs no asking."""

    async def close(self) -> None:
        """Say goodbye and cut the connection."""
        if self._socket is not None:
            await _leave(self._socket)

    async def _connect(self, cursor: str) -> ClientWebSocketResponse:
        options = self._options
        wanted = await self._handles.query() if self._handles else {}
        try:
            async with asyncio.timeout(options.connect_s):
                self._socket = await self._session.ws_connect(
                    options.url,
                    params={**options.params, **wanted, **options.resume.query(cursor)},
                    headers=options.headers,
                    autoping=False,
                    heartbeat=options.ping_s or None,
                    max_msg_size=options.max_message,
                    compress=15,
                    timeout=ClientWSTimeout(ws_close=_GOODBYE_S),
                )
        except WSServerHandshakeError as error:
            what = f"{options.url} answered {error.status} to the handshake"
            raise status_fault(
                error.status, what, error.headers or {}, self._clock.utc()
            ) from error
        return self._socket

    async def _keep_alive(self, socket: ClientWebSocketResponse) -> None:
        while self._options.keepalive:
            await self._clock.sleep(self._options.keepalive_s)
            with suppress(ConnectionError):
                await socket.send_str(self._options.keepalive)

    async def _read(self, socket: ClientWebSocketResponse) -> AsyncGenerator[Signal]:
        while True:
            message = await socket.receive()
            now = self._clock.utc()
            match message.type:
                case WSMsgType.TEXT | WSMsgType.BINARY:
                    body = _bytes(message.data)
                    if (answer := self._options.answers.get(message.data)) is None:
                        cursor = self._options.resume.read(body, {})
                        yield Frame(body, now, cursor=cursor, url=self._options.url)
                    else:
                        await socket.send_str(answer)
                        yield Beat(now)
                case WSMsgType.PING:
                    await socket.pong(message.data)
                    yield Beat(now)
                case WSMsgType.PONG:
                    yield Beat(now)
                case _:
                    raise self._ended(socket, message.data)

    def _ended(self, socket: ClientWebSocketResponse, told: object) -> LinkFault:
        code = socket.close_code
        options = self._options
        if code in options.refused_codes:
            what = f"{options.url}: closed with {code}"
            return LinkFault("refused", what, wait_s=REFUSED_WAIT_S)
        why = told if isinstance(told, BaseException) else socket.exception()
        if isinstance(why, TimeoutError):
            return LinkFault("silent", f"{options.url}: no answer to a ping")
        if isinstance(why, WebSocketError):
            return LinkFault("malformed", f"{options.url}: {why}")
        return LinkFault("lost", f"{options.url}: closed with {code}")


def _bytes(data: str | bytes) -> bytes:
    return data.encode() if isinstance(data, str) else data


async def _leave(socket: ClientWebSocketResponse) -> None:
    with suppress(ConnectionError, TimeoutError, WSMessageTypeError):
        await socket.close()
