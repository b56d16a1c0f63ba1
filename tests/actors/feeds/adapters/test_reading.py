"""Every adapter reads anything: recorded payloads changed at random never raise."""

import copy
import gzip
import json
import random
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from payloads import PAYLOADS, often

from actors.feeds.adapters import ADAPTERS, ALIASES, reading
from actors.feeds.adapters.port import MAX_EXCERPT, Payload
from models import codec

RECEIVED = datetime(2026, 11, 20, 12, tzinfo=UTC)
WILD = [
    None, True, False, 0, -1, 3.5, 1e300, 2**63 - 1, "", " ", "x", "None", "\ud800", "a\x00b",
    "9" * 400, "2026-99-99T00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00",
    [], {}, [None], [[]], {"id": {}}, [1, "a", {}],
]  # fmt: skip


def parse(feed, body):
    """What the adapter says, and that all of it can be stored."""
    parsed = ADAPTERS[feed](Payload(body, RECEIVED, PAYLOADS[feed]))
    for event in parsed.events:
        assert codec.decode(codec.encode(event)) == event
        assert event.event_id.startswith(f"{feed}:")
        assert event.source == feed
        assert event.received_at == RECEIVED
        assert event.timestamp.utcoffset() is not None
    for refused in parsed.rejected:
        assert refused.feed == feed
        assert refused.reason
        assert len(refused.raw) <= MAX_EXCERPT
        codec.to_json(refused)
    return parsed


def changed(value, rng):
    """The value with one thing in it replaced, removed or doubled."""
    holders = []
    stack = [value]
    while stack:
        held = stack.pop()
        if isinstance(held, dict | list) and held:
            holders.append(held)
            stack.extend(held.values() if isinstance(held, dict) else held)
    if not holders:
        return
    holder = rng.choice(holders)
    key = rng.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    match rng.randrange(3):
        case 0:
            holder[key] = copy.deepcopy(rng.choice(WILD))
        case 1:
            del holder[key]
        case _ if isinstance(holder, list):
            holder.append(holder[key])
        case _:
            holder[key] = [holder[key]]


@pytest.mark.parametrize("feed", PAYLOADS)
def test_a_payload_changed_anywhere_is_read_as_far_as_it_goes(feed, shared):
    body = (shared / "feeds" / PAYLOADS[feed]).read_bytes()
    rng = random.Random(feed)
    whole = parse(feed, body)
    assert whole.rejected == []
    for _ in range(often(12 if len(body) > 50_000 else 60)):
        if PAYLOADS[feed].endswith(".json"):
            value = json.loads(body)
            for _ in range(rng.choice((1, 1, 4, 30))):
                changed(value, rng)
            parse(feed, json.dumps(value).encode())
        cut = bytearray(body[: rng.randrange(len(body))] if rng.random() < 0.3 else body)
        for _ in range(rng.choice((0, 1, 20))):
            if cut:
                cut[rng.randrange(len(cut))] = rng.randrange(256)
        parse(feed, bytes(cut))


@pytest.mark.parametrize("feed", PAYLOADS)
def test_the_same_payload_twice_is_the_same_events(feed, shared):
    body = (shared / "feeds" / PAYLOADS[feed]).read_bytes()
    later = datetime(2026, 11, 20, 13, tzinfo=UTC)
    first = ADAPTERS[feed](Payload(body, RECEIVED, PAYLOADS[feed])).events
    again = ADAPTERS[feed](Payload(body, later, PAYLOADS[feed])).events
    assert [event.event_id for event in first] == [event.event_id for event in again]
    assert len({event.event_id for event in first}) == len(first)


