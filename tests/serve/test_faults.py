"""The log goes away and comes back, actors are not up yet, a reader breaks: what users see."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import httpx

from actors.log.errors import LogUnavailable
from actors.log.port import Aside, Load
from models.events import SlateOpened
from models.events.upkeep import rebuild_asked
from serve.feed import STARTED_ANEW
from serve.ports import NoSuchActor
from tests.serve.conftest import LocalActors, SharedLog
from tests.serve.test_websocket import closing, received, report

RECOMMENDATIONS = "/api/v1/lateswap/recommendations"
NOW = datetime(2026, 1, 17, tzinfo=UTC)
EVENTS = "/api/v1/realtime/events"


class ShakyLog(SharedLog):
    """Does not answer while ``down`` is set."""

    down = False

    async def read(self, *args, **kwargs):
        self._answer()
        return await super().read(*args, **kwargs)

    async def append(self, *args, **fence):
        self._answer()
        return await super().append(*args, **fence)

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


class MortalActors(LocalActors):
    """All are being started anew while ``gone`` is set; ``slow`` ones never answer."""

    gone = slow = False

    async def ask_contest(self, contest_id, question):
        if self.gone:
            raise NoSuchActor(contest_id)
        if self.slow:
            await asyncio.Event().wait()
        return await super().ask_contest(contest_id, question)


async def test_proposals_are_told_from_the_log_while_their_contest_is_started_anew(houses):
    log = SharedLog()
    house = await houses(log=log, actors=MortalActors(log))
    await house.open_night()
    client = house.client()
    await house.scratch(client)
    await house.hub.until(await log.last_offset())
    before = await client.get(RECOMMENDATIONS)
    assert len(before["recommendations"]) > 1
    proposed = [swap["recommendation_id"] for swap in before["recommendations"]]
    await client.post(f"{RECOMMENDATIONS}/{proposed[0]}/approve")
    before = await client.get(RECOMMENDATIONS)
    await house.hub.until(await log.last_offset())
    for fault in ("gone", "slow"):
        setattr(house.actors, fault, True)
        assert await client.get(RECOMMENDATIONS) == before
        chosen = await client.get(RECOMMENDATIONS, state="approved", limit=5)
        setattr(house.actors, fault, False)
        assert [swap["recommendation_id"] for swap in chosen["recommendations"]] == proposed[:1]


async def test_events_of_an_unknown_type_are_counted_and_passed_over(house):
    from actors.log.port import Record

    async with house.client().stream() as (stream, _):
        await house.log.append("system", [Record("x", b"\x81\xaaevent_type\xa5alien")])
        await house.tell(report(1))
        assert (await received(stream, 1))[0]["data"]["event_id"] == "e1"
    status = await house.client().get("/api/v1/realtime/status")
    assert status["log"]["skipped"] == 1


async def test_a_reader_that_breaks_is_reported_and_not_hidden(house):
    house.hub.latest.take = None
    await house.log.append("system", [record_of(report(1))])
    await ready(house, 503)
    assert isinstance(house.hub.failure(), TypeError)


async def test_an_event_that_the_directory_cannot_take_ends_nobodys_service(house):
    take = house.hub.directory.take

    def broken(event):
        if event.event_id == "e1":
            raise KeyError("no")
        take(event)

    house.hub.directory.take = broken
    async with house.client().stream() as (stream, _):
        await house.tell(report(1), report(2))
        told = [frame["data"]["event_id"] for frame in await received(stream, 2)]
    assert told == ["e1", "e2"]
    hub = (await house.client().http.get("/health")).json()["parts"]["hub"]
    assert (hub["status"], hub["aside"]) == ("degraded", 1)


class NearlyFullLog(SharedLog):
    """At nine tenths of its limits."""

    async def load(self):
        return Load(memory=0.9)


async def test_a_log_near_its_limits_takes_what_cannot_be_spared_and_says_so(houses):
    client = (await houses(log=NearlyFullLog())).client()
    score = {"event_type": "live_score", "source": "s", "player_id": 1, "data": {"points": 3}}
    answer = await client.http.post(EVENTS, json=score)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "at 90% of its limits" in answer.json()["detail"]
    out = {"event_type": "player_injury", "source": "s", "player_id": 1, "data": {"status": "OUT"}}
    await client.post(EVENTS, out)
    log = (await client.http.get("/health")).json()["parts"]["log"]
    assert log["load"] == {"memory": 0.9, "lag": 0.0}


async def test_a_replica_that_is_to_rebuild_reads_the_log_anew_and_sends_its_clients_back(house):
    await house.open_night()
    known = list(house.hub.directory.contests)
    async with house.client().stream() as (stream, _):
        await house.log.append("system", [record_of(rebuild_asked("hub", "test", NOW))])
        assert (await closing(stream))[0] == STARTED_ANEW
    await house.hub.until(await house.log.last_offset())
    await ready(house, 200)
    assert list(house.hub.directory.contests) == known
    async with house.client().stream() as (stream, _):
        await house.tell(report(1))
        assert (await received(stream, 1))[0]["data"]["event_id"] == "e1"


async def test_what_a_fold_set_aside_is_counted_by_reader(house):
    await house.log.set_aside(Aside("slate:7", "1-5", "e5", "KeyError", b""))
    health = (await house.client().http.get("/health")).json()
    assert health["status"] == "degraded"
    assert health["parts"]["log"]["aside"] == {"slate:7": 1}


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
