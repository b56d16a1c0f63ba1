"""Every path and method of the OpenAPI document, asked of the whole running system.

Real Redis, Ray, actors, Ray Serve with its proxy; a real source on loopback. The cases run in their
order over one invented evening. An operation without a case fails the first test.
"""

from __future__ import annotations

import json
import secrets
from functools import cache
from pathlib import Path

import httpx
import pytest
import ray
from jsonschema import Draft202012Validator

from actors.naming import NAMESPACE
from actors.naming import SOURCES as SOURCES_ACTOR
from config.secret import token_secret
from models.files import read_entries
from serve.commands.live_sources import connect_sources
from serve.nights import KeptNight
from serve.tokens import mint
from tests.actors.backtest.conftest import GeneratedNight
from tests.serve.test_live_sources import CONTEST as OF_OTHERS
from tests.serve.test_live_sources import INJURIES, SOURCES, Api, Espn, files_of_tonight, until

pytestmark = pytest.mark.ray

DOCUMENT = json.loads((Path(__file__).resolve().parents[2] / "docs" / "openapi.json").read_text())
CONTEST = "55443322"
USER = "walker"
GAME = "walked-game"
SOURCE = "espn.nba.injuries"
CASES = {}
"""What to ask, by operation, in order."""


def case(operation, status=200):
    def kept(ask):
        CASES[operation] = (ask, status)
        return ask

    return kept


class Walk:
    """An evening of one user on the running system, as far as the cases have come."""

    def __init__(self, stack):
        self.stack = stack
        self.api = Api(stack)
        self.http = self.api.http
        self.secret = token_secret(stack.settings).get_secret_value()
        self.salaries, entries = files_of_tonight(seed=77)
        self.entries = entries.replace(OF_OTHERS.encode(), CONTEST.encode())
        self.lineups = {
            row.entry_id: row.lineup
            for row in read_entries(self.entries, "f").entries
            if row.entry_id
        }
        self.mine = self.of(USER, "user")
        self.slate = self.rule = self.subscription = self.backtest = ""

    def of(self, user, role):
        """Another bearer's client."""
        token = mint(user, role, self.secret, 600)
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=self.http.base_url, headers=headers, timeout=30)

    def held(self, number=0):
        """Who is in most lineups: somebody to be ruled out."""
        players = [player for lineup in self.lineups.values() for player in lineup]
        return sorted(set(players), key=lambda p: (-players.count(p), p))[number]

    def event(self, **event):
        return self.http.post("/api/v1/realtime/events", json={"source": "walk", **event})

    def proposals(self, state="proposed"):
        """Proposals in a state, once there is one."""

        def found():
            answer = self.mine.get("/api/v1/lateswap/recommendations", params={"state": state})
            return answer.json().get("recommendations")

        return until(found, within=120)

    def decide(self, action, state):
        path = f"/api/v1/lateswap/recommendations/{self.proposals(state)[0]['recommendation_id']}"
        return self.mine.post(f"{path}/{action}")


@pytest.fixture(scope="module")
def walk(stack, tmp_path_factory):
    espn = Espn()
    file = tmp_path_factory.mktemp("sources") / "feeds.toml"
    file.write_text(SOURCES.format(port=espn.port, path=INJURIES))
    GeneratedNight(stack.settings.backtest_dir / "generated", seed=4, field=200)
    connect_sources(stack, KeptNight(live=True, sources=str(file)), lambda _: None)
    yield Walk(stack)
    ray.kill(ray.get_actor(SOURCES_ACTOR, NAMESPACE))
    espn.close()


# What a user brings -------------------------------------------------------------------------


@case("POST /api/v1/slates", 201)
def open_slate(walk):
    answer = walk.http.post("/api/v1/slates", files={"salaries": ("DKSalaries.csv", walk.salaries)})
    walk.slate = answer.json()["slate_id"]
    return answer


@case("POST /api/v1/contests", 201)
def open_contest(walk):
    body = {"slate_id": walk.slate, "contest_id": CONTEST, "entry_fee": 5, "field_size": 100}
    return walk.http.post("/api/v1/contests", json=body)


@case("POST /api/v1/contests/{contest_id}/entries", 201)
def enter(walk):
    files = {"entries": ("DKEntries.csv", walk.entries)}
    answer = walk.mine.post(f"/api/v1/contests/{CONTEST}/entries", files=files)
    until(lambda: walk.api.answered(f"/api/v1/contests/{CONTEST}/board"), within=60)
    return answer


