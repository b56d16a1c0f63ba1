"""ESPN's roster of one game, from its core API: in football, who is inactive.

There is no free official list of inactives; this one follows the league's book of the game. It is
believed only where it looks like such a list: a few of the whole squad. Long before a game nobody
is marked, and after it everybody who never came on is. Nobody unmarked is thereby said to play.
Colleges file no inactives, and there everybody is ``valid: false``, whoever played; rosters of
other sports list who came on. Players are named by ESPN's ids alone, as their team is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from actors.feeds.adapters import espn
from actors.feeds.adapters.messages import once
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
_LEAGUE = "nfl"
_PLACE = re.compile(r"/leagues/([a-z0-9.\-]+)/events/(\d+)/.*?/competitors/(\d+)/")
_ATHLETE = re.compile(r"/athletes/(\d+)")
SQUAD = 40
"""Of fewer, no football squad is listed."""
INACTIVE = 12
"""Marked at most: seven are, by the rules, and those who are out for longer."""


def readings(payload: Payload) -> Iterator[Reading]:
    """One reading for each player of the squad, once its list of inactives is posted."""
    root = read_json(payload.body)
    squad = need_items(root, "entries")
    place = _PLACE.search(text(root, "$ref")) or _PLACE.search(payload.url)
    if place is None:
        raise Unusable("", "the address names no league, event and team")
    sport, event, team = place.groups()
    marked = sum(_is_marked(one) for one in squad)
    if sport != _LEAGUE or len(squad) < SQUAD or not 0 < marked <= INACTIVE:
        return
    teller = Teller(FEED, payload.received_at, sport)
    for number, one in enumerate(squad):
        read = partial(_listed, teller, espn.game_id(event), team, one)
        yield Reading(f"entries[{number}]", one, read)


def _is_marked(one: Any) -> bool:
    """Marked as not playing; an invalid row is a mark only where it does not say that he plays."""
    idle = flag(one, "didNotPlay")
    return flag(one, "valid") is False if idle is None else idle


def _listed(teller: Teller, game_id: str, team: str, one: Any) -> Iterable[AnyEvent]:
    need_object(one)
    linked = _ATHLETE.search(text(one, "athlete", "$ref"))
    own = ident(one, "playerId") or (linked[1] if linked else "")
    if not own:
        raise Unusable("playerId", "needs an id")
    if linked and linked[1] != own:
        raise Unusable("playerId", f"is {own}, but the row links to {linked[1]}")
    facts = person(team_id=team, jersey=text(one, "jersey"), called=text(one, "displayName"))
    tell = partial(teller.tell, player_id=f"espn:{own}", game_id=game_id)
    if _is_marked(one):
        report = status_report("Inactive", participation="CONFIRMED_OUT", extra=facts)
        yield tell(PlayerInjury, report)
    else:
        yield tell(LineupChange, status_report("", participation="EXPECTED", extra=facts))


parse = once(adapter(FEED, readings))
