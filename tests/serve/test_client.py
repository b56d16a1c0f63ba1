"""The client in Python goes on where it was, and says what it was refused."""

from __future__ import annotations

import asyncio

import pytest

from serve.client import Client, Refused
from serve.tokens import mint
from tests.serve.conftest import SECRET
from tests.serve.test_websocket import report


async def test_a_broken_line_loses_and_doubles_nothing(house):
    async with Client(house.url, house.client("ann", "user").token) as client:
        heard = []

        async def listen():
            async for event in client.events(data_types=["player_injury"]):
                heard.append(event.data["event_id"])
                if len(heard) == 6:
                    return

        listening = asyncio.create_task(listen())
        await asyncio.sleep(0.3)  # an event told before the first subscription is not for it
        wanted = []
        for number in range(1, 7):
            event = report(number)
            wanted.append(event.event_id)
            await house.tell(event)
            if number % 2:
                house.hub._feeds.end_all(1012, "restarting")
        async with asyncio.timeout(30):
            await listening
    assert heard == wanted


async def test_a_run_resumes_where_the_last_one_ended(house):
    token = house.client("ann", "user").token
    first = await house.tell(report(1))
    await house.tell(report(2))
    async with Client(house.url, token) as client, asyncio.timeout(10):
        async for event in client.events(after=first):
            assert event.data["event_id"] == report(2).event_id
            break
        assert client.after == event.offset


async def test_refusals_are_errors_with_a_remedy(house):
    async with Client(house.url, house.client("ann", "viewer").token) as client:
        with pytest.raises(Refused, match="operator or source") as refused:
            await client.post("/api/v1/realtime/events", {})
        assert refused.value.status == 403
    async with Client(house.url, mint("ann", "user", SECRET, -60)) as expired:
        with pytest.raises(Refused, match="expired"):
            async for _ in expired.events():
                pass
