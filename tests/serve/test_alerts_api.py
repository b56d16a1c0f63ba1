"""Alert rules, preferences, history and subscriptions over HTTP; nobody sees another's."""

from __future__ import annotations

import json

RULES = "/api/v1/alerts/rules"
PREFERENCES = "/api/v1/alerts/preferences"
HISTORY = "/api/v1/alerts/history"
SUBSCRIPTIONS = "/api/v1/subscriptions"
RULE = {"event_types": ["player_injury"], "priority": "critical", "impact_threshold": 5}


async def put(client, path, body, status=200, **params):
    answer = await client.http.put(path, json=body, params=params)
    assert answer.status_code == status, answer.text
    return answer.json()


async def delete(client, path, status=200):
    answer = await client.http.delete(path)
    assert answer.status_code == status, answer.text
    return answer.json()


async def alerts_of(house, client, count):
    """So many alerts, as soon as they are told: the socket says so."""
    async with client.stream(data_types=["alert"], after="0-0") as (socket, _):
        told = [json.loads(await socket.recv()) for _ in range(count)]
    return [frame["data"]["data"] for frame in told]


async def test_a_rule_tells_its_user_and_nobody_else(night):
    ann, bob, wire = night.client("ann", "user"), night.client("bob", "user"), night.client()
    rule = await ann.post(RULES, {**RULE, "name": "stars"}, status=201)
    assert rule["group_s"] == 5
    assert [r["rule_id"] for r in (await ann.get(RULES))["rules"]] == [rule["rule_id"]]
    await night.scratch(wire)
    (alert,) = await alerts_of(night, ann, 1)
    assert (alert["rule"], alert["kind"], alert["count"]) == ("stars", "injury", 1)
    history = await ann.get(HISTORY, unread=True)
    assert (history["unread"], len(history["alerts"])) == (1, 1)
    assert (await bob.get(HISTORY))["alerts"] == []
    read = {"alert_ids": [history["alerts"][0]["alert_id"]]}
    assert (await ann.post(f"{HISTORY}/read", read))["unread"] == 0
    assert (await ann.get(HISTORY))["effect"]["read"] == 1


async def test_a_rule_is_tried_on_what_is_stored_and_tells_nobody(night):
    ann, demo = night.client("ann", "user"), night.client("demo", "user")
    out, _ = await night.scratch(night.client())
    await night.scratch(night.client(), out)
    trial = await ann.post(f"{RULES}/try", {**RULE, "enabled": False})
    assert (trial["told"], trial["complete"]) == (1, True)
    assert trial["examples"][0].endswith(": OUT (ruled out)")
    mine = {"event_types": ["player_injury"], "my_players": True}
    assert (await demo.post(f"{RULES}/try", mine))["told"] == 1
    assert (await ann.post(f"{RULES}/try", mine))["told"] == 0
    assert (await ann.post(f"{RULES}/try", {"event_types": ["late_swap"]}))["told"] == 0
    assert (await demo.post(f"{RULES}/try", {"event_types": ["late_swap"]}))["told"] > 0
    assert (await ann.get(HISTORY))["alerts"] == []
    assert (await ann.get(RULES))["rules"] == []


async def test_another_users_rules_and_addresses_are_out_of_reach(night):
    ann, bob = night.client("ann", "user"), night.client("bob", "user")
    rule = await ann.post(RULES, RULE, status=201)
    await put(ann, PREFERENCES, {"email": "ann@b.example", "webhook": "https://b.example/x"})
    for path in (RULES, PREFERENCES, HISTORY, SUBSCRIPTIONS):
        await bob.get(path, status=403, user="ann")
    await put(bob, f"{RULES}/{rule['rule_id']}", RULE, status=404)
    await delete(bob, f"{RULES}/{rule['rule_id']}", status=404)
    await put(bob, f"{RULES}/{rule['rule_id']}", RULE, status=403, user="ann")
    seen = (await night.client("op").get(PREFERENCES, user="ann"))["preferences"]
    assert (seen["email"], seen["webhook_secret"]) == ("***", "***")
    frames = await night.client("op").get("/api/v1/realtime/events")
    assert "ann@b.example" not in json.dumps(frames)


