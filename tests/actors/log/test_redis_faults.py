"""The log when its Redis is killed, frozen, cut, flushed or has lost bytes."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

from actors.log.embedded import EmbeddedRedis, Fsync
from actors.log.errors import LogUnavailable, OffsetTrimmed, WrongEpoch
from actors.log.offsets import BEGINNING, offset_key
from actors.log.port import Lag, Logged, Record, Saved
from actors.log.redis import LogOptions, RedisLog

sys.path.insert(0, str(Path(__file__).parent))
from fault_proxy import FaultProxy

LIMIT_S = 20


@asynccontextmanager
async def _log(url: str, prefix: str = "t", **options: int) -> AsyncIterator[RedisLog]:
    log = RedisLog(url, LogOptions(prefix=prefix, **options))
    try:
        yield log
    finally:
        await log.close()


def _record(number: int) -> Record:
    return Record(f"e{number}", b"body" * 8)


async def _fill(log: RedisLog, begin: int, end: int) -> list[str]:
    offsets: list[str] = []
    for number in range(begin, end):
        offsets += (await log.append(f"slate-{number % 3}", [_record(number)])).offsets
    return offsets


async def _all(log: RedisLog, after: str = BEGINNING) -> list[Logged]:
    events: list[Logged] = []
    while more := await log.read(after):
        events += more
        after = events[-1].offset
    return events


async def test_everything_is_there_after_a_stop_and_a_start(directory: Path) -> None:
    with EmbeddedRedis(directory) as first:
        async with _log(first.url) as log:
            offsets = await _fill(log, 0, 50)
            epoch = await log.epoch()
    with EmbeddedRedis(directory) as second:
        async with _log(second.url) as log:
            assert [event.offset for event in await _all(log)] == offsets
            assert [event.offset for event in await log.read(offsets[24])] == offsets[25:]
            assert (await log.append("slate-0", [_record(0)])).offsets == (offsets[0],)
            later = await _fill(log, 50, 52)
            assert await log.epoch() > epoch
            assert [event.offset for event in await log.read(offsets[-1])] == later


@pytest.mark.parametrize("fsync", ["always", "everysec"])
async def test_what_a_killed_server_had_acknowledged_is_stored_or_known_to_be_lost(
    directory: Path, fsync: Fsync
) -> None:
    server = EmbeddedRedis(directory, fsync=fsync)
    with server:
        async with _log(server.url) as log:
            acknowledged = await _killed_under_load(server, log)
            assert server.ended(LIMIT_S)
            server.start()
            stored = await _all(log)
            assert len({event.event_id for event in stored}) == len(stored)
            lost = set(acknowledged) - {event.event_id for event in stored}
            print(f"F1 {fsync}: {len(acknowledged)} acknowledged, {len(lost)} lost and known to be")
            for event_id in lost:
                with pytest.raises(WrongEpoch):
                    await log.read(acknowledged[event_id])
            if fsync == "always":
                assert lost == set()
            assert stored == sorted(stored, key=lambda event: offset_key(event.offset))


async def _killed_under_load(server: EmbeddedRedis, log: RedisLog) -> dict[str, str]:
    """Offsets of what was acknowledged, by event id."""
    acknowledged: dict[str, str] = {}
    enough = asyncio.Event()
    writers = [
        asyncio.create_task(_write_until_broken(log, writer, acknowledged, enough))
        for writer in range(8)
    ]
    await asyncio.wait_for(enough.wait(), LIMIT_S)
    os.kill(server.pid, signal.SIGKILL)
    await asyncio.wait_for(asyncio.gather(*writers), LIMIT_S)
    return acknowledged


async def _write_until_broken(
    log: RedisLog, writer: int, acknowledged: dict[str, str], enough: asyncio.Event
) -> None:
    for number in range(1_000_000):
        record = Record(f"{writer}-{number}", b"x" * 64)
        try:
            appended = await log.append(f"slate-{writer}", [record])
        except LogUnavailable:
            return
        acknowledged[record.event_id] = appended.offsets[0]
        if len(acknowledged) >= 400:
            enough.set()


async def test_lost_bytes_are_noticed_and_no_offset_is_given_twice(directory: Path) -> None:
    """F2: the newest bytes of the file go away, as in a crash before a sync."""
    with EmbeddedRedis(directory) as first:
        async with _log(first.url) as log:
            kept = await _fill(log, 0, 20)
            size = (directory / "appendonly.aof").stat().st_size
            gone = await _fill(log, 20, 30)
            assert await log.read(gone[-1]) == []
    os.truncate(directory / "appendonly.aof", size + 7)
    with EmbeddedRedis(directory) as second:
        async with _log(second.url) as log:
            with pytest.raises(WrongEpoch):
                await log.read(gone[-1], block_ms=LIMIT_S * 1000)
            fresh = await _fill(log, 30, 50)
            assert not set(fresh) & set(gone)
            print(f"F2: {len(gone)} of {len(kept) + len(gone)} events lost, every one noticed")
            for offset in gone:
                with pytest.raises(WrongEpoch):
                    await log.read(offset)
            assert [event.offset for event in await log.read(kept[-1])] == fresh
            with pytest.raises(WrongEpoch):
                await log.append("slate-2", [_record(51)], since=gone[0])
            follows = await log.append("slate-2", [_record(51)], since=kept[-1])
            assert follows.duplicates == ()
            assert (await log.append("slate-2", [_record(20)])).duplicates == ()


async def test_a_reader_that_waits_through_a_loss_is_told(directory: Path) -> None:
    with EmbeddedRedis(directory) as first:
        async with _log(first.url) as log:
            await _fill(log, 0, 5)
            size = (directory / "appendonly.aof").stat().st_size
            position = (await _fill(log, 5, 8))[-1]
            waiting = asyncio.create_task(log.read(position, block_ms=LIMIT_S * 1000))
            await asyncio.sleep(0)
            first.stop()
            with pytest.raises(LogUnavailable):
                await asyncio.wait_for(waiting, LIMIT_S)
            os.truncate(directory / "appendonly.aof", size)
            first.start()
            with pytest.raises(WrongEpoch):
                await log.read(position, block_ms=LIMIT_S * 1000)


async def test_two_logs_on_one_server_each_notice_its_restart(directory: Path) -> None:
    epochs: dict[str, list[int]] = {"one": [], "two": []}
    for _ in range(2):
        with EmbeddedRedis(directory) as server:
            for prefix, seen in epochs.items():
                async with _log(server.url, prefix) as log:
                    await log.append("a", [Record(secrets.token_hex(4), b"")])
                    seen.append(await log.epoch())
    assert all(first < second for first, second in epochs.values())


async def test_a_frozen_server_fails_appends_within_the_deadline_and_doubles_none(
    directory: Path,
) -> None:
    with EmbeddedRedis(directory) as server:
        async with _log(server.url) as log:
            await _fill(log, 0, 3)
            os.kill(server.pid, signal.SIGSTOP)
            try:
                begun = time.monotonic()
                with pytest.raises(LogUnavailable):
                    await log.append("slate-0", [_record(3)])
                took = time.monotonic() - begun
                with pytest.raises(LogUnavailable):
                    await log.read(block_ms=LIMIT_S * 1000)
            finally:
                os.kill(server.pid, signal.SIGCONT)
            await log.append("slate-0", [_record(3)])
            await _fill(log, 4, 6)
            events = await _all(log)
    print(f"F4: an append to a frozen server failed after {took:.2f} s; 0 of 6 events twice")
    assert took < 1.5
    assert [event.event_id for event in events] == [f"e{number}" for number in range(6)]


async def test_lost_replies_double_nothing_and_lose_nothing(redis: EmbeddedRedis) -> None:
    """F3: one reply in ten is lost together with its connection; the writer sees no error."""
    prefix = f"t-{secrets.token_hex(6)}"
    password = redis.url.partition("@")[0]
    total, together = 100_000, 100
    offsets: list[str] = []
    async with FaultProxy(redis.port, lose=10).running() as proxy:
        async with _log(f"{password}@127.0.0.1:{proxy.port}/0", prefix, deadline_s=30) as log:
            for start in range(0, total, together):
                records = [_record(number) for number in range(start, start + together)]
                offsets += (await log.append("slate", records)).offsets
        print(f"F3: {total} events, {proxy.lost} of {proxy.replies} replies lost")
        assert proxy.lost >= 50
    async with _log(redis.url, prefix) as log:
        events = await _all(log)
    assert [event.event_id for event in events] == [f"e{number}" for number in range(total)]
    assert [event.offset for event in events] == offsets


async def test_writers_and_readers_on_connections_of_their_own_agree(redis: EmbeddedRedis) -> None:
    prefix = f"t-{secrets.token_hex(6)}"
    total = 600
    async with _log(redis.url, prefix) as one, _log(redis.url, prefix) as two:
        readers = [asyncio.create_task(_follow(log, total)) for log in (one, two)]
        await asyncio.gather(
            *(_write(log, name, total // 4) for name in "ab" for log in (one, two)),
        )
        first, second = await asyncio.wait_for(asyncio.gather(*readers), LIMIT_S)
    keys = [offset_key(event.offset) for event in first]
    assert first == second
    assert keys == sorted(set(keys))
    assert len({event.event_id for event in first}) == total


async def _write(log: RedisLog, name: str, total: int) -> None:
    for number in range(total):
        record = Record(f"{id(log)}-{name}-{number}", b"")
        await log.append(f"slate-{name}{number % 17}", [record])


async def _follow(log: RedisLog, total: int) -> list[Logged]:
    events: list[Logged] = []
    while len(events) < total:
        after = events[-1].offset if events else BEGINNING
        events += await log.read(after, block_ms=LIMIT_S * 1000)
    return events


async def test_a_bounded_log_forgets_the_oldest_and_says_so(redis: EmbeddedRedis) -> None:
    prefix = f"t-{secrets.token_hex(6)}"
    async with _log(redis.url, prefix, retained_batches=100) as log:
        offsets = [(await log.append("a", [_record(n)])).offsets[0] for n in range(450)]
        retained = await _all(log)
        assert 100 <= len(retained) <= 200
        assert [event.offset for event in retained] == offsets[-len(retained) :]
        assert await log.first_offset() == retained[0].offset
        resumable = offsets[-len(retained) - 1]
        assert await _all(log, resumable) == retained
        with pytest.raises(OffsetTrimmed) as caught:
            await log.read(offsets[0])
        assert caught.value.floor == resumable


async def test_a_slow_reader_is_told_when_the_log_is_trimmed_past_it(redis: EmbeddedRedis) -> None:
    """F7: and its lag says that something is gone, and counts what is left exactly."""
    prefix = f"t-{secrets.token_hex(6)}"
    async with _log(redis.url, prefix) as log:
        offsets = [(await log.append("a", [_record(n)])).offsets[0] for n in range(20)]
        first = await log.read(count=4)
        await log.save("slow", Saved(first[-1].offset, ("a",)))
        assert (await log.lags())["slow"] == Lag(first[-1].offset, 20 - len(first))
        await log.trim("a", offsets[9])
        lag = (await log.lags())["slow"]
        print(f"F7: {lag.events} events left to read, trimmed: {lag.trimmed}")
        assert lag == Lag(first[-1].offset, 10, trimmed=True)
        with pytest.raises(OffsetTrimmed):
            await log.read(first[-1].offset, count=4)


async def test_a_log_knows_how_near_its_limits_it_is(directory: Path) -> None:
    """By the server's memory and by its slowest reader; beyond the memory, nothing is stored."""
    with EmbeddedRedis(directory, more={"maxmemory": "8mb"}) as server:
        async with _log(server.url, most_memory_mb=8, most_lag=100) as log:
            start = (await log.append("a", [Record("e0", b"")])).offsets[0]
            await log.save("slow", Saved(start, ("a",)))
            await log.append("a", [Record(f"s{n}", b"") for n in range(80)])
            await _until(lambda: _at(log, lag=0.8))
            taken: list[str] = []
            with pytest.raises(LogUnavailable, match="OOM"):
                await _fill_up(log, taken)
            await _until(lambda: _at(log, memory=0.95))
            print(f"memory limit: {len(taken)} batches of 20 kB, then {await log.load()}")
            assert len(taken) > 100
            assert [event.event_id for event in (await _all(log))[81:]] == taken


