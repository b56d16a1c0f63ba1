"""Recorded files: what the recorder kept, at the pace it came or faster; or one payload."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import msgspec

from actors.feeds.recorder import PATTERN, read_record
from actors.feeds.timing import Clock
from actors.feeds.transports.port import Beat, Frame, LinkFault, Signal

_FOR_EVER_S = 24 * 3600.0


class RecordedFileOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is played."""

    path: Path
    """A part, a folder of parts (in order of their names), or any other file: one frame."""
    speed: float = math.inf
    """Recorded seconds per second; without limit by default."""


class RecordedFileTransport:
    """Plays a record; frames keep the times at which they were once received."""

    kind = "recorded-file"
    silence_s = None

    def __init__(
        self, options: RecordedFileOptions, clock: Clock, *, cursor_space: str = "recorded-file"
    ) -> None:
        self.cursor_space = cursor_space
        self._options = options
        self._clock = clock
        self._closed = False

    async def signals(self, cursor: str = "") -> AsyncGenerator[Signal]:
        """Frames after the cursor (``part:line``), then the end: a record is over when it is."""
        frames = self._frames(cursor)
        yield Beat(self._clock.utc())
        began, first = self._clock.now(), None
        while not self._closed and (frame := await asyncio.to_thread(next, frames, None)):
            first = first or frame.received_at
            due = began + (frame.received_at - first).total_seconds() / self._options.speed
            if due > self._clock.now():
                await self._clock.sleep(due - self._clock.now())
            yield frame

    def hasten(self) -> None:
        """A record keeps its pace."""

    async def close(self) -> None:
        """Stop after the present frame."""
        self._closed = True

    def _frames(self, cursor: str) -> Iterator[Frame]:
        part_name, _, line = cursor.rpartition(":")
        for part in self._parts():
            if part.name < part_name:
                continue
            skip = int(line) if part.name == part_name and line.isdecimal() else 0
            yield from self._of(part, skip)

    def _parts(self) -> list[Path]:
        path = self._options.path
        if not path.exists():
            raise LinkFault("refused", f"{path}: there is no such file", wait_s=_FOR_EVER_S)
        return sorted(path.glob(PATTERN)) if path.is_dir() else [path]

    def _of(self, part: Path, skip: int) -> Iterator[Frame]:
        if not part.name.endswith(PATTERN.lstrip("*")):
            if not skip:
                yield Frame(part.read_bytes(), self._clock.utc(), cursor=f"{part.name}:1")
            return
        try:
            for number, line in read_record(part, skip):
                yield line.frame()._replace(cursor=f"{part.name}:{number}")
        except msgspec.DecodeError as error:
            raise LinkFault("malformed", f"{part}: {error}", wait_s=_FOR_EVER_S) from error
