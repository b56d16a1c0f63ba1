"""F4: the log's Redis is frozen for ten seconds, as by a paging or paused machine."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import Counter
from contextlib import contextmanager

from actors.log.embedded import EmbeddedRedis
from actors.log.redis import RedisLog
from tests.serve.test_faults import ready

EVENTS = "/api/v1/realtime/events"
FROZEN_S = 10.0


@contextmanager
def frozen(server):
    """Stop the server's process for as long as the block takes."""
    os.kill(server.pid, signal.SIGSTOP)
    try:
        yield time.monotonic()
    finally:
        os.kill(server.pid, signal.SIGCONT)


def event(number):
    return {
        "event_id": f"e{number}",
        "event_type": "player_active",
        "source": "test",
        "player_id": "1",
        "data": {},
    }


async def hand_in(client, number):
    """Status of an attempt to hand in one event, and the seconds that it took."""
    begun = time.monotonic()
    answer = await client.http.post(EVENTS, json=event(number))
    return answer.status_code, time.monotonic() - begun


async def test_a_log_that_is_frozen_fails_callers_in_time_shows_it_and_stores_nothing_twice(
    houses, tmp_path
):
    with EmbeddedRedis(tmp_path / "log") as server:
        house = await houses(log=RedisLog(server.url))
        client = house.client()
        assert (await hand_in(client, 0))[0] == 200
        with frozen(server) as since:
            shown = asyncio.create_task(ready(house, 503))
            failed = [await hand_in(client, 1)]
            await shown
            degraded_s = time.monotonic() - since
            while time.monotonic() - since < FROZEN_S:
                failed.append(await hand_in(client, len(failed) + 1))
        await ready(house, 200)
        again = [await hand_in(client, number) for number in range(len(failed) + 1)]
        stored = Counter(r.event_id for r in await house.log.read(count=10_000))
    slowest = max(took for _, took in failed)
    print(
        f"F4: frozen {FROZEN_S:g} s; {len(failed)} calls failed, the slowest after {slowest:.2f} s;"
        f" shown after {degraded_s:.2f} s; {len(stored)} events stored, none twice"
    )
    assert {status for status, _ in failed} == {503}
    assert len(failed) > 2
    assert slowest < FROZEN_S / 2
    assert degraded_s < FROZEN_S / 2
    assert {status for status, _ in again} == {200}
    assert stored == {f"e{number}": 1 for number in range(len(failed) + 1)}
