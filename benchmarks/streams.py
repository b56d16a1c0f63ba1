"""From an event in the log to 1, 200 and 2,000 clients on WebSockets, and what a delivery costs.

The whole system runs: embedded Redis, Ray, Ray Serve with its proxy. The peer is a bare server
(picows) that sends the same frames to the same clients in the same run. Deliveries per second of
a core come from the CPU time of the serving process; the proxy's is told beside it. The clients
are a process of their own on the same machine, so that delays include their work.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import numpy as np
import psutil

from actors.log.ports import free_port
from config.secret import token_secret
from config.settings import load
from serve.stack import Stack
from serve.tokens import mint

USER = "bench"
LOADS = ((1, 200, 0.05), (200, 120, 0.25), (2_000, 30, 1.0))
"""Clients, events, seconds between two events."""
AGAIN = (2_000, 20)
"""Clients that reconnect at once, and events before and while they are away."""
SETTLE_S = 5.0
"""The proxy takes up a new configuration once it has heard of the replica."""
AIM_RATIO = 0.8
AIM_KB = 20.0
AIM_BACK_S = 5.0

Publish = Callable[[int], Awaitable[None]]


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


class Server(NamedTuple):
    """Where clients connect, and whose time is measured."""

    url: str
    token: str
    publish: Publish
    serving: list[psutil.Process]
    proxied: bool
    """Whether the proxy of Ray Serve stands before it; a new configuration is a new process."""


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


async def deliver(server: Server, load: tuple[int, int, float], again: int = 0) -> Served:
    """Publish events to a crowd of clients; with ``again`` all of them go and come back."""
    clients, events, pause = load
    crowd = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.stream_clients",
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, limit=2**26,
    )  # fmt: skip
    assert crowd.stdin is not None
    assert crowd.stdout is not None
    order = {"url": server.url, "token": server.token, "clients": clients, "frames": events}
    before = _memory(server.serving)
    crowd.stdin.write((json.dumps(order | {"again": again}) + "\n").encode())
    assert await crowd.stdout.readline() == b"ready\n"
    kb_each = (_memory(server.serving) - before) / clients
    cpu, proxy = _cpu(server.serving), _proxy_cpu(server)
    for number in range(events):
        if again and number == again:
            assert await crowd.stdout.readline() == b"gone\n"
        await server.publish(number)
        await asyncio.sleep(pause)
    if again:
        crowd.stdin.write(b"back\n")
    told = json.loads(await crowd.stdout.readline())
    await crowd.wait()
    return Served(
        clients,
        [1e3 * delay for delay in told["delays"]],
        _cpu(server.serving) - cpu,
        _proxy_cpu(server) - proxy,
        kb_each,
        told["back_s"],
        clients * events - len(told["delays"]),
    )


def _frame(number: int) -> dict[str, Any]:
    return {
        "event_id": f"bench-{time.time_ns()}-{number}",
        "event_type": "breaking_news",
        "source": "bench",
        "data": {"headline": f"@{time.perf_counter():.6f}@", "text": "x" * 120},
    }


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

            async def publish(number: int) -> None:
                event = _frame(number)
                await author.send_str(json.dumps({"offset": "1-1", "type": "news", "data": event}))

            yield Server(url, "", publish, [psutil.Process(peer.pid)], proxied=False)
    finally:
        peer.kill()
        await peer.wait()


@asynccontextmanager
async def whole(base: str, token: str) -> AsyncIterator[Server]:
    """The running system."""
    mine = psutil.Process().children(recursive=True)
    names = [(p, " ".join(p.cmdline()) if p.is_running() else "") for p in mine]
    serving = [p for p, name in names if "ServeReplica" in name and "Gateway" in name]
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(base, headers=headers) as session:

        async def publish(number: int) -> None:
            async with session.post("/api/v1/realtime/events", json=_frame(number)) as answer:
                answer.raise_for_status()

        url = f"{base.replace('http', 'ws')}/ws/realtime/{USER}"
        yield Server(url, token, publish, serving, proxied=True)


async def measure(base: str, token: str) -> tuple[list[Served], list[Served], Served]:
    """Ours and the peer's under every load, and ours where everybody reconnects."""
    ours, peers = [], []
    await asyncio.sleep(SETTLE_S)
    async with whole(base, token) as system, bare() as peer:
        for load in LOADS:
            peers.append(await deliver(peer, load))
            ours.append(await deliver(system, load))
        clients, events = AGAIN
        back = await deliver(system, (clients, 2 * events, 0.05), again=events)
    return ours, peers, back


def run() -> tuple[list[Served], list[Served], Served]:
    """Start everything in a folder of its own, measure, end everything."""
    with tempfile.TemporaryDirectory(prefix="lateswap-bench-") as folder:
        settings = load({"state_dir": Path(folder), "port": free_port()}).settings
        token = mint(USER, "operator", token_secret(settings).get_secret_value(), 3600)
        with Stack(settings, Path(folder), lambda text: print(text, file=sys.stderr)):
            return asyncio.run(measure(f"http://127.0.0.1:{settings.port}", token))


def rows() -> Iterable[dict[str, Any]]:
    """Delays, deliveries per core, memory, and what reconnecting clients lost."""
    ours, peers, back = run()
    for mine, peer in zip(ours, peers, strict=True):
        yield from _delays(mine, peer)
    most, bare_most = ours[-1], peers[-1]
    yield from _cost(most, bare_most)
    yield {
        "name": f"{back.clients:,} clients reconnect, until all are in (lost: {back.lost})",
        "value": back.back_s,
        "unit": "s",
        "aim": f"<= {AIM_BACK_S:g} s, none lost",
        "ok": back.back_s <= AIM_BACK_S and back.lost == 0,
    }


def _delays(mine: Served, peer: Served) -> Iterable[dict[str, Any]]:
    for percent in (50, 99):
        value = float(np.percentile(mine.delays, percent))
        bare_value = float(np.percentile(peer.delays, percent))
        yield {
            "name": f"event -> {mine.clients:,} clients, p{percent} (lost: {mine.lost})",
            "value": value,
            "unit": "ms",
            "peer": "bare picows",
            "peer_value": bare_value,
            "ratio": value / bare_value,
            "ok": None if mine.lost == 0 else False,
        }


def _cost(mine: Served, peer: Served) -> Iterable[dict[str, Any]]:
    """A core's deliveries per second: of the replica alone, and with the proxy before it."""
    bare_rate = len(peer.delays) / peer.cpu_s
    for name, cpu, aim in (
        ("replica", mine.cpu_s, AIM_RATIO),
        ("replica and proxy", mine.cpu_s + mine.proxy_s, None),
    ):
        ratio = len(mine.delays) / cpu / bare_rate
        yield {
            "name": f"deliveries per second of a core, {mine.clients:,} clients, {name}",
            "value": len(mine.delays) / cpu,
            "unit": "/s",
            "peer": "bare picows",
            "peer_value": bare_rate,
            "ratio": ratio,
            "aim": f">= {aim:g} of the peer" if aim else None,
            "ok": ratio >= aim if aim else None,
        }
    yield {
        "name": f"memory of the replica per connection, {mine.clients:,} clients",
        "value": mine.kb_each,
        "unit": "kB",
        "peer": "bare picows",
        "peer_value": peer.kb_each,
        "ratio": mine.kb_each / peer.kb_each if peer.kb_each > 0 else None,
        "aim": f"<= {AIM_KB:g} kB",
        "ok": mine.kb_each <= AIM_KB,
    }


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(row))
