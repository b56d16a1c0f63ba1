"""What accepted swaps came to, and finding things by name."""

from __future__ import annotations

from models.events import GameFinal, LiveScore
from models.events.games import GameReport, LivePoints

SWAPS = "/api/v1/lateswap/recommendations"
RESULTS = "/api/v1/lateswap/results"


async def ended(night, points):
    """Every game of the night is over, and these points were scored."""
    clock = night.hub.directory.slates[night.slate.slate_id].clock
    envelope = {
        "source": "wire",
        "timestamp": clock,
        "received_at": clock,
        "slate_id": night.slate.slate_id,
    }
    scores = LiveScore(event_id="score", **envelope, data=LivePoints(points=points))
    finals = [
        GameFinal(event_id=f"f{g.game_id}", **envelope, game_id=g.game_id, data=GameReport())
        for g in night.slate.games
    ]
    await night.tell(scores, *finals)
    await night.settle()


async def test_a_swap_is_measured_against_holding_once_its_games_are_over(night):
    client = night.client()
    out, _ = await night.scratch(client)
    swap = (await client.get(SWAPS, state="proposed"))["recommendations"][0]
    await client.post(f"{SWAPS}/{swap['recommendation_id']}/approve")
    before = await client.get(RESULTS)
    assert (before["total"]["swaps"], before["total"]["final"]) == (1, 0)
    came = set(swap["lineup_after"]) - set(swap["lineup_before"])
    went = set(swap["lineup_before"]) - set(swap["lineup_after"])
    points = dict.fromkeys(came, 30.0) | dict.fromkeys(went - {out}, 12.0)
    await ended(night, points)
    (one,) = (after := await client.get(RESULTS))["results"]
    gained = 30.0 * len(came) - 12.0 * len(went - {out})
    assert one["final"]
    assert one["gained_points"] == gained
    assert one["points_swapped"] - one["points_held"] == gained
    assert after["total"]["gained_points"] == gained
    assert after["total"]["better_than_holding"] == (gained > 0)


async def test_results_of_others_are_theirs(night):
    ann = night.client("ann", "user")
    assert (await ann.get(RESULTS))["results"] == []
    await ann.get(RESULTS, status=403, user="demo")


async def test_everything_with_a_name_is_found_by_part_of_it(night):
    client = night.client("eve", "viewer")
    player, game = night.slate.players[0], night.slate.games[0]
    found = await client.get("/api/v1/search", q=player.name.split()[0][:4].lower())
    assert player.player_id in [one["id"] for one in found["found"]]
    (listed,) = (await client.get("/api/v1/search", q=f"{game.away}@{game.home}"))["found"]
    assert listed["path"] == f"/api/v1/odds/{game.game_id}"
    name = night.hub.directory.contests[night.contest_id].name
    contests = (await client.get("/api/v1/search", q=name[:8]))["found"]
    assert night.contest_id in [one["id"] for one in contests]
    assert (await client.get(contests[0]["path"]))["contest_id"] == night.contest_id
    assert (await client.get("/api/v1/search", q="no such name"))["total"] == 0
    await client.get("/api/v1/search", status=422, q="x")