json_values = st.recursive(
    st.sampled_from(WILD[:14]) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            [
                "events", "id", "competitions", "injuries", "athlete", "athletes", "articles",
                "dates", "games", "gameData", "liveData", "teams", "players", "game", "scoreboard",
                "status", "headers", "resultSets", "rowSet", "transactions", "boxscore", "header",
                "diff", "op", "path", "value", "about", "metadata", "player_id", "homeTeam",
            ]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(
    max_examples=often(60),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(json_values)
def test_any_json_is_read_or_refused_by_every_adapter(value):
    body = json.dumps(value).encode()
    for feed in PAYLOADS:
        parse(feed, body)


@settings(max_examples=often(60), deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_by_every_adapter(body):
    for feed in PAYLOADS:
        parse(feed, body)


@pytest.mark.parametrize("feed", sorted(set(PAYLOADS) - {"nflverse.injuries", "mlb.gameday_ws"}))
@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000, b"{}x", b"nul"],
)
def test_a_whole_unreadable_payload_is_one_refusal(feed, body):
    parsed = parse(feed, body)
    assert parsed.events == []
    assert [refused.where for refused in parsed.rejected] == [""]


@pytest.mark.parametrize(
    "poison", ["NaN", "1e999", "-Infinity", str(2**70), '"a\\u0000b"', '"\\ud800"']
)
def test_values_that_no_json_may_hold_cost_the_reading_that_needs_them(spoken, poison):
    good = '{"status": "Out", "athlete": {"id": 2}}'
    bad = f'{{"status": "Out", "athlete": {{"id": {poison}}}}}'
    body = f'{{"injuries": [{{"injuries": [{bad}, {good}]}}]}}'.encode()
    parsed = spoken("espn.injuries", body)
    assert [event.player_id for event in parsed.events] == ["espn:2"]
    assert [refused.where for refused in parsed.rejected] == ["injuries[0].injuries[0].athlete"]


def test_a_key_that_stands_twice_costs_the_reading_that_needs_it(spoken):
    body = b'{"count": 2, "player_id": "7", "player_id": "8"}'
    parsed = spoken("sleeper.trending", b"[" + body + b', {"count": 1, "player_id": 3}]')
    assert [event.player_id for event in parsed.events] == ["sleeper:3"]
    assert [(r.where, r.reason) for r in parsed.rejected] == [
        ("[0].player_id", "the key stands twice in one object")
    ]


def test_a_payload_that_is_too_large_is_refused(monkeypatch, spoken):
    monkeypatch.setattr(reading, "MAX_BODY", 10)
    (refused,) = spoken("espn.news", b'{"articles": []}').rejected
    assert "16 bytes are more" in refused.reason


def test_a_byte_order_mark_does_no_harm(spoken):
    assert spoken("espn.news", b'\xef\xbb\xbf{"articles": []}').rejected == []


def test_other_names_lead_to_adapters():
    assert set(ALIASES.values()) <= set(ADAPTERS)
    assert not set(ALIASES) & set(ADAPTERS)
    assert set(PAYLOADS) < set(ADAPTERS)


def test_a_packed_feed_is_read_as_a_whole(shared):
    packed = (shared / "feeds/mlb/diffpatch_no-move_feed_before.json.gz").read_bytes()
    assert parse("mlb.feed_live", packed).events == []
    assert len(parse("mlb.feed_live", gzip.decompress(packed)).events) > 50


def test_refusals_are_counted_beyond_a_thousand_and_reading_ends_where_all_is_refused(spoken):
    rows = [7] * 1_500 + [{"player_id": "1", "count": 2}]
    parsed = spoken("sleeper.trending", rows)
    assert [event.player_id for event in parsed.events] == ["sleeper:1"]
    assert len(parsed.rejected) == 1_001
    assert parsed.rejected[-1].reason == "500 more readings were refused"
    parsed = spoken("sleeper.trending", [7] * 30_000 + rows)
    assert parsed.events == []
    assert [(r.where, r.reason) for r in parsed.rejected[-2:]] == [
        ("[20000]", "what follows is not read"), ("", "19001 more readings were refused"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("feed", "body"),
    [
        ("mlb.schedule", {"dates": [{"games": {"0": {}}}]}),
        ("nba.schedule", {"leagueSchedule": {"gameDates": [{"games": "none"}]}}),
        ("nba.odds", {"games": [{"markets": {}}]}),
        ("nba.odds", {"games": [{"markets": [{"books": 3}]}]}),
        ("nba.odds", {"games": [{"markets": [{"books": [{"outcomes": ""}]}]}]}),
        ("odds.betfair", {"op": "mcm", "mc": {}}),
        ("odds.betfair", {"op": "mcm", "mc": [{"id": "1.2", "rc": {}}]}),
        ("odds.kalshi", {"markets": {}}),
        ("odds.polymarket", {"markets": {}}),
        ("draftkings.resultsdb", {"live_contests": None}),
    ],
)
def test_what_is_no_list_is_not_taken_for_an_empty_one(spoken, feed, body):
    parsed = spoken(feed, body)
    assert parsed.events == []
    assert ["needs a list" in refused.reason for refused in parsed.rejected] == [True]


def test_bookmakers_that_are_no_list_cost_their_game_its_prices_alone(spoken):
    game = {"id": "a" * 32, "sport_key": "x", "commence_time": "2026-11-22T18:00:00Z"}
    books = [{}, [{"key": "dk", "markets": {}}], [{"key": "dk", "markets": []}]]
    parsed = spoken("odds.the_odds_api", [game | {"bookmakers": held} for held in books])
    assert [r.where for r in parsed.rejected] == [
        "[0].bookmakers", "[1].bookmakers[0].markets",
    ]  # fmt: skip
    assert len(parsed.events) == 1  # the same game thrice
