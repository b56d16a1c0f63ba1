"""What connections promise, in figures: changes of transport within 2 s, a quota kept for a month.

*Changes*: one feed over WebSocket and SSE from a real server; the WebSocket is cut and healed at
random moments while messages are published, each time with connections of its own. From the fault
to the first message over the other connection, and from the healing to the first one over the
better; every message is counted at the reader. *Quota*: 20 requests a day for 30 days against a
real server and Redis, on a clock that jumps; a new process takes over every few hours.
"""

from __future__ import annotations

import asyncio
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from redis.asyncio import Redis

from actors.ending import end_tasks
from actors.feeds.budget import BudgetPlan, RedisBudget
from actors.feeds.chain import Chain
from actors.feeds.delivery import whole_frames
from actors.feeds.schedule import Locks, PollTimes, Schedule
from actors.feeds.timing import MachineClock
from actors.feeds.transports.cursors import CursorRule
from actors.feeds.transports.http import open_session
from actors.feeds.transports.polling import PollingTransport, PollOptions
from actors.feeds.transports.port import Frame
from actors.feeds.transports.sse import SseOptions, SseTransport
from actors.feeds.transports.websocket import WebSocketOptions, WebSocketTransport
from actors.log.embedded import EmbeddedRedis

ROUNDS = 12
EVERY_S = 0.01
LIMIT_S = 2.0
QUOTA = 20
DAYS = 30
NEAR = timedelta(minutes=90)
EASTERN = ZoneInfo("America/New_York")
NUMBERED = CursorRule(param="after", field="seq")

Row = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def rows() -> list[Row]:
    """Measure changes, then the month."""
    return [*asyncio.run(_changes()), *_month()]


