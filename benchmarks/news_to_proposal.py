"""From an OUT event handed in over HTTP to the proposal on an open WebSocket, stage by stage.

The whole system runs: embedded Redis, Ray, the actors, Ray Serve. 150 entries of an invented
slate are followed; 500 times a player they hold is ruled out (and put back), and the client's
clock is read when the event, the slate's change and the first proposal arrive. The peer is a bare
HTTP round trip to the same server in the same run. Then the same in a contest of 100,000 whose
prizes are known, up to the first proposal with its figures in dollars.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, Self

import aiohttp
import numpy as np

from actors.log.ports import free_port
from config.secret import token_secret
from config.settings import load
from models.contest import Contest
from models.evening import draw_evening, night_files
from models.files import read_entries
from serve.stack import Stack
from serve.tokens import mint

EVENTS = 500
PRICED_EVENTS = 60
FIELD = 100_000
WARM_UP = 20
ENTRIES = 150
USER = "bench"
P50_AIM_MS = 10.0
P99_AIM_MS = 50.0
PRICED_AIM_MS = 200.0


class Stages(NamedTuple):
    """Milliseconds since the event was sent, as its author sees them."""

    answered: float
    """The POST was answered: the event is durable."""
    event: float
    """The event itself arrived on the WebSocket."""
    change: float
    """The slate's change arrived."""
    proposal: float
    """The first proposal arrived."""
    priced: float = float("nan")
    """The first proposal with its figures in dollars arrived."""


class Client:
    """One user: an HTTP session and one WebSocket that hears everything."""

    def __init__(self, base: str, token: str) -> None:
        self.base = base
        self.headers = {"Authorization": f"Bearer {token}"}
        self.token = token
        self.http: aiohttp.ClientSession
        self.ws: aiohttp.ClientWebSocketResponse

    async def __aenter__(self) -> Self:
        self.http = aiohttp.ClientSession(self.base, headers=self.headers)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.close()

    async def upload(self, files: dict[str, bytes], contest: Contest | None) -> str:
        """Hand in slate, contest (with its prizes, if given) and entries; the contest's id."""
        slate = await self.post("/api/v1/slates", data=files["DKSalaries.csv"])
        first = read_entries(files["DKEntries.csv"], "DKEntries.csv").entries[0]
        contest_id = first.contest_id
        body: dict[str, Any] = {
            "contest_id": contest_id,
            "slate_id": slate["slate_id"],
            "name": first.contest_name,
        }
        if contest is not None:
            prizes = [[p.first, p.last, p.amount] for p in contest.prizes]
            fee = contest.entry_fee
            body |= {"prizes": prizes, "field_size": contest.field_size, "entry_fee": fee}
        await self.post("/api/v1/contests", json=body)
        await self.post(f"/api/v1/contests/{contest_id}/entries", data=files["DKEntries.csv"])
        return contest_id

    async def post(self, path: str, **body: Any) -> Any:
        async with self.http.post(path, **body) as answer:
            if answer.status >= 400:
                raise RuntimeError(f"{path}: {answer.status} {await answer.text()}")
            return await answer.json()

    async def get(self, path: str) -> Any:
        async with self.http.get(path) as answer:
            return await answer.json()

    async def listen(self) -> None:
        """Open the stream."""
        self.ws = await self.http.ws_connect(f"/ws/realtime/{USER}")
        await self.ws.send_json({"type": "authenticate", "token": self.token})
        types = ["player_injury", "player_active", "slate_changed", "late_swap"]
        await self.ws.send_json({"type": "subscribe", "data_types": types})
        while (await self.ws.receive_json()).get("type") != "subscription_confirmed":
            pass

    async def until(self, kind: str, event_id: str = "") -> tuple[float, dict[str, Any]]:
        """When the next frame of a type (and of an event) arrives."""
        while True:
            frame = await self.ws.receive_json(timeout=10)
            if frame.get("type") == kind and event_id in {"", frame["data"]["event_id"]}:
                return time.perf_counter(), frame["data"]


async def measure(
    base: str, token: str, events: int = EVENTS, *, priced: bool = False
) -> tuple[list[Stages], list[float]]:
    """Stage times of every OUT event, and bare round trips to the same server."""
    lock = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(hours=3)
    field, seed = (FIELD, 8) if priced else (2 * ENTRIES, 7)
    evening = draw_evening(seed, entries=ENTRIES, field=field, first_lock=lock)
    async with Client(base, token) as client:
        contest_id = await client.upload(night_files(evening), evening.contest if priced else None)
        held = await _held_players(client, contest_id)
        await client.listen()
        stages = []
        bare = []
        for number in range(WARM_UP + events):
            player = held[number % len(held)]
            stages.append(await _rule_out(client, player, number, priced=priced))
            began = time.perf_counter()
            await client.get("/health/live")
            bare.append((time.perf_counter() - began) * 1e3)
    return stages[WARM_UP:], bare[WARM_UP:]


