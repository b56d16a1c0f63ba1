"""``lateswap lake``: the archived events, asked by SQL; and taking a user out of them."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from actors.erasing import Erasure, erase_user
from actors.lake.errors import LakeError
from actors.lake.lake import Lake
from actors.log.embedded import EmbeddedRedisError
from actors.log.errors import LogError
from actors.log.redis import LogOptions, RedisLog
from actors.outbox import ROLE
from actors.work.queue import QueueOptions, WorkQueue
from config.settings import SettingsError, load
from models import codec
from serve.commands.events import redis_of
from serve.nights import latest_folder


def sql(statement: str, folder: Path | None, *, as_json: bool) -> int:
    """Print the answer to one statement over the view ``events``; 2 when it has none."""
    try:
        answer = _lake(folder).sql(statement)
    except (SettingsError, LakeError, OSError) as error:
        return _refused(error)
    if answer is None:
        return 0
    if not as_json:
        print(answer)
        return 0
    for row in answer.to_arrow_table().to_pylist():
        sys.stdout.buffer.write(codec.to_json(row) + b"\n")
    return 0


def erase(user: str, folder: Path | None) -> int:
    """Take a user out of the log and the lake; prints how many events spoke of him.

    Where a folder is named, out of the lake in it alone.
    """
    try:
        if folder is None:
            hot = asyncio.run(_erase_hot(user))
            print(f"{hot.events} events of the log spoke of {user}; none does any more")
            if hot.alerts:
                print(f"{hot.alerts} alerts to {user} had not been sent; they are dropped")
        events = _lake(folder).erase(user)
    except (SettingsError, LakeError, LogError, EmbeddedRedisError, OSError) as error:
        return _refused(error)
    print(f"{events} archived events spoke of {user}; none does any more")
    return 0


async def _erase_hot(user: str) -> Erasure:
    settings = load().settings
    with redis_of(settings) as url:
        log = RedisLog(url, LogOptions(prefix=settings.key_prefix))
        queue = WorkQueue(url, ROLE, QueueOptions(prefix=settings.key_prefix))
        try:
            return await erase_user(log, queue, user, datetime.now(UTC))
        finally:
            await queue.aclose()
            await log.close()


def _lake(folder: Path | None) -> Lake:
    """The lake of a folder, else the configured one, else the latest night's."""
    if folder is None:
        settings = load().settings
        folder = settings.lake_dir or latest_folder(settings.state_dir) / "lake"
    return Lake(folder)


def _refused(error: Exception) -> int:
    print(f"lateswap: {error}", file=sys.stderr)
    return 2
