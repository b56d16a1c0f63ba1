"""Answers that everybody gets alike, kept until an event outdates them: in memory, and in Redis.

The log is what ends them. An answer carries the offset up to which its actor had folded, and counts
for as long as this replica has read no later event that outdates it (``models/outdated.py``). What
lies in memory is dropped as such an event is read; what lies in Redis is weighed against the log
when it is found. So no invalidation has to reach Redis: one that was away, or brings back what it
held an hour ago, is believed no more than it should be.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, Self

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from actors.feeds.flights import Flights
from actors.log.connection import connect
from actors.log.offsets import OffsetKey, offset_key, offset_text
from models.events import Event
from models.outdated import Topic, outdated

LASTS_S = 60.0
"""An answer that no event outdates is asked for anew after this."""
SIZE = 32 * 2**20
"""Bytes of answers in the memory of a replica."""
REPLY_S = 0.2
REST_S = 1.0
"""A Redis that does not answer is left alone for so long."""


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """An answer as JSON, and what it is good for."""

    offset: str
    """Everything up to here is in it."""
    body: bytes
    made_at: float
    """Seconds since 1970."""

    @classmethod
    def now(cls, offset: str, body: bytes) -> Self:
        """What an actor has answered just now."""
        return cls(offset, body, time.time())


class AnswerFacts(msgspec.Struct, kw_only=True):
    """Answers that one replica keeps, and how they have served since it started."""

    entries: int = 0
    bytes: int = 0
    hits: int = 0
    """Answered from the replica's memory."""
    shared: int = 0
    """... from Redis, where another replica had put the answer."""
    joined: int = 0
    """... together with a request for the same that was under way."""
    misses: int = 0
    """An actor had to be asked."""
    invalidated: int = 0
    """Dropped because of an event."""


class SharedAnswers:
    """Answers in Redis, by topic; while it does not answer there are none."""

    def __init__(self, client: Redis, prefix: str) -> None:
        self._client = client
        self._prefix = f"{prefix}:answers"
        self._away_until = 0.0

    @classmethod
    def at(cls, url: str, prefix: str) -> Self:
        """Those of a server that is used for other things, too."""
        return cls(connect(url, REPLY_S, (), lambda: None), prefix)

    async def get(self, topic: Topic) -> Kept | None:
        """What is there, whatever it is worth by now."""
        packed = await self._unless_away(lambda: self._client.get(self._name(topic)))
        try:
            return msgspec.msgpack.decode(packed, type=Kept) if packed else None
        except msgspec.DecodeError:
            return None

    async def put(self, topic: Topic, kept: Kept) -> None:
        """Let other replicas have it."""
        packed = msgspec.msgpack.encode(kept)
        await self._unless_away(
            lambda: self._client.set(self._name(topic), packed, ex=int(LASTS_S))
        )

    async def clear(self) -> None:
        """Forget all of them."""

        async def forget() -> None:
            async for key in self._client.scan_iter(f"{self._prefix}:*", count=500):
                await self._client.delete(key)

        await self._unless_away(forget)

    async def close(self) -> None:
        """Let go of the server."""
        await self._client.aclose()

    def _name(self, topic: Topic) -> str:
        return f"{self._prefix}:{msgspec.json.encode(topic).decode()}"

    async def _unless_away(self, ask: Callable[[], Awaitable[Any]]) -> Any:
        if time.monotonic() < self._away_until:
            return None
        try:
            return await ask()
        except (RedisError, OSError):
            self._away_until = time.monotonic() + REST_S
            return None


