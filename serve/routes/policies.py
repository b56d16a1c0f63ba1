"""A user's policy: whether swaps are proposed, wait for him, or are accepted within his limits."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.events import PolicySet
from models.policy import SwapPolicy
from serve.access import AGate, Anyone, Entrant, Gate, acting_for
from serve.bodies import body_of, json_response, read_struct
from serve.routes.ingest import append

router = APIRouter(prefix="/api/v1/lateswap", tags=["late swap"])


@router.get("/policy", summary="What is done with proposals for one's entries")
async def policy(context: AGate, viewer: Anyone, user: str = "") -> Response:
    """Without one of his own a user is asked about every swap."""
    whose = acting_for(viewer, user)
    found = context.directory.policies.get(whose, SwapPolicy())
    return json_response({"user_id": whose, "policy": found})


@router.put("/policy", summary="Say what is done from now on", openapi_extra=body_of(SwapPolicy))
async def set_policy(request: Request, context: AGate, sender: Entrant, user: str = "") -> Response:
    """Holds on every open slate at once, and on those opened later; limits not given are usual."""
    asked = await read_struct(request, SwapPolicy)
    whose = acting_for(sender, user)
    slates = list(context.directory.slates)
    events = [_event(context, whose, asked, slate_id) for slate_id in ("", *slates)]
    await context.hub.until(await append(context, [*events]))
    return json_response({"user_id": whose, "policy": asked})


def policy_on(context: Gate, user: str, slate_id: str) -> list[PolicySet]:
    """What makes a user's policy known on a slate that he enters; nothing where he has none."""
    known = context.directory.policies.get(user)
    return [] if known is None else [_event(context, user, known, slate_id)]


def _event(context: Gate, user: str, policy: SwapPolicy, slate_id: str) -> PolicySet:
    listing = context.directory.slates.get(slate_id)
    now = listing.clock if listing is not None else context.ports.now()
    return PolicySet(
        event_id=context.ports.new_id(),
        source=f"policy of {user}",
        timestamp=now,
        received_at=now,
        user_id=user,
        slate_id=slate_id,
        mode=listing.slate.mode if listing is not None else "live",
        data=policy,
    )
