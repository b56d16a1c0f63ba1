"""Addresses of games: opened when a game is known, closed when it is over, read into its slate."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from live_ends import SharedLog, Watched, open_slate, plan_of, running

from actors import live_source
from actors.log.port import SYSTEM, Record
from models import codec
from models.events import (
    GameFinal,
    GameReport,
    LiveScore,
    SourceStatus,
    WeatherChange,
)
from models.slate import Game, Player, Slate

PK = "744914"
PATTERNS = """
contact = "https://lateswap.example"
[[source]]
name = "mlb.schedule"
adapter = "mlb.schedule"
sport = "mlb"
times = {{ idle = 0.2, day = 0.2, near = 0.2, close = 0.2, last = 0.2, live = 0.2 }}
[[source.connections]]
kind = "polling"
options = {{ url = "http://{at}/schedule" }}
[[source]]
name = "mlb.live"
adapter = "mlb.feed_live"
sport = "mlb"
times = {{ idle = 0.2, day = 0.2, near = 0.2, close = 0.2, last = 0.2, live = 0.2 }}
[[source.connections]]
kind = "polling"
options = {{ url = "http://{at}/game/{{game_pk}}/feed/live" }}
[[source]]
name = "weather.open_meteo"
adapter = "weather.open_meteo"
times = {{ idle = 0.2, day = 0.2, near = 0.2, close = 0.2, last = 0.2, live = 0.2 }}
[[source.connections]]
kind = "polling"
options = {{ url = "http://{at}/forecast", params = {{ latitude = "{{latitude}}", longitude = "{{longitude}}" }} }}
[[source]]
name = "wrong"
adapter = "generic.json"
[[source.connections]]
kind = "polling"
options = {{ url = "http://{at}/{{date}}", colour = "red" }}
"""
SOON_S = 60.0


class League:
    """Recorded answers of MLB and Open-Meteo, moved to a game that begins soon."""

    def __init__(self, shared, start) -> None:
        feeds = shared / "feeds"
        date = f"{start:%Y-%m-%dT%H:%M:%SZ}".encode()
        schedule = (feeds / "mlb/schedule_hydrated_team.json").read_bytes()
        self.schedule = re.sub(rb'"gameDate"\s*:\s*"[^"]+"', b'"gameDate": "%s"' % date, schedule)
        self.live = (feeds / "mlb/feed_live_744914_final.json").read_bytes()
        self.live = self.live.replace(b"2024-07-01T19:07:00Z", date)
        hours = json.loads(
            (feeds / "weather/open_meteo_forecast_toronto_local_20260304.json").read_bytes()
        )
        self.weather = json.dumps(hours).encode()
        self.asked: list[str] = []

    async def start(self) -> None:
        async def answer(request):
            self.asked.append(request.path_qs)
            body = {"/schedule": self.schedule, "/forecast": self.weather}.get(request.path)
            if body is None and request.path == f"/game/{PK}/feed/live":
                body = self.live
            if body is None:
                raise web.HTTPNotFound
            return web.Response(body=body, content_type="application/json")

        app = web.Application()
        app.router.add_get("/{path:.*}", answer)
        self.runner = web.AppRunner(app, shutdown_timeout=0.05)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        self.at = f"127.0.0.1:{site._server.sockets[0].getsockname()[1]}"


def slate(name, start):
    game = Game(game_id="HOU@TOR", away="HOU", home="TOR", start=start)
    who = Player(
        player_id="9", name="Vladimir Guerrero Jr.", team="TOR", game_id="HOU@TOR",
        positions=("1B",), roster_slots=("1B",), salary=5000,
    )  # fmt: skip
    return Slate(
        slate_id=name, site="draftkings", sport="mlb", game_type="classic", players=(who,),
        games=(game,),
    )  # fmt: skip


@pytest.fixture
async def league(shared):
    league = League(shared, datetime.now(UTC) + timedelta(minutes=50))
    await league.start()
    yield league
    await league.runner.cleanup()


@pytest.fixture(autouse=True)
def _often(monkeypatch):
    monkeypatch.setattr(live_source, "HEARTBEAT_S", 0.3)


def states(events):
    """The newest state of each source."""
    return {e.source: e.data for e in events if isinstance(e, SourceStatus)}


async def test_a_games_addresses_are_opened_read_into_its_slate_and_closed_when_it_is_over(league):
    log = SharedLog()
    watched = Watched(log)
    start = datetime.now(UTC) + timedelta(minutes=50)
    place = "weather.open_meteo:43.6414:-79.3894"
    async with running(plan_of(PATTERNS, league.at), log):
        await open_slate(log, slate("s1", start))

        async def opened():
            now = states(await watched.events(SYSTEM))
            return {f"mlb.live:{PK}", place} <= {
                n for n, s in now.items() if s.state == "connected"
            }

        await watched.until(opened, SOON_S)

        async def told():
            kinds = {(type(e), e.source) for e in await watched.events("s1")}
            return {(LiveScore, "mlb.feed_live"), (WeatherChange, "weather.open_meteo")} <= kinds

        await watched.until(told, SOON_S)
        weather = [e for e in await watched.events("s1") if isinstance(e, WeatherChange)]
        assert {e.game_id for e in weather} == {"HOU@TOR"}
        assert any("latitude=43.6414&longitude=-79.3894" in path for path in league.asked)

        await open_slate(log, slate("s2", start))  # nothing new is forecast, and yet it is told

        async def told_there():
            return any(isinstance(e, WeatherChange) for e in await watched.events("s2"))

        await watched.until(told_there, SOON_S)
        now = datetime.now(UTC) - timedelta(hours=1)
        for name in ("s1", "s2"):
            over = GameFinal(
                event_id=f"over:{name}", source="test", timestamp=now, received_at=now,
                slate_id=name, game_id="HOU@TOR", sport="mlb", data=GameReport(),
            )  # fmt: skip
            await log.append(name, [Record(over.event_id, codec.encode(over))])

        async def closed():
            now = states(await watched.events(SYSTEM))
            return all(now[name].gone for name in (f"mlb.live:{PK}", place))

        await watched.until(closed, SOON_S)
    assert "colour" in states(await watched.events(SYSTEM))["wrong"].note
    ids = [e.event_id for e in await watched.events("s1", "s2")]
    assert len(ids) == len(set(ids))