@case("POST /api/v1/uploads", 201)
def upload(walk):
    return walk.mine.post("/api/v1/uploads", files={"file": ("DKEntries.csv", walk.entries)})


# What is asked, and told ---------------------------------------------------------------------


@case("PUT /api/v1/alerts/preferences")
def set_preferences(walk):
    webhook = f"http://{walk.stack.settings.alert_hosts[0]}/hook"
    return walk.mine.put("/api/v1/alerts/preferences", json={"webhook": webhook})


@case("GET /api/v1/alerts/preferences")
def preferences(walk):
    return walk.mine.get("/api/v1/alerts/preferences")


@case("POST /api/v1/alerts/rules", 201)
def add_rule(walk):
    rule = {"event_types": ["player_injury"], "my_players": True, "priority": "critical"}
    answer = walk.mine.post("/api/v1/alerts/rules", json=rule)
    walk.rule = answer.json()["rule_id"]
    return answer


@case("PUT /api/v1/alerts/rules/{rule_id}")
def change_rule(walk):
    rule = {"event_types": ["player_injury"], "priority": "critical", "name": "walked"}
    return walk.mine.put(f"/api/v1/alerts/rules/{walk.rule}", json=rule)


@case("GET /api/v1/alerts/rules")
def rules(walk):
    return walk.mine.get("/api/v1/alerts/rules")


@case("POST /api/v1/subscriptions", 201)
def subscribe(walk):
    answer = walk.mine.post("/api/v1/subscriptions", json={"data_types": ["breaking_news"]})
    walk.subscription = answer.json()["subscription_id"]
    return answer


@case("GET /api/v1/subscriptions")
def subscriptions(walk):
    return walk.mine.get("/api/v1/subscriptions")


@case("PUT /api/v1/lateswap/policy")
def set_policy(walk):
    return walk.mine.put("/api/v1/lateswap/policy", json={"mode": "ask", "max_swaps": 3})


@case("GET /api/v1/lateswap/policy")
def policy(walk):
    return walk.mine.get("/api/v1/lateswap/policy")


@case("POST /api/v1/realtime/events")
def ingest(walk):
    for over in (30.0, 45.0):
        price = {
            "book": "b",
            "market": "total",
            "selection": "over",
            "point": 220.5,
            "decimal": 1.9,
        }
        walk.event(event_type="line_movement", game_id=GAME, data={**price, "decimal": over / 20})
    report = {"status": "OUT", "headline": "ruled out"}
    event = {"event_type": "player_injury", "player_id": walk.held(), "slate_id": walk.slate}
    return walk.event(**event, data=report, impact_rating=-8)


@case("GET /api/v1/realtime/events")
def events(walk):
    params = {"player": walk.held(), "type": "player_injury", "limit": 5}
    return walk.http.get("/api/v1/realtime/events", params=params)


@case("GET /api/v1/realtime/poll")
def poll(walk):
    return walk.http.get("/api/v1/realtime/poll", params={"wait": 0, "types": "player_injury"})


@case("GET /api/v1/realtime/stream")
def stream(walk):
    with walk.http.stream("GET", "/api/v1/realtime/stream", params={"after": "0-0"}) as answer:
        lines = answer.iter_lines()
        assert next(lines).startswith("id: ")
        assert next(lines) == "event: subscription_confirmed"
    return answer


@case("GET /api/v1/realtime/status")
def status(walk):
    until(lambda: walk.api.source().get("state") == "connected", within=60)
    return walk.http.get("/api/v1/realtime/status")


@case("GET /api/v1/realtime/review")
def review(walk):
    return walk.http.get("/api/v1/realtime/review")


@case("POST /api/v1/realtime/review", 201)
def answer_review(walk):
    said = {"slate_id": walk.slate, "known_as": "espn:1", "player_id": walk.held(1)}
    return walk.http.post("/api/v1/realtime/review", json=said)


@case("POST /api/v1/realtime/tickets", 201)
def ticket(walk):
    return walk.mine.post("/api/v1/realtime/tickets")


# What is known ------------------------------------------------------------------------------


@case("GET /api/v1/slates")
def slates(walk):
    return walk.http.get("/api/v1/slates")


