"""Recorded payloads through real far ends that speak their protocol: what comes out is the same.

What the adapters make of each payload is asserted elsewhere; here nothing may be lost, added or
changed between a far end and the adapter.
"""

from __future__ import annotations

import asyncio
import gzip
from datetime import UTC, datetime

import pytest
from aiohttp import web
from payloads import every_payload
from peers import FtpPeer
from websockets.asyncio.server import serve

from actors.feeds.adapters import ADAPTERS
from actors.feeds.adapters.port import Payload
from actors.feeds.chain import Chain
from actors.feeds.delivery import adapted
from actors.feeds.transports.polling import Every, PollingTransport, PollOptions
from actors.feeds.transports.sse import SseOptions, SseTransport
from actors.feeds.transports.websocket import WebSocketOptions, WebSocketTransport
from models import codec

POLLED = [
    ("espn.scoreboard", "espn/scoreboard_nfl_2022w1_live.json"),
    ("espn.scoreboard", "espn/scoreboard_mlb_20220917_live.json"),
    ("espn.injuries", "espn/injuries_wnba_20260708.json"),
    ("espn.news", "espn/news_nfl_20251026.json"),
    ("mlb.schedule", "mlb/schedule_20240701.json"),
    ("mlb.feed_live", "mlb/feed_live_744914_final.json"),
    ("nba.boxscore", "nba/cdn_boxscore_0022000180.json"),
    ("nba.injury_report", "nba/injury_report_20240104_1230pm.pdf"),
    ("weather.nws_alerts", "weather/nws_alerts_active_zone.json"),
    ("weather.open_meteo", "weather/open_meteo_forecast_toronto_local_20260304.json"),
    ("odds.the_odds_api", "odds/the_odds_api_v4_odds_wnba.json"),
    ("odds.nhl_partner_odds", "odds/nhl_partner_odds_20260929.json"),
    ("news.rotowire", "news/rotowire_rss_shape_TRANSCRIBED.xml"),
    ("draftkings.draftables", "draftkings/draftables_41793_after.json"),
]
SPOKEN = [
    ("mlb.gameday_ws", "mlb/gameday_ws_frames.jsonl"),
    ("news.jetstream", "news/jetstream_v1_golden.jsonl"),
    ("news.jetstream", "news/jetstream_v1_sequence.jsonl"),
    ("odds.polymarket", "odds/polymarket_sports_ws_from_docs.jsonl"),
]
NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)


class StillClock:
    """Always the same moment, so that events can be compared whole."""

    def now(self) -> float:
        return 0.0

    def utc(self) -> datetime:
        return NOW

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def expected(adapter: str, bodies: list[bytes], url: str = "", headers=None) -> list[bytes]:
    """What the adapter says of the bodies themselves, each event once."""
    found = {}
    for body in bodies:
        for event in ADAPTERS[adapter](Payload(body, NOW, url, headers or {})).events:
            found.setdefault(event.event_id, codec.encode(event))
    return list(found.values())


async def told(adapter: str, transport, count: int) -> list[bytes]:
    """So many events of a source on this connection."""
    chain = Chain("test", [transport], StillClock(), adapted(ADAPTERS[adapter]))
    events = []
    async with asyncio.timeout(60):
        async for delivery in chain.deliveries():
            events.append(codec.encode(delivery.item))
            if len(events) == count:
                break
    await chain.close()
    return events


@pytest.mark.parametrize(("adapter", "file"), POLLED, ids=[file for _, file in POLLED])
async def test_a_polled_payload_comes_compressed_and_chunked_as_it_was(
    adapter, file, shared, session
):
    body = (shared / "feeds" / file).read_bytes()

    async def answer(request):
        reply = web.StreamResponse(headers={"Content-Encoding": "gzip", "ETag": '"1"'})
        reply.enable_chunked_encoding()
        await reply.prepare(request)
        packed = gzip.compress(body)
        for start in range(0, len(packed), 1000):
            await reply.write(packed[start : start + 1000])
        return reply

    app = web.Application()
    app.add_routes([web.get("/feed", answer)])
    runner = web.AppRunner(app, shutdown_timeout=0.05)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/feed"
    wanted = expected(adapter, [body], url)
    transport = PollingTransport(PollOptions(url=url), session, StillClock(), pace=Every(60))
    assert wanted
    assert await told(adapter, transport, len(wanted)) == wanted
    await runner.cleanup()


async def test_every_recorded_payload_comes_polled_as_it_was(shared, session):
    files = every_payload(shared / "feeds")
    assert len(files) > 90
    bodies = dict(enumerate(file.read_bytes() for _, file in files))

    async def answer(request):
        body = bodies[int(request.match_info["place"])]
        return web.Response(body=body)

    app = web.Application()
    app.add_routes([web.get("/{place}", answer)])
    runner = web.AppRunner(app, shutdown_timeout=0.05)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    at = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
    for place, (adapter, file) in enumerate(files):
        url = f"{at}/{place}"
        wanted = expected(adapter, [bodies[place]], url)
        transport = PollingTransport(PollOptions(url=url), session, StillClock(), pace=Every(60))
        came = await told(adapter, transport, len(wanted)) if wanted else []
        assert came == wanted, file.name
    await runner.cleanup()


@pytest.mark.parametrize(("adapter", "file"), SPOKEN, ids=[file for _, file in SPOKEN])
async def test_recorded_frames_come_over_a_socket_as_they_were(adapter, file, shared, session):
    frames = (shared / "feeds" / file).read_bytes().splitlines()

    async def speak(connection):
        for frame in frames:
            await connection.send(frame.decode())
        await connection.wait_closed()

    wanted = expected(adapter, frames)
    async with serve(speak, "127.0.0.1", 0) as server:
        url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        transport = WebSocketTransport(WebSocketOptions(url=url), session, StillClock())
        assert wanted
        assert await told(adapter, transport, len(wanted)) == wanted


@pytest.mark.parametrize("cut", [1, 7, 1000])
async def test_a_recorded_stream_of_events_comes_as_it_was_however_it_is_cut(cut, shared, session):
    body = (shared / "feeds" / "news" / "mastodon_docs_events.sse").read_bytes()

    async def stream(request):
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await answer.prepare(request)
        for start in range(0, len(body), cut):
            await answer.write(body[start : start + cut])
        await answer.write(b"\n\n")
        await asyncio.sleep(30)

    app = web.Application()
    app.add_routes([web.get("/", stream)])
    runner = web.AppRunner(app, shutdown_timeout=0.05)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/"
    wanted = expected("news.mastodon", [body], url)
    transport = SseTransport(SseOptions(url=url, verbatim=True), session, StillClock())
    assert wanted
    assert await told("news.mastodon", transport, len(wanted)) == wanted
    await runner.cleanup()


async def test_a_weather_file_comes_over_ftp_as_it_was(shared, clock, session):
    body = (shared / "feeds" / "weather" / "ftp_KFLL.TXT").read_bytes()
    peer = FtpPeer(StillClock(), session)
    await peer.start()
    (peer.folder / "KBOS.TXT").write_bytes(body)
    transport = peer.transport()
    frames = [signal async for signal in _until_frame(transport)]
    await peer.stop()
    assert frames[-1].body == body
    assert expected("weather.metar", [body], frames[-1].url, frames[-1].headers)


async def _until_frame(transport):
    async for signal in transport.signals():
        yield signal
        if hasattr(signal, "body"):
            return
