"""What all of ESPN's payloads have in common: ids, leagues, athletes, teams, states of a game.

Event, team and athlete ids are spaces of their own; all are numeric texts. Times are UTC without
seconds. Neither ETag nor Last-Modified is sent, so the same content comes again and again.
"""

from __future__ import annotations

import re
from typing import Any

from actors.feeds.adapters.port import Payload
from actors.feeds.adapters.reading import (
    Unusable,
    at,
    flag,
    ident,
    items,
    need_text,
    text,
    whole,
)
from actors.feeds.adapters.telling import person
from models.events import (
    Event,
    GameDelay,
    GameFinal,
    GamePostponed,
    GameScheduled,
    GameStart,
)

_IN_PATH = re.compile(r"/sports/([a-z\-]+)/(?:leagues/)?([a-z0-9.\-]+)")
_IN_LINK = re.compile(r"espn\.com/([a-z\-]+)/player")
_ATHLETE = re.compile(r"/player/(?:[^?#]*/)?id/(\d+)(?:[/?#]|$)")
_LEAGUE_OF_UID = re.compile(r"~l:(\d+)")
_ATHLETE_OF_UID = re.compile(r"~a:(\d+)")
_LEAGUES = {
    "10": "mlb",
    "23": "cfb",
    "28": "nfl",
    "41": "cbb",
    "46": "nba",
    "59": "wnba",
    "90": "nhl",
    "1106": "pga",
}
_SPORTS = {
    "college-football": "cfb",
    "mens-college-basketball": "cbb",
    "soccer": "soccer",
    "golf": "pga",
    "tennis": "tennis",
    "mma": "mma",
    "nascar-premier": "nascar",
    "tgl": "tgl",
}
"""Where ESPN's own word is another than ours: leagues, and sports of many leagues."""
_CALLED_OFF = (
    "POSTPONED",
    "CANCELED",
    "CANCELLED",
    "ABANDONED",
    "FORFEIT",
    "UNCONTESTED",
    "NO_CONTEST",
)
_HELD_UP = ("DELAYED", "RAIN_DELAY", "SUSPENDED", "DELAY")
_OVER = ("FINAL", "FULL_TIME")
_STATES = ("pre", "in", "post")


def sport_of(payload: Payload, root: Any) -> str:
    """The league spoken of: as the address names it, else as the payload does."""
    if found := _IN_PATH.search(payload.url):
        return _SPORTS.get(found[2]) or _SPORTS.get(found[1], found[2])
    return league(text(root, "leagues", 0, "slug")) or _of_uid(text(root, "events", 0, "uid"))


def league(slug: str) -> str:
    """A league as we call it; the many of soccer are called by their country: ``eng.1``."""
    return "soccer" if "." in slug else _SPORTS.get(slug, slug)


def sport_of_link(link: str) -> str:
    """The league in the address of a player's page; empty where there is none."""
    found = _IN_LINK.search(link)
    return _SPORTS.get(found[1], found[1]) if found else ""


def _of_uid(uid: str) -> str:
    found = _LEAGUE_OF_UID.search(uid)
    return _LEAGUES.get(found[1], "") if found else ""


def game_id(event_id: str) -> str:
    """An event's id in ESPN's own space."""
    return f"espn:{event_id}"


def athlete_id(athlete: Any) -> str:
    """An athlete's id: given, or out of the address of his page, which injuries give instead.

    His team's page has an id in its address, too.
    """
    found = ident(athlete, "id") or _first(_ATHLETE_OF_UID, [text(athlete, "uid")])
    return found or _first(_ATHLETE, links_of(athlete))


def player_id(athlete: Any) -> str:
    """An athlete's id in ESPN's own space; raises Unusable where there is none."""
    found = athlete_id(athlete)
    if not found:
        raise Unusable("athlete", "has no id, nor a link to a page that shows it")
    return f"espn:{found}"


def links_of(node: Any) -> list[str]:
    """The addresses that a node links to."""
    return [text(link, "href") for link in items(node, "links")]


def _first(pattern: re.Pattern[str], texts: list[str]) -> str:
    return next((found[1] for one in texts if (found := pattern.search(one))), "")


def athlete_facts(athlete: Any, team: str = "") -> dict[str, Any]:
    """Name, team, position and shirt number, as far as they are given."""
    return person(
        name=text(athlete, "displayName") or text(athlete, "fullName"),
        team=team or text(athlete, "team", "abbreviation"),
        position=text(athlete, "position", "abbreviation") or text(athlete, "position"),
        jersey=text(athlete, "jersey"),
        birth_date=text(athlete, "dateOfBirth")[:10],
    )


def team_facts(team: Any) -> dict[str, Any]:
    """How a team is called."""
    return person(
        team=text(team, "abbreviation"),
        team_id=ident(team, "id"),
        team_name=text(team, "displayName") or text(at(team, "team"), "displayName"),
    )


def _word(status: Any) -> str:
    return text(status, "type", "name").upper().removeprefix("STATUS_")


def state(status: Any) -> str:
    """``pre``, ``in`` or ``post``; where that is left out, as far as the rest of it shows.

    >>> state({"type": {"name": "STATUS_FINAL"}}), state({"period": 2}), state({})
    ('post', 'in', 'pre')
    """
    said, word = text(status, "type", "state"), _word(status)
    if said in _STATES:
        return said
    if flag(status, "type", "completed") or word.startswith(_OVER):
        return "post"
    began = (whole(status, "period") or 0) > 0 or word.startswith(("IN_PROGRESS", "HALFTIME"))
    return "in" if began else "pre"


def is_ahead(status: Any) -> bool:
    """Whether a game is still to be played, on its day."""
    return state(status) == "pre" and not _word(status).startswith(_CALLED_OFF)


def turns(status: Any) -> list[type[Event]]:
    """What became of a game, in the order in which it happened.

    One that is held up, or broken off to be resumed on another day, is not over. Raises Unusable
    for a status that says nothing.
    """
    if text(status, "type", "state") not in _STATES:
        need_text(status, "type", "name")
    word = _word(status)
    if word.startswith(_CALLED_OFF):
        return [GamePostponed]
    held: list[type[Event]] = [GameDelay] if word.endswith(_HELD_UP) else []
    match state(status):
        case "in":
            return [GameStart, *held]
        case "post":
            return [GameStart, *(held or [GameFinal])]
        case _:
            return held or [GameScheduled]
