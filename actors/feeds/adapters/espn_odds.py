"""Odds beside ESPN's games: one book's handicap, total and money lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from actors.feeds.adapters.reading import at, number, text
from actors.feeds.adapters.telling import Teller, person
from models.events import AnyEvent, LineMovement
from models.odds import Line, Price

_FAVOURITE = re.compile(r"([A-Z]{2,4}) ([+-]?\d+(?:\.\d+)?)")
_EVEN = "EVEN"
_LONGEST_HANDICAP = 60.0
"""Points; a larger figure behind a team is its money line."""
_SIDES = {"home": "homeTeamOdds", "away": "awayTeamOdds"}


def lines(teller: Teller, game_id: str, odds: Any) -> Iterator[AnyEvent]:
    """What one book offers on a game; a book that is not named offers nothing."""
    book = text(odds, "provider", "name")
    if not book:
        return
    extra = person(provider_id=text(odds, "provider", "id"), details=text(odds, "details"))
    money = list(_money(book, odds))
    favourite = [line for line in _favourite(book, odds) if line.market != "h2h" or not money]
    for line in (*favourite, *_total(book, odds), *money):
        about = f"{line.book}/{line.market}/{line.selection}"
        told = {**line.plain(), "extra": extra}
        yield teller.tell(LineMovement, told, game_id=game_id, about=about)


def _favourite(book: str, odds: Any) -> Iterable[Line]:
    """``TEN -5.5`` is a handicap, ``STL -165`` a money line."""
    found = _FAVOURITE.fullmatch(text(odds, "details"))
    if found is None:
        spread = number(odds, "spread")
        level = text(odds, "details").upper() == _EVEN
        return (
            []
            if spread is None and not level
            else [Line(book=book, market="spreads", selection="home", point=spread or 0.0)]
        )
    figure = float(found[2])
    if abs(figure) <= _LONGEST_HANDICAP:
        return [Line(book=book, market="spreads", selection=found[1], point=figure)]
    return _priced(book, found[1], figure)


def _total(book: str, odds: Any) -> Iterable[Line]:
    total = number(odds, "overUnder")
    return (
        [] if total is None else [Line(book=book, market="totals", selection="Over", point=total)]
    )


def _money(book: str, odds: Any) -> Iterator[Line]:
    for side, name in _SIDES.items():
        american = number(odds, name, "moneyLine")
        team = text(at(odds, name), "team", "abbreviation") or side
        if american is not None:
            yield from _priced(book, team, american)


def _priced(book: str, selection: str, american: float) -> list[Line]:
    price = Price.of_american(american)
    return (
        []
        if price is None
        else [
            Line(
                book=book,
                market="h2h",
                selection=selection,
                american=price.american,
                decimal=price.decimal,
            )
        ]
    )
