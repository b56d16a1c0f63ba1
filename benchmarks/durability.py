"""Durable ingest end to end, folds per core, and coming back to a million events.

Ingest takes events as they are handed in (JSON), validates them, gives them to the log with every
write synced (``appendfsync always``) and counts what a reader gets; the peer is a bare pipelined
XADD of the same bodies on the same server. Folds are held against a plain loop that only decodes
the events and keeps each player's points in a dict.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from redis.asyncio import Redis

from actors.log.embedded import EmbeddedRedis
from actors.log.offsets import BEGINNING
from actors.log.port import Record, Saved
from actors.log.redis import LogOptions, RedisLog
from actors.slate import SlateActor
from config.rules import with_rules
from models import codec
from models.evening import generate
from models.events import AnyEvent, LivePoints, LiveScore
from models.folds.slate import SlateState
from models.ingest import Arrival, admit, parse
from models.messages import AskHealth, Health, decode_answer, encode
from models.snapshots import pack

INGESTED = 100_000
PER_CALL = 100
IN_FLIGHT = 16
FOLDED = 60_000
MILLION = 1_000_000
TAIL = 50_000
"""Events after the snapshot: what 25 snapshots' worth would leave if none could be written."""
AIM_PER_S = 15_000
AIM_RECOVERY_S = 10.0
OPTIONS = LogOptions(prefix="bench", deadline_s=30, reply_timeout_s=30)

Row = dict[str, Any]


def rows() -> list[Row]:
    """Measure everything once."""
    with tempfile.TemporaryDirectory() as folder:
        with EmbeddedRedis(Path(folder) / "always", fsync="always") as server:
            ingest = asyncio.run(_ingest(server.url))
        with EmbeddedRedis(Path(folder) / "million") as server:
            recovery = asyncio.run(_recovery(server.url))
    return [ingest, _folds(), recovery]