async def test_fields_that_nobody_asked_for_and_wrong_values_are_refused(night):
    ann = night.client("ann", "user")
    for wrong in (
        {**RULE, "user_id": "bob"},
        {**RULE, "impact_threshold": 11},
        {"event_types": []},
        {"event_types": ["late_swaps"]},
        {**RULE, "windows": [{"time_zone": "Mars/Base"}]},
    ):
        problem = await ann.post(RULES, wrong, status=422)
        assert problem["detail"]
    await put(ann, PREFERENCES, {"email": "a@b, c@d"}, status=422)
    await ann.post("/api/v1/alerts/test", {"channels": ["email"]}, status=422)
    viewer = night.client("eve", "viewer")
    await viewer.post(RULES, RULE, status=403)


async def test_a_rule_is_changed_and_taken_away(night):
    ann = night.client("ann", "user")
    rule_id = (await ann.post(RULES, RULE, status=201))["rule_id"]
    changed = await put(ann, f"{RULES}/{rule_id}", {**RULE, "enabled": False})
    assert changed["enabled"] is False
    await night.scratch(night.client())
    await delete(ann, f"{RULES}/{rule_id}")
    assert (await ann.get(HISTORY))["alerts"] == []
    assert (await ann.get(RULES))["rules"] == []
    await delete(ann, f"{RULES}/{rule_id}", status=404)


async def test_a_webhook_gets_a_secret_and_keeps_it(night):
    ann = night.client("ann", "user")
    first = await put(ann, PREFERENCES, {"webhook": "https://b.example/x"})
    again = await put(ann, PREFERENCES, {"webhook": "https://b.example/y"})
    secret = first["preferences"]["webhook_secret"]
    assert len(secret) >= 32
    assert again["preferences"]["webhook_secret"] == secret
    assert (await ann.get(PREFERENCES)) == again


async def test_a_test_alert_stands_on_the_page(night):
    ann = night.client("ann", "user")
    told = await ann.post("/api/v1/alerts/test", {}, status=202)
    (one,) = (await ann.get(HISTORY))["alerts"]
    assert (one["alert_id"], one["data"]["kind"]) == (told["alert_id"], "test")


async def test_tests_are_limited_so_that_nobody_elses_address_is_flooded(night):
    ann = night.client("ann", "user")
    for _ in range(10):
        await ann.post("/api/v1/alerts/test", {}, status=202)
    await ann.post("/api/v1/alerts/test", {}, status=429)


async def test_a_stored_subscription_sends_every_match(night):
    ann, wire = night.client("ann", "user"), night.client()
    asked = {"data_types": ["breaking_news"], "delivery": ["webhook"]}
    kept = await ann.post(SUBSCRIPTIONS, asked, status=201)
    assert (await ann.get(RULES))["rules"] == []
    listed = (await ann.get(SUBSCRIPTIONS))["subscriptions"]
    assert [one["subscription_id"] for one in listed] == [kept["subscription_id"]]
    for _ in range(2):
        news = {"event_type": "breaking_news", "source": "wire", "data": {"headline": "same"}}
        await wire.post("/api/v1/realtime/events", news)
    alerts = await alerts_of(night, ann, 1)
    assert alerts[0]["lines"][0] == "same"
    await delete(ann, f"{SUBSCRIPTIONS}/{kept['subscription_id']}")
    assert (await ann.get(SUBSCRIPTIONS))["subscriptions"] == []


async def test_nobody_may_report_in_the_systems_own_name(night):
    forged = {
        "event_type": "alert",
        "source": "subscriber",
        "user_id": "ann",
        "data": {"channels": ["email"]},
    }
    problem = await night.client("feed", "source").post(
        "/api/v1/realtime/events", forged, status=422
    )
    assert "own name" in problem["detail"]
