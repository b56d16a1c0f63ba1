"""Supervisor: starts an actor for every slate and contest of the log, and keeps them answering."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from functools import partial, reduce
from typing import Any, NamedTuple

import msgspec
import ray
import structlog
from ray.exceptions import RayActorError, RayError

from actors.contest import ContestActor
from actors.deliveries import DeliveryActor
from actors.ending import end_tasks
from actors.following import Batch, LogActor, OpenLog, available, not_mine
from actors.naming import DELIVERIES, SUPERVISOR, contest_name, slate_name, subscriber_name
from actors.outbox import Outbox
from actors.ray_pool import RayPool
from actors.remote import started
from actors.restarts import Restarts
from actors.slate import SlateActor
from actors.subscriber import SubscriberActor
from models.events import AnyEvent, ContestOpened, RebuildAsked, SlateOpened, tags
from models.messages import (
    AnyAnswer,
    AnyQuestion,
    AskHealth,
    Health,
    Refusal,
    Release,
    decode_answer,
    encode,
)
from models.proposals import ProposalPolicy
from models.snapshots import unpack

PING_S = 1.0
LOOK_S = 1.0
LOOKS = 10
"""So many looks for the answer of a child at work, and it counts as hanging."""
LOOKS_AT_START = 120
"""The same for one that has not answered since its start: it loads code, snapshot and log, and on a
busy machine waits for its process; whoever is killed for being slow to start only starts again."""
MOST_SLOW_STARTS, SLOW_STARTS_S = 2, 1_200.0
"""More starts within so many seconds that ran out of looks are a crash loop, too."""
_PING = encode(AskHealth())

log = structlog.get_logger("supervisor")


class Supervised(msgspec.Struct, frozen=True, kw_only=True):
    """What a log says there is to be supervised."""

    slates: tuple[str, ...] = ()
    contests: dict[str, str] = {}
    """The slate of each contest."""

    def opened(self, event: AnyEvent) -> Supervised:
        """With what this event opens."""
        match event:
            case SlateOpened():
                slates = tuple(dict.fromkeys((*self.slates, event.data.slate.slate_id)))
                return msgspec.structs.replace(self, slates=slates)
            case ContestOpened():
                contests = {**self.contests, event.data.contest_id: event.data.slate_id}
                return msgspec.structs.replace(self, contests=contests)
            case _:
                return self


class Role(NamedTuple):
    """How a child is made, and whose changes it lives on."""

    kind: type
    arguments: tuple[object, ...]
    needs: str = ""
    """Name of the child that it is started after, and started anew with."""


class Child(NamedTuple):
    """An actor under supervision."""

    handle: Any
    role: Role
    health: Health | None = None
    restarts: int = 0
    held: str = ""
    """Why it is not started any more."""

    @property
    def state(self) -> str:
        """In a word or with the reason."""
        if self.held:
            return f"held: {self.held}"
        return "ready" if self.health is not None and self.health.ready else "starting"


class Supervisor(LogActor):
    """Follows the log for slates and contests, starts their actors and pings them.

    Children are restarted by Ray when their process dies, and by the supervisor when their fold
    has failed or they do not answer, then together with those that live on what they tell; either
    way they rebuild themselves from snapshot and log. One that keeps failing is held, reported,
    and started again when somebody releases it.

    Patience is counted in looks for an answer, not in seconds: a machine that stood still for a
    while, the supervisor with it, says nothing about a child.
    """

    kind = "supervisor"
    pause_s = 0.05
    reads = tags(SlateOpened, ContestOpened, RebuildAsked)

    def __init__(
        self,
        open_log: OpenLog,
        workers: int,
        shards: int,
        policy: ProposalPolicy,
        outbox: Outbox | None = None,
    ) -> None:
        super().__init__(SUPERVISOR, open_log, None)
        self.state = Supervised()
        self._children: dict[str, Child] = {}
        self._restarts = Restarts()
        self._slow_starts = Restarts(MOST_SLOW_STARTS, SLOW_STARTS_S)
        self._pool = RayPool(workers)
        self._shards = shards
        self._policy = policy
        self._outbox = outbox
        self._pinging: dict[str, asyncio.Task[None]] = {}

    def kept(self) -> Supervised:
        """The state, as a snapshot keeps it."""
        return self.state

    def restore(self, body: bytes | None) -> None:
        """Take over a snapshot."""
        nothing = Supervised()
        self.state = nothing if body is None else unpack(body, self.kind, Supervised)

    async def recover(self, history: Sequence[Batch]) -> None:
        """Start the shards, the post, and the actors of every slate and contest in the log.

        Rebuildings that were asked for in between are not looked for: an actor that went with its
        supervisor is asked to rebuild again by whoever misses it.
        """
        for shard in range(self._shards):
            arguments = (shard, self._shards, self._open_log, self._outbox)
            self._start(subscriber_name(shard), Role(SubscriberActor, arguments))
        if self._outbox is not None:
            role = Role(DeliveryActor, (DELIVERIES, self._open_log, self._outbox))
            self._start(DELIVERIES, role)
        for batch in history:
            self._take(batch)
        self._start_all()

    async def stop(self) -> None:
        """Leave the children to themselves."""
        await end_tasks(self._pinging.values())
        await super().stop()

    async def handle(self, batch: Batch) -> None:
        """Start the actors of slates and contests that this batch opens, anew where it asks so."""
        self._take(batch)
        self._start_all()
        for event in batch.events:
            if isinstance(event, RebuildAsked):
                await self._rebuild(event.data.actor)

    def _take(self, batch: Batch) -> None:
        self.state = self.fold(_opened, self.state, batch)

    async def _rebuild(self, name: str) -> None:
        """Let an actor forget its state and fold what the log holds."""
        child = self._children.get(name)
        if child is None:
            return
        await available(partial(self.log.forget, name))
        if child.held:
            self._release(name)
        else:
            self._kill(name)

    def _start_all(self) -> None:
        """Start whoever is not there yet: slates before the contests that follow them."""
        for slate_id in self.state.slates:
            self._start(slate_name(slate_id), Role(SlateActor, (slate_id, self._open_log)))
        for contest_id, slate_id in self.state.contests.items():
            arguments = (contest_id, slate_id, self._open_log, self._pool, self._policy)
            role = Role(ContestActor, arguments, needs=slate_name(slate_id))
            self._start(contest_name(contest_id), role)

    def _start(self, name: str, role: Role) -> None:
        if name not in self._children:
            handle = started(role.kind, name, *role.arguments, outlives=True)
            self._children[name] = Child(handle, role)
            self._pinging[name] = asyncio.get_running_loop().create_task(self._keep(name))

    async def answer(self, question: AnyQuestion) -> AnyAnswer:
        """Answer with the health of all children, or release one that is held."""
        match question:
            case AskHealth():
                return self._health()
            case Release():
                return self._release(question.actor)
            case _:
                return not_mine(question, "the supervisor")

    def _health(self) -> Health:
        states = {name: child.state for name, child in self._children.items()}
        restarts = sum(child.restarts for child in self._children.values())
        health = self.health()
        return msgspec.structs.replace(
            health,
            ready=all(state == "ready" for state in states.values()),
            detail={**states, "restarts": restarts},
        )

    def _release(self, name: str) -> Health | Refusal:
        """Start a held child once more, with a clean record."""
        child = self._children.get(name)
        if child is None or not child.held:
            return Refusal(
                status=404,
                title="nobody is held under this name",
                detail=f"{name or 'an actor without a name'} is not held",
                remedy="GET /health names the actors that are held",
            )
        self._restarts.forgive(name)
        self._slow_starts.forgive(name)
        del self._children[name]
        self._start(name, child.role)
        return self._health()

    async def _keep(self, name: str) -> None:
        """Ping a child for as long as it is not held."""
        while True:
            await self._ping(name)
            if self._children[name].held:
                return
            await asyncio.sleep(PING_S)

    async def _ping(self, name: str) -> None:
        try:
            reply = await self._reply(name)
        except (RayError, TimeoutError) as error:
            self._failed(name, error)
            return
        match decode_answer(reply):
            case Health() as health:
                self._well(name, health)
            case answer:
                log.error("no health", actor=name, answer=type(answer).__name__)

    async def _reply(self, name: str) -> bytes:
        """The answer to a ping, which ends with the process that was asked; or TimeoutError."""
        ask = self._children[name].handle.ask.options(max_task_retries=0)
        asked: asyncio.Future[bytes] = asyncio.ensure_future(ask.remote(_PING))
        looks = 0
        while not (await asyncio.wait({asked}, timeout=LOOK_S))[0]:
            looks += 1
            at_work = self._children[name].health is not None
            if looks >= (LOOKS if at_work else LOOKS_AT_START):
                asked.cancel()
                raise TimeoutError(f"no answer to {looks} looks")
        return asked.result()

    def _well(self, name: str, health: Health) -> None:
        """Note a child's health; one that was born anew meanwhile counts as having failed."""
        child = self._children[name]
        before = child.health
        if before is not None and before.detail["born"] != health.detail["born"]:
            child = child._replace(restarts=child.restarts + 1)
            if not self._restarts.allowed(name, time.monotonic()):
                self._hold(name, child, "its process keeps ending")
                return
        self._children[name] = child._replace(health=health)

    def _failed(self, name: str, error: Exception) -> None:
        child = self._children[name]
        slow = isinstance(error, TimeoutError) and child.health is None
        child = child._replace(health=None, restarts=child.restarts + 1)
        reason = f"{type(error).__name__}: {_last_line(error)}"
        counted = self._slow_starts if slow else self._restarts
        if not counted.allowed(name, time.monotonic()):
            self._hold(name, child, reason)
            return
        log.warning("restarting", actor=name, reason=reason)
        self._children[name] = child
        if isinstance(error, RayActorError):
            return  # its process died: Ray starts another
        for one in (name, *self._dependants(name)):
            self._kill(one)

    def _kill(self, name: str) -> None:
        """Let Ray start a child anew."""
        child = self._children[name]
        self._children[name] = child._replace(health=None)
        ray.kill(child.handle, no_restart=False)

    def _dependants(self, name: str) -> list[str]:
        """Children that live on what this one tells, as far as they are at work."""
        return [n for n, c in self._children.items() if c.role.needs == name and not c.held]

    def _hold(self, name: str, child: Child, reason: str) -> None:
        log.error("held", actor=name, reason=reason)
        self._children[name] = child._replace(health=None, held=reason)
        ray.kill(child.handle, no_restart=True)


def _opened(state: Supervised, events: Sequence[AnyEvent]) -> Supervised:
    return reduce(Supervised.opened, events, state)


def _last_line(error: Exception) -> str:
    """What failed, without the way there."""
    lines = str(error).strip().splitlines()
    return lines[-1] if lines else ""
