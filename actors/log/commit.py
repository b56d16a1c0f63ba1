"""Group commit: appends that arrive while one is under way share the next round trip."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from actors.log.connection import Command
from actors.log.errors import LogClosed

Send = Callable[[Sequence[Command]], Awaitable[list[Any]]]

GROUP = 256
"""Commands per round trip at most, so that one reply timeout covers them."""


class GroupCommit:
    """Sends commands in the order of their submission, many per round trip under load."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: list[tuple[Command, asyncio.Future[Any]]] = []
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    async def submit(self, command: Command) -> Any:
        """Answer the command's reply; raise its error reply or what broke the round trip."""
        if self._closed:
            raise LogClosed("the event log is closed")
        reply: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((command, reply))
        if self._task is None:
            self._task = asyncio.create_task(self._drain())
        return await reply

    async def _drain(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
                await self._round_trip(group)
        finally:
            self._task = None

    async def _round_trip(self, group: Sequence[tuple[Command, asyncio.Future[Any]]]) -> None:
        replies: list[Any]
        try:
            replies = await self._send([command for command, _ in group])
        except asyncio.CancelledError:
            replies = [LogClosed("the event log was closed")] * len(group)
        except Exception as error:  # noqa: BLE001  # handed to everyone who waits
            replies = [error] * len(group)
        for (_, future), reply in zip(group, replies, strict=True):
            if future.done():
                continue
            if isinstance(reply, Exception):
                future.set_exception(reply)
            else:
                future.set_result(reply)

    async def close(self) -> None:
        """Finish what was submitted, then refuse more."""
        self._closed = True
        if self._task is not None:
            await asyncio.wait([self._task])
