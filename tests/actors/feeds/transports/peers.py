"""Real far ends on loopback, one for each kind of connection: they publish, and they fail."""
# ruff: noqa: ARG002  # peers are made alike, whatever each of them needs

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import ssl
import subprocess
import tempfile
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from certificates import certificate
from redis.asyncio import Redis
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from actors.feeds.recorder import Recorder
from actors.feeds.transports.chunked import ChunkedOptions, ChunkedTransport
from actors.feeds.transports.cursors import CursorRule
from actors.feeds.transports.ftp import FtpOptions, FtpTransport
from actors.feeds.transports.lines import LinesOptions, LinesTransport
from actors.feeds.transports.polling import Every, PollingTransport, PollOptions
from actors.feeds.transports.port import Frame
from actors.feeds.transports.postgres import (
    PostgresOptions,
    PostgresTransport,
    outbox_statements,
)
from actors.feeds.transports.recorded_file import RecordedFileOptions, RecordedFileTransport
from actors.feeds.transports.redis_stream import RedisStreamOptions, RedisStreamTransport
from actors.feeds.transports.sse import SseOptions, SseTransport
from actors.feeds.transports.websocket import WebSocketOptions, WebSocketTransport
from actors.log.embedded import EmbeddedRedis
from actors.log.ports import free_port

NUMBERED = CursorRule(param="after", field="seq")


class Publisher:
    """What has been published so far, and those who wait for more."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.more = asyncio.Condition()

    async def publish(self, count: int = 1) -> None:
        async with self.more:
            for _ in range(count):
                seq = len(self.messages) + 1
                self.messages.append(json.dumps({"seq": seq, "text": f"héllo {seq}"}).encode())
            self.more.notify_all()

    async def after(self, seq: int) -> list[bytes]:
        async with self.more:
            await self.more.wait_for(lambda: len(self.messages) > seq)
            return self.messages[seq:]


class HttpPeer:
    """An HTTP server with one feed in three forms: SSE, chunked lines, and polling."""

    kind = "sse"
    resumes = True

    def __init__(self, clock, session) -> None:
        self.clock = clock
        self.session = session
        self.feed = Publisher()
        self.port = 0
        self.runner: web.AppRunner | None = None
        self.open: dict[int, web.Request] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/{self.kind}"

    async def start(self) -> None:
        app = web.Application()
        app.add_routes(
            [
                web.get("/sse", self._sse),
                web.get("/chunked", self._chunked),
                web.get("/polling", self._polling),
            ]
        )
        self.runner = web.AppRunner(app, shutdown_timeout=0.05)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", self.port)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]

    async def publish(self, count: int = 1) -> None:
        await self.feed.publish(count)

    async def cut(self) -> None:
        """Everybody is thrown out, and nobody gets in."""
        for request in list(self.open.values()):
            if request.transport is not None:
                request.transport.abort()
        if self.runner is not None:
            runner, self.runner = self.runner, None
            await runner.cleanup()

    async def stop(self) -> None:
        await self.cut()

    def transport(self, **changes):
        return SseTransport(SseOptions(url=self.url, **changes), self.session, self.clock)

    async def _stream(self, request, kind, seq, wrap):
        answer = web.StreamResponse(headers={"Content-Type": kind})
        await answer.prepare(request)
        self.open[id(request)] = request
        try:
            while True:
                for message in await self.feed.after(seq):
                    seq += 1
                    await answer.write(wrap(seq, message))
        finally:
            self.open.pop(id(request), None)

    async def _sse(self, request):
        seq = int(request.headers.get("Last-Event-ID", "0"))
        return await self._stream(
            request, "text/event-stream", seq, lambda n, m: b"id: %d\ndata: %s\n\n" % (n, m)
        )

    async def _chunked(self, request):
        seq = int(request.query.get("after", "0"))
        return await self._stream(request, "application/json", seq, lambda _, m: m + b"\n")

    async def _polling(self, request):
        seq = int(request.query.get("after", "0"))
        return web.json_response([json.loads(m) for m in self.feed.messages[seq:]])


class ChunkedPeer(HttpPeer):
    kind = "chunked"

    def transport(self, **changes):
        options = ChunkedOptions(url=self.url, resume=NUMBERED, **changes)
        return ChunkedTransport(options, self.session, self.clock)


class PollingPeer(HttpPeer):
    kind = "polling"

    def transport(self, **changes):
        options = PollOptions(url=self.url, resume=NUMBERED, **changes)
        return PollingTransport(options, self.session, self.clock, pace=Every(0.05))


class LinesPeer:
    """A TLS server that speaks as Betfair's stream does: greeting, subscription, lines."""

    kind = "lines"

    def __init__(self, clock, session) -> None:
        self.clock = clock
        self.feed = Publisher()
        self.folder = Path(tempfile.mkdtemp())
        self.port = 0
        self.server = None
        self.asked: list[dict] = []
        self.writers: set[asyncio.StreamWriter] = set()

    async def start(self) -> None:
        trust, _ = await asyncio.to_thread(certificate, self.folder)
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=trust)
        self.port = self.server.sockets[0].getsockname()[1]

    async def publish(self, count: int = 1) -> None:
        await self.feed.publish(count)

    async def cut(self) -> None:
        if self.server is not None:
            server, self.server = self.server, None
            server.close()
            for writer in self.writers:
                writer.transport.abort()

    async def stop(self) -> None:
        await self.cut()
        shutil.rmtree(self.folder)

    def transport(self, **changes):
        options = {
            "host": "127.0.0.1", "port": self.port, "ca_file": str(self.folder / "cert.pem"),
            "subscribe": ('{"op": "authentication"}', '{"op": "subscribe", "after": 0}'),
            "resume_fields": ("seq",), **changes,
        }  # fmt: skip
        return LinesTransport(LinesOptions(**options), self.clock)

    async def _serve(self, reader, writer) -> None:
        self.writers.add(writer)
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            self.asked += [json.loads(await reader.readline()) for _ in range(2)]
            seq = self.asked[-1].get("seq", 0)
            while True:
                for message in await self.feed.after(seq):
                    seq += 1
                    writer.write(message + b"\r\n")
                    await writer.drain()


