"""nflverse's injuries: reports of past weeks, by night; for history and backtests, not live.

A row without report status lists nobody as hurt: the player was on the practice report only. The
practice status may be blanks with a line feed between.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from io import StringIO
from typing import Any

from actors.feeds.adapters.messages import once
from actors.feeds.adapters.port import Payload
from actors.feeds.adapters.reading import Unusable, moment, need_ident, read_text, text
from actors.feeds.adapters.telling import (
    Reading,
    Teller,
    adapter,
    person,
    status_kind,
    status_report,
)
from models.events import AnyEvent, PlayerActive, StatusReport

FEED = "nflverse.injuries"
_NEEDED = ("gsis_id", "report_status")


def readings(payload: Payload) -> Iterator[Reading]:
    """One reading for each row."""
    table = csv.DictReader(StringIO(read_text(payload.body), newline=""), strict=True)
    try:
        missing = [name for name in _NEEDED if name not in (table.fieldnames or ())]
        if missing:
            raise Unusable("line 1", f"needs the columns {', '.join(missing)}")
        teller = Teller(FEED, payload.received_at, "nfl")
        for row in table:
            yield Reading(f"line {table.line_num}", row, partial(_row, teller, row))
    except csv.Error as error:
        raise Unusable(f"line {table.line_num}", f"is no CSV: {error}") from error


def _row(teller: Teller, row: Any) -> Iterable[AnyEvent]:
    if None in row:
        raise Unusable("", "has more cells than columns")
    if None in row.values():
        raise Unusable("", "has fewer cells than columns: it is cut off")
    player_id = f"gsis:{need_ident(row, 'gsis_id')}"
    extra = person(
        name=_said(row, "full_name"),
        team=_said(row, "team"),
        position=_said(row, "position"),
        season=_said(row, "season"),
        game_type=_said(row, "game_type") or _said(row, "season_type"),
        week=_said(row, "week"),
        practice=_said(row, "practice_status"),
        practice_injury=_both(row, "practice"),
    )
    word = _said(row, "report_status")
    tell = partial(teller.tell, player_id=player_id, when=_modified(row))
    if not word:
        yield tell(PlayerActive, StatusReport(designation="AVAILABLE", extra=extra))
        return
    report = status_report(word, injury=_both(row, "report"), extra=extra)
    yield tell(status_kind(report), report)


def _modified(row: Any) -> datetime | None:
    """When the row was changed: UTC, in some seasons' files without saying so.

    Raises Unusable for a date that cannot be read: a row of the past is not one of today.
    """
    written = _said(row, "date_modified").removesuffix(" UTC")
    read = moment(written) or moment(f"{written}Z")
    if written and read is None:
        raise Unusable("date_modified", f"{written[:40]!r} is no date")
    return read


def _both(row: Any, kind: str) -> str:
    injuries = (_said(row, f"{kind}_primary_injury"), _said(row, f"{kind}_secondary_injury"))
    return ", ".join(filter(None, injuries))


def _said(row: Any, name: str) -> str:
    """A cell; R writes NA where it has nothing."""
    cell = text(row, name)
    return "" if cell == "NA" else cell


parse = once(adapter(FEED, readings))
