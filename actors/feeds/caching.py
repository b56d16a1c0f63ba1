"""Providers' answers, kept for as long as their kind of data stays true: in memory and in Redis.

Redis makes them outlive the process. Nothing that is asked of providers so far is changed by an
event of the log; answers to users, which are, ``serve/answer_cache.py`` keeps.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from actors.feeds.timing import Clock
from models.messages import CacheFacts

TTL_S: Mapping[str, float] = {
    "status": 30.0,
    "odds": 30.0,
    "score": 10.0,
    "news": 60.0,
    "lineup": 60.0,
    "ownership": 60.0,
    "weather": 600.0,
    "schedule": 900.0,
    "slate": 900.0,
    "history": 24 * 3600.0,
    "identity": 24 * 3600.0,
}
"""Seconds by kind of data."""
STALE_FOR_S = 24 * 3600.0
"""An expired answer is kept for so long, to be used when its source is down."""


class Cached(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer as it is kept."""

    body: bytes
    stored_at: float
    """Seconds since 1970."""
    headers: dict[str, str] = {}


class Found(NamedTuple):
    """A kept answer, and whether it still counts."""

    cached: Cached
    fresh: bool


class CacheCounts(msgspec.Struct):
    """What operators look at."""

    hits: int = 0
    misses: int = 0
    stale: int = 0


class Cache:
    """Two levels; without Redis, or while it does not answer, memory alone."""

    def __init__(
        self,
        clock: Clock,
        client: Redis | None = None,
        *,
        ttl_s: Mapping[str, float] = TTL_S,
        size: int = 64 << 20,
        prefix: str = "lateswap",
    ) -> None:
        self.counts = CacheCounts()
        self._clock = clock
        self._client = client
        self._ttl_s = ttl_s
        self._size = size
        self._prefix = f"{prefix}:cache"
        self._held = 0
        self._memory: OrderedDict[str, Cached] = OrderedDict()
        self._cleared_at = 0.0
        """What was kept before does not count, even where Redis could not be told so."""

    async def get(self, kind: str, key: str) -> Found | None:
        """What is kept; ``fresh`` is False where only a dead source would justify its use.

        Redis is asked only where memory has nothing fresh.
        """
        name = f"{kind}:{key}"
        cached = self._memory.get(name)
        if cached is None or not self._is_fresh(kind, cached):
            cached = await self._fetch(name) or cached
        if cached is None:
            self.counts.misses += 1
            return None
        fresh = self._is_fresh(kind, cached)
        self.counts.hits += fresh
        self.counts.stale += not fresh
        return Found(cached, fresh)

    async def put(self, kind: str, key: str, body: bytes, headers: dict[str, str]) -> None:
        """Keep an answer."""
        stored_at = self._clock.utc().timestamp()
        cached = Cached(body=body, stored_at=stored_at, headers=headers)
        self._keep(f"{kind}:{key}", cached)
        if self._client is not None:
            lasts = int(self._ttl_s[kind] + STALE_FOR_S)
            packed = msgspec.msgpack.encode(cached)
            try:
                await self._client.set(f"{self._prefix}:{kind}:{key}", packed, ex=lasts)
            except (RedisError, OSError):
                return

    def look(self) -> CacheFacts:
        """What this process holds, and how it served."""
        return CacheFacts(
            entries=len(self._memory), bytes=self._held, **msgspec.structs.asdict(self.counts)
        )

    async def clear(self) -> None:
        """Forget everything: an operator's last resort."""
        self._memory.clear()
        self._held = 0
        self._cleared_at = self._clock.utc().timestamp()
        if self._client is not None:
            with suppress(RedisError, OSError):
                async for key in self._client.scan_iter(f"{self._prefix}:*", count=500):
                    await self._client.delete(key)

    def _is_fresh(self, kind: str, cached: Cached) -> bool:
        return self._clock.utc().timestamp() - cached.stored_at < self._ttl_s[kind]

    async def _fetch(self, name: str) -> Cached | None:
        if self._client is None:
            return None
        try:
            packed: Any = await self._client.get(f"{self._prefix}:{name}")
            cached = msgspec.msgpack.decode(packed, type=Cached) if packed else None
        except (RedisError, OSError, msgspec.DecodeError):
            return None
        if cached is None or cached.stored_at < self._cleared_at:
            return None
        self._keep(name, cached)
        return cached

    def _keep(self, name: str, cached: Cached) -> None:
        """In memory, the least recently stored go first."""
        if (known := self._memory.pop(name, None)) is not None:
            self._held -= len(known.body)
        self._memory[name] = cached
        self._held += len(cached.body)
        while self._held > self._size and len(self._memory) > 1:
            _, gone = self._memory.popitem(last=False)
            self._held -= len(gone.body)
