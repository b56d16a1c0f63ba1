"""The committed AsyncAPI document says what real streams carry, frame by frame."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from serve.asyncapi import document
from tests.serve.test_alerts_api import RULES, put

OF_EACH = 8
"""Frames of each type that are looked at: a night has hundreds of some."""
COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "asyncapi.json"


@cache
def validator(message):
    """Of a message's payload, with everything that it refers to."""
    whole = document()
    payload = whole["components"]["messages"][message]["payload"]
    return Draft202012Validator({**payload, "components": whole["components"]})


def faults(message, value):
    return [f"{e.json_path}: {e.message[:200]}" for e in validator(message).iter_errors(value)]


def references(value):
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def found(whole, reference):
    for part in reference.removeprefix("#/").split("/"):
        whole = whole[part]
    return whole


def test_the_committed_document_is_the_streams():
    whole = json.loads(COMMITTED.read_text())
    assert whole == json.loads(json.dumps(document()))
    assert whole["asyncapi"].startswith("3.")
    for reference in references(whole):
        assert found(whole, reference)
    for operation in whole["operations"].values():
        channel = found(whole, operation["channel"]["$ref"])
        named = {reference["$ref"].rpartition("/")[2] for reference in operation["messages"]}
        assert named <= set(channel["messages"])


def test_what_is_not_as_it_says_is_found():
    event = {"event_type": "alert", "event_id": "a", "source": "s", "data": {}}
    event |= {"timestamp": "2026-01-01T00:00:00Z", "received_at": "2026-01-01T00:00:00Z"}
    frame = {"offset": "1-1", "type": "alert", "data": event}
    assert faults("frame", frame) == []
    assert faults("frame", {**frame, "type": "game_start"})
    assert faults("frame", {**frame, "data": {**event, "player_id": 7}})
    assert faults("frame", {**frame, "data": {"event_type": "alert"}})


async def test_every_frame_of_a_real_stream_is_as_the_document_says(night):
    ann, wire = night.client("ann", "user"), night.client()
    await ann.post(RULES, {"event_types": ["player_injury"], "priority": "critical"}, status=201)
    await put(ann, "/api/v1/lateswap/policy", {"mode": "ask"})
    await night.scratch(wire)
    await night.tell(*night.night.timeline)
    await night.settle()
    await ann.post("/api/v1/alerts/test", {}, status=202)
    await ann.post("/api/v1/alerts/history/read", {})
    seen: Counter[str] = Counter()
    async with wire.stream(after="0-0") as (socket, confirmed):
        assert faults("subscription_confirmed", confirmed) == []
        while "alert_read" not in seen:
            message = json.loads(await socket.recv())
            kind = (
                "frame" if "data" in message and message["type"] != "snapshot" else message["type"]
            )
            if seen[message["type"]] < OF_EACH:
                assert faults(kind, message) == [], message
            seen[message["type"]] += 1
        await socket.send(json.dumps({"type": "subscribe", "after": "1-999999999"}))
        reply = json.loads(await socket.recv())
        while reply["type"] != "subscription_confirmed":
            reply = json.loads(await socket.recv())
        snapshot = json.loads(await socket.recv())
        assert snapshot["type"] == "snapshot"
        assert faults("snapshot", snapshot) == []
        assert snapshot["data"]["events"]
    print(dict(seen))
    assert len(seen) >= 12
    assert seen.keys() >= {"late_swap", "slate_changed", "player_injury", "alert", "policy_set"}


async def test_server_sent_events_are_the_same(night):
    client = night.client()
    async with client.http.stream(
        "GET", "/api/v1/realtime/stream", params={"after": "0-0"}
    ) as answer:
        lines = answer.aiter_lines()
        seen = set()
        while not {"contest_opened", "subscription_confirmed"} <= seen:
            line = await anext(lines)
            if line.startswith("data: "):
                message = json.loads(line.removeprefix("data: "))
                kind = message["type"] if "data" not in message else "frame"
                assert faults(kind, message) == []
                seen.add(message["type"])


@pytest.mark.parametrize("kind", ["entries_uploaded", "alert_preferences_set", "access_noted"])
def test_what_is_never_streamed_is_not_in_the_document(kind):
    frames = document()["components"]["schemas"]["Frame"]["oneOf"]
    assert kind not in {frame["properties"]["type"]["const"] for frame in frames}
