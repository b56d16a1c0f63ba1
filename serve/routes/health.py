"""Health: is the process there, can it serve, and what is the matter with which part."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from actors.log.errors import LogError
from actors.naming import SHARD, SUPERVISOR
from models.messages import AskHealth, Health, Release
from serve.access import AGate, Gate, Operator
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


@router.post("/held/{actor}/release", summary="Start an actor again that is held")
async def release(actor: str, context: AGate, _: Operator) -> Response:
    """Start it with a clean record; 404 for one that is not held."""
    return json_response(await context.of_actor(SUPERVISOR, Release(actor=actor)))


@router.get("", summary="Health of every part")
async def health(context: AGate, *, state: bool = False) -> Response:
    """``ok``, or ``degraded`` with the part that is; 503 when nothing can be served.

    With ``state`` each actor tells the hash of its state (equal for equal states), and the log how
    far every reader's snapshot is behind.
    """
    question = AskHealth(state=state)
    log, supervision, slates, contests = await asyncio.gather(
        _log(context, question),
        _supervision(context, question),
        _each(context, "slate", list(context.directory.slates), question),
        _each(context, "contest", list(context.directory.contests), question),
    )
    parts = {"hub": _hub(context), "log": log, **supervision, **slates, **contests}
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
        "status": ("degraded" if hub.aside else "ok") if hub.live else "down",
        "offset": hub.offset,
        "clients": hub.clients,
        "skipped": hub.skipped,
        "aside": hub.aside,
        "reason": str(failure) if failure else hub.unreachable,
    }


async def _log(context: Gate, question: AskHealth) -> dict[str, Any]:
    """The log, how far behind its readers are, and how many events each could not take in."""
    log = context.ports.log
    try:
        async with asyncio.timeout(PATIENCE_S):
            known: dict[str, Any] = {"status": "ok", "offset": await log.last_offset()}
            load = await log.load()
            if load.most:
                known["load"] = msgspec.structs.asdict(load)
            aside = Counter(one.reader for one in await log.aside())
            if aside:
                known |= {"status": "degraded", "aside": aside}
            if not question.state:
                return known
            lags = await log.lags()
    except (LogError, TimeoutError) as error:
        return {"status": "down", "reason": str(error) or "no answer"}
    return known | {"readers": {name: msgspec.structs.asdict(lag) for name, lag in lags.items()}}


async def _supervision(context: Gate, question: AskHealth) -> dict[str, Any]:
    """Actors that are held because they kept failing; nothing where nobody supervises."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            answer = await context.of_actor(SUPERVISOR, question)
    except NoSuchActor:
        return {}
    except (LogError, Problem, TimeoutError) as error:
        return {"supervisor": {"status": "down", "reason": str(error) or "no answer"}}
    if not isinstance(answer, Health):
        return {"supervisor": {"status": "down", "reason": "it gave no health"}}
    detail = answer.detail
    held = {name: state for name, state in detail.items() if str(state).startswith("held")}
    state = {"status": "held" if held else "ok", "held": held, "restarts": detail.get("restarts")}
    if question.state:
        state["state_hash"] = answer.state_hash
    shards = [name.removeprefix(SHARD) for name in detail if name.startswith(SHARD)]
    return {"supervisor": state, **await _each(context, "subscriber", shards, question)}


async def _each(context: Gate, kind: str, ids: list[str], question: AskHealth) -> dict[str, Any]:
    states = await asyncio.gather(*(_actor(context, kind, one, question) for one in ids))
    return {f"{kind}:{one}": state for one, state in zip(ids, states, strict=True)}


async def _actor(context: Gate, kind: str, name: str, question: AskHealth) -> dict[str, Any]:
    try:
        async with asyncio.timeout(PATIENCE_S):
            answer = await context.of_actor(f"{kind}:{name}", question)
    except (LogError, NoSuchActor, Problem, TimeoutError) as error:
        return {"status": "down", "reason": str(error) or "no answer"}
    if not isinstance(answer, Health):
        return {"status": "starting", "offset": ""}
    status = {"status": "ok" if answer.ready else "starting", "offset": answer.offset}
    return {**status, "state_hash": answer.state_hash} if question.state else status
