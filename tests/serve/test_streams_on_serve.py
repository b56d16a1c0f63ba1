"""Streams behind Ray Serve and its proxy: who never reads or floods is closed, others go on."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import time
from contextlib import asynccontextmanager, suppress
from functools import partial

import aiohttp
import numpy as np
import psutil
import pytest
import websockets

from actors.appending import available
from actors.log.port import SYSTEM, Record
from actors.log.redis import RedisLog
from config.secret import token_secret
from models import codec
from models.events import BreakingNews, News
from serve.tokens import mint
from tests.serve.test_takeover import FLOODS, opened, rest
from tests.serve.test_websocket import NOW

GROWTH_BYTES = 5 * 2**20
"""FAULTS.md grants a flood this much memory."""


class Served:
    """The running system as a client and a source see it."""

    def __init__(self, stack):
        self.port = stack.port
        self.token = mint("root", "operator", token_secret(stack.settings).get_secret_value(), 600)
        self.log = RedisLog(stack.redis_url, stack.log_options)
        self.told = 0

    async def tell(self, count=1, text=""):
        """Publish news, each with the time at which it was told."""
        events = []
        for _ in range(count):
            self.told += 1
            events.append(
                BreakingNews(
                    event_id=f"on-serve-{time.time_ns()}-{self.told}", source="s", timestamp=NOW,
                    received_at=NOW, data=News(headline=f"@{time.perf_counter()}@", text=text),
                )
            )  # fmt: skip
        records = [Record(e.event_id, codec.encode(e)) for e in events]
        await available(partial(self.log.append, SYSTEM, records))
        return [event.event_id for event in events]

    @asynccontextmanager
    async def stream(self, **subscription):
        address = f"ws://127.0.0.1:{self.port}/ws/realtime/root"
        async with websockets.connect(address, max_size=None, close_timeout=1) as stream:
            await stream.send(json.dumps({"type": "authenticate", "token": self.token}))
            await stream.send(json.dumps({"type": "subscribe", **subscription}))
            assert json.loads(await stream.recv())["type"] == "subscription_confirmed"
            yield stream

    async def direct(self):
        """Wait until the proxy sends to the replica itself, no longer by way of Serve's own proxy.

        That one agrees on compression, and streams go through it as ASGI messages.
        """
        async with asyncio.timeout(60):
            while True:
                with suppress(websockets.ConnectionClosed, websockets.InvalidHandshake, OSError):
                    async with self.stream() as stream:
                        if "Sec-WebSocket-Extensions" not in stream.response.headers:
                            return
                await asyncio.sleep(0.1)

    async def metric(self, name):
        headers = {"Authorization": f"Bearer {self.token}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.get(f"http://127.0.0.1:{self.port}/metrics") as answer,
        ):
            return float(re.search(rf"^{name} (\S+)$", await answer.text(), re.MULTILINE)[1])


@pytest.fixture
async def served(stack):
    found = Served(stack)
    await found.direct()
    yield found
    await found.log.close()


async def news(stream, wanted, delays=None):
    """Read until all of these have come; answers them in order."""
    seen = []
    async with asyncio.timeout(60):
        while len(seen) < len(wanted):
            frame = json.loads(await stream.recv())
            if frame["type"] == "breaking_news":
                seen.append(frame["data"]["event_id"])
                if delays is not None:
                    sent = float(frame["data"]["data"]["headline"].strip("@"))
                    delays.append(1e3 * (time.perf_counter() - sent))
    return seen


async def test_streams_leave_the_server_that_opened_them(served):
    """As lines: nothing is compressed for one client, and no request is under way for a stream."""
    async with served.stream(data_types=["breaking_news"]) as stream:
        assert "Sec-WebSocket-Extensions" not in stream.response.headers
        wanted = await served.tell(3)
        assert await news(stream, wanted) == wanted


async def test_an_event_stream_goes_through_the_proxy(served):
    headers, said = {"Authorization": f"Bearer {served.token}"}, b""
    path = f"http://127.0.0.1:{served.port}/api/v1/realtime/stream?types=breaking_news"
    async with (
        asyncio.timeout(60),
        aiohttp.ClientSession(headers=headers) as session,
        session.get(path) as answer,
    ):
        assert answer.headers["x-content-type-options"] == "nosniff"
        while b"subscription_confirmed" not in said:
            said += await answer.content.readany()
        for event_id in await served.tell(3):
            while event_id.encode() not in said:
                said += await answer.content.readany()


async def test_a_client_that_never_reads_is_closed_behind_the_proxy(served):
    slow, delays, told = await served.metric("lateswap_slow_clients_total"), [], 0
    with socket.create_connection(("127.0.0.1", served.port)) as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        await opened(lazy, served.token, "root")
        async with served.stream(data_types=["breaking_news"]) as stream:
            async with asyncio.timeout(120):
                while await served.metric("lateswap_slow_clients_total") == slow:
                    # What lies between fills with long news; then short ones are counted.
                    for text in ("x" * 15_000,) if told < 1_200 else ("",) * 8:
                        wanted = await served.tell(64, text)
                        assert await news(stream, wanted, delays) == wanted
                        told += 64
            assert await served.tell()
    p99 = np.percentile(delays, 99)
    print(f"F15: closed after {told} events; the other: none lost, p99 {p99:.0f} ms of 50 ms")


@asynccontextmanager
async def innocent(served):
    """One client who is told news all the while: the milliseconds that each took, none lost."""
    delays, wanted, seen, over = [], [], [], asyncio.Event()
    async with served.stream(data_types=["breaking_news"]) as stream:

        async def tell():
            while not over.is_set():
                wanted.extend(await served.tell())
                await asyncio.sleep(0.02)

        async def hear():
            while not over.is_set() or len(seen) < len(wanted):
                seen.extend(await news(stream, [None], delays))

        telling, hearing = asyncio.create_task(tell()), asyncio.create_task(hear())
        try:
            yield delays
        finally:
            over.set()
            await telling
            wanted += await served.tell()
            await hearing
    assert seen == wanted


async def test_floods_do_not_fill_the_replica(served):
    closed = []

    async def flood(make):
        with socket.create_connection(("127.0.0.1", served.port)) as raw:
            await opened(raw, served.token, "root")
            loop, begun = asyncio.get_running_loop(), time.perf_counter()
            for sent, frame in enumerate(make()):
                if sent == 200:
                    break
                try:
                    await loop.sock_sendall(raw, frame)
                except ConnectionError:
                    break
            async with asyncio.timeout(30):
                await rest(raw)
            closed.append(time.perf_counter() - begun)

    async def floods():
        for make, _ in FLOODS.values():
            await flood(make)

    replica = await served_by()
    async with innocent(served) as delays:
        await asyncio.sleep(1)
        await floods()  # what a process needs once is no growth
        calm, before = list(delays), replica.memory_info().rss
        closed.clear()
        delays.clear()
        for _ in range(2):
            await floods()
        grown = replica.memory_info().rss - before
    print(
        f"F22: {len(closed)} floods of {len(FLOODS)} kinds closed, the last after"
        f" {max(closed):.2f} s; replica {grown / 2**20:+.1f} MB of 5 MB; another client lost none,"
        f" p99 {np.percentile(delays, 99):.0f} ms, {np.percentile(calm, 99):.0f} ms before"
    )
    assert len(closed) == 2 * len(FLOODS)
    assert grown <= GROWTH_BYTES


async def served_by():
    """The process that serves."""
    mine = psutil.Process().children(recursive=True)
    (found,) = [
        p
        for p in mine
        if "ServeReplica" in " ".join(p.cmdline()) and "Gateway" in " ".join(p.cmdline())
    ]
    return found


async def test_half_handshakes_never_reach_the_replica(served):
    replica, proxies, raws = await served_by(), proxying(), []
    before = replica.memory_info().rss, sum(p.memory_info().rss for p in proxies)
    connected = len(replica.net_connections())
    begun = time.perf_counter()
    try:
        async with innocent(served) as delays:
            for _ in range(200):
                raws.append(socket.create_connection(("127.0.0.1", served.port)))
                raws[-1].sendall(b"GET /ws/realtime/root HTTP/1.1\r\nHost: x\r\nConn")
                await asyncio.sleep(0.005)
            await asyncio.sleep(1)
            reached = len(replica.net_connections()) - connected
            after = replica.memory_info().rss, sum(p.memory_info().rss for p in proxies)
    finally:
        for raw in raws:
            raw.close()
    grown = [now - then for then, now in zip(before, after, strict=True)]
    print(
        f"F22: {len(raws)} half handshakes in {time.perf_counter() - begun:.1f} s: replica"
        f" {grown[0] / 2**20:+.1f} MB, proxy {grown[1] / 2**20:+.1f} MB of 5 MB, {reached}"
        f" more connections of the replica; another client lost none, p99 {np.percentile(delays, 99):.0f} ms"
    )
    assert reached < 20
    assert max(grown) <= GROWTH_BYTES


def proxying():
    """The processes of the proxy."""
    mine = psutil.Process().children(recursive=True)
    return [p for p in mine if "haproxy" in p.name()]


async def test_clients_that_come_back_miss_nothing(served):
    """F16 in small, behind the proxy: every one of a hundred resumes where it was."""
    async with served.stream(data_types=["breaking_news"]) as stream, asyncio.timeout(60):
        await served.tell()
        offset = json.loads(await stream.recv())["offset"]
    wanted = await served.tell(20)

    async def resume():
        async with served.stream(after=offset, data_types=["breaking_news"]) as stream:
            return await news(stream, wanted)

    seen = await asyncio.gather(*(resume() for _ in range(100)))
    print(f"F16: {len(seen)} clients resumed {len(wanted)} events each, none lost")
    assert seen == [wanted] * 100
