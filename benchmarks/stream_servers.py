"""The servers that ``streams`` measures, ours and a bare one, and how they are measured."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import NamedTuple

import aiohttp
import psutil
from redis.asyncio import Redis

from actors.log.errors import LogUnavailable
from actors.log.port import SYSTEM, Record
from actors.log.ports import free_port
from actors.log.redis import RedisLog
from models import codec
from models.events import BreakingNews, News
from serve.stack import Stack

USER = "bench"
DEADLINE_S = 150.0
"""Of one stage."""

Publish = Callable[[int, int], Awaitable[None]]
"""Publishes so many events from a number on."""


class Served(NamedTuple):
    """What one server did for one load."""

    clients: int
    delays: list[float]
    """Milliseconds."""
    cpu_s: float
    """Of the serving process, while the events were delivered."""
    proxy_s: float
    kb_each: float
    """Memory of the serving process per client."""
    back_s: float
    lost: int
    reads: int
    """Reads of the log meanwhile."""


class Server(NamedTuple):
    """Where clients connect, and whose time is measured."""

    url: str
    token: str
    publish: Publish
    serving: list[psutil.Process]
    proxied: bool
    """Whether the proxy of Ray Serve stands before it; a new configuration is a new process."""
    reads: Callable[[], Awaitable[int]]


class Crowd:
    """The clients' process; it is ended whatever happens."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def tell(self, line: object) -> None:
        """Send it one line."""
        assert self._process.stdin is not None
        self._process.stdin.write((json.dumps(line) + "\n").encode())

    async def told(self, wanted: str) -> None:
        """Wait until it says that it has come this far."""
        said = await self.says()
        if said != wanted:
            raise RuntimeError(f"the clients said {said!r} in place of {wanted!r}")

    async def says(self) -> str:
        """Its next line."""
        assert self._process.stdout is not None
        return (await self._process.stdout.readline()).decode().strip()


@asynccontextmanager
async def crowded(server: Server, clients: int, frames: int, again: int) -> AsyncIterator[Crowd]:
    """Clients that are connected and subscribed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.stream_clients",
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, limit=2**28,
    )  # fmt: skip
    try:
        crowd = Crowd(process)
        crowd.tell(
            {"url": server.url, "token": server.token, "clients": clients, "frames": frames}
            | {"again": again}
        )
        await crowd.told("ready")
        yield crowd
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _cpu(processes: Iterable[psutil.Process]) -> float:
    return sum(sum(p.cpu_times()[:2]) for p in processes)


def _proxy_cpu(server: Server) -> float:
    found = 0.0
    for process in psutil.Process().children(recursive=True) if server.proxied else ():
        with suppress(psutil.NoSuchProcess):
            if process.name() == "haproxy":
                found += _cpu([process])
    return found


def _memory(processes: Iterable[psutil.Process]) -> float:
    return sum(p.memory_info().rss for p in processes) / 1024


async def deliver(
    server: Server, load: tuple[int, int, float], again: int = 0, burst: int = 1
) -> Served:
    """Publish events to a crowd of clients; with ``again`` all of them go and come back.

    Raises TimeoutError at the deadline.
    """
    clients, events, pause = load
    before = _memory(server.serving)
    async with (
        asyncio.timeout(DEADLINE_S),
        crowded(server, clients, events, again) as crowd,
    ):
        kb_each = (_memory(server.serving) - before) / clients
        cpu, proxy, reads = _cpu(server.serving), _proxy_cpu(server), await server.reads()
        for number in range(0, events, burst):
            if again and number == again:
                await crowd.told("gone")
            await server.publish(number, burst)
            await asyncio.sleep(pause)
        if again:
            crowd.tell("back")
        told = json.loads(await crowd.says())
        return Served(
            clients,
            [1e3 * delay for delay in told["delays"]],
            _cpu(server.serving) - cpu,
            _proxy_cpu(server) - proxy,
            kb_each,
            told["back_s"],
            clients * events - len(told["delays"]),
            await server.reads() - reads,
        )


def _event(number: int) -> BreakingNews:
    now = datetime.now(UTC)
    return BreakingNews(
        event_id=f"bench-{time.time_ns()}-{number}",
        source="bench",
        timestamp=now,
        received_at=now,
        data=News(headline=f"@{time.perf_counter():.6f}@", text="x" * 120),
    )


async def _no_reads() -> int:
    return 0


@asynccontextmanager
async def bare() -> AsyncIterator[Server]:
    """The peer in a process of its own."""
    port = free_port()
    peer = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.stream_peer", str(port), stdout=subprocess.PIPE
    )
    assert peer.stdout is not None
    try:
        await peer.stdout.readline()
        url = f"ws://127.0.0.1:{port}/"
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as author:

            async def publish(first: int, count: int) -> None:
                for number in range(first, first + count):
                    await author.send_str(codec.frame("1-1", _event(number)).decode())

            serving = [psutil.Process(peer.pid)]
            yield Server(url, "", publish, serving, proxied=False, reads=_no_reads)
    finally:
        peer.kill()
        await peer.wait()


@asynccontextmanager
async def whole(stack: Stack, token: str) -> AsyncIterator[Server]:
    """The running system."""
    mine = psutil.Process().children(recursive=True)
    names = [(p, " ".join(p.cmdline()) if p.is_running() else "") for p in mine]
    serving = [p for p, name in names if "ServeReplica" in name and "Gateway" in name]
    log, redis = RedisLog(stack.redis_url, stack.log_options), Redis.from_url(stack.redis_url)

    async def publish(first: int, count: int) -> None:
        events = [_event(number) for number in range(first, first + count)]
        records = [Record(event.event_id, codec.encode(event)) for event in events]
        while True:  # what is repeated is stored once
            with suppress(LogUnavailable):
                await log.append(SYSTEM, records)
                return

    async def reads() -> int:
        asked = await redis.info("commandstats")
        return int(asked.get("cmdstat_xread", {}).get("calls", 0))

    try:
        url = f"ws://127.0.0.1:{stack.port}/ws/realtime/{USER}"
        yield Server(url, token, publish, serving, proxied=True, reads=reads)
    finally:
        await log.close()
        await redis.aclose()
