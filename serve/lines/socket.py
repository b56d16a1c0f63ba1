"""Lines: connections of our own, on which a stream costs one write per event and client.

They are given the transport of a connection that an ASGI server has opened, and keep no more of
it than they need: there may be thousands of them.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any, Protocol

from websockets.frames import Opcode
from websockets.protocol import Protocol as Parser

from models.codec import to_json
from serve.feed import RESTARTED, RESTARTING
from serve.lines.outlet import Outlet
from serve.lines.wire import EVENT_STREAM, PING, WEBSOCKET, Wire

CLOSE_S = 2.0
"""Given to a client to read why it is closed."""
KERNEL_BYTES = 64 * 1024
"""What the kernel may keep for a client that does not read; it takes twice as much."""
OWN_BYTES = 64 * 1024
"""What is written beyond that before frames are held back."""
RETRY_MS = 1000


class Listener(Protocol):
    """Whoever hears what the client says over a line."""

    def hear(self, body: bytes) -> None:
        """The client said something."""
        ...

    def nudged(self) -> None:
        """The client sent something that says nothing: a ping, a pong, a part of a message."""
        ...

    def end(self, code: int, reason: str) -> None:
        """The client is to be told why it is sent nothing more."""
        ...

    def over(self) -> None:
        """The client is gone."""
        ...


class Line(Outlet, asyncio.Protocol):
    """A connection that only writes what it is given."""

    __slots__ = ("_connections", "_dying", "_transport", "talk", "write")

    talk: Listener
    write: Callable[[Any], None]  # type: ignore[assignment]  # the transport's, without a detour

    def __init__(self, wire: Wire) -> None:
        super().__init__(wire)
        self._transport: asyncio.Transport
        self._connections: set[Any]
        self._dying: asyncio.TimerHandle | None = None

    def adopt(self, transport: asyncio.Transport, connections: set[Any], *, paused: bool) -> None:
        """Take over a transport; ``connections`` are those that the server closes at its end."""
        self._transport = transport
        self._connections = connections
        self.paused = paused
        self.write = transport.write
        connections.add(self)
        transport.set_write_buffer_limits(high=OWN_BYTES)
        opened = transport.get_extra_info("socket")
        if opened is not None:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BYTES)

    def connection_lost(self, _: Exception | None) -> None:
        """The client is gone, or was closed."""
        self._connections.discard(self)
        if self._dying is not None:
            self._dying.cancel()
        self.talk.over()

    def eof_received(self) -> None:
        """The client sends nothing more, as one that is gone."""

    def shutdown(self) -> None:
        """The server is ending: called by it for each of its connections."""
        self.talk.end(RESTARTING, RESTARTED)

    def end(self, code: int, reason: str) -> None:
        """Tell the client why; one that does not even read that is let go."""
        if self._dying is None and not self._transport.is_closing():
            self._die()
            self._say_goodbye(code, reason)

    def _die(self) -> None:
        if self._dying is None:
            loop = asyncio.get_running_loop()
            self._dying = loop.call_later(CLOSE_S, self._transport.abort)

    def _say_goodbye(self, code: int, reason: str) -> None:
        raise NotImplementedError


class WebSocketLine(Line):
    """A WebSocket after its handshake."""

    __slots__ = ("_asked", "_message", "_parser")

    def __init__(self, parser: Parser) -> None:
        super().__init__(WEBSOCKET)
        self._parser = parser
        self._message: list[bytes] = []
        """Parts of a message that has not ended."""
        self._asked = False
        """A sign of life was asked for, and none came since."""

    def beat(self) -> bool:
        """Ask for a sign of life; false where there was none since the last time."""
        silent, self._asked = self._asked, True
        if not silent and not self.paused:
            self.write(PING)
        return not silent

    def resume_writing(self) -> None:
        """The client reads on: it is alive."""
        self._asked = False
        super().resume_writing()

    def data_received(self, data: bytes) -> None:
        """Take in what the client sent, and answer what its library wants answered."""
        self._asked = False
        self._parser.receive_data(data)
        for event in self._parser.events_received():
            self._take(event.opcode, bytes(event.data), event.fin)  # type: ignore[union-attr]
        for answer in self._parser.data_to_send():
            if answer:
                self.write(answer)
        if self._parser.parser_exc is not None or self._parser.close_rcvd is not None:
            self.talk.over()
            self._die()
            self._transport.close()

    def _take(self, opcode: Opcode, data: bytes, last: bool) -> None:
        if self._dying is not None or opcode is Opcode.CLOSE:
            return
        if opcode in {Opcode.TEXT, Opcode.BINARY, Opcode.CONT}:
            if data:
                self._message.append(data)
            if last:
                body, self._message = b"".join(self._message), []
                self.talk.hear(body)
                return
        self.talk.nudged()

    def _say_goodbye(self, code: int, reason: str) -> None:
        if self._parser.close_sent is None:
            self._parser.send_close(code, reason.encode()[:120].decode(errors="ignore"))
        for part in self._parser.data_to_send():
            if part:
                self.write(part)


class EventStreamLine(Line):
    """The rest of an HTTP/1.1 answer in chunks; the client has nothing more to say."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(EVENT_STREAM)

    def _say_goodbye(self, code: int, reason: str) -> None:
        self.write(EVENT_STREAM.said("close", to_json({"code": code, "reason": reason}), ""))
        self.write(b"0\r\n\r\n")
        self._transport.close()
