"""Clients that ask the same over and over: ``python -m benchmarks.http_clients``.

Reads one JSON line (``url``, ``token``, ``clients``, ``seconds``) from standard input and prints
one with the answers that came and how many of them were not 200.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any
from urllib.parse import urlsplit


class Asker(asyncio.Protocol):
    """One connection that asks again as soon as it has an answer."""

    def __init__(self, request: bytes, until: float) -> None:
        self.request = request
        self.until = until
        self.answers = 0
        self.refused = 0
        self.over = asyncio.get_running_loop().create_future()
        self.buffer = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        size = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        if len(body) < size:
            return
        self.buffer = body[size:]
        self.answers += 1
        self.refused += not head.startswith(b"HTTP/1.1 200")
        if time.perf_counter() < self.until:
            self.transport.write(self.request)
        else:
            self.transport.close()

    def connection_lost(self, _: Exception | None) -> None:
        if not self.over.done():
            self.over.set_result(None)


async def main() -> None:
    """Carry out one order."""
    order = json.loads(sys.stdin.readline())
    url = urlsplit(order["url"])
    request = (
        f"GET {url.path} HTTP/1.1\r\nHost: {url.netloc}\r\n"
        f"Authorization: Bearer {order['token']}\r\n\r\n"
    ).encode()
    until = time.perf_counter() + order["seconds"]
    loop = asyncio.get_running_loop()
    askers = [Asker(request, until) for _ in range(order["clients"])]
    for asker in askers:
        await loop.create_connection(lambda one=asker: one, url.hostname, url.port)
    async with asyncio.timeout(order["seconds"] + 30):
        await asyncio.gather(*(asker.over for asker in askers))
    answers, refused = sum(a.answers for a in askers), sum(a.refused for a in askers)
    print(json.dumps({"answers": answers, "refused": refused}), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
