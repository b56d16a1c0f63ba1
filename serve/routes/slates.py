"""A slate in: the site's salary file, with projections if there are any."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from config.effects import effects_of, grounds_of
from config.projections import load_blend, load_weights, weights_or_none
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
from models.folds.contest import ProjectedBy
from models.projections.blend import blended
from models.projections.impact import Impact
from models.projections.learned import learned_before
from models.projections.opening import Opening, opening_of
from models.projections.season import Season
from models.rules import SiteRules
from models.slate import Slate
from serve.access import AGate, Entrant, Gate
from serve.bodies import (
    UploadedFile,
    digest,
    file_body,
    json_response,
    read_files,
)
from serve.problems import SHOWN_PROBLEMS, Problem
from serve.routes.ingest import append
from serve.tokens import Identity

router = APIRouter(prefix="/api/v1", tags=["uploads"])

BEFORE_FIRST = timedelta(hours=1)
SITE_AVERAGE = "the site's average points per game"


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
    blend: bool = False,
) -> Response:
    """Follow a slate; ``rules`` (``draftkings/nba/classic``) only where the file leaves doubt.

    ``blend``: projections count beside those made from box scores, and do not replace them.
    """
    files = await read_files(request, context.settings.max_file_bytes, "DKSalaries.csv")
    opening, problems = await asyncio.to_thread(
        _opening, _told_apart(files), rules, mode, blend=blend
    )
    await append_slate(context, sender, opening)
    slate = opening.slate
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


async def append_slate(context: Gate, sender: Identity, opening: SlateOpening) -> None:
    """Open a slate, at the present or, where it is replayed, an hour before its first game."""
    slate = opening.slate
    now = context.ports.now()
    if slate.mode == "replay":
        starts = [game.start for game in slate.games if game.start is not None]
        now = min(starts) - BEFORE_FIRST if starts else now
    event = SlateOpened(
        event_id=f"slate_opened:{slate.slate_id}:{digest(msgspec.json.encode(opening))}",
        source=f"upload by {sender.user}",
        timestamp=now,
        received_at=now,
        slate_id=slate.slate_id,
        sport=slate.sport,
        mode=slate.mode,
        data=opening,
    )
    await context.hub.until(await append(context, [event]))


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
    files: SlateFiles, rules_key: str, mode: Literal["live", "replay"], *, blend: bool
) -> tuple[SlateOpening, list[FileProblem]]:
    """Read the files.

    Projections that are not given are made from box scores where these are, and else are the
    site's own averages.
    """
    salaries_file, projections_file = files.salaries, files.projections
    salaries = read_salaries(salaries_file.content, salaries_file.name or "DKSalaries.csv")
    slate = slate_from(salaries, salaries_file.content, rules_key, mode)
    found = _projections(projections_file, slate)
    made, problems = _from_box_scores(files.box_scores, slate)
    given = {p: value.points for p, value in found.by_id.items()} if found else made.points
    basis = "box scores before the day" if made.points else SITE_AVERAGE
    by: ProjectedBy = "box_scores" if made.points else "salary"
    if projections_file is not None:
        basis, by = f"{projections_file.name or 'projections'}, uploaded", "file"
    if blend:
        if found is None or not made.expected:
            raise Problem(
                422,
                "blend: needs projections and box scores that can be read",
                remedy="send both as a form beside the salary file",
                field="blend",
            )
        weights = load_blend(slate.sport)
        both = blended(slate.players, found.by_id, made.expected, weights)
        given = {p: one.points for p, one in both.items()}
        basis += f", blended with box scores (it counts {weights.share:.0%})"
    opening = slate_opening(slate, given, basis, made.impact, projected_by=by)
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
        weights = learned_before(Season.of(read.games), day, load_weights(slate.sport))
        opening = opening_of(slate, read.games, day, weights)
    except (KeyError, ValueError) as fault:
        return nothing, [*read.problems, FileProblem(name, 0, f"{fault.args[0]}; left out")]
    return opening, read.problems


def slate_from(
    salaries: Salaries, content: bytes, rules_key: str, mode: Literal["live", "replay"]
) -> Slate:
    """The slate of a pool, named by its game type, its day and the file it stood in."""
    named = slate_of(salaries, _rules(salaries, rules_key), mode=mode)
    return msgspec.structs.replace(named, slate_id=f"{named.slate_id}-{digest(content)[:6]}")


def slate_opening(
    slate: Slate,
    projections: Mapping[str, float],
    basis: str,
    impact: Impact | None = None,
    *,
    projected_by: ProjectedBy = "salary",
) -> SlateOpening:
    """What opens a slate; projections that are not given are the site's own averages."""
    weights = weights_or_none(slate.sport)
    return SlateOpening(
        slate=slate,
        projections={
            p.player_id: projections.get(p.player_id, p.average_points) for p in slate.players
        },
        projection_basis=basis,
        projected_by=projected_by,
        impact=impact or {},
        rules=load_rules(slate.rules_key),
        effects=effects_of(slate.sport),
        grounds=grounds_of(slate),
        newcomers=None if weights is None else weights.newcomers,
    )


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
