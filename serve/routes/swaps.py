"""Late swap: recommendations, and the board."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from models.decisions import SwapMove, SwapProposal
from models.messages import (
    AnyAnswer,
    AskBoard,
    AskProposals,
    Proposals,
    Recommend,
)
from serve.access import AGate, Anyone, Entrant, Gate, acting_for
from serve.bodies import body_of, json_response, read_struct
from serve.directory import Directory
from serve.problems import Problem

router = APIRouter(prefix="/api/v1", tags=["late swap"])

State = Literal["", "proposed", "approved", "rejected", "withdrawn", "stale", "expired", "applied"]

NOT_APPLIED = {
    "time_to_lock": "locks follow from the slate's own schedule and game starts",
    "auto_approve": "what is accepted without you is said by PUT /api/v1/lateswap/policy alone",
}


RISKS = {"low": 0.2, "medium": 0.5, "high": 1.0}
Players = Annotated[tuple[str | int, ...], msgspec.Meta(max_length=100)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class SwapQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which lineups to look at, and what a swap may do."""

    user_id: str | int = ""
    lineup_ids: tuple[str | int, ...] = ()
    """Entry ids; none: all entries of the user."""
    time_to_lock: float | None = None
    risk_tolerance: Literal["low", "medium", "high"] | Share | None = None
    """How much variance is welcome, in words or from 0 to 1: pure expectation."""
    objective: Literal["money", "points"] = "money"
    """Dollars where the contest's prizes are known, else projected points."""
    auto_approve: bool = False
    max_swaps: Annotated[int, msgspec.Meta(ge=0)] | None = None
    only_out: bool = False
    """Take out nobody but players who will not play."""
    top: Annotated[int, msgspec.Meta(ge=1, le=20)] = 1
    keep: Players | None = None
    """Ids of players who stay in these lineups from now on, also if they will not play; none
    given: nothing changes, an empty list: nobody is kept any more."""
    exclude: Players | None = None
    """... and of players who are not to come in."""

    @property
    def risk(self) -> float | None:
        """The risk asked for as a number; None leaves it to the operator's setting."""
        asked = self.risk_tolerance
        return RISKS[asked] if isinstance(asked, str) else asked

    @property
    def not_applied(self) -> dict[str, str]:
        """What was asked for and changes nothing, with the reason."""
        given = {
            "time_to_lock": self.time_to_lock is not None,
            "auto_approve": self.auto_approve,
        }
        return {name: why for name, why in NOT_APPLIED.items() if given[name]}


@router.post(
    "/lateswap/recommendations",
    summary="Solve some lineups now",
    openapi_extra=body_of(SwapQuestion),
)
async def recommend(request: Request, context: AGate, sender: Entrant) -> Response:
    """The best legal completion of each lineup; what gains enough is kept as a proposal.

    Whom the owner keeps or excludes binds later proposals, too, until he says otherwise.
    """
    asked = await read_struct(request, SwapQuestion)
    user = acting_for(sender, str(asked.user_id))
    if not asked.lineup_ids and (asked.keep is not None or asked.exclude is not None):
        raise Problem(
            422,
            "keep and exclude are said of named lineups",
            remedy="name them in lineup_ids: GET /api/v1/contests/{contest_id}/board lists them",
        )
    question = Recommend(
        user_id=user,
        lineup_ids=tuple(str(entry_id) for entry_id in asked.lineup_ids),
        max_swaps=asked.max_swaps,
        only_out=asked.only_out,
        top=asked.top,
        objective=asked.objective,
        risk=asked.risk,
        keep=_ids(asked.keep),
        exclude=_ids(asked.exclude),
    )
    answers = await _of_user(context, user, question)
    directory = context.directory
    found = [recommendation(directory, swap) for a in answers for swap in a.proposals]
    statuses = {entry: status for a in answers for entry, status in a.statuses.items()}
    unknown = [entry for entry in question.lineup_ids if entry not in statuses]
    return json_response(
        {
            "user_id": user,
            "mode": directory.mode(),
            "recommendations": found,
            "statuses": statuses,
            "unknown_lineups": unknown,
            "wishes": [wishes for a in answers for wishes in a.wishes],
            "auto_approval_status": approval_status(directory, user),
            "not_applied": asked.not_applied,
        }
    )


def _ids(players: tuple[str | int, ...] | None) -> tuple[str, ...] | None:
    return None if players is None else tuple(str(player) for player in players)


