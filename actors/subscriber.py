"""SubscriberActor: owns what a shard of users wants to be told, and has been told."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import partial

import structlog

from actors.ending import end_tasks
from actors.following import Batch, LogActor, OpenLog, available, not_mine
from actors.log.port import SYSTEM
from actors.outbox import Outbox, job_of
from actors.work.queue import WorkQueue
from models.alerts.book import Told
from models.alerts.delivery import Delivery, deliveries
from models.alerts.rules import ALERTING, AlertPreferences
from models.events import (
    Alert,
    AlertDelivery,
    AlertPreferencesSet,
    AlertRead,
    AlertRuleSet,
    AnyEvent,
    EntriesUploaded,
    LateSwap,
    SlateChanged,
    SlateOpened,
    tags,
)
from models.folds.subscriber import SOURCE, SubscriberState
from models.messages import (
    AlertsTold,
    AnyAnswer,
    AnyQuestion,
    AskAlerts,
    AskHealth,
    AskRules,
    RulesKept,
)
from models.snapshots import unpack

TICK_S = 0.25
"""Between two looks at what has become due."""

log = structlog.get_logger("subscriber")
Telling = tuple[SubscriberState, tuple[Alert, ...]]


class SubscriberActor(LogActor):
    """Follows every slate and tells each user of its shard what concerns him, once a cause.

    What is told is an event; when it comes back from the log, what goes over channels is put into
    the work queue, once per alert and channel however often it is put.
    """

    kind = "subscriber"
    pause_s = 0.05
    reads = ALERTING | tags(
        *(SlateOpened, SlateChanged, EntriesUploaded, LateSwap, Alert),
        *(AlertRuleSet, AlertPreferencesSet, AlertRead, AlertDelivery),
    )

    def __init__(
        self, shard: int, shards: int, open_log: OpenLog, outbox: Outbox | None = None
    ) -> None:
        super().__init__(f"subscriber:{shard}", open_log, None)
        self.state = SubscriberState()
        self._shard = shard
        self._shards = shards
        self._outbox = outbox
        self._queue: WorkQueue | None = None
        self._first_seen: dict[str, float] = {}
        """When what waits under a key began to, by this process' clock."""
        self._escalated: set[str] = set()
        self._ticking: asyncio.Task[None] | None = None

    def kept(self) -> SubscriberState:
        """The state, as a snapshot keeps it."""
        return self.state

    def restore(self, body: bytes | None) -> None:
        """Take over a snapshot."""
        nobody = SubscriberState()
        self.state = nobody if body is None else unpack(body, self.kind, SubscriberState)

    async def recover(self, history: Sequence[Batch]) -> None:
        """Rebuild the state; alerts that were due have the same ids and are stored once.

        So it is with what was to be delivered: the queue knows what was put before.
        """
        due: list[Alert] = []
        for batch in history:
            due += self._take(batch)
        await self._alert(due)
        if self._outbox is not None:
            self._queue = self._outbox.queue()
        for user_id, mine in self.state.book.told.items():
            for told in mine.values():
                await self._send(user_id, told, told.channels)
        self._ticking = asyncio.get_running_loop().create_task(self._tick_for_ever())

    async def handle(self, batch: Batch) -> None:
        """Fold the batch and append the alerts that it causes."""
        await self._alert(self._take(batch))
        for event in batch.events:
            if isinstance(event, Alert) and event.source == SOURCE:
                told = self.state.book.told.get(event.user_id, {}).get(event.event_id)
                if told is not None:
                    await self._send(event.user_id, told, told.channels)
        await self._tell_due(_now())

    def _take(self, batch: Batch) -> tuple[Alert, ...]:
        """Fold a batch; the alerts that it causes."""
        told: Telling = (self.state, ())
        self.state, due = self.fold(partial(_told, now=_now()), told, batch)
        return due

    async def answer(self, question: AnyQuestion) -> AnyAnswer:
        """Answer with a user's rules or alerts, or for the shard's health."""
        book = self.state.book
        match question:
            case AskHealth():
                return self.health()
            case AskRules():
                return RulesKept(
                    rules=book.rules.get(question.user_id, {}),
                    preferences=book.preferences.get(question.user_id, AlertPreferences()),
                    held=tuple(sorted(book.held.get(question.user_id, ()))),
                )
            case AskAlerts():
                mine = [
                    told
                    for told in book.told.get(question.user_id, {}).values()
                    if told.read_at is None or not question.unread
                ]
                return AlertsTold(alerts=tuple(reversed(mine[-question.limit :])))
            case _:
                return not_mine(question, "a shard")

    async def stop(self) -> None:
        """End, and let go of log and queue."""
        if self._ticking is not None:
            await end_tasks([self._ticking])
        await super().stop()
        if self._queue is not None:
            await self._queue.aclose()

    async def _tick_for_ever(self) -> None:
        """Groups become complete, limits get room, unread alerts grow old: by time alone."""
        while True:
            await asyncio.sleep(TICK_S)
            now = _now()
            try:
                await self._tell_due(now)
                for user_id, told, rule in list(self.state.book.escalating(now)):
                    if told.alert_id not in self._escalated:
                        await self._send(user_id, told, rule.escalate_to)
                        self._escalated.add(told.alert_id)
            except Exception:  # a tick that fails is followed by the next
                log.exception("tick failed", actor=self.name)

    async def _tell_due(self, now: datetime) -> None:
        """Append an alert for every group that is complete and may be told."""
        book, seen = self.state.book, self._first_seen
        self._first_seen = {key: seen.get(key, time.monotonic()) for key in book.waiting}
        due: list[Alert] = []
        for key, waiting in book.waiting.items():
            rule = book.rule_of(waiting)
            if rule is None or not book.has_room(key, rule, now):
                continue
            waited = time.monotonic() - self._first_seen[key]
            if rule.priority == "critical" or waited >= rule.group_s:
                alert = book.alert(key, now, SOURCE)
                due += [] if alert is None else [alert]
        await self._alert(due)

    async def _alert(self, alerts: Iterable[Alert]) -> None:
        by_slate: dict[str, list[Alert]] = defaultdict(list)
        for alert in alerts:
            if shard_of(alert.user_id, self._shards) == self._shard:
                by_slate[alert.slate_id].append(alert)
        for slate_id, mine in by_slate.items():
            await self.append(slate_id or SYSTEM, mine)

    async def _send(self, user_id: str, told: Told, channels: Iterable[str]) -> None:
        """Queue what is still to be delivered; what was put before is put once."""
        preferences = self.state.book.preferences.get(user_id)
        if self._queue is None or preferences is None:
            return
        missing = [channel for channel in channels if channel not in told.deliveries]
        for delivery in deliveries(user_id, told, missing, preferences):
            if shard_of(user_id, self._shards) == self._shard:
                await self._put(self._queue, delivery)

    @staticmethod
    async def _put(queue: WorkQueue, delivery: Delivery) -> None:
        left_s = (delivery.expires - _now()).total_seconds() if delivery.expires else 0.0
        if delivery.expires is not None and left_s <= 0:
            return

        async def attempt() -> bool:
            return await queue.put(*job_of(delivery), ttl_s=max(left_s, 0.0))

        await available(attempt)


def _told(told: Telling, events: Sequence[AnyEvent], now: datetime) -> Telling:
    """The state after some events, and the alerts due so far with theirs."""
    state = told[0].updated(events)
    return state, (*told[1], *state.alerts(events, now))


def shard_of(user_id: str, shards: int) -> int:
    """The shard that owns a user: the same on every machine and in every process."""
    return zlib.crc32(user_id.encode()) % shards


def _now() -> datetime:
    """The time of the people who are told, whatever the night's own is."""
    return datetime.now(UTC)
