"""Real Redis servers for the log's tests, each in a folder of its own and gone afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from actors.log.embedded import EmbeddedRedis


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    """One server for the tests that do not break it; each takes a prefix of its own."""
    with EmbeddedRedis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="session")
def system_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    """The same of the server that the system brings: another version than the bundled one."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server on this machine: apt-get install redis-server")
    folder = tmp_path_factory.mktemp("system-redis")
    with EmbeddedRedis(folder, program=Path(program)) as server:
        yield server


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An empty folder for a server that the test starts itself."""
    return tmp_path / "log"
