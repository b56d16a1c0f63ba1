"""A live source in this process: its log as a client reads it, and slates that are opened."""
# ruff: noqa: ASYNC110  # states are looked at as an operator would: again and again

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from actors.live_plan import LivePlan
from actors.live_source import LiveSourceActor
from actors.log.memory import MemoryLog
from actors.log.offsets import BEGINNING
from actors.log.port import SYSTEM, Record
from config.rules import load_rules
from config.sources import parse_sources
from models import codec
from models.events import (
    PlayerActive,
    PlayerInjury,
    SlateOpened,
    SlateOpening,
    SourceStatus,
)
from models.messages import AskHealth, encode
from models.quality.held import GATE

WITHIN_S = 60.0
"""The limit of a hang; how fast connections change is measured in benchmarks/feeds_promises.py."""


class SharedLog(MemoryLog):
    """Stays open when one of those who share it closes it, as a Redis does."""

    async def close(self) -> None:
        pass


def plan_of(text, at, **more) -> LivePlan:
    sources = parse_sources(text.format(at=at).encode(), "test")
    return LivePlan(
        contact=sources.contact, sources=sources.ready({}), patterns=sources.patterns({}), **more
    )


class Watched:
    """The log as a client reads it."""

    def __init__(self, log) -> None:
        self.log = log

    async def events(self, *partitions):
        found, after = [], BEGINNING
        while logged := await self.log.read(after, partitions or None):
            found += [codec.decode(record.body) for record in logged]
            after = logged[-1].offset
        return found

    async def states(self):
        """What was published of the source, in order."""
        found = [e.data for e in await self.events(SYSTEM) if isinstance(e, SourceStatus)]
        return [(report.state, report.transport) for report in found]

    async def until(self, check, within=WITHIN_S):
        async with asyncio.timeout(within):
            while not (found := await check()):
                await asyncio.sleep(0.01)
        return found

    async def until_state(self, state, transport):
        async def newest():
            states = await self.states()
            return bool(states) and states[-1] == (state, transport)

        await self.until(newest)


@asynccontextmanager
async def running(plan, log):
    actor = LiveSourceActor(plan, lambda: log)
    try:
        await actor.ask(encode(AskHealth()))
        yield actor
    finally:
        await actor.stop()


async def open_slate(log, slate):
    now = datetime.now(UTC)
    opening = SlateOpening(
        slate=slate,
        projections={p.player_id: 40.0 for p in slate.players},
        projection_basis="test",
        rules=load_rules(slate.rules_key),
    )
    event = SlateOpened(
        event_id=f"open:{slate.slate_id}", source="test", timestamp=now, received_at=now,
        slate_id=slate.slate_id, sport="nba", data=opening,
    )  # fmt: skip
    await log.append(slate.slate_id, [Record(event.event_id, codec.encode(event))])


def statuses(events):
    """What sources said of players; what the gate makes of it is told beside."""
    return [
        (e.player_id, e.data.status)
        for e in events
        if isinstance(e, PlayerInjury | PlayerActive) and e.source != GATE
    ]
