"""Gameday's notices keep a game's feed: patches recorded at MLB, and what goes wrong with them."""

from __future__ import annotations

import asyncio
import gzip
import json
from contextlib import aclosing
from copy import deepcopy

import pytest
from aiohttp import web

from actors.feeds.adapters import ADAPTERS, mlb_patch
from actors.feeds.adapters.port import Payload
from actors.feeds.transports.gameday import GamedayOptions, GamedayTransport
from actors.feeds.transports.port import Beat, Frame, LinkFault
from models.events import LiveScore

FIRST, SECOND, THIRD = "20240612_041248", "20240612_041302", "20240612_041310"


class League:
    """MLB's socket, feed and patches on one server."""

    def __init__(self, shared) -> None:
        folder = shared / "feeds/mlb"
        packed = (folder / "diffpatch_no-move_feed_before.json.gz").read_bytes()
        self.before = json.loads(gzip.decompress(packed))
        self.patch = json.loads((folder / "diffpatch_no-move.json").read_bytes())
        self.feed = self.before
        self.answers: dict[str, list] = {FIRST: [self.patch]}
        """What is told of patches since a moment, in turn."""
        self.asked: list[tuple[str, str, str]] = []
        self.heard: asyncio.Queue[str] = asyncio.Queue()
        self.notices: asyncio.Queue = asyncio.Queue()
        self.feed_status = 200

    def tell(self, timecode, update_id="u1", **more):
        notice = {"timeStamp": timecode, "gamePk": "746139", "updateId": update_id, "wait": 10}
        self.notices.put_nowait(json.dumps(notice | more))

    async def socket(self, request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        hearing = asyncio.ensure_future(self._hear(socket))
        while (text := await self.notices.get()) is not None:
            await (socket.send_str(text) if isinstance(text, str) else socket.close(code=text))
        hearing.cancel()
        return socket

    async def _hear(self, socket):
        async for message in socket:
            self.heard.put_nowait(message.data)

    async def whole(self, request):
        self.asked.append(("feed", "", request.query.get("pushUpdateId", "")))
        if self.feed_status != 200:
            raise web.HTTPServiceUnavailable
        return web.json_response(self.feed)

    async def patches(self, request):
        since = request.query["startTimecode"]
        self.asked.append(("patch", since, request.query.get("pushUpdateId", "")))
        answers = self.answers.get(since, [])
        answer = answers.pop(0) if answers else []
        if isinstance(answer, bytes):
            return web.Response(body=answer)
        return web.json_response(answer)


@pytest.fixture
async def league(shared):
    league = League(shared)
    app = web.Application()
    app.add_routes(
        [
            web.get("/socket", league.socket),
            web.get("/feed", league.whole),
            web.get("/patch", league.patches),
        ]
    )
    runner = web.AppRunner(app, shutdown_timeout=0.05)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    league.at = f"127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
    yield league
    league.notices.put_nowait(None)
    await runner.cleanup()


@pytest.fixture
async def signals(league, session, clock):
    http = f"http://{league.at}"
    options = GamedayOptions(
        url=f"ws://{league.at}/socket", feed=f"{http}/feed", patch=f"{http}/patch",
        merge_s=0.1, least_s=0.05, keepalive_s=0.02,
    )  # fmt: skip
    transport = GamedayTransport(options, session, clock)
    async with asyncio.timeout(60), aclosing(transport.signals()) as found:
        yield found
    await transport.close()


async def frame_of(signals):
    async for signal in signals:
        if isinstance(signal, Frame):
            return signal
    raise AssertionError("it ended")


async def timecode_of(signals):
    return json.loads((await frame_of(signals)).body)["metaData"]["timeStamp"]


async def test_a_notice_brings_the_patched_feed_as_the_adapter_reads_a_whole_one(league, signals):
    assert isinstance(await anext(signals), Beat)
    assert json.loads((await frame_of(signals)).body) == league.before
    league.tell(SECOND)
    patched = await frame_of(signals)
    assert league.asked == [("feed", "", ""), ("patch", FIRST, "u1")]
    assert json.loads(patched.body) == mlb_patch.patched(deepcopy(league.before), league.patch)
    parsed = ADAPTERS["mlb.feed_live"](Payload(patched.body, patched.received_at, patched.url))
    assert parsed.rejected == []
    assert any(isinstance(e, LiveScore) and e.game_id == "mlb:746139" for e in parsed.events)
    assert await league.heard.get() == "Gameday5"


async def test_a_burst_and_a_notice_that_comes_twice_are_answered_once(league, signals):
    await frame_of(signals)
    for number, timecode in enumerate((SECOND, "20240612_041255", SECOND)):
        league.tell(timecode, f"u{number}")
    assert await timecode_of(signals) == SECOND
    league.tell(SECOND, "u9")
    league.tell(FIRST, "u9")  # it was known before
    league.feed = league.before | {"metaData": {"timeStamp": THIRD}}
    league.tell(THIRD, "u5", changeEvent={"type": "full_refresh"})
    assert await timecode_of(signals) == THIRD
    assert league.asked == [("feed", "", ""), ("patch", FIRST, "u0"), ("feed", "", "u5")]


async def test_a_feed_that_is_behind_its_notice_is_asked_again_until_it_is_current(league, signals):
    await frame_of(signals)
    league.answers[FIRST] = [[], [{"diff": []}], league.patch]
    league.tell(SECOND)
    assert await timecode_of(signals) == SECOND
    assert [kind for kind, _, _ in league.asked] == ["feed", "patch", "patch", "patch"]


@pytest.mark.parametrize(
    "answer",
    [
        [{"diff": [{"op": "replace", "path": "/metaData/x/~9/y", "value": 1}, {"op": "dance"}]}],
        b"<html>",
        b"[" * 100_000,
        "soon",
        [{"diff": [{"op": "replace", "path": "/metaData/timeStamp", "value": "20240612_041200"}]}],
    ],
    ids=["no patch", "no JSON", "nested", "a text", "an older state"],
)
async def test_what_cannot_be_applied_is_a_reason_to_fetch_the_whole(league, signals, answer):
    await frame_of(signals)
    league.answers[FIRST] = [answer]
    league.feed = league.before | {"metaData": {"timeStamp": SECOND}}
    league.tell(SECOND)
    assert await timecode_of(signals) == SECOND
    assert league.asked[1:] == [("patch", FIRST, "u1"), ("feed", "", "u1")]


async def test_asked_without_an_end_a_patch_is_the_whole_feed(league, signals):
    await frame_of(signals)
    league.answers[FIRST] = [league.before | {"metaData": {"timeStamp": SECOND}}]
    league.tell(SECOND)
    assert await timecode_of(signals) == SECOND


@pytest.mark.parametrize(
    ("told", "kind", "wait_s"),
    [(4404, "refused", 300.0), (1001, "lost", 0.0), ("no notice", "malformed", 0.0)],
)
async def test_how_a_socket_ends_is_the_fault_of_the_connection(
    league, signals, told, kind, wait_s
):
    await frame_of(signals)
    league.notices.put_nowait(told)
    with pytest.raises(LinkFault) as fault:
        await frame_of(signals)
    assert (fault.value.kind, fault.value.wait_s) == (kind, wait_s)


async def test_a_feed_that_does_not_answer_is_a_fault_so_that_polling_takes_over(league, signals):
    league.feed_status = 503
    with pytest.raises(LinkFault) as fault:
        await frame_of(signals)
    assert (fault.value.kind, fault.value.status) == ("lost", 503)
