"""The league's official injury report: the filing that goes before every other source.

A team that has not submitted yet says nothing about its players: absence is not health. Times are
Eastern and in the afternoon without saying so; the file's own creation time is exact. Values stand
once and hold for the rows below, also over the end of a page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

import msgspec

from actors.feeds.adapters.nba import EASTERN
from actors.feeds.adapters.nba_injury_pdf import Page, read_pages
from actors.feeds.adapters.nba_teams import TRICODES
from actors.feeds.adapters.port import Payload
from actors.feeds.adapters.reading import Unusable
from actors.feeds.adapters.telling import (
    Reading,
    Teller,
    adapter,
    person,
    status_kind,
    status_report,
)
from models.events import AnyEvent, BreakingNews, News, StatusReport
from models.status import Listing

FEED = "nba.injury_report"
NOT_SUBMITTED = "NOT YET SUBMITTED"
_CREATED = re.compile(r"D:(\d{14})([+\-Z])(?:(\d\d)'?(\d\d))?")
_TITLE = re.compile(r"(\d\d)/(\d\d)/(\d\d) (\d\d?):(\d\d) ([AP]M)")
_FIRST_MORNING_HOUR = 11
"""Games are in the afternoon and evening; what is written as 11 o'clock is the morning."""
_REASONS: tuple[tuple[str, Listing], ...] = (
    ("SUSPENSION", "SUSPENDED"),
    ("PERSONAL", "PERSONAL"),
    ("G LEAGUE", "NOT_WITH_TEAM"),
    ("NOT WITH TEAM", "NOT_WITH_TEAM"),
)
_INJURY = "Injury/Illness - "


class Row(NamedTuple):
    """One line of the report; a team that has not submitted has no player."""

    date: str
    time: str
    matchup: str
    team: str
    player: str
    status: str
    reason: str

    @property
    def code(self) -> str:
        """The team's three letters, or its name where that is none we know."""
        return TRICODES.get(self.team, self.team)


def rows(pages: Iterable[Page]) -> Iterator[Row]:
    """The report's rows, with what stands once filled in."""
    carried = dict.fromkeys(("date", "time", "matchup", "team"), "")
    for page in pages:
        for cells in page.rows():
            carried |= {name: cells[name] for name in carried if cells.get(name)}
            reason = cells.get("reason", "")
            if cells.get("player") or cells.get("status") or NOT_SUBMITTED in reason:
                player, status = cells.get("player", ""), cells.get("status", "")
                yield Row(**carried, player=player, status=status, reason=reason)


def readings(payload: Payload) -> Iterator[Reading]:
    """One reading for each row."""
    document = read_pages(payload.body)
    filed = created(document.created) or titled(document.title)
    teller = Teller(FEED, payload.received_at, "nba")
    for count, row in enumerate(rows(document.pages), 1):
        yield Reading(f"row {count}", list(row), partial(_told, teller, filed, row))


def _told(teller: Teller, filed: datetime | None, row: Row) -> Iterable[AnyEvent]:
    game_id = _game_id(row)
    starts = _starts(row)
    game: dict[str, Any] = person(
        team=row.code,
        team_name=row.team,
        matchup=row.matchup,
        starts="" if starts is None else f"{starts:%Y-%m-%dT%H:%MZ}",
    )
    if NOT_SUBMITTED in row.reason:
        missing = News(
            headline=f"{row.team} has not submitted its injury report yet",
            extra={**game, "submitted": False},
        )
        yield teller.tell(BreakingNews, missing, game_id=game_id, when=filed, about=row.code)
        return
    if not (row.player and row.status and row.team):
        raise Unusable("", "needs a player, his team and a status")
    report = _report(row, game)
    player_id = f"nba_report:{row.code}:{natural(row.player)}"
    yield teller.tell(status_kind(report), report, player_id=player_id, game_id=game_id, when=filed)


def _report(row: Row, game: dict[str, Any]) -> StatusReport:
    extra = {"name": natural(row.player), **game, **person(reason=row.reason)}
    injury = row.reason.removeprefix(_INJURY) if row.reason.startswith(_INJURY) else ""
    report = status_report(row.status, injury=injury, extra=extra)
    finer = next((meant for word, meant in _REASONS if word in row.reason.upper()), "")
    if report.designation == "OUT" and finer:
        return msgspec.structs.replace(report, designation=finer)
    return report


def natural(name: str) -> str:
    """First name first; a suffix stays behind the family name.

    >>> natural("Duke Jr., David"), natural("Nene")
    ('David Duke Jr.', 'Nene')
    """
    last, _, first = name.partition(",")
    return f"{first.strip()} {last.strip()}".strip()


def _game_id(row: Row) -> str:
    """The NBA's game code, which its games carry beside their ids: ``20240104/MILSAS``."""
    month, _, rest = row.date.partition("/")
    day, _, year = rest.partition("/")
    teams = row.matchup.replace("@", "")
    return f"nba_code:{year}{month}{day}/{teams}" if year and teams else ""


def _starts(row: Row) -> datetime | None:
    """When the game begins: written on a clock of twelve hours, without the half of the day."""
    try:
        noon = datetime.strptime(f"{row.date} {row.time[:5]}", "%m/%d/%Y %H:%M")  # noqa: DTZ007
    except ValueError:
        return None
    late = noon.hour < _FIRST_MORNING_HOUR
    eastern = noon.replace(hour=noon.hour + 12 if late else noon.hour, tzinfo=EASTERN)
    return eastern.astimezone(UTC)


def created(stamp: str) -> datetime | None:
    """The moment that a PDF gives as its creation.

    >>> created("D:20240104123001-05'00'").isoformat()
    '2024-01-04T17:30:01+00:00'
    """
    found = _CREATED.match(stamp)
    if found is None:
        return None
    digits, sign, hours, minutes = found.groups()
    zone = "+0000" if sign == "Z" or hours is None else f"{sign}{hours}{minutes}"
    try:
        return datetime.strptime(digits + zone, "%Y%m%d%H%M%S%z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def titled(title: str) -> datetime | None:
    """The moment that stands in the report's title, which is Eastern.

    >>> titled("Injury Report: 01/04/24 12:30 PM").isoformat()
    '2024-01-04T17:30:00+00:00'
    """
    found = _TITLE.search(title)
    try:
        read = datetime.strptime(found[0], "%m/%d/%y %I:%M %p") if found else None  # noqa: DTZ007
    except ValueError:
        return None
    return read.replace(tzinfo=EASTERN).astimezone(UTC) if read else None


parse = adapter(FEED, readings)
