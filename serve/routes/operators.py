"""For operators: breakers of the sources, and what is kept of answers."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from starlette.responses import Response

from actors.naming import SOURCES
from models.messages import AskCache, BreakerSet, CacheFacts, SetBreaker
from serve.access import AGate, Gate, Operator, of_kind
from serve.bodies import json_response
from serve.ports import NoSuchActor
from serve.problems import Problem

router = APIRouter(prefix="/api/v1", tags=["sources"])


@router.get("/circuit-breakers", summary="Circuit breakers of all sources")
async def breakers(context: AGate, _: Operator) -> Response:
    """``closed``: asked as usual; ``open``: counts as down; ``half_open``: one attempt is made."""
    found = [
        {
            "source_id": report.source,
            "breaker": report.data.breaker,
            "state": report.data.state,
            "errors": report.data.errors,
            "reported_at": report.received_at,
            "note": report.data.note,
        }
        for report in context.directory.sources.values()
    ]
    return json_response({"circuit_breakers": found, "mode": context.directory.mode()})


@router.post(
    "/circuit-breakers/{source_id}/open", summary="Make no further attempt to connect a source"
)
async def open_breaker(source_id: str, context: AGate, _: Operator) -> Response:
    """Until it is closed; a connection that stands is left to itself."""
    return await _set(context, source_id, "open")


@router.post("/circuit-breakers/{source_id}/close", summary="Let a source be tried at once")
async def close_breaker(source_id: str, context: AGate, _: Operator) -> Response:
    """What was counted against it is forgotten."""
    return await _set(context, source_id, "close")


async def _set(context: Gate, source_id: str, action: Literal["open", "close"]) -> Response:
    if source_id not in context.directory.sources:
        remedy = "GET /api/v1/circuit-breakers lists them"
        raise Problem(404, f"there is no source {source_id}", remedy=remedy)
    try:
        answer = await context.of_actor(SOURCES, SetBreaker(source_id=source_id, action=action))
    except NoSuchActor as error:
        remedy = "sources are connected by `lateswap run --live FILE`"
        raise Problem(409, "no sources of ours are connected", remedy=remedy) from error
    return json_response(of_kind(BreakerSet, answer, "the sources"))


@router.get("/cache", summary="What is kept of answers, and how it serves")
async def cache(context: AGate, _: Operator) -> Response:
    """``answers``: of this replica, to users; ``sources``: of providers, null without sources."""
    return await _cache(context, AskCache())


@router.post("/cache/clear", summary="Forget kept answers")
async def clear_cache(context: AGate, _: Operator) -> Response:
    """In the memory of the replica that is asked, of the sources' process, and in Redis."""
    await context.hub.answers.clear()
    return await _cache(context, AskCache(clear=True))


async def _cache(context: Gate, asked: AskCache) -> Response:
    try:
        answer = await context.of_actor(SOURCES, asked)
    except NoSuchActor:
        sources = None
    else:
        sources = of_kind(CacheFacts, answer, "the sources")
    return json_response({"answers": context.hub.answers.facts(), "sources": sources})