async def _held_players(client: Client, contest_id: str) -> list[str]:
    """Players that the entries hold, the most held first; waits until the actors are up."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        board = await client.get(f"/api/v1/contests/{contest_id}/board?limit=1000")
        if board.get("entries"):
            count = Counter(p for entry in board["entries"] for p in entry["lineup"] if p)
            return [player for player, _ in count.most_common(40)]
        await asyncio.sleep(0.2)
    raise TimeoutError(f"the entries of contest {contest_id} did not appear: {board}")


async def _rule_out(client: Client, player_id: str, number: int, *, priced: bool) -> Stages:
    """One player out, timed; then back, and wait until his proposals are withdrawn."""
    event_id = f"bench-{time.time_ns()}-{number}"
    body = {
        "event_id": event_id,
        "event_type": "player_injury",
        "source": "bench",
        "player_id": player_id,
        "data": {"status": "OUT"},
    }
    began = time.perf_counter()
    answered = asyncio.create_task(_timed_post(client, body))
    event, _ = await client.until("player_injury", event_id)
    change, _ = await client.until("slate_changed")
    proposal, _ = await client.until("late_swap")
    stages = Stages(*((t - began) * 1e3 for t in (await answered, event, change, proposal)))
    if priced:
        while not (await client.until("late_swap"))[1]["data"].get("money"):
            pass
        stages = stages._replace(priced=(time.perf_counter() - began) * 1e3)
    back = {**body, "event_id": f"{event_id}-back", "event_type": "player_active", "data": {}}
    await client.post("/api/v1/realtime/events", json=back)
    while (await client.until("late_swap"))[1]["data"]["state"] != "withdrawn":
        pass
    await _drain(client)
    return stages


async def _timed_post(client: Client, body: dict[str, Any]) -> float:
    await client.post("/api/v1/realtime/events", json=body)
    return time.perf_counter()


async def _drain(client: Client) -> None:
    """Take what is left of a burst: the stream is idle for 20 ms."""
    while True:
        try:
            await client.ws.receive(timeout=0.02)
        except TimeoutError:
            return


Measured = tuple[list[Stages], list[float]]


def run() -> tuple[Measured, Measured]:
    """Start everything in a folder of its own, measure, end everything."""
    with tempfile.TemporaryDirectory(prefix="lateswap-bench-") as folder:
        settings = load({"state_dir": Path(folder), "port": free_port()}).settings
        secret = token_secret(settings).get_secret_value()
        token = mint(USER, "operator", secret, 3600)
        with Stack(settings, Path(folder), lambda text: print(text, file=sys.stderr)):
            base = f"http://127.0.0.1:{settings.port}"
            by_points = asyncio.run(measure(base, token))
            by_money = asyncio.run(measure(base, token, PRICED_EVENTS, priced=True))
            return by_points, by_money


def rows() -> Iterable[dict[str, Any]]:
    """One row per stage and percentile; the peer is the bare round trip's same percentile."""
    by_points, by_money = run()
    aims = {("proposal", 50): P50_AIM_MS, ("proposal", 99): P99_AIM_MS}
    for name in Stages._fields[:-1]:
        yield from _rows(name, by_points, aims)
    yield from _rows("proposal", by_money, {})
    yield from _rows("priced", by_money, {("priced", 50): PRICED_AIM_MS})


def _rows(
    name: str, measured: Measured, aims: dict[tuple[str, int], float]
) -> Iterable[dict[str, Any]]:
    stages, bare = measured
    values = [getattr(stage, name) for stage in stages]
    where = "" if np.isnan(stages[0].priced) else " (prizes known)"
    for percent in (50, 99):
        value, peer = float(np.percentile(values, percent)), float(np.percentile(bare, percent))
        aim = aims.get((name, percent))
        yield {
            "name": f"OUT event -> {name}{where}, p{percent} of {len(values)}",
            "value": value,
            "unit": "ms",
            "peer": "bare HTTP",
            "peer_value": peer,
            "ratio": value / peer,
            "aim": f"<= {aim:g} ms" if aim else None,
            "ok": value <= aim if aim else None,
        }


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(row))
