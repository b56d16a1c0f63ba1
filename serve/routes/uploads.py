"""Any of the site's files, dropped as it is: what it holds is found out, opened and entered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from models.contest import Contest
from models.files import (
    EntriesFile,
    EntryRow,
    Salaries,
    UnreadableFileError,
    is_standings,
    read_entries,
    read_salaries,
)
from models.files import Problem as FileProblem
from models.swap.standing import contest_named
from serve.access import AGate, Entrant, Gate, acting_for, one_of
from serve.bodies import UploadedFile, file_body, json_response, read_files
from serve.directory import Directory, SlateListing
from serve.problems import SHOWN_PROBLEMS, Problem
from serve.routes.contests import append_contest, append_entries
from serve.routes.slates import SITE_AVERAGE, append_slate, slate_from, slate_opening
from serve.routes.standings import take_standings
from serve.tokens import Identity

router = APIRouter(prefix="/api/v1", tags=["uploads"])

OVER = timedelta(hours=12)
"""A night whose last game began longer ago is a replay."""


class Upload(NamedTuple):
    """One file of somebody, as it arrived."""

    sender: Identity
    owner: str
    file: UploadedFile
    rules: str


@router.post(
    "/uploads",
    status_code=201,
    summary="Hand in a salary, entries or standings file; which it is, and of what, is found out",
    openapi_extra=file_body(
        "DKSalaries.csv, DKEntries.csv or contest-standings.csv, or FanDuel's, as the site gives it"
    ),
)
async def upload(
    request: Request, context: AGate, sender: Entrant, user: str = "", rules: str = ""
) -> Response:
    """Opens the slate and the contests that the file names and nobody opened yet.

    An entries file brings its own player pool; a night that is over is opened as a replay.
    Standings are of the contest that their name tells, and handed in by operators and sources.
    """
    file = (await read_files(request, context.settings.max_file_bytes, "upload.csv"))[0]
    given = Upload(sender, acting_for(sender, user), file, rules)
    if await asyncio.to_thread(is_standings, file.content):
        return json_response(await _seen(context, given), 201)
    read = await asyncio.to_thread(_read, file)
    if isinstance(read, EntriesFile):
        return json_response(await _enter(context, given, read), 201)
    listing = await _opened(context, given, read)
    return json_response(_report("salaries", listing, read.problems), 201)


def _read(file: UploadedFile) -> EntriesFile | Salaries:
    """An entries file, else a salary file; 422 for what is neither."""
    name = file.name or "upload.csv"
    try:
        return read_entries(file.content, name)
    except UnreadableFileError as no_entries:
        try:
            return read_salaries(file.content, name)
        except UnreadableFileError as no_pool:
            raise Problem(
                422,
                f"{name} is no entries file ({no_entries.problem.message}), and no salary file",
                title="File refused",
                remedy="download DKSalaries.csv or DKEntries.csv and upload it unchanged",
                problems=[no_entries.problem, no_pool.problem],
            ) from no_pool


async def _seen(context: Gate, given: Upload) -> dict[str, Any]:
    """A contest's standings, which count for all who play it."""
    await one_of("operator", "source")(given.sender)
    contest_id = contest_named(given.file.name)
    contest = (await context.hub.refreshed()).contests.get(contest_id)
    if contest is None:
        raise Problem(
            422,
            f"{given.file.name} is no contest-standings-NUMBER file of a contest that is followed",
            title="File refused",
            remedy="upload DKEntries.csv of that contest first, and keep the name the site gave",
        )
    taken = await take_standings(context, given.sender, contest_id, given.file)
    listing = context.directory.slates[contest.slate_id]
    return _report("standings", listing, taken.problems) | {
        "contests": [_entered(contest, taken.entries)]
    }


async def _enter(context: Gate, given: Upload, read: EntriesFile) -> dict[str, Any]:
    rows = [row for row in read.entries if row.kind != "malformed"]
    if not rows:
        raise Problem(
            422,
            f"{read.file} holds no entry that can be read",
            title="File refused",
            remedy="reserve or enter lineups first, then download the file again",
            problems=read.problems[:SHOWN_PROBLEMS],
        )
    directory = await context.hub.refreshed()
    listing = _slate_of(directory, rows) or await _opened(context, given, read.pool)
    entered, problems = [], list(read.problems)
    for contest in _contests(rows, listing, directory):
        if contest.contest_id not in directory.contests:
            await append_contest(context, given.sender, contest, listing)
        taken, odd = await append_entries(context, given.sender, given.owner, read, contest)
        problems += odd
        entered.append(_entered(contest, len(taken.entries)))
    return _report("entries", listing, problems) | {
        "contests": entered,
        "locked_cells": sum(sum(row.locked) for row in rows),
    }


def _entered(contest: Contest, entries: int) -> dict[str, Any]:
    return {"contest_id": contest.contest_id, "name": contest.name, "entries": entries}


def _slate_of(directory: Directory, rows: Sequence[EntryRow]) -> SlateListing | None:
    """The slate that the entries are on already: their contest's, else the one of their players."""
    for row in rows:
        contest = directory.contests.get(row.contest_id)
        if contest is not None:
            return directory.slates.get(contest.slate_id)
    held = {player for row in rows for player in row.lineup if player}
    for listing in reversed(directory.slates.values()):
        if held and held <= listing.players.keys():
            return listing
    return None


async def _opened(context: Gate, given: Upload, pool: Salaries | None) -> SlateListing:
    """The slate of a pool, opened now."""
    if pool is None or not pool.players:
        raise Problem(
            422,
            f"{given.file.name} brings no player pool, and no open slate has its players",
            title="File refused",
            remedy="upload the slate's salary file first",
        )
    mode = _mode(pool, context.ports.now())
    slate = slate_from(pool, given.file.content, given.rules, mode)
    await append_slate(context, given.sender, slate_opening(slate, {}, SITE_AVERAGE))
    return context.directory.slates[slate.slate_id]


def _mode(pool: Salaries, now: datetime) -> Literal["live", "replay"]:
    last = max((game.start for game in pool.games if game.start is not None), default=now)
    return "replay" if last + OVER < now else "live"


def _contests(
    rows: Iterable[EntryRow], listing: SlateListing, directory: Directory
) -> list[Contest]:
    """The contests that the rows are entered in; those that are open keep their terms."""
    found: dict[str, Contest] = {}
    for row in rows:
        new = Contest(
            contest_id=row.contest_id,
            slate_id=listing.slate.slate_id,
            name=row.contest_name,
            entry_fee=row.fee,
        )
        found.setdefault(row.contest_id, directory.contests.get(row.contest_id, new))
    return list(found.values())


def _report(kind: str, listing: SlateListing, problems: Sequence[FileProblem]) -> dict[str, Any]:
    slate = listing.slate
    return {
        "kind": kind,
        "slate_id": slate.slate_id,
        "rules": slate.rules_key,
        "mode": slate.mode,
        "players": len(slate.players),
        "games": len(slate.games),
        "projection_basis": listing.projection_basis,
        "contests": [],
        "locked_cells": 0,
        "problems": problems[:SHOWN_PROBLEMS],
    }
