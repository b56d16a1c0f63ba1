"""Betfair and Kalshi: every recorded message by value, and each of their traps by name."""

from __future__ import annotations

import json

import pytest
from payloads import lines, parse, utc

from actors.feeds.adapters.odds_kalshi import gap_after
from models.events import SourceStatus
from models.odds import Line

FOLDER = "odds"


def test_an_image_gives_the_market_and_its_best_prices(read):
    parsed = read("odds.betfair", "betfair_streaming_mcm_SUB_IMAGE.json")
    market, *prices = lines(parsed)
    assert (market.market, market.open, market.live) == ("1.126235656", True, False)
    assert (market.extra["status"], market.renewed) == ("OPEN", True)
    assert list(market.extra["runners"]) == [
        "11131804", "11064886", "11404390", "11527192", "14341", "11530194", "10257411",
    ]  # fmt: skip
    assert [(ln.selection, ln.side, ln.decimal, ln.size) for ln in prices] == [
        ("11530194", "back", 46.0, 3.0),
        ("11131804", "back", 2.54, 7.95),
        ("11131804", "lay", 2.72, 8.8),
        ("11527192", "back", 4.6, 3.69),
        ("11527192", "lay", 980.0, 22.72),
        ("11404390", "back", 5.8, 3.44),
        ("11404390", "lay", 980.0, 22.72),
        ("11064886", "back", 1.8, 21.32),
        ("11064886", "lay", 2.18, 48.28),
        ("14341", "back", 4.6, 3.69),
        ("14341", "lay", 130.0, 22.72),
        ("10257411", "back", 42.0, 3.0),
    ]
    assert {e.timestamp for e in parsed.events} == {utc("2016-08-16T17:55:59.007")}
    assert parsed.events[0].game_id == "betfair:27890558"


def test_a_last_price_of_zero_is_no_trade(read):
    parsed = read("odds.betfair", "betfair_streaming_mcm_SUB_IMAGE.json")
    assert "last" not in {ln.side for ln in lines(parsed)}


def test_an_update_names_only_what_changed(read):
    parsed = read("odds.betfair", "betfair_streaming_mcm_update.json")
    assert lines(parsed) == [
        Line(
            book="betfair", market="1.126235656", selection="11527192", side="back",
            american=370, decimal=4.7, size=4.33,
        )
    ]  # fmt: skip


def test_a_suspended_market_takes_no_bets(read):
    (market,) = lines(read("odds.betfair", "betfair_streaming_mcm_UPDATE_md.json"))
    assert (market.market, market.open, market.live) == ("1.128149474", False, True)
    assert market.extra["status"] == "SUSPENDED"


@pytest.mark.parametrize(
    "file",
    [
        "betfair_streaming_mcm_HEARTBEAT.json",
        "betfair_streaming_mcm_UPDATE_tv.json",
        "betfair_streaming_connection.json",
    ],
)
def test_a_message_without_a_price_is_no_event_and_no_fault(read, file):
    parsed = read("odds.betfair", file)
    assert (parsed.events, parsed.rejected) == ([], [])


def test_status_503_says_that_prices_are_stale_and_the_line_stays(read):
    (event,) = read("odds.betfair", "betfair_streaming_503.json").events
    assert isinstance(event, SourceStatus)
    assert (event.data.state, event.data.degraded) == ("degraded", True)


def test_a_definition_without_its_market_is_refused(read):
    parsed = read("odds.betfair", "betfair_streaming_market_definition.json")
    assert parsed.events == []
    assert parsed.rejected[0].reason == "a market definition by itself names no market"


def test_a_recorded_stream_is_a_message_a_line(raw):
    body = raw("betfair_historical_BASIC-1.132153978_head.jsonl")
    parsed = parse("odds.betfair", body)
    expected = [
        (str(change["id"]), change["ltp"], message["pt"])
        for message in map(json.loads, body.splitlines())
        for market in message["mc"]
        for change in market.get("rc", [])
    ]
    told = [
        (e.data["selection"], e.data["decimal"], round(e.timestamp.timestamp() * 1000))
        for e in parsed.events
        if e.data.get("side") == "last"
    ]
    assert told == expected
    definitions = [e for e in parsed.events if "runners" in e.data.get("extra", {})]
    assert definitions[0].data["extra"]["runners"]["12115648"] == {
        "name": "Brother Mcgonagall", "status": "ACTIVE",
    }  # fmt: skip
    assert parsed.rejected == []


