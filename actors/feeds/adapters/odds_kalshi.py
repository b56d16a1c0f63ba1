"""Kalshi: markets (REST) and order books (WebSocket); prices are texts in dollars.

Books are numbered: ``sid`` names the subscription, ``seq`` counts its messages. A gap means that
the book is wrong until a snapshot comes; ``gap_after`` tells it across frames. A side of a book
that is empty is left out. No bid on one side is an ask on the other: yes at 0.41 is no at 0.59.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any, Literal

from actors.feeds.adapters.messages import (
    joined,
    messages,
    present,
    refused,
    since_epoch,
    unless_listed,
)
from actors.feeds.adapters.port import Adapter, Payload
from actors.feeds.adapters.reading import (
    Unusable,
    at,
    items,
    milliseconds,
    moment,
    need_ident,
    need_text,
    number,
    text,
    whole,
)
from actors.feeds.adapters.telling import Reading, Teller, adapter, listed
from models.events import AnyEvent, LineMovement
from models.odds import Line, Price

FEED = "odds.kalshi"
BOOK = "kalshi"

_Side = Literal["bid", "ask", "last"]
_SILENT = frozenset((
    "subscribed", "unsubscribed", "ok", "event_lifecycle", "event_fee_update",
    "multivariate_lookup", "multivariate_market_lifecycle",
))  # fmt: skip
_TAKES_BETS = {"activated": True, **dict.fromkeys(("deactivated", "determined", "settled"), False)}
"""What becomes of a market, by whether it takes bets then; anything else leaves it as it is."""
_LEVELS = {
    "yes": ("yes_dollars_fp", "yes_dollars", "yes"),
    "no": ("no_dollars_fp", "no_dollars", "no"),
}


def gap_after(body: bytes, seen: dict[int, int]) -> list[int]:
    """Subscriptions with messages missing before this frame; ``seen`` is brought up to date.

    Ask for each with ``update_subscription``, action ``get_snapshot``, and its market tickers.
    """
    gaps = []
    for _, _, message in messages(body):
        sid, seq = whole(message, "sid"), whole(message, "seq")
        if sid is None or seq is None:
            continue
        if _is_gap(message, seen.get(sid), seq):
            gaps.append(sid)
        seen[sid] = seq
    return gaps


def _is_gap(message: Any, last: int | None, seq: int) -> bool:
    return last is not None and seq > last + 1 and text(message, "type") != "orderbook_snapshot"


def _frames(payload: Payload) -> Iterator[Reading]:
    seen: dict[int, int] = {}
    for where, raw, message in messages(payload.body):
        if isinstance(message, Unusable):
            yield refused(where, message, raw)
            continue
        sid, seq = whole(message, "sid"), whole(message, "seq")
        if sid is not None and seq is not None:
            last = seen.get(sid)
            if _is_gap(message, last, seq):
                reason = f"messages after {last} of subscription {sid} are missing: get a snapshot"
                yield refused(joined(where, "seq"), Unusable("", reason), raw)
            seen[sid] = seq
        yield from _message(payload, where, message)


def _message(payload: Payload, where: str, message: Any) -> Iterator[Reading]:
    if at(message, "markets") is not None or at(message, "market") is not None:
        one = [at(message, "market")] if at(message, "market") is not None else []
        yield from unless_listed(where, message, "markets")
        for place, market in listed("markets", items(message, "markets") or one):
            yield Reading(joined(where, place), market, partial(_market, payload, market))
    elif isinstance(message, dict) and text(message, "cmd"):
        yield refused(where, Unusable("cmd", "is a client's command"), message)
    else:
        yield Reading(where, message, partial(_frame, payload, message))


def _market(payload: Payload, market: Any) -> Iterator[AnyEvent]:
    """Best bid and ask of yes, and what was traded last."""
    status = text(market, "status")
    for side, name in (("bid", "yes_bid"), ("ask", "yes_ask"), ("last", "last_price")):
        share = _dollars(market, name)
        if share is None:
            continue
        yield _tell(
            payload, market, "ticker", side, share,  # type: ignore[arg-type]
            when=moment(market, "updated_time"),
            participant=text(market, "yes_sub_title"),
            previous=_decimal(_dollars(market, f"previous_{name.replace('last_price', 'price')}")),
            size=number(market, f"{name}_size_fp"),
            open=status in {"active", "open"} if status else None,
            extra=present(
                event=text(market, "event_ticker"),
                title=text(market, "title"),
                rules=text(market, "rules_primary"),
                status=status,
                result=text(market, "result"),
                volume=number(market, "volume_fp"),
                share=share,
            ),
        )  # fmt: skip


def _dollars(market: Any, name: str) -> float | None:
    """A price in dollars; older answers have whole cents."""
    share = number(market, f"{name}_dollars")
    cents = number(market, name)
    return cents / 100.0 if share is None and cents is not None else share


def _frame(payload: Payload, frame: Any) -> Iterator[AnyEvent]:
    kind = need_text(frame, "type")
    held = at(frame, "msg")
    match kind:
        case "orderbook_snapshot":
            yield from _snapshot(payload, held)
        case "orderbook_delta":
            yield _delta(payload, frame, held)
        case "ticker" | "ticker_v2":
            yield from _ticker(payload, held)
        case "trade":
            share = _dollars(held, "yes_price")
            size = number(held, "count_fp") or number(held, "count")
            yield _tell(payload, held, "market_ticker", "last", share, when=_when(held), size=size)
        case "market_lifecycle" | "market_lifecycle_v2":
            yield from _lifecycle(payload, held)
        case "error":
            raise Unusable("msg", f"refused: {text(held, 'msg') or text(held, 'code')}")
        case _ if kind in _SILENT:
            return
        case _:
            raise Unusable("type", f"{kind} is unknown")


def _lifecycle(payload: Payload, held: Any) -> Iterator[AnyEvent]:
    """Whether bets are taken from now on."""
    said = need_text(held, "event_type")
    if (takes := _TAKES_BETS.get(said)) is None:
        return
    extra = present(event=said, result=text(held, "result"))
    market = need_ident(held, "market_ticker")
    line = Line(book=BOOK, market=market, open=takes, extra=extra)
    teller = Teller(FEED, payload.received_at)
    yield teller.tell(LineMovement, line.plain(), about=f"{market}/lifecycle", when=_when(held))


def _when(held: Any) -> datetime | None:
    """``ts_ms`` in milliseconds; ``ts`` has been seconds, and a text."""
    seconds = whole(held, "ts")
    return (
        milliseconds(held, "ts_ms")
        or (since_epoch(seconds, 1_000_000) if seconds else None)
        or moment(held, "ts")
    )


def _snapshot(payload: Payload, held: Any) -> Iterator[AnyEvent]:
    for side, names in _LEVELS.items():
        name = next((name for name in names if items(held, name)), "")
        unit = 1.0 if "dollars" in name else 0.01  # older books have whole cents
        levels = [(number(level, 0), number(level, 1)) for level in items(held, name)]
        found = [(price * unit, size) for price, size in levels if price is not None and size]
        if found:
            price, size = max(found)
            # a bid for no is the ask for yes that it is
            share = round(price if side == "yes" else 1.0 - price, 6)
            quote: _Side = "bid" if side == "yes" else "ask"
            yield _tell(
                payload, held, "market_ticker", quote, share,
                when=_when(held), size=size, extra={"snapshot": True},
            )  # fmt: skip


def _delta(payload: Payload, frame: Any, held: Any) -> AnyEvent:
    """A change of one level, and no quote: which level is best only the whole book says."""
    change, share = number(held, "delta_fp"), _dollars(held, "price")
    change = number(held, "delta") if change is None else change
    if share is None or change is None:
        raise Unusable("msg", "needs a price and a change")
    level = {"side": _sided(text(held, "side")), "share": share, "change": change}
    line = Line(
        book=BOOK,
        market=need_ident(held, "market_ticker"),
        selection="yes",
        extra={"level": level, **present(sid=whole(frame, "sid"), seq=whole(frame, "seq"))},
    )
    teller = Teller(FEED, payload.received_at)
    return teller.tell(LineMovement, line.plain(), about=f"{line.market}/level", when=_when(held))


def _sided(side: str) -> str:
    if side not in _LEVELS:
        raise Unusable("msg.side", f"{side or 'nothing'} is neither yes nor no")
    return side


def _ticker(payload: Payload, held: Any) -> Iterator[AnyEvent]:
    for side, name in (("bid", "yes_bid"), ("ask", "yes_ask"), ("last", "price")):
        share = _dollars(held, name)
        if share is not None:
            yield _tell(payload, held, "market_ticker", side, share, when=_when(held))  # type: ignore[arg-type]


def _tell(
    payload: Payload, held: Any, name: str, side: _Side, share: float | None, **rest: Any
) -> AnyEvent:
    if share is None or not 0.0 <= share <= 1.0:
        raise Unusable("price", f"{share} is no price in dollars")
    when = rest.pop("when")
    price = Price.of_probability(share)
    line = Line(
        book=BOOK,
        market=need_ident(held, name),
        selection="yes",
        side=side,
        american=price.american if price else None,
        decimal=price.decimal if price else None,
        **rest,
    )
    about = f"{line.market}/{side}"
    teller = Teller(FEED, payload.received_at)
    return teller.tell(LineMovement, line.plain(), about=about, when=when)


def _decimal(share: float | None) -> float | None:
    price = Price.of_probability(share or 0.0)
    return price.decimal if price else None


kalshi: Adapter = adapter(FEED, _frames)
