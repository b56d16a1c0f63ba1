"""A hundred live sources with their adapters, up to the log: delay, CPU, memory, and one too loud.

The whole owner of sources (``LiveSourceActor``) reads recorded frames of Betfair and Jetstream and
generic events over WebSockets, and polls five whole scoreboards of ESPN; everything goes through
adapter, placing and gate into an embedded Redis. The delay runs from the moment that the far end
wrote into the frame to the moment that its events are stored. The far end is a process of its own.
Then one exchange speaks at 100 times its rate: the others must not wait for it, what it tells of
players must come first, and what it told in vain is counted.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import random
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import psutil
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from actors.live_plan import LivePlan
from actors.live_source import LiveSourceActor
from actors.log.embedded import EmbeddedRedis
from actors.log.offsets import BEGINNING
from actors.log.port import Appended, Record
from actors.log.redis import RedisLog
from config.sources import parse_sources
from models import codec
from models.events import AnyEvent, SourceStatus
from models.messages import AskHealth, encode

FEEDS = Path(os.environ.get("LATESWAP_DATA", "../shared")) / "feeds"
KINDS = {"betfair": 40, "jetstream": 30, "generic": 25}
POLLED = 5
RATE = 5
"""Frames per second of an ordinary source."""
LOUD = 100
"""Times that rate."""
FLOOD = 1_000
"""Times that rate: more than can be stored."""
WARM_S = 2.0
RUN_S = 6.0
LIMIT_MS = 50.0

Row = dict[str, Any]

HEAD = 'contact = "https://lateswap.example"\n'
SOURCE = """
[[source]]
name = "{kind}.{number}"
adapter = "{adapter}"
[[source.connections]]
kind = "websocket"
options = {{ url = "ws://127.0.0.1:{port}/{kind}/{number}" }}
"""
POLL = """
[[source]]
name = "espn.{number}"
adapter = "espn.scoreboard"
times = {{ idle = 1, day = 1, near = 1, close = 1, last = 1, live = 1 }}
[[source.connections]]
kind = "polling"
options = {{ url = "http://127.0.0.1:{port}/apis/site/v2/sports/football/nfl/{number}" }}
"""
ADAPTERS = {
    "betfair": "odds.betfair", "jetstream": "news.jetstream", "generic": "generic.json",
}  # fmt: skip


def rows() -> list[Row]:
    """Measure both runs, each in a process of its own beside a far end of its own."""
    quiet, loud, flood = (_measure(RATE * times) for times in (1, LOUD, FLOOD))
    total = sum(KINDS.values()) + POLLED
    return [
        _row(f"delay to the log of {total} sources with adapters, p99", quiet["p99"], LIMIT_MS),
        _row(
            f"delay of the others beside one at {LOUD} times its rate, p99",
            loud["p99"],
            quiet["p99"] + LIMIT_MS,
            peer="without it + limit",
        ),
        _plain("... p50 without it", quiet["p50"], "ms"),
        _plain("... p50 beside it", loud["p50"], "ms"),
        _plain("delay of the loud one's own statuses, p99", loud["critical_p99"], "ms"),
        _plain("events stored a second then", loud["rate"], "1/s"),
        _plain(f"at {FLOOD:,} times: delay of the others, p99", flood["p99"], "ms"),
        _plain("... of the loud one's own statuses, p99", flood["critical_p99"], "ms"),
        _plain("... frames a second that were read of it", flood["loud_rate"], "1/s"),
        _plain("... its values left out for newer ones", flood["shed_share"] * 100, "%"),
        _plain("... memory", flood["memory_mb"], "MB"),
        _plain(f"CPU of {total} sources, share of a core", quiet["cpu"] * 100, "%"),
        _plain("... beside the loud one", loud["cpu"] * 100, "%"),
        _plain(f"memory of {total} sources", quiet["memory_mb"], "MB"),
        _plain("... beside the loud one", loud["memory_mb"], "MB"),
    ]


def _measure(loud_rate: int) -> dict[str, float]:
    spawn = multiprocessing.get_context("spawn")
    here, there = multiprocessing.Pipe()
    far = spawn.Process(target=_far_end, args=(there, loud_rate), daemon=True)
    far.start()
    try:
        socket_port, http_port = here.recv()
        with tempfile.TemporaryDirectory() as folder:
            redis = EmbeddedRedis(Path(folder)).start()
            try:
                return asyncio.run(_read_all(redis.url, socket_port, http_port))
            finally:
                redis.stop()
    finally:
        far.terminate()
        far.join()


class TimedLog(RedisLog):
    """Notes how long after its own time each event was stored."""

    measuring = False

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.delays: dict[str, list[float]] = {"others": [], "critical": [], "loud": []}

    async def append(
        self, partition: str, records: Sequence[Record], *, since: str = BEGINNING
    ) -> Appended:
        """Store, then look at the clock."""
        appended = await super().append(partition, records, since=since)
        now = time.time()
        for record in records if self.measuring else ():
            event = codec.decode(record.body)
            who = _who(event)
            if who:
                self.delays[who].append((now - event.timestamp.timestamp()) * 1e3)
        return appended


def _who(event: AnyEvent) -> str:
    """Whose delay it is; nothing for an event whose time is not the far end's."""
    if isinstance(event, SourceStatus) or event.source in {"espn.scoreboard", "quality"}:
        return ""
    if event.source == "loud":
        return "critical" if event.player_id else "loud"
    return "others"


