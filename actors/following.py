"""What every actor with state shares: it follows the log, folds, and answers questions."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple, TypeVar

import msgspec
import structlog

from actors.appending import RETRY_S, append_events, available, ensure_stored, same_epoch
from actors.ending import end_tasks
from actors.log.errors import LogUnavailable, OffsetUnusable
from actors.log.offsets import BEGINNING, offset_key
from actors.log.port import Aside, EventLog, Logged
from actors.saving import Saving
from actors.tuning import favour_latency
from models import codec
from models.events import AnyEvent, Event
from models.messages import (
    AnyAnswer,
    AnyQuestion,
    AskHealth,
    AskSettled,
    Health,
    Refusal,
    decode_question,
)
from models.messages import encode as encode_answer
from models.snapshots import UnreadableSnapshot, pack, state_hash

__all__ = ["Batch", "LogActor", "OpenLog", "append_events", "available", "not_mine"]

READ_COUNT = 256
BLOCK_MS = 500
CATCH_UP_S = 1.0
"""Given to an actor to fold what is to be in an answer; then it answers from what it has."""
State = TypeVar("State")

OpenLog = Callable[[], EventLog]
"""Opens the log within the actor's own process and event loop."""


class Batch(NamedTuple):
    """What one read of the log brought."""

    events: list[AnyEvent]
    offsets: list[str]
    """One per event."""
    last: str
    """Offset of the newest record read, understood or not."""


log = structlog.get_logger("actors")


