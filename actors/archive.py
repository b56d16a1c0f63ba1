"""ArchiveActor: owns the lake; follows the log into it, and lets go of what the log may forget."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import structlog

from actors.following import OpenLog
from actors.lake.errors import LakeError
from actors.lake.lake import Lake, Wanted
from actors.log.errors import LogUnavailable, WrongEpoch
from actors.log.offsets import BEGINNING, OffsetKey, offset_key, offset_text
from actors.log.port import SYSTEM, EventLog, Logged, Saved
from actors.naming import ARCHIVE
from models.messages import (
    AnyAnswer,
    AnyQuestion,
    ArchivedEvent,
    ArchivedEvents,
    AskEvents,
    AskHealth,
    AskSettled,
    Erase,
    Erased,
    Health,
    Refusal,
    decode_question,
    encode,
)

READ_COUNT = 1_000
BLOCK_MS = 500
TOGETHER_S = 0.5
"""Rest between two writes: what arrives meanwhile is written in one transaction."""
PAUSE_S = 0.25
LOOK_S = 60.0
"""Between two looks at what may be moved."""
TRIM_S = 600.0
"""Between two looks at what may be forgotten."""
MOST_WARM = 500_000
"""Rows of the warm tier above which they are moved before their time."""

log = structlog.get_logger("archive")


class Retention(msgspec.Struct, frozen=True, kw_only=True):
    """How long events stay in which tier."""

    hot_s: float = 48 * 3600.0
    """A partition stays in the log for so long after its last event."""
    warm_s: float = 1800.0
    keep_days: dict[str, int] = {}
    """Days that a type of event stays in the lake; types that are not named stay for ever."""


class ArchiveActor:
    """Writes every event of the log once; the offset is stored in the transaction of the rows."""

    def __init__(self, folder: Path, open_log: OpenLog, retention: Retention | None = None) -> None:
        self.lake = Lake(folder)
        self.offset = BEGINNING
        self._open_log = open_log
        self._retention = retention or Retention()
        self._events = 0
        self._trouble = ""
        self._looked_at = self._trimmed_at = time.monotonic()
        self._writing = asyncio.Lock()
        self._moved = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None
        self.log: EventLog

    async def ask(self, body: bytes) -> bytes:
        """Answer one encoded question."""
        self.follow()
        return encode(await self._answer(decode_question(body)))

    def follow(self) -> None:
        """Begin to follow the log, once."""
        if self._task is None:
            self.log = self._open_log()
            self._task = asyncio.get_running_loop().create_task(self._follow())

    async def stop(self) -> None:
        """Archive what the log still holds, move it to Parquet, let go of the log."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        try:
            while await self._archive(block_ms=0):
                pass
            await self._compact(0.0)
        except (LakeError, LogUnavailable) as error:
            log.warning("not archived to the end", reason=str(error))
        await self.log.close()

    async def _answer(self, question: AnyQuestion) -> AnyAnswer:
        match question:
            case AskHealth():
                return self._health()
            case AskSettled():
                await self._until(question.offset)
                return self._health()
            case AskEvents() | Erase():
                return await self._from_lake(question)
            case _:
                return Refusal(
                    status=404,
                    title="not asked of this actor",
                    detail=f"{type(question).__name__} is not a question for the archive",
                )

    async def _from_lake(self, question: AskEvents | Erase) -> AnyAnswer:
        try:
            async with self._writing:
                if isinstance(question, Erase):
                    user = question.user_id
                    events = await asyncio.to_thread(self.lake.erase, user)
                    return Erased(user_id=user, events=events)
                return await asyncio.to_thread(self._found, question)
        except LakeError as error:
            return Refusal(status=503, title="the archive does not answer", detail=str(error))

    def _found(self, asked: AskEvents) -> ArchivedEvents:
        wanted = Wanted(
            after=asked.after,
            kinds=asked.kinds,
            player_id=asked.player_id,
            since=asked.since,
            limit=asked.limit,
        )
        found = self.lake.find(wanted)
        events = tuple(
            ArchivedEvent(r.offset, r.event_id, r.body, r.partition) for r in found.records
        )
        return ArchivedEvents(events=events, searched=found.searched)

    def _health(self) -> Health:
        return Health(
            actor=ARCHIVE,
            ready=self.offset != BEGINNING and not self._trouble,
            offset=self.offset,
            events=self._events,
            skipped=0,
            detail={"trouble": self._trouble} if self._trouble else {},
        )

    async def _follow(self) -> None:
        self.offset = offset_text(await self._opened())
        while True:
            try:
                await self._archive(BLOCK_MS)
                await self._look()
                self._trouble = ""
            except (LakeError, LogUnavailable) as error:
                self._complain(str(error))
                await asyncio.sleep(PAUSE_S)
            await asyncio.sleep(TOGETHER_S)

    async def _opened(self) -> OffsetKey:
        """How far the lake is, once it can be used."""
        while True:
            try:
                return await asyncio.to_thread(self.lake.open)
            except LakeError as error:
                self._complain(str(error))
                await asyncio.sleep(PAUSE_S)

    def _complain(self, reason: str) -> None:
        """Say once what is the matter; what is not archived stays in the log."""
        if reason != self._trouble:
            log.warning("not archiving", reason=reason)
        self._trouble = reason

    async def _archive(self, block_ms: int) -> bool:
        """Archive one read of the log; whether there was anything."""
        try:
            logged = await self.log.read(self.offset, count=READ_COUNT, block_ms=block_ms)
        except WrongEpoch as error:
            await self._begin_after(error)
            return True
        if logged:
            await self._write(logged)
        return bool(logged)

    async def _write(self, logged: Sequence[Logged]) -> None:
        async with self._writing:
            await asyncio.to_thread(self.lake.append, logged, logged[-1].offset)
        self.offset = logged[-1].offset
        self._events += len(logged)
        async with self._moved:
            self._moved.notify_all()

    async def _begin_after(self, error: WrongEpoch) -> None:
        """The log lost bytes that were archived, or it is another log: go on where it does."""
        log.warning("the log began anew", reason=str(error), survived=error.survived)
        if error.survived is None:
            self.offset = BEGINNING
            return
        async with self._writing:
            await asyncio.to_thread(self.lake.take_back, error.survived)
        self.offset = error.survived

    async def _look(self) -> None:
        """Now and then: move, expire, and let the log forget."""
        if time.monotonic() - self._looked_at < LOOK_S:
            return
        self._looked_at = time.monotonic()
        many = await asyncio.to_thread(self.lake.warm.count) > MOST_WARM
        await self._compact(0.0 if many else self._retention.warm_s)
        if time.monotonic() - self._trimmed_at > TRIM_S:
            self._trimmed_at = time.monotonic()
            await asyncio.to_thread(self.lake.cold.expire, self._retention.keep_days)
            await self.trim()

    async def _compact(self, older_than_s: float) -> None:
        async with self._writing:
            floor = await asyncio.to_thread(self.lake.compact, older_than_s)
        await self.log.save(ARCHIVE, Saved(offset_text(floor), None))

    async def trim(self) -> dict[str, int]:
        """Let the log forget what is in Parquet, old, and behind every reader; what went.

        A slate goes as a whole, once nothing has happened on it for long.
        """
        lags = await self.log.lags()
        behind = [offset_key(lag.offset) for lag in lags.values() if lag.events]
        bound = min([*behind, self.lake.cold.floor()])
        ends = await asyncio.to_thread(self.lake.quiet, self._retention.hot_s)
        return {
            partition: await self.log.trim(partition, offset_text(min(bound, end)))
            for partition, end in ends.items()
            if partition == SYSTEM or end <= bound
        }

    async def _until(self, offset: str) -> None:
        async with self._moved:
            await self._moved.wait_for(lambda: offset_key(self.offset) >= offset_key(offset))
