"""Odds beside ESPN's games: one book's handicap, total and money lines.

Older answers name the favourite in words and give money lines as numbers; those since 2025 give a
price to each side (``pointSpread.home.close.line``). Where both stand, the priced one is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import structs

from actors.feeds.adapters.reading import at, number, text
from actors.feeds.adapters.telling import Teller, person
from models.events import AnyEvent, LineMovement
from models.odds import Line, Price

_FAVOURITE = re.compile(r"([A-Z][A-Z&'\-]{1,5}) ([+-]?\d+(?:\.\d+)?)")
_EVEN = "EVEN"
_LEVEL = ("EVEN", "PK", "PICK")
_LONGEST_HANDICAP = 60.0
"""Points; a larger figure behind a team is its money line."""
_SIDES = {"home": "homeTeamOdds", "away": "awayTeamOdds"}
_STAGES = ("live", "current", "close")
"""Of a price's life, the later first; the opening price is history."""


def lines(teller: Teller, game_id: str, odds: Any) -> Iterator[AnyEvent]:
    """What one book offers on a game; a book that is not named offers nothing."""
    book = text(odds, "provider", "name")
    if not book:
        return
    extra = person(provider_id=text(odds, "provider", "id"), details=text(odds, "details"))
    money = list(_money(book, odds))
    favourite = [line for line in _favourite(book, odds) if line.market != "h2h" or not money]
    for line in (*(list(_handicaps(book, odds)) or favourite), *_totals(book, odds), *money):
        about = f"{line.book}/{line.market}/{line.selection}"
        told = {**line.plain(), "extra": extra}
        yield teller.tell(LineMovement, told, game_id=game_id, about=about)


def _favourite(book: str, odds: Any) -> Iterator[Line]:
    """``TEN -5.5`` is a handicap, ``STL -165`` a money line; ``spread`` is the home side's."""
    found = _FAVOURITE.fullmatch(text(odds, "details"))
    figure = float(found[2]) if found else 0.0
    if found and abs(figure) <= _LONGEST_HANDICAP:
        yield Line(book=book, market="spreads", selection=found[1], point=figure)
        return
    spread = number(odds, "spread")
    level = text(odds, "details").upper() in _LEVEL
    if spread is not None or level:
        yield Line(book=book, market="spreads", selection="home", point=spread or 0.0)
    if found:
        yield from _priced(Line(book=book, market="h2h", selection=found[1]), figure)


def _handicaps(book: str, odds: Any) -> Iterator[Line]:
    for side in _SIDES:
        point, price = _offer(odds, "pointSpread", side)
        if point is not None:
            line = Line(book=book, market="spreads", selection=_team(odds, side), point=point)
            yield from _priced(line, price) or [line]


def _totals(book: str, odds: Any) -> Iterator[Line]:
    for side in ("over", "under"):
        point, price = _offer(odds, "total", side)
        point = number(odds, "overUnder") if point is None else point
        price = number(odds, f"{side}Odds") if price is None else price
        if point is not None:
            line = Line(book=book, market="totals", selection=side.capitalize(), point=point)
            yield from _priced(line, price) or ([line] if side == "over" else [])


def _money(book: str, odds: Any) -> Iterator[Line]:
    for side in (*_SIDES, "draw"):
        _, price = _offer(odds, "moneyline", side)
        if price is None:
            price = number(odds, _SIDES.get(side, "drawOdds"), "moneyLine")
        yield from _priced(Line(book=book, market="h2h", selection=_team(odds, side)), price)


def _team(odds: Any, side: str) -> str:
    return text(at(odds, _SIDES.get(side, "")), "team", "abbreviation") or side


def _offer(odds: Any, market: str, side: str) -> tuple[float | None, float | None]:
    """Line (``-6.5``, ``o220.5``) and American price of a side, as they are now."""
    for stage in _STAGES:
        offer = at(odds, market, side, stage)
        written, price = text(offer, "line").lstrip("ouOU"), text(offer, "odds").upper()
        point = 0.0 if written.upper() in _LEVEL else number(written)
        american = 100.0 if price == _EVEN else number(price)
        if point is not None or american is not None:
            return point, american
    return None, None


def _priced(line: Line, american: float | None) -> list[Line]:
    """The line with its price; none where there is no price that could be one."""
    price = None if american is None else Price.of_american(american)
    if price is None:
        return []
    return [structs.replace(line, american=price.american, decimal=price.decimal)]