async def _read_all(redis_url: str, socket_port: int, http_port: int) -> dict[str, float]:
    text = HEAD + "".join(
        SOURCE.format(kind=kind, number=n, adapter=ADAPTERS[kind], port=socket_port)
        for kind, count in KINDS.items()
        for n in range(count)
    )
    text += "".join(POLL.format(number=n, port=http_port) for n in range(POLLED))
    sources = parse_sources(text.encode(), "benchmark").ready({})
    process = psutil.Process()
    before = process.memory_info().rss
    log = TimedLog(redis_url)
    plan = LivePlan(contact="https://lateswap.example", sources=sources)
    actor = LiveSourceActor(plan, lambda: log)
    await actor.ask(encode(AskHealth()))
    async with asyncio.timeout(60):
        while any(s.report().state != "connected" for s in actor._sources.values()):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    await asyncio.sleep(WARM_S)
    log.measuring = True
    begun, cpu = time.monotonic(), time.process_time()
    await asyncio.sleep(RUN_S)
    seconds, used = time.monotonic() - begun, time.process_time() - cpu
    log.measuring = False
    memory = process.memory_info().rss - before
    shed = sum(source.report().shed for source in actor._sources.values())
    await actor.stop()
    others, loud = log.delays["others"], log.delays["loud"]
    return {
        "p50": float(np.percentile(others, 50)),
        "p99": float(np.percentile(others, 99)),
        "critical_p99": float(np.percentile(log.delays["critical"] or [0.0], 99)),
        "loud_rate": (len(loud) + shed) / seconds,
        "shed_share": shed / max(1, shed + len(loud)),
        "rate": sum(map(len, log.delays.values())) / seconds,
        "cpu": used / seconds,
        "memory_mb": memory / 2**20,
    }


def _far_end(port_to: Any, loud_rate: int) -> None:
    asyncio.run(_speak(port_to, loud_rate))


async def _speak(port_to: Any, loud_rate: int) -> None:
    async def talk(connection: Any) -> None:
        _, kind, number = connection.request.path.split("/")
        loud = (kind, number) == ("generic", "0")
        rate = loud_rate if loud else RATE
        make = _loud if loud else _MAKERS[kind]
        burst = max(1, rate // 100)
        await asyncio.sleep(random.random() / rate)
        begun, sent = time.time(), 0
        with suppress(ConnectionClosed):
            while True:
                for place in range(sent, sent + burst):
                    await connection.send(make(place, number))
                sent += burst
                await asyncio.sleep(max(0.0, begun + sent / rate - time.time()))

    async with serve(talk, "127.0.0.1", 0, compression=None) as server:
        web = ThreadingHTTPServer(("127.0.0.1", 0), _Scoreboards)
        Thread(target=web.serve_forever, daemon=True).start()
        port_to.send((server.sockets[0].getsockname()[1], web.server_address[1]))
        await asyncio.get_running_loop().create_future()


class _Scoreboards(BaseHTTPRequestHandler):
    """ESPN's recorded scoreboard, a little different each time."""

    def do_GET(self) -> None:
        body = _SCOREBOARD.replace(b'"displayClock":', b'"at": %f, "displayClock":' % time.time())
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


_SCOREBOARD = (FEEDS / "espn" / "scoreboard_nfl_2022w1_live.json").read_bytes()
_BETFAIR = json.loads((FEEDS / "odds" / "betfair_streaming_mcm_update.json").read_bytes())
_POST = next(
    post
    for post in map(
        json.loads, (FEEDS / "news" / "jetstream_v1_golden.jsonl").read_text().splitlines()
    )
    if post.get("commit", {}).get("collection") == "app.bsky.feed.post"
    and post["commit"]["operation"] == "create"
)


def _betfair(place: int, number: str) -> str:
    change = {"id": f"1.{number}", "rc": [{"id": 7, "batb": [[0, 2 + place % 50 / 100, 5.0]]}]}
    return json.dumps({**_BETFAIR, "pt": round(time.time() * 1e3), "mc": [change]})


def _jetstream(place: int, number: str) -> str:
    commit = {**_POST["commit"], "rkey": f"r{number}x{place}"}
    return json.dumps({**_POST, "time_us": round(time.time() * 1e6), "commit": commit})


def _generic(place: int, number: str) -> str:
    return _event("feed", "breaking_news", {"headline": f"{number}/{place}"})


def _loud(place: int, number: str) -> str:
    """Prices of 20 selections, and every hundredth time a status."""
    if place % 100 == 0:
        said = {"status": ("Out", "Active")[place // 4_000 % 2]}
        return _event("loud", "player_injury", said, player_id=f"p{place // 100 % 40}")
    quote = {
        "book": "loud",
        "market": "m",
        "selection": str(place % 20),
        "american": 100 + place % 9,
    }
    return _event("loud", "line_movement", quote, game_id=number)


def _event(source: str, kind: str, data: dict[str, Any], **more: str) -> str:
    at = datetime.now(UTC).isoformat()
    told = {"event_type": kind, "source": source, "timestamp": at, "data": data, **more}
    return json.dumps(told)


_MAKERS = {"betfair": _betfair, "jetstream": _jetstream, "generic": _generic}


def _row(name: str, value: float, limit: float, peer: str = "limit") -> Row:
    return {
        "name": name, "value": value, "unit": "ms", "peer": peer, "peer_value": limit,
        "ratio": value / limit, "aim": "at most 1", "ok": value <= limit,
    }  # fmt: skip


def _plain(name: str, value: float, unit: str) -> Row:
    return {
        "name": name, "value": value, "unit": unit, "peer": "", "peer_value": None,
        "ratio": None, "aim": "shown", "ok": True,
    }  # fmt: skip


if __name__ == "__main__":
    for row in rows():
        print(f"{row['name']}: {row['value']:.2f} {row['unit']}  ok={row['ok']}")
