"""Decisions on proposals: one at a time, or all that answer one event in one step."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.messages import Decide, Decided
from serve.access import AGate, Entrant, Gate, acting_for, of_kind
from serve.bodies import body_of, json_response, read_struct
from serve.ports import NoSuchActor
from serve.problems import Problem
from serve.routes.swaps import recommendation
from serve.tokens import Identity

router = APIRouter(prefix="/api/v1/lateswap", tags=["late swap"])

Action = Literal["approve", "reject", "undo"]
MOST = 5000
"""Decisions of one request: every entry of the largest upload."""


class Decisions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same decision on several proposals."""

    action: Action
    recommendation_ids: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=MOST)]


@router.post("/recommendations/{proposal_id}/approve", summary="Approve a proposal")
async def approve(proposal_id: str, context: AGate, sender: Entrant) -> Response:
    """The swap stands in entries.csv from now on; 409 says what has changed since."""
    return json_response(await _decided(context, sender, proposal_id, "approve"))


@router.post("/recommendations/{proposal_id}/reject", summary="Reject a proposal")
async def reject(proposal_id: str, context: AGate, sender: Entrant) -> Response:
    """The same change is not proposed to this entry again."""
    return json_response(await _decided(context, sender, proposal_id, "reject"))


@router.post("/recommendations/{proposal_id}/undo", summary="Take a decision back")
async def undo(proposal_id: str, context: AGate, sender: Entrant) -> Response:
    """The proposal is open again, if its games have not begun."""
    return json_response(await _decided(context, sender, proposal_id, "undo"))


@router.post("/decisions", summary="Decide on several proposals", openapi_extra=body_of(Decisions))
async def decide(request: Request, context: AGate, sender: Entrant) -> Response:
    """Each is decided by itself: one that cannot be any more is named, and stops no other."""
    asked = await read_struct(request, Decisions)
    ids = dict.fromkeys(asked.recommendation_ids)
    found = await asyncio.gather(*(_verdict(context, sender, one, asked.action) for one in ids))
    foreign = sum(one.get("problem", {}).get("status") == 403 for one in found)
    if foreign:
        await context.trail.refused(request, f"{foreign} proposals of others", sender.user)
    return json_response({"action": asked.action, "decisions": found})


async def _verdict(
    context: Gate, sender: Identity, proposal_id: str, action: Action
) -> dict[str, Any]:
    """The proposal as decided, or the problem that its own request would have been answered by."""
    try:
        return await _decided(context, sender, proposal_id, action)
    except Problem as error:
        problem = error
    except NoSuchActor as error:
        problem = Problem(503, f"{error.name} does not answer", remedy="decide again in a second")
    return {"recommendation_id": proposal_id, "problem": problem.document()}


async def _decided(
    context: Gate, sender: Identity, proposal_id: str, action: Action
) -> dict[str, Any]:
    owner = context.directory.proposals.get(proposal_id)
    owner = owner or (await context.hub.refreshed()).proposals.get(proposal_id)
    if owner is None:
        raise Problem(
            404,
            f"there is no proposal {proposal_id}",
            remedy="GET /api/v1/lateswap/recommendations lists them",
        )
    acting_for(sender, owner.user_id)
    question = Decide(proposal_id=proposal_id, action=action, user_id=sender.user)
    answer = await context.of_contest(owner.contest_id, question)
    answer = of_kind(Decided, answer, "the contest")
    return recommendation(context.directory, answer.proposal)