class WebSocketPeer:
    """A server made with another library than the client."""

    kind = "websocket"
    resumes = True

    def __init__(self, clock, session) -> None:
        self.clock = clock
        self.session = session
        self.feed = Publisher()
        self.port = 0
        self.server = None
        self.serving: set[asyncio.Task] = set()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/"

    async def start(self) -> None:
        self.server = await serve(self._serve, "127.0.0.1", self.port or None)
        self.port = self.server.sockets[0].getsockname()[1]

    async def publish(self, count: int = 1) -> None:
        await self.feed.publish(count)

    async def cut(self) -> None:
        if self.server is not None:
            server, self.server = self.server, None
            for connection in list(server.connections):
                connection.transport.abort()
            for task in self.serving:
                task.cancel()
            server.close(close_connections=False)
            await server.wait_closed()

    async def stop(self) -> None:
        await self.cut()

    def transport(self, **changes):
        options = WebSocketOptions(url=self.url, resume=NUMBERED, **changes)
        return WebSocketTransport(options, self.session, self.clock)

    async def _serve(self, connection) -> None:
        self.serving.add(asyncio.current_task())
        query = connection.request.path.partition("after=")[2]
        seq = int(query or "0")
        with contextlib.suppress(ConnectionClosed):
            while True:
                for message in await self.feed.after(seq):
                    seq += 1
                    await connection.send(message.decode())


