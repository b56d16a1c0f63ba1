"""Polymarket: events and markets (gamma REST), order books and trades, scores (WebSockets).

Without keys. One frame may be a list; numbers and times come as text, and in gamma's markets lists
come as JSON within text. ``[]`` acknowledges a subscription; ``ping`` and ``pong`` are no messages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any, Literal

from actors.feeds.adapters.messages import joined, messages_adapter, present, unless_listed
from actors.feeds.adapters.port import Adapter, Parsed, Payload
from actors.feeds.adapters.reading import (
    Unusable,
    at,
    flag,
    ident,
    items,
    milliseconds,
    moment,
    need_ident,
    need_text,
    number,
    read_json,
    text,
)
from actors.feeds.adapters.telling import Reading, Teller, listed
from models.events import (
    AnyEvent,
    GameDelay,
    GameFinal,
    GamePostponed,
    GameReport,
    GameScheduled,
    GameStart,
    LineMovement,
)
from models.odds import Line, Price

FEED = "odds.polymarket"
BOOK = "polymarket"
_KEEPALIVE = frozenset((b"ping", b"pong", b"PING", b"PONG"))

_Side = Literal["bid", "ask", "last"]
_Kind = GameScheduled | GameStart | GameDelay | GamePostponed | GameFinal
_BEST: tuple[tuple[_Side, str], ...] = (("bid", "best_bid"), ("ask", "best_ask"))
_SCHEDULED = frozenset(
    ("scheduled", "notstarted", "not_started", "not started", "pregame", "created")
)
_OFF = frozenset(("postponed", "canceled", "cancelled", "forfeit"))
_HELD_UP = frozenset(("delayed", "suspended", "interrupted"))


def _readings(payload: Payload, where: str, message: Any) -> Iterator[Reading]:
    found = list(listed(where, message)) if isinstance(message, list) else [(where, message)]
    for place, member in found:
        yield from _member(payload, place, member)


def _member(payload: Payload, where: str, member: Any) -> Iterator[Reading]:
    if text(member, "event_type") or at(member, "bids") is not None:
        yield Reading(where, member, partial(_market_frame, payload, member))
    elif at(member, "markets") is not None:
        yield from unless_listed(where, member, "markets")
        for place, market in listed("markets", items(member, "markets")):
            read = partial(_gamma, payload, member, market)
            yield Reading(joined(where, place), market, read)
    elif at(member, "outcomePrices") is not None:
        yield Reading(where, member, partial(_gamma, payload, None, member))
    elif at(member, "live") is not None:
        yield Reading(where, member, partial(_game, payload, member))
    else:
        raise Unusable("", "is no event, market, frame or score")


def _gamma(payload: Payload, event: Any, market: Any) -> Iterator[AnyEvent]:
    """One price per outcome; the first outcome also has the book's best prices."""
    outcomes, prices = _within(market, "outcomes"), _within(market, "outcomePrices")
    if not outcomes or len(outcomes) != len(prices):
        raise Unusable("outcomePrices", f"{len(prices)} prices for {len(outcomes)} outcomes")
    closed = flag(market, "closed")
    taking = closed is False and flag(market, "acceptingOrders") is not False
    for place, (outcome, price) in enumerate(zip(outcomes, prices, strict=True)):
        book = ("bestBid", "bestAsk", "lastTradePrice") if place == 0 else ()
        line = _line(
            need_ident(market, "conditionId"),
            text(outcome),
            "",
            number(price),
            participant=text(market, "groupItemTitle"),
            open=None if closed is None else taking,
            extra=present(
                question=text(market, "question"),
                event=text(event, "title"),
                share=number(price),
                ends=text(market, "endDateIso"),
                **{name: number(market, name) for name in book},
            ),
        )
        about = f"{line.market}/{line.selection}"
        when = moment(market, "updatedAt")
        yield Teller(FEED, payload.received_at).tell(
            LineMovement, line.plain(), about=about, when=when
        )


def _within(market: Any, name: str) -> list[Any]:
    """A list that may come as JSON within a text."""
    if isinstance(at(market, name), list):
        return items(market, name)
    return items(read_json(need_text(market, name).encode()))


def _line(
    market: str, selection: str, side: _Side | Literal[""], share: float | None, **rest: Any
) -> Line:
    """A share of a dollar as a price; at 0 and 1 there is none."""
    if share is None or not 0.0 <= share <= 1.0:
        raise Unusable("price", f"{share} is no share of a dollar")
    price = Price.of_probability(share)
    return Line(
        book=BOOK,
        market=market,
        selection=selection,
        side=side,
        american=price.american if price else None,
        decimal=price.decimal if price else None,
        **rest,
    )


def _market_frame(payload: Payload, frame: Any) -> Iterable[AnyEvent]:
    kind = text(frame, "event_type") or "book"  # as books are when they are asked for
    read = _FRAMES.get(kind)
    if read is None:
        raise Unusable("event_type", f"{kind} is unknown")
    when = milliseconds(frame, "timestamp") or moment(frame, "timestamp")
    return [
        Teller(FEED, payload.received_at).tell(
            LineMovement, line.plain(), about=f"{line.market}/{line.selection}/{line.side}",
            when=when,
        )
        for line in read(frame)
    ]  # fmt: skip


