"""For operators: circuit breakers of the sources, looked at, opened and closed."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from starlette.responses import Response

from actors.naming import SOURCES
from models.messages import BreakerSet, SetBreaker
from serve.access import AGate, Gate, Operator
from serve.bodies import json_response
from serve.ports import NoSuchActor
from serve.problems import Problem

router = APIRouter(prefix="/api/v1/circuit-breakers", tags=["sources"])


@router.get("", summary="Circuit breakers of all sources")
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


@router.post("/{source_id}/open", summary="Make no further attempt to connect a source")
async def open_breaker(source_id: str, context: AGate, _: Operator) -> Response:
    """Until it is closed; a connection that stands is left to itself."""
    return await _set(context, source_id, "open")


@router.post("/{source_id}/close", summary="Let a source be tried at once")
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
        raise Problem(409, f"{source_id} is not a connection of ours", remedy=remedy) from error
    if not isinstance(answer, BreakerSet):
        raise Problem(502, f"the sources answered {type(answer).__name__}")
    return json_response(answer)
