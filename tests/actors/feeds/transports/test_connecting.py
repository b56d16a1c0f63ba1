"""From the sources file to connections that speak."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pytest
from aiohttp import web
from clocks import FastClock
from peers import WebSocketPeer
from redis.asyncio import Redis

from actors.feeds.connecting import Surroundings, connect
from actors.feeds.delivery import whole_frames
from actors.feeds.recorder import PATTERN, Recorder, read_record
from actors.log.embedded import EmbeddedRedis
from config.sources import SourcesError, load_sources, parse_sources

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
KEYS = {
    "ODDS_API_KEY": "k", "BALLDONTLIE_API_KEY": "k", "MASTODON_TOKEN": "k",
    "BETFAIR_APP_KEY": "k", "BETFAIR_SESSION": "s",
    "FEED_POSTGRES_DSN": "postgresql://127.0.0.1:1/x", "FEED_REDIS_URL": "redis://127.0.0.1:1/0",
}  # fmt: skip
BLANKS = {
    "game_pk": "745646", "game_id": "0022000180", "team": "12",
    "espn_game": "401772001", "latitude": "42.36", "longitude": "-71.06", "station": "KBOS",
    "draft_group": "74625",
}  # fmt: skip


def around(session, clock, **more) -> Surroundings:
    return Surroundings(session=session, clock=clock, environment=KEYS, **more)


@pytest.mark.parametrize("source", load_sources().source, ids=lambda source: source.name)
async def test_every_shipped_source_can_be_opened(source, session, clock):
    here = around(session, clock, redis=Redis())
    chain = connect(source, here, whole_frames, blanks=BLANKS)
    assert chain.report().state == "connecting"
    assert len(chain._links) == len(source.connections)
    await chain.close()


async def test_a_source_speaks_and_its_frames_are_recorded(session, clock, tmp_path):
    peer = WebSocketPeer(clock, session)
    await peer.start()
    await peer.publish(3)
    text = f"""
contact = "https://lateswap.example"
[[source]]
name = "mine"
adapter = "generic.json"
record = true
[[source.connections]]
kind = "websocket"
options = {{ url = "{peer.url}", resume = {{ param = "after", field = "seq" }} }}
"""
    recorder = Recorder(tmp_path)
    reports = []
    chain = connect(
        parse_sources(text.encode(), "s").source[0],
        around(session, clock, recorder=recorder),
        whole_frames,
        on_status=reports.append,
    )
    seen = []
    async with asyncio.timeout(60):
        async for delivery in chain.deliveries({"websocket.0": "1"}):
            seen.append(json.loads(delivery.frame.body)["seq"])
            if seen[-1] == 3:
                break
    await chain.close()
    await peer.stop()
    await asyncio.to_thread(recorder.close)
    assert seen == [2, 3]
    assert [report.state for report in reports] == ["connecting", "connected"]
    part = next((tmp_path / "mine").glob(PATTERN))
    assert [json.loads(line.text)["seq"] for _, line in read_record(part)] == [2, 3]


async def test_a_counted_key_is_sent_and_neither_told_nor_recorded(session, tmp_path):
    clock = FastClock(utc=NOON)  # in the first hour of a day no request would be due
    asked = []

    async def odds(request):
        asked.append(request.query.get("apiKey"))
        return web.json_response([], headers={"x-requests-remaining": "17"})

    app = web.Application()
    app.add_routes([web.get("/odds", odds)])
    runner = web.AppRunner(app, shutdown_timeout=0.05)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = site._server.sockets[0].getsockname()[1]
    text = f"""
contact = "https://lateswap.example"
[[source]]
name = "odds"
adapter = "odds.the_odds_api"
record = true
[source.budget]
provider = "odds"
key = "${{ODDS_API_KEY}}"
quota = 20
left_header = "x-requests-remaining"
[[source.connections]]
kind = "polling"
options = {{ url = "http://127.0.0.1:{port}/odds", params = {{ apiKey = "${{ODDS_API_KEY}}" }} }}
"""
    recorder = Recorder(tmp_path / "record")
    with EmbeddedRedis(tmp_path / "redis") as server:
        async with Redis.from_url(server.url) as redis:
            here = around(session, clock, redis=redis, recorder=recorder)
            chain = connect(parse_sources(text.encode(), "s").source[0], here, whole_frames)
            async with asyncio.timeout(60):
                async for delivery in chain.deliveries():
                    assert delivery.frame.url.endswith("/odds")
                    break
            report = chain.report()
            keys = [key.decode() for key in await redis.keys()]
            spent = await redis.hget(keys[0], "spent")
    await chain.close()
    await runner.cleanup()
    await asyncio.to_thread(recorder.close)
    part = next((tmp_path / "record" / "odds").glob(PATTERN))
    assert asked == ["k"]
    assert report.budget_left == 17
    assert spent == b"3"
    assert all("k" not in line.url.rpartition("/")[2] for _, line in read_record(part))


async def test_a_budget_without_redis_is_refused(session, clock):
    odds = next(s for s in load_sources().source if s.budget)
    with pytest.raises(SourcesError, match="needs a Redis"):
        connect(odds, around(session, clock), whole_frames)


async def test_a_wrong_option_names_source_and_field(session, clock):
    text = """
contact = "x"
[[source]]
name = "mine"
adapter = "generic.json"
[[source.connections]]
kind = "sse"
options = { url = "http://x", silence = 3 }
"""
    source = parse_sources(text.encode(), "s").source[0]
    with pytest.raises(SourcesError, match=r"'mine': sse: .*unknown field `silence`"):
        connect(source, around(session, clock), whole_frames)


async def test_a_blank_that_is_not_filled_is_named(session, clock):
    source = next(s for s in load_sources().source if s.name == "mlb.live")
    with pytest.raises(SourcesError, match="game_pk is not given"):
        connect(source, around(session, clock), whole_frames)