def _payloads() -> list[bytes]:
    """Bodies of ingest requests, each a list of events."""
    numbers = itertools.count()
    return [
        msgspec.json.encode(
            [
                {
                    "event_id": f"e{(n := next(numbers))}",
                    "event_type": "player_injury",
                    "source": "bench",
                    "player_id": n % 400,
                    "timestamp": "2026-01-17T00:00:00Z",
                    "data": {"status": "QUESTIONABLE", "headline": "listed with a sore knee"},
                }
                for _ in range(PER_CALL)
            ]
        )
        for _ in range(INGESTED // PER_CALL)
    ]


async def _ingest(url: str) -> Row:
    payloads = _payloads()
    log = RedisLog(url, OPTIONS)
    now = datetime.now(UTC)

    arrival = Arrival(now, lambda: "", trusted=True)

    async def take(body: bytes) -> None:
        events = [admit(payload, arrival) for payload in parse(body)]
        await log.append("slate", [Record(e.event_id, codec.encode(e)) for e in events])

    begun = time.perf_counter()
    reading = asyncio.create_task(_read(log, INGESTED))
    await _in_flight(take, payloads)
    await reading
    ours = INGESTED / (time.perf_counter() - begun)
    bare = await _bare(url, [codec.encode(admit(p, arrival)) for b in payloads for p in parse(b)])
    await log.close()
    return _row(
        "durable ingest end to end (validated, fsync always)",
        (ours, "events/s"),
        ("pipelined XADD", bare),
        ours / bare,
        (f"at least {AIM_PER_S:,}/s", ours >= AIM_PER_S),
    )


async def _in_flight(take: Any, payloads: list[bytes]) -> None:
    """As many callers as wait at the same time, each with its share."""

    async def caller(mine: list[bytes]) -> None:
        for body in mine:
            await take(body)

    await asyncio.gather(*(caller(payloads[n::IN_FLIGHT]) for n in range(IN_FLIGHT)))


async def _read(log: RedisLog, count: int) -> None:
    after = BEGINNING
    while count > 0:
        events = await log.read(after, block_ms=20_000)
        count -= len(events)
        after = events[-1].offset


async def _bare(url: str, bodies: list[bytes]) -> float:
    """Entries of one event each, a hundred per round trip."""
    client = Redis.from_url(url, protocol=2)
    begun = time.perf_counter()
    for start in range(0, len(bodies), PER_CALL):
        pipeline = client.pipeline(transaction=False)
        for body in bodies[start : start + PER_CALL]:
            pipeline.xadd("bare", {"event": body})
        await pipeline.execute()
    took = time.perf_counter() - begun
    await client.aclose()
    return len(bodies) / took


def _night() -> tuple[SlateState, list[AnyEvent]]:
    """A slate, and scores of its players without end."""
    opening = with_rules(generate(1, entries=1).opening[0])
    state = SlateState.opened(opening)  # type: ignore[arg-type]
    players = [player.player_id for player in state.slate.players]
    scores: list[AnyEvent] = [
        LiveScore(
            event_id=f"s{n}",
            source="bench",
            timestamp=opening.timestamp,
            received_at=opening.received_at,
            slate_id=state.slate.slate_id,
            player_id=players[n % len(players)],
            data=LivePoints(points=n / 100),
        )
        for n in range(FOLDED)
    ]
    return state, [opening, *scores]


def _folds() -> Row:
    state, events = _night()
    bodies = [codec.encode(event) for event in events[1:]]
    begun = time.perf_counter()
    for body in bodies:
        state = state.updated(codec.decode(body))
    ours = len(bodies) / (time.perf_counter() - begun)
    begun = time.perf_counter()
    points: dict[str, float] = {}
    for body in bodies:
        event = codec.decode(body)
        if isinstance(event, LiveScore) and isinstance(event.data.points, float):
            points[event.player_id] = event.data.points
    plain = len(bodies) / (time.perf_counter() - begun)
    assert points == state.points
    return _row(
        "folds of a slate, one core",
        (ours, "events/s"),
        ("plain loop", plain),
        ours / plain,
        ("", True),
    )


async def _recovery(url: str) -> Row:
    """An actor of a slate with a million events: from its snapshot, and the tail after it."""
    state, events = _night()
    slate_id = state.slate.slate_id
    log = RedisLog(url, OPTIONS)
    await log.append(slate_id, [Record(events[0].event_id, codec.encode(events[0]))])
    bodies = [codec.encode(event) for event in events[1:]]
    saved_at = ""
    for start in range(1, MILLION, 1000):
        batch = [Record(f"m{n}", bodies[n % len(bodies)]) for n in range(start, start + 1000)]
        offset = (await log.append(slate_id, batch)).offsets[-1]
        for n in range(start, start + 1000):
            if start <= MILLION - TAIL and n % 50 == 0:
                state = state.updated(events[1 + n % len(bodies)])
        saved_at = offset if start <= MILLION - TAIL else saved_at
    whole = await _ready_s(slate_id, url)
    await log.save(f"slate:{slate_id}", Saved(saved_at, (slate_id,), pack("slate", state)))
    took = await _ready_s(slate_id, url)
    await log.close()
    return _row(
        f"an actor back at event {MILLION:,}: snapshot + {TAIL:,}",
        (took, "s"),
        ("whole log", whole),
        took / whole,
        (f"at most {AIM_RECOVERY_S:g} s", took <= AIM_RECOVERY_S),
    )


async def _ready_s(slate_id: str, url: str) -> float:
    """Seconds until a new actor has folded everything."""
    actor = SlateActor(slate_id, lambda: RedisLog(url, OPTIONS))
    begun = time.perf_counter()
    health = decode_answer(await actor.ask(encode(AskHealth())))
    took = time.perf_counter() - begun
    assert isinstance(health, Health)
    assert health.ready
    await actor.stop()
    await _forget(slate_id, url)
    return took


async def _forget(slate_id: str, url: str) -> None:
    log = RedisLog(url, OPTIONS)
    await log.forget(f"slate:{slate_id}")
    await log.close()


def _row(
    name: str,
    value: tuple[float, str],
    peer: tuple[str, float],
    ratio: float,
    aim: tuple[str, bool],
) -> Row:
    return {
        "name": f"durability: {name}",
        "value": value[0],
        "unit": value[1],
        "peer": peer[0],
        "peer_value": peer[1],
        "ratio": ratio,
        "aim": aim[0],
        "ok": aim[1],
    }


if __name__ == "__main__":
    for row in rows():
        print(row)
