"""Questions to providers that hang, fail and come back; answers that stop being true."""
# ruff: noqa: ARG002  # handlers are called with a request; calls are counted

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiohttp import web
from clocks import JumpClock
from redis.asyncio import Redis

from actors.feeds.breaker import Breaker, BreakerRules
from actors.feeds.caching import Cache
from actors.feeds.fetching import Fetcher, Provider, Question, Unanswered
from actors.feeds.flights import Flights
from actors.log.embedded import EmbeddedRedis


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with EmbeddedRedis(tmp_path_factory.mktemp("cache")) as server:
        yield server


@pytest.fixture
async def client(server):
    patient = {"socket_timeout": 60.0, "socket_connect_timeout": 60.0}
    async with Redis.from_url(server.url, **patient) as client:
        await client.flushall()
        yield client


class Site:
    """A provider that answers, fails or hangs, and counts."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.mood = "well"
        self.calls = 0

    async def __call__(self, request):
        self.calls += 1
        if self.mood == "hangs":
            await asyncio.sleep(30)
        if self.mood == "slow":
            await asyncio.sleep(0.1)
        if self.mood == "missing":
            return web.Response(status=404)
        if self.mood == "down":
            return web.Response(status=500)
        return web.Response(text=self.answer)


@asynccontextmanager
async def serving(*sites):
    app = web.Application()
    app.add_routes([web.get(f"/{n}/{{any:.*}}", site) for n, site in enumerate(sites)])
    runner = web.AppRunner(app, shutdown_timeout=0.05)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
    finally:
        await runner.cleanup()


def provider(url: str, number: int, clock, **changes) -> Provider:
    name = f"site {number}"
    rules = BreakerRules(failures=changes.pop("failures", 5))
    changes = {"priority": number + 1, "timeout_s": 60.0} | changes
    return Provider(name, f"{url}/{number}", Breaker(name, clock, rules), **changes)


QUESTION = Question(kind="status", key="kc", path="roster")


async def test_a_hundred_callers_of_a_provider_that_hangs_make_one_call_and_get_the_fallback(
    session,
):
    first, second = Site("first"), Site("second")
    first.mood = "hangs"
    clock = JumpClock()
    async with serving(first, second) as url:
        guarded = provider(url, 0, clock, failures=1, timeout_s=0.3)
        fetcher = Fetcher([provider(url, 1, clock), guarded], session, Cache(clock), clock)
        answers = await asyncio.gather(*(fetcher.ask(QUESTION) for _ in range(100)))
        assert {(a.body, a.provider) for a in answers} == {(b"second", "site 1")}
        print(f"F13: {len(answers)} callers: {first.calls} call through, {second.calls} elsewhere")
        assert (first.calls, second.calls) == (1, 1)
        assert guarded.breaker.state == "open"
        clock.jump(29)
        await fetcher.ask(Question(kind="odds", key="other", path="x"))
        assert first.calls == 1
        first.mood = "slow"
        guarded.timeout_s = 60.0
        clock.jump(2)
        asked = [Question(kind="odds", key=f"{n}", path="x") for n in range(20)]
        await asyncio.gather(*(fetcher.ask(question) for question in asked))
        assert first.calls == 2
        assert guarded.breaker.state == "closed"


async def test_a_broken_answer_is_asked_for_three_times_before_it_counts_as_one_failure(session):
    first, second = Site("first"), Site("second")
    first.mood = "down"
    clock = JumpClock()
    async with serving(first, second) as url:
        guarded = provider(url, 0, clock, failures=2)
        fetcher = Fetcher([guarded, provider(url, 1, clock)], session, Cache(clock), clock)
        assert (await fetcher.ask(QUESTION)).provider == "site 1"
        assert first.calls == 3
        assert guarded.breaker.state == "closed"


async def test_a_missing_thing_says_nothing_about_who_was_asked(session):
    site = Site("")
    site.mood = "missing"
    clock = JumpClock()
    async with serving(site) as url:
        guarded = provider(url, 0, clock, failures=1)
        fetcher = Fetcher([guarded], session, Cache(clock), clock)
        with pytest.raises(Unanswered, match=r"status kc: site 0: refused: .* answered 404"):
            await fetcher.ask(QUESTION)
        assert guarded.breaker.state == "closed"


async def test_an_answer_is_kept_for_its_time_and_used_when_nobody_answers(session, client):
    site = Site("kept")
    clock = JumpClock(datetime.now(UTC))
    async with serving(site) as url:
        fetcher = Fetcher([provider(url, 0, clock)], session, Cache(clock, client), clock)
        await fetcher.ask(QUESTION)
        clock.jump(29)
        assert (await fetcher.ask(QUESTION)).provider == ""
        assert site.calls == 1
        clock.jump(2)
        assert (await fetcher.ask(QUESTION)).provider == "site 0"
        site.mood = "down"
        clock.jump(31)
        answer = await fetcher.ask(QUESTION)
        assert (answer.body, answer.stale) == (b"kept", True)
        elsewhere = Fetcher([provider(url, 0, clock)], session, Cache(clock, client), clock)
        assert (await elsewhere.ask(QUESTION)).stale


async def test_an_answer_in_memory_is_given_without_asking_redis(session, client, server):
    site = Site("kept")
    clock = JumpClock(datetime.now(UTC))
    async with serving(site) as url:
        fetcher = Fetcher([provider(url, 0, clock)], session, Cache(clock, client), clock)
        await fetcher.ask(QUESTION)
        before = (await client.info("stats"))["total_commands_processed"]
        for _ in range(20):
            assert (await fetcher.ask(QUESTION)).body == b"kept"
        assert (await client.info("stats"))["total_commands_processed"] == before + 1


async def test_what_was_cleared_while_redis_was_away_is_not_believed_when_it_is_back(
    session, tmp_path
):
    site = Site("old")
    clock = JumpClock(datetime.now(UTC))
    with EmbeddedRedis(tmp_path) as server:
        async with serving(site) as url, Redis.from_url(server.url) as client:
            cache = Cache(clock, client)
            fetcher = Fetcher([provider(url, 0, clock)], session, cache, clock)
            await fetcher.ask(QUESTION)
            server.stop()
            clock.jump(1)
            await cache.clear()
            server.start()
            assert await client.exists("lateswap:cache:status:kc")
            site.answer = "new"
            assert (await fetcher.ask(QUESTION)).body == b"new"
    assert site.calls == 2


async def test_memory_holds_no_more_than_its_share(client):
    clock = JumpClock(datetime.now(UTC))
    cache = Cache(clock, client, size=1000)
    for number in range(20):
        await cache.put("odds", str(number), b"x" * 100, {})
    assert (await cache.get("odds", "0")).cached.body == b"x" * 100
    facts = cache.look()
    assert (facts.entries, facts.bytes, facts.hits) == (10, 1000, 1)
    await cache.clear()
    assert await cache.get("odds", "0") is None
    assert (cache.look().entries, cache.look().bytes, cache.look().misses) == (0, 0, 1)


async def test_without_redis_memory_alone_is_enough(session):
    site = Site("a")
    clock = JumpClock()
    async with serving(site) as url:
        fetcher = Fetcher([provider(url, 0, clock)], session, Cache(clock), clock)
        assert [(await fetcher.ask(QUESTION)).provider for _ in range(3)] == ["site 0", "", ""]


async def test_who_goes_away_does_not_end_a_request_for_the_others():
    flights: Flights[int] = Flights()
    let_go = asyncio.Event()
    made = []

    async def make() -> int:
        made.append(1)
        await let_go.wait()
        return 7

    waiting = [asyncio.create_task(flights.once("k", make)) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    let_go.set()
    assert await asyncio.gather(*waiting[1:]) == [7, 7]
    assert made == [1]
    assert len(flights) == 0


async def test_when_all_go_away_the_request_ends():
    flights: Flights[int] = Flights()
    waiting = asyncio.create_task(flights.once("k", lambda: asyncio.sleep(30, 1)))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(flights) == 0


@pytest.mark.parametrize("priority", [0, 11])
def test_priorities_go_from_1_to_10(priority):
    with pytest.raises(ValueError, match="from 1"):
        Provider("x", "http://x", Breaker("x", JumpClock()), priority=priority)
