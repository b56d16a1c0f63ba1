"""Injury lists of paid vendors: balldontlie and SportsDataIO.

balldontlie writes dates without a year (``Jul 17``): the year is not guessed, since a return in
February may be this season's or the next. SportsDataIO's trial keys answer with the word
``Scrambled`` and altered numbers: such rows are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from actors.feeds.adapters.marks import status, status_event
from actors.feeds.adapters.messages import eastern, once, present
from actors.feeds.adapters.port import Adapter, Payload
from actors.feeds.adapters.reading import (
    Unusable,
    at,
    entries,
    ident,
    mark,
    moment,
    need_ident,
    need_items,
    need_object,
    need_text,
    read_json,
    text,
)
from actors.feeds.adapters.telling import Reading, Teller, adapter, listed
from models.events import AnyEvent

BALLDONTLIE, SPORTSDATAIO = "vendors.balldontlie", "vendors.sportsdataio"

_SPORT = re.compile(r"/(nba|nfl|mlb|nhl|wnba|cbb|cfb|golf)(?:/|$)")
_LEAGUE = re.compile(r"(?:^|[/_.\-])(nba|nfl|mlb|nhl|wnba|epl|ncaaf|ncaab)(?=[/_.\-]|$)")
_LEAGUES = {"epl": "soccer", "ncaaf": "cfb", "ncaab": "cbb"}
"""Of balldontlie's addresses, where its own word is another than ours; its first names none."""
_TOLD_ON = re.compile(r"([A-Z][a-z]{2} \d{1,2}): ")


def _balldontlie(payload: Payload) -> Iterator[Reading]:
    root = read_json(payload.body)
    named = _LEAGUE.search(payload.url)
    league = named[1] if named else "nba"
    teller = Teller(BALLDONTLIE, payload.received_at, _LEAGUES.get(league, league))
    for where, row in listed("data", need_items(root, "data")):
        yield Reading(where, row, partial(_injured, teller, row))


def _injured(teller: Teller, row: Any) -> Iterator[AnyEvent]:
    player = need_object(row, "player")
    description = _first(row, "description", "comment", "short_comment", "long_comment")
    told = _TOLD_ON.match(description)
    name = f"{text(player, 'first_name')} {text(player, 'last_name')}".strip()
    report = status(
        need_text(row, "status"),
        injury=f"{text(row, 'side')} {text(row, 'type')}".strip(),
        headline=description,
        extra=present(
            name=name or text(player, "full_name"),
            position=_first(player, "position_abbreviation", "position_code", "position"),
            jersey=_first(player, "jersey_number", "jersey", "sweater_number"),
            detail=text(row, "detail"),
            team=text(player, "team", "abbreviation"),
            team_id=ident(player, "team_id") or ident(player, "team", "id"),
            return_date=text(row, "return_date"),
            told_on=told[1] if told else "",
        ),
    )
    when = moment(row, "date")
    player_id = f"balldontlie:{need_ident(player, 'id')}"
    yield teller.tell(status_event(report), report, player_id=player_id, when=when)


def _first(node: Any, *names: str) -> str:
    """The first of these that is there: leagues differ in what they call the same."""
    return next(filter(None, (text(node, name) for name in names)), "")


def _sportsdataio(payload: Payload) -> Iterator[Reading]:
    root = read_json(payload.body)
    rows = need_items(root if isinstance(root, list) else at(root, "PlayerInjuries"))
    named = _SPORT.search(payload.url)
    teller = Teller(SPORTSDATAIO, payload.received_at, named[1] if named else "")
    for where, row in listed("", rows):
        yield Reading(where, row, partial(_listed_injury, teller, row))


def _listed_injury(teller: Teller, row: Any) -> Iterator[AnyEvent]:
    if any(value == "Scrambled" for _, value in entries(row)):
        raise Unusable("", "scrambled: the key is a trial, whose data is altered")
    if not {"InjuryStatus", "Status"} & need_object(row).keys():
        raise Unusable("InjuryStatus", "is left out, which is no word that he is well")
    word = mark(row, "InjuryStatus") or mark(row, "Status")
    report = status(
        word,
        injury=text(row, "InjuryBodyPart") or text(row, "BodyPart"),
        headline=text(row, "InjuryNotes") or text(row, "DeclaredInactive"),
        extra=present(
            name=text(row, "Name") or f"{text(row, 'FirstName')} {text(row, 'LastName')}".strip(),
            team=text(row, "Team"),
            position=text(row, "Position"),
            jersey=ident(row, "Number") or ident(row, "Jersey"),
            practice=text(row, "Practice"),
            starts=text(row, "InjuryStartDate"),
        ),
    )
    yield teller.tell(
        status_event(report), report,
        player_id=f"sportsdataio:{need_ident(row, 'PlayerID')}",
        when=eastern(text(row, "Updated")),
    )  # fmt: skip


balldontlie: Adapter = once(adapter(BALLDONTLIE, _balldontlie))
sportsdataio: Adapter = once(adapter(SPORTSDATAIO, _sportsdataio))
