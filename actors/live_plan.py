"""What the owner of live sources is given: which sources, and what their connections share."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
from redis.asyncio import Redis

from actors.feeds.breaker import BreakerGroup
from actors.feeds.caching import Cache
from actors.feeds.connecting import Surroundings
from actors.feeds.fetching import Askers
from actors.feeds.recorder import Recorder
from actors.feeds.timing import MachineClock
from actors.feeds.transports.http import open_session
from config.sources import SourceSpec


class LivePlan(msgspec.Struct, frozen=True, kw_only=True):
    """Which sources to connect, and with what."""

    contact: str
    sources: tuple[SourceSpec, ...]
    patterns: tuple[SourceSpec, ...] = ()
    """Sources that are opened once for each game or place that is followed."""
    off: dict[str, str] = {}
    """Sources of the file that are not connected, with the reason."""
    environment: dict[str, str] = {}
    """Values of the variables that the sources name."""
    redis_url: str = ""
    """Keeps the ledgers of budgets."""
    prefix: str = "lateswap"
    records: str = ""
    """Folder for raw frames; empty: none are kept."""


async def surroundings(plan: LivePlan, undo: AsyncExitStack) -> Surroundings:
    """What connections share; ``undo`` lets go of it."""
    session = await undo.enter_async_context(open_session(plan.contact))
    redis = Redis.from_url(plan.redis_url) if plan.redis_url else None
    if redis is not None:
        undo.push_async_callback(redis.aclose)
    recorder = Recorder(Path(plan.records)) if plan.records else None
    if recorder is not None:
        undo.push_async_callback(asyncio.to_thread, recorder.close)
    clock = MachineClock()
    return Surroundings(
        session=session,
        clock=clock,
        askers=Askers(session, Cache(clock, redis, prefix=plan.prefix), clock),
        redis=redis,
        prefix=plan.prefix,
        environment=plan.environment,
        recorder=recorder,
        breakers=BreakerGroup(),
    )
