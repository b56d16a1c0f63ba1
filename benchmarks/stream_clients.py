"""Many clients of one stream in a process of their own: ``python -m benchmarks.stream_clients``.

Reads one JSON line of ``Order`` from standard input, connects, prints ``ready``, and prints one
JSON line of what arrived once it is all there. Frames carry their author's clock between marks.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from typing import Any, NamedTuple

from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

SENT = re.compile(rb"@([0-9.]+)@")
"""Every mark is one event: a server may write several frames at once, each is heard alone."""
OFFSET = re.compile(rb'^\{"offset":"([0-9-]+)"')
PATIENCE_S = 60.0
"""Given to all to connect, and to whatever was sent to arrive."""
AT_ONCE = 100
"""Connections that are being opened at a time."""


class Order(NamedTuple):
    """What the clients are to do."""

    url: str
    token: str
    clients: int
    frames: int
    again: int = 0
    """Reconnect all once this many frames are there, and go on after the last."""


class Listener(WSListener):
    """One client; counts what it hears, and when."""

    def __init__(self, crowd: Crowd) -> None:
        self.crowd = crowd
        self.offset = ""
        self.heard = 0

    def on_ws_connected(self, transport: WSTransport) -> None:
        if not self.crowd.order.token:
            self.crowd.confirmed()
            return
        hello = {"type": "authenticate", "token": self.crowd.order.token}
        wish: dict[str, Any] = {"type": "subscribe", "data_types": ["breaking_news"]}
        if self.offset:
            wish["after"] = self.offset
        for message in (hello, wish):
            transport.send(WSMsgType.TEXT, json.dumps(message).encode())

    def on_ws_frame(self, _: WSTransport, frame: WSFrame) -> None:
        body = frame.get_payload_as_bytes()
        if sent := SENT.search(body):
            self.crowd.delays.append(time.perf_counter() - float(sent[1]))
            self.heard += 1
            if offset := OFFSET.match(body):
                self.offset = offset[1].decode()
            self.crowd.heard()
        elif b"subscription_confirmed" in body[:40]:
            self.crowd.confirmed()


class Crowd:
    """All clients."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.delays: list[float] = []
        self.listeners = [Listener(self) for _ in range(order.clients)]
        self.transports: list[WSTransport] = []
        self._confirmed = 0
        self._ready = asyncio.Event()
        self._wanted = 0
        self._there = asyncio.Event()

    def confirmed(self) -> None:
        self._confirmed += 1
        if self._confirmed >= self.order.clients:
            self._ready.set()

    def heard(self) -> None:
        if len(self.delays) >= self._wanted:
            self._there.set()

    async def connect(self) -> None:
        self._confirmed = 0
        self._ready.clear()
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(listener: Listener) -> WSTransport:
            async with gate:
                transport, _ = await ws_connect(lambda: listener, self.order.url)
                return transport

        async with asyncio.timeout(PATIENCE_S):
            self.transports = list(await asyncio.gather(*map(one, self.listeners)))
            await self._ready.wait()

    async def all_heard(self, frames: int) -> None:
        """Wait until every client has heard so many, or nothing more comes."""
        self._wanted = frames * self.order.clients
        self._there.clear()
        self.heard()
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._there.wait()
        except TimeoutError:
            print(f"{len(self.delays)} of {self._wanted} frames came", file=sys.stderr)

    async def reconnect(self) -> float:
        """Drop every connection and come back after the last offset; seconds until all are in."""
        for transport in self.transports:
            transport.disconnect()
        print("gone", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        began = time.perf_counter()
        await self.connect()
        return time.perf_counter() - began


async def main() -> None:
    """Carry out one order."""
    order = Order(**json.loads(sys.stdin.readline()))
    crowd = Crowd(order)
    await crowd.connect()
    print("ready", flush=True)
    back = 0.0
    if order.again:
        await crowd.all_heard(order.again)
        back = await crowd.reconnect()
    await crowd.all_heard(order.frames)
    heard = [listener.heard for listener in crowd.listeners]
    told = {"delays": crowd.delays, "least": min(heard), "most": max(heard), "back_s": back}
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
