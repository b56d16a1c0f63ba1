"""Betfair's exchange stream: market change messages, one a line, live or from its history files.

A message is a change, not a state: what it does not name stands, unless it is a market's image.
``clk`` is where to resume.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any, Literal

from actors.feeds.adapters.messages import joined, messages_adapter, present, unless_listed
from actors.feeds.adapters.port import Adapter, Payload
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
    text,
)
from actors.feeds.adapters.telling import Reading, Teller, listed
from models.events import AnyEvent, LineMovement, SourceReport, SourceStatus
from models.odds import Line, Price

FEED = "odds.betfair"
BOOK = "betfair"

_Side = Literal["back", "lay", "last"]
_SIDES: tuple[tuple[str, _Side], ...] = (
    ("batb", "back"), ("bdatb", "back"), ("batl", "lay"), ("bdatl", "lay"),
)  # fmt: skip
"""Best available prices by level, with and without virtual bets."""
_DEPTH: tuple[tuple[str, _Side], ...] = (("atb", "back"), ("atl", "lay"))
"""All prices on offer: of an image the best is known, of a change only that its level changed."""
_STALE = 503


def _readings(payload: Payload, where: str, message: Any) -> Iterator[Reading]:
    match text(message, "op"):
        case "mcm":
            yield from _changes(payload, where, message)
        case "connection" | "status":
            yield Reading(where, message, partial(_answer, message))
        case "" if at(message, "marketType") is not None:
            raise Unusable("", "a market definition by itself names no market")
        case other:
            raise Unusable("op", f"{other or 'nothing'} is no message of a market stream")


def _answer(message: Any) -> Iterator[AnyEvent]:
    """A refusal closes the connection; being connected is the transport's to tell."""
    if text(message, "statusCode") == "FAILURE":
        raise Unusable("statusCode", f"refused: {text(message, 'errorCode')}")
    yield from ()


def _changes(payload: Payload, where: str, message: Any) -> Iterator[Reading]:
    when = milliseconds(message, "pt")
    if number(message, "status") == _STALE:
        yield Reading(where, message, partial(_stale, payload, when))
    yield from unless_listed(where, message, "mc")
    for place, market in listed("mc", items(message, "mc")):
        change = _Change(payload, market, when)
        if at(market, "marketDefinition") is not None:
            yield Reading(joined(where, place, "marketDefinition"), market, change.definition)
        elif flag(market, "img"):
            yield Reading(joined(where, place), market, change.image)
        yield from unless_listed(joined(where, place), market, "rc")
        for inner, runner in listed("rc", items(market, "rc")):
            read = partial(change.prices, runner)
            yield Reading(joined(where, place, inner), runner, read)


def _stale(payload: Payload, when: datetime | None) -> Iterator[AnyEvent]:
    """503: prices may be old; the connection stays and recovers by itself.

    It names no time of its own, and each is of its moment: the receipt's is taken into the id.
    """
    report = SourceReport(
        state="degraded", degraded=True, note="Betfair marks its prices as stale (status 503)"
    )
    yield Teller(FEED, payload.received_at).tell(
        SourceStatus, report, about="stale", when=when or payload.received_at
    )


class _Change:
    """What one message says of one market."""

    def __init__(self, payload: Payload, market: Any, when: datetime | None) -> None:
        self._teller = Teller(FEED, payload.received_at)
        self._market = market
        self._when = when

    def definition(self) -> Iterator[AnyEvent]:
        """Whether bets are taken, and who runs."""
        found = at(self._market, "marketDefinition")
        line = Line(
            book=BOOK,
            market=need_ident(self._market, "id"),
            renewed=bool(flag(self._market, "img")),
            live=flag(found, "inPlay"),
            open=need_text(found, "status") == "OPEN",
            extra=present(
                status=text(found, "status"),
                market_type=text(found, "marketType"),
                name=text(found, "name"),
                game=text(found, "eventName"),
                venue=text(found, "venue"),
                start=text(found, "marketTime") if moment(found, "marketTime") else "",
                runners={
                    ident(runner, "id"): present(
                        name=text(runner, "name"), status=text(runner, "status")
                    )
                    for runner in items(found, "runners")
                },
            ),
        )
        yield self._tell(line, _game_id(self._market))

    def image(self) -> Iterator[AnyEvent]:
        """Every price follows: what this one does not name is no longer offered."""
        yield self._tell(Line(book=BOOK, market=need_ident(self._market, "id"), renewed=True))

    def prices(self, runner: Any) -> Iterator[AnyEvent]:
        """Best back, best lay and last traded price of one runner, as far as they changed."""
        need_ident(runner, "id")
        for ladder, side in _SIDES:
            for level in items(runner, ladder):
                if number(level, 0) == 0:
                    yield self._quote(runner, side, number(level, 1), number(level, 2))
        for ladder, side in _DEPTH:
            yield from self._offers(runner, side, items(runner, ladder))
        if last := number(runner, "ltp"):  # 0: nothing was traded yet
            yield self._quote(runner, "last", last, None)

    def _offers(self, runner: Any, side: _Side, levels: list[Any]) -> Iterator[AnyEvent]:
        priced = [(number(level, 0), number(level, 1)) for level in levels]
        known = [(price, size) for price, size in priced if price is not None and size is not None]
        if len(known) < len(priced):
            raise Unusable(side, "a level needs a price and a size")
        if flag(self._market, "img"):
            offered = [(price, size) for price, size in known if size > 0]
            if offered:
                price, size = (max if side == "back" else min)(offered)
                yield self._quote(runner, side, price, size)
            return
        for price, size in known:
            level = {"side": side, "price": price, "size": size}
            line = Line(
                book=BOOK, market=need_ident(self._market, "id"),
                selection=need_ident(runner, "id"), point=number(runner, "hc"),
                extra={"level": level},
            )  # fmt: skip
            yield self._tell(line)

    def _quote(
        self, runner: Any, side: _Side, decimal: float | None, size: float | None
    ) -> AnyEvent:
        price = Price.of_decimal(decimal or 0.0)
        if price is None and decimal:
            raise Unusable(side, f"{decimal:g} is no price")
        line = Line(
            book=BOOK,
            market=need_ident(self._market, "id"),
            selection=need_ident(runner, "id"),
            side=side,
            american=price.american if price else None,
            decimal=price.decimal if price else None,
            point=number(runner, "hc"),
            size=size,
            withdrawn=price is None,
            extra=present(image=flag(self._market, "img")),
        )
        return self._tell(line)

    def _tell(self, line: Line, game_id: str = "") -> AnyEvent:
        about = "/".join(filter(None, (line.market, line.selection, line.side)))
        return self._teller.tell(
            LineMovement, line.plain(), about=about, game_id=game_id, when=self._when
        )


def _game_id(market: Any) -> str:
    found = ident(market, "marketDefinition", "eventId")
    return f"{BOOK}:{found}" if found else ""


betfair: Adapter = messages_adapter(FEED, _readings)
