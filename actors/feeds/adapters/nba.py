"""What all of the NBA's payloads have in common: ids, times that lie, words for nothing.

Fields named UTC are right. ``gameEt``, ``*Est`` and the teams' own times end in a false Z: they are
Eastern, or local, times. Some payloads hold the word ``None`` where nothing stands.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from actors.feeds.adapters.reading import (
    Unusable,
    ident,
    moment,
    need_ident,
    number,
    path_text,
    text,
)
from actors.feeds.adapters.telling import person

EASTERN = ZoneInfo("America/New_York")
_LEAGUES = {"00": "nba", "10": "wnba", "15": "nba", "20": "gleague"}
_MINUTES = {"nba": 12.0, "wnba": 10.0, "gleague": 12.0}
_CLOCK = re.compile(r"PT(?:(\d{1,3})M)?(?:(\d{1,2}(?:\.\d{1,3})?)S)?")


def said(node: Any, *path: str) -> str:
    """A text; the word None is none."""
    found = text(node, *path)
    return "" if found in {"None", "null"} else found


def game_id(node: Any, *path: str) -> str:
    """A game's ten digits in the NBA's own space."""
    return f"nba:{need_ident(node, *path)}"


def player_id(node: Any, *path: str) -> str:
    """A person's id in the NBA's own space, where 0 is nobody."""
    if (found := need_ident(node, *path)) == "0":
        raise Unusable(path_text(path), "0 is nobody")
    return f"nba:{found}"


def league(game_number: str) -> str:
    """The league that a game's first two digits name.

    >>> league("nba:0022000180"), league("1022400013")
    ('nba', 'wnba')
    """
    return _LEAGUES.get(game_number.removeprefix("nba:")[:2], "nba")


def start(game: Any) -> datetime | None:
    """When a game begins: by a field in UTC, else by one that is Eastern whatever it ends in."""
    for name in ("gameDateTimeUTC", "gameTimeUTC"):
        if (found := moment(game, name)) and found.year > 1900:
            return found
    for name in ("gameDateTimeEst", "gameEt"):
        if found := eastern(text(game, name)):
            return found
    return None


def eastern(written: str) -> datetime | None:
    """A time that is Eastern, though a Z may stand behind it; a real offset is believed.

    >>> eastern("2025-10-02T12:00:00Z").isoformat()
    '2025-10-02T16:00:00+00:00'
    """
    try:
        read = datetime.fromisoformat(written.removesuffix("Z"))
        if read.year <= 1900:
            return None
        return (read if read.tzinfo else read.replace(tzinfo=EASTERN)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def minutes(written: str) -> float | None:
    """Minutes of a duration.

    >>> minutes("PT25M01.00S"), minutes("PT25M"), minutes("")
    (25.0167, 25.0, None)
    """
    found = _CLOCK.fullmatch(written)
    if found is None or not (found[1] or found[2]):
        return None
    return round(int(found[1] or 0) + float(found[2] or 0) / 60, 4)


def remaining(game: Any, sport: str) -> float | None:
    """Minutes of the game still to play, by its period and clock."""
    if number(game, "gameStatus") == 3:
        return 0.0
    period, clock = number(game, "period"), minutes(text(game, "gameClock"))
    if not period or clock is None:
        return None
    periods = number(game, "regulationPeriods") or 4.0
    return max(periods - period, 0.0) * _MINUTES.get(sport, 12.0) + clock


def team_facts(team: Any) -> dict[str, Any]:
    """How a team is called."""
    city, name = said(team, "teamCity"), said(team, "teamName")
    return person(
        team=said(team, "teamTricode"),
        team_id=ident(team, "teamId"),
        team_name=f"{city} {name}".strip(),
    )