def test_lines_end_in_carriage_return_and_line_feed(raw):
    frames = [raw(f"betfair_streaming_{n}.json").strip() for n in ("mcm_update", "mcm_HEARTBEAT")]
    parsed = parse("odds.betfair", b"\r\n".join([*frames, b"{broken", b""]))
    assert len(parsed.events) == 1
    assert [r.where for r in parsed.rejected] == ["line 3"]


def test_an_image_without_its_definition_voids_what_stood_before():
    frame = b'{"op":"mcm","pt":1,"mc":[{"id":"1.2","img":true,"rc":[{"id":7,"batb":[[0,2.5,4]]}]}]}'
    renewed, price = lines(parse("odds.betfair", frame))
    assert (renewed.market, renewed.renewed, renewed.selection) == ("1.2", True, "")
    assert (price.renewed, price.decimal) == (False, 2.5)


def test_a_level_that_is_gone_is_withdrawn():
    frame = b'{"op":"mcm","pt":1,"mc":[{"id":"1.2","rc":[{"id":7,"batb":[[0,0,0]]}]}]}'
    (line,) = lines(parse("odds.betfair", frame))
    assert (line.withdrawn, line.decimal) == (True, None)


def test_prices_in_dollars_give_bid_ask_and_last(raw):
    body = raw("kalshi_markets_wnba.json")
    parsed = parse("odds.kalshi", body)
    names = {"bid": "yes_bid_dollars", "ask": "yes_ask_dollars", "last": "last_price_dollars"}
    assert [(ln.market, ln.side, ln.extra["share"]) for ln in lines(parsed)] == [
        (market["ticker"], side, float(market[name]))
        for market in json.loads(body)["markets"]
        for side, name in names.items()
    ]
    first = lines(parsed)[0]
    assert (first.participant, first.decimal, first.american) == ("Phoenix", 2.5, 150)
    assert (first.size, first.open) == (500.0, True)
    assert parsed.events[0].timestamp == utc("2026-07-08T02:10:00.914833")


def test_a_gap_in_the_sequence_asks_for_a_snapshot(read):
    parsed = read("odds.kalshi", "kalshi_ws_SHAPE.jsonl")
    assert [(ln.side, ln.decimal, ln.size, ln.extra) for ln in lines(parsed)] == [
        ("bid", 2.3256, 10.0, {"snapshot": True}),
        ("ask", 2.0, 5.0, {"snapshot": True}),
        ("", None, None, {"level": {"side": "yes", "share": 0.43, "change": 5.0}, "sid": 1, "seq": 2}),
        ("", None, None, {"level": {"side": "no", "share": 0.5, "change": -2.0}, "sid": 1, "seq": 4}),
    ]  # fmt: skip
    assert [(r.where, r.reason) for r in parsed.rejected] == [
        ("line 4.seq", "messages after 2 of subscription 1 are missing: get a snapshot"),
        ("line 5.cmd", "is a client's command"),
    ]
    assert parsed.events[3].timestamp == utc("2023-11-14T22:13:21")


def test_a_gap_is_noticed_across_frames_and_a_snapshot_closes_it(raw):
    frames = raw("kalshi_ws_SHAPE.jsonl").splitlines()
    seen: dict[int, int] = {}
    assert [gap_after(frame, seen) for frame in frames[:4]] == [[], [], [], [1]]
    snapshot = b'{"type":"orderbook_snapshot","sid":1,"seq":9,"msg":{"market_ticker":"T"}}'
    assert gap_after(snapshot, seen) == []
    assert seen == {1: 9}


def test_an_empty_side_of_a_book_is_left_out():
    frame = (
        b'{"type":"orderbook_snapshot","sid":1,"seq":1,'
        b'"msg":{"market_ticker":"T","no_dollars_fp":[["0.5000","5.00"],["0.6","1.00"]]}}'
    )
    (line,) = lines(parse("odds.kalshi", frame))
    assert (line.side, line.decimal, line.size) == ("ask", 2.5, 1.0)


def changed(market, **message):
    return parse(
        "odds.betfair", json.dumps({"op": "mcm", "pt": 1, "mc": [market], **message}).encode()
    )