class AnswerCache:
    """What one replica keeps; it hears every event that the replica reads.

    ``following`` says whether it does: while the log cannot be read, nothing is answered from here.
    """

    def __init__(
        self,
        shared: SharedAnswers | None,
        following: Callable[[], bool],
        *,
        size: int = SIZE,
    ) -> None:
        self._shared = shared
        self._following = following
        self._size = size
        self._memory: OrderedDict[Topic, Kept] = OrderedDict()
        self._newest: dict[Topic, OffsetKey] = {}
        """Offset of the last event that outdated a topic."""
        self._epoch = 0
        self._cleared_at = 0.0
        """What was answered before does not count."""
        self._flights: Flights[Kept] = Flights()
        self._facts = AnswerFacts()

    def hear(self, event: Event, offset: str, partition: str) -> None:
        """Drop what an event makes untrue.

        What was answered before the log lost its newest bytes may rest on those: a new epoch ends
        all of it.
        """
        key = offset_key(offset)
        if key[0] != self._epoch:
            self._epoch = key[0]
            self._drop(list(self._memory))
        for topic in outdated(event, partition):
            self._newest[topic] = key
            self._drop([kept for kept in self._memory if _covers(topic, kept)])

    async def start_again(self) -> None:
        """The log is another one: what was read of the former says nothing any more."""
        self._newest = {}
        await self.clear()

    async def clear(self) -> None:
        """Forget every answer, here and in Redis; one that is away may keep what it has."""
        self._cleared_at = time.time()
        self._memory.clear()
        if self._shared is not None:
            await self._shared.clear()

    def held(self, topic: Topic) -> Kept | None:
        """The answer in memory; one that an event has outdated is not there any more."""
        kept = self._memory.get(topic)
        if kept is None or not self._following():
            return None
        if _too_old(kept):
            del self._memory[topic]
            return None
        return kept

    def hit(self) -> None:
        """Count an answer from memory."""
        self._facts.hits += 1

    async def answer(self, topic: Topic, make: Callable[[str], Awaitable[Kept]]) -> Kept:
        """The kept answer, or that of ``make``, which is given the offset that is to be in it."""
        kept = self.held(topic)
        if kept is not None:
            self.hit()
            return kept
        needed = self._needed(topic)
        key = f"{topic}@{needed}"  # who comes after an event does not join who came before it
        self._facts.joined += key in self._flights
        return await self._flights.once(key, lambda: self._found(topic, needed, make))

    def facts(self) -> AnswerFacts:
        """How it serves."""
        return msgspec.structs.replace(self._facts, entries=len(self._memory), bytes=self._bytes())

    def _bytes(self) -> int:
        return sum(len(kept.body) for kept in self._memory.values())

    async def _found(
        self, topic: Topic, needed: OffsetKey, make: Callable[[str], Awaitable[Kept]]
    ) -> Kept:
        kept = await self._shared.get(topic) if self._shared is not None else None
        if kept is not None and self._counts(topic, kept):
            self._facts.shared += 1
        else:
            self._facts.misses += 1
            kept = await make(offset_text(needed))
            if self._shared is not None and self._counts(topic, kept):
                await self._shared.put(topic, kept)
        if self._counts(topic, kept):
            self._keep(topic, kept)
        return kept

    def _needed(self, topic: Topic) -> OffsetKey:
        of_slate = self._newest.get(topic._replace(contest_id=""), (0, 0))
        return max(of_slate, self._newest.get(topic, (0, 0)))

    def _counts(self, topic: Topic, kept: Kept) -> bool:
        offset = offset_key(kept.offset)
        same_log = offset[0] == self._epoch
        new_enough = same_log and offset >= self._needed(topic) and not _too_old(kept)
        return new_enough and kept.made_at > self._cleared_at and self._following()

    def _keep(self, topic: Topic, kept: Kept) -> None:
        """In memory; where there is no room for it, the longest kept go."""
        self._memory.pop(topic, None)
        self._memory[topic] = kept
        over = self._bytes() - self._size
        while len(self._memory) > 1 and over > 0:
            _, gone = self._memory.popitem(last=False)
            over -= len(gone.body)

    def _drop(self, topics: list[Topic]) -> None:
        for topic in topics:
            del self._memory[topic]
        self._facts.invalidated += len(topics)


def _covers(outdating: Topic, topic: Topic) -> bool:
    return outdating in {topic, topic._replace(contest_id="")}


def _too_old(kept: Kept) -> bool:
    return time.time() - kept.made_at >= LASTS_S
