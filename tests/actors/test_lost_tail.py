"""F1, F2 without ``always``: what a crash took is noticed, told to clients, and read again.

The newest bytes of the file are cut off after a kill, as where they had not been synced: so that
something is lost every time.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections import Counter
from contextlib import AsyncExitStack

import pytest
from live_ends import Watched, plan_of
from test_live_source import THREE_WAYS, TestFeed, heads

from actors.live_source import LiveSourceActor
from actors.log.embedded import EmbeddedRedis
from actors.log.errors import LogUnavailable, WrongEpoch
from actors.log.redis import LogOptions, RedisLog
from actors.source import NightSpec, SourceActor
from models.events import SourceStatus
from models.messages import AskHealth, encode
from serve.feed import STARTED_ANEW, FeedEnded
from serve.hub import StreamHub
from serve.lines.outlet import Pump
from serve.lines.wire import EVENTS
from serve.subscription import Subscription
from serve.tokens import Identity

LIMIT_S = 60
WHO = Identity(user="ann", role="operator", expires=2**40, issued=0)
ASKED = encode(AskHealth())


async def crash(server: EmbeddedRedis, size: int, away_s: float = 0.0) -> None:
    """Kill the server, cut its file down to a size that it had, start it again after a while."""
    os.kill(server.pid, signal.SIGKILL)
    assert await asyncio.to_thread(server.ended, LIMIT_S)
    os.truncate(server.directory / "appendonly.aof", size)
    await asyncio.sleep(away_s)
    await asyncio.to_thread(server.start)


def written(server: EmbeddedRedis) -> int:
    return (server.directory / "appendonly.aof").stat().st_size


class Running:
    """A sources' actor that is started anew when it fails, as ``Stack.keep_sources`` does."""

    def __init__(self, plan, url) -> None:
        self._plan, self._url = plan, url
        self.failures: list[Exception] = []
        self.actor = self._started()

    def _started(self) -> LiveSourceActor:
        actor = LiveSourceActor(self._plan, lambda: RedisLog(self._url))
        actor.follow()
        return actor

    async def keep(self) -> None:
        while True:
            await asyncio.sleep(0.05)
            try:
                await self.actor.ask(ASKED)
            except WrongEpoch as error:
                self.failures.append(error)
                await self.stop()
                self.actor = self._started()

    async def stop(self) -> None:
        await self.actor.stop()


async def drained(pump: Pump) -> None:
    while True:
        await pump.take()


async def test_what_a_crash_took_is_told_to_clients_and_read_again_from_the_sources_cursors(
    tmp_path,
):
    async with AsyncExitStack() as undo:
        server = undo.enter_context(EmbeddedRedis(tmp_path / "log", fsync="everysec"))
        feed = TestFeed()
        await feed.start()
        undo.push_async_callback(feed.stop)
        log = RedisLog(server.url)
        undo.push_async_callback(log.close)
        watched = Watched(log)
        hub = StreamHub(log, feed_frames=1000, recent_frames=1000, ping_s=30.0)
        hub.start()
        undo.push_async_callback(hub.stop)
        running = Running(plan_of(THREE_WAYS, feed.at), server.url)
        undo.push_async_callback(running.stop)
        keeping = asyncio.create_task(running.keep())
        undo.callback(keeping.cancel)

        async def told(count, cursor=""):
            try:
                events = await watched.events()
            except LogUnavailable:
                return False
            cursors = {
                c for e in events if isinstance(e, SourceStatus) for c in e.data.cursors.values()
            }
            return len(heads(events)) == count and (not cursor or cursor in cursors)

        for _ in range(20):
            feed.publish()
        await watched.until(lambda: told(20, "20"), within=LIMIT_S)
        size = written(server)
        for _ in range(20):
            feed.publish()
        await watched.until(lambda: told(40, "40"), within=LIMIT_S)
        client = await hub.subscribe(WHO, Subscription())
        await hub.until(await log.last_offset())
        pump = Pump(EVENTS)
        hub.join(client, pump, pump.end)
        await crash(server, size)
        with pytest.raises(FeedEnded) as ended:
            await asyncio.wait_for(drained(pump), LIMIT_S)
        assert ended.value.code == STARTED_ANEW
        await watched.until(lambda: told(40, "40"), within=LIMIT_S)
        assert running.failures
        found = Counter(heads(await watched.events()))
        print(
            f"F1 everysec: 20 of 40 lost, noticed by {running.failures[0]}; read again: {len(found)}"
        )
        assert found == {f"n{n}": 1 for n in range(1, 41)}


class Losing:
    """Waits for nobody, but crashes the log once, some events after its size was noted."""

    def __init__(self, server: EmbeddedRedis) -> None:
        self.server = server
        self.settled = 0
        self.size = 0
        self.crashing: asyncio.Task[None] | None = None

    async def settle(self, *_: object) -> None:
        self.settled += 1
        if self.settled == 10:
            self.size = written(self.server)
        if self.settled == 30:
            away_s = 2 * LogOptions().deadline_s
            self.crashing = asyncio.create_task(crash(self.server, self.size, away_s))


async def test_a_night_that_is_played_goes_on_where_the_log_ends_after_a_crash(tmp_path):
    night = NightSpec(seed=7, entries=3)
    with EmbeddedRedis(tmp_path / "log", fsync="everysec") as server:
        losing = Losing(server)
        source = SourceActor(night, float("inf"), lambda: RedisLog(server.url), losing.settle)
        await source.begin()
        async with asyncio.timeout(LIMIT_S):
            await source.finished()
        assert losing.crashing is not None
        await losing.crashing
        log = RedisLog(server.url)
        stored = [e.event_id for e in await Watched(log).events(night.load().opening[0].slate_id)]
        await log.close()
    whole = night.load()
    assert losing.settled > 30
    assert stored == [e.event_id for e in (*whole.opening, *whole.timeline)]
