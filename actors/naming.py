"""How the actors of a cluster are named, and how they reach the log."""

from __future__ import annotations

from functools import partial

from actors.following import OpenLog
from actors.log.connection import LogOptions
from actors.log.redis import RedisLog

NAMESPACE = "lateswap"
SUPERVISOR = "supervisor"
HUB = "hub"
"""Nobody's name: whoever serves streams begins anew when it is asked to rebuild."""
SHARD = "subscriber:"
CHILDREN = ("slate:", "contest:", SHARD)
"""How the names of actors begin that the supervisor starts."""
ARCHIVE = "archive"
DELIVERIES = "deliveries"
BACKTESTS = "backtests"
SOURCES = "sources"
"""The actor that owns live sources."""
SHARDS = 1
"""Actors that users are spread over."""


def slate_name(slate_id: str) -> str:
    """Name of the actor that owns a slate."""
    return f"slate:{slate_id}"


def contest_name(contest_id: str) -> str:
    """Name of the actor that owns a contest."""
    return f"contest:{contest_id}"


def worker_name(number: int) -> str:
    """Name of a worker of the late-swap pool."""
    return f"late-swap:{number}"


def subscriber_name(shard: int) -> str:
    """Name of the actor that owns a shard of users."""
    return f"{SHARD}{shard}"


def redis_log(url: str, options: LogOptions) -> OpenLog:
    """A picklable way to open the log in another process."""
    return partial(RedisLog, url, options)