@case("GET /api/v1/slates/{slate_id}")
def slate(walk):
    return walk.http.get(f"/api/v1/slates/{walk.slate}")


@case("GET /api/v1/contests")
def contests(walk):
    return walk.http.get("/api/v1/contests")


@case("GET /api/v1/players")
def players(walk):
    return walk.http.get("/api/v1/players", params={"search": "an", "slate": walk.slate})


@case("GET /api/v1/players/{player_id}")
def player(walk):
    return walk.http.get(f"/api/v1/players/{walk.held()}")


@case("GET /api/v1/search")
def search(walk):
    return walk.http.get("/api/v1/search", params={"q": CONTEST[:4]})


@case("GET /api/v1/realtime/ownership/{contest}")
def ownership(walk):
    return walk.http.get(f"/api/v1/realtime/ownership/{CONTEST}")


@case("GET /api/v1/realtime/ownership/{contest}/history")
def ownership_history(walk):
    return walk.http.get(f"/api/v1/realtime/ownership/{CONTEST}/history")


@case("GET /api/v1/realtime/ownership/{contest}/trends")
def ownership_trends(walk):
    return walk.http.get(f"/api/v1/realtime/ownership/{CONTEST}/trends")


@case("GET /api/v1/odds/{game}")
def odds(walk):
    return walk.http.get(f"/api/v1/odds/{GAME}")


@case("GET /api/v1/odds/arbitrage")
def arbitrage(walk):
    return walk.http.get("/api/v1/odds/arbitrage")


# What is decided ----------------------------------------------------------------------------


@case("GET /api/v1/lateswap/recommendations")
def recommendations(walk):
    assert walk.proposals()
    return walk.mine.get("/api/v1/lateswap/recommendations")


@case("POST /api/v1/lateswap/recommendations")
def recommend(walk):
    ids = list(walk.lineups)[:2]
    return walk.mine.post("/api/v1/lateswap/recommendations", json={"lineup_ids": ids})


@case("POST /api/v1/lateswap/recommendations/{proposal_id}/approve")
def approve(walk):
    return walk.decide("approve", "proposed")


@case("GET /api/v1/contests/{contest_id}/entries.csv")
def contest_file(walk):
    answer = walk.mine.get(f"/api/v1/contests/{CONTEST}/entries.csv")
    old, new = walk.entries.split(b"\n"), answer.content.split(b"\n")
    assert sum(a != b for a, b in zip(old, new, strict=True)) == 1
    return answer


@case("GET /api/v1/entries.csv")
def whole_file(walk):
    return walk.mine.get("/api/v1/entries.csv", params={"slate": walk.slate})


@case("GET /api/v1/lateswap/results")
def results(walk):
    answer = walk.mine.get("/api/v1/lateswap/results")
    assert answer.json()["total"]["swaps"] == 1
    return answer


@case("POST /api/v1/lateswap/recommendations/{proposal_id}/undo")
def undo(walk):
    return walk.decide("undo", "approved")


@case("POST /api/v1/lateswap/recommendations/{proposal_id}/reject")
def reject(walk):
    return walk.decide("reject", "proposed")


@case("POST /api/v1/lateswap/decisions")
def decisions(walk):
    ids = [one["recommendation_id"] for one in walk.proposals("rejected")]
    body = {"action": "undo", "recommendation_ids": ids}
    return walk.mine.post("/api/v1/lateswap/decisions", json=body)


@case("GET /api/v1/contests/{contest_id}/board")
def board(walk):
    return walk.mine.get(f"/api/v1/contests/{CONTEST}/board")


@case("GET /api/v1/ai/context")
def assistants(walk):
    return walk.mine.get("/api/v1/ai/context", params={"lineup": next(iter(walk.lineups))})


# What was told of it ------------------------------------------------------------------------


@case("GET /api/v1/alerts/history")
def history(walk):
    def told():
        answer = walk.mine.get("/api/v1/alerts/history")
        by_rule = [a for a in answer.json()["alerts"] if a["data"].get("rule_id") == walk.rule]
        return answer if by_rule else None

    return until(told, within=60)


@case("POST /api/v1/alerts/history/read")
def mark_read(walk):
    return walk.mine.post("/api/v1/alerts/history/read", json={})


@case("POST /api/v1/alerts/test", 202)
def try_alert(walk):
    return walk.mine.post("/api/v1/alerts/test", json={})


