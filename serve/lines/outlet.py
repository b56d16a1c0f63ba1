"""Outlets: what takes a stream to one client, at the pace at which the client reads."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from serve.feed import Feed, FeedEnded
from serve.lines.wire import Wire


class Outlet:
    """Takes what its wire has encoded; while it is ``paused``, whatever may wait should wait."""

    __slots__ = ("_drained", "feed", "paused", "wire")

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.paused = False
        self.feed: Feed | None = None
        """What is handed over, and holds back while this is paused."""
        self._drained: asyncio.Future[None] | None = None

    def write(self, payload: Any) -> None:
        """Send on; never waits."""
        raise NotImplementedError

    def end(self, code: int, reason: str) -> None:
        """Send nothing more but this."""
        raise NotImplementedError

    def beat(self) -> bool:
        """Ask for a sign of life; false where there was none since the last time."""
        return True

    def pause_writing(self) -> None:
        """What was written waits for the client."""
        self.paused = True
        if self.feed is not None:
            self.feed.block()

    def resume_writing(self) -> None:
        """The client reads on."""
        self.paused = False
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        if self.feed is not None:
            self.feed.resume()

    async def drained(self) -> None:
        """Wait until this is not paused."""
        while self.paused:
            self._drained = asyncio.get_running_loop().create_future()
            await self._drained


class Pump(Outlet):
    """For transports that ask: what was written is taken, and only then is there room for more."""

    __slots__ = ("_ended", "_over", "_wake", "_written")

    def __init__(self, wire: Wire) -> None:
        super().__init__(wire)
        self._written: deque[Any] = deque()
        self._wake = asyncio.Event()
        self._over = asyncio.Event()
        self._ended: FeedEnded | None = None

    def write(self, payload: Any) -> None:
        """Keep it until it is taken."""
        self._written.append(payload)
        self.pause_writing()
        self._wake.set()

    def end(self, code: int, reason: str) -> None:
        """What was written before is still taken."""
        if self._ended is None:
            self._ended = FeedEnded(code, reason)
            self._over.set()
            self._wake.set()

    async def take(self) -> Any:
        """The next payload as soon as there is one; raises FeedEnded after the last."""
        if not self._written and self._ended is None:
            self.resume_writing()
        while not self._written:
            if self._ended is not None:
                raise self._ended
            self._wake.clear()
            await self._wake.wait()
        return self._written.popleft()

    def left(self) -> Any:
        """The next payload if there is one now, else nothing."""
        return self._written.popleft() if self._written else None

    async def over(self) -> FeedEnded:
        """Wait until this was ended."""
        await self._over.wait()
        assert self._ended is not None  # noqa: S101 - set before the event
        return self._ended
