"""The actors of one night in this process, on the memory log: the same classes as on Ray."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from live_ends import Injuries

from actors.contest import ContestActor
from actors.log.memory import MemoryLog
from actors.log.offsets import BEGINNING, offset_key
from actors.log.port import Record
from actors.pool import LocalPool
from actors.slate import SlateActor
from actors.subscriber import SubscriberActor
from config.rules import with_rules
from models import codec
from models.evening import generate
from models.events import AnyEvent, Event
from models.folds.beginning import fold
from models.folds.contest import ContestState
from models.messages import AskSettled, Question, decode_answer, encode
from models.proposals import ProposalPolicy

POLICY = ProposalPolicy()


class SharedLog(MemoryLog):
    """Stays open when one of those who share it closes it, as a Redis does."""

    async def close(self) -> None:
        pass


class Troupe:
    """A slate's actor, its contests', a shard of users, and the log between them."""

    def __init__(self, slate_id: str, contest_ids: Sequence[str], policy: ProposalPolicy) -> None:
        self.log = SharedLog()
        self.slate_id = slate_id
        self.slate = SlateActor(slate_id, self.open_log)
        pool = LocalPool()
        self.contests = {
            c: ContestActor(c, slate_id, self.open_log, pool, policy) for c in contest_ids
        }
        self.subscriber = SubscriberActor(0, 1, self.open_log)

    def open_log(self) -> MemoryLog:
        return self.log

    async def tell(self, *events: Event) -> str:
        """Append events and wait for everything that follows from them."""
        records = [Record(event.event_id, codec.encode(event)) for event in events]
        appended = await self.log.append(self.slate_id, records)
        offset = max(appended.offsets, key=offset_key)
        await self.settle(self.slate_id, list(self.contests), offset)
        return offset

    async def settle(self, _: str, contest_ids: Sequence[str], offset: str) -> None:
        slate = await self.ask(self.slate, AskSettled(offset=offset))
        told = max(offset, slate.detail["appended"], key=offset_key)
        for contest_id in contest_ids:
            health = await self.ask(self.contests[contest_id], AskSettled(offset=told))
            told = max(told, health.detail["appended"], key=offset_key)
        await self.ask(self.subscriber, AskSettled(offset=told))

    async def ask(self, actor, question: Question):
        return decode_answer(await actor.ask(encode(question)))

    async def history(self) -> list[AnyEvent]:
        """Everything in the log, in order."""
        events: list[AnyEvent] = []
        after = BEGINNING
        while logged := await self.log.read(after):
            events += [codec.decode(record.body) for record in logged]
            after = logged[-1].offset
        return events

    async def stop(self) -> None:
        for actor in (self.slate, *self.contests.values(), self.subscriber):
            await actor.stop()


@pytest.fixture
async def troupe() -> AsyncIterator[Callable[..., Troupe]]:
    """Makes troupes and ends them with the test."""
    made: list[Troupe] = []

    def make(slate_id: str, contest_ids: Sequence[str], policy=POLICY) -> Troupe:
        made.append(Troupe(slate_id, contest_ids, policy))
        return made[-1]

    yield make
    for one in made:
        await one.stop()


@pytest.fixture(scope="session")
def contest_in_trouble() -> ContestState:
    """A generated contest, 60 of its entries followed; the most held player has been ruled out."""
    opening = generate(11, entries=60, field=400).opening
    contest_id = next(e.contest_id for e in opening if e.contest_id)
    return most_held_out(fold(None, [with_rules(event) for event in opening], contest_id))


@pytest.fixture(scope="session")
def in_trouble() -> Callable[[ContestState], ContestState]:
    """The same of any contest."""
    return most_held_out


def most_held_out(state: ContestState) -> ContestState:
    """The state once the player whom most entries hold is known not to play."""
    player = int(np.bincount(state.entries.lineups.ravel()).argmax())
    columns = state.columns
    out, projection, plays = columns.out.copy(), columns.projection.copy(), columns.plays.copy()
    out[player], projection[player], plays[player] = True, 0.0, 0.0
    return replace(state, columns=replace(columns, out=out, projection=projection, plays=plays))


@pytest.fixture
async def injuries() -> AsyncIterator[Injuries]:
    """A list of injuries and a site's pool on a server of their own."""
    injuries = Injuries()
    await injuries.start()
    yield injuries
    await injuries.runner.cleanup()
