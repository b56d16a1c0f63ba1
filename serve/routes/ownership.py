"""Ownership of a contest, and every answer that is kept until an event outdates it."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from actors.log.offsets import BEGINNING
from models import codec
from models.messages import (
    AskOwnership,
    AskOwnershipHistory,
    AskOwnershipTrends,
    OwnershipLevels,
    OwnershipReadings,
    OwnershipTrends,
    Players,
    Question,
)
from models.outdated import Kind, Topic
from serve.access import AGate, Anyone, Gate
from serve.answer_cache import Kept
from serve.bodies import json_response
from serve.problems import Problem

router = APIRouter(prefix="/api/v1", tags=["queries"])


@router.get("/realtime/ownership/{contest}", summary="Ownership of a contest, as known now")
async def ownership(request: Request, contest: str, context: AGate, _: Anyone) -> Response:
    """Shares 0 to 1 by player id, and whether they are observed or projected."""
    topic = await _topic(context, "ownership", contest)
    return await kept_answer(request, context, topic, AskOwnership())


@router.get("/realtime/ownership/{contest}/history", summary="Readings of a contest's ownership")
async def ownership_history(
    request: Request, contest: str, context: AGate, _: Anyone, player: str = ""
) -> Response:
    """Oldest first, each with its time and basis; of one player where he is named."""
    topic = await _topic(context, "readings", contest)
    question = AskOwnershipHistory(player_id=player)
    if player:
        return json_response(await context.of_contest(contest, question))
    return await kept_answer(request, context, topic, question)


@router.get("/realtime/ownership/{contest}/trends", summary="Where ownership goes, and leverage")
async def ownership_trends(request: Request, contest: str, context: AGate, _: Anyone) -> Response:
    """Velocity per hour, direction, predicted final share with its interval, leverage."""
    topic = await _topic(context, "trends", contest)
    return await kept_answer(request, context, topic, AskOwnershipTrends())


async def _topic(context: Gate, kind: Kind, contest: str) -> Topic:
    """What an answer about a contest is about; a Problem where nobody knows it."""
    known = await context.known_contest(contest)
    return Topic(kind, context.directory.contests[known].slate_id, known)


async def kept_answer(
    request: Request, context: Gate, topic: Topic, question: Question
) -> Response:
    """The answer of the slate's or the contest's actor, kept until an event outdates it."""

    async def make(at_least: str) -> Kept:
        asked = msgspec.structs.replace(question, at_least=at_least)
        if topic.contest_id:
            answer = await context.of_contest(topic.contest_id, asked)
        else:
            answer = await context.of_slate(topic.slate_id, asked)
        if isinstance(answer, Players):
            shown = {"players": answer.players, "offset": answer.offset}
            return Kept.now(answer.offset or BEGINNING, codec.to_json(shown))
        if isinstance(answer, OwnershipLevels | OwnershipReadings | OwnershipTrends):
            return Kept.now(answer.offset or BEGINNING, codec.to_json(answer))
        raise Problem(502, f"asked for {topic.kind}, an actor answered {type(answer).__name__}")

    kept = await context.hub.answers.answer(topic, make)
    return context.repeats.answered(request.scope, topic, kept)
