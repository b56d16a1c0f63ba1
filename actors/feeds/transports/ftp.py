"""FTP: looks whether files changed (time and size), and fetches those that did.

The standard library's client in a thread: a few small files every few minutes need no further
package, every socket operation has its time limit, and no thread outlives that.
"""

from __future__ import annotations

import asyncio
import ftplib
import ssl
from collections.abc import AsyncGenerator
from contextlib import suppress
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from actors.feeds.budget import Grant
from actors.feeds.timing import Clock
from actors.feeds.transports.http import REFUSED_WAIT_S
from actors.feeds.transports.polling import Pace
from actors.feeds.transports.port import Beat, FaultKind, Frame, LinkFault, Signal

_UNKNOWN_COMMAND = ("500", "501", "502", "504")


class FtpOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which files are watched."""

    host: str
    paths: tuple[str, ...]
    port: int = 21
    user: str = "anonymous"
    password: str = ""
    """Anonymous servers ask for a contact here."""
    tls: bool = False
    timeout_s: float = 10.0
    """Of each operation on the socket."""
    max_file: int = 8 << 20


class _Found(NamedTuple):
    path: str
    stamp: str
    """Time and size, or a digest where the server knows neither."""
    body: bytes | None
    """None: unchanged."""


class FtpTransport:
    """Watches files of one server; the cursor is what was last seen of each."""

    kind = "ftp"
    silence_s = None

    def __init__(
        self, options: FtpOptions, clock: Clock, *, pace: Pace, cursor_space: str = "ftp"
    ) -> None:
        self.cursor_space = cursor_space
        self._options = options
        self._clock = clock
        self._pace = pace
        self._closed = False

    async def signals(self, cursor: str = "") -> AsyncGenerator[Signal]:
        """Look at all files again and again; one that is missing does not stop the others."""
        seen = _seen(cursor)
        while not self._closed:
            began = self._clock.now()
            found = await asyncio.to_thread(self._look, dict(seen))
            took = (self._clock.now() - began) * 1000.0
            now = self._clock.utc()
            yield Beat(now, latency_ms=took)
            for file in found:
                seen[file.path] = file.stamp
                if file.body is not None:
                    yield self._frame(file.path, file.body, now, seen)
            await self._clock.sleep(self._pace.wait_s(now, Grant(0.0, since_s=took / 1000.0)))

    def hasten(self) -> None:
        """Files change about hourly: the next look comes soon enough."""

    async def close(self) -> None:
        """No further look."""
        self._closed = True

    def _frame(self, path: str, body: bytes, now: datetime, seen: dict[str, str]) -> Frame:
        cursor = msgspec.json.encode(seen).decode()
        url = f"ftp://{self._options.host}/{path.lstrip('/')}"
        return Frame(body, now, {"ftp-stamp": seen[path]}, cursor, url)

    def _look(self, seen: dict[str, str]) -> list[_Found]:
        """One session, in a thread. Raises LinkFault."""
        options = self._options
        place = f"ftp://{options.host}:{options.port}"
        try:
            with self._client() as ftp:
                ftp.connect(options.host, options.port, timeout=options.timeout_s)
                ftp.login(options.user, options.password)
                if isinstance(ftp, ftplib.FTP_TLS):
                    ftp.prot_p()
                ftp.voidcmd("TYPE I")
                files = [self._fetch(ftp, path, seen.get(path, "")) for path in options.paths]
        except ftplib.error_perm as error:
            raise LinkFault("refused", f"{place}: {error}", wait_s=REFUSED_WAIT_S) from error
        except (ftplib.Error, OSError, EOFError) as error:
            kind: FaultKind = "silent" if isinstance(error, TimeoutError) else "lost"
            raise LinkFault(kind, f"{place}: {error or type(error).__name__}") from error
        found = [file for file in files if file is not None]
        if not found:
            missing = ", ".join(options.paths)
            raise LinkFault("refused", f"{place}: no {missing}", wait_s=REFUSED_WAIT_S)
        return found

    def _client(self) -> ftplib.FTP:
        if self._options.tls:
            return ftplib.FTP_TLS(context=ssl.create_default_context())  # noqa: S321  # with TLS
        return ftplib.FTP()  # noqa: S321  # public weather files: there is no other door

    def _fetch(self, ftp: ftplib.FTP, path: str, known: str) -> _Found | None:
        try:
            stamp = _stamp(ftp, path)
            if stamp and stamp == known:
                return _Found(path, stamp, None)
            body = self._retrieve(ftp, path)
        except ftplib.error_perm as error:
            if str(error).startswith("550"):
                return None
            raise
        stamp = stamp or blake2b(body, digest_size=16).hexdigest()
        return _Found(path, stamp, None if stamp == known else body)

    def _retrieve(self, ftp: ftplib.FTP, path: str) -> bytes:
        held = bytearray()

        def take(part: bytes) -> None:
            held.extend(part)
            if len(held) > self._options.max_file:
                what = f"{path}: over {self._options.max_file:,} bytes"
                raise LinkFault("malformed", what, wait_s=REFUSED_WAIT_S)

        ftp.retrbinary(f"RETR {path}", take)
        return bytes(held)


def _stamp(ftp: ftplib.FTP, path: str) -> str:
    """``time:size`` of a file, or nothing where the server cannot say. Raises for a missing one."""
    try:
        changed = ftp.sendcmd(f"MDTM {path}").partition(" ")[2].strip()
        return f"{changed}:{ftp.size(path)}"
    except ftplib.error_perm as error:
        if str(error).startswith(_UNKNOWN_COMMAND):
            return ""
        raise


def _seen(cursor: str) -> dict[str, str]:
    with suppress(msgspec.DecodeError):
        return msgspec.json.decode(cursor, type=dict[str, str]) if cursor else {}
    return {}
