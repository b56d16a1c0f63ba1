"""SubscriberActor: owns what a shard of users has been told."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Sequence

from actors.following import Batch, LogActor, OpenLog, not_mine
from models.events import Alert, AnyEvent, LateSwap, SlateOpened, tags
from models.folds.subscriber import SubscriberState
from models.messages import AnyAnswer, AnyQuestion, AskHealth
from models.snapshots import unpack

Telling = tuple[SubscriberState, tuple[Alert, ...]]


class SubscriberActor(LogActor):
    """Follows every slate and tells each user of its shard, once a cause, what concerns him."""

    kind = "subscriber"
    pause_s = 0.05
    reads = tags(SlateOpened, LateSwap, Alert)

    def __init__(self, shard: int, shards: int, open_log: OpenLog) -> None:
        super().__init__(f"subscriber:{shard}", open_log, None)
        self.state = SubscriberState()
        self._shard = shard
        self._shards = shards

    def kept(self) -> SubscriberState:
        """The state, as a snapshot keeps it."""
        return self.state

    def restore(self, body: bytes | None) -> None:
        """Take over a snapshot."""
        nobody = SubscriberState()
        self.state = nobody if body is None else unpack(body, self.kind, SubscriberState)

    async def recover(self, history: Sequence[Batch]) -> None:
        """Rebuild the state; alerts that were due have the same ids and are stored once."""
        due: list[Alert] = []
        for batch in history:
            due += self._take(batch)
        await self._alert(due)

    async def handle(self, batch: Batch) -> None:
        """Fold the batch and append the alerts that it causes."""
        await self._alert(self._take(batch))

    def _take(self, batch: Batch) -> tuple[Alert, ...]:
        """Fold a batch; the alerts that it causes."""
        told: Telling = (self.state, ())
        self.state, due = self.fold(_told, told, batch)
        return due

    async def answer(self, question: AnyQuestion) -> AnyAnswer:
        """Answer for the shard's health."""
        return self.health() if isinstance(question, AskHealth) else not_mine(question, "a shard")

    async def _alert(self, alerts: Sequence[Alert]) -> None:
        by_slate: dict[str, list[Alert]] = defaultdict(list)
        for alert in alerts:
            if shard_of(alert.user_id, self._shards) == self._shard:
                by_slate[alert.slate_id].append(alert)
        for slate_id, mine in by_slate.items():
            await self.append(slate_id, mine)


def _told(told: Telling, events: Sequence[AnyEvent]) -> Telling:
    """The state after some events, and the alerts due so far with theirs."""
    state = told[0].updated(events)
    return state, (*told[1], *state.alerts(events))


def shard_of(user_id: str, shards: int) -> int:
    """The shard that owns a user: the same on every machine and in every process."""
    return zlib.crc32(user_id.encode()) % shards
