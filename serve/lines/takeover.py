"""Takes connections out of uvicorn's hands: the one file that knows how uvicorn is made inside.

An ASGI application only ever sees messages. Here are uvicorn's own protocols, made to stand in
the ``state`` of every scope, from where a route hands the connection's transport to a line. What
the ASGI server, and Ray Serve around it, still do with the connection then touches nothing; they
see the request end as any other. Where an application runs behind something else, or uvicorn is
not made as this file knows it, there is nothing to take over, and streams go as ASGI messages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from weakref import WeakSet

import uvicorn.config
from fastapi import FastAPI
from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import Protocol as Parser

from serve.lines.socket import EventStreamLine, Line, WebSocketLine
from serve.lines.wire import MAX_MESSAGE

KEY = "lateswap.connection"
HEADERS_S = 10.0
"""Given to a client to send the head of a request."""


class HandedOver(Exception):  # noqa: N818 - what uvicorn is told of its connection
    """The connection is somebody else's now."""


class _Gone(asyncio.Transport):
    """What uvicorn still does to a transport that it no longer has."""

    def write(self, _: Any) -> None:
        pass

    def close(self) -> None:
        pass

    def abort(self) -> None:
        pass

    def is_closing(self) -> bool:
        return True

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


GONE = _Gone()
LAST: dict[str, Any] = {"type": "websocket.receive", "bytes": b"", "last": True}
"""Received after everything that came before the connection was handed over."""


class WebSocketConnection(WebSocketsSansIOProtocol):
    """A WebSocket: no compression per client, and no message larger than is ever wanted."""

    def __init__(
        self, config: Any, server_state: Any, app_state: dict[str, Any], _loop: Any = None
    ) -> None:
        config.ws_per_message_deflate = False
        config.ws_max_size = MAX_MESSAGE
        super().__init__(config, server_state, app_state | {KEY: self}, _loop)

    @property
    def parser(self) -> Parser:
        """What has read the client's frames so far, perhaps half of one."""
        return self.conn

    def hand_over(self, line: Line) -> None:
        """Give the transport away; LAST is received after what the client has said until now."""
        transport = self.transport
        transport.set_protocol(line)
        line.adopt(transport, self.connections, paused=not self.writable.is_set())
        if self.read_paused:
            transport.resume_reading()
        self.transport = GONE
        self.queue.put_nowait(LAST)  # type: ignore[arg-type]

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        """Forget the connection once the application has ended."""
        super().on_task_complete(task)
        if self.transport is GONE:
            self.connection_lost(HandedOver())


class HttpConnection(HttpToolsProtocol):
    """A connection of HTTP/1.1; closed when the head of a request does not come."""

    def __init__(
        self, config: Any, server_state: Any, app_state: dict[str, Any], _loop: Any = None
    ) -> None:
        super().__init__(config, server_state, app_state | {KEY: self}, _loop)
        self._waiting: asyncio.TimerHandle | None = None

    def hand_over(self, line: Line) -> None:
        """Give the transport away in the middle of an answer, which the line goes on with."""
        transport = self.transport
        transport.set_protocol(line)
        line.adopt(transport, self.connections, paused=self.flow.write_paused)
        self.transport = self.cycle.transport = GONE

    def on_response_complete(self) -> None:
        """Forget the connection once the application has ended."""
        super().on_response_complete()
        if self.transport is GONE:
            self.connection_lost(HandedOver())

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        answer = self.repeated(cycle.scope) if cycle.keep_alive else None
        if answer is None:
            super()._start_asgi_task(cycle, app)
            return
        usual = (b"%b: %b\r\n" % pair for pair in cycle.default_headers)
        cycle.response_started = cycle.response_complete = True
        self.transport.write(b"".join((b"HTTP/1.1 200 OK\r\n", *usual, answer)))
        cycle.on_response()

    def repeated(self, _: Any) -> bytes | None:
        """Headers and body of an answer for which the application need not be asked."""
        return None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request."""
        super().connection_made(transport)
        self._wait()

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._wait()

    def on_headers_complete(self) -> None:
        """Its head is complete."""
        self._wait_no_more()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._wait_no_more()
        self._waiting = self.loop.call_later(HEADERS_S, self._give_up)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self.transport.abort()


class Bell:
    """Stands among a server's connections, so as to be told first that the server ends."""

    def __init__(self, connections: set[Any], ring: Callable[[], None]) -> None:
        self._connections = connections
        self._ring = ring

    def shutdown(self) -> None:
        """The server is ending: called by it for each of its connections, which it waits for."""
        self._connections.discard(self)
        self._ring()


def protocols(app: FastAPI) -> dict[str, type[asyncio.Protocol]]:
    """What ``uvicorn.Config`` takes as ``http`` and ``ws`` for one application.

    As soon as such a server ends, all clients of the application are sent away: those, too, whose
    streams and polls are requests under way, which Ray Serve would wait for until it kills.
    """
    belled: WeakSet[Any] = WeakSet()

    def ring() -> None:
        gate = getattr(app.state, "gate", None)
        if gate is not None:
            gate.hub.send_away()

    class Connection(HttpConnection):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            if self.server_state not in belled:
                belled.add(self.server_state)
                connections: set[Any] = self.connections
                connections.add(Bell(connections, ring))
            super().connection_made(transport)

        def repeated(self, scope: Any) -> bytes | None:
            gate = getattr(app.state, "gate", None)
            return gate.repeats.of(scope) if gate is not None else None

    return {"http": Connection, "ws": WebSocketConnection}


def install(app: FastAPI) -> None:
    """Let every uvicorn that this process starts from now on serve an application so."""
    found: dict[str, Any] = protocols(app)
    uvicorn.config.HTTP_PROTOCOLS["auto"] = found["http"]
    uvicorn.config.WS_PROTOCOLS["auto"] = found["ws"]


def websocket_line(scope: Scope) -> WebSocketLine | None:
    """A line that has the connection of an accepted WebSocket; None where none can have it."""
    found = _connection(scope)
    if not isinstance(found, WebSocketConnection):
        return None
    line = WebSocketLine(found.parser)
    found.hand_over(line)
    return line


def event_stream_line(scope: Scope) -> EventStreamLine | None:
    """A line that has the connection of an answer whose head has been sent; or None."""
    found = _connection(scope)
    if not isinstance(found, HttpConnection):
        return None
    line = EventStreamLine()
    found.hand_over(line)
    return line


def _connection(scope: Scope) -> Any:
    """The connection behind a scope, if this event loop serves it and the client is still there."""
    found = scope.get("state", {}).get(KEY)
    if getattr(found, "loop", None) is not asyncio.get_running_loop():
        return None
    return None if found.transport.is_closing() else found
