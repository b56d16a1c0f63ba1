"""Cases of the walk: what is decided, what was told of it, and what operators do."""

from __future__ import annotations

import secrets

from tests.serve.test_live_sources import until
from tests.serve.walk import CONTEST, SOURCE, USER, case

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


@case("POST /api/v1/contests/{contest_id}/standings", 201)
def show_standings(walk):
    file = (f"contest-standings-{CONTEST}.csv", walk.standings())
    return walk.http.post(f"/api/v1/contests/{CONTEST}/standings", files={"standings": file})


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


@case("GET /api/v1/cache")
def cache(walk):
    return walk.http.get("/api/v1/cache")


@case("POST /api/v1/cache/clear")
def clear_cache(walk):
    return walk.http.post("/api/v1/cache/clear")


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
