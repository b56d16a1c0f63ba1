"""Connections to Redis that fail when they should.

redis-py by itself retries ten times and so repeats writes whose answer was lost; here nothing is
repeated unseen, every answer has a time limit, and what may be repeated is repeated by the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as RedisTimeoutError

Command = Sequence[Any]

UNREACHABLE = (RedisConnectionError, RedisTimeoutError, OSError)
"""No answer: whether the command was executed is unknown."""


class LogOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a log on Redis behaves."""

    prefix: str = "lateswap"
    """Of every key; in braces (``{lateswap}``) all keys share one slot of a Redis Cluster."""
    remember_ids_s: int = 6 * 3600
    """How long an event id is known as a duplicate."""
    retained_batches: int = 0
    """Per partition, exceeded by at most 100; 0 retains everything until ``trim``."""
    most_memory_mb: int = 0
    """Of the server; near it, what can be spared is not appended any more. 0: no limit."""
    most_lag: int = 0
    """Events that a reader may be behind what it saved, at most 10,000, likewise. 0: no limit."""
    reply_timeout_s: float = 0.45
    """Until a command that does not wait counts as unanswered."""
    deadline_s: float = 1.0
    """Until an append, repeated as needed, fails."""
    wait_slice_s: float = 0.5
    """Longest single wait for news; a frozen server is noticed after this and the reply time."""


def connect(
    url: str, timeout_s: float, greeting: Sequence[Command], greeted: Callable[[], None]
) -> Redis:
    """Make a client with no hidden retries, raw answers and a limit on every reply.

    Every new connection sends the greeting before anything else, so nothing reaches a server
    process that was not greeted; then ``greeted`` is called and may refuse it by raising.
    """

    async def greet(connection: AbstractConnection) -> None:
        try:
            await connection.on_connect()
            for command in greeting:
                await connection.send_command(*command)
                await connection.read_response()
            greeted()
        except BaseException:
            await connection.disconnect(nowait=True)
            raise

    pool = ConnectionPool.from_url(
        url,
        protocol=2,
        retry=Retry(NoBackoff(), 0),
        redis_connect_func=greet,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        health_check_interval=15,
    )
    client: Redis = Redis(connection_pool=pool)
    for command in ("XREAD", "XRANGE", "XREVRANGE", "HGETALL"):
        client.set_response_callback(command, _raw)
    return client


def _raw(response: Any, **_: Any) -> Any:
    return response


async def send(client: Redis, commands: Sequence[Command]) -> list[Any]:
    """Send commands in one round trip; an error reply stands in its command's place."""
    pipeline = client.pipeline(transaction=False)
    for command in commands:
        pipeline.execute_command(*command)
    replies: list[Any] = await pipeline.execute(raise_on_error=False)
    return replies


def unwrap(replies: list[Any]) -> list[Any]:
    """The replies, or the first error among them."""
    for reply in replies:
        if isinstance(reply, ResponseError):
            raise reply
    return replies
