"""Odds feeds: every recorded payload by value, and each trap of the sources by name."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from actors.feeds.adapters import ADAPTERS
from actors.feeds.adapters.odds_betfair import Clock, clock_of
from actors.feeds.adapters.odds_kalshi import gap_after
from actors.feeds.adapters.odds_the_odds_api import Credits, credits_of
from actors.feeds.adapters.port import Payload
from models.events import (
    GameFinal,
    GameScheduled,
    GameStart,
    LineMovement,
    SourceStatus,
)
from models.odds import Line, Price

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def parse(feed, body):
    return ADAPTERS[feed](Payload(body, NOW))


@pytest.fixture
def raw(shared):
    return lambda file: (shared / "feeds/odds" / file).read_bytes()


@pytest.fixture
def read(raw):
    return lambda feed, file: parse(feed, raw(file))


def lines(parsed):
    return [Line.of(event.data) for event in parsed.events if isinstance(event, LineMovement)]


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- The Odds API


THE_ODDS_API = [
    ("the_odds_api_v4_odds_wnba.json", "wnba"),
    ("the_odds_api_v4_event_player_props_wnba.json", "wnba"),
    ("the_odds_api_v4_historical_odds_wnba.json", "wnba"),
    ("the_odds_api_v4_historical_player_props_wnba.json", "wnba"),
    ("the_odds_api_v4_historical_event_odds_nba_live.json", "nba"),
    ("the_odds_api_v4_mlb_series_2026-08-08_open.json", "mlb"),
    ("the_odds_api_v4_mlb_series_2026-08-08_midday.json", "mlb"),
]


def quoted(root):
    """Every price of an answer by an independent walk: (game, book, market, ...)."""
    data = root.get("data", root) if isinstance(root, dict) else root
    for game in data if isinstance(data, list) else [data]:
        for book in game["bookmakers"]:
            for market in book["markets"]:
                for outcome in market["outcomes"]:
                    yield (
                        f"the_odds_api:{game['id']}", book["key"], market["key"], outcome["name"],
                        outcome.get("description", ""), outcome.get("point"), outcome["price"],
                        utc(market["last_update"].removesuffix("Z")),
                    )  # fmt: skip


@pytest.mark.parametrize(("file", "sport"), THE_ODDS_API)
def test_every_price_of_an_answer_is_a_line(raw, file, sport):
    parsed = parse("odds.the_odds_api", raw(file))
    told = [event for event in parsed.events if isinstance(event, LineMovement)]
    is_decimal = "event_odds_nba" in file
    assert [
        (
            event.game_id, line.book, line.market, line.selection, line.participant, line.point,
            line.decimal if is_decimal else line.american, event.timestamp,
        )
        for event, line in zip(told, lines(parsed), strict=True)
    ] == list(quoted(json.loads(raw(file))))  # fmt: skip
    assert {event.sport for event in parsed.events} == {sport}
    assert parsed.rejected == []


def test_a_line_has_its_price_in_both_forms(read):
    first, *_ = lines(read("odds.the_odds_api", "the_odds_api_v4_odds_wnba.json"))
    assert first == Line(
        book="fanduel", market="h2h", selection="Atlanta Dream", american=-700, decimal=1.1429,
        live=False,
        extra={"title": "FanDuel", "home": "Atlanta Dream", "away": "Seattle Storm"},
    )  # fmt: skip


def test_a_prop_names_its_player(read):
    parsed = read("odds.the_odds_api", "the_odds_api_v4_event_player_props_wnba.json")
    assert lines(parsed)[0] == Line(
        book="fanduel", market="player_assists", selection="Over",
        participant="Jessica Shepard", american=-162, decimal=1.6173, point=4.5, live=False,
        extra={"title": "FanDuel", "home": "Dallas Wings", "away": "Atlanta Dream"},
    )  # fmt: skip


def test_games_under_way_in_the_same_answer_are_marked_live(read):
    parsed = read("odds.the_odds_api", "the_odds_api_v4_historical_event_odds_nba_live.json")
    assert [(ln.book, ln.selection, ln.decimal, ln.american, ln.live) for ln in lines(parsed)] == [
        ("draftkings", "Atlanta Hawks", 3.3, 230, True),
        ("draftkings", "Golden State Warriors", 1.32, -312, True),
        ("fanduel", "Atlanta Hawks", 3.8, 280, True),
        ("fanduel", "Golden State Warriors", 1.26, -385, True),
    ]


def test_two_captures_of_a_slate_show_how_its_lines_moved(read):
    def prices(file):
        parsed = read("odds.the_odds_api", f"the_odds_api_v4_mlb_series_2026-08-08_{file}.json")
        told = [event for event in parsed.events if isinstance(event, LineMovement)]
        return {
            (e.game_id, ln.book, ln.market, ln.selection): (ln.american, ln.point)
            for e, ln in zip(told, lines(parsed), strict=True)
        }

    before, after = prices("open"), prices("midday")
    braves = (
        "the_odds_api:5c292777a98d90d363d05f1ad9eb489d", "fanduel", "h2h", "Atlanta Braves",
    )  # fmt: skip
    assert (before[braves], after[braves]) == ((-134, None), (-144, None))
    assert before.keys() & after.keys()


def test_the_same_answer_twice_is_the_same_events_and_a_moved_line_another(raw):
    body = raw("the_odds_api_v4_odds_wnba.json")
    once, again = parse("odds.the_odds_api", body), parse("odds.the_odds_api", body)
    assert [e.event_id for e in once.events] == [e.event_id for e in again.events]
    moved = parse("odds.the_odds_api", body.replace(b"-700", b"-720", 1))
    ids = [e.event_id for e in moved.events]
    assert [mine != theirs for mine, theirs in zip(ids, (e.event_id for e in once.events), strict=True)].count(True) == 1  # fmt: skip


def test_scores_end_and_schedule_games(read):
    parsed = read("odds.the_odds_api", "the_odds_api_v4_scores_wnba.json")
    assert [(type(e), e.game_id[-4:], e.timestamp, e.data.start, e.data.extra.get("score")) for e in parsed.events] == [
        (GameFinal, "88db", utc("2026-07-07T09:22:48"), utc("2026-07-06T23:32:43"),
         {"Washington Mystics": 49.0, "Golden State Valkyries": 62.0}),
        (GameFinal, "d967", utc("2026-07-07T09:22:48"), utc("2026-07-07T00:02:00"),
         {"Minnesota Lynx": 89.0, "Connecticut Sun": 90.0}),
        (GameFinal, "5115", utc("2026-07-07T09:22:48"), utc("2026-07-07T02:07:44"),
         {"Los Angeles Sparks": 64.0, "Seattle Storm": 82.0}),
        (GameScheduled, "c320", NOW, utc("2026-07-10T00:00:00"), None),
    ]  # fmt: skip


def test_a_past_list_of_games_is_a_schedule_of_its_time(raw):
    body = raw("the_odds_api_v4_historical_events_nba.json")
    parsed = parse("odds.the_odds_api", body)
    assert [(type(e), e.game_id, e.data.start, e.data.extra) for e in parsed.events] == [
        (
            GameScheduled, f"the_odds_api:{game['id']}",
            utc(game["commence_time"].removesuffix("Z")),
            {"home": game["home_team"], "away": game["away_team"]},
        )
        for game in json.loads(body)["data"]
    ]  # fmt: skip
    assert {e.timestamp for e in parsed.events} == {utc("2024-01-25T03:55:40")}


def test_credits_are_in_the_headers_and_three_markets_cost_three(raw):
    rows = list(csv.DictReader(io.StringIO(raw("the_odds_api_credit_log_202608.csv").decode())))
    ledger = [
        credits_of(
            {
                "x-requests-used": row["requests_used_total"],
                "x-requests-remaining": row["requests_remaining"],
            }
        )
        for row in rows
    ]
    assert len(ledger) == 67
    assert all(entry.used + entry.remaining == 500 for entry in ledger)
    assert [entry.used for entry in ledger] == list(range(3, 202, 3))
    assert credits_of({}) == Credits(None, None, None)


def test_a_refused_call_says_why():
    body = b'{"message": "API key is missing", "error_code": "MISSING_KEY"}'
    parsed = parse("odds.the_odds_api", body)
    assert [(r.where, r.reason) for r in parsed.rejected] == [
        ("message", "the service refuses: API key is missing")
    ]


def test_a_price_that_is_none_costs_only_itself(raw):
    body = raw("the_odds_api_v4_odds_wnba.json").replace(b'"price": -700', b'"price": 0', 1)
    parsed = parse("odds.the_odds_api", body)
    whole = parse("odds.the_odds_api", raw("the_odds_api_v4_odds_wnba.json"))
    assert [r.where for r in parsed.rejected] == ["[0].bookmakers[0].markets[0].outcomes[0].price"]
    assert parsed.events == [e for e in whole.events if e.event_id in {p.event_id for p in parsed.events}]  # fmt: skip
    assert len(parsed.events) == len(whole.events) - 1


# --- Betfair


def test_an_image_gives_the_market_and_its_best_prices(read):
    parsed = read("odds.betfair", "betfair_streaming_mcm_SUB_IMAGE.json")
    market, *prices = lines(parsed)
    assert (market.market, market.open, market.live) == ("1.126235656", True, False)
    assert (market.extra["status"], market.extra["image"]) == ("OPEN", True)
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


def test_the_clocks_of_a_stream_say_where_to_resume(raw):
    clock = clock_of(raw("betfair_streaming_mcm_SUB_IMAGE.json"))
    assert clock == Clock("ab34r43r", "AAAAAAAA")
    clock = clock_of(raw("betfair_streaming_mcm_HEARTBEAT.json"), clock)
    assert clock == Clock("ab34r43r", "APIDAO4EAK8D")
    assert clock_of(b"{", clock) == clock


def test_a_level_that_is_gone_is_withdrawn():
    frame = b'{"op":"mcm","pt":1,"mc":[{"id":"1.2","rc":[{"id":7,"batb":[[0,0,0]]}]}]}'
    (line,) = lines(parse("odds.betfair", frame))
    assert (line.withdrawn, line.decimal) == (True, None)


# --- Polymarket


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


# --- Kalshi


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


# --- The NHL's partner odds


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
