"""Live sources in the whole running system: real Redis, real Ray, a real far end on loopback."""

from __future__ import annotations

import json
import os
import re
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from zoneinfo import ZoneInfo

import httpx
import pytest
import ray

from actors.naming import NAMESPACE
from actors.naming import SOURCES as SOURCES_ACTOR
from config.secret import token_secret
from config.sources import SourcesError, load_sources
from models.evening import draw_evening, night_files
from models.events import PlayerInjury, SourceReport, SourceStatus, StatusReport
from serve.commands.live_sources import check_sources, connect_sources, reasons_off
from serve.nights import KeptNight, kept_night, latest_folder, live_folder
from serve.tokens import mint

INJURIES = "/apis/site/v2/sports/basketball/nba/injuries"
SOURCES = """
contact = "https://lateswap.example"
[[source]]
name = "espn.nba.injuries"
adapter = "espn.injuries"
sport = "nba"
times = {{ idle = 0.2, day = 0.2, near = 0.2, close = 0.2, last = 0.2, live = 0.2 }}
[[source.connections]]
kind = "polling"
options = {{ url = "http://127.0.0.1:{port}{path}" }}
[[source]]
name = "odds.nba"
adapter = "odds.the_odds_api"
[[source.connections]]
kind = "polling"
options = {{ url = "http://127.0.0.1:{port}/odds", params = {{ apiKey = "${{NOBODY_SET_THIS}}" }} }}
"""


class Espn:
    """An HTTP server that lists injuries as ESPN does."""

    def __init__(self) -> None:
        self.injuries: list[dict] = []
        self.down = False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                body = json.dumps({"injuries": outer.injuries}).encode()
                self.send_response(503 if outer.down else 200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def rules_out(self, name, team, position) -> None:
        athlete = {
            "displayName": name,
            "position": {"abbreviation": position},
            "team": {"abbreviation": team},
            "links": [{"href": "https://www.espn.com/nba/player/_/id/4242/x"}],
        }
        said = {
            "id": "1",
            "status": "Out",
            "date": f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}",
            "athlete": athlete,
            "shortComment": f"{name} has been ruled out.",
        }
        self.injuries = [{"id": "1", "displayName": "Team", "injuries": [said]}]

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def espn():
    server = Espn()
    yield server
    server.close()


def until(check, within):
    """What the check finds, once it finds something."""
    deadline = time.monotonic() + within
    while not (found := check()):
        assert time.monotonic() < deadline, f"nothing within {within} s"
        time.sleep(0.1)
    return found


GAME_TIME = re.compile(rb"\d\d/\d\d/\d{4} \d\d:\d\d[AP]M ET")
CONTEST = "99887766"


def files_of_tonight(seed=41):
    """The site's files of an invented evening, whose games begin in two hours."""
    evening = draw_evening(seed, entries=6)
    begins = (datetime.now(UTC) + timedelta(hours=2)).astimezone(ZoneInfo("America/New_York"))
    text = f"{begins:%m/%d/%Y %I:%M%p} ET".encode()
    files = {name: GAME_TIME.sub(text, body) for name, body in night_files(evening).items()}
    own = str(evening.contest.contest_id).encode()
    return files["DKSalaries.csv"], files["DKEntries.csv"].replace(own, CONTEST.encode())


