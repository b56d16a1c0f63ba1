"""Work that leaves the system: one queue per role, on consumer groups of Redis Streams.

Keys, all under one prefix; each script lists its own:

``{prefix}:work:{role}:{priority}``  STREAM  jobs to do, with one group of the role's name
``{prefix}:work:{role}:later``       ZSET    jobs that failed, by the time of their next delivery
``{prefix}:work:{role}:dead``        STREAM  jobs that are given up, with the reason
``{prefix}:work:{role}:key:{digest}``  STRING  marks a key that was put; expires

A job is delivered at least once and at most ``most_deliveries`` times. What a worker left when it
ended is taken over by another after ``idle_s``, and is marked: its effect may have happened.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from actors.log.connection import connect, send, unwrap
from actors.log.errors import LogUnavailable

Priority = Literal["critical", "normal", "bulk"]
PRIORITIES: tuple[Priority, ...] = ("critical", "normal", "bulk")
Fate = Literal["later", "dead", "gone"]
_FATES: dict[bytes, Fate] = {b"later": "later", b"dead": "dead", b"gone": "gone"}

WAIT_SLICE_S = 0.5
REPLY_S = 0.45


class QueueOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a queue treats its jobs."""

    prefix: str = "lateswap"
    idle_s: float = 3.0
    """A job is taken from a worker that has not ended it for so long."""
    most_deliveries: int = 3
    retry_s: float = 1.0
    """Until the second delivery; each further one waits twice as long."""
    remember_keys_s: int = 24 * 3600


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One delivery of a job."""

    key: str
    """Names its effect: a receiver that sees it twice drops the second."""
    body: bytes
    priority: Priority
    deliveries: int
    """This one included."""
    id: str

    @property
    def repeated(self) -> bool:
        """Whether an earlier delivery may have had its effect."""
        return self.deliveries > 1


class DeadJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job that is given up, and why."""

    id: str
    key: str
    body: bytes
    priority: Priority
    deliveries: int
    reason: str


