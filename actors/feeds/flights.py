"""Identical requests that are under way at the same time are made once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Flights(Generic[Answer]):
    """Requests under way by key; all who ask meanwhile share one answer, or one fault."""

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Task[Answer]] = {}
        self._waiting: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._under_way)

    def __contains__(self, key: str) -> bool:
        return key in self._under_way

    async def once(self, key: str, make: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer to ``make``, called only if nobody is waiting for this key already.

        Somebody who goes away does not end it for the others; the last one to go does.
        """
        task = self._under_way.get(key)
        if task is None:
            task = self._under_way[key] = asyncio.ensure_future(_run(make))
            task.add_done_callback(lambda _: self._under_way.pop(key, None))
        self._waiting[key] = self._waiting.get(key, 0) + 1
        try:
            return await asyncio.shield(task)
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key]
                task.cancel()


async def _run(make: Callable[[], Awaitable[Answer]]) -> Answer:
    return await make()
