"""The league's official injury report: the filing that goes before every other source.

A team that has not submitted yet says nothing about its players: absence is not health. Times are
Eastern and in the afternoon without saying so; the file's own creation time is exact. Values stand
once and hold for the rows below, also over the end of a page. Until 2021 a reason is parted in
category and reason, and the status before the current one stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

import msgspec

from actors.feeds.adapters.nba import EASTERN
from actors.feeds.adapters.nba_injury_pdf import Document, Page, read_pages
from actors.feeds.adapters.nba_teams import TRICODES, code, league, team_of
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
NOT_SUBMITTED = "NOTYETSUBMITTED"
"""NOT YET SUBMITTED, without its spaces."""
_CREATED = re.compile(r"D:(\d{14})([+\-Z])(?:(\d\d)'?(\d\d))?")
_TITLE = re.compile(r"(\d\d?)/(\d\d?)/(\d\d)\s*(\d\d?):(\d\d)\s*([AP]M)")
_NAME = re.compile(r"Injury-Report_(\d{4}-\d\d-\d\d)_(\d\d)(?:_(\d\d))?([AP]M)\.pdf")
_HALF_PAST = "30"
"""The minute of reports whose names say the hour only."""
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)")
_FIRST_MORNING_HOUR = 11
"""Games are in the afternoon and evening; what is written as 11 o'clock is the morning."""
_REASONS: tuple[tuple[str, Listing], ...] = (
    ("SUSPENSION", "SUSPENDED"),
    ("PERSONAL", "PERSONAL"),
    ("GLEAGUE", "NOT_WITH_TEAM"),
    ("NOTWITHTEAM", "NOT_WITH_TEAM"),
    ("HEALTHANDSAFETY", "RESERVE"),
)
"""What somebody is out for, without the spaces that not all files have."""
_INJURY = re.compile(r"Injury/Illness\s*-\s*", re.IGNORECASE)
_CODES = frozenset(TRICODES.values())
_NOTHING = {"", "-", "--"}
_CELLS = ("player", "status", "category", "reason", "previous")


class Row(NamedTuple):
    """One line of the report; a team that has not submitted has no player."""

    date: str
    time: str
    matchup: str
    team: str
    player: str = ""
    status: str = ""
    category: str = ""
    reason: str = ""
    previous: str = ""

    @property
    def named_team(self) -> str:
        """The team's full name, where a part of it suffices to know it."""
        return team_of(self.team, self.matchup.replace("@", ""))

    @property
    def code(self) -> str:
        """The team's three letters, or its name where that is none we know."""
        return code(self.named_team)

    @property
    def why(self) -> str:
        """Category and reason in one: ``Injury/Illness - Left Knee; Sprain``."""
        return " - ".join(part for part in (self.category, self.reason) if part not in _NOTHING)

    @property
    def is_possible(self) -> bool:
        """Whether the team is one of the two in its game, as far as both are the league's."""
        playing = self.matchup.split("@")
        return self.code in playing or not {self.code, *playing} <= _CODES

    @property
    def is_missing(self) -> bool:
        """Whether it stands for a team that has not submitted."""
        return any(NOT_SUBMITTED in _solid(getattr(self, name)) for name in _CELLS)


def rows(pages: Iterable[Page]) -> Iterator[Row]:
    """The report's rows, with what stands once filled in."""
    carried = dict.fromkeys(("date", "time", "matchup", "team"), "")
    last: Row | None = None
    for page in pages:
        for cells in page.rows():
            carried |= {name: cells[name] for name in carried if cells.get(name)}
            found = {name: cells[name] for name in _CELLS if cells.get(name)}
            if last is not None and _continues(cells):
                joined = {name: f"{getattr(last, name)} {found[name]}".strip() for name in found}
                last = last._replace(**joined)
                continue
            if last is not None:
                yield last
            last = Row(**carried, **found)
    if last is not None:
        yield last


def _continues(cells: Mapping[str, str]) -> bool:
    """Whether cells are no row, but the end of one on the page before."""
    said = _solid("".join(cells.values()))
    return cells.keys() <= {"category", "reason"} and NOT_SUBMITTED not in said


def _solid(words: str) -> str:
    return words.replace(" ", "").upper()


