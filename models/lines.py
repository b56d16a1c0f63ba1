"""The line board: what every book offers on every game, how it moved, and where books disagree.

A fold of ``line_movement`` events; ``arbitrage`` looks for outcomes of one bet that, each at its
best price over all books, cost together less than what any of them pays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from models.events import LineMovement
from models.odds import Line

BET = frozenset({"", "back"})
"""Sides at which somebody may bet on an outcome."""
MOST_GAMES = 2_000
MOST_MARGIN = 0.5
"""A book whose outcomes cost more than this above 1 has not been read as it meant them."""


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """One price of one book, and where it came from."""

    book: str
    market: str
    participant: str
    selection: str
    side: str
    point: float | None
    decimal: float
    american: int | None
    opened: float
    """Decimal price first seen."""
    previous: float | None
    """... before the last move; None where it never moved."""
    moved_at: datetime
    seen_at: datetime

    @property
    def implied(self) -> float:
        """Probability implied by the price, the book's margin included."""
        return 1.0 / self.decimal


class Bet(NamedTuple):
    """What outcomes must share to be outcomes of one bet."""

    market: str
    participant: str
    distance: float | None
    """Size of spread or total: -3.5 for one side is +3.5 for the other."""


class Leg(msgspec.Struct, frozen=True, kw_only=True):
    """One outcome at its best price, and the share of the stake that goes on it."""

    selection: str
    book: str
    decimal: float
    stake: float


class Arbitrage(msgspec.Struct, frozen=True, kw_only=True):
    """Outcomes of one bet that together cost less than they pay."""

    game_id: str
    market: str
    participant: str
    point: float | None
    legs: tuple[Leg, ...]
    margin: float
    """What a stake of 1 wins, whatever happens."""
    oldest_s: float
    """Age of the oldest price in it: an old one may be gone."""


_Key = tuple[str, str, str, str, str, float | None]


class LineBoard:
    """The newest quote of every book, market and selection, by game."""

    def __init__(self) -> None:
        self.games: dict[str, dict[_Key, Quote]] = {}
        self.newest: datetime | None = None
        self._renewed: dict[_Key, Quote] = {}
        """Quotes of the market told anew last: what is quoted again has not just opened."""
        self.unreadable = 0
        """Movements that name no book or market; they stand in the log and not here."""

    def take(self, event: LineMovement) -> None:
        """Fold one movement; a withdrawn or priceless line leaves the board."""
        try:
            line = Line.of(event.data)
        except msgspec.ValidationError:
            self.unreadable += 1
            return
        game = self.games.setdefault(event.game_id, {})
        if len(self.games) > MOST_GAMES:
            del self.games[next(iter(self.games))]
        key = (line.book, line.market, line.participant, line.selection, line.side, line.point)
        if line.renewed or (line.open is False and not line.selection):
            taken = self._close(line, event.game_id)
            self._renewed = taken if line.renewed else self._renewed
        seen = event.received_at
        self.newest = max(self.newest or seen, seen)
        if line.withdrawn or line.open is False or line.decimal is None:
            game.pop(key, None)
            return
        before = game.get(key) or self._renewed.get(key)
        game[key] = _quoted(line, line.decimal, before, seen)

    def _close(self, line: Line, game_id: str) -> dict[_Key, Quote]:
        """Take down all prices of a market; exchanges name the game only where they define one."""
        return {
            key: game.pop(key)
            for game in (self.games.get(game_id, {}), self.games.get("", {}))
            for key in [key for key in game if key[:2] == (line.book, line.market)]
        }

    def arbitrage(self, oldest: timedelta) -> list[Arbitrage]:
        """Everything on the board by now, the widest margin first; prices no older than that."""
        if self.newest is None:
            return []
        found = [
            one
            for game_id, quotes in self.games.items()
            for one in _of_game(game_id, quotes.values(), self.newest, oldest)
        ]
        return sorted(found, key=lambda one: -one.margin)


def _quoted(line: Line, decimal: float, before: Quote | None, seen: datetime) -> Quote:
    moved = before is None or before.decimal != decimal
    previous = line.previous if before is None else before.previous
    return Quote(
        book=line.book,
        market=line.market,
        participant=line.participant,
        selection=line.selection,
        side=line.side,
        point=line.point,
        decimal=decimal,
        american=line.american,
        opened=decimal if before is None else before.opened,
        previous=before.decimal if before is not None and moved else previous,
        moved_at=seen if before is None or moved else before.moved_at,
        seen_at=seen,
    )


def _of_game(
    game_id: str, quotes: Iterable[Quote], now: datetime, oldest: timedelta
) -> Iterator[Arbitrage]:
    bets: dict[Bet, list[Quote]] = {}
    for quote in quotes:
        if quote.side in BET and now - quote.seen_at <= oldest:
            distance = None if quote.point is None else abs(quote.point)
            bets.setdefault(Bet(quote.market, quote.participant, distance), []).append(quote)
    for bet, offered in bets.items():
        outcomes = _outcomes(offered)
        best = _best(offered)
        if outcomes and outcomes == best.keys():
            cost = sum(quote.implied for quote in best.values())
            if cost < 1.0:
                yield _arbitrage(game_id, bet, best, cost, now)


def _outcomes(offered: Iterable[Quote]) -> frozenset[str]:
    """All outcomes of a bet: those of a book that prices every one with a margin of its own.

    Two outcomes out of three cost less than 1 at any book: without such a book nothing is said.
    """
    by_book: dict[str, dict[str, float]] = {}
    for quote in offered:
        by_book.setdefault(quote.book, {})[quote.selection] = quote.implied
    whole = [
        frozenset(prices)
        for prices in by_book.values()
        if len(prices) > 1 and 1.0 <= sum(prices.values()) <= 1.0 + MOST_MARGIN
    ]
    return max(whole, key=len, default=frozenset())


def _best(offered: Iterable[Quote]) -> dict[str, Quote]:
    best: dict[str, Quote] = {}
    for quote in offered:
        if quote.selection not in best or quote.decimal > best[quote.selection].decimal:
            best[quote.selection] = quote
    return best


def _arbitrage(
    game_id: str, bet: Bet, best: Mapping[str, Quote], cost: float, now: datetime
) -> Arbitrage:
    """Stakes in proportion to implied probabilities pay the same whatever happens: 1 / cost."""
    return Arbitrage(
        game_id=game_id,
        market=bet.market,
        participant=bet.participant,
        point=bet.distance,
        legs=tuple(
            Leg(
                selection=selection,
                book=quote.book,
                decimal=quote.decimal,
                stake=round(quote.implied / cost, 6),
            )
            for selection, quote in sorted(best.items())
        ),
        margin=round(1.0 / cost - 1.0, 6),
        oldest_s=max((now - quote.seen_at).total_seconds() for quote in best.values()),
    )
