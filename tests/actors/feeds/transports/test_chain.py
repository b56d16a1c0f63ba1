"""A source over WebSocket, SSE and polling whose connections are cut, blocked and healed."""
# ruff: noqa: ARG002, ASYNC110  # states are looked at as an operator would: again and again

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time

import pytest
from aiohttp import web
from clocks import FastClock

from actors.feeds.backoff import Backoff
from actors.feeds.breaker import Breaker, BreakerRules
from actors.feeds.chain import Chain
from actors.feeds.delivery import whole_frames
from actors.feeds.link import ChainOptions, Retry
from actors.feeds.transports.cursors import CursorRule
from actors.feeds.transports.polling import Every, PollingTransport, PollOptions
from actors.feeds.transports.port import Beat, Frame, LinkFault
from actors.feeds.transports.sse import SseOptions, SseTransport
from actors.feeds.transports.websocket import WebSocketOptions, WebSocketTransport

WITHIN_S = 60.0
"""The limit of a hang."""
PROMISED_S = 2.0
"""A change of connections takes no longer; a loaded machine is given several tries."""
TRIES = 6
NUMBERED = CursorRule(param="after", field="seq")


class TestFeed:
    """One feed on one server in three forms; each can be cut (refused) or blocked (silent)."""

    __test__ = False

    def __init__(self) -> None:
        self.messages: list[dict] = []
        self.cut: set[str] = set()
        self.blocked: set[str] = set()
        self.more = asyncio.Event()
        self.open: dict[str, list] = {"websocket": [], "sse": [], "polling": []}
        self.stopped = False

    def publish(self) -> None:
        self.messages.append({"seq": len(self.messages) + 1})
        self.more.set()
        self.more = asyncio.Event()

    def break_down(self, kind: str) -> None:
        self.cut.add(kind)
        for request in self.open[kind]:
            if request.transport is not None:
                request.transport.abort()

    def heal(self, *kinds: str) -> None:
        self.cut -= set(kinds)
        self.blocked -= set(kinds)

    async def start(self) -> None:
        app = web.Application()
        app.add_routes([web.get(f"/{kind}", getattr(self, f"_{kind}")) for kind in self.open])
        self.runner = web.AppRunner(app, shutdown_timeout=0.05)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self.port = site._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        for kind in self.open:
            self.break_down(kind)
        await self.runner.cleanup()

    async def _each(self, kind, request, seq, send, ping) -> None:
        self.open[kind].append(request)
        while kind not in self.cut:
            if kind in self.blocked:
                await asyncio.sleep(0.05)
                continue
            for message in self.messages[seq:]:
                seq = message["seq"]
                await send(message)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.more.wait(), 0.1)
            await ping()

    def _check(self, kind: str) -> None:
        if kind in self.cut:
            raise web.HTTPServiceUnavailable

    async def _websocket(self, request):
        self._check("websocket")
        if "websocket" in self.blocked:
            await asyncio.sleep(30)
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        seq = int(request.query.get("after", "0"))
        with contextlib.suppress(ConnectionError):
            await self._each("websocket", request, seq, socket.send_json, socket.ping)
        return socket

    async def _sse(self, request):
        self._check("sse")
        if "sse" in self.blocked:
            await asyncio.sleep(30)
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)

        async def send(message) -> None:
            text = f"id: {message['seq']}\ndata: {json.dumps(message)}\n\n"
            await answer.write(text.encode())

        async def ping() -> None:
            await answer.write(b":\n")

        seq = int(request.headers.get("Last-Event-ID", "0"))
        with contextlib.suppress(ConnectionError):
            await self._each("sse", request, seq, send, ping)
        return answer

    async def _polling(self, request):
        self._check("polling")
        seq = int(request.query.get("after", "0"))
        return web.json_response(self.messages[seq:])


def each_message(frame: Frame):
    """The messages of a frame by their own numbers, whatever they came in."""
    told = json.loads(frame.body)
    return [(str(m["seq"]), m["seq"]) for m in (told if isinstance(told, list) else [told])]


class Watched:
    """A chain being read, what it told, and what it reported."""

    def __init__(self, chain) -> None:
        self.chain = chain
        self.told: list[int] = []
        self.reports: list[tuple[float, object]] = []
        chain._on_status = lambda report: self.reports.append((time.monotonic(), report))

    async def read(self) -> None:
        async for delivery in self.chain.deliveries():
            self.told.append(delivery.item)

    async def until(self, state: str, transport: str, within: float = WITHIN_S) -> float:
        """Seconds until the published status is this."""
        began = time.monotonic()
        async with asyncio.timeout(within):
            while True:
                report = self.chain.report()
                if (report.state, report.transport) == (state, transport):
                    return time.monotonic() - began
                await asyncio.sleep(0.01)


