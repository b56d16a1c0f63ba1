"""``lateswap events replay-dead``: what was given up, shown and tried again.

Jobs of the work queues go back to be done. For an event that broke an actor's fold, the actor makes
its state anew from the log: with the fold mended, the event counts where it stands.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime

import msgspec
from redis.asyncio import Redis

from actors.following import append_events
from actors.log.connection import LogOptions
from actors.log.embedded import EmbeddedRedisError
from actors.log.errors import LogError
from actors.log.port import SYSTEM
from actors.log.redis import RedisLog
from actors.work.queue import QueueOptions, WorkQueue, roles
from config.settings import SettingsError, load
from models import codec
from models.events.upkeep import rebuild_asked
from serve.commands.events import redis_of


def replay_dead(role: str, *, dry_run: bool, as_json: bool) -> int:
    """Print the dead of one role or reader, or of all, and replay them; 2 when there is no log."""
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
    replayed = await _replay_jobs(url, prefix, role, dry_run=dry_run, as_json=as_json)
    rebuilt = await _replay_folds(url, prefix, role, dry_run=dry_run, as_json=as_json)
    if not (as_json or dry_run):
        print(f"{replayed} put back to be done, {rebuilt} states to be made anew")
    return 0


@asynccontextmanager
async def _log(url: str, prefix: str) -> AsyncIterator[RedisLog]:
    log = RedisLog(url, LogOptions(prefix=prefix))
    try:
        yield log
    finally:
        await log.close()


async def _replay_folds(url: str, prefix: str, reader: str, *, dry_run: bool, as_json: bool) -> int:
    """Show what readers set aside, and ask them to fold the log anew; how many there are."""
    async with _log(url, prefix) as log:
        found = [aside for aside in await log.aside() if reader in {"", aside.reader}]
        for aside in found:
            shown = {"reader": aside.reader, "offset": aside.offset, "event_id": aside.event_id}
            if as_json:
                sys.stdout.buffer.write(codec.to_json({**shown, "reason": aside.reason}) + b"\n")
            else:
                print(f"{aside.reader}  {aside.offset}  {aside.event_id}  {aside.reason}")
        readers = list(dict.fromkeys(aside.reader for aside in found))
        if readers and not dry_run:
            asked = [rebuild_asked(name, "replay-dead", datetime.now(UTC)) for name in readers]
            await append_events(log, SYSTEM, asked)
    return len(readers)


async def _replay_jobs(url: str, prefix: str, role: str, *, dry_run: bool, as_json: bool) -> int:
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
    return replayed


def _show(role: str, job: dict[str, object], *, as_json: bool) -> None:
    body = job.pop("body")
    if as_json:
        sys.stdout.buffer.write(codec.to_json({"role": role, **job, "body": body}) + b"\n")
    else:
        print(f"{role}  {job['key']}  {job['deliveries']} deliveries  {job['reason']}")