class _Feed:
    """Messages published so far, told by WebSocket and SSE; the WebSocket can be cut."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.cut = False
        self.open: list[web.Request] = []

    async def websocket(self, request: web.Request) -> web.StreamResponse:
        if self.cut:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.open.append(request)
        with suppress(ConnectionError):
            await self._tell(int(request.query.get("after", "0")), socket.send_str)
        return socket

    async def sse(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        seq = int(request.headers.get("Last-Event-ID", "0"))

        async def send(message: str) -> None:
            await answer.write(f"id: {json.loads(message)['seq']}\ndata: {message}\n\n".encode())

        with suppress(ConnectionError):
            await self._tell(seq, send)
        return answer

    async def _tell(self, seq: int, send: Callable[[str], Awaitable[None]]) -> None:
        while True:
            for message in self.messages[seq:]:
                seq += 1
                await send(message)
            await asyncio.sleep(EVERY_S / 2)

    async def publish(self) -> None:
        while True:
            self.messages.append(json.dumps({"seq": len(self.messages) + 1}))
            await asyncio.sleep(EVERY_S)

    def fall(self) -> None:
        self.cut = True
        for request in self.open:
            if request.transport is not None:
                request.transport.abort()
        self.open.clear()


@asynccontextmanager
async def _serving(**handlers: Handler) -> Any:
    app = web.Application()
    app.add_routes([web.get(f"/{name}", handler) for name, handler in handlers.items()])
    runner = web.AppRunner(app, shutdown_timeout=0.05)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def _changes() -> list[Row]:
    rounds = [await _round(random.Random(seed)) for seed in range(ROUNDS)]
    away, back, told, lost, doubled = zip(*rounds, strict=True)
    return [
        _limited(f"transport left after a fault, worst of {ROUNDS}", max(away), LIMIT_S, "s"),
        _limited(f"the better one back after healing, worst of {ROUNDS}", max(back), LIMIT_S, "s"),
        _plain("... medians", sorted(away)[ROUNDS // 2], "s away"),
        _plain("...", sorted(back)[ROUNDS // 2], "s back"),
        _none(f"messages lost of {sum(told)}", sum(lost)),
        _none(f"messages doubled of {sum(told)}", sum(doubled)),
    ]


async def _round(draw: random.Random) -> tuple[float, float, int, int, int]:
    """One fault and its healing: seconds away and back, messages told, lost and doubled."""
    feed, clock = _Feed(), MachineClock()
    over: list[tuple[str, int]] = []
    async with (
        _serving(websocket=feed.websocket, sse=feed.sse) as port,
        open_session("https://lateswap.example") as session,
    ):
        socket = WebSocketOptions(
            url=f"ws://127.0.0.1:{port}/websocket", resume=NUMBERED, ping_s=1.2
        )
        events = SseOptions(url=f"http://127.0.0.1:{port}/sse", silence_s=1.0)
        better = WebSocketTransport(socket, session, clock, cursor_space="seq")
        worse = SseTransport(events, session, clock, cursor_space="seq")
        chain = Chain("feed", [better, worse], clock, whole_frames)
        publishing = asyncio.create_task(feed.publish())
        reading = asyncio.create_task(_read(chain, over))
        await _until(over, "websocket")
        await asyncio.sleep(draw.uniform(0.1, 0.5))
        feed.fall()
        away = await _until(over, "sse")
        await asyncio.sleep(draw.uniform(0.1, 1.5))
        feed.cut = False
        back = await _until(over, "websocket")
        await end_tasks([publishing])
        await asyncio.sleep(0.5)
        await chain.close()
        await end_tasks([reading])
    seen = Counter(seq for _, seq in over)
    told = len(feed.messages)
    return away, back, told, told - len(seen), sum(seen.values()) - len(seen)


async def _read(chain: Chain[Frame], over: list[tuple[str, int]]) -> None:
    async for delivery in chain.deliveries():  # each is noted as it comes
        told = delivery.transport, json.loads(delivery.frame.body)["seq"]
        over.append(told)


async def _until(over: list[tuple[str, int]], kind: str) -> float:
    """Seconds until something comes over this kind of connection."""
    begun, known = time.monotonic(), len(over)
    while not any(transport == kind for transport, _ in over[known:]):  # noqa: ASYNC110
        await asyncio.sleep(0.002)
    return time.monotonic() - begun


class _JumpClock:
    """Stands still until somebody sleeps, and is then at once where he wakes."""

    def __init__(self, utc: datetime) -> None:
        self._begun = utc
        self._seconds = 0.0

    def now(self) -> float:
        return self._seconds

    def utc(self) -> datetime:
        return self._begun + timedelta(seconds=self._seconds)

    async def sleep(self, seconds: float) -> None:
        self._seconds += max(0.0, seconds)
        await asyncio.sleep(0)


def _month() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        redis = EmbeddedRedis(Path(folder)).start()
        try:
            asked, restarts = asyncio.run(_asked(redis.url))
        finally:
            redis.stop()
    days = Counter(moment.astimezone(EASTERN).date() for moment in asked)
    near = sum(any(timedelta(0) <= lock - at <= NEAR for lock in _locks()) for at in asked)
    return [
        _limited(f"requests on the busiest of {DAYS} days", max(days.values()), QUOTA, ""),
        _plain("... on the quietest whole day", sorted(days.values())[1], ""),
        _plain("... within 90 minutes of a lock", near / len(asked) * 100, "%"),
        _plain("... restarts", restarts, ""),
    ]


def _locks() -> list[datetime]:
    first = datetime(2026, 11, 1, tzinfo=EASTERN)
    days = [first + timedelta(days=n) for n in range(DAYS + 5)]
    return [day.replace(hour=hour).astimezone(UTC) for day in days for hour in (19, 22)]


async def _asked(redis_url: str) -> tuple[list[datetime], int]:
    clock, draw = _JumpClock(datetime(2026, 11, 1, 5, tzinfo=UTC)), random.Random(7)
    asked: list[datetime] = []

    async def answer(_: web.Request) -> web.Response:
        asked.append(clock.utc())
        return web.Response(text=str(len(asked)))

    plan, restarts = BudgetPlan(quota=QUOTA, zone=EASTERN.key), 0
    client, ends = Redis.from_url(redis_url), clock.utc() + timedelta(days=DAYS)
    async with _serving(feed=answer) as port, open_session("https://lateswap.example") as session:
        options = PollOptions(url=f"http://127.0.0.1:{port}/feed", eager=False)
        while clock.utc() < ends:
            budget = RedisBudget(client, "month", plan, clock)
            pace = Schedule(PollTimes(), Locks(_locks()), plan=plan, draw=draw.random)
            one = PollingTransport(options, session, clock, pace=pace, budget=budget)
            stops = clock.utc() + timedelta(hours=draw.uniform(0.2, 12))
            async for signal in one.signals():
                if isinstance(signal, Frame) and clock.utc() > stops:
                    break
            restarts += 1
    await client.aclose()
    return asked, restarts


def _limited(name: str, value: float, limit: float, unit: str) -> Row:
    return {
        "name": name, "value": value, "unit": unit, "peer": "limit", "peer_value": limit,
        "ratio": value / limit, "aim": "at most 1", "ok": value <= limit,
    }  # fmt: skip


def _none(name: str, value: int) -> Row:
    return _plain(name, value, "") | {"aim": "0", "ok": value == 0}


def _plain(name: str, value: float, unit: str) -> Row:
    return {
        "name": name, "value": value, "unit": unit, "peer": "", "peer_value": None,
        "ratio": None, "aim": "shown", "ok": True,
    }  # fmt: skip


if __name__ == "__main__":
    for row in rows():
        print(f"{row['name']}: {row['value']:.3f} {row['unit']}  ok={row['ok']}")
