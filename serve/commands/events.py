"""``lateswap events``: the log as JSON lines, out and in."""

from __future__ import annotations

import asyncio
import json
import sys
import urllib.error
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import msgspec

from actors.log.connection import LogOptions
from actors.log.embedded import EmbeddedRedis, EmbeddedRedisError, running_url
from actors.log.errors import LogError
from actors.log.port import Logged
from actors.log.redis import RedisLog
from config.settings import Settings, SettingsError, load
from models import codec
from serve.commands.calls import api_call
from serve.nights import latest_folder

WAIT_MS = 1000
INGEST = "/api/v1/realtime/events"


def tail(after: str, kind: str, *, follow: bool) -> int:
    """Print events after an offset; 2 when there is no log or the offset is not of it."""

    async def work(log: RedisLog) -> int:
        offset = after
        while True:
            logged = await log.read(offset, block_ms=WAIT_MS if follow else 0)
            for record in logged:
                _show(record, kind)
            if logged:
                offset = logged[-1].offset
            elif not follow:
                return 0

    return _with_log(work)


def append(file: Path) -> int:
    """Hand in events to the running lateswap; 1 when some lines were refused.

    Each line goes through the same door as an HTTP client's, so that it is checked and finds its
    slate; a refused line goes to standard error with its number and what is wrong with it.
    """
    settings = load().settings
    refused = 0
    with sys.stdin if str(file) == "-" else file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                answer = api_call(settings, INGEST, role="operator", body=line.encode())
            except urllib.error.HTTPError as error:
                refused += 1
                detail = json.load(error).get("detail", error.reason)
                print(f"line {number}: {detail}", file=sys.stderr)
            except OSError as error:
                print(f"lateswap: {error}; is it running?", file=sys.stderr)
                return 2
            else:
                print(answer["event_id"])
    return int(refused > 0)


def _show(record: Logged, kind: str) -> None:
    try:
        event = codec.decode(record.body)
    except msgspec.ValidationError:
        plain = {"offset": record.offset, "type": "unknown", "data": {"event_id": record.event_id}}
        sys.stdout.buffer.write(codec.to_json(plain) + b"\n")
        return
    if kind in {"", codec.event_type(event)}:
        sys.stdout.buffer.write(codec.frame(record.offset, event) + b"\n")
        sys.stdout.buffer.flush()


def _with_log(work: Callable[[RedisLog], Awaitable[int]]) -> int:
    async def run() -> int:
        async with opened_log(load().settings) as log:
            return await work(log)

    try:
        return asyncio.run(run())
    except KeyboardInterrupt:
        return 0
    except (SettingsError, LogError, EmbeddedRedisError, OSError) as error:
        print(f"lateswap: {error}", file=sys.stderr)
        return 2


@asynccontextmanager
async def opened_log(settings: Settings) -> AsyncIterator[RedisLog]:
    """The configured log, else the latest night's."""
    options = LogOptions(prefix=settings.key_prefix)
    with redis_of(settings) as url:
        log = RedisLog(url, options)
        try:
            yield log
        finally:
            await log.close()


@contextmanager
def redis_of(settings: Settings) -> Iterator[str]:
    """The configured Redis, else the latest night's: its running server, or one on its files."""
    if settings.redis_url is not None:
        yield settings.redis_url.get_secret_value()
        return
    folder = latest_folder(settings.state_dir) / "redis"
    running = running_url(folder)
    if running:
        yield running
        return
    with EmbeddedRedis(folder) as server:
        yield server.url
