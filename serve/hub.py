"""StreamHub: one reader of the log per replica, and everyone who streams from it.

The hub also keeps what a replica must know to serve at all: the directory, the newest frame of
every subject, and the newest frames in order, from which clients resume without a read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

import msgspec
import structlog

from actors.ending import end_tasks
from actors.log.errors import LogUnavailable, OffsetUnusable
from actors.log.offsets import BEGINNING, offset_key
from actors.log.port import EventLog, Logged
from actors.naming import HUB
from models import codec
from models.events import AnyEvent, RebuildAsked, SignedOut
from serve.answer_cache import AnswerCache, SharedAnswers
from serve.directory import Directory
from serve.feed import (
    NOT_LET_IN,
    RESTARTED,
    RESTARTING,
    SIGNED_OUT,
    STARTED_ANEW,
    TRY_LATER,
    Carrier,
    Ending,
    Feed,
    FeedEnded,
    Feeds,
)
from serve.frames import Frame, Latest
from serve.recent import Recent
from serve.subscription import Subscription, subject_of
from serve.tokens import Identity

READ_COUNT = 512
BLOCK_MS = 500
PATIENCE_S = 5.0
BEGUN_S = 0.02
RETRY_S = (0.05, 0.1, 0.25, 0.5, 1.0)
GATHER_S = 0.01
"""So long readings wait for more of their kind, to be written to every client at once."""
READINGS = frozenset(
    (
        *("ownership_update", "ownership_shift", "line_movement"),
        *("live_score", "weather_change", "source_status"),
    )
)
"""What comes often and is urgent for nobody; everything else is passed on as it is read."""

log = structlog.get_logger("hub")


class StreamHub:
    """Follows every partition of the log and fans it out."""

    def __init__(
        self, event_log: EventLog, *, feed_frames: int, recent_frames: int, ping_s: float,
        shared: SharedAnswers | None = None,
    ) -> None:  # fmt: skip
        self._log = event_log
        self.answers = AnswerCache(shared, lambda: self.live)
        """Answers that are kept until an event outdates them."""
        self._feed_frames = feed_frames
        self._recent_frames = recent_frames
        self._ping_s = ping_s
        self._feeds = Feeds()
        self._live = asyncio.Event()
        self._moved = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None
        self._beating: asyncio.Task[None] | None = None
        self._gathered: list[Frame] = []
        self._flushing: asyncio.TimerHandle | None = None
        self.leaving = False
        """Clients are sent to other replicas: this one ends."""
        self._begin_anew()
        self.skipped = 0
        """Records of types that this version does not know."""
        self.aside = 0
        """Events that the directory could not take in."""
        self.unreachable = ""
        """Why the log cannot be read at the moment; empty while all is well."""

    def _begin_anew(self) -> None:
        self.offset = BEGINNING
        self.directory = Directory()
        self.latest = Latest()
        self._rebuild = False
        """Whether events that were read have been replaced meanwhile."""
        self._recent = Recent(self._recent_frames)

    @property
    def clients(self) -> int:
        """Clients that are streamed to."""
        return len(self._feeds)

    @property
    def too_slow(self) -> int:
        """Clients that were given up because they did not read."""
        return self._feeds.too_slow

    @property
    def silent(self) -> int:
        """Clients that were given up because they gave no sign of life."""
        return self._feeds.silent

    def clients_of(self, viewer: Identity) -> int:
        """Streams that one bearer has open on this replica."""
        return self._feeds.of(viewer.user)

    @property
    def live(self) -> bool:
        """Caught up with the log, and following it."""
        failed = self._task is None or self._task.done()
        return self._live.is_set() and not failed and not self.unreachable

    def start(self) -> None:
        """Begin to follow, once."""
        if self._task is None:
            loop = asyncio.get_running_loop()
            self._task = loop.create_task(self._follow())
            self._beating = loop.create_task(self._beat())

    def send_away(self) -> None:
        """The replica ends: tell every client to resume elsewhere, and whoever comes yet."""
        self.leaving = True
        self.flush()
        self._feeds.end_all(RESTARTING, RESTARTED)

    async def stop(self) -> None:
        """Send every client away and end the reading."""
        self.send_away()
        if self._task is not None and self._beating is not None:
            await end_tasks([self._task, self._beating])

    def failure(self) -> BaseException | None:
        """What ended the reading for good, if anything did."""
        for task in (self._task, self._beating):
            if task is not None and task.done() and not task.cancelled():
                return task.exception()
        return None

    async def caught_up(self) -> None:
        """Wait until everything that was in the log at the start has been read."""
        await self._live.wait()

    async def begun(self, patience_s: float) -> None:
        """Wait until requests can be served, or it shows that they cannot for now."""
        until = asyncio.get_running_loop().time() + patience_s
        while not (self.live or self.unreachable or self.failure()):
            if asyncio.get_running_loop().time() > until:
                log.warning("the log is read only slowly", offset=self.offset)
                return
            await asyncio.sleep(BEGUN_S)

    async def until(self, offset: str) -> None:
        """Wait until the log has been read up to an offset; LogUnavailable if that takes long.

        By its sequence, which counts on through all epochs: a log that is empty, or was taken over
        with nothing appended since, names an epoch that no event read bears.
        """
        _, sequence = offset_key(offset)
        try:
            async with asyncio.timeout(PATIENCE_S), self._moved:
                await self._moved.wait_for(lambda: offset_key(self.offset)[1] >= sequence)
        except TimeoutError:
            raise LogUnavailable(self.unreachable or "it is read only slowly") from None

    async def refreshed(self) -> Directory:
        """The directory with everything that is in the log at this moment."""
        await self.until(await self._log.last_offset())
        return self.directory

    def recent(self) -> Sequence[Frame]:
        """The newest frames, oldest first."""
        return self._recent.all()

    async def _beat(self) -> None:
        """See that no client goes without a word for ``ping_s``, and that all of them live."""
        while True:
            for _ in range(2):
                await asyncio.sleep(self._ping_s / 2)
                self.flush()
                self._feeds.keep_alive(self.offset)
            self._feeds.end_silent()

    async def _follow(self) -> None:
        failures = 0
        while True:
            try:
                await self._read(0 if not self._live.is_set() else BLOCK_MS)
                failures = 0
                self.unreachable = ""
            except LogUnavailable as error:
                self.unreachable = error.reason
                await asyncio.sleep(RETRY_S[min(failures, len(RETRY_S) - 1)])
                failures += 1
            except OffsetUnusable as error:
                await self._start_again(str(error))

    async def _read(self, block_ms: int) -> None:
        logged = await self._log.read(self.offset, count=READ_COUNT, block_ms=block_ms)
        if not logged:
            self._live.set()
            return
        for record in logged:
            self._take(record)
        if self._rebuild:
            await self._start_again("what was read has changed")
            return
        self.offset = logged[-1].offset
        self._pass_on()
        async with self._moved:
            self._moved.notify_all()

    async def _start_again(self, reason: str) -> None:
        """The log's history is no longer the one that was read: forget it and read the new one."""
        log.warning("the log began anew", reason=reason)
        self._live.clear()
        self.flush()
        self._feeds.end_all(STARTED_ANEW, "the log lost its newest events: subscribe again")
        self._begin_anew()
        await self.answers.start_again()

    def _take(self, record: Logged) -> None:
        frame = self._decoded(record)
        if frame is None:
            self.skipped += 1
            return
        if isinstance(frame.event, RebuildAsked) and frame.event.data.actor == HUB:
            self._rebuild = self._rebuild or self._live.is_set()
        self.answers.hear(frame.event, record.offset, record.partition)
        if isinstance(frame.event, SignedOut):
            self.flush()
            self._feeds.end_of(self.directory.is_signed_out, NOT_LET_IN, SIGNED_OUT)
        self.latest.take(frame)
        self._recent.take(frame)
        self._gathered.append(frame)

    def _pass_on(self) -> None:
        """Publish what was read: at once, or a moment later where that is soon enough for all."""
        if any(frame.subject.kind not in READINGS for frame in self._gathered):
            self.flush()
        elif self._gathered and self._flushing is None:
            self._flushing = asyncio.get_running_loop().call_later(GATHER_S, self.flush)

    def flush(self) -> None:
        """Publish what was gathered: everything up to ``offset`` is then on its way."""
        if self._flushing is not None:
            self._flushing.cancel()
            self._flushing = None
        if self._gathered:
            gathered, self._gathered = self._gathered, []
            self._feeds.publish(gathered)

    def _decoded(self, record: Logged, *, fold: bool = True) -> Frame | None:
        try:
            event = codec.decode(record.body)
        except msgspec.ValidationError:
            return None
        if fold:
            self._fold(event, record.offset)
        sport = self.directory.sport_of(event.slate_id)
        return Frame(record.offset, event, subject_of(event, sport))

    def _fold(self, event: AnyEvent, offset: str) -> None:
        """Take an event into the directory; one that breaks it ends nobody's service."""
        try:
            self.directory.take(event)
        except Exception:
            self.aside += 1
            log.exception("the directory could not take an event", offset=offset)

    async def subscribe(
        self, viewer: Identity, wanted: Subscription, after: str | None = None
    ) -> Feed:
        """A feed after an offset, or from now on; its ``gap`` says when that cannot be."""
        await self.caught_up()
        if after is None or after == self.offset:
            return self._feed(viewer, wanted, self.offset)
        try:
            if after not in self._recent:
                await self._log.read(after, count=1)
                await self.until(after)  # another replica may be ahead of this one
        except OffsetUnusable as error:
            feed = self._feed(viewer, wanted, self.offset)
            feed.gap = str(error)
            feed.newest = tuple(self.latest)
            return feed
        return self._feed(viewer, wanted, after)

    def _feed(self, viewer: Identity, wanted: Subscription, start: str) -> Feed:
        return Feed(viewer, wanted, start, self._feed_frames)

    async def history(self, feed: Feed) -> AsyncGenerator[list[Frame], None]:
        """What happened before, in order, each frame once, until the feed has reached the hub.

        At that moment, with nothing in between, ``join`` lets the hub hand over. Raises FeedEnded.
        """
        while feed.floor < offset_key(self.offset):
            frames = self._remembered(feed)
            if frames is None:
                frames = await self._reread(feed)
            if frames:
                yield frames

    def join(self, feed: Feed, outlet: Carrier, ending: Ending) -> None:
        """Hand a feed that has reached the hub to its outlet; FeedEnded for who signed out.

        And for everybody, once the replica ends.
        """
        if self.leaving:
            raise FeedEnded(RESTARTING, RESTARTED)
        if self.directory.is_signed_out(feed.viewer):
            raise FeedEnded(NOT_LET_IN, SIGNED_OUT)
        self.flush()  # what was read before is in the feed's history
        self._feeds.join(feed, outlet, ending)

    def leave(self, feed: Feed, outlet: Carrier) -> None:
        """Send a feed nothing more."""
        self._feeds.leave(feed, outlet)

    def _remembered(self, feed: Feed) -> list[Frame] | None:
        """What the feed is still to be sent, if the recent frames reach back far enough."""
        missed = self._recent.after(feed.floor)
        if missed is None:
            return None
        feed.floor = offset_key(self.offset)
        return [frame for frame in missed if feed.accepts(frame)]

    async def _reread(self, feed: Feed) -> list[Frame]:
        position = f"{feed.floor[0]}-{feed.floor[1]}"
        try:
            logged = await self._log.read(position, count=READ_COUNT)
        except OffsetUnusable as error:
            raise FeedEnded(STARTED_ANEW, "the log began anew: subscribe again") from error
        except LogUnavailable as error:
            raise FeedEnded(TRY_LATER, "the log does not answer: reconnect") from error
        reached = offset_key(self.offset)  # what lies beyond is the hub's to hand over
        mine = [record for record in logged if offset_key(record.offset) <= reached]
        decoded = [self._decoded(record, fold=False) for record in mine]
        feed.floor = offset_key(mine[-1].offset) if mine else reached
        return [frame for frame in decoded if frame is not None and feed.accepts(frame)]