def readings(payload: Payload) -> Iterator[Reading]:
    """One reading for each row."""
    document = read_pages(payload.body)
    filed = created(document.created) or titled(document.title) or dated_by_name(payload.url)
    teller = Teller(FEED, payload.received_at, "nba")
    for count, row in enumerate(rows(document.pages), 1):
        yield Reading(f"row {count}", list(row), partial(_told, teller, filed, row))
    if document.unread:
        yield Reading("pages", document.title, partial(_unread, document))


def _unread(document: Document) -> Iterable[AnyEvent]:
    raise Unusable("", f"{document.unread} pages more than a report may have were not read")


def _told(teller: Teller, filed: datetime | None, row: Row) -> Iterable[AnyEvent]:
    game_id = _game_id(row)
    starts = _starts(row)
    teller = teller._replace(sport=league(row.named_team))
    game: dict[str, Any] = person(
        team=row.code,
        team_name=row.named_team,
        matchup=row.matchup,
        starts="" if starts is None else f"{starts:%Y-%m-%dT%H:%MZ}",
    )
    if not row.is_possible:
        raise Unusable("", f"{row.named_team} does not play in {row.matchup}")
    if row.is_missing:
        missing = News(
            headline=f"{row.named_team} has not submitted its injury report yet",
            extra={**game, "submitted": False},
        )
        yield teller.tell(BreakingNews, missing, game_id=game_id, when=filed, about=row.code)
        return
    if not (row.player or row.status):
        raise Unusable("", f"{row.named_team} lists nobody")
    if not (row.player and row.status and row.team):
        raise Unusable("", "needs a player, his team and a status")
    report = _report(row, game)
    player_id = f"{teller.sport}_report:{row.code}:{natural(row.player)}"
    yield teller.tell(status_kind(report), report, player_id=player_id, game_id=game_id, when=filed)


def _report(row: Row, game: dict[str, Any]) -> StatusReport:
    previous = "" if row.previous in _NOTHING else row.previous
    extra = {
        "name": natural(row.player), **game, **person(reason=row.why, previous=previous)
    }  # fmt: skip
    injury = _INJURY.sub("", row.why, count=1) if _INJURY.match(row.why) else ""
    report = status_report(row.status, injury=injury, extra=extra)
    words = _solid(row.why.replace("-", " "))
    finer = next((meant for word, meant in _REASONS if word in words), "")
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


def _day(row: Row) -> datetime | None:
    try:
        return datetime.strptime(row.date, "%m/%d/%Y")  # noqa: DTZ007 - a day in the East
    except ValueError:
        return None


def _game_id(row: Row) -> str:
    """The NBA's game code, which its games carry beside their ids: ``20240104/MILSAS``."""
    day, teams = _day(row), row.matchup.replace("@", "")
    return f"nba_code:{day:%Y%m%d}/{teams}" if day and teams else ""


def _starts(row: Row) -> datetime | None:
    """When the game begins: written on a clock of twelve hours, without the half of the day."""
    day, clock = _day(row), _CLOCK.match(row.time)
    if day is None or clock is None or int(clock[1]) > 23 or int(clock[2]) > 59:
        return None
    hour = int(clock[1])
    hour += 12 if hour < _FIRST_MORNING_HOUR else 0
    eastern = day.replace(hour=hour, minute=int(clock[2]), tzinfo=EASTERN)
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
    return _on_the_clock("{}/{}/{} {}:{} {}".format(*found.groups())) if found else None


def dated_by_name(url: str) -> datetime | None:
    """The moment that stands in a file's name, which is Eastern; without minutes it is half past.

    >>> dated_by_name("x/Injury-Report_2025-12-22_09_15AM.pdf").isoformat()
    '2025-12-22T14:15:00+00:00'
    >>> dated_by_name("x/Injury-Report_2024-01-04_12PM.pdf").isoformat()
    '2024-01-04T17:30:00+00:00'
    """
    found = _NAME.search(url)
    if found is None:
        return None
    day, hour, minute, half = found.groups()
    year, month, date = day.split("-")
    return _on_the_clock(f"{month}/{date}/{year[2:]} {hour}:{minute or _HALF_PAST} {half}")


def _on_the_clock(written: str) -> datetime | None:
    try:
        read = datetime.strptime(written, "%m/%d/%y %I:%M %p")  # noqa: DTZ007 - Eastern
    except ValueError:
        return None
    return read.replace(tzinfo=EASTERN).astimezone(UTC)


parse = adapter(FEED, readings)
