"""A market that closes leaves the line board with all of its prices."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from models.events import LineMovement
from models.lines import LineBoard
from models.odds import Line

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def told(line, game_id=""):
    return LineMovement(
        event_id="e", source="odds.betfair", timestamp=NOW, received_at=NOW, game_id=game_id,
        data=line.plain(),
    )  # fmt: skip


def board(*events):
    made = LineBoard()
    for event in events:
        made.take(event)
    return {(q.book, q.market, q.selection) for game in made.games.values() for q in game.values()}


def price(market, selection, book="betfair"):
    return told(Line(book=book, market=market, selection=selection, side="back", decimal=2.0))


def test_a_suspended_market_takes_its_prices_along_and_no_others():
    closed = told(Line(book="betfair", market="1.2", open=False), "betfair:7")
    prices = (price("1.2", "a"), price("1.2", "b"), price("1.3", "a"), price("1.2", "a", "kalshi"))
    assert board(*prices, closed) == {("betfair", "1.3", "a"), ("kalshi", "1.2", "a")}
    opened = told(Line(book="betfair", market="1.2", open=True), "betfair:7")
    assert len(board(*prices, opened)) == 4


def test_an_outcome_that_is_closed_takes_only_itself_along():
    gone = Line(book="betfair", market="1.2", selection="a", side="back", decimal=2.0, open=False)
    assert board(price("1.2", "a"), price("1.2", "b"), told(gone)) == {("betfair", "1.2", "b")}


@pytest.mark.parametrize("is_open", [None, True, False])
def test_a_market_told_anew_keeps_what_is_offered_again_and_when_it_opened(is_open):
    line = Line(book="betfair", market="1.2", renewed=True, open=is_open)
    renewed = told(line, "betfair:7")
    again = told(Line(book="betfair", market="1.2", selection="a", side="back", decimal=2.5))
    made = LineBoard()
    for event in (price("1.2", "a"), price("1.2", "b"), price("1.3", "a"), renewed, again):
        made.take(event)
    quotes = {(q.market, q.selection): q for q in made.games[""].values()}
    assert quotes.keys() == {("1.2", "a"), ("1.3", "a")}
    quote = quotes["1.2", "a"]
    assert (quote.opened, quote.previous, quote.decimal) == (2.0, 2.0, 2.5)
