"""Cases of the walk: what a user brings, asks to be told, and what is known then."""

from __future__ import annotations

from tests.serve.test_live_sources import until
from tests.serve.walk import CONTEST, GAME, case

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


@case("POST /api/v1/alerts/rules/try")
def try_rule(walk):
    rule = {"event_types": ["player_injury"], "my_players": True}
    answer = walk.mine.post("/api/v1/alerts/rules/try", json=rule)
    assert answer.json()["told"] >= 1
    return answer


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


@case("GET /api/v1/odds")
def odds_games(walk):
    answer = walk.http.get("/api/v1/odds")
    assert GAME in [one["game_id"] for one in answer.json()["games"]]
    return answer


@case("GET /api/v1/odds/{game}")
def odds(walk):
    return walk.http.get(f"/api/v1/odds/{GAME}")


@case("GET /api/v1/odds/arbitrage")
def arbitrage(walk):
    return walk.http.get("/api/v1/odds/arbitrage")
