"""Odds as the NBA shows them: decimal prices of several books, with the opening price."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from actors.feeds.adapters import nba
from actors.feeds.adapters.messages import unless_listed
from actors.feeds.adapters.port import Payload
from actors.feeds.adapters.reading import (
    Unusable,
    at,
    items,
    need_items,
    need_text,
    number,
    read_json,
)
from actors.feeds.adapters.telling import Reading, Teller, adapter, listed, person
from models.events import AnyEvent, LineMovement
from models.odds import Line, Price

FEED = "nba.odds"


def readings(payload: Payload) -> Iterator[Reading]:
    """One reading for each outcome of each book."""
    root = read_json(payload.body)
    teller = Teller(FEED, payload.received_at, "nba")
    for where, game in listed("games", need_items(root, "games")):
        yield from unless_listed(where, game, "markets")
        for place, market in listed(f"{where}.markets", items(game, "markets")):
            yield from unless_listed(place, market, "books")
            for book_place, book in listed(f"{place}.books", items(market, "books")):
                yield from unless_listed(book_place, book, "outcomes")
                outcomes = listed(f"{book_place}.outcomes", items(book, "outcomes"))
                for spot, outcome in outcomes:
                    yield Reading(
                        spot, outcome, partial(_line, teller, game, market, book, outcome)
                    )


def _line(teller: Teller, game: Any, market: Any, book: Any, outcome: Any) -> Iterable[AnyEvent]:
    price = Price.of_decimal(number(outcome, "odds") or 0.0)
    if price is None:
        raise Unusable("odds", f"{at(outcome, 'odds')!r} is no decimal price")
    line = Line(
        book=need_text(book, "name"),
        market=need_text(market, "name"),
        selection=need_text(outcome, "type"),
        american=price.american,
        decimal=price.decimal,
        point=number(outcome, "spread"),
        extra={
            **person(
                book_id=nba.said(book, "id"),
                trend=nba.said(outcome, "odds_trend"),
                home_team_id=nba.said(game, "homeTeamId"),
                away_team_id=nba.said(game, "awayTeamId"),
            ),
            **_opening(outcome),
        },
    )
    about = f"{line.book}/{line.market}/{line.selection}"
    game_id = nba.game_id(game, "gameId")
    yield teller.tell(LineMovement, line.plain(), game_id=game_id, about=about)


def _opening(outcome: Any) -> dict[str, float]:
    """The first price offered, which is not the one before this."""
    opening = number(outcome, "opening_odds")
    return {} if opening is None else {"opening": opening}


parse = adapter(FEED, readings)
