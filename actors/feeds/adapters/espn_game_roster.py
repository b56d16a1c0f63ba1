"""ESPN's roster of one game, from its core API: in football, who is inactive.

There is no free official list of inactives; this one follows the league's book of the game. It is
believed only where it looks like such a list: a few of the whole squad. Long before a game nobody
is marked, and after it everybody who never came on is. Nobody unmarked is thereby said to play.
Players are named by ESPN's ids alone, as their team is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from actors.feeds.adapters import espn
from actors.feeds.adapters.port import Payload
from actors.feeds.adapters.reading import (
    Unusable,
    flag,
    ident,
    need_items,
    need_object,
    read_json,
    text,
)
from actors.feeds.adapters.telling import Reading, Teller, adapter, person, status_report
from models.events import AnyEvent, LineupChange, PlayerInjury

FEED = "espn.game_roster"
_PLACE = re.compile(r"/leagues/([a-z\-]+)/events/(\d+)/.*?/competitors/(\d+)/")
_ATHLETE = re.compile(r"/athletes/(\d+)")
SQUAD = 40
"""Of fewer, no football squad is listed."""
INACTIVE = 12
"""Marked at most: seven are, by the rules, and those who are out for longer."""


def readings(payload: Payload) -> Iterator[Reading]:
    """One reading for each player of the squad, once its list of inactives is posted."""
    squad = need_items(read_json(payload.body), "entries")
    place = _PLACE.search(payload.url)
    if place is None:
        raise Unusable("", "the address names no league, event and team")
    marked = sum(_is_marked(one) for one in squad)
    if len(squad) < SQUAD or not 0 < marked <= INACTIVE:
        return
    sport, event, team = place.groups()
    teller = Teller(FEED, payload.received_at, sport)
    for number, one in enumerate(squad):
        read = partial(_listed, teller, espn.game_id(event), team, one)
        yield Reading(f"entries[{number}]", one, read)


def _is_marked(one: Any) -> bool:
    return flag(one, "didNotPlay") is True or flag(one, "valid") is False


def _listed(teller: Teller, game_id: str, team: str, one: Any) -> Iterable[AnyEvent]:
    need_object(one)
    linked = _ATHLETE.search(text(one, "athlete", "$ref"))
    own = ident(one, "playerId") or (linked[1] if linked else "")
    if not own:
        raise Unusable("playerId", "needs an id")
    facts = person(team_id=team, jersey=text(one, "jersey"), called=text(one, "displayName"))
    tell = partial(teller.tell, player_id=f"espn:{own}", game_id=game_id)
    if _is_marked(one):
        report = status_report("Inactive", participation="CONFIRMED_OUT", extra=facts)
        yield tell(PlayerInjury, report)
    else:
        yield tell(LineupChange, status_report("", participation="EXPECTED", extra=facts))


parse = adapter(FEED, readings)
