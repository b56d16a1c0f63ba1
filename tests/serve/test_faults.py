"""The log goes away and comes back, actors are not up yet, a reader breaks: what users see."""

from __future__ import annotations

import asyncio
import json

import httpx

from actors.log.errors import LogUnavailable
from models.events import SlateOpened
from serve.ports import NoSuchActor
from tests.serve.conftest import LocalActors, SharedLog
from tests.serve.test_websocket import received, report

EVENTS = "/api/v1/realtime/events"


class ShakyLog(SharedLog):
    """Does not answer while ``down`` is set."""

    down = False

    async def read(self, *args, **kwargs):
        self._answer()
        return await super().read(*args, **kwargs)

    async def append(self, *args):
        self._answer()
        return await super().append(*args)

    async def last_offset(self):
        self._answer()
        return await super().last_offset()

    def _answer(self):
        if self.down:
            raise LogUnavailable("no answer within 1 s")


async def ready(house, wanted):
    """Wait until the service says that it is ready, or that it is not."""
    async with asyncio.timeout(10), httpx.AsyncClient() as client:
        answer = None
        while answer is None or answer.status_code != wanted:
            answer = await client.get(f"{house.url}/health/ready")
    return answer.json()


async def test_a_log_that_goes_away_is_shown_and_no_client_misses_anything(houses):
    log = ShakyLog()
    house = await houses(log=log)
    client = house.client()
    async with client.stream() as (stream, _):
        await house.tell(report(1))
        await received(stream, 1)
        log.down = True
        state = await ready(house, 503)
        assert state["reason"] == "no answer within 1 s"
        answer = await client.http.post(
            EVENTS, json={"event_type": "player_active", "source": "s", "player_id": 1, "data": {}}
        )
        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "1"
        assert "safe" in answer.json()["remedy"]
        health = await client.http.get("/health")
        assert "parts" in health.json(), health.text
        assert health.json()["parts"]["log"]["status"] == "down"
        log.down = False
        await ready(house, 200)
        await house.tell(report(2))
        (frame,) = await received(stream, 1)
    assert frame["data"]["event_id"] == "e2"


class NoActors(LocalActors):
    """Nobody is up."""

    async def _known(self, name):
        raise NoSuchActor(name)


async def test_actors_that_are_not_up_yet_are_asked_again_later(houses):
    log = SharedLog()
    house = await houses(log=log, actors=NoActors(log))
    await house.open_night()
    client = house.client()
    answer = await client.http.get(f"/api/v1/contests/{house.contest_id}/board")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    parts = (await client.http.get("/health")).json()
    assert parts["status"] == "degraded"
    assert parts["parts"][f"contest:{house.contest_id}"]["status"] == "down"


async def test_events_of_an_unknown_type_are_counted_and_passed_over(house):
    from actors.log.port import Record

    async with house.client().stream() as (stream, _):
        await house.log.append("system", [Record("x", b"\x81\xaaevent_type\xa5alien")])
        await house.tell(report(1))
        assert (await received(stream, 1))[0]["data"]["event_id"] == "e1"
    status = await house.client().get("/api/v1/realtime/status")
    assert status["log"]["skipped"] == 1


async def test_a_reader_that_breaks_is_reported_and_not_hidden(house):
    house.hub.directory.take = None
    await house.log.append("system", [record_of(report(1))])
    await ready(house, 503)
    assert isinstance(house.hub.failure(), TypeError)


def record_of(event):
    from actors.log.port import Record
    from models import codec

    return Record(event.event_id, codec.encode(event))


async def test_a_slate_that_is_opened_while_one_listens_is_known_at_once(house):
    client = house.client()
    async with client.stream(data_types=["slate_opened"]) as (stream, _):
        await house.open_night()
        (frame,) = await received(stream, 1)
    slate = frame["data"]["slate_id"]
    assert [s["slate_id"] for s in (await client.get("/api/v1/slates"))["slates"]] == [slate]
    assert json.loads(json.dumps(frame))["type"] == SlateOpened.__struct_config__.tag