def _changes(frame: Any) -> Iterator[Line]:
    """Levels of the book changed; the best prices stand beside each, until 2025 they did not."""
    for change in items(frame, "price_changes") or items(frame, "changes"):
        market = need_ident(frame, "market")
        asset = ident(change, "asset_id") or need_ident(frame, "asset_id")
        level = present(
            price=number(change, "price"),
            size=number(change, "size"),
            side=text(change, "side"),
        )
        best = [(side, name) for side, name in _BEST if at(change, name) is not None]
        for side, name in best:
            yield _line(market, asset, side, number(change, name), extra={"level": level})
        if not best:
            if "price" not in level or "size" not in level:
                raise Unusable("price_changes", "a level needs a price and a size")
            yield Line(book=BOOK, market=market, selection=asset, extra={"level": level})


def _trade(frame: Any) -> Iterator[Line]:
    yield _line(
        need_ident(frame, "market"), need_ident(frame, "asset_id"), "last",
        number(frame, "price"), size=number(frame, "size"),
        extra=present(taker=text(frame, "side"), transaction=text(frame, "transaction_hash")),
    )  # fmt: skip


def _book(frame: Any) -> Iterator[Line]:
    """The whole book: its best bid and ask, in whichever order levels come."""
    sides: tuple[tuple[_Side, tuple[str, str], Callable[..., Any]], ...] = (
        ("bid", ("bids", "buys"), max),
        ("ask", ("asks", "sells"), min),
    )
    for side, names, best in sides:
        levels = [level for name in names for level in items(frame, name)]
        priced = [(number(level, "price"), number(level, "size")) for level in levels]
        if found := [(price, size) for price, size in priced if price is not None and size]:
            price, size = best(found)
            market, asset = need_ident(frame, "market"), need_ident(frame, "asset_id")
            yield _line(market, asset, side, price, size=size)


def _best(frame: Any) -> Iterator[Line]:
    for side, name in _BEST:
        market, asset = need_ident(frame, "market"), need_ident(frame, "asset_id")
        yield _line(market, asset, side, number(frame, name))


def _resolved(frame: Any) -> Iterator[Line]:
    """Nobody bets on it any more."""
    yield Line(
        book=BOOK,
        market=ident(frame, "market") or need_ident(frame, "condition_id"),
        open=False,
        extra=present(
            resolved=True,
            winner=text(frame, "winning_outcome"),
            winning_asset=ident(frame, "winning_asset_id"),
        ),
    )


def _no_price(_: Any) -> Iterator[Line]:
    """Finer ticks and new markets: nothing moved."""
    return iter(())


_FRAMES: dict[str, Callable[[Any], Iterator[Line]]] = {
    "book": _book,
    "price_change": _changes,
    "last_trade_price": _trade,
    "best_bid_ask": _best,
    "tick_size_change": _no_price,
    "new_market": _no_price,
    "market_resolved": _resolved,
}


def _game(payload: Payload, found: Any) -> Iterator[AnyEvent]:
    """A score from the sports channel: the game is under way, over, or to come.

    The score stays text: its form varies by sport, and whose number comes first is nowhere said.
    """
    kind = _kind(found)
    named = (ident(found, name) for name in ("gameId", "metadataGameId", "slug"))
    game_id = next(filter(None, named), "") or need_ident(found, "gameId")
    report = GameReport(
        note=text(found, "status"),
        extra=present(
            home=text(found, "homeTeam"),
            away=text(found, "awayTeam"),
            score=text(found, "score"),
            period=text(found, "period"),
            elapsed=text(found, "elapsed"),
            possession=text(found, "turn"),
            slug=text(found, "slug"),
        ),
    )
    yield Teller(FEED, payload.received_at, text(found, "leagueAbbreviation").lower()).tell(
        kind, report, game_id=f"{BOOK}:{game_id}", when=_updated(found)
    )


def _kind(found: Any) -> type[_Kind]:
    said = text(found, "status").lower()
    if said in _OFF:
        return GamePostponed
    if flag(found, "ended"):
        return GameFinal
    if said in _HELD_UP:
        return GameDelay
    if flag(found, "live"):
        return GameStart
    if (said or text(found, "period").lower()) in _SCHEDULED:
        return GameScheduled
    raise Unusable("status", f"{text(found, 'status') or 'nothing'}: neither live nor ended")


def _updated(found: Any) -> datetime | None:
    names = ("finished_timestamp", "finishedTimestamp", "updatedAt", "last_update")
    held = (found, at(found, "eventState"))
    return next(filter(None, (moment(one, name) for one in held for name in names)), None)


_parse = messages_adapter(FEED, _readings)


def polymarket(payload: Payload) -> Parsed:
    """Any of Polymarket's payloads; keepalives hold nothing."""
    if payload.body.strip() in _KEEPALIVE:
        return Parsed([], [])
    return _parse(payload)


_: Adapter = polymarket