def test_prices_of_full_depth_have_their_best_in_an_image_and_are_levels_in_a_change():
    runner = {"id": 7, "hc": -0.5, "atb": [[2.0, 10], [2.02, 3.5], [2.04, 0]],
              "atl": [[2.1, 4], [2.08, 1]]}  # fmt: skip
    renewed, *image = lines(changed({"id": "1.2", "img": True, "rc": [runner]}))
    assert renewed.renewed
    assert [(ln.side, ln.decimal, ln.size, ln.point) for ln in image] == [
        ("back", 2.02, 3.5, -0.5), ("lay", 2.08, 1.0, -0.5),
    ]  # fmt: skip
    change = lines(changed({"id": "1.2", "rc": [runner | {"atl": []}]}))
    assert [(ln.decimal, ln.extra["level"]) for ln in change] == [
        (None, {"side": "back", "price": 2.0, "size": 10.0}),
        (None, {"side": "back", "price": 2.02, "size": 3.5}),
        (None, {"side": "back", "price": 2.04, "size": 0.0}),
    ]
    broken = changed({"id": "1.2", "img": True, "rc": [{"id": 7, "atb": [[2.0, None]]}]})
    assert [ln.selection for ln in lines(broken)] == [""]
    assert [r.where for r in broken.rejected] == ["mc[0].rc[0].back"]


def test_a_price_that_is_no_number_costs_its_runner():
    body = (
        b'{"op":"mcm","pt":1,"mc":[{"id":"1.2","rc":[{"id":7,"ltp":NaN,"spn":NaN,"spf":Infinity,'
        b'"batb":[[0,1e999,1]]},{"id":8,"ltp":1.5}]}]}'
    )
    parsed = parse("odds.betfair", body)
    assert [ln.selection for ln in lines(parsed) if ln.decimal] == ["8"]


def test_stale_prices_are_told_beside_the_prices_themselves():
    parsed = changed({"id": "1.2", "rc": [{"id": 7, "ltp": 1.5}]}, status=503)
    assert isinstance(parsed.events[0], SourceStatus)
    assert lines(parsed)[0].decimal == 1.5


def frame(kind, **held):
    return parse("odds.kalshi", json.dumps({"type": kind, "sid": 1, "msg": held}).encode())


def test_older_frames_have_cents_and_seconds():
    book = lines(
        frame("orderbook_snapshot", market_ticker="T", yes=[[8, 300], [1, 5]], no=[[54, 20]])
    )
    assert [(ln.side, ln.decimal, ln.size) for ln in book] == [
        ("bid", 12.5, 300.0), ("ask", 2.1739, 20.0),
    ]  # fmt: skip
    (delta,) = lines(frame("orderbook_delta", market_ticker="T", price=96, delta=-54, side="yes"))
    assert delta.extra["level"] == {"side": "yes", "share": 0.96, "change": -54.0}
    ticker = frame("ticker", market_ticker="T", yes_bid=45, yes_ask=53, price=48, ts=1669149841)
    assert [(ln.side, ln.decimal) for ln in lines(ticker)] == [
        ("bid", 2.2222), ("ask", 1.8868), ("last", 2.0833),
    ]  # fmt: skip
    assert {e.timestamp for e in ticker.events} == {utc("2022-11-22T20:44:01")}


@pytest.mark.parametrize(
    ("when", "told"),
    [
        ({"ts_ms": 1678886400000, "ts": 1}, "2023-03-15T13:20"),
        ({"ts": "2026-06-24T15:49:55.033836Z"}, "2026-06-24T15:49:55.033836"),
        ({"ts": "1678886400"}, "2023-03-15T13:20"),
    ],
)
def test_a_frames_time_is_milliseconds_seconds_or_a_text(when, told):
    (event,) = frame("trade", market_ticker="T", yes_price_dollars="0.41", **when).events
    assert event.timestamp == utc(told)


@pytest.mark.parametrize(
    ("said", "takes"),
    [("activated", True), ("deactivated", False), ("determined", False), ("settled", False)],
)
def test_a_market_opens_and_closes(said, takes):
    (line,) = lines(frame("market_lifecycle_v2", market_ticker="T", event_type=said, result="no"))
    assert (line.market, line.open, line.extra["result"]) == ("T", takes, "no")


@pytest.mark.parametrize("said", ["created", "metadata_updated", "close_date_updated"])
def test_what_changes_no_price_of_a_market_is_no_event_and_no_fault(said):
    assert frame("market_lifecycle_v2", market_ticker="T", event_type=said) == ([], [])
    assert frame("event_lifecycle", event_ticker="E") == ([], [])
    assert len(frame("market_lifecycle_v2").rejected) == 1
