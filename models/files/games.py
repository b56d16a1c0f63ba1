"""Game texts of the salary files: ``OKC@WAS 01/12/2025 06:00PM ET``, ``In Progress``, ``Final``."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from models.slate import Game, GameState

EASTERN = ZoneInfo("America/New_York")
"""The sites write every start in Eastern time, daylight saving included."""

_START = re.compile(
    r"(?:(?P<date>\d{1,2}/\d{1,2}/\d{2,4})\s+)?(?P<hour>\d{1,2}):(?P<minute>\d{2})\s*"
    r"(?P<half>[AP]M)(?:\s*E[SD]?T)?\s*$",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"\(?\b(in progress|final|completed|postponed|ppd|cancell?ed)\b\)?\s*$", re.IGNORECASE
)
_STATES: dict[str, GameState] = {
    "in progress": "in_progress",
    "final": "final",
    "completed": "final",
    "postponed": "postponed",
    "ppd": "postponed",
    "canceled": "postponed",
    "cancelled": "postponed",
}
_PAIR = re.compile(r"^(?P<away>.+?)(?:\s*@\s*|\s+vs?\.?\s+)(?P<home>.+)$", re.IGNORECASE)


class GameText(NamedTuple):
    """What a game text says; ``label`` is the pairing or the event, empty when it says neither."""

    label: str
    away: str
    home: str
    start: datetime | None
    state: GameState


def parse_game(text: str, day: date | None = None) -> GameText:
    """Read a game text; ``day`` (Eastern) dates a time that stands without a date.

    >>> parse_game("OKC@WAS 01/12/2025 06:00PM ET").start.isoformat()
    '2025-01-12T23:00:00+00:00'
    >>> parse_game("In Progress").state, parse_game("CEL vs LGN").home
    ('in_progress', 'LGN')
    """
    rest = text.strip()
    state: GameState = "scheduled"
    if found := _STATE.search(rest):
        state = _STATES[found[1].lower()]
        rest = rest[: found.start()].strip()
    start = None
    if clock := _START.search(rest):
        start = _start(clock, day)
        rest = rest[: clock.start()].strip()
    pair = _PAIR.match(rest)
    away, home = (pair["away"].strip(), pair["home"].strip()) if pair else ("", "")
    return GameText(rest, away, home, start, state)


def _start(clock: re.Match[str], day: date | None) -> datetime | None:
    written = clock["date"]
    try:
        on = _date(written) if written else day
        hour = int(clock["hour"]) % 12 + (12 if clock["half"].upper() == "PM" else 0)
        at = time(hour, int(clock["minute"]))
    except ValueError:
        return None
    return datetime.combine(on, at, EASTERN).astimezone(UTC) if on else None


def _date(written: str) -> date:
    month, day, year = (int(part) for part in written.split("/"))
    return date(year + 2000 if year < 100 else year, month, day)


class GameBook:
    """The distinct games of a player pool, built while its rows are read."""

    def __init__(self, day: date | None = None) -> None:
        self._day = day
        self._texts: dict[str, GameText] = {}
        self._games: dict[str, Game] = {}

    def enter(self, text: str, team: str) -> str:
        """The id of the game this text names, for a player of ``team``; adds it if it is new."""
        said = self._texts.get(text)
        if said is None:
            said = self._texts[text] = parse_game(text, self._day)
        game_id = self._id(said, team)
        known = self._games.get(game_id)
        if known is None or (known.start is None and said.start is not None):
            self._games[game_id] = _game(game_id, said, team)
        return game_id

    def games(self) -> tuple[Game, ...]:
        """All games, in the order of their first player."""
        return tuple(self._games.values())

    def _id(self, said: GameText, team: str) -> str:
        if not said.label:
            return f"{team} {said.state}" if said.state != "scheduled" else team
        known = self._games.get(said.label)
        if known is None or known.start is None or said.start in {None, known.start}:
            return said.label
        return f"{said.label} {said.start:%Y-%m-%dT%H:%MZ}"


def _game(game_id: str, said: GameText, team: str) -> Game:
    return Game(
        game_id=game_id,
        away=said.away if said.label else team,
        home=said.home,
        start=said.start,
        state=said.state,
    )
