"""Nothing is accepted without its owner unless he says so; then only within his limits."""

from __future__ import annotations

import pytest

SWAPS = "/api/v1/lateswap/recommendations"
POLICY = "/api/v1/lateswap/policy"
FREELY = {"mode": "automatic", "min_gain_dollars": 0, "min_confidence": 0.5, "max_swaps": 8}


async def by_state(night, client):
    """Proposals by state, once nothing is left to do; those that a priced one replaced aside."""
    for _ in range(3):
        await night.settle()
    found = (await client.get(SWAPS))["recommendations"]
    standing = [swap for swap in found if not swap["reason"].startswith("replaced by")]
    return {s["state"]: [one for one in standing if one["state"] == s["state"]] for s in standing}


async def set_policy(client, **policy):
    answer = await client.http.put(POLICY, json=policy)
    assert answer.status_code == 200, answer.text


async def test_without_a_policy_everything_waits(night):
    client = night.client()
    assert (await client.get(POLICY))["policy"]["mode"] == "ask"
    await night.scratch(client)
    assert set(await by_state(night, client)) == {"proposed"}


async def test_an_automatic_policy_accepts_what_is_priced_and_says_who_decided(night):
    client = night.client()
    await set_policy(client, **FREELY)
    await night.scratch(client)
    found = await by_state(night, client)
    assert set(found) == {"approved"}
    for swap in found["approved"]:
        assert swap["decided_by"] == "policy"
        assert swap["auto_approval_status"] == "automatic"
        assert swap["money"]["low"] > 0
    csv = await client.http.get(f"/api/v1/contests/{night.contest_id}/entries.csv")
    assert int(csv.headers["x-changed-entries"]) == len(found["approved"])


async def test_what_is_taken_back_stays_with_its_owner(night):
    client = night.client()
    await set_policy(client, **FREELY)
    await night.scratch(client)
    (chosen, *_) = (await by_state(night, client))["approved"]
    await client.post(f"{SWAPS}/{chosen['recommendation_id']}/undo")
    await night.scratch(client)
    found = await by_state(night, client)
    assert chosen["lineup_id"] not in {s["lineup_id"] for s in found.get("approved", ())}
    assert chosen["lineup_id"] in {s["lineup_id"] for s in found["proposed"]}


@pytest.mark.parametrize(
    ("limit", "report"),
    [
        ({"min_gain_dollars": 1000}, {}),
        ({"min_confidence": 0.9}, {"confidence": 0.7}),
        ({"max_swaps": 0}, {}),
        ({"most_a_night": 0}, {}),
        ({"min_seconds_to_lock": 10**6}, {}),
        ({"mode": "ask"}, {}),
    ],
)
async def test_beyond_a_limit_the_owner_is_asked(night, limit, report):
    client = night.client()
    await set_policy(client, **(FREELY | limit))
    await night.scratch(client, **report)
    assert set(await by_state(night, client)) == {"proposed"}


async def test_the_cap_of_a_night_holds(night):
    client = night.client()
    await set_policy(client, **(FREELY | {"most_a_night": 1}))
    await night.scratch(client)
    found = await by_state(night, client)
    assert len(found["approved"]) == 1
    assert found["proposed"]


async def test_a_dry_run_says_what_it_would_do_and_does_nothing(night):
    client = night.client()
    await set_policy(client, **(FREELY | {"dry_run": True}))
    await night.scratch(client)
    found = await by_state(night, client)
    assert set(found) == {"proposed"}
    assert {s["auto_approval_status"] for s in found["proposed"]} == {"dry run: would be accepted"}


async def test_who_wants_to_hear_of_nothing_does_not(night):
    client = night.client()
    await set_policy(client, mode="never")
    await night.scratch(client)
    assert await by_state(night, client) == {}


async def test_nobody_sets_the_policy_of_another(night):
    ann = night.client("ann", "user")
    answer = await ann.http.put(POLICY, params={"user": "demo"}, json=FREELY)
    assert answer.status_code == 403
    answer = await ann.http.put(POLICY, json={"mode": "automatic", "minimum": 3})
    assert answer.status_code == 422
    assert "minimum" in answer.json()["detail"]
