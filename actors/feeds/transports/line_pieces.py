"""Lines out of pieces as a socket brings them."""

from __future__ import annotations

from actors.feeds.transports.port import LinkFault


class LinePieces:
    """Joins pieces into lines; what a connection's end cut off is no line."""

    def __init__(self, what: str, max_line: int) -> None:
        self._what = what
        self._max_line = max_line
        self._rest = b""

    def add(self, piece: bytes) -> list[bytes]:
        r"""The lines that are whole now, stripped, empty ones left out.

        Raises LinkFault for a line that does not end.

        >>> pieces = LinePieces("feed", 100)
        >>> pieces.add(b'{"a": 1}\r'), pieces.add(b'\n\r\n{"b"'), pieces.add(b": 2}\n")
        ([], [b'{"a": 1}'], [b'{"b": 2}'])
        """
        *lines, self._rest = (self._rest + piece).split(b"\n")
        if len(self._rest) > self._max_line:
            what = f"a line does not end within {self._max_line:,} bytes"
            raise LinkFault("malformed", f"{self._what}: {what}")
        return [body for line in lines if (body := line.strip())]
