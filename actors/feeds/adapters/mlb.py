"""What all of MLB's payloads have in common: ids, times, states of a game, people.

``gameDate`` is UTC, ``officialDate`` the local calendar day by which slates are made. A game that
is postponed counts as Final, and one whose players warm up as Live: the coded state tells.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from actors.feeds.adapters.port import Payload
from actors.feeds.adapters.reading import Unusable, flag, ident, need_ident, text
from actors.feeds.adapters.telling import person
from models.events import (
    GameDelay,
    GameFinal,
    GamePostponed,
    GameReport,
    GameScheduled,
    GameStart,
)

SPORT = "mlb"
_GAME = re.compile(r"(?:/game/|_)(\d{5,8})(?=[/_.?]|$)")
_PHASES = {
    **dict.fromkeys("SP", "pre"),
    **dict.fromkeys("IMNTU", "in"),
    **dict.fromkeys("FOQR", "post"),
    **dict.fromkeys("DC", "off"),
}
_ABSTRACT = {"preview": "pre", "live": "in", "final": "post"}
_BEFORE = ("SCHEDULED", "PRE-GAME", "WARMUP", "DELAYED START")
_HELD_UP = ("DELAYED", "SUSPENDED")
_CALLED_OFF = ("POSTPONED", "CANCELLED", "CANCELED")


def game_id(payload: Payload, node: Any = None, *path: str) -> str:
    """The game spoken of: as the payload names it, else its address; empty where neither does."""
    found = ident(node, *path) if path else ""
    if not found and (named := _GAME.search(payload.url)):
        found = named[1]
    return f"mlb:{found}" if found else ""


def need_game(named: str) -> str:
    """A game that must be named."""
    if not named:
        raise Unusable("", "names no game: neither the payload nor its address does")
    return named


def player_id(node: Any) -> str:
    """A person's id in MLB's own space, where 0 is nobody."""
    if (found := need_ident(node, "id")) == "0":
        raise Unusable("id", "0 is nobody")
    return f"mlb:{found}"


def timecode(written: str) -> datetime | None:
    """The moment of a timecode, which is UTC; None where it is none.

    >>> timecode("20240620_032726").isoformat()
    '2024-06-20T03:27:26+00:00'
    """
    try:
        return datetime.strptime(written, "%Y%m%d_%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def day(written: str) -> datetime | None:
    """The beginning (UTC) of a calendar day; None where it is none."""
    try:
        return datetime.strptime(written[:10], "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None


def phase(status: Any) -> str:
    """Where a game is: ``pre``, ``in``, ``post``, ``off``; empty where nothing says it."""
    said = text(status, "detailedState").upper()
    if said.startswith(_CALLED_OFF):
        return "off"
    if said.startswith(_BEFORE):
        return "pre"
    return _PHASES.get(text(status, "codedGameState")) or _ABSTRACT.get(
        text(status, "abstractGameState").lower(), ""
    )


def turns(status: Any) -> list[type[Any]]:
    """What became of a game, in the order in which it happened."""
    said = text(status, "detailedState").upper()
    held: list[type[Any]] = [GameDelay] if said.startswith(_HELD_UP) else []
    match phase(status):
        case "off":
            return [GamePostponed]
        case "in":
            return [GameStart, *held]
        case "post":
            return [GameStart, GameFinal]
        case "pre":
            return held or [GameScheduled]
        case _:
            raise Unusable("status", f"{said or 'nothing'} is no known state of a game")


def report(
    kind: type[Any], status: Any, start: datetime | None, extra: dict[str, Any], note: str = ""
) -> GameReport:
    """The game; its passing state only where that is the news."""
    said = text(status, "detailedState")
    reason = text(status, "reason")
    begun = phase(status) == "in"
    open_start = flag(status, "startTimeTBD") or (kind is GameDelay and begun)
    words = [note]
    if kind in {GameDelay, GamePostponed}:
        words = [said, reason if reason.lower() not in said.lower() else "", note]
    return GameReport(
        start=None if open_start else start, note="; ".join(filter(None, words)), extra=extra
    )


def person_facts(node: Any, team: str = "") -> dict[str, Any]:
    """Name, team, position and shirt number, as far as they are given."""
    return person(
        name=text(node, "fullName"),
        team=team,
        position=text(node, "primaryPosition", "abbreviation"),
        jersey=text(node, "primaryNumber"),
        birth_date=text(node, "birthDate"),
    )


def team_name(team: Any) -> str:
    """A team's code, or its name where the payload holds no codes."""
    return text(team, "abbreviation") or text(team, "name")