async def _of_user(context: Gate, user: str, question: Recommend | AskProposals) -> list[Proposals]:
    """Answers of all contests in which the user has entries; all contests for no user."""
    directory = context.directory if context.directory.entrants else await context.hub.refreshed()
    contests = directory.contests_of(user) if user else list(directory.contests)

    def ask(contest: str) -> Awaitable[AnyAnswer]:
        if isinstance(question, AskProposals):
            return context.proposals(contest, question)
        return context.of_contest(contest, question)

    answers = await asyncio.gather(*(ask(contest) for contest in contests))
    return [answer for answer in answers if isinstance(answer, Proposals)]


@router.get("/lateswap/recommendations", summary="Proposals in a state, newest first")
async def proposals(
    context: AGate,
    viewer: Anyone,
    state: State = "",
    user: str = "",
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> Response:
    """The bearer's own; operators see everybody's, or those of ``user``."""
    whose = user if viewer.role == "operator" else acting_for(viewer, user)
    question = AskProposals(state=state, user_id=whose, limit=limit)
    answers = await _of_user(context, whose, question)
    found = [recommendation(context.directory, swap) for a in answers for swap in a.proposals]
    return json_response({"recommendations": found[:limit], "mode": context.directory.mode()})


def approval_status(directory: Directory, user: str) -> str:
    """Whether anything is accepted without the user: ``off``, ``dry run``, ``automatic``."""
    policy = directory.policies.get(user)
    if policy is None or policy.mode != "automatic":
        return "off"
    return "dry run" if policy.dry_run else "automatic"


def recommendation(directory: Directory, swap: SwapProposal) -> dict[str, Any]:
    """A proposal in the words of the interface."""
    contest = directory.contests.get(swap.contest_id)
    listing = directory.slates.get(contest.slate_id) if contest else None
    left = None
    if swap.deadline is not None and listing is not None:
        left = max(0.0, (swap.deadline - listing.clock).total_seconds())
    return {
        "recommendation_id": swap.proposal_id,
        "lineup_id": swap.entry_id,
        "contest_id": swap.contest_id,
        "user_id": swap.user_id,
        "state": swap.state,
        "swap_recommendations": [_move(swap, move) for move in swap.moves],
        "lineup_before": swap.before,
        "lineup_after": swap.after,
        "points_before": swap.points_before,
        "points_after": swap.points_after,
        "total_impact": swap.gain_points,
        "money": swap.money,
        "confidence": _confidence(directory, (e for move in swap.moves for e in move.events)),
        "time_window": {"closes": swap.deadline, "seconds_left": left},
        "auto_approval_status": swap.approval or approval_status(directory, swap.user_id),
        "decided_by": swap.decided_by,
        "reason": swap.reason,
        "as_of": swap.as_of,
    }


def _move(swap: SwapProposal, move: SwapMove) -> dict[str, Any]:
    return {
        "slot": move.slot,
        "player_out": move.player_out,
        "player_in": move.player_in,
        "reason": move.reason,
        "impact_score": move.gain_points,
        "triggering_events": move.events,
        "risk_assessment": {
            **_risk(swap),
            "closes": swap.deadline,
            "locked_slots": swap.locked_slots,
        },
    }


def _risk(swap: SwapProposal) -> dict[str, Any]:
    """What the whole swap does to the entry's chances, where they are known."""
    money = swap.money
    if money is None:
        return {"basis": "projected points; the swap is not priced"}
    return {
        "basis": f"simulation of {money.samples:,} evenings, {money.estimator} field",
        "gain_interval": (money.low, money.high),
        "cash_rate": (money.cash_before, money.cash_after),
        "win_rate": (money.win_before, money.win_after),
        "scores_more": money.points and money.points.better,
        "scores_less": money.points and money.points.worse,
    }


def _confidence(directory: Directory, events: Iterable[str]) -> float | None:
    """That of the least certain report behind a proposal; None when no report is known."""
    known = (directory.reports.get(event_id) for event_id in events)
    return min((value for value in known if value is not None), default=None)


@router.get("/contests/{contest_id}/board", summary="Entries as a person sees them")
async def board(
    contest_id: str,
    context: AGate,
    viewer: Anyone,
    user: str = "",
    limit: Annotated[int, Query(ge=1, le=5000)] = 500,
    *,
    only_proposed: bool = False,
) -> Response:
    """Lineups, locks and open proposals; those with a proposal first."""
    known = await context.known_contest(contest_id)
    whose = user if viewer.role == "operator" else acting_for(viewer, user)
    question = AskBoard(user_id=whose, limit=limit, only_proposed=only_proposed)
    return json_response(await context.of_contest(known, question))
