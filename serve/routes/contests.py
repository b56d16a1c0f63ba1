"""Contests and their entries in; what the site's files say becomes events."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from config.rules import load_rules
from models.contest import Contest, Prize
from models.events import (
    ContestOpened,
    EntriesUploaded,
    EntryLineup,
    EntryUpload,
)
from models.files import (
    EntriesFile,
    EntryRow,
    NameIndex,
    read_entries,
    read_payouts,
)
from models.files import Problem as FileProblem
from serve.access import AGate, Entrant, Gate, acting_for
from serve.bodies import (
    body_of,
    digest,
    file_body,
    json_response,
    read_files,
    read_struct,
)
from serve.directory import SlateListing
from serve.problems import SHOWN_PROBLEMS, Problem
from serve.routes.ingest import append
from serve.routes.policies import policy_on
from serve.tokens import Identity

router = APIRouter(prefix="/api/v1", tags=["uploads"])


class NewContest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A contest to follow."""

    slate_id: str
    contest_id: str | int = ""
    """The site's own id; one is made where it is missing."""
    name: str = ""
    entry_fee: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    field_size: Annotated[int, msgspec.Meta(ge=0)] = 0
    prizes: tuple[Prize, ...] = ()
    """``[first, last, dollars]`` each."""
    payouts_csv: str = ""
    """A prize table as text, instead of ``prizes``."""
    late_swap: bool | None = None


@router.post(
    "/contests", status_code=201, summary="Open a contest", openapi_extra=body_of(NewContest)
)
async def open_contest(request: Request, context: AGate, sender: Entrant) -> Response:
    """Follow a contest on a slate that is open."""
    asked = await read_struct(request, NewContest)
    listing = await _known_listing(context, asked.slate_id)
    contest_id = str(asked.contest_id) or context.ports.new_id()[:12]
    contest, problems = _contest(asked, contest_id)
    known = context.directory.contests.get(contest_id)
    if known is not None and known != contest:
        raise Problem(
            409,
            f"contest {contest_id} is open already, with other terms",
            remedy="GET /api/v1/contests shows them",
        )
    await append_contest(context, sender, contest, listing)
    return json_response(
        {"contest_id": contest_id, "slate_id": contest.slate_id, "problems": problems}, 201
    )


async def append_contest(
    context: Gate, sender: Identity, contest: Contest, listing: SlateListing
) -> None:
    """Open a contest on its slate."""
    event = ContestOpened(
        event_id=f"contest_opened:{contest.contest_id}",
        contest_id=contest.contest_id,
        data=contest,
        **listing.envelope(f"upload by {sender.user}"),
    )
    await context.hub.until(await append(context, [event]))


def _contest(asked: NewContest, contest_id: str) -> tuple[Contest, Sequence[FileProblem]]:
    prizes, fee, size = asked.prizes, asked.entry_fee, asked.field_size
    problems: Sequence[FileProblem] = ()
    if asked.payouts_csv:
        table = read_payouts(asked.payouts_csv.encode(), "payouts_csv")
        prizes, problems = table.prizes, table.problems
        fee, size = fee or table.entry_fee, size or table.field_size
    contest = Contest(
        contest_id=contest_id,
        slate_id=asked.slate_id,
        name=asked.name,
        entry_fee=fee,
        field_size=size,
        prizes=prizes,
        late_swap=asked.late_swap,
    )
    return contest, problems


async def _known_listing(context: Gate, slate_id: str) -> SlateListing:
    listing = context.directory.slates.get(slate_id)
    listing = listing or (await context.hub.refreshed()).slates.get(slate_id)
    if listing is None:
        raise Problem(
            404,
            f"slate {slate_id} has not been opened",
            remedy="upload its salary file to /api/v1/slates first",
            field="slate_id",
        )
    return listing


