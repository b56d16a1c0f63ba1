"""From a source as it stands in the sources file to its connections, ready to be opened."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import Any

import msgspec
from aiohttp import ClientSession
from redis.asyncio import Redis

from actors.feeds.breaker import Breaker, BreakerGroup
from actors.feeds.budget import BudgetPlan, RedisBudget, ledger_name
from actors.feeds.chain import Chain
from actors.feeds.delivery import Item, Unpack
from actors.feeds.fetching import Askers
from actors.feeds.recorder import Recorder
from actors.feeds.schedule import Locks, PollTimes, Schedule
from actors.feeds.timing import Clock
from actors.feeds.transports.polling import Budget
from actors.feeds.transports.port import Frame, Transport
from config.sources import (
    STAMP,
    BudgetSpec,
    ConnectionSpec,
    SourcesError,
    SourceSpec,
    filled,
)
from models.events import SourceReport

_KINDS: Mapping[str, tuple[str, str]] = {
    "websocket": ("websocket", "WebSocket"),
    "gameday": ("gameday", "Gameday"),
    "sse": ("sse", "Sse"),
    "polling": ("polling", "Poll"),
    "chunked": ("chunked", "Chunked"),
    "lines": ("lines", "Lines"),
    "ftp": ("ftp", "Ftp"),
    "postgres": ("postgres", "Postgres"),
    "redis-stream": ("redis_stream", "RedisStream"),
    "recorded-file": ("recorded_file", "RecordedFile"),
}
"""Module and class names by kind: loaded when first used."""
_CLASSES = {"Poll": "PollingTransport"}
_PING_S = 1.2
"""Where another connection can take over: a dead line is known after this and half of it."""
_OVER_HTTP = frozenset({"websocket", "gameday", "sse", "polling", "chunked"})
_PACED = frozenset({"polling", "ftp"})


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What the connections of one process share."""

    session: ClientSession
    clock: Clock
    redis: Redis | None = None
    """Keeps the ledgers of budgets; without it sources with a budget cannot be opened."""
    prefix: str = "lateswap"
    environment: Mapping[str, str] = os.environ
    recorder: Recorder | None = None
    askers: Askers | None = None
    """Of single questions, with what is kept of their answers; without, each asks for itself."""
    breakers: BreakerGroup | None = None
    """Of all sources that share our network: some stay askable whatever happens."""


def connect(
    source: SourceSpec,
    around: Surroundings,
    unpack: Unpack[Item],
    *,
    locks: Locks | None = None,
    blanks: Mapping[str, str] | None = None,
    on_status: Callable[[SourceReport], None] | None = None,
) -> Chain[Item]:
    """The chain of a source; nothing is connected before its deliveries are read.

    ``blanks`` fill the pattern of a source (``game_pk``). Raises SourcesError naming what is
    missing or wrong.
    """
    known = blanks or {}
    name = name_of(source, known)
    transports = [
        _transport(source, number, around, locks or Locks(), known)
        for number in range(len(source.connections))
    ]
    plays = any(spec.kind == "recorded-file" for spec in source.connections)
    keep = _keeper(around.recorder, name) if source.record and not plays else None
    return Chain(
        name,
        transports,
        around.clock,
        unpack,
        breaker=Breaker(name, around.clock, group=around.breakers),
        on_status=on_status,
        on_frame=keep,
    )


def name_of(source: SourceSpec, blanks: Mapping[str, str]) -> str:
    """The name of a source in status and records; of a pattern, with what fills it."""
    return ":".join([source.name, *(blanks[name] for name in source.blanks if name in blanks)])


def _keeper(recorder: Recorder | None, source: str) -> Callable[[str, Frame], None] | None:
    return None if recorder is None else partial(recorder.record, source)


def _transport(
    source: SourceSpec,
    number: int,
    around: Surroundings,
    locks: Locks,
    blanks: Mapping[str, str],
) -> Transport:
    spec = source.connections[number]
    module_name, stem = _KINDS[spec.kind]
    module = import_module(f"actors.feeds.transports.{module_name}")
    options = _options(source, spec, getattr(module, f"{stem}Options"), around, blanks)
    make = getattr(module, _CLASSES.get(stem, f"{stem}Transport"))
    space = {"cursor_space": spec.cursor_space or f"{spec.kind}.{number}"}
    paced = {"pace": _schedule(source, options, locks)} if spec.kind in _PACED else {}
    budget = {"budget": _budget(source, around)} if spec.kind == "polling" else {}
    asking = {"askers": around.askers} if spec.kind == "websocket" else {}
    session = [around.session] if spec.kind in _OVER_HTTP else []
    transport: Transport = make(
        options, *session, around.clock, **space, **paced, **budget, **asking
    )
    return transport


def _options(
    source: SourceSpec,
    spec: ConnectionSpec,
    kind: type[Any],
    around: Surroundings,
    blanks: Mapping[str, str],
) -> Any:
    place = f"source {source.name!r}"
    if STAMP in spec.options:
        blanks = {**blanks, STAMP: f"{{{STAMP}}}"}
    try:
        given = filled(spec.options, around.environment, blanks)
    except KeyError as fault:
        raise SourcesError("sources", place, f"{fault.args[0]} is not given") from fault
    if spec.kind == "polling" and source.budget is not None and source.budget.quota:
        given = {"eager": False} | given
    if spec.kind in {"websocket", "gameday"} and len(source.connections) > 1:
        given = {"ping_s": _PING_S} | given
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as fault:
        raise SourcesError("sources", place, f"{spec.kind}: {fault}") from fault


def _schedule(source: SourceSpec, options: Any, locks: Locks) -> Schedule:
    times = msgspec.convert(msgspec.to_builtins(source.times), PollTimes)
    plan = _plan(source.budget) if source.budget else None
    return Schedule(times, locks, plan=plan, cost=getattr(options, "cost", 1))


def _plan(budget: BudgetSpec) -> BudgetPlan:
    told = {name: getattr(budget, name) for name in BudgetPlan.__struct_fields__}
    return BudgetPlan(**told)


def _budget(source: SourceSpec, around: Surroundings) -> Budget | None:
    if source.budget is None:
        return None
    if around.redis is None:
        place = f"source {source.name!r}"
        raise SourcesError("sources", place, "its budget needs a Redis to be kept in")
    key = filled(source.budget.key, around.environment, {})
    name = ledger_name(source.budget.provider, key)
    return RedisBudget(around.redis, name, _plan(source.budget), around.clock, prefix=around.prefix)
