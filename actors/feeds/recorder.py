"""Raw frames as they came, kept compressed and bounded, so that any night can be played again.

Parts are gzip files of JSON lines under ``folder/source/``. A thread writes them: neither disk nor
compression holds up a connection. What a full disk or a flood makes it miss is counted.
"""

from __future__ import annotations

import base64
import gzip
import re
import threading
import zlib
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from queue import Full, Queue
from typing import BinaryIO

import msgspec

from actors.feeds.transports.port import Frame

PATTERN = "*.jsonl.gz"
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")
_PRIVATE = frozenset({"set-cookie", "authorization", "proxy-authorization", "cookie"})
_LEVEL = 3


class Recorded(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of a record."""

    at: datetime
    source: str = ""
    """As status names it; the folder's name has no colons."""
    transport: str = ""
    url: str = ""
    cursor: str = ""
    headers: Mapping[str, str] = {}
    text: str = ""
    base64: str = ""
    """The body, where it is no UTF-8."""

    def frame(self) -> Frame:
        """The frame as it was received."""
        body = base64.b64decode(self.base64) if self.base64 else self.text.encode()
        return Frame(body, self.at, self.headers, self.cursor, self.url)


def recorded(frame: Frame, transport: str, source: str = "") -> Recorded:
    """The line that a frame becomes; headers that carry credentials are left out."""
    headers = {name: value for name, value in frame.headers.items() if name not in _PRIVATE}
    line = Recorded(
        at=frame.received_at,
        source=source,
        transport=transport,
        url=frame.url,
        cursor=frame.cursor,
        headers=headers,
    )
    try:
        return msgspec.structs.replace(line, text=frame.body.decode())
    except UnicodeDecodeError:
        return msgspec.structs.replace(line, base64=base64.b64encode(frame.body).decode())


class RecorderLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How much is kept."""

    part_bytes: int = 16 << 20
    """Compressed bytes after which a new part begins."""
    source_bytes: int = 512 << 20
    """Of one source, in all parts: the oldest parts go first."""
    total_bytes: int = 8 << 30
    """Of all sources, whether they are still followed or not."""
    queued_bytes: int = 64 << 20
    """Waiting for the disk; what comes beyond is missed and counted."""


class Recorder:
    """Keeps the frames of all sources of a process. Closing writes what is queued."""

    def __init__(self, folder: Path, limits: RecorderLimits | None = None) -> None:
        self.missed = 0
        self.fault = ""
        """Why the last write failed, if it did."""
        self._folder = folder
        self._limits = limits or RecorderLimits()
        self._queue: Queue[tuple[str, str, Frame] | None] = Queue(maxsize=10_000)
        self._queued = 0
        self._lock = threading.Lock()
        self._parts: dict[str, _Part] = {}
        self._thread = threading.Thread(target=self._write_all, name="recorder", daemon=True)
        self._thread.start()

    def record(self, source: str, transport: str, frame: Frame) -> None:
        """Hand over a frame; never waits."""
        with self._lock:
            if self._queued + len(frame.body) > self._limits.queued_bytes:
                self.missed += 1
                return
            self._queued += len(frame.body)
        try:
            self._queue.put_nowait((source, transport, frame))
        except Full:
            self._taken(frame)
            self.missed += 1

    def close(self, timeout_s: float = 10.0) -> None:
        """Write what is queued and close the parts."""
        self._queue.put(None)
        self._thread.join(timeout_s)

    def _taken(self, frame: Frame) -> None:
        with self._lock:
            self._queued -= len(frame.body)

    def _write_all(self) -> None:
        while (item := self._queue.get()) is not None:
            source, transport, frame = item
            try:
                self._part(source, frame).write(
                    recorded(frame, transport, source), self._queue.empty()
                )
            except (OSError, ValueError) as error:
                self.missed += 1
                self.fault = str(error)
                self._drop(source)
            self._taken(frame)
        for source in list(self._parts):
            self._drop(source)

    def _part(self, source: str, frame: Frame) -> _Part:
        part = self._parts.get(source)
        if part is None or part.size >= self._limits.part_bytes:
            self._drop(source)
            folder = self._folder / _UNSAFE.sub("_", source)
            part = self._parts[source] = _Part(folder, frame.received_at)
            written = {part.path for part in self._parts.values()}
            limits = self._limits
            _bound(folder.glob(PATTERN), limits.source_bytes - limits.part_bytes, written)
            everything = self._folder.glob(f"*/{PATTERN}")
            _bound(everything, limits.total_bytes - limits.part_bytes, written)
        return part

    def _drop(self, source: str) -> None:
        if part := self._parts.pop(source, None):
            with suppress(OSError):
                part.close()


class _Part:
    """One file being written."""

    def __init__(self, folder: Path, began: datetime) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = _new_file(folder, f"{began:%Y%m%dT%H%M%SZ}")
        self.path = Path(self._file.name)
        self._gzip = gzip.GzipFile(fileobj=self._file, mode="wb", compresslevel=_LEVEL)

    @property
    def size(self) -> int:
        return self._file.tell()

    def write(self, line: Recorded, flush: bool) -> None:
        """``flush`` makes what was written so far readable, whatever happens next."""
        self._gzip.write(msgspec.json.encode(line) + b"\n")
        if flush:
            self._gzip.flush(zlib.Z_SYNC_FLUSH)
            self._file.flush()

    def close(self) -> None:
        with self._file:
            self._gzip.close()


def _new_file(folder: Path, stem: str) -> BinaryIO:
    number = 0
    while True:
        with suppress(FileExistsError):
            return (folder / f"{stem}-{number:03d}.jsonl.gz").open("xb")
        number += 1


def _bound(found: Iterable[Path], allowed: int, written: Container[Path]) -> None:
    """Delete the oldest parts until the others fit; those that are being written stay."""
    parts = sorted((part for part in found if part not in written), key=lambda part: part.name)
    sizes = [part.stat().st_size for part in parts]
    while parts and sum(sizes) > allowed:
        parts.pop(0).unlink(missing_ok=True)
        sizes.pop(0)


def read_record(path: Path, skip: int = 0) -> Iterator[tuple[int, Recorded]]:
    """Lines of one part with their numbers, from ``skip`` on; a torn end ends it."""
    decoder = msgspec.json.Decoder(Recorded)
    with gzip.open(path, "rb") as lines, suppress(EOFError, zlib.error, gzip.BadGzipFile):
        for number, line in enumerate(lines, 1):
            if number > skip and line.endswith(b"\n"):
                yield number, decoder.decode(line)