@router.post(
    "/contests/{contest_id}/entries",
    status_code=201,
    summary="Upload the entries of a contest",
    openapi_extra=file_body("DKEntries.csv, exactly as the site gives it"),
)
async def upload_entries(
    contest_id: str, request: Request, context: AGate, sender: Entrant, user: str = ""
) -> Response:
    """Follow the user's entries of this contest; an entry that is known is replaced."""
    await context.known_contest(contest_id)
    contest = context.directory.contests[contest_id]
    file = (await read_files(request, context.settings.max_file_bytes, "DKEntries.csv"))[0]
    owner = acting_for(sender, user)
    read = await asyncio.to_thread(read_entries, file.content, file.name or "DKEntries.csv")
    upload, problems = await append_entries(context, sender, owner, read, contest)
    return json_response(_receipt(contest_id, read, upload, [*read.problems, *problems]), 201)


async def append_entries(
    context: Gate, sender: Identity, owner: str, read: EntriesFile, contest: Contest
) -> tuple[EntryUpload, list[FileProblem]]:
    """Enter the file's rows of one contest as the owner's; answers them and what is odd in them."""
    listing = context.directory.slates[contest.slate_id]
    upload, problems = await asyncio.to_thread(_upload, read, listing, contest.contest_id, owner)
    event = EntriesUploaded(
        event_id=f"entries_uploaded:{contest.contest_id}:{owner}:{digest(read.source)}",
        contest_id=contest.contest_id,
        user_id=owner,
        data=upload,
        **listing.envelope(f"upload by {sender.user}"),
    )
    known = policy_on(context, owner, contest.slate_id)
    await context.hub.until(await append(context, [*known, event]))
    return upload, problems


def _receipt(
    contest_id: str, read: EntriesFile, upload: EntryUpload, problems: Sequence[FileProblem]
) -> dict[str, Any]:
    others = Counter(row.contest_id for row in read.entries if row.contest_id != contest_id)
    return {
        "contest_id": contest_id,
        "entries": len(upload.entries),
        "other_contests": dict(others),
        "problems": problems[:SHOWN_PROBLEMS],
    }


def _upload(
    read: EntriesFile, listing: SlateListing, contest_id: str, owner: str
) -> tuple[EntryUpload, list[FileProblem]]:
    """The contest's rows as lineups of player ids; what cannot be used is reported."""
    rules = load_rules(listing.slate.rules_key)
    names = NameIndex(listing.slate.players)
    problems: list[FileProblem] = []
    lineups = []
    for row in read.entries:
        if row.contest_id != contest_id or row.kind == "malformed":
            continue
        if row.slots != rules.slot_names:
            slots = "/".join(rules.slot_names)
            problems.append(FileProblem(read.file, row.row, f"its slots are not {slots}"))
            continue
        lineup = _lineup(row, listing, names, read.file, problems)
        lineups.append(EntryLineup(entry_id=row.entry_id, user_id=owner, lineup=lineup))
    if not lineups:
        raise Problem(
            422,
            f"no entry of contest {contest_id} in {read.file}",
            remedy="upload the file of this contest; its Contest ID column must name it",
            problems=problems[:SHOWN_PROBLEMS],
        )
    upload = EntryUpload(entries=tuple(lineups), file_name=read.file, file=read.source)
    return upload, problems


def _lineup(
    row: EntryRow,
    listing: SlateListing,
    names: NameIndex,
    file: str,
    problems: list[FileProblem],
) -> tuple[str, ...]:
    """Player ids slot by slot; a name without id counts where one player of the slate has it."""
    lineup = []
    for cell in row.cells:
        found = cell.player_id
        if not found and cell.name:
            fits = [p for p in names.find(cell.name, "") if cell.slot in p.roster_slots]
            found = fits[0].player_id if len(fits) == 1 else ""
        if cell.text.strip() and found not in listing.players:
            message = f"{cell.slot}: {cell.text.strip()!r} is nobody of this slate; left open"
            problems.append(FileProblem(file, row.row, message))
            found = ""
        lineup.append(found)
    return tuple(lineup)
