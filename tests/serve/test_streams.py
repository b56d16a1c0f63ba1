"""Server-sent events and long poll: the same frames, the same promises."""

from __future__ import annotations

import asyncio
import json

from tests.serve.test_websocket import report

STREAM = "/api/v1/realtime/stream"
POLL = "/api/v1/realtime/poll"


async def sse(client, count, headers=None, **params):
    """The first ``count`` events of a stream: ``(id, event, data)``."""
    found, event = [], {}
    async with (
        asyncio.timeout(10),
        client.http.stream("GET", STREAM, headers=headers or {}, params=params) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        async for line in answer.aiter_lines():
            if line:
                key, _, value = line.partition(": ")
                event[key] = value
            elif event:
                data = json.loads(event["data"])
                found.append((event.get("id"), event.get("event", "message"), data))
                event = {}
            if len(found) == count:
                return found
    return found


async def test_server_sent_events_resume_at_the_last_id(either):
    house = await either()
    client = house.client()
    offsets = [await house.tell(report(n)) for n in range(6)]
    found = await sse(client, 4, {"Last-Event-ID": offsets[2]}, types="player_injury")
    assert found[0][1] == "subscription_confirmed"
    assert [(i, d["data"]["event_id"]) for i, _, d in found[1:]] == [
        (offsets[n], f"e{n}") for n in (3, 4, 5)
    ]


async def test_server_sent_events_begin_with_a_snapshot_where_the_offset_is_gone(either):
    house = await either()
    await house.tell(report(1))
    found = await sse(house.client(), 2, {"Last-Event-ID": "5-5"})
    assert [event for _, event, _ in found] == ["subscription_confirmed", "snapshot"]


async def test_a_long_poll_waits_for_the_next_event_and_goes_on_from_there(house):
    client = house.client()
    start = await house.tell(report(0))
    waiting = asyncio.create_task(
        client.get(POLL, after=start, wait=20)
    )  # before or after: the same
    await house.tell(report(1))
    first = await waiting
    assert [e["data"]["event_id"] for e in first["events"]] == ["e1"]
    for n in (2, 3):
        await house.tell(report(n))
    second = await client.get(POLL, after=first["offset"], wait=20)
    assert [e["data"]["event_id"] for e in second["events"]] == ["e2", "e3"]


async def test_a_long_poll_without_news_ends_with_the_offset_to_go_on_from(house):
    start = await house.tell(report(0))
    answer = await house.client().get(POLL, after=start, wait=0)
    assert answer == {"offset": start, "events": []}


async def test_polling_past_events_that_do_not_match_moves_the_offset(house):
    client = house.client()
    start = await house.tell(report(0))
    last = await house.tell(report(1))
    answer = await client.get(POLL, after=start, wait=0, types="game_start")
    assert answer == {"offset": last, "events": []}


async def test_an_event_stream_ends_with_the_reason_and_says_something_meanwhile(either):
    house = await either(ping_s=0.1)
    client, said, out = house.client("ann", "user"), "", None
    async with asyncio.timeout(30), client.http.stream("GET", STREAM) as answer:
        async for text in answer.aiter_text():
            said += text
            if out is None and ":\n\n" in said:
                out = await client.post("/api/v1/sessions/sign-out", {})
    last = said.rstrip().rpartition("event: close\ndata: ")[2]
    assert json.loads(last)["code"] == 4401
    assert house.hub.clients == 0
