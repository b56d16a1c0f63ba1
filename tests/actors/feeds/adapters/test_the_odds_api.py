"""The Odds API: every recorded answer by value, and each of its traps by name."""

from __future__ import annotations

import csv
import io
import json

import pytest
from payloads import NOW, lines, parse, utc

from actors.feeds.adapters.odds_the_odds_api import Credits, credits_of
from models.events import (
    GameFinal,
    GameScheduled,
    LineMovement,
)
from models.odds import Line

FOLDER = "odds"


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


def answer(*markets, **game):
    """A synthetic answer of one game and book."""
    book = {"key": "ex", "markets": [
        {"key": key, "outcomes": [{"name": name, "price": price} for name, price in prices]}
        for key, prices in markets
    ]}  # fmt: skip
    held = {
        "id": "a" * 32,
        "sport_key": "golf_us_open_winner",
        "commence_time": "2026-11-20T11:00:00Z",
    }
    return parse("odds.the_odds_api", json.dumps([held | {"bookmakers": [book]} | game]).encode())


def test_prices_that_an_exchange_lays_are_no_prices_to_back():
    parsed = answer(("h2h", [("A", 1.64), ("B", 2.34)]), ("h2h_lay", [("A", 1.75), ("B", 2.56)]))
    assert [(ln.market, ln.side) for ln in lines(parsed)] == [
        ("h2h", ""), ("h2h", ""), ("h2h_lay", "lay"), ("h2h_lay", "lay"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("prices", "decimal"),
    [
        ([8.0, 15.0, 101.0, 151.0, 251.0, 301.0, 501.0], 101.0),
        ([700, 1400, 10000, 15000, 25000, -110, 50], 101.0),
        ([700, 1400, 10000, 15000, 25000, 30000, 100, 200, 300, 400, 50], 101.0),
    ],
)
def test_long_prices_do_not_tell_which_form_prices_have(prices, decimal):
    parsed = answer(("outrights", [(f"P{n}", price) for n, price in enumerate(prices)]))
    assert lines(parsed)[2].decimal == decimal


def test_a_game_under_way_without_a_stamp_is_live_by_its_receipt():
    assert {ln.live for ln in lines(answer(("h2h", [("A", 2.0)])))} == {True}
    later = answer(("h2h", [("A", 2.0)]), commence_time="2026-11-20T12:00:01Z")
    assert {ln.live for ln in lines(later)} == {False}


def test_a_price_is_as_old_as_its_market_and_else_as_its_book():
    markets = [
        {"key": "h2h", "last_update": "2026-11-20T11:59:00Z", "outcomes": [{"name": "A", "price": 2.0}]},
        {"key": "draw", "outcomes": [{"name": "A", "price": 3.0}]},
    ]  # fmt: skip
    book = {"key": "b", "last_update": "2026-11-20T11:30:00Z", "markets": markets}
    game = {"id": "b" * 32, "commence_time": "2026-11-20T11:45:00Z", "bookmakers": [book]}
    parsed = parse("odds.the_odds_api", json.dumps([game]).encode())
    told = [event for event in parsed.events if isinstance(event, LineMovement)]
    assert [event.timestamp for event in told] == [
        utc("2026-11-20T11:59"), utc("2026-11-20T11:30"),
    ]  # fmt: skip
    assert [line.live for line in lines(parsed)] == [True, False]
