"""Over HTTP: whom an entry's owner keeps, and who is not to come in, binds what is proposed."""

from __future__ import annotations

import pytest

from tests.serve.test_websocket import received

SWAPS = "/api/v1/lateswap/recommendations"


@pytest.fixture
async def trouble(night):
    """A client, an entry that holds somebody who is out, him, and the swap proposed to it."""
    client = night.client()
    out, _ = await night.scratch(client)
    (*_, first) = (await client.get(SWAPS, state="proposed"))["recommendations"]
    return client, first["lineup_id"], out, first


def comes(recommendation):
    return [move["player_in"] for move in recommendation["swap_recommendations"]]


async def ask(client, entry, **wishes):
    return await client.post(SWAPS, {"lineup_ids": [entry], "only_out": True, **wishes})


async def entry_of(night, client, entry):
    board = await client.get(f"/api/v1/contests/{night.contest_id}/board")
    return next(one for one in board["entries"] if one["entry_id"] == entry)


async def test_the_next_best_comes_instead_of_who_is_excluded(trouble, night):
    client, entry, out, first = trouble
    unwanted, gains = comes(first), [first["total_impact"]]
    for _ in range(5):
        answer = await ask(client, entry, exclude=unwanted)
        (another,) = answer["recommendations"]
        assert not set(comes(another)) & set(unwanted)
        assert out not in another["lineup_after"]
        assert answer["wishes"][0]["exclude"] == unwanted
        unwanted = [*unwanted, *comes(another)]
        gains.append(another["total_impact"])
    print(f"gains of one after another: {gains}")
    board = await entry_of(night, client, entry)
    assert board["wishes"]["exclude"] == unwanted[: -len(comes(another))]
    assert board["proposal"]["after"] == another["lineup_after"]


async def test_who_is_excluded_stays_so_when_more_happens(trouble, night):
    client, entry, out, first = trouble
    unwanted = comes(first)
    (another,) = (await ask(client, entry, exclude=unwanted))["recommendations"]
    await night.scratch(client, comes(another)[0])
    board = await entry_of(night, client, entry)
    assert out not in board["proposal"]["after"]
    assert not {*unwanted, *comes(another)} & set(board["proposal"]["after"])


async def test_whoever_is_kept_stays_though_he_is_out_and_what_was_proposed_ends(trouble, night):
    client, entry, out, first = trouble
    answer = await ask(client, entry, keep=[out])
    assert answer["recommendations"] == []
    assert answer["statuses"][entry] != "improved"
    path = f"{SWAPS}/{first['recommendation_id']}/approve"
    problem = await client.post(path, status=409)
    assert "kept by the entry's owner" in problem["detail"]
    back = await ask(client, entry, keep=[], exclude=[])
    assert [r["lineup_after"] for r in back["recommendations"]] == [first["lineup_after"]]
    assert back["wishes"] == []
    board = await entry_of(night, client, entry)
    assert "wishes" not in board


async def test_what_is_not_said_stays_as_it_is(trouble):
    client, entry, _, first = trouble
    (stays, *_) = set(first["lineup_before"]) & set(first["lineup_after"])
    await ask(client, entry, keep=[stays])
    answer = await ask(client, entry, exclude=comes(first))
    (wishes,) = answer["wishes"]
    assert (wishes["keep"], wishes["exclude"]) == ([stays], comes(first))
    again = await ask(client, entry)
    assert again["wishes"] == answer["wishes"]


async def test_what_cannot_be_meant_is_refused_with_a_remedy(trouble):
    client, entry, _, first = trouble
    unnamed = await client.post(SWAPS, {"keep": comes(first)}, status=422)
    assert "lineup_ids" in unnamed["remedy"]
    stranger = await client.post(SWAPS, {"lineup_ids": [entry], "exclude": ["nobody"]}, status=422)
    assert "nobody" in stranger["detail"]
    assert "players" in stranger["remedy"]


async def test_nobody_wishes_for_another(trouble, night):
    client, entry, out, _ = trouble
    eve = night.client("eve", "user")
    answer = await ask(eve, entry, keep=[out])
    assert answer["unknown_lineups"] == [entry]
    assert "wishes" not in await entry_of(night, client, entry)
    asked = {"user_id": "demo", "lineup_ids": [entry], "keep": [out]}
    await eve.post(SWAPS, asked, status=403)


async def test_they_are_streamed_to_their_owner_alone(trouble, night):
    client, entry, out, _ = trouble
    eve = night.client("eve", "user")
    async with (
        client.stream(data_types=["wishes_set"]) as (mine, _),
        eve.stream(data_types=["wishes_set", "player_injury"]) as (hers, _),
    ):
        await ask(client, entry, keep=[out])
        await night.scratch(client)
        (frame,) = await received(mine, 1)
        (other,) = await received(hers, 1)
    assert frame["data"]["data"] == {"entry_id": entry, "keep": [out], "revision": 1}
    assert other["type"] == "player_injury"
