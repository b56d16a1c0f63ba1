"""What is let in, what is refused, and that the refusal names the field."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import codec
from models.events import GameStart, LiveScore, OwnershipUpdate, PlayerInjury, SourceStatus
from models.ingest import Arrival, Refused, admit, parse

NOW = datetime(2026, 1, 17, 0, 30, tzinfo=UTC)
LEAST = {"event_type": "player_injury", "source": "wire", "player_id": "7", "data": {}}


def let_in(payload, *, trusted=False):
    return admit(payload, Arrival(NOW, lambda: "made", trusted=trusted))


def refused(payload, *, trusted=False):
    with pytest.raises(Refused) as caught:
        let_in(payload, trusted=trusted)
    return caught.value


def test_the_minimum_is_let_in_and_what_is_missing_is_filled():
    event = let_in(LEAST)
    assert isinstance(event, PlayerInjury)
    assert (event.event_id, event.timestamp, event.received_at) == ("made", NOW, NOW)


@pytest.mark.parametrize("missing", ["event_type", "source", "data", "player_id"])
def test_what_is_missing_is_named(missing):
    payload = {key: value for key, value in LEAST.items() if key != missing}
    assert refused(payload).field == missing


def test_ids_may_be_numbers():
    event = let_in(LEAST | {"player_id": 2**60, "game_id": 3, "event_id": 9})
    assert (event.player_id, event.game_id, event.event_id) == (str(2**60), "3", "9")


@pytest.mark.parametrize("value", [True, 1.5, [], {}, "x" * 201])
def test_other_things_are_no_ids(value):
    assert refused(LEAST | {"player_id": value}).field == "player_id"


def test_an_id_that_stands_in_the_data_counts():
    payload = {"event_type": "game_start", "source": "s", "data": {"game_id": 12}}
    event = let_in(payload)
    assert isinstance(event, GameStart)
    assert event.game_id == "12"


def test_the_time_of_receipt_is_always_ours():
    later = (NOW + timedelta(days=1)).isoformat()
    assert let_in(LEAST | {"received_at": later, "timestamp": later}).received_at == NOW


@pytest.mark.parametrize(
    "value", ["2026-01-17T00:30:00", "yesterday", "2026-13-01T00:00:00Z", [], {}]
)
def test_times_are_aware_or_refused(value):
    assert refused(LEAST | {"timestamp": value}).field == "timestamp"


def test_times_become_utc():
    event = let_in(LEAST | {"timestamp": "2026-01-16T19:00:00-05:00"})
    assert event.timestamp == datetime(2026, 1, 17, tzinfo=UTC)
    assert event.timestamp.tzinfo is UTC


def test_times_in_the_data_are_aware_too():
    payload = {"event_type": "game_delay", "source": "s", "game_id": "g"}
    assert refused(payload | {"data": {"start": "2026-01-17T01:00:00"}}).field == "data.start"
    moved = let_in(payload | {"data": {"start": "2026-01-17T01:00:00Z"}})
    assert moved.data.start == datetime(2026, 1, 17, 1, tzinfo=UTC)


def test_what_nobody_reads_is_kept():
    event = let_in(LEAST | {"desk": "east", "data": {"status": "OUT", "severity": 3}})
    assert event.data.status == "OUT"
    assert event.data.extra == {"severity": 3, "envelope": {"desk": "east"}}


def test_a_free_form_payload_is_kept_whole():
    payload = {"event_type": "weather_change", "source": "s", "data": {"wind": {"mph": 20}}}
    assert let_in(payload | {"odd": 1}).data == {"wind": {"mph": 20}, "envelope": {"odd": 1}}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("impact_rating", 10.1),
        ("impact_rating", -11),
        ("impact_rating", "8"),
        ("confidence", 1.01),
        ("confidence", -0.1),
        ("confidence", True),
        ("confidence", float("nan")),
        ("source", 5),
        ("sport", ["nba"]),
    ],
)
def test_ratings_and_names_are_in_range(field, value):
    assert refused(LEAST | {field: value}).field == field


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"status": 5}, "data.status"),
        ({"x": [1, float("inf")]}, "data.x[1]"),
        ({"x": "a\x00b"}, "data.x"),
        ({"x": "a" * 20_001}, "data.x"),
        ({"x": "\ud800"}, "data.x"),
        ({"\udfff": 1}, "data"),
        ({"extra": 1}, "data.extra"),
    ],
)
def test_the_path_of_what_is_wrong_is_named(data, field):
    assert refused(LEAST | {"data": data}).field == field


def test_nesting_has_an_end():
    deep = {}
    for _ in range(40):
        deep = {"d": deep}
    assert "nested" in refused(LEAST | {"data": deep}).message


@pytest.mark.parametrize(
    "kind",
    [
        "slate_opened",
        "slate_changed",
        "contest_opened",
        "entries_uploaded",
        "field_shown",
        "late_swap",
    ],
)
def test_what_only_the_system_tells_is_not_taken_from_outside(kind):
    problem = refused(LEAST | {"event_type": kind}, trusted=True)
    assert problem.field == "event_type"
    assert "not taken" in problem.message


def test_the_state_of_a_source_is_taken_from_those_who_are_trusted():
    payload = {"event_type": "source_status", "source": "s", "data": {"state": "connected"}}
    assert refused(payload).field == "event_type"
    assert isinstance(let_in(payload, trusted=True), SourceStatus)


def test_an_unknown_type_is_answered_with_those_there_are():
    assert "player_injury" in refused(LEAST | {"event_type": "rumour"}).message


def test_ownership_is_a_share_of_each_player_or_of_the_one_it_is_about():
    payload = {"event_type": "ownership_update", "source": "s", "contest_id": 1}
    many = let_in(payload | {"data": {"ownership": {"a": 0.5}}})
    assert isinstance(many, OwnershipUpdate)
    one = let_in(payload | {"player_id": 7, "data": {"ownership": 0.25}})
    assert one.data.ownership == {"7": 0.25}
    percent = refused(payload | {"data": {"ownership": {"a": 31.0}}})
    assert percent.field == "data.ownership.a"
    assert refused(payload | {"data": {}}).field == "data.ownership"


def test_live_points_are_of_one_player_or_of_many():
    payload = {"event_type": "live_score", "source": "s", "player_id": "7"}
    assert isinstance(let_in(payload | {"data": {"points": 3}}), LiveScore)
    assert let_in(payload | {"data": {"points": {"7": 3.5}}}).data.points == {"7": 3.5}
    assert refused(payload | {"data": {"points": "3"}}).field == "data.points"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "no JSON"),
        (b"{'a': 1}", "no JSON"),
        (b'{"a": NaN}', "finite"),
        (b'{"a": 1e999}', "finite"),
        (b'{"a": -Infinity}', "finite"),
        (b'{"a": {"b": 1, "b": 2}}', "twice"),
        (b'{"a": 1180591620717411303424}', "64 bit"),
        (b'{"a": ' + b"9" * 5000 + b"}", "64 bit"),
        (b"[" * 100_000, "nested"),
        (b'{"a":' * 100_000, "nested"),
        (b"\xff\xfe", "UTF-8"),
    ],
)
def test_json_that_parsers_let_through_is_refused(body, says):
    with pytest.raises(Refused, match=says) as refused:
        parse(body)
    print(f"F14: {len(body):,} bytes refused: {refused.value.message}")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
envelopes = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("player_id", "timestamp", "confidence", "impact_rating", "data", "extra"), json_values
    ),
)


@given(st.sampled_from(["player_injury", "game_delay", "live_score", "alert", "x"]), envelopes)
def test_whatever_comes_is_refused_or_survives_the_log(kind, fields):
    try:
        event = let_in(LEAST | {"event_type": kind} | fields)
    except Refused:
        return
    assert codec.decode(codec.encode(event)) == event
    assert msgspec.json.decode(codec.frame("1-1", event))["type"] == kind


def test_nobody_outside_says_what_is_published():
    event = let_in(LEAST | {"data": {"status": "OUT", "standing": "published"}})
    assert (event.data.standing, event.data.extra) == ("", {"standing": "published"})


def test_a_schedule_is_let_in():
    payload = {"event_type": "game_scheduled", "source": "s", "game_id": "g"}
    event = let_in(payload | {"data": {"start": "2026-01-17T01:00:00Z"}})
    assert event.data.start == datetime(2026, 1, 17, 1, tzinfo=UTC)
