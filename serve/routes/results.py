"""What accepted swaps came to, against holding."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from models.messages import AskResults, Paid, SwapResult, SwapResults
from serve.access import AGate, Anyone, acting_for
from serve.bodies import json_response
from serve.directory import Directory
from serve.routes.swaps import recommendation

router = APIRouter(prefix="/api/v1/lateswap", tags=["late swap"])


@router.get("/results", summary="What accepted swaps earned against holding")
async def results(context: AGate, viewer: Anyone, user: str = "") -> Response:
    """One's own; operators see everybody's, or those of ``user``.

    In points always: ``final`` once every game that the swap is about is over, until then points
    so far. In dollars where the contest's prizes and everybody's lineups are known; until the
    contest is over those that its standings would pay as they are. ``unpaid_because`` says why
    not where they are not told. A swap's dollars are those of its entry, everything else as it
    is; a contest's are those of all entries of the user, who hold places against each other, with
    his swaps and had he made none. What was expected of them is told swap by swap, and of each
    contest as a whole: claims on one entry do not add up, since each makes good again what news
    took, and nothing is left of one whose player was ruled out himself (``stands``).
    """
    whose = user if viewer.role == "operator" else acting_for(viewer, user)
    known = context.directory.entrants
    contests = context.directory.contests_of(whose) if whose else list(known)
    answers = await asyncio.gather(
        *(context.of_contest(contest, AskResults(user_id=whose)) for contest in contests)
    )
    told = [a for a in answers if isinstance(a, SwapResults) and a.results]
    found = [one for a in told for one in a.results]
    return json_response(
        {
            "mode": context.directory.mode(),
            "results": [_shown(context.directory, one) for one in found],
            "contests": [_of_contest(context.directory, a) for a in told],
            "total": _total(told, found),
        }
    )


def _total(told: Sequence[SwapResults], found: Sequence[SwapResult]) -> dict[str, Any]:
    final = [one for one in found if one.final]
    paid = [a for a in told if a.paid is not None and a.paid.final]
    return {
        "swaps": len(found),
        "final": len(final),
        "gained_points": round(sum(one.gained for one in final), 4),
        "expected_points": round(sum(one.proposal.gain_points for one in final if one.stands), 4),
        "better_than_holding": sum(one.gained > 0 for one in final),
        "paid_contests": len(paid),
        "gained_dollars": round(sum(a.paid.swapped - a.paid.held for a in paid if a.paid), 2),
        "expected_dollars": round(sum(a.expected.dollars or 0.0 for a in paid), 2),
    }


def _shown(directory: Directory, one: SwapResult) -> dict[str, Any]:
    money = one.proposal.money
    return {
        "recommendation": recommendation(directory, one.proposal),
        "final": one.final,
        "points_held": one.points_held,
        "points_swapped": one.points_swapped,
        "gained_points": one.gained,
        "expected_points": one.proposal.gain_points,
        "stands": one.stands,
        **_dollars(one.paid),
        "expected_dollars": None if money is None else money.gain,
    }


def _of_contest(directory: Directory, told: SwapResults) -> dict[str, Any]:
    contest = directory.contests.get(told.contest_id)
    return {
        "contest_id": told.contest_id,
        "name": contest.name if contest else "",
        "swaps": len(told.results),
        "final": told.paid is not None and told.paid.final,
        "expected_points": told.expected.points,
        "expected_dollars": told.expected.dollars,
        **_dollars(told.paid),
        "unpaid_because": told.unpaid_because,
    }


def _dollars(paid: Paid | None) -> dict[str, float | None]:
    """Null where they are not known."""
    if paid is None:
        return dict.fromkeys(("dollars_held", "dollars_swapped", "gained_dollars"))
    return {
        "dollars_held": paid.held,
        "dollars_swapped": paid.swapped,
        "gained_dollars": round(paid.swapped - paid.held, 2),
    }
