"""Budgets that nothing overruns: shared, restarted, and spent where they are worth most."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from clocks import JumpClock
from peers import RedisPeer
from redis.asyncio import Redis

from actors.feeds.budget import BudgetPlan, Grant, RedisBudget, ledger_name, period_of
from actors.feeds.schedule import Locks, PollTimes, Schedule
from actors.feeds.transports.polling import PollingTransport, PollOptions
from actors.feeds.transports.port import Frame, LinkFault
from actors.log.embedded import EmbeddedRedis

EASTERN = ZoneInfo("America/New_York")
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with EmbeddedRedis(tmp_path_factory.mktemp("budget")) as server:
        yield server


@pytest.fixture
async def client(server):
    patient = {"socket_timeout": 60.0, "socket_connect_timeout": 60.0}
    async with Redis.from_url(server.url, **patient) as client:
        await client.flushall()
        yield client


async def test_a_quota_is_granted_to_the_last_and_not_beyond(client):
    clock = JumpClock(NOON)
    budget = RedisBudget(client, "x", BudgetPlan(quota=3), clock)
    assert [await budget.acquire() for _ in range(3)] == [
        Grant(0.0, 2, 0.0),
        Grant(0.0, 1, 0.0),
        Grant(0.0, 0, 0.0),
    ]
    assert await budget.acquire() == Grant(12 * 3600.0, 0, 0.0)
    clock.jump(12 * 3600)
    assert await budget.acquire() == Grant(0.0, 2, 0.0)


async def test_all_who_use_one_key_share_one_ledger(client):
    clock = JumpClock(NOON)
    name = ledger_name("odds", "secret")
    actors = [RedisBudget(client, name, BudgetPlan(quota=20), clock) for _ in range(10)]
    grants = await asyncio.gather(*(actor.acquire() for actor in actors * 10))
    assert sum(grant.wait_s == 0 for grant in grants) == 20
    assert "secret" not in name
    assert name != ledger_name("odds", "another")


async def test_a_cost_is_booked_whole_or_not_at_all(client):
    budget = RedisBudget(client, "x", BudgetPlan(quota=10), JumpClock(NOON))
    assert (await budget.acquire(8)).left == 2
    assert (await budget.acquire(3)).wait_s > 0
    assert (await budget.acquire(2)).left == 0


async def test_a_window_slides(client):
    clock = JumpClock(NOON)
    budget = RedisBudget(client, "x", BudgetPlan(rate=2, window_s=10), clock)
    assert (await budget.acquire()).wait_s == 0
    clock.jump(6)
    assert (await budget.acquire()).wait_s == 0
    assert (await budget.acquire()).wait_s == 4
    clock.jump(4)
    assert (await budget.acquire()).wait_s == 0
    assert (await budget.acquire()).wait_s == 6


async def test_what_the_provider_counted_counts(client):
    plan = BudgetPlan(quota=500, left_header="x-requests-remaining")
    budget = RedisBudget(client, "x", plan, JumpClock(NOON))
    await budget.acquire()
    await budget.observe({"x-requests-remaining": "120"})
    assert (await budget.acquire(0)).left == 120
    await budget.observe({"x-requests-remaining": "400"})
    await budget.observe({"x-requests-remaining": "many"})
    assert (await budget.acquire(0)).left == 120


async def test_a_clock_that_is_set_back_gives_nothing_back(client):
    clock = JumpClock(NOON)
    budget = RedisBudget(client, "x", BudgetPlan(quota=1), clock)
    assert (await budget.acquire()).wait_s == 0
    clock.jump(-24 * 3600)
    assert (await budget.acquire()).wait_s > 0


async def test_a_ledger_out_of_reach_means_that_nothing_is_asked(clock, session):
    peer = RedisPeer(clock, session)
    await peer.start()
    budget = RedisBudget(Redis.from_url(peer.server.url), "x", BudgetPlan(quota=20), clock)
    await peer.stop()
    with pytest.raises(LinkFault, match="nothing is asked"):
        await budget.acquire()


@pytest.mark.parametrize(
    ("moment", "period", "ends"),
    [
        ("2026-11-01T03:59:00+00:00", "day", "2026-11-01T04:00:00+00:00"),
        ("2026-11-01T04:00:00+00:00", "day", "2026-11-02T05:00:00+00:00"),
        ("2026-03-08T12:00:00+00:00", "day", "2026-03-09T04:00:00+00:00"),
        ("2026-12-31T12:00:00+00:00", "month", "2027-01-01T05:00:00+00:00"),
        ("2028-02-10T12:00:00+00:00", "month", "2028-03-01T05:00:00+00:00"),
    ],
)
def test_periods_end_at_midnight_of_their_zone_also_when_clocks_change(moment, period, ends):
    _, end = period_of(datetime.fromisoformat(moment), period, EASTERN)
    assert end.astimezone(UTC) == datetime.fromisoformat(ends)


def lock_times() -> list[datetime]:
    """Locks at 7 and 10 in the evening, Eastern, for five weeks."""
    days = [datetime(2026, 11, 1, tzinfo=EASTERN) + timedelta(days=n) for n in range(35)]
    return [day.replace(hour=hour).astimezone(UTC) for day in days for hour in (19, 22)]


async def test_a_month_of_20_a_day_with_restarts_never_exceeds_and_spends_near_lock(
    client, session
):
    clock = JumpClock(datetime(2026, 11, 1, 5, tzinfo=UTC))
    asked: list[datetime] = []

    async def answer(_):
        asked.append(clock.utc())
        return web.Response(text=str(len(asked)))

    app = web.Application()
    app.add_routes([web.get("/", answer)])
    runner = web.AppRunner(app, shutdown_timeout=0.05)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/"
    draw = random.Random(7)
    plan = BudgetPlan(quota=20, zone="America/New_York")
    ends = clock.utc() + timedelta(days=30)
    while clock.utc() < ends:  # each round is a new process that lives for up to half a day
        budget = RedisBudget(client, "month", plan, clock)
        pace = Schedule(PollTimes(), Locks(lock_times()), plan=plan, draw=draw.random)
        options = PollOptions(url=url, eager=False)
        transport = PollingTransport(options, session, clock, pace=pace, budget=budget)
        stops = clock.utc() + timedelta(hours=draw.uniform(0.2, 12))
        async for signal in transport.signals():
            if isinstance(signal, Frame) and clock.utc() > stops:
                break
    await runner.cleanup()
    days = Counter(moment.astimezone(EASTERN).date() for moment in asked)
    whole = [count for day, count in days.items() if day.month == 11]
    near = sum(
        any(timedelta(0) <= lock - at <= timedelta(minutes=90) for lock in lock_times())
        for at in asked
    )
    assert max(days.values()) <= 20
    assert min(whole) >= 18
    assert near / len(asked) >= 0.75


def test_the_pace_tightens_as_lock_nears():
    lock = NOON + timedelta(hours=30)
    pace = Schedule(PollTimes(), Locks([lock]), jitter=0.0)
    before = [30, 20, 2.5, 1.2, 0.2, -1, -5]
    waits = [pace.wait_s(lock - timedelta(hours=h), Grant(0.0, None, 0.0)) for h in before]
    assert waits == [3600, 300, 60, 30, 10, 30, 3600]


def test_locks_can_change_under_a_schedule():
    locks = Locks()
    pace = Schedule(PollTimes(), locks, jitter=0.0)
    assert pace.wait_s(NOON, Grant(0.0, None, 0.0)) == 3600
    locks.set([NOON + timedelta(minutes=10)])
    assert pace.wait_s(NOON, Grant(0.0, None, 0.0)) == 10


def test_a_months_quota_keeps_the_share_of_the_days_to_come():
    plan = BudgetPlan(quota=300, period="month")
    tonight = NOON.replace(hour=23)
    pace = Schedule(PollTimes(), Locks([tonight]), plan=plan, jitter=0.0)
    just_today = 300 * 10 // 30
    near = tonight - timedelta(minutes=30)
    assert pace.wait_s(near, Grant(0.0, just_today, 0.0)) > 600
    assert pace.wait_s(near, Grant(0.0, 300, 0.0)) < 600