class Api:
    """An operator's view of the running system."""

    def __init__(self, stack) -> None:
        secret = token_secret(stack.settings).get_secret_value()
        self.http = httpx.Client(
            base_url=f"http://127.0.0.1:{stack.port}",
            headers={"Authorization": f"Bearer {mint('demo', 'operator', secret, 600)}"},
            timeout=30,
        )

    def get(self, path, **params):
        answer = self.http.get(path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path, status=201, **body):
        answer = self.http.post(path, **body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def upload(self, salaries, entries):
        """The user's evening; answers the slate and his first entry's lineup."""
        opened = self.post("/api/v1/slates", files={"salaries": ("DKSalaries.csv", salaries)})
        slate_id = opened["slate_id"]
        self.post("/api/v1/contests", json={"slate_id": slate_id, "contest_id": CONTEST})
        path = f"/api/v1/contests/{CONTEST}"
        self.post(f"{path}/entries", files={"entries": ("DKEntries.csv", entries)})
        board = until(lambda: self.answered(f"{path}/board"), within=60)
        return slate_id, board["entries"][0]["lineup"]

    def answered(self, path):
        """The answer, once the actor is up that gives it."""
        answer = self.http.get(path)
        assert answer.status_code in {200, 503}, answer.text
        return answer.json() if answer.status_code == 200 else None

    def source(self, name="espn.nba.injuries"):
        sources = {s["source_id"]: s for s in self.get("/api/v1/realtime/status")["sources"]}
        return sources.get(name, {})

    def proposals(self, player_id):
        found = self.get("/api/v1/lateswap/recommendations", state="proposed")["recommendations"]
        return [
            move
            for one in found
            for move in one["swap_recommendations"]
            if move["player_out"] == player_id
        ]


@pytest.fixture
def connected(stack, espn, tmp_path):
    """Connects the sources of the test; answers what was said of them. They end with the test."""
    file = tmp_path / "feeds.toml"
    file.write_text(SOURCES.format(port=espn.port, path=INJURIES))

    def connect():
        said: list[str] = []
        connect_sources(stack, KeptNight(live=True, sources=str(file)), said.append)
        return said

    yield connect
    ray.kill(ray.get_actor(SOURCES_ACTOR, NAMESPACE))


@pytest.fixture
def api(stack):
    """The running system as an operator asks it."""
    made = Api(stack)
    yield made
    made.http.close()


@pytest.mark.ray
def test_an_out_on_espns_list_becomes_a_proposal_and_the_status_tells_the_truth(
    stack, espn, connected, api
):
    salaries, entries = files_of_tonight()
    slate_id, lineup = api.upload(salaries, entries)
    said = connected()
    assert said[0] == "1 sources: espn.nba.injuries"
    assert "odds.nba: NOBODY_SET_THIS is not set in the environment" in said[1]
    until(lambda: api.source().get("state") == "connected", within=60)
    assert api.source("odds.nba")["state"] == "off"

    slate = api.get(f"/api/v1/slates/{slate_id}")["players"]
    out = next(p for p in slate.values() if p["player_id"] == lineup[0])
    espn.rules_out(out["name"], out["team"], out["positions"][0])
    path = f"/api/v1/players/{out['player_id']}"
    until(lambda: api.get(path)["players"][0]["designation"] == "OUT", within=60)
    move = until(lambda: api.proposals(out["player_id"]), within=120)[0]  # kernels may compile
    (event_id,) = move["triggering_events"]
    assert event_id.startswith(f"quality:{out['player_id']}:OUT:0.95:")  # nobody confirmed it
    assert api.get(path)["data_quality"]["confidence"] == pytest.approx(0.95)

    status = api.source()
    assert (status["transport"], status["breaker"], status["stale"]) == ("polling", "closed", False)
    espn.down = True
    until(lambda: api.source()["state"] == "disconnected", within=60)
    assert "503" in api.source()["note"]
    breakers = "/api/v1/circuit-breakers"
    opened = api.post(f"{breakers}/espn.nba.injuries/open", status=200)
    assert opened["breaker"] == "open"
    until(lambda: api.source()["breaker"] == "open", within=20)
    espn.down = False
    api.post(f"{breakers}/espn.nba.injuries/close", status=200)
    until(lambda: api.source()["state"] == "connected", within=60)
    listed = {b["source_id"]: b for b in api.get(breakers)["circuit_breakers"]}
    assert listed["espn.nba.injuries"]["breaker"] == "closed"
    api.post(f"{breakers}/nobody/open", status=404)

    kill_process(SOURCES_ACTOR)  # it is started again, and resumes without saying anything twice
    before = [e["offset"] for e in said_of(api, out["player_id"])]
    deadline = time.monotonic() + 60
    heard = api.source()["reported_at"]
    while api.source()["reported_at"] == heard or api.source()["state"] != "connected":
        assert time.monotonic() < deadline
        stack.keep_sources()
        time.sleep(0.1)
    time.sleep(1.0)
    assert [e["offset"] for e in said_of(api, out["player_id"])] == before


def said_of(api, player_id):
    return api.get("/api/v1/realtime/events", player=player_id, type="player_injury")["events"]


def kill_process(name):
    """``kill -9`` the process behind an actor."""
    handle = ray.get_actor(name, NAMESPACE)
    pid = ray.get(handle.__ray_call__.remote(lambda _: os.getpid()), timeout=60)
    os.kill(pid, signal.SIGKILL)


def test_sources_of_a_file_that_cannot_be_used_are_refused_by_name(tmp_path):
    file = tmp_path / "feeds.toml"
    text = SOURCES.format(port=1, path="/").replace('"espn.injuries"', '"crystal.ball"')
    file.write_text(text)
    with pytest.raises(SourcesError, match=r"'espn\.nba\.injuries': there is no adapter crystal"):
        check_sources(file)


def test_each_source_that_is_off_has_its_reason():
    shipped = load_sources()
    off = reasons_off(shipped, {})
    assert off["odds.the_odds_api.nba"] == "ODDS_API_KEY is not set in the environment"
    assert off["nba.boxscore"] == "opened for each game that is followed: game_id"
    assert "news.jetstream" in {source.name for source in shipped.ready({})}
    assert off["draftkings.draftables"].startswith("Off: ")
    assert set(off) | {s.name for s in shipped.ready({})} == {s.name for s in shipped.source}


def test_live_nights_share_a_folder_so_that_budgets_and_cursors_go_on(tmp_path):
    first = live_folder(tmp_path, KeptNight(live=True, sources="a.toml"))
    again = live_folder(tmp_path, KeptNight(live=True, sources="b.toml"))
    assert first == again
    assert latest_folder(tmp_path) == first.resolve()
    assert kept_night(first).sources == "b.toml"


async def test_reports_that_nobody_could_place_are_listed_with_whom_they_may_mean(house):
    now = datetime.now(UTC)
    why = {"s1": {"reason": "the name is known", "candidates": {"100": "LeBron James"}}}

    def told(event_id, player_id, **extra):
        return PlayerInjury(
            event_id=event_id, source="x", timestamp=now, received_at=now, player_id=player_id,
            data=StatusReport(status="Out", extra=extra),
        )  # fmt: skip

    await house.tell(
        told("1", "x:1", unresolved=why), told("2", "x:1", unresolved=why), told("3", "x:2")
    )
    answer = await house.client().get("/api/v1/realtime/review")
    (waiting,) = answer["waiting"]
    assert waiting["slates"] == why
    assert waiting["event"]["event_id"] == "2"
    assert answer["cursor"] == ""


async def test_a_question_of_identity_is_answered_once_per_slate_by_an_operator(night):
    now = datetime.now(UTC)
    slate = night.night.opening[0].data.slate
    row = slate.players[0].player_id
    why = {
        name: {"reason": "the name is known", "candidates": {row: "him"}}
        for name in (slate.slate_id, "another")
    }
    told = PlayerInjury(
        event_id="asked", source="x", timestamp=now, received_at=now, player_id="x:1",
        data=StatusReport(status="Out", extra={"unresolved": why}),
    )  # fmt: skip
    await night.tell(told)
    operator, user = night.client(), night.client("u", "user")
    answer = {"slate_id": slate.slate_id, "known_as": "x:1", "player_id": row}
    review = "/api/v1/realtime/review"
    await user.post(review, answer, status=403)
    for wrong, status in (
        ({"slate_id": "nowhere"}, 404),
        ({"known_as": ""}, 422),
        ({"player_id": "nobody"}, 422),
        ({"player_id": ""}, 422),
        ({"reject": True}, 422),
        ({"colour": 1}, 422),
    ):
        await operator.post(review, answer | wrong, status=status)
    assert (await operator.post(review, answer, status=201))["event_id"]
    (waiting,) = (await operator.get(review))["waiting"]
    assert list(waiting["slates"]) == ["another"]
    reject = {"slate_id": slate.slate_id, "known_as": "x:2", "reject": True}
    await operator.post(review, reject, status=201)


async def test_a_live_source_that_no_longer_reports_is_stale_and_one_that_is_off_is_not(house):
    long_ago = datetime.now(UTC) - timedelta(minutes=5)

    def told(name, state, at):
        report = SourceReport(state=state, last_heartbeat=at)
        return SourceStatus(
            event_id=f"{name}:{at}", source=name, timestamp=at, received_at=at, data=report
        )

    await house.tell(
        told("silent", "connected", long_ago),
        told("well", "connected", datetime.now(UTC)),
        told("off", "off", long_ago),
    )
    sources = (await house.client().get("/api/v1/realtime/status"))["sources"]
    assert {s["source_id"]: s["stale"] for s in sources} == {
        "silent": True,
        "well": False,
        "off": False,
    }
