"""From a report to a decided swap in the site's file, over HTTP, with the real actors."""

from __future__ import annotations

import json

import httpx
import pytest

from models.files import read_entries
from tests.serve.test_websocket import received

SWAPS = "/api/v1/lateswap/recommendations"


async def standing(night, client):
    """One open proposal after a scratch."""
    out, event_id = await night.scratch(client)
    found = (await client.get(SWAPS, state="proposed"))["recommendations"]
    assert found
    return out, event_id, found


async def test_a_report_becomes_proposals_that_say_why(night):
    client = night.client()
    out, event_id, found = await standing(night, client)
    for one in found:
        assert out in one["lineup_before"]
        assert out not in one["lineup_after"]
        move = next(m for m in one["swap_recommendations"] if m["player_out"] == out)
        assert event_id in move["triggering_events"]
        assert move["reason"]
        assert one["total_impact"] > 0
        assert one["confidence"] == 1.0
        assert one["auto_approval_status"] == "off"
        assert one["time_window"]["seconds_left"] > 0


async def test_proposals_are_streamed_as_they_are_made(night):
    client = night.client()
    async with client.stream(data_types=["late_swap"]) as (stream, _):
        out, _ = await night.scratch(client)
        (frame,) = await received(stream, 1)
    assert frame["type"] == "late_swap"
    assert frame["data"]["data"]["state"] == "proposed"
    assert out in frame["data"]["data"]["before"]


async def test_recommendations_are_solved_on_demand_and_say_what_they_do_not_do(night):
    client = night.client()
    await night.scratch(client)
    board = await client.get(f"/api/v1/contests/{night.contest_id}/board")
    ids = [entry["entry_id"] for entry in board["entries"][:3]]
    answer = await client.post(
        SWAPS,
        {
            "user_id": "demo",
            "lineup_ids": [*ids, 12],
            "time_to_lock": 30,
            "risk_tolerance": "medium",
            "auto_approve": True,
            "max_swaps": 2,
        },
    )
    assert set(answer["statuses"]) == set(ids)
    assert answer["unknown_lineups"] == ["12"]
    assert answer["auto_approval_status"] == "off"
    assert set(answer["not_applied"]) == {"time_to_lock", "auto_approve"}
    assert {r["lineup_id"] for r in answer["recommendations"]} <= set(ids)
    assert answer["mode"] == "generated"


async def test_an_approved_swap_stands_in_the_file_and_undo_restores_it(night):
    client = night.client()
    _, _, found = await standing(night, client)
    chosen = found[0]["recommendation_id"]
    csv = f"/api/v1/contests/{night.contest_id}/entries.csv"
    before = (await client.http.get(csv)).content
    approved = await client.post(f"{SWAPS}/{chosen}/approve")
    assert approved["state"] == "approved"
    answer = await client.http.get(csv)
    assert answer.headers["x-changed-entries"] == "1"
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.headers["content-type"].startswith("text/csv")
    rows = {row.entry_id: row for row in read_entries(answer.content, "f").entries}
    assert list(rows[found[0]["lineup_id"]].lineup) == found[0]["lineup_after"]
    await client.post(f"{SWAPS}/{chosen}/undo")
    assert (await client.http.get(csv)).content == before
    both = await client.http.get(csv, params={"include": "proposed"})
    assert int(both.headers["x-changed-entries"]) == len(found)


async def test_the_sites_file_uploaded_again_says_what_became_of_a_swap(night):
    client = night.client()
    _, _, found = await standing(night, client)
    chosen, *rest = found
    entries = f"/api/v1/contests/{night.contest_id}/entries"
    original = (await client.http.get(f"{entries}.csv")).content

    async def upload(file):
        await client.post(entries, status=201, content=file)
        await night.settle()

    async def ids(state):
        listed = (await client.get(SWAPS, state=state))["recommendations"]
        return {one["recommendation_id"] for one in listed}

    await upload(original)  # once more, by mistake or to be sure
    assert await ids("proposed") == {one["recommendation_id"] for one in found}
    await client.post(f"{SWAPS}/{chosen['recommendation_id']}/approve")
    await upload(original)  # not swapped on the site yet
    assert await ids("approved") == {chosen["recommendation_id"]}
    answer = await client.http.get(f"{entries}.csv")
    assert answer.headers["x-changed-entries"] == "1"
    await upload(answer.content)  # as the site gives it once it is swapped
    assert await ids("applied") == {chosen["recommendation_id"]}
    assert await ids("proposed") == {one["recommendation_id"] for one in rest}
    assert (await client.http.get(f"{entries}.csv")).headers["x-changed-entries"] == "0"
    problem = await client.post(f"{SWAPS}/{chosen['recommendation_id']}/undo", status=409)
    assert "applied" in problem["detail"]
    told = await client.get("/api/v1/lateswap/results")
    listed = [one["recommendation"]["recommendation_id"] for one in told["results"]]
    assert listed == [chosen["recommendation_id"]]


