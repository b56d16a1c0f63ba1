"""Events in and out over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

REPORT = {
    "event_type": "player_injury",
    "source": "wire",
    "player_id": 4711,
    "data": {"status": "OUT", "severity": "high"},
}
EVENTS = "/api/v1/realtime/events"


async def test_an_event_is_in_the_log_when_it_is_answered(house):
    client = house.client()
    answer = await client.post(EVENTS, REPORT)
    assert answer["status"] == "success"
    logged = await house.log.read()
    assert [record.event_id for record in logged] == [answer["event_id"]]
    assert logged[0].partition == "system"


async def test_a_list_is_answered_with_its_ids_in_order(house):
    reports = [REPORT | {"event_id": f"e{n}"} for n in range(3)]
    answer = await house.client().post(EVENTS, reports)
    assert answer == {"status": "success", "event_ids": ["e0", "e1", "e2"]}


async def test_the_same_idempotency_key_answers_the_same_ids_and_appends_nothing(house):
    client = house.client()
    headers = {"Idempotency-Key": "one"}
    first = await client.post(EVENTS, [REPORT, REPORT], headers=headers)
    again = await client.post(EVENTS, [REPORT, REPORT], headers=headers)
    assert first == again
    assert len(set(first["event_ids"])) == 2
    assert len(await house.log.read()) == 2


async def test_an_idempotency_key_with_another_body_is_refused(house):
    client = house.client()
    headers = {"Idempotency-Key": "one"}
    await client.post(EVENTS, REPORT, headers=headers)
    other = REPORT | {"player_id": 12}
    problem = await client.post(EVENTS, other, status=422, headers=headers)
    assert "another body" in problem["detail"]


async def test_a_refusal_names_the_field_and_the_place_in_the_list(house):
    bad = REPORT | {"confidence": 1.5}
    problem = await house.client().post(EVENTS, [REPORT, bad], status=422)
    assert problem["field"] == "[1].confidence"
    assert problem["remedy"]
    assert await house.log.read() == []


@pytest.mark.parametrize(
    ("role", "status"), [("operator", 200), ("source", 200), ("user", 403), ("viewer", 403)]
)
async def test_only_sources_and_operators_hand_in_events(house, role, status):
    await house.client("anna", role).post(EVENTS, REPORT, status=status)


async def test_without_a_token_nothing_is_answered(house):
    async with httpx.AsyncClient(base_url=house.url) as client:
        for path in (EVENTS, "/api/v1/realtime/status", "/api/v1/players", "/api/v1/contests"):
            answer = await client.get(path)
            assert answer.status_code == 401
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_body_beyond_the_limit_is_refused_without_being_read_whole(houses):
    house = await houses(max_event_bytes=1000)
    problem = await house.client().post(EVENTS, REPORT | {"data": {"x": "y" * 2000}}, status=413)
    assert "1,000 bytes" in problem["detail"]


@pytest.mark.parametrize(
    "body", [b"{", b"[NaN]", b'{"a":1,"a":2}', b"[" * 100_000, b"\xff", b"[1e999]", b"%d" % 2**70]
)
async def test_no_json_that_lies_gets_in(house, body):
    answer = await house.client().http.post(EVENTS, content=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_event_of_a_night_that_is_replayed_is_received_in_the_nights_time(night):
    client = night.client()
    player = night.slate.players[0].player_id
    await client.post(EVENTS, REPORT | {"player_id": player})
    found = (await client.get(EVENTS, player=player))["events"][-1]["data"]
    at = datetime.fromisoformat(found["received_at"])
    assert at == night.hub.directory.slates[night.slate.slate_id].clock
    assert found["timestamp"] == found["received_at"]
    assert at < datetime.now(UTC) or night.slate.mode == "generated"
    assert found["slate_id"] == night.slate.slate_id
    assert found["mode"] == "generated"
    assert found["sport"] == "nba"


async def test_the_log_is_searched_by_player_type_and_time_page_by_page(night):
    client = night.client()
    player = night.slate.players[3].player_id
    for n in range(5):
        await client.post(EVENTS, REPORT | {"player_id": player, "event_id": f"r{n}"})
    first = await client.get(EVENTS, player=player, type="player_injury", limit=2)
    second = await client.get(
        EVENTS, player=player, type="player_injury", limit=10, cursor=first["cursor"]
    )
    ids = [e["data"]["event_id"] for e in first["events"] + second["events"]]
    assert ids == ["r0", "r1", "r2", "r3", "r4"]
    assert second["cursor"] == ""
    later = await client.get(EVENTS, player=player, since="2100-01-01T00:00:00Z")
    assert later["events"] == []


async def test_whole_uploads_are_not_handed_out_as_events(night):
    kinds = {e["type"] for e in (await night.client().get(EVENTS, limit=1000))["events"]}
    assert "contest_opened" in kinds
    assert "entries_uploaded" not in kinds


async def test_health_names_every_part(night):
    async with httpx.AsyncClient(base_url=night.url) as client:
        assert (await client.get("/health/live")).status_code == 200
        assert (await client.get("/health/ready")).json()["status"] == "ok"
        parts = (await client.get("/health")).json()["parts"]
    expected = {"hub", "log", f"slate:{night.slate.slate_id}", f"contest:{night.contest_id}"}
    assert parts.keys() == expected
    assert {part["status"] for part in parts.values()} == {"ok"}


async def test_a_reported_source_stands_in_the_status(house):
    report = {
        "event_type": "source_status",
        "source": "wire",
        "data": {"state": "degraded", "latency_ms": 12.5, "errors": 3},
    }
    client = house.client("feeder", "source")
    await client.post(EVENTS, report)
    await house.hub.until(await house.log.last_offset())
    source = (await client.get("/api/v1/realtime/status"))["sources"][0]
    assert (source["source_id"], source["state"], source["errors"]) == ("wire", "degraded", 3)
    assert source["breaker"] == "closed"


async def test_ownership_says_what_is_observed(night):
    client = night.client()
    path = f"/api/v1/realtime/ownership/{night.contest_id}"
    assert (await client.get(path))["basis"] in {"projected", "mixed", "observed"}
    player = night.slate.players[0].player_id
    await client.post(
        EVENTS,
        {
            "event_type": "ownership_update",
            "source": "site",
            "contest_id": night.contest_id,
            "data": {"ownership": {player: 0.31}},
        },
    )
    await night.settle()
    levels = await client.get(path)
    assert levels["ownership"][player] == 0.31
    assert player in levels["observed"]
    told = await client.get(f"{path}/history?player={player}")
    assert told["history"][-1]["ownership"] == {player: 0.31}
    trends = (await client.get(f"{path}/trends"))["trends"]
    assert trends[player]["interval"] == [0.31, 0.31]
    hidden = [t for p, t in trends.items() if p not in levels["observed"]]
    assert all(t["basis"] == "projected" for t in hidden)
    assert any(t["interval"][0] < t["predicted_final"] < t["interval"][1] for t in hidden)
    assert any(t["leverage"] > 0 for t in hidden)
    await client.get("/api/v1/realtime/ownership/nowhere/trends", status=404)
    await client.get("/api/v1/realtime/ownership/nowhere", status=404)


async def test_a_player_is_found_by_part_of_his_name_with_all_that_is_known(night):
    client = night.client()
    player = night.slate.players[0]
    found = await client.get("/api/v1/players", search=player.name[1:-1].lower())
    assert player.player_id in {card["player_id"] for card in found["players"]}
    _, event_id = await night.scratch(client, player.player_id, confidence=0.75)
    card = await client.get(f"/api/v1/players/{player.player_id}")
    assert card["players"][0]["designation"] == "OUT"
    assert card["data_quality"]["confidence"] == 0.75
    assert event_id in {e["data"]["event_id"] for e in card["recent_events"]}
    await client.get("/api/v1/players/nobody", status=404)


async def test_the_interface_describes_itself(house):
    async with httpx.AsyncClient(base_url=house.url) as client:
        document = (await client.get("/api/v1/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    paths = document["paths"]
    body = paths["/api/v1/realtime/events"]["post"]["requestBody"]["content"]
    assert "application/json" in body
    question = paths["/api/v1/lateswap/recommendations"]["post"]["requestBody"]["content"]
    assert "lineup_ids" in question["application/json"]["schema"]["properties"]