class FtpPeer:
    """One file that is replaced, as weather observations are."""

    kind = "ftp"
    resumes = True

    def __init__(self, clock, session) -> None:
        self.clock = clock
        self.folder = Path(tempfile.mkdtemp())
        self.count = 0
        self.port = 0
        self.server = None

    async def start(self) -> None:
        pytest.importorskip("pyftpdlib", reason="pyftpdlib is in the dev group")
        from pyftpdlib.authorizers import DummyAuthorizer
        from pyftpdlib.handlers import FTPHandler
        from pyftpdlib.servers import FTPServer

        authorizer = DummyAuthorizer()
        authorizer.add_anonymous(str(self.folder))
        handler = type("Handler", (FTPHandler,), {"authorizer": authorizer, "use_sendfile": False})
        self.server = FTPServer(("127.0.0.1", self.port), handler)
        self.port = self.server.address[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        server = self.server
        while self.server is server:
            server.serve_forever(timeout=0.02, blocking=False)
        server.close_all()

    async def publish(self, count: int = 1) -> None:
        self.count += count
        text = f"2026/11/20 18:{self.count:02d}\nKBOS 20{self.count:02d}54Z 31015G25KT\n"
        draft = self.folder / "draft"
        draft.write_text(text)
        os.utime(draft, (1_700_000_000 + self.count, 1_700_000_000 + self.count))
        draft.rename(self.folder / "KBOS.TXT")

    async def cut(self) -> None:
        if self.server is not None:
            self.server = None
            await asyncio.to_thread(self.thread.join)

    async def stop(self) -> None:
        await self.cut()
        shutil.rmtree(self.folder)

    def transport(self, **changes):
        options = FtpOptions(
            host="127.0.0.1", port=self.port, paths=("KBOS.TXT",), timeout_s=2.0, **changes
        )
        return FtpTransport(options, self.clock, pace=Every(0.05))


class RedisPeer:
    """A Redis of its own, since it is killed."""

    kind = "redis-stream"
    resumes = True

    def __init__(self, clock, session) -> None:
        self.clock = clock
        self.folder = Path(tempfile.mkdtemp())
        self.server = EmbeddedRedis(self.folder)
        self.count = 0

    async def start(self) -> None:
        await asyncio.to_thread(self.server.start)
        self.client = Redis.from_url(self.server.url)

    async def publish(self, count: int = 1) -> None:
        for _ in range(count):
            self.count += 1
            body = json.dumps({"seq": self.count})
            await self.client.xadd("feed", {"body": body, "Kind": "injury"})

    async def cut(self) -> None:
        await self.client.aclose()
        await asyncio.to_thread(self.server.stop)

    async def stop(self) -> None:
        if self.server.running:
            await self.cut()
        shutil.rmtree(self.folder)

    def transport(self, **changes):
        options = RedisStreamOptions(url=self.server.url, stream="feed", wait_s=0.3, **changes)
        return RedisStreamTransport(options, self.clock)


class PostgresServer:
    """A real server in a folder of its own; under root it runs as somebody else, as it must."""

    def __init__(self) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        on_path = shutil.which("initdb")
        if not found and on_path is None:
            pytest.skip("no Postgres server: install Debian's postgresql")
        self.programs = found[-1].parent if found else Path(on_path or "").parent
        self.folder = Path(tempfile.mkdtemp(prefix="lateswap-pg-", dir="/tmp"))
        self.port = free_port()
        self.user = ("postgres" if _exists("postgres") else "nobody") if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(self.folder, self.user)
        self._run("initdb", "-D", self.folder / "data", "-A", "trust", "-U", "lateswap", "-N")
        self.child: subprocess.Popen | None = None

    @property
    def dsn(self) -> str:
        return f"postgresql://lateswap@127.0.0.1:{self.port}/postgres?sslmode=disable"

    def _run(self, program: str, *arguments: object) -> None:
        subprocess.run(
            [self.programs / program, *map(str, arguments)],
            user=self.user, check=True, capture_output=True, timeout=60, cwd="/tmp",
        )  # fmt: skip

    def start(self) -> None:
        """Start it, if it does not run."""
        if self.child is not None:
            return
        self.child = subprocess.Popen(
            [self.programs / "postgres", "-D", self.folder / "data", "-p", str(self.port),
             "-k", "", "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"],
            user=self.user, cwd="/tmp", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._await_answer()

    def _await_answer(self) -> None:
        for _ in range(200):
            done = subprocess.run(
                [self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)],
                check=False, timeout=10,
            )  # fmt: skip
            if done.returncode == 0:
                return
            threading.Event().wait(0.05)
        raise RuntimeError("Postgres did not start")

    def stop(self) -> None:
        if self.child is not None:
            child, self.child = self.child, None
            child.send_signal(3)  # SIGQUIT: at once
            child.wait(20)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def _exists(user: str) -> bool:
    import pwd

    return any(entry.pw_name == user for entry in pwd.getpwall())


class PostgresPeer:
    """An outbox on a real server."""

    kind = "postgres"
    resumes = True

    server: PostgresServer | None = None
    """One for all tests: making one takes seconds. Each test has a table of its own."""
    tables = 0

    def __init__(self, clock, session) -> None:
        self.clock = clock
        self.count = 0

    async def start(self) -> None:
        asyncpg = pytest.importorskip("asyncpg", reason="asyncpg drives Postgres")
        if PostgresPeer.server is None:
            PostgresPeer.server = await asyncio.to_thread(PostgresServer)
        await asyncio.to_thread(self.server.start)
        PostgresPeer.tables += 1
        self.table = f"outbox_{self.tables}"
        self.options = PostgresOptions(
            dsn=self.server.dsn, table=self.table, channel=self.table, check_s=0.3, timeout_s=2.0
        )
        self.writer = await asyncpg.connect(self.server.dsn)
        await self.writer.execute(outbox_statements(self.options))

    async def publish(self, count: int = 1) -> None:
        for _ in range(count):
            self.count += 1
            await self.writer.execute(
                f"INSERT INTO {self.table} (body) VALUES ($1)", b'{"seq": %d}' % self.count
            )

    async def cut(self) -> None:
        await self.writer.close()
        await asyncio.to_thread(self.server.stop)

    async def stop(self) -> None:
        if not self.writer.is_closed():
            await self.writer.close()

    def transport(self, **changes):
        return PostgresTransport(self.options, self.clock)


class FilePeer:
    """A recorder, and the file it leaves."""

    kind = "recorded-file"
    resumes = True

    def __init__(self, clock, session) -> None:
        self.clock = clock
        self.folder = Path(tempfile.mkdtemp())
        self.count = 0

    async def start(self) -> None:
        pass

    async def publish(self, count: int = 1) -> None:
        recorder = Recorder(self.folder)
        for _ in range(count):
            self.count += 1
            at = datetime(2026, 11, 20, 18, 0, self.count, tzinfo=UTC)
            recorder.record("feed", "sse", Frame(b'{"seq": %d}' % self.count, at))
        await asyncio.to_thread(recorder.close)

    async def cut(self) -> None:
        shutil.rmtree(self.folder)

    async def stop(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def transport(self, **changes):
        return RecordedFileTransport(RecordedFileOptions(path=self.folder / "feed"), self.clock)


PEERS = (
    WebSocketPeer,
    HttpPeer,
    ChunkedPeer,
    LinesPeer,
    PollingPeer,
    FtpPeer,
    RedisPeer,
    PostgresPeer,
    FilePeer,
)