@pytest.fixture
async def feed():
    feed = TestFeed()
    await feed.start()
    yield feed
    await feed.stop()


@pytest.fixture
async def watched(feed, session, clock):
    at = f"127.0.0.1:{feed.port}"
    transports = [
        WebSocketTransport(
            WebSocketOptions(url=f"ws://{at}/websocket", resume=NUMBERED, silence_s=0.6, ping_s=0.5),
            session, clock, cursor_space="seq",
        ),
        SseTransport(
            SseOptions(url=f"http://{at}/sse", silence_s=0.6), session, clock, cursor_space="seq"
        ),
        PollingTransport(
            PollOptions(url=f"http://{at}/polling", resume=NUMBERED), session, clock,
            pace=Every(0.3), cursor_space="seq",
        ),
    ]  # fmt: skip
    watched = Watched(Chain("test", transports, clock, each_message))
    reading = asyncio.create_task(watched.read())
    publishing = asyncio.create_task(publish_on_and_on(feed))
    yield watched
    publishing.cancel()
    await watched.chain.close()
    reading.cancel()
    await asyncio.gather(reading, publishing, return_exceptions=True)


async def publish_on_and_on(feed) -> None:
    while True:
        feed.publish()
        await asyncio.sleep(0.02)


async def all_came_once(feed, watched) -> None:
    """Everything published has come, in whatever connection, and nothing twice."""
    count = len(feed.messages)
    async with asyncio.timeout(WITHIN_S):
        while len(watched.told) < count:
            await asyncio.sleep(0.02)
    assert sorted(watched.told) == list(range(1, len(watched.told) + 1))


async def there_and_back(feed, watched) -> list[float]:
    """How long each change took."""
    feed.break_down("websocket")
    took = [await watched.until("degraded", "sse")]
    feed.break_down("sse")
    took.append(await watched.until("degraded", "polling"))
    assert "websocket: closed with 1006" in watched.chain.report().note
    feed.heal("sse")
    took.append(await watched.until("degraded", "sse"))
    feed.heal("websocket")
    return [*took, await watched.until("connected", "websocket")]


async def test_a_cut_websocket_then_sse_then_all_back_loses_and_doubles_nothing(feed, watched):
    await watched.until("connected", "websocket")
    slowest = []
    while len(slowest) < TRIES and min(slowest, default=PROMISED_S) >= PROMISED_S:
        slowest.append(max(await there_and_back(feed, watched)))
    assert min(slowest) < PROMISED_S
    await all_came_once(feed, watched)
    seen = [(r.state, r.transport) for _, r in watched.reports]
    steps = [step for step in dict.fromkeys(seen) if step[1]]
    assert steps == [("connected", "websocket"), ("degraded", "sse"), ("degraded", "polling")]
    assert watched.chain.report().note == ""


async def test_a_blocked_websocket_then_sse_then_both_back_loses_and_doubles_nothing(feed, watched):
    await watched.until("connected", "websocket")
    feed.blocked |= {"websocket"}
    await watched.until("degraded", "sse")
    feed.blocked |= {"sse"}
    await watched.until("degraded", "polling")
    await asyncio.sleep(1.2)  # heals in the midst of attempts that hang
    feed.heal("websocket", "sse")
    await watched.until("connected", "websocket")
    await all_came_once(feed, watched)


@pytest.mark.parametrize("seed", [1, 2])
async def test_whatever_falls_and_heals_in_whatever_order_nothing_is_lost_or_doubled(
    feed, watched, seed
):
    draw = random.Random(seed)
    for _ in range(14):
        kind = draw.choice(["websocket", "sse", "polling"])
        if draw.random() < 0.5:
            feed.heal(kind)
        elif kind != "polling" and draw.random() < 0.4:
            feed.blocked.add(kind)
        else:
            feed.break_down(kind)
        await asyncio.sleep(draw.uniform(0.05, 0.35))
    feed.heal("websocket", "sse", "polling")
    await watched.until("connected", "websocket")
    await all_came_once(feed, watched)


async def test_a_worse_connection_is_left_when_the_better_one_stands(feed, watched):
    await watched.until("connected", "websocket")
    feed.break_down("websocket")
    await watched.until("degraded", "sse")
    feed.heal("websocket")
    await watched.until("connected", "websocket")
    async with asyncio.timeout(60):
        while watched.chain._links[1].running:
            await asyncio.sleep(0.05)
    assert [link.running for link in watched.chain._links] == [True, False, False]


