"""How near a log on Redis is to its limits: measured now and then, for all who ask meanwhile."""

from __future__ import annotations

import asyncio
import time

from redis.asyncio import Redis

from actors.log.connection import LogOptions, send, unwrap
from actors.log.port import Load
from actors.log.readers import ReaderPlaces

FRESH_S = 0.5
"""Within it a measurement is believed: at the rates of one machine a few thousand events."""


class Gauge:
    """The memory of the server, and the reader that is furthest behind."""

    def __init__(self, client: Redis, places: ReaderPlaces, options: LogOptions) -> None:
        self._client = client
        self._places = places
        self._most_bytes = options.most_memory_mb * 2**20
        self._most_lag = options.most_lag
        self._measured = Load()
        self._at = float("-inf")
        self._measuring = asyncio.Lock()

    async def load(self) -> Load:
        """Shares of the limits; 0 where none is set."""
        if not (self._most_bytes or self._most_lag):
            return self._measured
        async with self._measuring:
            if time.monotonic() - self._at > FRESH_S:
                self._measured = await self._measure()
                self._at = time.monotonic()
        return self._measured

    async def _measure(self) -> Load:
        memory = lag = 0.0
        if self._most_bytes:
            (found,) = unwrap(await send(self._client, [("INFO", "memory")]))
            memory = found["used_memory"] / self._most_bytes
        if self._most_lag:
            behind = (await self._places.lags()).values()
            lag = max((one.events for one in behind), default=0) / self._most_lag
        return Load(memory, lag)
