"""Answers kept for as long as their kind of data stays true: in memory, and in Redis for all.

What an event makes untrue is dropped at once, in every process: entries carry tags (a player, a
game), and an event invalidates the tags it touches.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from actors.feeds.timing import Clock
from models.events import Event
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
    tags: tuple[str, ...] = ()
    generation: dict[str, int] = {}
    """How often each tag had been invalidated when this was asked for."""


class Found(NamedTuple):
    """A kept answer, and whether it still counts."""

    cached: Cached
    fresh: bool


class CacheCounts(msgspec.Struct):
    """What operators look at."""

    hits: int = 0
    misses: int = 0
    stale: int = 0
    invalidated: int = 0


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
        self._generation: dict[str, int] = {}

    async def get(self, kind: str, key: str) -> Found | None:
        """What is kept; ``fresh`` is False where only a dead source would justify its use."""
        name = f"{kind}:{key}"
        cached = self._memory.get(name)
        fresh = cached is not None and await self._counts_still(kind, cached)
        if not fresh:
            cached = await self._fetch(name) or cached
            fresh = cached is not None and await self._counts_still(kind, cached)
        if cached is None:
            self.counts.misses += 1
            return None
        self.counts.hits += fresh
        self.counts.stale += not fresh
        return Found(cached, fresh)

    async def generations(self, tags: Iterable[str]) -> dict[str, int]:
        """How often these tags were invalidated; asked before a request, handed to ``put``."""
        names = list(tags)
        counts = dict.fromkeys(names, 0) | {t: self._generation.get(t, 0) for t in names}
        if names and self._client is not None:
            try:
                told = await self._client.hmget(self._tags_key, names)
            except (RedisError, OSError):
                return counts
            counts = {t: int(n or 0) for t, n in zip(names, told, strict=True)}
        return counts

    async def put(
        self, kind: str, key: str, body: bytes, headers: dict[str, str], seen: dict[str, int]
    ) -> None:
        """Keep an answer; ``seen`` are the generations of its tags from before it was asked for.

        An answer on its way while its tags were invalidated is thus kept, but not fresh.
        """
        stored_at = self._clock.utc().timestamp()
        cached = Cached(
            body=body, stored_at=stored_at, headers=headers, tags=tuple(seen), generation=seen
        )
        self._keep(f"{kind}:{key}", cached)
        if self._client is not None:
            lasts = int(self._ttl_s[kind] + STALE_FOR_S)
            packed = msgspec.msgpack.encode(cached)
            try:
                await self._client.set(f"{self._prefix}:{kind}:{key}", packed, ex=lasts)
            except (RedisError, OSError):
                return

    async def invalidate(self, tags: Iterable[str]) -> None:
        """Let nothing count any more that carries one of these tags, in whatever process."""
        for tag in tags:
            self._generation[tag] = self._generation.get(tag, 0) + 1
            self.counts.invalidated += 1
            if self._client is not None:
                try:
                    self._generation[tag] = int(await self._client.hincrby(self._tags_key, tag, 1))
                except (RedisError, OSError):
                    continue

    def look(self) -> CacheFacts:
        """What this process holds, and how it served."""
        return CacheFacts(
            entries=len(self._memory), bytes=self._held, **msgspec.structs.asdict(self.counts)
        )

    async def clear(self) -> None:
        """Forget everything: an operator's last resort."""
        self._memory.clear()
        self._held = 0
        if self._client is not None:
            async for key in self._client.scan_iter(f"{self._prefix}:*", count=500):
                await self._client.delete(key)

    @property
    def _tags_key(self) -> str:
        return f"{self._prefix}:tags"

    async def _counts_still(self, kind: str, cached: Cached) -> bool:
        """Whether it is neither too old nor made untrue by an event."""
        age = self._clock.utc().timestamp() - cached.stored_at
        if age >= self._ttl_s[kind]:
            return False
        return not cached.tags or await self.generations(cached.tags) == cached.generation

    async def _fetch(self, name: str) -> Cached | None:
        if self._client is None:
            return None
        try:
            packed: Any = await self._client.get(f"{self._prefix}:{name}")
            cached = msgspec.msgpack.decode(packed, type=Cached) if packed else None
        except (RedisError, OSError, msgspec.DecodeError):
            return None
        if cached is not None:
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


def tags_of(event: Event) -> tuple[str, ...]:
    """What an event makes untrue."""
    ids = (("player", event.player_id), ("game", event.game_id), ("contest", event.contest_id))
    return tuple(f"{name}:{value}" for name, value in ids if value)
