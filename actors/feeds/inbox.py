"""Between connections and their reader: bounded, and honest about a reader who is behind."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Inbox(Generic[Item]):
    """A queue bounded by count and bytes.

    Full, it makes the sender wait: the socket is not read, and the far end slows down. An item
    larger than the whole inbox passes alone.
    """

    def __init__(self, count: int = 1_000, size: int = 128 << 20) -> None:
        self._items: deque[tuple[Item, int]] = deque()
        self._held = 0
        self._count = count
        self._size = size
        self._waiting = 0
        self._more = asyncio.Event()
        self._room = asyncio.Event()

    def __len__(self) -> int:
        return len(self._items)

    @property
    def behind(self) -> bool:
        """Whether somebody waits to put something in: the reader is too slow."""
        return self._waiting > 0

    @property
    def full(self) -> bool:
        """Whether the next item will have to wait."""
        return len(self._items) >= self._count or self._held >= self._size

    async def put(self, item: Item, size: int) -> None:
        """Put an item of this size in, when there is room."""
        self._waiting += 1
        try:
            while not self._fits(size):
                self._room.clear()
                await self._room.wait()
        finally:
            self._waiting -= 1
        self._items.append((item, size))
        self._held += size
        self._more.set()

    def put_last(self, item: Item) -> None:
        """Put the last item in, whether there is room or not."""
        self._items.append((item, 0))
        self._more.set()

    async def get(self) -> Item:
        """Take the oldest item, when there is one."""
        while not self._items:
            self._more.clear()
            await self._more.wait()
        item, size = self._items.popleft()
        self._held -= size
        self._room.set()
        return item

    def take_waiting(self, most: int) -> list[Item]:
        """Take what waits already, oldest first, up to the end of the queue; never waits."""
        found: list[Item] = []
        while self._items and len(found) < most and self._items[0][0] is not None:
            item, size = self._items.popleft()
            self._held -= size
            found.append(item)
        if found:
            self._room.set()
        return found

    def _fits(self, size: int) -> bool:
        return not self._items or (
            len(self._items) < self._count and self._held + size <= self._size
        )