class LogActor(ABC):
    """An actor whose state is a fold of the log: start, restart and migration are one path.

    The log is followed in a task of the actor's own event loop. A failure of the fold ends the
    task and is raised to whoever asks next, so that supervision restarts the actor from the log:
    from its newest snapshot and the events after it, or, where there is none that still fits,
    from everything that is retained.

    A single event that breaks the fold (``fold``) is set aside with its reason, and the fold goes
    on without it: at every rebuilding in the same way, until the code is mended and the state is
    made anew from the log (``RebuildAsked``).
    """

    pause_s = 0.0
    """Rest between two reads. An actor that nobody waits for rests, and does not compete for a
    core with those on the way from an event to a proposal whenever an event wakes all readers."""

    kind: str = ""
    """Kind of the snapshots it keeps, one of ``models.snapshots.FORMS``; empty: it keeps none."""

    reads: frozenset[str] | None = None
    """Types of event that mean something to this actor; others are not even decoded."""

    def __init__(self, name: str, open_log: OpenLog, partitions: Sequence[str] | None) -> None:
        self.name = name
        self.offset = BEGINNING
        self.appended = BEGINNING
        self._open_log = open_log
        self._partitions = partitions
        self._born = time.time_ns()
        self._events = 0
        self._skipped = 0
        self._task: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()
        self._moved = asyncio.Condition()
        self._saving = Saving(name, partitions)
        self._lost: OffsetUnusable | None = None
        self._broken: list[Aside] = []
        self._aside = 0
        self.log: EventLog
        """Open from the moment the actor begins to follow."""

    @abstractmethod
    async def recover(self, history: Sequence[Batch]) -> None:
        """Fold everything that stood in the log when the actor started."""

    @abstractmethod
    async def handle(self, batch: Batch) -> None:
        """Fold a batch and append what follows from it."""

    @abstractmethod
    async def answer(self, question: AnyQuestion) -> AnyAnswer:
        """Answer from the state."""

    def kept(self) -> msgspec.Struct | None:
        """The state as it is kept in snapshots; None as long as there is nothing to keep."""
        return None

    def restore(self, body: bytes | None) -> None:
        """Take over a state that was ``kept``, or (None) begin from nothing.

        Raises UnreadableSnapshot.
        """
        if body is not None:
            raise UnreadableSnapshot(f"{self.name} keeps no snapshots")

    def fold(
        self, step: Callable[[State, Sequence[AnyEvent]], State], state: State, batch: Batch
    ) -> State:
        """The state after a batch: what breaks the step is set aside, everything else is folded.

        ``step`` is pure, and a batch folds as its events one by one.
        """
        try:
            return step(state, batch.events)
        except Exception:
            log.exception("a fold failed", actor=self.name, offset=batch.last)
        for event, offset in zip(batch.events, batch.offsets, strict=True):
            try:
                state = step(state, [event])
            except Exception as error:  # noqa: BLE001 - whatever it is, the others are folded
                reason = f"{type(error).__name__}: {error}"
                body = codec.encode(event)
                self._broken.append(Aside(self.name, offset, event.event_id, reason, body))
        return state

    async def _set_aside(self) -> None:
        """Keep what broke the fold before the state without it is saved or told."""
        self._aside += len(self._broken)
        while self._broken:
            await available(partial(self.log.set_aside, self._broken[0]))
            del self._broken[0]

    async def ask(self, body: bytes) -> bytes:
        """Answer one encoded question once the actor has caught up with the log."""
        self.follow()
        await self._until_ready()
        question = decode_question(body)
        if isinstance(question, AskSettled):
            await self.until_settled(question.offset)
            return encode_answer(self.health())
        if question.at_least:
            await self._catch_up(question.at_least)
        answer = await self.answer(question)
        if isinstance(question, AskHealth) and question.state and isinstance(answer, Health):
            kept = self.kept()
            hashed = state_hash(kept) if kept is not None else ""
            answer = msgspec.structs.replace(answer, state_hash=hashed)
        return encode_answer(answer)

    def follow(self) -> None:
        """Begin to follow the log, once."""
        if self._task is None:
            self.log = self._open_log()
            self._task = asyncio.get_running_loop().create_task(self._follow())

    async def stop(self) -> None:
        """End the task and let go of the log."""
        if self._task is None:
            return
        await end_tasks([self._task])
        await self.log.close()

    def health(self) -> Health:
        """How far the actor is."""
        return Health(
            actor=self.name,
            ready=self._ready.is_set(),
            offset=self.offset,
            events=self._events,
            skipped=self._skipped,
            detail={
                "appended": self.appended,
                "saved": self._saving.offset,
                "born": self._born,
                "aside": self._aside,
            },
        )

    async def append(
        self, partition: str, events: Sequence[Event], *, patient: bool = True
    ) -> None:
        """Append events in one step.

        What follows from the log waits until the log is back, since it cannot be left out; for a
        person who waits for an answer (not ``patient``) it raises LogUnavailable. Where the log
        has lost what this actor appended before, it raises WrongEpoch, and the actor fails.
        """

        async def attempt() -> str:
            return await append_events(self.log, partition, events, since=self.appended)

        try:
            newest = await (available(attempt) if patient else attempt())
        except OffsetUnusable as error:
            self._lost = error
            raise
        self.appended = max(self.appended, newest, key=offset_key)

    async def _follow(self) -> None:
        await self.recover(await self._rebuilt())
        await self._set_aside()
        await self._save()
        self._ready.set()
        await self._tell()
        favour_latency()
        while True:
            await asyncio.sleep(self.pause_s)
            batch = await self._read(block_ms=0 if self.pause_s else BLOCK_MS)
            if batch is not None:
                await self.handle(batch)
                await self._set_aside()
                self.offset = batch.last
                await self._tell()
            if self._saving.due(len(batch.offsets) if batch is not None else 0):
                await self._save()

    async def _rebuilt(self) -> list[Batch]:
        """What is to be folded: the events after the snapshot, or without one everything."""
        saved = await available(partial(self._saving.load, self.log))
        if saved is not None and saved.state:
            try:
                self.restore(saved.state)
                self.offset = saved.offset
                return await self._history()
            except (OffsetUnusable, UnreadableSnapshot) as error:
                log.warning("rebuilding from the log", actor=self.name, reason=str(error))
                self.restore(None)
                self.offset = BEGINNING
        return await self._history()

    async def _save(self) -> None:
        """Keep the state as of now; without one that is kept there is nothing to save."""
        kept = self.kept()
        if kept is not None:
            await self._saving.save(self.log, self.offset, pack(self.kind, kept))

    async def _history(self) -> list[Batch]:
        """Everything up to what is the newest offset now."""
        until = offset_key(await available(self.log.last_offset))
        history: list[Batch] = []
        while offset_key(self.offset) < until:
            batch = await self._read(block_ms=0)
            if batch is None:
                break
            history.append(batch)
            self.offset = batch.last
        return history

    async def _read(self, block_ms: int) -> Batch | None:
        if self._lost is not None:
            raise self._lost
        try:
            logged = await self.log.read(
                self.offset, self._partitions, count=READ_COUNT, block_ms=block_ms
            )
            if logged and not same_epoch(self.appended, logged[-1].offset):
                await ensure_stored(self.log, self.appended)
        except LogUnavailable:
            await asyncio.sleep(RETRY_S)
            return None
        return self._decoded(logged) if logged else None

    def _decoded(self, logged: Sequence[Logged]) -> Batch:
        events, offsets = [], []
        for record in logged:
            if self.reads is not None and codec.type_of(record.body) not in self.reads:
                continue
            try:
                events.append(codec.decode(record.body))
            except msgspec.ValidationError:
                self._skipped += 1
                continue
            offsets.append(record.offset)
        self._events += len(events)
        return Batch(events, offsets, logged[-1].offset)

    async def _tell(self) -> None:
        async with self._moved:
            self._moved.notify_all()

    async def _until_ready(self) -> None:
        await self._unless_failed(self._ready.wait())

    async def until_settled(self, offset: str) -> None:
        """Wait until everything up to an offset is folded and its consequences are appended."""
        await self.until_folded(offset)

    async def until_folded(self, offset: str) -> None:
        """Wait until everything up to an offset is in the state."""

        async def folded() -> None:
            async with self._moved:
                await self._moved.wait_for(lambda: offset_key(self.offset) >= offset_key(offset))

        await self._unless_failed(folded())

    async def _catch_up(self, offset: str) -> None:
        """Wait a moment for an offset; an actor that is busy for longer answers as it is."""
        if offset_key(self.offset) < offset_key(offset):
            with suppress(TimeoutError):
                async with asyncio.timeout(CATCH_UP_S):
                    await self.until_folded(offset)

    async def _unless_failed(self, waiting: Awaitable[object]) -> None:
        """Wait, but raise at once when following the log has failed."""
        assert self._task is not None  # noqa: S101 - ask() began to follow
        waiter = asyncio.ensure_future(waiting)
        try:
            await asyncio.wait({waiter, self._task}, return_when=asyncio.FIRST_COMPLETED)
            if self._task.done():
                self._task.result()
            await waiter
        finally:
            waiter.cancel()


def not_mine(question: AnyQuestion, who: str) -> Refusal:
    """Refuse a question that belongs to another kind of actor."""
    return Refusal(
        status=404,
        title="not asked of this actor",
        detail=f"{type(question).__name__} is not a question for {who}",
    )