async def test_the_status_says_disconnected_while_nothing_works(feed, watched):
    await watched.until("connected", "websocket")
    for kind in ("polling", "sse", "websocket"):
        feed.break_down(kind)
    async with asyncio.timeout(WITHIN_S):
        while watched.chain.report().errors < 3:
            await asyncio.sleep(0.01)
    await watched.until("disconnected", "")
    report = watched.chain.report()
    assert report.degraded
    assert report.reconnect_attempts >= 1


class Scripted:
    """A connection that does what a list says: fault after fault, or signals."""

    kind = "scripted"
    silence_s = None
    cursor_space = "scripted"

    def __init__(self, clock, script) -> None:
        self.clock = clock
        self.script = list(script)
        self.tried: list[float] = []

    async def signals(self, cursor=""):
        self.tried.append(self.clock.now())
        step = self.script.pop(0) if self.script else []
        if isinstance(step, LinkFault):
            raise step
        yield Beat(self.clock.utc())
        for body in step:
            yield Frame(body, self.clock.utc())

    def hasten(self) -> None:
        pass

    async def close(self) -> None:
        pass


async def collect(chain) -> list[bytes]:
    return [delivery.item.body async for delivery in chain.deliveries()]


async def test_a_lone_connection_is_tried_again_after_1_2_4_8_and_16_seconds():
    clock = FastClock(200)
    link = Scripted(clock, [LinkFault("lost", "no")] * 6 + [[b"1"]])
    patient = Breaker("test", clock, BreakerRules(failures=99))
    options = ChainOptions(retry=Retry(backoff=Backoff(spread=0.0)))
    chain = Chain("test", [link], clock, whole_frames, breaker=patient, options=options)
    assert await collect(chain) == [b"1"]
    waits = [b - a for a, b in zip(link.tried, link.tried[1:], strict=False)]
    least = [1, 2, 4, 8, 16, 16]
    assert [wait >= step for wait, step in zip(waits, least, strict=True)] == [True] * 6
    assert chain.report().state == "finished"


async def test_an_operator_keeps_a_source_out_and_lets_it_in_again():
    clock = FastClock(200)
    link = Scripted(clock, [[b"1"]])
    chain = Chain("test", [link], clock, whole_frames)
    assert chain.hold() == "open"
    collecting = asyncio.create_task(collect(chain))
    await asyncio.sleep(0.4)  # longer than the breaker stays open by itself
    assert (link.tried, chain.report().breaker) == ([], "open")
    assert chain.release() == "closed"
    assert await collecting == [b"1"]


async def test_five_failures_open_the_breaker_and_one_probe_closes_it():
    clock = FastClock(200)
    link = Scripted(clock, [LinkFault("lost", "no")] * 5 + [[b"1"]])
    chain = Chain("test", [link], clock, whole_frames)
    states = []
    chain._on_status = lambda report: states.append(report.breaker)
    assert await collect(chain) == [b"1"]
    assert link.tried[5] - link.tried[4] >= 30
    assert list(dict.fromkeys(states)) == ["closed", "open"]
    assert states[-1] == "closed"


async def test_a_refusal_is_not_repeated_before_its_time():
    clock = FastClock(500)
    link = Scripted(clock, [LinkFault("refused", "4404", wait_s=300.0), [b"1"]])
    assert await collect(Chain("test", [link], clock, whole_frames)) == [b"1"]
    assert link.tried[1] - link.tried[0] >= 300


async def test_an_adapter_that_raises_makes_the_link_fall_and_nothing_else(clock):
    def broken(frame):
        raise RuntimeError("boom")

    link = Scripted(FastClock(100), [[b"1"]])
    chain = Chain("test", [link, Scripted(clock, [[]])], FastClock(100), broken)
    assert await collect(chain) == []
    assert chain.report().errors == 1


async def test_a_reader_that_is_behind_is_told_and_loses_nothing(clock):
    link = Scripted(clock, [[b"%d" % n for n in range(50)]])
    chain = Chain("test", [link], clock, whole_frames, options=ChainOptions(inbox_count=4))
    notes = []
    chain._on_status = lambda report: notes.append(report.note)
    seen = []
    async for delivery in chain.deliveries():
        seen.append(int(delivery.item.body))
        await asyncio.sleep(0.001)
    assert seen == list(range(50))
    assert any("reader is behind" in note for note in notes)
    assert len(chain._inbox) <= 4


async def test_a_chain_needs_a_connection(clock):
    with pytest.raises(ValueError, match="no connection"):
        Chain("test", [], clock, whole_frames)
