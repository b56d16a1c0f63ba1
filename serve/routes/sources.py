"""Questions about sources: how each connection fares."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from models.events import (
    SourceStatus,
)
from serve.access import AGate, Anyone
from serve.bodies import json_response

router = APIRouter()

STALE_S = 20.0
"""A live connection reports every five seconds."""


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
        "shed": now.shed,
        "unresolved": now.unresolved,
        "mode": report.mode,
        "note": now.note,
    }
