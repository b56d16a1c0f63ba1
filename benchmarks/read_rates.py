"""How often a contest's ownership is read in a second, against bare uvicorn with the same answer.

Both are asked by the same clients in a process of their own; ours stands behind Ray Serve's proxy.
The contest is one of a generated night, and nothing happens in it meanwhile: what is measured is
asking again.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from contextlib import suppress
from typing import Any, NamedTuple

import aiohttp
import psutil

from actors.log.port import Record
from actors.log.ports import free_port
from actors.log.redis import RedisLog
from config.rules import with_rules
from models import codec
from models.evening import generate
from models.events import ContestOpened
from serve.stack import Stack

CLIENTS = 16
SECONDS = 4.0
DEADLINE_S = 60.0
AIM = 0.5


class Asked(NamedTuple):
    """What came of asking one server."""

    a_second: float
    a_core: float
    """Answers per second of CPU of the serving process."""
    refused: int


async def _ask(url: str, token: str, serving: list[psutil.Process]) -> Asked:
    """Ask for ``SECONDS``; raises TimeoutError."""
    order = {"url": url, "token": token, "clients": CLIENTS, "seconds": SECONDS}
    asking = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.http_clients",
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(DEADLINE_S):
            before = sum(sum(p.cpu_times()[:2]) for p in serving)
            out, _ = await asking.communicate((json.dumps(order) + "\n").encode())
            cpu = sum(sum(p.cpu_times()[:2]) for p in serving) - before
    finally:
        with suppress(ProcessLookupError):
            asking.kill()
        await asking.wait()
    told = json.loads(out)
    return Asked(told["answers"] / SECONDS, told["answers"] / max(cpu, 0.01), told["refused"])


async def _open_night(stack: Stack, token: str) -> tuple[str, int]:
    """Where the ownership of a generated night is read, and how long the answer is."""
    opening = [with_rules(event) for event in generate(1, entries=20).opening]
    log = RedisLog(stack.redis_url, stack.log_options)
    for event in opening:
        await log.append(event.slate_id, [Record(event.event_id, codec.encode(event))])
    await log.close()
    contest = next(e.contest_id for e in opening if isinstance(e, ContestOpened))
    url = f"http://127.0.0.1:{stack.port}/api/v1/realtime/ownership/{contest}"
    headers = {"Authorization": f"Bearer {token}"}
    async with asyncio.timeout(DEADLINE_S), aiohttp.ClientSession(headers=headers) as session:
        while True:
            async with session.get(url) as answer:
                if answer.status == 200:
                    return url, len(await answer.read())
            await asyncio.sleep(0.2)


async def measure(stack: Stack, token: str, serving: list[psutil.Process]) -> tuple[Asked, Asked]:
    """Ours and bare uvicorn."""
    url, size = await _open_night(stack, token)
    port = free_port()
    peer = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.http_peer", str(port), str(size)
    )
    try:
        bare = f"http://127.0.0.1:{port}/"
        async with asyncio.timeout(DEADLINE_S), aiohttp.ClientSession() as session:
            while True:
                with suppress(aiohttp.ClientError):
                    async with session.get(bare):
                        break
                await asyncio.sleep(0.1)
        theirs = await _ask(bare, token, [psutil.Process(peer.pid)])
        return await _ask(url, token, serving), theirs
    finally:
        peer.kill()
        await peer.wait()


def rows_of(found: tuple[Asked, Asked] | None) -> list[dict[str, Any]]:
    """Two rows: by the clock, and by the serving process' CPU time."""
    if found is None:
        return [{"name": "ownership is read: not done in time", "value": None, "ok": False}]
    mine, peer = found
    ratio = mine.a_second / peer.a_second
    common = {"peer": "bare uvicorn", "unit": "/s"}
    return [
        common
        | {
            "name": f"ownership read over and over by {CLIENTS} clients (refused: {mine.refused})",
            "value": mine.a_second,
            "peer_value": peer.a_second,
            "ratio": ratio,
            "aim": f">= {AIM:g} of the peer",
            "ok": ratio >= AIM and mine.refused == 0,
        },
        common
        | {
            "name": "... per second of the serving process' CPU",
            "value": mine.a_core,
            "peer_value": peer.a_core,
            "ratio": mine.a_core / peer.a_core,
        },
    ]
