"""A contest's standings in: who holds whom, what was scored, and so what swaps are worth."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from config.rules import load_rules
from models.contest import Contest
from models.events import AnyEvent
from models.files import HIDDEN, NameMatches, read_standings
from models.files import Problem as FileProblem
from models.messages import AskBoard, Board
from models.shown import StrangersError, told_by
from models.swap.standing import contest_named
from serve.access import AGate, Feeder, Gate
from serve.bodies import UploadedFile, digest, file_body, json_response, read_files
from serve.directory import SlateListing
from serve.problems import SHOWN_PROBLEMS, Problem
from serve.routes.ingest import append
from serve.tokens import Identity

router = APIRouter(prefix="/api/v1", tags=["uploads"])

_COMPARED = 1_000
"""Followed entries of which at least one must be in the file."""


class StandingsReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What was taken from a standings file."""

    contest_id: str
    slate_id: str
    entries: int
    hidden: int
    """Entries of which somebody is not shown yet."""
    players: int
    """Players of the slate whose ownership is known by it."""
    final: bool
    problems: tuple[FileProblem, ...]


@router.post(
    "/contests/{contest_id}/standings",
    status_code=201,
    summary="Upload the standings of a contest",
    openapi_extra=file_body("contest-standings.csv or .zip, exactly as the site gives it"),
)
async def upload_standings(
    contest_id: str, request: Request, context: AGate, sender: Feeder
) -> Response:
    """Everybody's lineups as far as the site shows them, their ownership, and points so far.

    From then on swaps are priced in that very field, and results are told in dollars. They count
    for everybody who plays the contest, so only operators and sources hand them in.
    """
    known = await context.known_contest(contest_id)
    file = (await read_files(request, context.settings.max_file_bytes, "contest-standings.csv"))[0]
    named = contest_named(file.name)
    if named not in {"", known}:
        raise Problem(
            422,
            f"{file.name} is of contest {named}, not of {known}",
            remedy=f"upload it to /api/v1/contests/{named}/standings",
        )
    return json_response(await take_standings(context, sender, known, file), 201)


async def take_standings(
    context: Gate, sender: Identity, contest_id: str, file: UploadedFile
) -> StandingsReceipt:
    """Read the standings, and append what they tell; 422 where they are not of this contest."""
    contest = context.directory.contests[contest_id]
    listing = context.directory.slates[contest.slate_id]
    now = context.ports.now() if listing.slate.mode == "live" else None
    envelope = {
        "event_id": f"standings:{contest_id}:{digest(file.content)}",
        "contest_id": contest_id,
        **listing.envelope(f"upload by {sender.user}", now),
    }
    board = await context.of_contest(contest_id, AskBoard(limit=_COMPARED))
    followed = {entry.entry_id for entry in board.entries} if isinstance(board, Board) else set()
    events, receipt = await asyncio.to_thread(_read, file, contest, followed, listing, envelope)
    await context.hub.until(await append(context, events))
    return receipt


def _read(
    file: UploadedFile,
    contest: Contest,
    followed: Collection[str],
    listing: SlateListing,
    envelope: Mapping[str, Any],
) -> tuple[list[AnyEvent], StandingsReceipt]:
    rules = load_rules(listing.slate.rules_key)
    read = read_standings(file.content, file.name, rules.slot_names)
    if 0 < contest.field_size < len(read.by_id):
        raise _of_another(
            f"{file.name} lists {len(read.by_id):,} entries, contest {contest.contest_id} "
            f"has {contest.field_size:,}"
        )
    if followed and read.by_id.keys().isdisjoint(followed):
        raise _of_another(f"{file.name} has none of the entries followed in {contest.contest_id}")
    try:
        told = told_by(read, listing.slate, rules, envelope, postponed=listing.postponed_games)
    except StrangersError as error:
        raise _of_another(f"{file.name}: {error}") from error
    receipt = StandingsReceipt(
        contest_id=contest.contest_id,
        slate_id=contest.slate_id,
        entries=len(read.by_id),
        hidden=sum(HIDDEN in entry.lineup for entry in read.by_id.values()),
        players=told.players,
        final=read.final,
        problems=(*read.problems, *_strangers(read.file, told.names))[:SHOWN_PROBLEMS],
    )
    return told.events, receipt


def _strangers(file: str, names: NameMatches) -> list[FileProblem]:
    """Names that are nobody, or several, on the slate: their slots count as empty."""
    told = {"nobody": names.unmatched, "several players": names.ambiguous}
    return [
        FileProblem(file, 0, f"{', '.join(those)}: {what} on the slate; left empty")
        for what, those in told.items()
        if those
    ]


def _of_another(message: str) -> Problem:
    return Problem(
        422,
        message,
        title="File refused",
        remedy="download the standings of this very contest and upload them unchanged",
    )
