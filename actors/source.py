"""SourceActor: owns one feed connection; this one plays a night, recorded or generated."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Literal

import msgspec

from actors.ending import end_tasks
from actors.feeds.playback import WallClock, play, position_after
from actors.feeds.recorded import load_night
from actors.following import OpenLog, append_events, available
from actors.log.errors import WrongEpoch
from actors.log.offsets import BEGINNING, offset_key
from actors.log.port import EventLog
from actors.slate import utc_now
from config.rules import with_rules
from models.evening import generate
from models.events import ContestOpened, SourceReport, SourceStatus
from models.night import Night

STATUS_EVERY = 25
"""Events between two reports of a source that is well."""

Settle = Callable[[str, Sequence[str], str], Awaitable[None]]
"""Waits until a slate (by id) and its contests have taken in everything up to an offset."""


class NightSpec(msgspec.Struct, frozen=True, kw_only=True):
    """Which night a source plays."""

    folder: str = ""
    """Folder of a recorded night; empty: a generated one."""
    seed: int = 1
    entries: int | None = None

    @property
    def source_id(self) -> str:
        """Name of the source that plays it: the same night is played by one source."""
        return f"source:{Path(self.folder).name if self.folder else f'generated-{self.seed}'}"

    def load(self) -> Night:
        """Read or generate the night."""
        if self.folder:
            return load_night(Path(self.folder), self.entries)
        return generate(self.seed, entries=self.entries or 150)


class SourceProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a source is."""

    state: Literal["connecting", "connected", "finished"]
    title: str
    mode: str
    slate_id: str
    contest_ids: tuple[str, ...]
    delivered: int
    total: int
    clock: datetime | None
    """Night time of the newest event handed over."""


class SourceActor:
    """Plays one night into the log, no faster than those who follow it can keep up.

    The night's clock waits for them: what is proposed at a moment of the night stands in the log
    before the next moment does, at whatever speed, so that a replay decides the same every time.
    """

    def __init__(self, spec: NightSpec, speed: float, open_log: OpenLog, settle: Settle) -> None:
        self._spec = spec
        self._speed = speed
        self._open_log = open_log
        self._settle = settle
        self._delivered = 0
        self._clock: datetime | None = None
        self._night: Night | None = None
        self._playing: asyncio.Task[None] | None = None

    async def begin(self) -> bytes:
        """Load the night, hand over its opening, and go on playing in the background."""
        if self._playing is None:
            self._night = self._spec.load()
            self._playing = asyncio.get_running_loop().create_task(self._play(self._night))
        return await self.progress()

    async def progress(self) -> bytes:
        """How far the night is; raises what ended it, if anything did."""
        night, playing = self._night, self._playing
        if night is None or playing is None:
            raise RuntimeError("the source has not begun")
        if playing.done():
            playing.result()
        first = _slate_of(night)
        return msgspec.msgpack.encode(
            SourceProgress(
                state="finished" if playing.done() else "connected",
                title=night.title,
                mode=night.mode,
                slate_id=first,
                contest_ids=_contests_of(night),
                delivered=self._delivered,
                total=len(night.opening) + len(night.timeline),
                clock=self._clock,
            )
        )

    async def finished(self) -> None:
        """Wait for the end of the night."""
        if self._playing is not None:
            await self._playing

    async def stop(self) -> None:
        """Stop playing between two batches; everything handed over is in the log."""
        if self._playing is not None:
            await end_tasks([self._playing])

    async def _play(self, night: Night) -> None:
        log = self._open_log()
        try:
            end: str | None = ""
            while end is not None:
                end = await self._play_after(log, night, end)
            await self._report(log, night, "finished")
        finally:
            await log.close()

    async def _play_after(self, log: EventLog, night: Night, end: str) -> str | None:
        """Play on after what the log holds up to ``end`` (empty: at all), as far as it goes.

        None, or where the log lost what it had acknowledged: the offset up to which it did not.
        """
        slate_id = _slate_of(night)
        played = partial(_already_played, log, night, slate_id, end)
        self._delivered = await available(played)
        await self._report(log, night, "connected")
        newest = BEGINNING
        async for events in play(night, WallClock(), self._speed, skip=self._delivered):
            ready = [with_rules(event) for event in events]
            appending = partial(append_events, log, slate_id, ready, since=newest)
            try:
                offset = await available(appending)
            except WrongEpoch as error:
                return error.survived or BEGINNING
            newest = offset
            self._delivered += len(events)
            self._clock = events[-1].received_at
            await self._settle(slate_id, _contests_of(night), offset)
            if self._delivered % STATUS_EVERY < len(events):
                await self._report(log, night, "connected")
        return None

    async def _report(
        self, log: EventLog, night: Night, state: Literal["connected", "finished"]
    ) -> None:
        moment = self._clock or night.begins
        name = self._spec.source_id
        report = SourceStatus(
            event_id=f"source:{name}:{state}:{self._delivered}",
            source=name,
            timestamp=moment,
            received_at=moment,
            slate_id=_slate_of(night),
            mode=night.mode,
            data=SourceReport(
                state=state,
                transport="recorded file" if self._spec.folder else "generator",
                delivered=self._delivered,
                note=f"{night.title}; wall clock {utc_now():%Y-%m-%dT%H:%M:%SZ}",
            ),
        )
        await available(partial(append_events, log, "system", [report]))


async def _already_played(log: EventLog, night: Night, slate_id: str, end: str) -> int:
    """How many of the night's events the log holds up to ``end``: the cursor of a source."""
    known = {event.event_id for event in (*night.opening, *night.timeline)}
    after, newest = BEGINNING, ""
    while logged := await log.read(after, [slate_id], block_ms=0):
        if end:
            logged = [r for r in logged if offset_key(r.offset) <= offset_key(end)]
        if not logged:
            break
        newest = next((r.event_id for r in reversed(logged) if r.event_id in known), newest)
        after = logged[-1].offset
    return position_after(night, newest) if newest else 0


def _slate_of(night: Night) -> str:
    return night.opening[0].slate_id


def _contests_of(night: Night) -> tuple[str, ...]:
    return tuple(e.data.contest_id for e in night.opening if isinstance(e, ContestOpened))
