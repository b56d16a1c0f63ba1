"""The NHL's partner odds: a book's American prices, from the league, without a key.

The stamp of the answer is to be believed, and it may be old: a capture of 2026-09-29 was last
updated on 2026-08-28. Lines older than a day of the day they are for are marked ``stale``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Literal

import msgspec

from actors.feeds.adapters.messages import once, present
from actors.feeds.adapters.port import Adapter, Payload
from actors.feeds.adapters.reading import (
    Unusable,
    items,
    moment,
    need_ident,
    need_items,
    need_moment,
    need_text,
    number,
    read_json,
    text,
)
from actors.feeds.adapters.telling import Reading, Teller, adapter, listed
from models.events import AnyEvent, GameReport, GameScheduled, LineMovement
from models.odds import EVEN, Line, Price

FEED = "odds.nhl_partner_odds"
STALE_CONFIDENCE = 0.2
"""Of a line that the source itself dates before the day before it is for."""

_QUALIFIER = re.compile(r"([OU])?([+-]?\d+(?:\.\d+)?)")
_EVEN = frozenset({"EVEN", "EV", "EVS"})
_TOTALS = {"O": "Over", "U": "Under"}


def _readings(payload: Payload) -> Iterator[Reading]:
    root = read_json(payload.body)
    for where, game in listed("games", need_items(root, "games")):
        yield Reading(where, game, partial(_scheduled, payload, root, game))
        for side in ("homeTeam", "awayTeam"):
            for place, odds in listed(f"{where}.{side}.odds", items(game, side, "odds")):
                yield Reading(place, odds, partial(_line, payload, root, game, side, odds))


def _scheduled(payload: Payload, root: Any, game: Any) -> Iterator[AnyEvent]:
    report = GameReport(
        start=need_moment(game, "startTimeUTC"),
        extra=present(home=text(game, "homeTeam", "abbrev"), away=text(game, "awayTeam", "abbrev")),
    )
    teller = Teller(FEED, payload.received_at, "nhl")
    yield teller.tell(
        GameScheduled, report, game_id=_game_id(game), when=moment(root, "lastUpdatedUTC")
    )


def _line(
    payload: Payload, root: Any, game: Any, side: Literal["homeTeam", "awayTeam"], odds: Any
) -> Iterator[AnyEvent]:
    even = text(odds, "value").upper() in _EVEN
    price = Price.of_american(EVEN if even else number(odds, "value") or 0.0)
    if price is None:
        raise Unusable("value", f"{text(odds, 'value') or 'nothing'} is no American price")
    written = text(odds, "qualifier")
    over_under, point = _qualified(written)
    when = moment(root, "lastUpdatedUTC")
    stale = _is_stale(when, text(root, "currentOddsDate"), payload.received_at)
    team = need_text(game, side, "abbrev")
    line = Line(
        book=text(root, "bettingPartner", "name").lower() or "partner",
        market=need_text(odds, "description"),
        selection=over_under or (written if written and point is None else team),
        american=price.american,
        decimal=price.decimal,
        point=point,
        extra=present(
            home=text(game, "homeTeam", "abbrev"),
            away=text(game, "awayTeam", "abbrev"),
            listed_with=team,
            stale=stale or None,
        ),
    )
    about = f"{line.book}/{line.market}/{line.selection}"
    event = Teller(FEED, payload.received_at, "nhl").tell(
        LineMovement, line.plain(), game_id=_game_id(game), about=about, when=when
    )
    yield msgspec.structs.replace(event, confidence=STALE_CONFIDENCE) if stale else event


def _qualified(written: str) -> tuple[str, float | None]:
    """``O6.5`` is over 6.5, ``-1.5`` a handicap, ``Draw`` a selection of its own."""
    found = _QUALIFIER.fullmatch(written)
    if found is None:
        return "", None
    return _TOTALS.get(found[1] or "", ""), float(found[2])


def _is_stale(when: datetime | None, day: str, received_at: datetime) -> bool:
    """Whether the stamp is older than the day before the day that the odds are for.

    Where the answer names no day, it is for the day on which it was received.
    """
    if when is None:
        return True
    try:
        meant = datetime.fromisoformat(day[:10]).replace(tzinfo=UTC)
    except ValueError:
        meant = received_at
    return when < meant - timedelta(days=1)


def _game_id(game: Any) -> str:
    return f"nhl:{need_ident(game, 'gameId')}"


nhl_partner_odds: Adapter = once(adapter(FEED, _readings))
