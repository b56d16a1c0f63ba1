"""Polymarket and the NHL's partner odds: every recorded payload by value, each trap by name."""

from __future__ import annotations

import json

import pytest
from payloads import lines, parse, utc

from models.events import (
    GameDelay,
    GameFinal,
    GamePostponed,
    GameScheduled,
    GameStart,
    LineMovement,
)
from models.odds import Line, Price

FOLDER = "odds"


def test_lists_within_texts_give_a_price_for_each_outcome(raw):
    body = raw("polymarket_gamma_events_wnba.json")
    parsed = parse("odds.polymarket", body)
    expected = [
        (market["conditionId"], market["groupItemTitle"], outcome, float(share))
        for event in json.loads(body)
        for market in event["markets"]
        for outcome, share in zip(
            json.loads(market["outcomes"]), json.loads(market["outcomePrices"]), strict=True
        )
    ]
    assert [
        (ln.market, ln.participant, ln.selection, ln.extra["share"]) for ln in lines(parsed)
    ] == expected
    first = lines(parsed)[0]
    assert (first.decimal, first.american, first.open) == (8.0, 700, True)
    assert (first.extra["bestBid"], first.extra["bestAsk"], first.extra["lastTradePrice"]) == (
        0.12, 0.13, 0.13,
    )  # fmt: skip
    assert parsed.rejected == []


def test_a_frame_may_be_a_list_and_its_numbers_texts(read):
    parsed = read("odds.polymarket", "polymarket_market_ws_frame.json")
    level = {"level": {"price": 0.2, "size": 60.0, "side": "BUY"}}
    assert lines(parsed) == [
        Line(book="polymarket", market="0x101e", selection="65637", side="bid", american=100,
             decimal=2.0, extra=level),
        Line(book="polymarket", market="0x101e", selection="65637", side="ask", american=-104,
             decimal=1.9608, extra=level),
        Line(book="polymarket", market="0x3b6b", selection="10483", side="last", american=-104,
             decimal=1.9608, size=20.0, extra={"taker": "BUY", "transaction": "0x7fe6"}),
    ]  # fmt: skip
    assert [e.timestamp for e in parsed.events] == [
        utc("2026-08-16T01:38:22.144"), utc("2026-08-16T01:38:22.144"),
        utc("2026-08-16T01:38:23.130"),
    ]  # fmt: skip


@pytest.mark.parametrize("body", [b"[]", b"ping", b"pong", b"PONG\n"])
def test_acknowledgements_and_keepalives_hold_nothing(body):
    assert parse("odds.polymarket", body) == ([], [])


def test_a_book_gives_its_best_prices_in_whichever_order_levels_come():
    book = {
        "event_type": "book", "market": "0x1", "asset_id": "9", "timestamp": "1786844302144",
        "bids": [{"price": "0.48", "size": "5"}, {"price": "0.50", "size": "7"}],
        "asks": [{"price": "0.60", "size": "1"}, {"price": "0.52", "size": "25"}],
    }  # fmt: skip
    told = lines(parse("odds.polymarket", json.dumps([book]).encode()))
    assert [(ln.side, ln.decimal, ln.size) for ln in told] == [
        ("bid", 2.0, 7.0), ("ask", 1.9231, 25.0),
    ]  # fmt: skip


def test_the_sports_channel_tells_that_a_game_is_under_way(read):
    (event,) = read("odds.polymarket", "polymarket_sports_ws_from_docs.jsonl").events
    assert (type(event), event.game_id, event.sport) == (GameStart, "polymarket:19439", "nfl")
    assert event.data.note == "InProgress"
    assert event.data.extra == {
        "home": "LAC", "away": "BUF", "score": "3-16", "period": "Q4", "elapsed": "5:18",
        "possession": "lac", "slug": "nfl-lac-buf-2025-01-26",
    }  # fmt: skip


