"""Answers that are kept: given again while they are true, and never after an event was read."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from types import SimpleNamespace

import pytest

from actors.log.embedded import EmbeddedRedis
from actors.log.errors import LogUnavailable
from models.events import LivePoints, LiveScore, Ownership, OwnershipUpdate
from models.outdated import Topic
from serve.answer_cache import REPLY_S, AnswerCache, Kept, SharedAnswers
from serve.repeats import SEEN
from tests.serve.conftest import LocalActors, SharedLog
from tests.serve.test_websocket import NOW

TOPIC = Topic("ownership", "s", "c")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with EmbeddedRedis(tmp_path_factory.mktemp("answers")) as server:
        yield server


@pytest.fixture
async def shared(server):
    """Answers in Redis, none yet."""
    answers = SharedAnswers.at(server.url, "test")
    await answers.clear()
    yield answers
    await answers.close()


class CountedActors(LocalActors):
    """Counts what it is asked, and waits while ``held``."""

    def __init__(self, log):
        super().__init__(log)
        self.asked = []
        self.go = asyncio.Event()
        self.go.set()

    async def ask_slate(self, slate_id, question):
        self.asked.append(slate_id)
        await self.go.wait()
        return await super().ask_slate(slate_id, question)

    async def ask_contest(self, contest_id, question):
        self.asked.append(contest_id)
        await self.go.wait()
        return await super().ask_contest(contest_id, question)


class Night:
    """A running replica with an evening opened, and what was asked of its actors."""

    def __init__(self, house):
        self.house = house
        self.client = house.client()
        self.ownership = f"/api/v1/realtime/ownership/{house.contest_id}"
        self.players = f"/api/v1/players?slate={house.slate.slate_id}"

    async def facts(self):
        return (await self.client.get("/api/v1/cache"))["answers"]

    async def asked(self, path, times=1):
        """The last of some answers, and how often an actor was asked for them."""
        before = len(self.house.actors.asked)
        for _ in range(times):
            answer = await self.client.get(path)
        return answer, len(self.house.actors.asked) - before

    async def owned(self, share, event_id="o1"):
        """Tell who has how much of whom; the offset at which it stands."""
        player = self.house.slate.players[0].player_id
        house = self.house
        return await house.tell(
            OwnershipUpdate(
                event_id=event_id, source="s", timestamp=NOW, received_at=NOW,
                contest_id=house.contest_id, slate_id=house.slate.slate_id,
                data=Ownership(ownership={player: share}, basis="observed"),
            )
        )  # fmt: skip

    def share(self, answer):
        return answer["ownership"].get(self.house.slate.players[0].player_id)


@pytest.fixture
async def nights(houses):
    """Makes replicas of one service: of one log, one set of actors."""
    log = SharedLog()
    actors = CountedActors(log)
    first = []

    async def make(**more):
        house = await houses(log=log, actors=actors, **more)
        if first:
            house.night = first[0].night
        else:
            await house.open_night()
            first.append(house)
        return Night(house)

    return make


async def test_an_answer_is_kept_until_an_event_outdates_it(nights):
    night = await nights()
    before, asked = await night.asked(night.ownership, times=10)
    assert asked == 1
    offset = await night.owned(0.123)
    after, asked = await night.asked(night.ownership, times=10)
    assert asked == 1
    assert night.share(before) != night.share(after) == 0.123
    assert after["offset"] >= offset
    facts = await night.facts()
    assert (facts["hits"], facts["misses"], facts["shared"]) == (18, 2, 0)
    assert (facts["invalidated"], facts["entries"]) == (1, 1)
    print(f"answer cache: {facts}")


async def test_no_answer_is_older_than_what_a_client_has_heard(nights):
    """Read your writes: whoever was told of an event finds it in the next answer."""
    night = await nights()
    for number in range(20):
        await night.owned(share := (number + 1) / 100, f"o{number}")
        assert night.share((await night.asked(night.ownership))[0]) == share


async def test_a_score_ends_what_is_said_of_players_and_leaves_ownership_alone(nights):
    night = await nights()
    player = night.house.slate.players[0]
    await night.asked(night.ownership)
    before, _ = await night.asked(night.players)
    await night.house.tell(
        LiveScore(
            event_id="l1", source="s", timestamp=NOW, received_at=NOW, player_id=player.player_id,
            game_id=player.game_id, slate_id=night.house.slate.slate_id, data=LivePoints(points=7.5),
        )
    )  # fmt: skip
    assert (await night.asked(night.ownership))[1] == 0
    after, asked = await night.asked(night.players)
    assert asked == 1
    assert points(before, player) is None
    assert points(after, player) == 7.5


async def test_a_status_ends_what_depends_on_projections(nights):
    night = await nights()
    trends = f"{night.ownership}/trends"
    before, _ = await night.asked(night.players)
    first, _ = await night.asked(trends)
    player, _ = await night.house.scratch(night.client)
    after, asked = await night.asked(night.players)
    assert asked == 1
    cards = ({p["player_id"]: p for p in answer["players"]} for answer in (before, after))
    was, now = (card[player]["projection"] for card in cards)
    assert was > now == 0.0
    then, asked = await night.asked(trends)
    assert asked == 1
    assert then["trends"][player]["predicted_final"] < first["trends"][player]["predicted_final"]


def points(answer, player):
    return next(p.get("points") for p in answer["players"] if p["player_id"] == player.player_id)


async def test_what_one_replica_was_told_another_finds_in_redis(nights, shared):
    one = await nights(shared=shared)
    other = await nights(shared=shared)
    await other.house.hub.until(one.house.hub.offset)
    first, asked = await one.asked(one.ownership)
    assert asked == 1
    assert await other.asked(other.ownership) == (first, 0)
    assert (await other.facts())["shared"] == 1
    await one.owned(0.5)
    await other.house.hub.until(one.house.hub.offset)
    assert one.share((await other.asked(other.ownership))[0]) == 0.5


async def test_redis_that_was_away_while_an_event_came_brings_back_nothing_stale(nights, tmp_path):
    with EmbeddedRedis(tmp_path) as server:
        shared = SharedAnswers.at(server.url, "test")
        night = await nights(shared=shared)
        await night.asked(night.ownership)
        topic = Topic("ownership", night.house.slate.slate_id, night.house.contest_id)
        old = await shared.get(topic)
        server.stop()
        await night.owned(0.25)
        assert night.share((await night.asked(night.ownership))[0]) == 0.25
        server.start()
        fresh = SharedAnswers.at(server.url, "test")
        assert await fresh.get(topic) == old  # it is there, and is not true any more
        other = await nights(shared=fresh)
        answer, asked = await other.asked(other.ownership)
        assert asked == 1
        assert night.share(answer) == 0.25
        assert (await fresh.get(topic)).offset > old.offset
        print("answer cache: Redis away during an event, 0 stale answers after")


async def test_a_frozen_redis_is_waited_for_once(nights, tmp_path):
    with EmbeddedRedis(tmp_path) as server:
        night = await nights(shared=SharedAnswers.at(server.url, "test"))
        os.kill(server.pid, signal.SIGSTOP)
        try:
            begun = time.perf_counter()
            await night.asked(night.ownership)
            await night.asked(night.players)
            took = time.perf_counter() - begun
        finally:
            os.kill(server.pid, signal.SIGCONT)
    print(f"answer cache: Redis frozen, two answers after {took:.2f} s")
    assert night.house.hub.answers._shared._away_until > 0.0
    assert took < 1.0 + 2 * REPLY_S


async def test_requests_for_the_same_that_come_together_are_one(nights):
    night = await nights()
    night.house.actors.go.clear()
    before = len(night.house.actors.asked)
    together = [asyncio.create_task(night.client.get(night.ownership)) for _ in range(20)]
    async with asyncio.timeout(20):
        while (await night.facts())["joined"] < 19:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    night.house.actors.go.set()
    answers = await asyncio.gather(*together)
    assert len(night.house.actors.asked) - before == 1
    assert all(answer == answers[0] for answer in answers)


async def test_whoever_has_seen_more_than_a_replica_is_answered_when_it_has_read_it(nights):
    one = await nights()
    other = await nights()
    await other.asked(other.ownership, times=2)
    read, go = other.house.hub._log.read, asyncio.Event()

    async def slow(*args, **more):
        found = await read(*args, **more)
        await go.wait()
        return found

    other.house.hub._log = SimpleNamespace(read=slow)  # this replica falls behind
    await asyncio.sleep(0.6)
    seen = await one.owned(0.75)
    behind = await other.client.get(other.ownership)
    assert one.share(behind) != 0.75
    asking = asyncio.create_task(other.client.http.get(other.ownership, headers={SEEN: seen}))
    await asyncio.sleep(0.1)
    assert not asking.done()
    go.set()
    assert one.share((await asking).json()) == 0.75


async def test_a_replica_that_hears_nothing_answers_nothing_from_memory(nights):
    night = await nights()
    await night.asked(night.ownership, times=2)
    hub = night.house.hub

    async def deaf(*_, **__):
        raise LogUnavailable("no answer within 1 s")

    hub._log = SimpleNamespace(read=deaf)
    async with asyncio.timeout(10):
        while hub.live:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert (await night.asked(night.ownership, times=3))[1] == 3
    assert hub.answers.facts().hits == 1


async def test_operators_clear_it(nights, shared):
    night = await nights(shared=shared)
    await night.asked(night.ownership, times=3)
    cleared = await night.client.post("/api/v1/cache/clear")
    assert (cleared["answers"]["entries"], cleared["answers"]["bytes"]) == (0, 0)
    assert cleared["sources"] is None
    assert (await night.asked(night.ownership))[1] == 1


def following():
    return True


def heard(cache, offset, contest="c", slate="s"):
    cache.hear(
        OwnershipUpdate(
            event_id=offset, source="s", timestamp=NOW, received_at=NOW, contest_id=contest,
            slate_id=slate, data=Ownership(ownership={}, basis="observed"),
        ),
        offset,
        slate,
    )  # fmt: skip


def answering(offset, body=b"{}"):
    async def make(_):
        return Kept.now(offset, body)

    return make


async def test_an_answer_on_its_way_during_an_event_is_neither_kept_nor_shared_with_who_comes_after():
    cache, gate, asked = AnswerCache(None, following), asyncio.Event(), []
    heard(cache, "1-1")

    async def slow(at_least):
        asked.append(at_least)
        await gate.wait()
        return Kept.now("1-1", b"old")

    early = asyncio.create_task(cache.answer(TOPIC, slow))
    await asyncio.sleep(0)
    heard(cache, "1-2")
    assert (await cache.answer(TOPIC, answering("1-2", b"new"))).body == b"new"
    gate.set()
    assert (await early).body == b"old"  # asked before the event
    assert asked == ["1-1"]
    assert cache.held(TOPIC).body == b"new"


async def test_what_was_answered_before_the_log_lost_events_ends_with_the_next_one():
    cache = AnswerCache(None, following)
    heard(cache, "1-1")
    await cache.answer(TOPIC, answering("1-5"))  # it rests on events that are lost now
    assert cache.held(TOPIC)
    heard(cache, "2-2", contest="another", slate="elsewhere")
    assert cache.held(TOPIC) is None
    await cache.answer(TOPIC, answering("1-5"))
    assert cache.held(TOPIC) is None


async def test_a_log_that_is_read_anew_asks_for_nothing_that_it_has_lost():
    cache, asked = AnswerCache(None, following), []
    heard(cache, "1-9")
    await cache.answer(TOPIC, answering("1-9"))
    await cache.start_again()
    heard(cache, "1-5")

    async def make(at_least):
        asked.append(at_least)
        return Kept.now("1-5", b"{}")

    await cache.answer(TOPIC, make)
    assert asked == ["1-5"]
    assert cache.held(TOPIC)


async def test_an_answer_without_an_offset_is_given_and_not_kept():
    """As from an actor of a version before."""
    cache = AnswerCache(None, following)
    heard(cache, "1-1")
    assert (await cache.answer(TOPIC, answering("0-0"))).body == b"{}"
    assert cache.held(TOPIC) is None


async def test_memory_holds_no_more_than_its_share():
    cache = AnswerCache(None, following, size=1000)
    heard(cache, "1-1")
    for number in range(20):
        await cache.answer(TOPIC._replace(contest_id=str(number)), answering("1-1", b"x" * 100))
    facts = cache.facts()
    assert (facts.entries, facts.bytes, facts.misses) == (10, 1000, 20)


async def test_an_answer_that_nothing_outdates_is_asked_for_anew_after_its_time(monkeypatch):
    cache = AnswerCache(None, following)
    heard(cache, "1-1")
    await cache.answer(TOPIC, answering("1-1"))
    assert cache.held(TOPIC)
    monkeypatch.setattr("serve.answer_cache.LASTS_S", 0.0)
    assert cache.held(TOPIC) is None
    assert cache.facts().entries == 0
