"""Tickets for streams, signing out, and the trail of who was refused what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from actors.log.offsets import BEGINNING
from actors.log.port import SYSTEM, Logged
from models import codec
from models.events import AccessNoted, SignedOut, SignOut, tags
from serve.access import AGate, Anyone, Operator, acting_for
from serve.bodies import body_of, json_response, read_struct
from serve.tokens import TICKET_S, mint_ticket

router = APIRouter(prefix="/api/v1", tags=["sessions"])

SCANNED = 5_000
_TRAIL = tags(AccessNoted, SignedOut)


class WhoSignsOut(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose tokens end; nobody named: the bearer's own."""

    user_id: str = ""


@router.post("/realtime/tickets", status_code=201, summary="A ticket that opens one stream")
async def ticket(context: AGate, bearer: Anyone) -> Response:
    """For clients that cannot send a header: put it into the stream's address, once, soon."""
    made = mint_ticket(bearer, context.ports.new_id(), context.settings.secret)
    return json_response({"ticket": made, "expires_in_s": TICKET_S}, 201)


@router.post(
    "/sessions/sign-out",
    summary="End every token issued so far, and the streams they opened",
    openapi_extra=body_of(WhoSignsOut),
)
async def sign_out(request: Request, context: AGate, bearer: Anyone) -> Response:
    """One's own; operators sign out anybody. Every replica hears of it through the log."""
    asked = await read_struct(request, WhoSignsOut)
    user = acting_for(bearer, asked.user_id)
    now = context.ports.now()
    event = SignedOut(
        event_id=context.ports.new_id(),
        source=f"sign-out by {bearer.user}",
        timestamp=now,
        received_at=now,
        user_id=user,
        data=SignOut(before=datetime.fromtimestamp(int(now.timestamp()), UTC)),
    )
    await context.trail.append(event)
    await context.hub.refreshed()
    return json_response({"user_id": user, "signed_out_before": event.data.before})


@router.get("/audit", summary="Refusals, used tickets and sign-outs, oldest first")
async def audit(context: AGate, _: Operator, cursor: str = "") -> Response:
    """``cursor`` of the answer continues the search; it is empty at the end of the log."""
    position, scanned = cursor or BEGINNING, 0
    found: list[dict[str, Any]] = []
    while scanned < SCANNED:
        logged = await context.ports.log.read(position, [SYSTEM], count=64)
        if not logged:
            position = ""
            break
        scanned, position = scanned + len(logged), logged[-1].offset
        found += [_line(record) for record in logged if codec.type_of(record.body) in _TRAIL]
    return json_response({"trail": found, "cursor": position})


def _line(record: Logged) -> dict[str, Any]:
    event = codec.decode(record.body)
    return {
        "offset": record.offset,
        "time": event.received_at,
        "user_id": event.user_id,
        "type": codec.event_type(event),
        **msgspec.to_builtins(event.data),
    }
