"""LiveSourceActor: owns the connections of a sources file and what they tell, up to the log.

One actor owns all sources of a file: what they say of a player is weighed together. It follows the
log only for the slates that are opened and for what it must know after a restart.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import datetime

import structlog

from actors.ending import end_tasks
from actors.feeds.adapters.port import Parsed
from actors.feeds.connecting import Surroundings, name_of
from actors.feeds.delivery import Delivery
from actors.feeds.schedule import Locks
from actors.following import Batch, LogActor, OpenLog, not_mine
from actors.live_connection import NO_OPENING, STATUS, LiveSource, status_of
from actors.live_intake import Batches, Intake
from actors.live_patterns import ended, is_still_wanted, wanted_openings
from actors.live_plan import LivePlan, surroundings
from actors.log.errors import LogUnavailable, OffsetUnusable
from actors.log.port import SYSTEM
from actors.slate import utc_now
from config.sources import SourcesError, SourceSpec
from config.venues import load_venues
from models.addresses import Opening
from models.events import (
    AnyEvent,
    GameFinal,
    GamePostponed,
    IdentityDecided,
    SlateOpened,
    SourceReport,
    SourceStatus,
    tags,
)
from models.messages import (
    AnyAnswer,
    AnyQuestion,
    AskCache,
    AskHealth,
    BreakerSet,
    CacheFacts,
    Refusal,
    SetBreaker,
)
from models.quality.shedding import lightened

HEARTBEAT_S = 5.0
SETTLE_S = 0.02
"""Changes of state that come together are told together."""
CURSORS_S = 1.0
"""Cursors are written as often at most; what is read again after a crash is known by its ids."""
REOPEN_S = 5.0
AT_ONCE = 100
"""Readings of one payload that are judged and appended before other sources have their turn."""

log = structlog.get_logger("sources")


class LiveSourceActor(LogActor):
    """Connects sources, and appends what they tell before anybody acts on it."""

    def __init__(
        self, plan: LivePlan, open_log: OpenLog, now: Callable[[], datetime] = utc_now
    ) -> None:
        super().__init__("sources", open_log, None)
        self.intake = Intake()
        self._plan = plan
        self._now = now
        self._locks = Locks()
        self._sources: dict[str, LiveSource] = {}
        self._unusable: set[str] = set()
        """Patterns that cannot be opened, whatever fills them."""
        self._known: dict[str, SourceReport] = {}
        self._changed: set[str] = set()
        self._told = asyncio.Event()
        self._look = asyncio.Event()
        """Games may have come, or may be known by further ids."""
        self._order = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._readers: dict[str, asyncio.Task[None]] = {}
        self._undo = AsyncExitStack()
        self._around: Surroundings

    async def recover(self, history: Sequence[Batch]) -> None:
        """Know the slates, what was let in, and where each source stood; then connect."""
        for batch in history:
            for event in batch.events:
                self._recall(event)
        self.reads = tags(SlateOpened, GameFinal, GamePostponed, IdentityDecided)
        self._locks.set(self.intake.places.starts())
        self._around = await surroundings(self._plan, self._undo)
        refused = {}
        for spec in self._plan.sources:
            try:
                self._open(spec, NO_OPENING)
            except SourcesError as error:
                refused[spec.name] = error.message
        await self._publish(self._off(refused))
        work = (self._tell_states(), self._beat(), self._follow_games())
        self._tasks = [asyncio.create_task(w) for w in work]

    def _open(self, spec: SourceSpec, opening: Opening) -> None:
        """Begin to read a source. Raises SourcesError."""
        name = name_of(spec, opening.blanks)
        source = LiveSource(
            spec,
            self._around,
            self._locks,
            cursors=self._cursors_of(name),
            on_change=self._mark,
            opening=opening,
        )
        self._sources[name] = source
        self._readers[name] = asyncio.create_task(self._read_from(source))

    def _recall(self, event: AnyEvent) -> None:
        if isinstance(event, SourceStatus):
            if event.event_id.startswith(STATUS):
                self._known[event.source] = event.data
                self.intake.gate.statuses.know(event.data.reliability)
        else:
            self.intake.recall(event)

    def _cursors_of(self, name: str) -> Mapping[str, str]:
        known = self._known.get(name)
        return known.cursors if known else {}

    def _off(self, refused: Mapping[str, str]) -> list[SourceStatus]:
        """Sources of the file that are not connected, and those that the file no longer names."""
        now = self._now()
        gone = [n for n, r in self._known.items() if n not in self._sources and r.state != "off"]
        of_games = {n for n in gone if any(n.startswith(f"{p.name}:") for p in self._plan.patterns)}
        reasons = {n: "no longer in the sources file" for n in gone if n not in of_games}
        return [
            *(ended(name, now) for name in of_games),
            *(
                status_of(name, SourceReport(state="off", note=why), now)
                for name, why in (reasons | self._plan.off | dict(refused)).items()
            ),
        ]

    async def handle(self, batch: Batch) -> None:
        """Follow slates that are opened: what was said before is said of them, too."""
        for event in batch.events:
            self.intake.note_end(event)
            self.intake.learn_from(event)
            if isinstance(event, SlateOpened):
                batches = self.intake.opened(event, self._now())
                self._locks.set(self.intake.places.starts())
                await self._store(batches)
                self._look.set()
            elif isinstance(event, IdentityDecided):
                await self._store(self.intake.decided(event, self._now()))

    async def answer(self, question: AnyQuestion) -> AnyAnswer:
        """Answer with health, or let an operator have his way with a breaker."""
        match question:
            case AskHealth():
                return self.health()
            case SetBreaker():
                return self._set_breaker(question)
            case AskCache():
                return await self._cache(question)
            case _:
                return not_mine(question, "the sources")

    async def _cache(self, asked: AskCache) -> CacheFacts:
        askers = self._around.askers
        assert askers is not None  # noqa: S101 - surroundings() has made them
        cache = askers.cache
        if asked.clear:
            await cache.clear()
        return cache.look()

    def _set_breaker(self, asked: SetBreaker) -> BreakerSet | Refusal:
        source = self._sources.get(asked.source_id)
        if source is None:
            return Refusal(
                status=404,
                title="no such source",
                detail=f"{asked.source_id} is not connected",
                remedy="GET /api/v1/circuit-breakers lists the sources",
            )
        state = source.set_breaker(asked.action)
        self._mark(asked.source_id)
        return BreakerSet(source_id=asked.source_id, breaker=state)

    async def _follow_games(self) -> None:
        """Open what the games of the slates have addresses for, and close what is over."""
        while True:
            self._look.clear()
            wanted = wanted_openings(
                self._plan.patterns, self.intake.places.games(), load_venues(), self._now()
            )
            for name, source in list(self._sources.items()):
                if source.opening.games and not is_still_wanted(source, wanted.get(name)):
                    await self._close(name)
                    if name not in wanted:
                        await self._publish([ended(name, self._now(), source.spec.sport)])
            for name, (spec, opening) in wanted.items():
                if name not in self._sources and spec.name not in self._unusable:
                    await self._open_for_games(spec, opening)
            with suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT_S):
                    await self._look.wait()
            await asyncio.sleep(SETTLE_S)

    async def _open_for_games(self, spec: SourceSpec, opening: Opening) -> None:
        try:
            self._open(spec, opening)
        except SourcesError as error:
            self._unusable.add(spec.name)
            report = SourceReport(state="off", note=error.message)
            await self._publish([status_of(spec.name, report, self._now(), spec.sport)])

    async def _close(self, name: str) -> None:
        """End a source whose games are over."""
        source, reader = self._sources.pop(name), self._readers.pop(name)
        await end_tasks([reader])
        await source.close()
        self._known[name] = source.report()

    async def stop(self) -> None:
        """Close every connection; what was read and appended is marked with its cursors."""
        await end_tasks([*self._tasks, *self._readers.values()])
        for source in self._sources.values():
            await source.close()
            source.fault = "stopped"
        if self._sources:
            await self._publish(self._states(self._sources))
        await self._undo.aclose()
        await super().stop()

    async def _read_from(self, source: LiveSource) -> None:
        """Read a source for ever; whatever ends it, the others go on and it is begun again."""
        while True:
            try:
                async for delivery in source.chain().deliveries(source.cursors):
                    await self._take(source, delivery)
            except OffsetUnusable:
                return  # the actor begins anew from what the log has left
            except Exception as error:
                source.fault = f"{type(error).__name__}: {error}"
                log.exception("a source failed", source=source.name)
                self._mark(source.name)
                await asyncio.sleep(REOPEN_S)
            else:
                return

    async def _take(self, source: LiveSource, delivery: Delivery[Parsed]) -> None:
        """Append what a delivery and those behind it hold, then know their cursors."""
        deliveries, events = source.taken(delivery)
        for start in range(0, len(events), AT_ONCE):
            readings, shed = lightened(events[start : start + AT_ONCE], await self._load())
            source.tally.shed += shed
            batches = self.intake.take(
                readings,
                self._now(),
                source.tally,
                about=source.opening.games,
            )
            await self._store(batches)
            source.delivered += sum(len(events) for events in batches.values())
            await asyncio.sleep(0)
        if source.stored(deliveries):
            self._changed.add(source.name)

    async def _load(self) -> float:
        """How near the log is to its limits; one that is away is waited for when it is written."""
        try:
            return (await self.log.load()).most
        except LogUnavailable:
            return 0.0

    async def _store(self, batches: Batches) -> None:
        """Append all, in the order in which it was judged, however long the log is away."""
        async with self._order:
            for partition, events in batches.items():
                if events:
                    await self.append(partition, events)

    def _mark(self, name: str) -> None:
        """A source's state has changed: it is told at once."""
        self._changed.add(name)
        self._told.set()

    async def _tell_states(self) -> None:
        """Publish every change of state at once, and cursors once a second."""
        while True:
            try:
                async with asyncio.timeout(CURSORS_S):
                    await self._told.wait()
            except TimeoutError:
                pass
            await asyncio.sleep(SETTLE_S)
            self._told.clear()
            names, self._changed = self._changed, set()
            if names:
                await self._publish(self._states(names))

    async def _beat(self) -> None:
        """Tell all states now and then; let time pass in what is held of players."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            for source in self._sources.values():
                heard = source.report().last_heartbeat
                for feed in source.feeds if heard else ():
                    self.intake.gate.heard(feed, heard)  # type: ignore[arg-type]
            with suppress(OffsetUnusable):
                await self._store(self.intake.tick(self._now()))
            await self._publish(self._states(self._sources))

    def _states(self, names: Iterable[str]) -> list[SourceStatus]:
        now, measured = self._now(), self.intake.gate.statuses.measured
        return [
            status_of(name, source.report(measured(source.feeds)), now, source.spec.sport)
            for name, source in ((name, self._sources[name]) for name in names)
        ]

    async def _publish(self, states: Sequence[SourceStatus]) -> None:
        """Append states; while the log is away, those of later are told instead."""
        if not states:
            return
        try:
            await self.append(SYSTEM, states, patient=False)
        except LogUnavailable:
            self._changed.update(s.source for s in states if s.source in self._sources)
        except OffsetUnusable:
            return  # what it tells of is gone: the actor begins anew from the rest
