"""A whole generated evening with every swap accepted: what entries were to gain, and what they did.

One evening says little; ``LATESWAP_EVERY_NIGHT=1`` plays six and holds their sums to each other.
"""

from __future__ import annotations

import os

import pytest

from models.events import LiveScore, OwnershipUpdate

SWAPS = "/api/v1/lateswap/recommendations"
RESULTS = "/api/v1/lateswap/results"
DECISIONS = "/api/v1/lateswap/decisions"
ENTRIES = 60
SEEDS = range(1, 7) if os.environ.get("LATESWAP_EVERY_NIGHT") else (2,)


async def played(night, client):
    """Tell the evening's events and accept whatever is proposed, news by news."""
    batch = []
    for event in night.night.timeline:
        batch.append(event)
        if not isinstance(event, LiveScore | OwnershipUpdate):
            await night.tell(*batch)
            await all_accepted(night, client)
            batch = []
    if batch:
        await night.tell(*batch)
    await night.settle()


async def all_accepted(night, client):
    await night.settle()
    while swaps := (await client.get(SWAPS, state="proposed", limit=500))["recommendations"]:
        ids = [swap["recommendation_id"] for swap in swaps]
        body = {"action": "approve", "recommendation_ids": ids}
        decided = await client.post(DECISIONS, body)
        await night.settle()
        if all(one.get("problem") for one in decided["decisions"]):
            return


async def test_what_entries_were_to_gain_is_borne_out_and_no_sum_of_claims(houses):
    expected = earned = claims = 0.0
    for seed in SEEDS:
        night = await houses()
        await night.open_night(seed, entries=ENTRIES)
        client = night.client()
        await played(night, client)
        found = await client.get(RESULTS)
        assert found["contests"][0]["final"]
        total = found["total"]
        expected += total["expected_dollars"]
        earned += total["gained_dollars"]
        claims += sum(one["expected_dollars"] or 0.0 for one in found["results"])
        standing = [one for one in found["results"] if one["stands"]]
        points = sum(one["expected_points"] for one in standing)
        assert total["expected_points"] == pytest.approx(points)
        assert 0.7 < total["gained_points"] / total["expected_points"] < 1.3
    print(
        f"{len(SEEDS)} evenings of {ENTRIES} entries: to gain ${expected:,.0f}, "
        f"gained ${earned:,.0f}; claims one by one ${claims:,.0f}"
    )
    assert claims > 1.5 * expected
    assert 0.5 < earned / expected < 2.0
