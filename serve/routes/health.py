"""Health: is the process there, can it serve, and what is the matter with which part."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from actors.log.errors import LogError
from models.messages import AskHealth, Health
from serve.access import AGate, Gate
from serve.bodies import json_response
from serve.ports import NoSuchActor
from serve.problems import Problem

router = APIRouter(prefix="/health", tags=["health"])

PATIENCE_S = 2.0


@router.get("/live", summary="The process answers")
async def live() -> Response:
    """Always 200: whoever gets it knows that the event loop turns."""
    return json_response({"status": "live"})


@router.get("/ready", summary="Requests can be served")
async def ready(context: AGate) -> Response:
    """200 once the log has been read and can be read; 503 before and when it is lost."""
    state = _hub(context)
    return json_response(state, 200 if context.hub.live else 503)


@router.get("", summary="Health of every part")
async def health(context: AGate) -> Response:
    """``ok``, or ``degraded`` with the part that is; 503 when nothing can be served."""
    log, slates, contests = await asyncio.gather(
        _log(context),
        _each(context, "slate", list(context.directory.slates)),
        _each(context, "contest", list(context.directory.contests)),
    )
    parts = {"hub": _hub(context), "log": log, **slates, **contests}
    well = all(part["status"] == "ok" for part in parts.values())
    return json_response(
        {
            "status": "ok" if well else "degraded",
            "mode": context.directory.mode(),
            "parts": parts,
        },
        200 if context.hub.live else 503,
    )


def _hub(context: Gate) -> dict[str, Any]:
    hub = context.hub
    failure = hub.failure()
    return {
        "status": "ok" if hub.live else "down",
        "offset": hub.offset,
        "clients": hub.clients,
        "skipped": hub.skipped,
        "reason": str(failure) if failure else hub.unreachable,
    }


async def _log(context: Gate) -> dict[str, Any]:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return {"status": "ok", "offset": await context.ports.log.last_offset()}
    except (LogError, TimeoutError) as error:
        return {"status": "down", "reason": str(error) or "no answer"}


async def _each(context: Gate, kind: str, ids: list[str]) -> dict[str, Any]:
    states = await asyncio.gather(*(_actor(context, kind, one) for one in ids))
    return {f"{kind}:{one}": state for one, state in zip(ids, states, strict=True)}


async def _actor(context: Gate, kind: str, name: str) -> dict[str, Any]:
    ask = context.of_slate if kind == "slate" else context.of_contest
    try:
        async with asyncio.timeout(PATIENCE_S):
            answer = await ask(name, AskHealth())
    except (NoSuchActor, Problem, TimeoutError) as error:
        return {"status": "down", "reason": str(error) or "no answer"}
    ready = isinstance(answer, Health) and answer.ready
    offset = answer.offset if isinstance(answer, Health) else ""
    return {"status": "ok" if ready else "starting", "offset": offset}
