"""Supervisor: starts an actor for every slate and contest of the log, and keeps them answering."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

import ray
import structlog
from ray.exceptions import RayActorError, RayTaskError

from actors.contest import ContestActor
from actors.following import Batch, LogActor, OpenLog, not_mine
from actors.naming import SUPERVISOR, contest_name, slate_name, subscriber_name
from actors.ray_pool import RayPool
from actors.remote import started
from actors.slate import SlateActor
from actors.subscriber import SubscriberActor
from models.events import ContestOpened, SlateOpened, tags
from models.messages import AnyAnswer, AnyQuestion, AskHealth, Health, decode_answer, encode
from models.proposals import ProposalPolicy

PING_S = 1.0
PATIENCE_S = 10.0
_PING = encode(AskHealth())

log = structlog.get_logger("supervisor")


class Child(NamedTuple):
    """An actor under supervision."""

    handle: Any
    health: Health | None
    restarts: int


class Supervisor(LogActor):
    """Follows the log for slates and contests, starts their actors and pings them.

    Children are restarted by Ray when their process dies, and by the supervisor when their fold
    has failed or they do not answer; either way they rebuild themselves from the log.
    """

    pause_s = 0.05
    reads = tags(SlateOpened, ContestOpened)

    def __init__(
        self, open_log: OpenLog, workers: int, shards: int, policy: ProposalPolicy
    ) -> None:
        super().__init__(SUPERVISOR, open_log, None)
        self._children: dict[str, Child] = {}
        self._pool = RayPool(workers)
        self._shards = shards
        self._policy = policy
        self._pinging: asyncio.Task[None] | None = None

    async def recover(self, history: Sequence[Batch]) -> None:
        """Start the shards, and the actors of every slate and contest in the log."""
        for shard in range(self._shards):
            name = subscriber_name(shard)
            self._start(name, SubscriberActor, shard, self._shards, self._open_log)
        for batch in history:
            await self.handle(batch)
        self._pinging = asyncio.get_running_loop().create_task(self._ping_for_ever())

    async def handle(self, batch: Batch) -> None:
        """Start the actors of slates and contests that this batch opens."""
        for event in batch.events:
            match event:
                case SlateOpened():
                    slate_id = event.data.slate.slate_id
                    self._start(slate_name(slate_id), SlateActor, slate_id, self._open_log)
                case ContestOpened():
                    self._start_contest(event)
                case _:
                    pass

    def _start_contest(self, event: ContestOpened) -> None:
        contest = event.data
        self._start(
            contest_name(contest.contest_id),
            ContestActor,
            contest.contest_id,
            contest.slate_id,
            self._open_log,
            self._pool,
            self._policy,
        )

    def _start(self, name: str, kind: type, *arguments: object) -> None:
        if name in self._children:
            return
        handle = started(kind, name, *arguments)
        self._children[name] = Child(handle, None, 0)
        handle.ask.remote(_PING)

    async def answer(self, question: AnyQuestion) -> AnyAnswer:
        """Answer with the health of all children."""
        if not isinstance(question, AskHealth):
            return not_mine(question, "the supervisor")
        ready = [c.health is not None and c.health.ready for c in self._children.values()]
        detail = {
            name: "ready" if child.health is not None and child.health.ready else "starting"
            for name, child in self._children.items()
        }
        restarts = sum(child.restarts for child in self._children.values())
        return Health(
            actor=self.name,
            ready=all(ready),
            offset=self.offset,
            events=self._events,
            skipped=self._skipped,
            detail={**detail, "restarts": restarts},
        )

    async def _ping_for_ever(self) -> None:
        while True:
            await asyncio.gather(*(self._ping(name) for name in list(self._children)))
            await asyncio.sleep(PING_S)

    async def _ping(self, name: str) -> None:
        child = self._children[name]
        try:
            reply: bytes = await asyncio.wait_for(child.handle.ask.remote(_PING), PATIENCE_S)
        except (RayActorError, RayTaskError, TimeoutError) as error:
            self._children[name] = child._replace(health=None, restarts=child.restarts + 1)
            log.warning("restarting", actor=name, reason=type(error).__name__, detail=str(error))
            if not isinstance(error, RayActorError):
                ray.kill(child.handle, no_restart=False)
            return
        match decode_answer(reply):
            case Health() as health:
                self._children[name] = child._replace(health=health)
            case answer:
                log.error("no health", actor=name, answer=type(answer).__name__)
