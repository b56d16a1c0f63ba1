"""A slate in: the site's salary file, with projections if there are any."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from config.projections import load_weights
from config.rules import RulesError, detect_rules, load_rules
from models.events import (
    SlateOpened,
    SlateOpening,
)
from models.files import (
    EASTERN,
    Projections,
    Salaries,
    read_box_scores,
    read_projections,
    read_salaries,
    slate_of,
)
from models.files import Problem as FileProblem
from models.projections.opening import Opening, opening_of
from models.rules import SiteRules
from models.slate import Slate
from serve.access import AGate, Entrant
from serve.bodies import (
    UploadedFile,
    digest,
    file_body,
    json_response,
    read_files,
)
from serve.problems import Problem
from serve.routes.ingest import append

router = APIRouter(prefix="/api/v1", tags=["uploads"])

SHOWN_PROBLEMS = 200


@router.post(
    "/slates",
    status_code=201,
    summary="Upload a salary file, projections beside it if there are any",
    openapi_extra=file_body("DKSalaries.csv; as a form also `projections` or `box_scores`"),
)
async def open_slate(
    request: Request,
    context: AGate,
    sender: Entrant,
    rules: str = "",
    mode: Literal["live", "replay"] = "live",
) -> Response:
    """Follow a slate; ``rules`` (``draftkings/nba/classic``) only where the file leaves doubt."""
    files = await read_files(request, context.settings.max_file_bytes, "DKSalaries.csv")
    opening, problems = await asyncio.to_thread(_opening, _told_apart(files), rules, mode)
    slate = opening.slate
    now = context.ports.now()
    if mode == "replay" and slate.games:
        now = min((g.start for g in slate.games if g.start is not None), default=now)
    event = SlateOpened(
        event_id=f"slate_opened:{slate.slate_id}:{digest(msgspec.json.encode(opening))}",
        source=f"upload by {sender.user}",
        timestamp=now,
        received_at=now,
        slate_id=slate.slate_id,
        sport=slate.sport,
        mode=mode,
        data=opening,
    )
    await context.hub.until(await append(context, [event]))
    return json_response(
        {
            "slate_id": slate.slate_id,
            "rules": slate.rules_key,
            "players": len(slate.players),
            "games": len(slate.games),
            "projection_basis": opening.projection_basis,
            "problems": problems[:SHOWN_PROBLEMS],
        },
        201,
    )


class SlateFiles(NamedTuple):
    """What came in the form."""

    salaries: UploadedFile
    projections: UploadedFile | None = None
    box_scores: UploadedFile | None = None


def _told_apart(files: Sequence[UploadedFile]) -> SlateFiles:
    named = {f.field: f for f in files if f.field in {"projections", "box_scores"}}
    salaries = next((f for f in files if f.field not in named), None)
    if salaries is None:
        raise Problem(422, "the form holds no salary file", field="salaries")
    return SlateFiles(salaries, **named)


def _opening(
    files: SlateFiles, rules_key: str, mode: Literal["live", "replay"]
) -> tuple[SlateOpening, list[FileProblem]]:
    """Read the files.

    Projections that are not given are made from box scores where these are, and else are the
    site's own averages.
    """
    salaries_file, projections_file = files.salaries, files.projections
    salaries = read_salaries(salaries_file.content, salaries_file.name or "DKSalaries.csv")
    rules = _rules(salaries, rules_key)
    named = slate_of(salaries, rules, mode=mode)
    slate = msgspec.structs.replace(
        named, slate_id=f"{named.slate_id}-{digest(salaries_file.content)[:6]}"
    )
    found = _projections(projections_file, slate)
    made, problems = _from_box_scores(files.box_scores, slate)
    given = {p: value.points for p, value in found.by_id.items()} if found else made.points
    basis = "box scores before the day" if made.points else "the site's average points per game"
    if projections_file is not None:
        basis = f"{projections_file.name or 'projections'}, uploaded"
    opening = SlateOpening(
        slate=slate,
        projections={p.player_id: given.get(p.player_id, p.average_points) for p in slate.players},
        projection_basis=basis,
        impact=made.impact,
        rules=rules,
    )
    return opening, [*salaries.problems, *(found.problems if found else ()), *problems]


def _from_box_scores(
    file: UploadedFile | None, slate: Slate
) -> tuple[Opening, Sequence[FileProblem]]:
    """Projections learned from past games, and what absences do to team mates."""
    nothing = Opening({}, {})
    if file is None:
        return nothing, ()
    name = file.name or "box_scores.csv"
    read = read_box_scores(file.content, name)
    starts = [game.start for game in slate.games if game.start is not None]
    day = min(starts, default=datetime.now(UTC)).astimezone(EASTERN).date()
    try:
        opening = opening_of(slate, read.games, day, load_weights(slate.sport))
    except (KeyError, ValueError) as fault:
        return nothing, [*read.problems, FileProblem(name, 0, f"{fault.args[0]}; left out")]
    return opening, read.problems


def _projections(file: UploadedFile | None, slate: Slate) -> Projections | None:
    if file is None:
        return None
    return read_projections(file.content, file.name or "projections.csv", slate.players)


def _rules(salaries: Salaries, key: str) -> SiteRules:
    if key:
        try:
            return load_rules(key)
        except (KeyError, RulesError) as error:
            raise Problem(422, str(error.args[0]), field="rules") from error
    fits = detect_rules(
        salaries.site,
        roster_slots={slot for p in salaries.players for slot in p.roster_slots},
        positions={position for p in salaries.players for position in p.positions},
        teams={p.team for p in salaries.players},
    )
    if len(fits) == 1:
        return fits[0]
    choice = ", ".join(rules.key for rules in fits) or "none fits"
    raise Problem(
        422,
        f"the game type does not follow from the file: {choice}",
        remedy="name it: POST /api/v1/slates?rules=draftkings/nba/classic",
        field="rules",
    )
