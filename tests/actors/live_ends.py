"""A live source in this process: its log as a client reads it, and slates that are opened."""
# ruff: noqa: ASYNC110  # states are looked at as an operator would: again and again

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from aiohttp import web

from actors.live_plan import LivePlan
from actors.live_source import LiveSourceActor
from actors.log.memory import MemoryLog
from actors.log.offsets import BEGINNING
from actors.log.port import SYSTEM, Record
from config.rules import load_rules
from config.sources import parse_sources
from models import codec
from models.events import (
    PlayerActive,
    PlayerInjury,
    SlateOpened,
    SlateOpening,
    SourceStatus,
)
from models.messages import AskHealth, encode
from models.quality.held import GATE
from models.slate import Game, Player, Slate

WITHIN_S = 60.0
"""The limit of a hang; how fast connections change is measured in benchmarks/feeds_promises.py."""


class SharedLog(MemoryLog):
    """Stays open when one of those who share it closes it, as a Redis does."""

    async def close(self) -> None:
        pass


def plan_of(text, at, **more) -> LivePlan:
    sources = parse_sources(text.format(at=at).encode(), "test")
    return LivePlan(
        contact=sources.contact, sources=sources.ready({}), patterns=sources.patterns({}), **more
    )


class Watched:
    """The log as a client reads it."""

    def __init__(self, log) -> None:
        self.log = log

    async def events(self, *partitions):
        found, after = [], BEGINNING
        while logged := await self.log.read(after, partitions or None):
            found += [codec.decode(record.body) for record in logged]
            after = logged[-1].offset
        return found

    async def states(self):
        """What was published of the source, in order."""
        found = [e.data for e in await self.events(SYSTEM) if isinstance(e, SourceStatus)]
        return [(report.state, report.transport) for report in found]

    async def until(self, check, within=WITHIN_S):
        async with asyncio.timeout(within):
            while not (found := await check()):
                await asyncio.sleep(0.01)
        return found

    async def until_state(self, state, transport):
        async def newest():
            states = await self.states()
            return bool(states) and states[-1] == (state, transport)

        await self.until(newest)


@asynccontextmanager
async def running(plan, log):
    actor = LiveSourceActor(plan, lambda: log)
    try:
        await actor.ask(encode(AskHealth()))
        yield actor
    finally:
        await actor.stop()


async def open_slate(log, slate):
    now = datetime.now(UTC)
    opening = SlateOpening(
        slate=slate,
        projections={p.player_id: 40.0 for p in slate.players},
        projection_basis="test",
        rules=load_rules(slate.rules_key),
    )
    event = SlateOpened(
        event_id=f"open:{slate.slate_id}", source="test", timestamp=now, received_at=now,
        slate_id=slate.slate_id, sport="nba", data=opening,
    )  # fmt: skip
    await log.append(slate.slate_id, [Record(event.event_id, codec.encode(event))])


def statuses(events):
    """What sources said of players; what the gate makes of it is told beside."""
    return [
        (e.player_id, e.data.status)
        for e in events
        if isinstance(e, PlayerInjury | PlayerActive) and e.source != GATE
    ]


ONE_POLL = """
contact = "https://lateswap.example"
[[source]]
name = "espn.nba.injuries"
adapter = "espn.injuries"
sport = "nba"
times = {{ idle = 0.1, day = 0.1, near = 0.1, close = 0.1, last = 0.1, live = 0.1 }}
[[source.connections]]
kind = "polling"
options = {{ url = "http://{at}/apis/site/v2/sports/basketball/nba/injuries" }}
"""


class Injuries:
    """A list of injuries in ESPN's shape, polled; no time of its own where none is given."""

    def __init__(self) -> None:
        self.rows: list[dict] = []
        self.pool: list[dict] = []
        """Of a site, at ``/draftables``."""

    def say(self, name, word, *, team="Los Angeles Lakers", position="F", id_="1966", date=None):
        link = f"https://www.espn.com/nba/player/_/id/{id_}/x"
        athlete = {
            "displayName": name,
            "position": {"abbreviation": position},
            "links": [{"href": link}],
        }
        row = {"id": f"9{id_}", "status": word, "athlete": athlete, "shortComment": "He said so."}
        if date:
            row["date"] = date
        self.rows = [r for r in self.rows if r["row"]["athlete"] != athlete]
        self.rows.append({"team": team, "row": row})

    def body(self):
        teams = {r["team"] for r in self.rows}
        return {
            "injuries": [
                {
                    "id": "13",
                    "displayName": team,
                    "injuries": [r["row"] for r in self.rows if r["team"] == team],
                }
                for team in sorted(teams)
            ]
        }

    async def _draftables(self, _):
        return web.json_response({"draftables": self.pool})

    async def start(self):
        async def answer(_):
            return web.json_response(self.body())

        app = web.Application()
        app.add_routes(
            [
                web.get("/apis/site/v2/sports/basketball/nba/injuries", answer),
                web.get("/draftables", self._draftables),
            ]
        )
        self.runner = web.AppRunner(app, shutdown_timeout=0.05)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self.at = f"127.0.0.1:{site._server.sockets[0].getsockname()[1]}"


def a_slate(name="s1", first=100):
    start = datetime.now(UTC) + timedelta(hours=2)
    game = Game(game_id="LAL@DEN", away="LAL", home="DEN", start=start)
    rows = [("LeBron James", "LAL", ("SF",)), ("Nikola Jokic", "DEN", ("C",))]
    players = tuple(
        Player(
            player_id=str(first + n), name=who, team=team, game_id="LAL@DEN", positions=places,
            roster_slots=places, salary=9000, average_points=40.0,
        )
        for n, (who, team, places) in enumerate(rows)
    )  # fmt: skip
    return Slate(
        slate_id=name, site="draftkings", sport="nba", game_type="classic",
        players=players, games=(game,),
    )  # fmt: skip
