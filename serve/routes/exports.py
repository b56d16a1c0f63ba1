"""The site's own file, ready for upload: one contest's entries, or all of a file's at once."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from models.files import merged_edits
from models.messages import Export, ExportFile
from serve.access import AGate, Anyone, Gate, acting_for, of_kind
from serve.problems import Problem

router = APIRouter(prefix="/api/v1", tags=["late swap"])

_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}}
}
NAMED = 200
"""Refused entries that are named in a header."""


def _asked(
    viewer: Anyone,
    user: str = "",
    include: Annotated[
        Literal["", "proposed"], Query(description="open proposals too, not only accepted ones")
    ] = "",
) -> Export:
    whose = user if viewer.role == "operator" else acting_for(viewer, user)
    return Export(user_id=whose, include_proposed=include == "proposed")


Asked = Annotated[Export, Depends(_asked)]


@router.get(
    "/contests/{contest_id}/entries.csv",
    summary="The site's file, with the swaps of one contest",
    response_class=Response,
    responses=_FILE,
)
async def contest_file(contest_id: str, context: AGate, asked: Asked) -> Response:
    """The uploaded file with approved swaps (``include=proposed``: open ones too).

    Locks are checked at this moment: entries whose change the site would now refuse stay as they
    were uploaded, and are named in ``X-Refused-Entries``.
    """
    known = await context.known_contest(contest_id)
    found = await _exported(context, known, asked)
    return _download(context, context.directory.contests[known].slate_id, found)


@router.get(
    "/entries.csv",
    summary="The site's file, with the swaps of all its contests",
    response_class=Response,
    responses=_FILE,
)
async def whole_file(context: AGate, asked: Asked, slate: str = "") -> Response:
    """As for one contest: a file that holds several is to be uploaded once, not once for each.

    Of the newest slate, unless ``slate`` names another. 409 where the contests were handed in by
    different files.
    """
    directory = context.directory if context.directory.slates else await context.hub.refreshed()
    slate_id = slate or next(reversed(directory.slates), "")
    mine = directory.contests_of(asked.user_id) if asked.user_id else directory.contests
    chosen = [c for c in mine if directory.contests[c].slate_id == slate_id]
    if not chosen:
        raise Problem(
            404,
            f"no entries on slate {slate_id or 'of any name'}",
            remedy="hand in DKEntries.csv with POST /api/v1/uploads",
        )
    answers = await asyncio.gather(
        *(_exported(context, contest, asked) for contest in chosen), return_exceptions=True
    )
    files = [answer for answer in answers if isinstance(answer, ExportFile)]
    if not files:
        raise next(answer for answer in answers if isinstance(answer, BaseException))
    if len({file.source for file in files}) > 1:
        raise Problem(
            409,
            f"the entries of {len(files)} contests came in different files",
            remedy="get each by GET /api/v1/contests/{id}/entries.csv",
            contests=chosen,
        )
    return _download(context, slate_id, _merged(files))


def _merged(files: list[ExportFile]) -> ExportFile:
    return ExportFile(
        file_name=files[0].file_name,
        file=merged_edits(files[0].source, (file.file for file in files)),
        changed=sum(file.changed for file in files),
        refused=tuple(entry for file in files for entry in file.refused),
    )


async def _exported(context: Gate, contest_id: str, asked: Export) -> ExportFile:
    answer = await context.of_contest(contest_id, asked)
    return of_kind(ExportFile, answer, "the contest")


def _download(context: Gate, slate_id: str, answer: ExportFile) -> Response:
    name = _plain(f"DKEntries-{slate_id}-{context.ports.now():%H%M%S}.csv")
    return Response(
        answer.file,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Changed-Entries": str(answer.changed),
            "X-Refused-Entries": ",".join(answer.refused[:NAMED]),
            "Cache-Control": "no-store",
        },
        media_type="text/csv",
    )


def _plain(name: str) -> str:
    """A file name that no header and no file system misreads."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "-._") else "_" for c in name)
