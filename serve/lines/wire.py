"""Wires: how frames, and what is said about a stream, go over each transport.

What a wire makes of frames is handed to every client of a group: it is made once. Over sockets of
our own it is bytes to be written as they are; where an ASGI server stands between, what its
messages hold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from websockets.frames import Frame as WebSocketFrame
from websockets.frames import Opcode

from models.codec import to_json
from serve.frames import Frame

MAX_MESSAGE = 64 * 1024
"""Bytes of the longest message that a client may send."""
PING = WebSocketFrame(Opcode.PING, b"").serialize(mask=False)
"""Asks the client's library, not its author, for a sign of life (RFC 6455, 5.5.2)."""


class Wire(NamedTuple):
    """The encoders of one transport."""

    name: str
    frames: Callable[[Sequence[Frame]], Any]
    """Frames of the log, in order."""
    said: Callable[[str, bytes, str], Any]
    """A message about the stream: its type, its JSON and the offset it stands at."""
    idle: Callable[[str], Any]
    """A sign of life with the newest offset."""


def framed(body: bytes) -> bytes:
    r"""A WebSocket text frame, unmasked as servers send it.

    >>> framed(b"hello")
    b'\x81\x05hello'
    """
    return WebSocketFrame(Opcode.TEXT, body).serialize(mask=False)


def chunk(body: bytes) -> bytes:
    r"""A chunk of an HTTP/1.1 body (RFC 9112, 7.1).

    >>> chunk(b"data: 1\n\n")
    b'9\r\ndata: 1\n\n\r\n'
    """
    return b"%x\r\n%b\r\n" % (len(body), body)


def server_sent(event: str, data: bytes, offset: str) -> bytes:
    r"""An event of an event stream; a frame of the log needs no name.

    >>> server_sent("message", b"{}", "1-1")
    b'id: 1-1\ndata: {}\n\n'
    """
    head = b"id: %b\n" % offset.encode() if offset else b""
    named = b"" if event == "message" else b"event: %b\n" % event.encode()
    return b"%b%bdata: %b\n\n" % (head, named, data)


def _wired(name: str, encode: Callable[[Frame], bytes]) -> Callable[[Sequence[Frame]], bytes]:
    """Encodes each frame once, whichever client wants it first."""

    def one(frame: Frame) -> bytes:
        found = frame.wired.get(name)
        if found is None:
            found = frame.wired[name] = encode(frame)
        return found

    def joined(frames: Sequence[Frame]) -> bytes:
        return one(frames[0]) if len(frames) == 1 else b"".join(map(one, frames))

    return joined


def _ping(offset: str) -> bytes:
    return to_json({"type": "ping", "offset": offset})


def _event(frame: Frame) -> bytes:
    return server_sent("message", frame.body, frame.offset)


WEBSOCKET = Wire(
    "websocket",
    _wired("websocket", lambda frame: framed(frame.body)),
    lambda _, body, __: framed(body),
    lambda offset: framed(_ping(offset)),
)
TEXTS = Wire(
    "texts",
    lambda frames: [frame.body.decode() for frame in frames],
    lambda _, body, __: [body.decode()],
    lambda offset: [_ping(offset).decode()],
)
EVENT_STREAM = Wire(
    "event stream",
    _wired("event stream", lambda frame: chunk(_event(frame))),
    lambda name, body, offset: chunk(server_sent(name, body, offset)),
    lambda _: chunk(b":\n\n"),
)
EVENTS = Wire("events", _wired("events", _event), server_sent, lambda _: b":\n\n")
FRAMES = Wire("frames", list, lambda *_: [], lambda _: [])
