"""``lateswap events replay-dead``: work that was given up, shown and put back to be done."""

from __future__ import annotations

import asyncio
import sys
from contextlib import aclosing

import msgspec
from redis.asyncio import Redis

from actors.log.embedded import EmbeddedRedisError
from actors.log.errors import LogError
from actors.work.queue import QueueOptions, WorkQueue, roles
from config.settings import SettingsError, load
from models import codec
from serve.commands.events import redis_of


def replay_dead(role: str, *, dry_run: bool, as_json: bool) -> int:
    """Print the dead of one role or of all, and replay them; 2 when there is no log."""
    try:
        settings = load().settings
        with redis_of(settings) as url:
            return asyncio.run(
                _replay(url, settings.key_prefix, role, dry_run=dry_run, as_json=as_json)
            )
    except (SettingsError, LogError, EmbeddedRedisError, OSError) as error:
        print(f"lateswap: {error}", file=sys.stderr)
        return 2


async def _replay(url: str, prefix: str, role: str, *, dry_run: bool, as_json: bool) -> int:
    client: Redis = Redis.from_url(url)
    async with client:
        names = [role] if role else await roles(client, prefix)
    replayed = 0
    for name in names:
        queue = WorkQueue(url, name, QueueOptions(prefix=prefix))
        async with aclosing(queue):
            dead = await queue.dead()
            for job in dead:
                _show(name, msgspec.to_builtins(job), as_json=as_json)
            if not dry_run:
                replayed += await queue.replay(*(job.id for job in dead))
    if not (as_json or dry_run):
        print(f"{replayed} put back to be done")
    return 0


def _show(role: str, job: dict[str, object], *, as_json: bool) -> None:
    body = job.pop("body")
    if as_json:
        sys.stdout.buffer.write(codec.to_json({"role": role, **job, "body": body}) + b"\n")
    else:
        print(f"{role}  {job['key']}  {job['deliveries']} deliveries  {job['reason']}")
