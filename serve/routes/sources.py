"""Questions about sources: how each connection fares, and whose reports nobody could place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from actors.log.offsets import BEGINNING
from actors.log.port import SYSTEM, Logged
from models import codec
from models.events import (
    LineupChange,
    LiveScore,
    PlayerActive,
    PlayerInjury,
    SourceStatus,
    tags,
)
from models.identity.placing import UNRESOLVED
from serve.access import AGate, Anyone
from serve.bodies import json_response

router = APIRouter()

STALE_S = 20.0
"""A live connection reports every five seconds."""
SCANNED = 20_000
"""Events looked at per answer; a search that finds less goes on at the cursor."""
_ABOUT_PLAYERS = tags(PlayerInjury, PlayerActive, LineupChange, LiveScore)


@router.get("/realtime/status", summary="State of every source connection, and of the log")
async def status(context: AGate, _: Anyone) -> Response:
    """The newest report of each source; its age is what the reader makes of ``last_heartbeat``."""
    directory, now = context.directory, context.ports.now()
    return json_response(
        {
            "mode": directory.mode(),
            "sources": [_source(report, now) for report in directory.sources.values()],
            "log": {
                "state": "ok" if context.hub.live else "unreachable",
                "offset": context.hub.offset,
                "skipped": context.hub.skipped,
                "note": context.hub.unreachable,
            },
            "clients": context.hub.clients,
        }
    )


def _source(report: SourceStatus, at: datetime) -> dict[str, Any]:
    """A connection as reported; ``stale`` where a live one has not reported for too long."""
    now = report.data
    live = report.mode == "live" and now.state not in {"finished", "off"}
    return {
        "source_id": report.source,
        "state": now.state,
        "transport": now.transport,
        "latency_ms": now.latency_ms,
        "last_heartbeat": now.last_heartbeat or report.received_at,
        "reported_at": report.received_at,
        "stale": live and (at - report.received_at).total_seconds() > STALE_S,
        "errors": now.errors,
        "reconnect_attempts": now.reconnect_attempts,
        "breaker": now.breaker,
        "budget_left": now.budget_left,
        "degraded": now.degraded,
        "delivered": now.delivered,
        "refused": now.refused,
        "last_refusal": now.last_refusal,
        "repeated": now.repeated,
        "unresolved": now.unresolved,
        "mode": report.mode,
        "note": now.note,
    }


@router.get("/realtime/review", summary="Reports whose player is not known beyond doubt")
async def review(context: AGate, _: Anyone, cursor: str = "") -> Response:
    """The newest of each player: why nobody is sure, and whom of which slate it may mean.

    ``cursor`` of the answer continues the search; it is empty at the end of the log.
    """
    waiting: dict[str, dict[str, Any]] = {}
    position, scanned = cursor or BEGINNING, 0
    while scanned < SCANNED:
        logged = await context.ports.log.read(position, [SYSTEM], count=64)
        if not logged:
            position = ""
            break
        scanned, position = scanned + len(logged), logged[-1].offset
        waiting |= _unresolved(logged)
    return json_response({"waiting": list(waiting.values()), "cursor": position})


def _unresolved(logged: Iterable[Logged]) -> dict[str, dict[str, Any]]:
    """Reports among the records that nobody could place, by the player's id in the feed."""
    found: dict[str, dict[str, Any]] = {}
    for record in logged:
        if codec.type_of(record.body) not in _ABOUT_PLAYERS:
            continue
        try:
            event = codec.decode(record.body)
        except msgspec.ValidationError:
            continue
        why = getattr(event.data, "extra", {}).get(UNRESOLVED)
        if why:
            found[event.player_id] = {"offset": record.offset, "slates": why, "event": event}
    return found
