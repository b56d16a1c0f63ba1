"""The NBA's player movement and player index: who belongs where.

Ids of movements arrive as floats, and their time is a day. The index is a table: names of columns,
then rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from actors.feeds.adapters import nba
from actors.feeds.adapters.port import Payload
from actors.feeds.adapters.reading import (
    Unusable,
    ident,
    items,
    need_items,
    need_text,
    read_json,
    text,
)
from actors.feeds.adapters.telling import Reading, Teller, adapter, listed, person
from models.events import AnyEvent, BreakingNews, LineupChange, News, StatusReport

MOVEMENT = "nba.player_movement"
INDEX = "nba.playerindex"


def movement(payload: Payload) -> Iterator[Reading]:
    """One reading for each transaction."""
    root = read_json(payload.body)
    teller = Teller(MOVEMENT, payload.received_at, "nba")
    rows = need_items(root, "NBA_Player_Movement", "rows")
    for where, row in listed("NBA_Player_Movement.rows", rows):
        yield Reading(where, row, partial(_moved, teller, row))


def _moved(teller: Teller, row: Any) -> Iterable[AnyEvent]:
    who = ident(row, "PLAYER_ID")
    data = News(
        headline=need_text(row, "TRANSACTION_DESCRIPTION"),
        extra=person(
            type=text(row, "Transaction_Type"),
            date=text(row, "TRANSACTION_DATE")[:10],
            team_id=ident(row, "TEAM_ID"),
            team=text(row, "TEAM_SLUG"),
            slug=text(row, "PLAYER_SLUG"),
            group=text(row, "GroupSort"),
        ),
    )
    yield teller.tell(
        BreakingNews,
        data,
        player_id="" if who in {"", "0"} else f"nba:{who}",
        about=text(row, "GroupSort") or "movement",
        when=nba.eastern(text(row, "TRANSACTION_DATE")),
    )


def index(payload: Payload) -> Iterator[Reading]:
    """One reading for each player listed."""
    root = read_json(payload.body)
    teller = Teller(INDEX, payload.received_at, "nba")
    for where, table in listed("resultSets", need_items(root, "resultSets")):
        names = [text(name) for name in need_items(table, "headers")]
        for place, row in listed(f"{where}.rowSet", items(table, "rowSet")):
            yield Reading(place, row, partial(_indexed, teller, names, row))


def _indexed(teller: Teller, names: list[str], row: Any) -> Iterable[AnyEvent]:
    if not isinstance(row, list) or len(row) != len(names):
        raise Unusable("", f"needs a row of {len(names)} columns")
    person_of: Mapping[str, Any] = dict(zip(names, row, strict=True))
    first, last = text(person_of, "PLAYER_FIRST_NAME"), text(person_of, "PLAYER_LAST_NAME")
    report = StatusReport(
        provider_status=text(person_of, "ROSTER_STATUS"),
        extra=person(
            name=f"{first} {last}".strip(),
            team=text(person_of, "TEAM_ABBREVIATION"),
            position=text(person_of, "POSITION"),
            jersey=text(person_of, "JERSEY_NUMBER"),
        ),
    )
    yield teller.tell(LineupChange, report, player_id=nba.player_id(person_of, "PERSON_ID"))


parse_movement = adapter(MOVEMENT, movement)
parse_index = adapter(INDEX, index)
