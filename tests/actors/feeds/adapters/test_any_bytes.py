"""No payload raises: recorded ones cut, mixed and filled with what no feed should send."""

from __future__ import annotations

import copy
import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from payloads import NOW, RECORDED, often

from actors.feeds.adapters import ADAPTERS
from actors.feeds.adapters.port import MAX_EXCERPT, Payload
from models import codec
from models.events import SourceStatus

FOLDERS = ("draftkings", "fanduel", "news", "odds", "vendors", "weather")
READ_ELSEWHERE = {"SOURCE.md", "rotowire_pubdate_cases.json"}
"""Dates alone, no payload: read by the tests of the dates."""

NASTY = st.sampled_from(
    [
        None, True, False, 0, -1, 0.5, 1e308, -1e308, 2**62, 2**70, float("nan"), float("inf"),
        "", "x", "\x00", "\ud800", "NaN", "9" * 50, "1e999", "-1", "2026-13-45",
        "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "/Date(999999999999999)/",
        [], {}, [None], [[]], [{}], {"a": 1}, {"value": 1e308, "unitCode": "wmoUnit:km_h-1"},
    ]
)  # fmt: skip


def found(shared, feed):
    files = [f for pattern in RECORDED[feed] for f in sorted((shared / "feeds").glob(pattern))]
    assert files, f"no recorded payload for {feed}"
    return files


def check(feed, body, received_at=NOW):
    """Whatever comes of a payload is what the log can hold."""
    parsed = ADAPTERS[feed](Payload(body, received_at))
    for event in parsed.events:
        assert codec.decode(codec.encode(event)) == event
        assert event.source == feed or feed.startswith("generic.")
        assert event.event_id
        assert event.received_at == received_at
        assert event.timestamp.utcoffset() == timedelta()
    for rejection in parsed.rejected:
        assert (rejection.feed, bool(rejection.reason)) == (feed, True)
        assert len(rejection.raw) <= MAX_EXCERPT
    return parsed


def test_every_recorded_payload_has_its_adapter(shared):
    known = {file for feed in RECORDED for file in found(shared, feed)}
    all_files = {
        file
        for folder in FOLDERS
        for file in (shared / "feeds" / folder).iterdir()
        if file.name not in READ_ELSEWHERE
    }
    assert all_files - known == set()


@pytest.mark.parametrize("feed", RECORDED)
def test_a_reading_has_one_id_whenever_it_is_received(shared, feed):
    for file in found(shared, feed):
        body = file.read_bytes()
        now, later = (
            [e.event_id for e in check(feed, body, at).events if not isinstance(e, SourceStatus)]
            for at in (NOW, NOW + timedelta(days=1))
        )
        assert now == later
        assert len(set(now)) == len(now)


@pytest.mark.parametrize("feed", RECORDED)
@pytest.mark.parametrize(
    "body",
    [
        b"", b"\x00", b"\xff\xfe\x00", b"null", b"[]", b"{}", b"17", b'"text"', b"NaN",
        b'{"a": 1, "a": 2}', b"[" * 100_000, b'{"a":' * 100_000, b"<", b"[[[]]]", b"[null, 3]",
    ],
    ids=lambda body: repr(body[:12]),
)  # fmt: skip
def test_what_is_no_payload_at_all_is_at_most_a_refusal(feed, body):
    assert check(feed, body).events == []


def changed(draw, value):
    """The value with one place of it replaced, or gone."""
    places = list(paths(value))
    path = draw(st.sampled_from(places))
    new = copy.deepcopy(draw(NASTY))
    if not path:
        return new
    parent = value
    for step in path[:-1]:
        parent = parent[step]
    if draw(st.booleans()):
        parent[path[-1]] = new
    elif isinstance(parent, dict):
        del parent[path[-1]]
    return value


def paths(value, path=()):
    yield path
    if isinstance(value, dict):
        for key, held in value.items():
            yield from paths(held, (*path, key))
    elif isinstance(value, list):
        for place, held in enumerate(value[:12]):
            yield from paths(held, (*path, place))


@pytest.mark.parametrize("feed", RECORDED)
@settings(max_examples=often(20), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_value_of_a_payload_can_break_its_adapter(shared, feed, data):
    file = data.draw(st.sampled_from(found(shared, feed)))
    whole = file.read_bytes()
    lines = whole.splitlines() if file.suffix == ".jsonl" else [whole]
    try:
        values = [json.loads(line) for line in lines[:6]]
    except ValueError:
        values = [whole.decode()]
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(values) - 1))
        values[place] = changed(data.draw, values[place])
    check(feed, "\r\n".join(json.dumps(value) for value in values).encode())


@pytest.mark.parametrize("feed", RECORDED)
@settings(max_examples=often(20), deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_bytes_can_break_an_adapter(shared, feed, data):
    body = data.draw(st.sampled_from(found(shared, feed))).read_bytes()
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        end = min(len(body), start + data.draw(st.integers(0, 60)))
        body = body[:start] + data.draw(st.binary(max_size=8)) + body[end:]
    check(feed, body[: data.draw(st.integers(0, len(body)))] if data.draw(st.booleans()) else body)