class WorkQueue:
    """The queue of one role; connects at the first use, within that event loop."""

    def __init__(self, url: str, role: str, options: QueueOptions | None = None) -> None:
        self.role = role
        self.options = options or QueueOptions()
        base = f"{self.options.prefix}:work:{role}"
        self._streams = [f"{base}:{priority}" for priority in PRIORITIES]
        self._later, self._dead, self._marks = f"{base}:later", f"{base}:dead", f"{base}:key:"
        self._commands = connect(url, REPLY_S, (), lambda: None)
        self._waits = connect(url, WAIT_SLICE_S + REPLY_S, (), lambda: None)

    async def put(
        self, key: str, body: bytes, priority: Priority = "normal", ttl_s: float = 0.0
    ) -> bool:
        """Put a job; False when its key was put before. Repeating a failed put is safe.

        With ``ttl_s`` it is dead unless it is done within so many seconds. Raises LogUnavailable.
        """
        stream = self._streams[PRIORITIES.index(priority)]
        expires = int((time.time() + ttl_s) * 1000) if ttl_s else 0
        remember = self.options.remember_keys_s
        mark = self._marks + hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
        found = await self._script("put", (stream, mark), (key, body, expires, remember))
        return found is not None

    async def take(
        self, worker: str, count: int = 10, block_s: float = 0.0, *, begins: bool = False
    ) -> list[Job]:
        """Jobs for a worker, the most urgent first, waiting up to ``block_s`` for the first.

        Names of workers are kept over restarts: one that ``begins`` is handed at once what it left
        when it was killed; after ``idle_s`` whoever asks next is.
        """
        until = time.monotonic() + block_s
        while True:
            jobs, newest, due_ms = await self._script(
                "take",
                (self._later, self._dead, *self._streams),
                (
                    self.role,
                    worker,
                    count,
                    int(self.options.idle_s * 1000),
                    self._most,
                    int(begins),
                ),
            )
            left = until - time.monotonic()
            if jobs or left <= 0:
                return [_job(*job) for job in jobs]
            due_s = due_ms / 1000 if due_ms >= 0 else WAIT_SLICE_S
            await self._wait(newest, min(left, due_s, WAIT_SLICE_S))

    @property
    def _most(self) -> int:
        return self.options.most_deliveries

    async def _wait(self, newest: list[bytes], wait_s: float) -> None:
        """Return at the next new job, or after a time."""
        block = ("BLOCK", max(1, int(wait_s * 1000)))
        await self._send(
            self._waits, ("XREAD", "COUNT", 1, *block, "STREAMS", *self._streams, *newest)
        )

    async def done(self, job: Job) -> None:
        """End a job: its effect is confirmed."""
        stream = self._stream(job)
        await self._send(
            self._commands, ("XACK", stream, self.role, job.id), ("XDEL", stream, job.id)
        )

    async def failed(self, job: Job, reason: str) -> Fate:
        """End a delivery without its effect; what became of the job."""
        wait_ms = int(self.options.retry_s * 1000 * 2 ** (job.deliveries - 1))
        place = PRIORITIES.index(job.priority) + 1
        fate: bytes = await self._script(
            "fail",
            (self._stream(job), self._later, self._dead),
            (self.role, job.id, place, job.deliveries, self._most, wait_ms, reason),
        )
        return _FATES[fate]

    async def dead(self, count: int = 1000) -> list[DeadJob]:
        """Jobs that are given up, oldest first."""
        (entries,) = await self._send(
            self._commands, ("XRANGE", self._dead, "-", "+", "COUNT", count)
        )
        return [_dead(entry[0], entry[1]) for entry in entries]

    async def replay(self, *ids: str) -> int:
        """Put dead jobs back to be done, with no deliveries counted; how many there were."""
        if not ids:
            return 0
        return int(await self._script("replay", (self._dead, *self._streams), ids))

    async def drop(self, unwanted: Callable[[bytes], bool]) -> int:
        """Take out jobs by their bodies, wherever they wait; how many there were.

        A job that a worker holds is gone for it too: it is not done again. Repeats until it finds
        none, since jobs move from place to place meanwhile. Raises LogUnavailable.
        """
        dropped = 0
        while found := await self._drop_waiting(unwanted) + await self._drop_listed(unwanted):
            dropped += found
        return dropped

    async def _drop_waiting(self, unwanted: Callable[[bytes], bool]) -> int:
        """Drop such jobs of those that are to be tried again."""
        jobs = await self._script("later", (self._later,), ())
        found = [packed for packed, body in jobs if unwanted(body)]
        if found:
            await self._send(self._commands, ("ZREM", self._later, *found))
        return len(found)

    async def _drop_listed(self, unwanted: Callable[[bytes], bool]) -> int:
        """Drop such jobs of the streams, those of the dead among them."""
        dropped = 0
        for stream in (*self._streams, self._dead):
            (entries,) = await self._send(self._commands, ("XRANGE", stream, "-", "+"))
            found = [
                id_
                for id_, flat in entries
                if unwanted(dict(zip(flat[::2], flat[1::2], strict=True))[b"body"])
            ]
            if found:
                group = "" if stream == self._dead else self.role
                await self._script("drop", (stream,), (group, *found))
            dropped += len(found)
        return dropped

    async def holds(self, job: Job) -> bool:
        """Whether a job that was taken is still there to be done: it may have been dropped."""
        stream = self._stream(job)
        (found,) = await self._send(self._commands, ("XRANGE", stream, job.id, job.id))
        return bool(found)

    async def aclose(self) -> None:
        """Let go of the connections."""
        for client in (self._commands, self._waits):
            await client.connection_pool.disconnect()
            await client.aclose()

    def _stream(self, job: Job) -> str:
        return self._streams[PRIORITIES.index(job.priority)]

    async def _script(self, name: str, keys: tuple[str, ...], arguments: tuple[Any, ...]) -> Any:
        command = ("EVAL", _text(name), len(keys), *keys, *arguments)
        return (await self._send(self._commands, command))[0]

    async def _send(self, client: Redis, *commands: tuple[Any, ...]) -> list[Any]:
        try:
            return unwrap(await send(client, commands))
        except (RedisError, OSError) as error:
            raise LogUnavailable(f"{type(error).__name__}: {error}") from error


async def roles(client: Redis, prefix: str) -> list[str]:
    """Roles with dead jobs under a prefix."""
    keys = [key async for key in client.scan_iter(match=f"{prefix}:work:*:dead", count=1000)]
    return sorted(k.decode().removeprefix(f"{prefix}:work:").removesuffix(":dead") for k in keys)


def _job(place: int, id_: bytes, key: bytes, body: bytes, deliveries: int) -> Job:
    return Job(
        key=key.decode(),
        body=body,
        priority=PRIORITIES[int(place) - 1],
        deliveries=int(deliveries),
        id=id_.decode(),
    )


def _dead(id_: bytes, flat: list[bytes]) -> DeadJob:
    fields = dict(zip(flat[::2], flat[1::2], strict=True))
    return DeadJob(
        id=id_.decode(),
        key=fields[b"key"].decode(),
        body=fields[b"body"],
        priority=PRIORITIES[int(fields[b"place"]) - 1],
        deliveries=int(fields[b"deliveries"]),
        reason=fields[b"reason"].decode(),
    )


@cache
def _text(name: str) -> str:
    return files("actors.work").joinpath(f"{name}.lua").read_text()
