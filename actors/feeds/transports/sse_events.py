"""Server-sent events from bytes, however they are cut (WHATWG HTML, 9.2.6)."""

from __future__ import annotations

from typing import NamedTuple

MAX_EVENT = 4 << 20
"""Bytes of one event."""
_BOM = b"\xef\xbb\xbf"


class SseEvent(NamedTuple):
    """One dispatched event."""

    data: bytes
    event: str
    last_id: str


class OversizedEventError(ValueError):
    """An event, or a line, that does not end within the limit."""


class SseParser:
    """Takes bytes as they come, gives events as they are complete."""

    def __init__(self, last_id: str = "", limit: int = MAX_EVENT) -> None:
        self.retry_s: float | None = None
        """The server's own wish for the wait before reconnecting."""
        self._last_id = last_id
        self._limit = limit
        self._rest = b""
        self._first = True
        self._after_cr = False
        self._data: list[bytes] = []
        self._event = ""
        self._size = 0

    def feed(self, piece: bytes) -> list[SseEvent]:
        """Events completed by these bytes. Raises OversizedEventError."""
        if self._after_cr and piece:
            piece = piece.removeprefix(b"\n")
        text = self._rest + piece
        if self._first:
            if len(text) < len(_BOM) and _BOM.startswith(text):
                self._rest = text
                return []
            text = text.removeprefix(_BOM)
            self._first = False
        self._after_cr = text.endswith(b"\r") if text else self._after_cr and not piece
        lines = text.splitlines(keepends=True)
        self._rest = lines.pop() if lines and not lines[-1].endswith((b"\n", b"\r")) else b""
        if len(self._rest) + self._size > self._limit:
            raise OversizedEventError(f"an event does not end within {self._limit:,} bytes")
        return [event for line in lines if (event := self._line(line.rstrip(b"\r\n")))]

    def _line(self, line: bytes) -> SseEvent | None:
        if not line:
            return self._dispatch()
        name, _, value = line.partition(b":")
        self._field(name, value.removeprefix(b" "))
        return None

    def _field(self, name: bytes, value: bytes) -> None:
        match name:
            case b"data":
                self._data.append(value)
                self._size += len(value) + 1
                if self._size > self._limit:
                    raise OversizedEventError(f"an event is over {self._limit:,} bytes")
            case b"event":
                self._event = value.decode(errors="replace")
            case b"id" if b"\0" not in value:
                self._last_id = value.decode(errors="replace")
            case b"retry" if value.isdigit() and len(value) < 10:
                self.retry_s = int(value) / 1000.0
            case _:
                pass  # comments keep the connection alive; fields nobody knows are ignored

    def _dispatch(self) -> SseEvent | None:
        data, event = b"\n".join(self._data), self._event
        self._data, self._event, self._size = [], "", 0
        return SseEvent(data, event or "message", self._last_id) if data else None
