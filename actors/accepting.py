"""Accepting in the background what users' policies accept, between the decisions of people."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Accepting:
    """One look at the open proposals at a time; what changes meanwhile is looked at next.

    The proposals it sees came back from the log: a policy decides on facts, as people do.
    """

    def __init__(self, accept: Callable[[], Awaitable[None]]) -> None:
        self._accept = accept
        self._due = False
        self._task: asyncio.Task[None] | None = None

    def look(self) -> None:
        """Look at the open proposals as soon as may be."""
        self._due = True
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def done(self) -> None:
        """Wait until nothing is left to be looked at."""
        if self._task is not None:
            await asyncio.shield(self._task)

    async def stop(self) -> None:
        """End what is under way."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while self._due:
            self._due = False
            await self._accept()
