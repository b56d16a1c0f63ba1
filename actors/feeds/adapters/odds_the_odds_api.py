"""The Odds API v4: odds, player props, scores and schedules, as they stand or as they stood.

One answer is a list of games, one game, or either within the envelope of the past. The same call
returns games under way: their lines are marked ``live``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from actors.feeds.adapters.messages import joined, once, present, unless_listed
from actors.feeds.adapters.port import Adapter, Payload
from actors.feeds.adapters.reading import (
    Unusable,
    at,
    flag,
    items,
    moment,
    need_ident,
    need_items,
    need_moment,
    need_text,
    number,
    read_json,
    text,
    whole,
)
from actors.feeds.adapters.telling import Reading, Teller, adapter, listed
from models.events import (
    AnyEvent,
    GameFinal,
    GameReport,
    GameScheduled,
    GameStart,
    LineMovement,
)
from models.odds import EVEN, Line, Price

FEED = "odds.the_odds_api"

_NEED_POINT = re.compile(r"(?:^|_)(?:spreads|totals)(?:_|$)")
_LAY = "_lay"
"""Ends the names of markets whose prices an exchange offers against an outcome."""
_FEW = 10
"""One price in so many must lie between 1 and 100 in an answer of decimal prices."""
_LEAGUES = {"ncaaf": "cfb", "ncaab": "cbb"}


class Credits(NamedTuple):
    """What an account has used and has left, as an answer's headers say; None where they do not."""

    used: int | None
    remaining: int | None
    last: int | None
    """Cost of this call: markets times regions."""


def credits_of(headers: Mapping[str, str]) -> Credits:
    """The ledger in an answer's headers (names in lower case).

    >>> credits_of({"x-requests-used": "3", "x-requests-remaining": "497"})
    Credits(used=3, remaining=497, last=None)
    """
    return Credits(
        *(whole(headers, f"x-requests-{name}") for name in ("used", "remaining", "last"))
    )


def league(sport_key: str) -> str:
    """The sport as it is called here.

    >>> league("basketball_wnba"), league("americanfootball_ncaaf"), league("golf_us_open_winner")
    ('wnba', 'cfb', 'golf')
    """
    kind, _, name = sport_key.partition("_")
    return "golf" if kind == "golf" else _LEAGUES.get(name, name or kind)


def _readings(payload: Payload) -> Iterator[Reading]:
    root = read_json(payload.body)
    if message := text(root, "message"):
        raise Unusable("message", f"the service refuses: {message}")
    where = "data" if at(root, "data") is not None else ""
    held = at(root, "data") if where else root
    found = list(listed(where, held)) if isinstance(held, list) else [(where, held)]
    answer = _Answer(payload, moment(root, "timestamp"), _is_decimal(found))
    for place, game in found:
        yield from answer.game(place, game)


def _is_decimal(found: Iterable[tuple[str, Any]]) -> bool:
    """Whether prices are decimal: an American price never lies between 1 and 100.

    By many of them, so that one that is broken does not turn all others into nonsense; not by most,
    for most golfers are quoted at 100 and more in either form. A negative price is American.
    """
    prices = [
        number(outcome, "price") or 0.0
        for _, game in found
        for book in items(game, "bookmakers")
        for market in items(book, "markets")
        for outcome in items(market, "outcomes")
    ]
    between = sum(1.0 < price < EVEN for price in prices)
    return between > sum(price <= -EVEN for price in prices) and _FEW * between > len(prices)


class _Answer:
    """What one answer's games have in common."""

    def __init__(self, payload: Payload, snapshot: datetime | None, decimal: bool) -> None:
        self._payload = payload
        self._snapshot = snapshot
        self._decimal = decimal

    def game(self, where: str, game: Any) -> Iterator[Reading]:
        yield Reading(where, game, partial(self._state, game))
        yield from unless_listed(where, game, "bookmakers")
        for place, book in listed("bookmakers", items(game, "bookmakers")):
            yield from unless_listed(joined(where, place), book, "markets")
            for inner, market in listed("markets", items(book, "markets")):
                above = joined(where, place, inner)
                quoted = _Quoted(self._payload, self._snapshot, self._decimal, game, book, market)
                yield Reading(above, market, quoted.check)
                for last, outcome in listed("outcomes", items(market, "outcomes")):
                    yield Reading(f"{above}.{last}", outcome, partial(quoted.events, outcome))

    def _state(self, game: Any) -> Iterator[AnyEvent]:
        """Scores say that a game began or ended; without them it is on the schedule."""
        teller = Teller(FEED, self._payload.received_at, league(text(game, "sport_key")))
        updated = moment(game, "last_update") or self._snapshot
        scores = {
            need_text(score, "name"): number(score, "score") for score in items(game, "scores")
        }
        ended = flag(game, "completed")
        kind: type[GameFinal | GameStart | GameScheduled] = (
            GameFinal if ended else GameStart if scores else GameScheduled
        )
        report = GameReport(
            start=need_moment(game, "commence_time"),
            extra=present(
                home=text(game, "home_team"),
                away=text(game, "away_team"),
                score={name: score for name, score in scores.items() if score is not None},
            ),
        )
        when = updated if kind is not GameScheduled else self._snapshot
        yield teller.tell(kind, report, game_id=_game_id(game), when=when)


class _Quoted(NamedTuple):
    """One market of one book on one game."""

    payload: Payload
    snapshot: datetime | None
    decimal: bool
    game: Any
    book: Any
    market: Any

    def check(self) -> Iterator[AnyEvent]:
        """A market without outcomes is told once, where it stands."""
        need_items(self.market, "outcomes")
        yield from ()

    def events(self, outcome: Any) -> Iterator[AnyEvent]:
        price = self._price(outcome)
        updated = moment(self.market, "last_update") or moment(self.book, "last_update")
        when = updated or self.snapshot
        told = when or self.payload.received_at
        commence = moment(self.game, "commence_time")
        point = number(outcome, "point")
        if point is None and _NEED_POINT.search(need_text(self.market, "key")):
            raise Unusable("point", "a price of this market means nothing without its point")
        line = Line(
            book=need_text(self.book, "key"),
            market=need_text(self.market, "key"),
            selection=need_text(outcome, "name"),
            participant=text(outcome, "description"),
            american=price.american,
            decimal=price.decimal,
            point=point,
            side="lay" if need_text(self.market, "key").endswith(_LAY) else "",
            live=None if commence is None else commence <= told,
            extra=present(
                title=text(self.book, "title"),
                home=text(self.game, "home_team"),
                away=text(self.game, "away_team"),
            ),
        )
        about = f"{line.book}/{line.market}/{line.participant}/{line.selection}"
        teller = Teller(FEED, self.payload.received_at, league(text(self.game, "sport_key")))
        yield teller.tell(
            LineMovement, line.plain(), game_id=_game_id(self.game), about=about, when=when
        )

    def _price(self, outcome: Any) -> Price:
        value = number(outcome, "price")
        if value is None:
            raise Unusable("price", "needs a price")
        price = Price.of_decimal(value) if self.decimal else Price.of_american(value)
        if price is None:
            raise Unusable("price", f"{value:g} is no price")
        return price


def _game_id(game: Any) -> str:
    return f"the_odds_api:{need_ident(game, 'id')}"


the_odds_api: Adapter = once(adapter(FEED, _readings))
