"""DeliveryActor: takes alerts from the work queue and sends them over their channels."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec
import structlog

from actors.channels.chat import Chat
from actors.channels.email import Email
from actors.channels.port import AlertChannel, ChannelFailed
from actors.channels.webhook import Webhook
from actors.ending import end_tasks
from actors.following import Batch, LogActor, OpenLog, not_mine
from actors.log.errors import LogUnavailable
from actors.log.port import SYSTEM
from actors.outbox import Outbox, delivery_of
from actors.work.queue import Job, WorkQueue
from models.alerts.delivery import Delivery
from models.events import AlertDelivery, DeliveryReport
from models.messages import AnyAnswer, AnyQuestion, AskHealth

AT_ONCE = 8
"""Deliveries under way: a receiver that hangs holds up no other."""
WAIT_S = 2.0
PAUSE_S = 0.5

log = structlog.get_logger("deliveries")


class DeliveryActor(LogActor):
    """Sends what is queued, says in the log what became of each attempt, then ends the job.

    In this order an actor that dies in between sends once more, under the same key, as soon as it
    is started again.
    """

    pause_s = 1.0
    reads = frozenset()
    """It follows the log for its health alone."""

    def __init__(self, name: str, open_log: OpenLog, outbox: Outbox) -> None:
        super().__init__(name, open_log, [SYSTEM])
        self._outbox = outbox
        self._channels: Mapping[str, AlertChannel] = {}
        self._queue: WorkQueue
        self._workers: list[asyncio.Task[None]] = []

    async def recover(self, history: Sequence[Batch]) -> None:  # noqa: ARG002
        """Open the channels and begin to deliver: all that is to be known lies in the queue."""
        settings = self._outbox.channels
        self._channels = {
            "email": Email(settings),
            "webhook": Webhook(settings),
            "chat": Chat(settings),
        }
        self._queue = self._outbox.queue()
        self._workers = [
            asyncio.create_task(self._work(f"{self.name}:{number}")) for number in range(AT_ONCE)
        ]

    async def handle(self, batch: Batch) -> None:
        """Nothing follows from events."""

    async def answer(self, question: AnyQuestion) -> AnyAnswer:
        """Answer for its health."""
        return self.health() if isinstance(question, AskHealth) else not_mine(question, "the post")

    async def stop(self) -> None:
        """End; what was not sent stays in the queue."""
        await end_tasks(self._workers)
        for channel in self._channels.values():
            await channel.aclose()
        await super().stop()
        if self._channels:
            await self._queue.aclose()

    async def _work(self, worker: str) -> None:
        begins = True
        while True:
            try:
                jobs = await self._queue.take(worker, count=1, block_s=WAIT_S, begins=begins)
                begins = False
                for job in jobs:
                    await self._deliver(job)
            except LogUnavailable:
                await asyncio.sleep(PAUSE_S)
            except Exception:  # whatever it is, the next job may be well
                log.exception("a delivery failed", worker=worker)
                await asyncio.sleep(PAUSE_S)

    async def _deliver(self, job: Job) -> None:
        """Send a job's piece, or say why not; a body that nobody can read is given up."""
        try:
            delivery = delivery_of(job.body)
        except msgspec.DecodeError as error:
            await self._queue.failed(job, f"unreadable: {error}")
            return
        begun = time.monotonic()
        try:
            await self._channels[delivery.channel].send(delivery)
        except ChannelFailed as error:
            state: Literal["failed", "refused"] = "refused" if error.final else "failed"
            await self._report(delivery, job, state, str(error), begun)
            if error.final:
                await self._queue.done(job)
            else:
                await self._queue.failed(job, str(error))
            return
        await self._report(delivery, job, "delivered", "", begun)
        await self._queue.done(job)

    async def _report(
        self,
        delivery: Delivery,
        job: Job,
        state: Literal["delivered", "failed", "refused"],
        reason: str,
        begun: float,
    ) -> None:
        """Say in the log what became of the attempt."""
        if not await self._queue.holds(job):
            return  # dropped meanwhile: its user was erased
        now = datetime.now(UTC)
        report = DeliveryReport(
            alert_id=delivery.alert_id,
            channel=delivery.channel,
            state=state,
            attempt=job.deliveries,
            reason=reason[:300],
            took_s=round(time.monotonic() - begun, 3),
            at=now,
            repeated=job.repeated,
        )
        event = AlertDelivery(
            event_id=f"delivery:{delivery.key}:{job.deliveries}",
            source=self.name,
            timestamp=now,
            received_at=now,
            user_id=delivery.user_id,
            data=report,
        )
        await self.append(SYSTEM, [event])