def test_a_finished_game_of_the_sports_channel_is_final_at_its_own_time():
    frame = (
        b'{"gameId":7,"leagueAbbreviation":"nba","status":"finished","score":"99-98",'
        b'"live":false,"ended":true,"finished_timestamp":"2025-07-20T18:30:00.000Z"}'
    )
    (event,) = parse("odds.polymarket", frame).events
    assert (type(event), event.timestamp) == (GameFinal, utc("2025-07-20T18:30:00"))


def test_every_partner_price_is_a_line_of_its_game(raw):
    body = raw("nhl_partner_odds_20260929.json")
    parsed = parse("odds.nhl_partner_odds", body)
    told = [event for event in parsed.events if isinstance(event, LineMovement)]
    expected = [
        (f"nhl:{game['gameId']}", odds["description"], odds["value"], game[side]["abbrev"])
        for game in json.loads(body)["games"]
        for side in ("homeTeam", "awayTeam")
        for odds in game[side]["odds"]
    ]
    seen = [
        (e.game_id, e.data["market"], e.data["american"], e.data["extra"]["listed_with"])
        for e in told
    ]
    assert seen == expected
    starts = [e for e in parsed.events if isinstance(e, GameScheduled)]
    assert [(e.game_id, e.data.start) for e in starts] == [
        ("nhl:2026020001", utc("2026-09-29T21:00")), ("nhl:2026020004", utc("2026-09-30T02:00")),
    ]  # fmt: skip
    assert lines(parsed)[0] == Line(
        book="draftkings", market="OVER_UNDER", selection="Over", american=105, decimal=2.05,
        point=6.5, extra={"home": "CAR", "away": "FLA", "listed_with": "CAR", "stale": True},
    )  # fmt: skip
    assert [(ln.selection, ln.point) for ln in lines(parsed)[1:5]] == [
        ("Draw", None), ("CAR", -1.5), ("CAR", None), ("CAR", None),
    ]  # fmt: skip


def test_a_stamp_a_month_old_makes_its_lines_stale(raw):
    body = raw("nhl_partner_odds_20260929.json")
    parsed = parse("odds.nhl_partner_odds", body)
    told = [event for event in parsed.events if isinstance(event, LineMovement)]
    assert {(e.timestamp, e.confidence) for e in told} == {(utc("2026-08-28T18:00:38"), 0.2)}
    fresh = body.replace(b"2026-08-28T18:00:38Z", b"2026-09-29T18:00:38Z")
    again = parse("odds.nhl_partner_odds", fresh)
    assert {e.confidence for e in again.events} == {1.0}
    assert all("stale" not in ln.extra for ln in lines(again))


def test_odds_of_plus_and_minus_a_hundred_are_even():
    assert Price.of_american(100) == Price.of_american(-100)._replace(american=100)


@pytest.mark.parametrize(
    ("day", "stamp", "stale"),
    [
        ("2026-11-20", "2026-11-18T23:59:59Z", True),
        ("2026-11-20", "2026-11-19T00:00:00Z", False),
        ("", "2026-10-20T12:00:00Z", True),  # of the day of receipt
        ("", "2026-11-20T11:00:00Z", False),
        ("today", "2026-10-20T12:00:00Z", True),
        ("2026-11-20", "", True),
    ],
)
def test_lines_are_stale_by_the_day_they_are_for(day, stamp, stale):
    odds = [{"description": "MONEY_LINE_2_WAY", "value": "-110", "qualifier": ""}]
    game = {"gameId": 1, "startTimeUTC": "2026-11-21T00:00:00Z",
            "homeTeam": {"abbrev": "MTL", "odds": odds}, "awayTeam": {"abbrev": "BOS"}}  # fmt: skip
    root = {"currentOddsDate": day, "lastUpdatedUTC": stamp, "games": [game]}
    parsed = parse("odds.nhl_partner_odds", json.dumps(root).encode())
    (event,) = (e for e in parsed.events if isinstance(e, LineMovement))
    assert (event.confidence < 1.0, event.data["extra"].get("stale", False)) == (stale, stale)


