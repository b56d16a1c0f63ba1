"""A real Redis for the queues' tests."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path

import pytest

from actors.log.embedded import EmbeddedRedis
from actors.work.queue import QueueOptions, WorkQueue


@pytest.fixture(scope="session", params=["bundled", "of the system"])
def redis(request, tmp_path_factory):
    program = shutil.which("redis-server") if request.param == "of the system" else None
    if request.param == "of the system" and program is None:
        pytest.skip("no redis-server on this machine: apt-get install redis-server")
    folder = tmp_path_factory.mktemp("redis")
    with EmbeddedRedis(folder, program=Path(program) if program else None) as server:
        yield server


@pytest.fixture
async def queues(redis):
    """Makes queues, each with a prefix of its own unless told."""
    made = []

    def make(prefix="", **options):
        prefix = prefix or f"t-{secrets.token_hex(6)}"
        made.append(WorkQueue(redis.url, "mail", QueueOptions(prefix=prefix, **options)))
        return made[-1]

    yield make
    for queue in made:
        await queue.aclose()
