"""The event log against bare Redis on the same server, in the same run.

Appending is held against a pipelined XADD of the same entries, waking a blocked reader against a
bare PING round trip of the same client library.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from actors.log.embedded import EmbeddedRedis
from actors.log.port import Record
from actors.log.redis import LogOptions, RedisLog

BODY = b"x" * 300
"""About the size of one encoded event."""

IN_FLIGHT = 100
"""Appends under way at the same time, and commands per bare pipeline."""

Row = dict[str, Any]


def rows() -> list[Row]:
    """Measure everything once on an embedded Redis with its default sync mode."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedRedis(Path(folder)) as server:
        return asyncio.run(_rows(server.url))


async def _rows(url: str) -> list[Row]:
    client = Redis.from_url(url, protocol=2)
    try:
        return [
            await _append_row(url, client, size=1, calls=10_000, aim=0.3),
            await _append_row(url, client, size=100, calls=1_000, aim=0.25),
            await _single_row(url, client),
            *await _wake_rows(url, client),
        ]
    finally:
        await client.aclose()


@asynccontextmanager
async def _log(url: str, prefix: str) -> AsyncIterator[RedisLog]:
    log = RedisLog(url, LogOptions(prefix=prefix, deadline_s=10, reply_timeout_s=10))
    try:
        await log.last_offset()
        yield log
    finally:
        await log.close()


async def _append_row(url: str, client: Redis, *, size: int, calls: int, aim: float) -> Row:
    """Many appends under way, as many callers make them; best of three, alternating."""
    ours, bare = 0.0, 0.0
    for turn in range(3):
        bare = max(bare, calls * size / await _timed(_bare(client, size, calls)))
        async with _log(url, f"b{size}-{turn}") as log:
            ours = max(ours, calls * size / await _timed(_append(log, size, calls)))
        await client.flushall()
    return _row(
        f"idempotent appends, batches of {size}",
        (ours, "events/s"),
        ("pipelined XADD", bare),
        ours / bare,
        (f"at least {aim:g}", ours / bare >= aim),
    )


async def _single_row(url: str, client: Redis) -> Row:
    """One append after another, each beside a bare XADD: what a lone caller waits for."""
    ours, bare = [], []
    async with _log(url, "single") as log:
        for number in range(2_000):
            ours.append(await _timed(log.append("slate", [Record(f"{number}", BODY)])))
            bare.append(await _timed(client.xadd("bare", {"id": BODY})))
    return _ratio_row("one append, p50", ours, bare, "XADD", quantile=50, aim=3)


async def _wake_rows(url: str, client: Redis) -> list[Row]:
    async with _log(url, "wake") as log, _log(url, "wake") as other:
        wakes, pings = await _wakes(log, other, client)
    return [
        _ratio_row("append to blocked reader, p50", wakes, pings, "PING", quantile=50, aim=4),
        _ratio_row("append to blocked reader, p99", wakes, pings, "PING", quantile=99, aim=4),
    ]


async def _wakes(
    writer: RedisLog, reader: RedisLog, client: Redis
) -> tuple[list[float], list[float]]:
    """Seconds from the call of append until a waiting reader holds the event; a PING each time."""
    after = (await writer.append("slate", [Record("first", BODY)])).offsets[-1]
    wakes, pings = [], []
    for number in range(1_000):
        waiting = asyncio.create_task(_arrival(reader, after))
        await asyncio.sleep(0.002)  # the reader is blocked by now
        pings.append(await _timed(client.ping()))
        begun = time.perf_counter()
        await writer.append("slate", [Record(f"w{number}", BODY)])
        arrived, after = await waiting
        wakes.append(arrived - begun)
    return wakes, pings


async def _arrival(reader: RedisLog, after: str) -> tuple[float, str]:
    events = await reader.read(after, block_ms=10_000)
    return time.perf_counter(), events[-1].offset


async def _append(log: RedisLog, size: int, calls: int) -> None:
    numbers = itertools.count()

    async def caller(turns: int) -> None:
        for _ in range(turns):
            await log.append("slate", [Record(f"e{next(numbers)}", BODY) for _ in range(size)])

    await asyncio.gather(*(caller(calls // IN_FLIGHT) for _ in range(IN_FLIGHT)))


async def _bare(client: Redis, size: int, calls: int) -> None:
    numbers = itertools.count()
    for _ in range(calls // IN_FLIGHT):
        pipeline = client.pipeline(transaction=False)
        for _ in range(IN_FLIGHT):
            pipeline.xadd("bare", {f"e{next(numbers)}": BODY for _ in range(size)})
        await pipeline.execute()


async def _timed(work: Awaitable[object]) -> float:
    begun = time.perf_counter()
    await work
    return time.perf_counter() - begun


def _ratio_row(
    name: str, ours: list[float], theirs: list[float], peer: str, *, quantile: int, aim: float
) -> Row:
    mine = statistics.quantiles(ours, n=100)[quantile - 1] * 1e3
    bare = statistics.quantiles(theirs, n=100)[quantile - 1] * 1e3
    aimed = (f"at most {aim:g}", mine / bare <= aim)
    return _row(name, (mine, "ms"), (f"{peer} p{quantile}", bare), mine / bare, aimed)


def _row(
    name: str,
    value: tuple[float, str],
    peer: tuple[str, float],
    ratio: float,
    aim: tuple[str, bool],
) -> Row:
    return {
        "name": f"event log: {name}",
        "value": value[0],
        "unit": value[1],
        "peer": peer[0],
        "peer_value": peer[1],
        "ratio": ratio,
        "aim": aim[0],
        "ok": aim[1],
    }


def main() -> None:
    """Print one line per measurement."""
    for row in rows():
        print(
            f"{row['name']:48} {row['value']:12.4g} {row['unit']:9} "
            f"{row['peer']:15} {row['peer_value']:12.4g}  ratio {row['ratio']:6.3f} "
            f"(aim {row['aim']}) {'ok' if row['ok'] else 'MISSED'}"
        )


if __name__ == "__main__":
    main()
