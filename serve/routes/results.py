"""What accepted swaps came to, against holding."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from starlette.responses import Response

from models.messages import AskResults, SwapResult, SwapResults
from serve.access import AGate, Anyone, acting_for
from serve.bodies import json_response
from serve.directory import Directory
from serve.routes.swaps import recommendation

router = APIRouter(prefix="/api/v1/lateswap", tags=["late swap"])


@router.get("/results", summary="What accepted swaps earned against holding, in points")
async def results(context: AGate, viewer: Anyone, user: str = "") -> Response:
    """One's own; operators see everybody's, or those of ``user``.

    ``final`` once every game that the swap is about is over; until then it is points so far. What
    a swap earned in money shows the standings: upload them, or run a backtest over the night.
    """
    whose = user if viewer.role == "operator" else acting_for(viewer, user)
    known = context.directory.entrants
    contests = context.directory.contests_of(whose) if whose else list(known)
    answers = await asyncio.gather(
        *(context.of_contest(contest, AskResults(user_id=whose)) for contest in contests)
    )
    found = [one for a in answers if isinstance(a, SwapResults) for one in a.results]
    final = [one for one in found if one.final]
    return json_response(
        {
            "mode": context.directory.mode(),
            "results": [_shown(context.directory, one) for one in found],
            "total": {
                "swaps": len(found),
                "final": len(final),
                "gained_points": round(sum(one.gained for one in final), 4),
                "expected_points": round(sum(one.proposal.gain_points for one in final), 4),
                "better_than_holding": sum(one.gained > 0 for one in final),
            },
        }
    )


def _shown(directory: Directory, one: SwapResult) -> dict[str, object]:
    return {
        "recommendation": recommendation(directory, one.proposal),
        "final": one.final,
        "points_held": one.points_held,
        "points_swapped": one.points_swapped,
        "gained_points": one.gained,
        "expected_points": one.proposal.gain_points,
    }
