"""A hundred feeds in one process: delay, CPU and memory, quiet and with one at 100 times its rate.

The far end is a WebSocket server in a process of its own (another library than the client). The
delay of the 99 others beside the loud feed is held against their delay without it, and against the
limit of 50 ms; memory against what the process held before the sources were opened.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import time
from contextlib import suppress
from typing import Any

import numpy as np
import psutil
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from actors.feeds.chain import Chain
from actors.feeds.delivery import whole_frames
from actors.feeds.timing import MachineClock
from actors.feeds.transports.http import open_session
from actors.feeds.transports.websocket import WebSocketOptions, WebSocketTransport

SOURCES = 100
RATE = 10
"""Messages per second of an ordinary source."""
LOUD = 100
"""Times that rate."""
WARM_S = 1.0
RUN_S = 4.0
LIMIT_MS = 50.0
PADDING = "x" * 300

Row = dict[str, Any]


def rows() -> list[Row]:
    """Measure both runs, each against a server of its own."""
    quiet, loud = _measure(RATE), _measure(RATE * LOUD)
    return [
        {
            "name": f"delay of {SOURCES} sources, p99",
            "value": quiet["p99"], "unit": "ms", "peer": "limit", "peer_value": LIMIT_MS,
            "ratio": quiet["p99"] / LIMIT_MS, "aim": "at most 1", "ok": quiet["p99"] <= LIMIT_MS,
        },
        {
            "name": f"delay of the others beside one at {LOUD} times its rate, p99",
            "value": loud["p99"], "unit": "ms", "peer": "without it + limit",
            "peer_value": quiet["p99"] + LIMIT_MS,
            "ratio": loud["p99"] / (quiet["p99"] + LIMIT_MS), "aim": "at most 1",
            "ok": loud["p99"] <= quiet["p99"] + LIMIT_MS,
        },
        _plain("messages a second then, of the loud one", loud["first_rate"], "messages/s"),
        _plain("messages a second then, of all", loud["rate"], "messages/s"),
        _plain("CPU per message, reader's process", loud["cpu_us"], "µs"),
        _plain(f"memory of {SOURCES} sources", quiet["memory_mb"], "MB"),
    ]  # fmt: skip


def _plain(name: str, value: float, unit: str) -> Row:
    return {
        "name": name, "value": value, "unit": unit, "peer": "", "peer_value": None,
        "ratio": None, "aim": "shown", "ok": True,
    }  # fmt: skip


def _measure(first_rate: int) -> dict[str, float]:
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(there, first_rate), daemon=True
    )
    server.start()
    try:
        return asyncio.run(_read_all(here.recv()))
    finally:
        server.terminate()
        server.join()


def _serve(port_to: Any, first_rate: int) -> None:
    async def speak(connection: Any) -> None:
        loud = connection.request.path == "/0"
        rate = first_rate if loud else RATE
        burst = max(1, rate // 100)
        begun, sent = time.time(), 0
        while not connection.close_code:
            for _ in range(burst):
                with suppress(ConnectionClosed):
                    await connection.send(json.dumps({"at": time.time(), "text": PADDING}))
            sent += burst
            await asyncio.sleep(max(0.0, begun + sent / rate - time.time()))

    async def run() -> None:
        async with serve(speak, "127.0.0.1", 0) as server:
            port_to.send(server.sockets[0].getsockname()[1])
            await asyncio.get_running_loop().create_future()

    asyncio.run(run())


async def _read_all(port: int) -> dict[str, float]:
    process = psutil.Process()
    before = process.memory_info().rss
    delays: list[float] = []
    first: list[float] = []
    counted = 0
    clock = MachineClock()
    measuring = asyncio.Event()

    async def read(number: int) -> None:
        nonlocal counted
        options = WebSocketOptions(url=f"ws://127.0.0.1:{port}/{number}")
        chain = Chain(
            f"s{number}", [WebSocketTransport(options, session, clock)], clock, whole_frames
        )
        async for delivery in chain.deliveries():
            delay = time.time() - json.loads(delivery.frame.body)["at"]
            if measuring.is_set():
                counted += 1
                if number:
                    delays.append(delay * 1e3)
                else:
                    first.append(delay * 1e3)

    async with open_session("https://lateswap.example") as session:
        readers = [asyncio.create_task(read(number)) for number in range(SOURCES)]
        await asyncio.sleep(WARM_S)
        measuring.set()
        cpu, begun = time.process_time(), time.monotonic()
        await asyncio.sleep(RUN_S)
        seconds = time.monotonic() - begun
        used = time.process_time() - cpu
        memory = process.memory_info().rss - before
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
    return {
        "p99": float(np.percentile(delays, 99)),
        "rate": counted / seconds,
        "first_rate": len(first) / seconds,
        "cpu_us": used / counted * 1e6,
        "memory_mb": memory / 2**20,
    }


if __name__ == "__main__":
    for row in rows():
        print(f"{row['name']}: {row['value']:.2f} {row['unit']}  ok={row['ok']}")