@case("DELETE /api/v1/alerts/rules/{rule_id}")
def remove_rule(walk):
    return walk.mine.delete(f"/api/v1/alerts/rules/{walk.rule}")


@case("DELETE /api/v1/subscriptions/{subscription_id}")
def unsubscribe(walk):
    return walk.mine.delete(f"/api/v1/subscriptions/{walk.subscription}")


# What operators do --------------------------------------------------------------------------


@case("GET /api/v1/circuit-breakers")
def breakers(walk):
    return walk.http.get("/api/v1/circuit-breakers")


@case("POST /api/v1/circuit-breakers/{source_id}/open")
def open_breaker(walk):
    return walk.http.post(f"/api/v1/circuit-breakers/{SOURCE}/open")


@case("POST /api/v1/circuit-breakers/{source_id}/close")
def close_breaker(walk):
    return walk.http.post(f"/api/v1/circuit-breakers/{SOURCE}/close")


@case("POST /api/v1/backtests", 202)
def start_backtest(walk):
    asked = {"data": "generated", "policies": ["points"], "entries": 5, "samples": 200}
    answer = walk.http.post("/api/v1/backtests", json={**asked, "workers": 2, "as_claimed": True})
    walk.backtest = answer.json()["backtest_id"]
    return answer


@case("GET /api/v1/backtests/{backtest_id}")
def backtest(walk):
    def ended():
        answer = walk.http.get(f"/api/v1/backtests/{walk.backtest}")
        return answer if answer.json()["state"] in {"finished", "failed"} else None

    answer = until(ended, within=240)
    assert answer.json()["problem"] == ""
    assert answer.json()["summary"]["policies"]["points"]["illegal"] == 0
    return answer


@case("GET /api/v1/backtests/{backtest_id}/files/{name}")
def report(walk):
    answer = walk.http.get(f"/api/v1/backtests/{walk.backtest}/files/report.html")
    assert answer.text.startswith("<!doctype html>")
    return answer


@case("GET /api/v1/backtests")
def backtests(walk):
    return walk.http.get("/api/v1/backtests")


@case("GET /api/v1/audit")
def audit(walk):
    walk.of("stranger", "user").get("/api/v1/lateswap/policy", params={"user": USER})
    return walk.http.get("/api/v1/audit")


@case("GET /health")
def health(walk):
    return walk.http.get("/health", params={"state": True})


@case("GET /health/live")
def live(walk):
    return walk.http.get("/health/live")


@case("GET /health/ready")
def ready(walk):
    return walk.http.get("/health/ready")


@case("POST /health/held/{actor}/release", 404)
def release(walk):
    return walk.http.post("/health/held/nobody/release")  # who is held: test_supervision


@case("GET /metrics")
def metrics(walk):
    return walk.http.get("/metrics")


@case("POST /api/v1/sessions/sign-out")
def sign_out(walk):
    return walk.of(f"leaver-{secrets.token_hex(4)}", "user").post(
        "/api/v1/sessions/sign-out", json={}
    )


# ----------------------------------------------------------------------------------------------


@cache
def schema(reference):
    """A validator of what the document says at a place."""
    return Draft202012Validator({**json.loads(reference), "components": DOCUMENT["components"]})


def described(operation, answer):
    """What the document says of this answer, by its status: ``{media type: {"schema": ...}}``."""
    method, path = operation.split()
    responses = DOCUMENT["paths"][path][method.lower()]["responses"]
    assert str(answer.status_code) in responses, answer.text
    found = responses[str(answer.status_code)]
    if "$ref" in found:
        found = DOCUMENT["components"]["responses"][found["$ref"].rpartition("/")[2]]
    return found["content"]


def test_no_operation_is_without_a_case():
    documented = {f"{m.upper()} {p}" for p, ops in DOCUMENT["paths"].items() for m in ops}
    assert documented == set(CASES)


@pytest.mark.parametrize("operation", CASES)
def test_an_operation_answers_as_documented(walk, operation):
    ask, status = CASES[operation]
    answer = ask(walk)
    assert answer.status_code == status, answer.text
    content = described(operation, answer)
    media = answer.headers["content-type"].partition(";")[0]
    assert media in content
    if "json" in media:
        faults = schema(json.dumps(content[media]["schema"])).iter_errors(answer.json())
        assert [f"{fault.json_path}: {fault.message[:300]}" for fault in faults] == []