def scored(**found):
    """A synthetic frame of the sports channel."""
    frame = {"gameId": 7, "leagueAbbreviation": "nba", "live": False, "ended": False, **found}
    return parse("odds.polymarket", json.dumps(frame).encode())


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        ({"status": "Scheduled"}, GameScheduled),
        ({"period": "Scheduled"}, GameScheduled),
        ({"status": "InProgress", "live": True}, GameStart),
        ({"status": "running", "live": True}, GameStart),
        ({"status": "Suspended", "live": True}, GameDelay),
        ({"status": "Delayed"}, GameDelay),
        ({"status": "Postponed"}, GamePostponed),
        ({"status": "Canceled", "ended": True}, GamePostponed),
        ({"status": "Final", "ended": True}, GameFinal),
        ({"ended": True, "live": True}, GameFinal),
    ],
)
def test_states_of_a_game_on_the_sports_channel(found, kind):
    (event,) = scored(**found).events
    assert type(event) is kind


def test_a_state_that_nobody_knows_is_kept():
    parsed = scored(status="WeirdStatus")
    assert (parsed.events, [r.where for r in parsed.rejected]) == ([], ["status"])


def test_a_game_under_another_name_and_the_time_within_its_state():
    state = {"updatedAt": "2026-07-29T18:06:45.267269546Z", "live": True}
    (event,) = scored(gameId=None, metadataGameId="id2703", live=True, eventState=state).events
    assert (event.game_id, event.timestamp) == (
        "polymarket:id2703", utc("2026-07-29T18:06:45.267269"),
    )  # fmt: skip
    assert [r.where for r in scored(gameId=None, live=True).rejected] == ["gameId"]


def polymarket(**frame):
    return parse("odds.polymarket", json.dumps(frame).encode())


def test_a_level_without_the_best_prices_is_no_price():
    parsed = polymarket(
        event_type="price_change", market="0x1", asset_id="9", timestamp="1786844302144",
        changes=[{"price": "0.4", "size": "3", "side": "SELL"}, {"side": "BUY"}],
    )  # fmt: skip
    assert len(parsed.rejected) == 1  # a frame is read as a whole
    parsed = polymarket(
        event_type="price_change", market="0x1", asset_id="9",
        changes=[{"price": "0.4", "size": "3", "side": "SELL"}],
    )  # fmt: skip
    (line,) = lines(parsed)
    assert (line.selection, line.decimal, line.extra) == (
        "9", None, {"level": {"price": 0.4, "size": 3.0, "side": "SELL"}},
    )  # fmt: skip


def test_a_book_that_was_asked_for_is_a_book():
    book = {"market": "0x7", "asset_id": "10", "timestamp": "1785352207071",
            "bids": [{"price": "0.08", "size": "3"}], "asks": []}  # fmt: skip
    (line,) = lines(polymarket(**book))
    assert (line.side, line.decimal, line.size) == ("bid", 12.5, 3.0)


def test_a_market_that_is_resolved_takes_no_bets():
    (line,) = lines(
        polymarket(event_type="market_resolved", market="0x7", winning_outcome="Yes",
                   winning_asset_id="1", timestamp="2026-01-01T00:00:00Z")
    )  # fmt: skip
    assert (line.market, line.open, line.extra["winner"]) == ("0x7", False, "Yes")


@pytest.mark.parametrize(
    ("closed", "accepting", "taking"),
    [(False, True, True), (False, False, False), (True, None, False), (False, None, True), (None, True, None)],
)  # fmt: skip
def test_a_market_that_accepts_no_orders_takes_no_bets(closed, accepting, taking):
    market = {"conditionId": "0x1", "outcomes": '["A", "B"]', "outcomePrices": '["0.4", "0.6"]',
              "closed": closed, "acceptingOrders": accepting}  # fmt: skip
    assert {ln.open for ln in lines(polymarket(**market))} == {taking}
