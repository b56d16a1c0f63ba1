"""Sleeper: its map of players, its crowd, its calendar.

Statuses can be months stale, and a copy at the edge a quarter of an hour: a source for identity
and for what the crowd does, not for late swap. ``gsis_id`` may begin with a blank.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from actors.feeds.adapters.messages import once
from actors.feeds.adapters.port import Payload
from actors.feeds.adapters.reading import (
    Unusable,
    at,
    entries,
    ident,
    mark,
    milliseconds,
    need_ident,
    need_object,
    number,
    read_json,
    text,
)
from actors.feeds.adapters.telling import (
    Reading,
    Teller,
    adapter,
    listed,
    person,
    status_kind,
    status_report,
)
from models.events import AnyEvent, BreakingNews, LineupChange, News, PlayerActive, StatusReport
from models.status import listing

PLAYERS = "sleeper.players"
DRAFT_PICKS = "sleeper.draft_picks"
TRENDING = "sleeper.trending"
STATE = "sleeper.state"
_ID = "_id"
_NO_IDS = {"player_id"}
_ON_A_LIST = ("RESERVE", "SUSPENDED")


def players(payload: Payload) -> Iterator[Reading]:
    """One reading for each player of the map."""
    root = need_object(read_json(payload.body))
    teller = Teller(PLAYERS, payload.received_at)
    for key, row in entries(root):
        yield Reading(str(key)[:40], row, partial(_player, teller, key, row))


def draft_picks(payload: Payload) -> Iterator[Reading]:
    """One reading for each pick of a draft: there, every value is a text."""
    root = read_json(payload.body)
    if not isinstance(root, list):
        raise Unusable("", "needs a list of picks")
    teller = Teller(DRAFT_PICKS, payload.received_at)
    for where, pick in listed("", root):
        row = at(pick, "metadata")
        yield Reading(where, pick, partial(_player, teller, ident(pick, "player_id"), row))


def _player(teller: Teller, key: str, row: Any) -> Iterable[AnyEvent]:
    """The player's listing; nobody who is listed as nothing is an injury.

    Long after an injury's own word has gone, a roster's may still be ``Injured Reserve``.
    """
    need_object(row)
    player_id = f"sleeper:{ident(row, 'player_id') or need_ident({'player_id': key}, 'player_id')}"
    tell = partial(
        teller.tell,
        player_id=player_id,
        when=milliseconds(row, "news_updated"),
        sport=text(row, "sport").lower(),
    )
    facts = _facts(row)
    listed_as, status = mark(row, "injury_status"), mark(row, "status")
    if listing(status) in _ON_A_LIST:
        listed_as = listed_as or status
    if listed_as:
        report = status_report(
            listed_as,
            injury=text(row, "injury_body_part"),
            headline=text(row, "injury_notes"),
            extra=facts,
        )
        yield tell(status_kind(report), report)
    elif status == "Active" and text(row, "team"):
        yield tell(PlayerActive, status_report("Active", extra=facts))
    else:
        report = StatusReport(provider_status=status, extra=facts)
        yield tell(LineupChange, report)


def _facts(row: Any) -> dict[str, Any]:
    name = text(row, "full_name") or f"{text(row, 'first_name')} {text(row, 'last_name')}".strip()
    return {
        **person(
            name=name,
            team=text(row, "team"),
            position=text(row, "position"),
            jersey=text(row, "number"),
            birth_date=text(row, "birth_date"),
            roster_status=text(row, "status"),
            practice=text(row, "practice_participation"),
            injury_start=text(row, "injury_start_date"),
        ),
        **({"ids": found} if (found := _ids(row)) else {}),
    }


def _ids(row: Any) -> dict[str, str]:
    """The player's ids in other spaces: the best free crosswalk there is."""
    return {
        key.removesuffix(_ID): found
        for key, _ in entries(row)
        if key.endswith(_ID) and key not in _NO_IDS and (found := ident(row, key))
    }


def trending(payload: Payload) -> Iterator[Reading]:
    """One reading for each player whom many add or drop; the address says which."""
    root = read_json(payload.body)
    if not isinstance(root, list):
        raise Unusable("", "needs a list of players")
    way = "drop" if "/trending/drop" in payload.url else "add"
    teller = Teller(TRENDING, payload.received_at, "nfl")
    for where, row in listed("", root):
        yield Reading(where, row, partial(_trend, teller, way, row))


def _trend(teller: Teller, way: str, row: Any) -> Iterable[AnyEvent]:
    count = number(row, "count")
    if count is None:
        raise Unusable("count", "needs a number")
    verb = "added" if way == "add" else "dropped"
    data = News(
        headline=f"{verb.capitalize()} by {count:.0f} Sleeper managers",
        extra={"trend": way, "count": count, "credit": "Sleeper"},
    )
    yield teller.tell(BreakingNews, data, player_id=f"sleeper:{need_ident(row, 'player_id')}")


def state(payload: Payload) -> Iterator[Reading]:
    """Nothing happens in a calendar: it is checked, and tells no event."""
    root = read_json(payload.body)
    yield Reading("", root, partial(_calendar, root))


def _calendar(root: Any) -> Iterable[AnyEvent]:
    if number(root, "week") is None or not text(root, "season"):
        raise Unusable("", "needs a season and a week")
    return ()


parse_players = once(adapter(PLAYERS, players))
parse_draft_picks = once(adapter(DRAFT_PICKS, draft_picks))
parse_trending = once(adapter(TRENDING, trending))
parse_state = once(adapter(STATE, state))