async def test_what_was_proposed_for_another_lineup_cannot_be_accepted(night):
    client = night.client()
    _, _, found = await standing(night, client)
    chosen = found[0]
    entries = f"/api/v1/contests/{night.contest_id}/entries"
    changed = await client.http.get(f"{entries}.csv", params={"include": "proposed"})
    await client.post(entries, status=201, content=changed.content)  # swapped by hand
    await night.settle()
    problem = await client.post(f"{SWAPS}/{chosen['recommendation_id']}/approve", status=409)
    assert "stale" in problem["detail"]
    board = await client.get(f"/api/v1/contests/{night.contest_id}/board")
    held = {one["entry_id"]: one["lineup"] for one in board["entries"]}
    assert held[chosen["lineup_id"]] == chosen["lineup_after"]


async def test_a_rejected_swap_is_not_proposed_again(night):
    client = night.client()
    _, _, found = await standing(night, client)
    chosen = found[0]
    rejected = await client.post(f"{SWAPS}/{chosen['recommendation_id']}/reject")
    assert rejected["state"] == "rejected"
    again = await client.post(SWAPS, {"lineup_ids": [chosen["lineup_id"]], "max_swaps": 2})
    assert all(r["lineup_after"] != chosen["lineup_after"] for r in again["recommendations"])


async def test_a_swap_whose_game_has_begun_is_refused_with_what_changed(night):
    client = night.client()
    out, _, found = await standing(night, client)
    game = next(p.game_id for p in night.slate.players if p.player_id == out)
    start = {"event_type": "game_start", "source": "clock", "game_id": game, "data": {}}
    await client.post("/api/v1/realtime/events", start | {"slate_id": night.slate.slate_id})
    await night.settle()
    path = f"{SWAPS}/{found[0]['recommendation_id']}/approve"
    problem = await client.post(path, status=409)
    assert "locked" in problem["detail"] or "stale" in problem["detail"]
    assert problem["remedy"]


async def test_a_swap_that_is_unknown_is_not_found(night):
    await night.client().post(f"{SWAPS}/nothing/approve", status=404)


async def test_other_peoples_lineups_are_out_of_reach(night):
    owner = night.client()
    _, _, found = await standing(night, owner)
    eve = night.client("eve", "user")
    await eve.post(SWAPS, {"user_id": "demo"}, status=403)
    await eve.post(f"{SWAPS}/{found[0]['recommendation_id']}/approve", status=403)
    await eve.get(f"/api/v1/contests/{night.contest_id}/board", status=403, user="demo")
    assert (await eve.get(SWAPS))["recommendations"] == []
    assert (await eve.get(f"/api/v1/contests/{night.contest_id}/board"))["entries"] == []


async def test_a_field_that_nobody_knows_is_refused_by_name(night):
    problem = await night.client().post(SWAPS, {"user": "demo"}, status=422)
    assert "user" in problem["detail"]


async def test_viewers_do_not_decide(night):
    viewer = night.client("demo", "viewer")
    await viewer.post(SWAPS, {}, status=403)
    assert (await viewer.get(SWAPS))["recommendations"] == []


@pytest.fixture
def files(night):
    """The generated evening as the site's own files."""
    from models.evening import draw_evening, night_files

    return night_files(draw_evening(1, entries=5))


