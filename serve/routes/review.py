"""Reports whose player nobody knows beyond doubt: listed, and answered by a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from actors.log.offsets import BEGINNING
from actors.log.port import SYSTEM, Logged
from models import codec
from models.events import (
    Decision,
    IdentityDecided,
    LineupChange,
    LiveScore,
    PlayerActive,
    PlayerInjury,
    tags,
)
from models.identity.placing import UNRESOLVED
from serve.access import AGate, Anyone, Operator
from serve.bodies import body_of, json_response, read_struct
from serve.directory import Directory
from serve.problems import Problem
from serve.routes.ingest import append

router = APIRouter(prefix="/api/v1/realtime", tags=["sources"])

SCANNED = 20_000
"""Events looked at per answer; a search that finds less goes on at the cursor."""
_ABOUT_PLAYERS = tags(PlayerInjury, PlayerActive, LineupChange, LiveScore)


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who a feed means on a slate, or that he is not on it."""

    slate_id: str
    known_as: str
    """The player's id in the feed, as it is listed: ``espn:4361741``."""
    player_id: str | int = ""
    """His row on the slate."""
    reject: bool = False
    """He is nobody of that slate."""


@router.get("/review", summary="Reports whose player is not known beyond doubt")
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
    listed = [one for one in waiting.values() if _still_asked(one, context.directory)]
    return json_response({"waiting": listed, "cursor": position})


@router.post("/review", status_code=201, summary="Say who it is", openapi_extra=body_of(Answer))
async def decide(request: Request, context: AGate, sender: Operator) -> Response:
    """Kept for the slate, and replaced by a later answer; what was reported of him is told then."""
    said = await read_struct(request, Answer)
    row = str(said.player_id)
    _check(context.directory, said, row)
    now = context.ports.now()
    event = IdentityDecided(
        event_id=context.ports.new_id(),
        source=f"review by {sender.user}",
        timestamp=now,
        received_at=now,
        slate_id=said.slate_id,
        sport=context.directory.slates[said.slate_id].slate.sport,
        data=Decision(known_as=said.known_as, row=row, by=sender.user),
    )
    await context.hub.until(await append(context, [event]))
    return json_response({"status": "success", "event_id": event.event_id}, 201)


def _check(directory: Directory, said: Answer, row: str) -> None:
    """Refuse an answer that is none: 404 and 422 with what to send instead."""
    listing = directory.slates.get(said.slate_id)
    if listing is None:
        raise Problem(404, f"there is no slate {said.slate_id}")
    if not said.known_as:
        raise Problem(422, "known_as is empty", remedy="send the player's id as it is listed")
    if bool(row) == said.reject:
        raise Problem(422, "send either player_id, or reject: true")
    if row and row not in listing.players:
        remedy = "send a player_id of that slate; the candidates are listed with the report"
        raise Problem(422, f"{row} is nobody's row on slate {said.slate_id}", remedy=remedy)


def _still_asked(waiting: dict[str, Any], directory: Directory) -> bool:
    """Whether any slate still waits for an answer; those that have one are taken off."""
    known_as = waiting["event"].player_id
    waiting["slates"] = {
        slate_id: why
        for slate_id, why in waiting["slates"].items()
        if (slate_id, known_as) not in directory.decided
    }
    return bool(waiting["slates"])


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
