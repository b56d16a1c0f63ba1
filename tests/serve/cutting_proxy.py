"""A line between browser and server that lets through what it is told to, and cuts the rest."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager, suppress

_REQUEST = re.compile(rb"(?:GET|POST|PUT|DELETE) (\S+)")
KINDS = {"websocket": b"/ws/", "sse": b"/api/v1/realtime/stream", "poll": b"/api/v1/realtime/poll"}


class CuttingProxy:
    """Knows of each connection what it carries, by the newest request that went over it."""

    def __init__(self, port):
        self.url = ""
        self._port = port
        self._blocked = frozenset()
        self._carried = {}
        """What each connection carries, by its two writers."""
        self._tasks = set()

    def block(self, *kinds):
        """Cut what carries these now, and let no other begin; what is not named passes."""
        self._blocked = frozenset(kinds)
        for writers, kind in list(self._carried.items()):
            if kind in self._blocked:
                self._cut(writers)

    def _cut(self, writers):
        for writer in writers:
            writer.transport.abort()

    async def take(self, reader, writer):
        self._tasks.add(asyncio.current_task())
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        writers = (writer, back)
        self._carried[writers] = ""
        up = asyncio.create_task(self._up(reader, back, writers))
        try:
            await self._pass(there, writer)
        except asyncio.CancelledError:
            return  # the proxy is stopped; asyncio logs what a connection's task does not catch
        finally:
            up.cancel()
            self._carried.pop(writers, None)
            self._cut(writers)

    async def _up(self, reader, back, writers):
        with suppress(ConnectionError):
            while data := await reader.read(65_536):
                if request := _REQUEST.match(data):
                    self._carried[writers] = kind_of(request[1])
                if self._carried.get(writers) in self._blocked:
                    self._cut(writers)
                    return
                back.write(data)
                await back.drain()

    async def _pass(self, there, writer):
        with suppress(ConnectionError):
            while data := await there.read(65_536):
                writer.write(data)
                await writer.drain()

    async def stop(self):
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def kind_of(path):
    return next((kind for kind, begins in KINDS.items() if path.startswith(begins)), "other")


@asynccontextmanager
async def cutting_proxy(port):
    """A proxy in front of a server's port on this machine."""
    proxy = CuttingProxy(port)
    server = await asyncio.start_server(proxy.take, "127.0.0.1", 0)
    proxy.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield proxy
    finally:
        server.close()
        await proxy.stop()