async def _fill_up(log: RedisLog, taken: list[str]) -> None:
    while len(taken) < 10_000:
        record = Record(f"big{len(taken)}", os.urandom(20_000))
        await log.append("b", [record])
        taken.append(record.event_id)


async def _at(log: RedisLog, memory: float = 0.0, lag: float = 0.0) -> bool:
    load = await log.load()
    return load.memory >= memory and load.lag >= lag


async def _until(check: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(LIMIT_S):
        while not await check():  # noqa: ASYNC110 - a gauge tells nobody, it is looked at
            await asyncio.sleep(0.05)


async def test_event_ids_are_forgotten_after_their_time(redis: EmbeddedRedis) -> None:
    prefix = f"t-{secrets.token_hex(6)}"
    async with _log(redis.url, prefix, remember_ids_s=1000) as log:
        await log.append("a", [_record(1)])
    client = Redis.from_url(redis.url)
    try:
        assert 990 <= await client.ttl(f"{prefix}:seen:e1") <= 1000
    finally:
        await client.aclose()


async def test_a_flushed_server_is_another_log(directory: Path) -> None:
    with EmbeddedRedis(directory) as server:
        async with _log(server.url) as log:
            offsets = await _fill(log, 0, 5)
            client = Redis.from_url(server.url)
            await client.flushall()
            await client.aclose()
            (fresh,) = (await log.append("slate-0", [_record(0)])).offsets
            assert offset_key(fresh) > offset_key(offsets[-1])
            with pytest.raises(WrongEpoch):
                await log.read(offsets[-1])


async def test_a_server_that_is_not_there_is_unavailable(redis: EmbeddedRedis) -> None:
    async with _log("redis://127.0.0.1:1/0") as log:
        with pytest.raises(LogUnavailable, match=r"not answered within 1 s: .*onnect"):
            await log.append("a", [_record(1)])
        with pytest.raises(LogUnavailable):
            await log.read()
    async with _log(f"redis://:wrong@127.0.0.1:{redis.port}/0") as log:
        with pytest.raises(LogUnavailable, match="Authentication"):
            await log.last_offset()


async def test_the_logs_user_touches_no_other_keys_and_a_stranger_is_not_trusted(secured) -> None:
    """ACL and TLS: what is refused is named."""
    async with _log(secured.url, f"{secured.prefix}mine") as log:
        assert await log.read((await log.append("a", [_record(1)])).offsets[0]) == []
    async with _log(secured.url, "somebody-elses") as log:
        with pytest.raises(LogUnavailable, match="no permissions"):
            await log.append("a", [_record(1)])
    address, _, _ = secured.url.partition("?")
    async with _log(address, f"{secured.prefix}mine") as log:
        with pytest.raises(LogUnavailable, match="certificate verify failed"):
            await log.last_offset()


def test_a_prefix_that_could_break_a_script_is_refused() -> None:
    with pytest.raises(ValueError, match="key prefix"):
        RedisLog("redis://127.0.0.1:1/0", LogOptions(prefix="a\nb"))