async def test_a_slate_a_contest_and_entries_are_uploaded_and_followed(house, files):
    client = house.client()
    slate = await client.post(
        "/api/v1/slates",
        status=201,
        content=files["DKSalaries.csv"],
        headers={"Content-Type": "text/csv"},
    )
    assert slate["rules"] == "draftkings/nba/classic"
    assert slate["players"] > 100
    rows = read_entries(files["DKEntries.csv"], "DKEntries.csv").entries
    contest = await client.post(
        "/api/v1/contests",
        {
            "slate_id": slate["slate_id"],
            "contest_id": int(rows[0].contest_id),
            "name": "Night",
            "entry_fee": 5,
            "field_size": 100,
            "prizes": [[1, 1, 200.0], [2, 10, 20]],
        },
        status=201,
    )
    assert contest["contest_id"] == rows[0].contest_id
    path = f"/api/v1/contests/{rows[0].contest_id}"
    uploaded = await client.post(
        f"{path}/entries",
        status=201,
        files={"entries": ("DKEntries.csv", files["DKEntries.csv"], "text/csv")},
    )
    assert uploaded["entries"] == len(rows)
    board = await client.get(f"{path}/board")
    assert {e["entry_id"] for e in board["entries"]} == {row.entry_id for row in rows}
    unchanged = await client.http.get(f"{path}/entries.csv")
    assert unchanged.content == files["DKEntries.csv"]
    listed = await client.get(f"/api/v1/slates/{slate['slate_id']}")
    assert len(listed["players"]) == slate["players"]
    assert [c["name"] for c in (await client.get("/api/v1/contests"))["contests"]] == ["Night"]


async def test_projections_beside_the_salaries_count(house, files):
    client = house.client()
    lines = files["DKSalaries.csv"].decode().splitlines()
    player = lines[1].split(",")[3]
    answer = await client.post(
        "/api/v1/slates",
        status=201,
        files={
            "salaries": ("DKSalaries.csv", files["DKSalaries.csv"]),
            "projections": ("mine.csv", f"ID,Projection\n{player},61.5\nnobody,3\n".encode()),
        },
    )
    assert "mine.csv" in answer["projection_basis"]
    assert [p["file"] for p in answer["problems"]] == ["mine.csv"]
    card = (await client.get(f"/api/v1/players/{player}"))["players"][0]
    assert card["baseline"] == 61.5


@pytest.mark.parametrize("content", [b"", b"hello", b"\x00\x01\x02", b"PK\x03\x04nonsense"])
async def test_what_is_no_salary_file_is_refused_with_a_remedy(house, content):
    answer = await house.client().http.post("/api/v1/slates", content=content)
    assert answer.status_code == 422
    assert answer.json()["remedy"]
    assert await house.log.read() == []


async def test_contests_need_their_slate_and_keep_their_terms(night):
    client = night.client()
    await client.post("/api/v1/contests", {"slate_id": "none"}, status=404)
    same = {"slate_id": night.slate.slate_id, "contest_id": "x1"}
    await client.post("/api/v1/contests", same, status=201)
    await client.post("/api/v1/contests", same, status=201)
    await client.post("/api/v1/contests", same | {"entry_fee": 9}, status=409)
    await client.post("/api/v1/contests", same | {"entry_fee": "much"}, status=422)
    await client.post("/api/v1/contests", same | {"prices": []}, status=422)


async def test_entries_of_another_contest_are_counted_not_taken(night, files):
    problem = await night.client().post(
        f"/api/v1/contests/{night.contest_id}/entries",
        status=422,
        content=files["DKEntries.csv"].replace(night.contest_id.encode(), b"123"),
    )
    assert night.contest_id in problem["detail"]


async def test_a_cut_off_form_is_refused(house):
    headers = {
        "Content-Type": "multipart/form-data; boundary=x",
        "Authorization": f"Bearer {house.client().token}",
    }
    async with httpx.AsyncClient(base_url=house.url, headers=headers) as client:
        for body in (b"", b"--x\r\nnothing", b"--x--"):
            answer = await client.post("/api/v1/slates", content=body)
            assert answer.status_code in {400, 422}, json.dumps(answer.json())


async def test_the_context_of_a_lineup_says_what_stands_behind_its_swap(night):
    client = night.client()
    out, event_id, found = await standing(night, client)
    entry = found[0]["lineup_id"]
    answer = await client.get("/api/v1/ai/context", lineup=entry)
    facts = answer["facts"]
    impacts = {event["event_id"]: event["impact_rating"] for event in facts["events"]}
    assert -10 <= impacts[event_id] < 0  # as found by the slate: the wire said nothing of it
    ratings = {player["player_id"]: player["impact_rating"] for player in facts["players"]}
    assert ratings[out] == -10.0
    assert set(ratings.values()) == {-10.0, 0.0}
    assert facts["swap"]["recommendation_id"] == found[0]["recommendation_id"]
    name = next(p.name for p in night.slate.players if p.player_id == out)
    assert name in answer["prompt"]
    assert '"ruled out"' in answer["prompt"]
    await night.client("ann", "user").get("/api/v1/ai/context", lineup=entry, status=404)
