"""What accepted swaps came to, and finding things by name."""

from __future__ import annotations

import numpy as np
import pytest

from models.evening import draw_evening, night_files
from models.events import FieldShown, GameFinal, GameStart, LiveScore, ShownField
from models.events.games import GameReport, LivePoints
from models.prizes import place_prizes

SWAPS = "/api/v1/lateswap/recommendations"
RESULTS = "/api/v1/lateswap/results"
BOARD = "/api/v1/contests/{}/board"


def envelope(night, **more):
    clock = night.hub.directory.slates[night.slate.slate_id].clock
    return {
        "source": "wire",
        "timestamp": clock,
        "received_at": clock,
        "slate_id": night.slate.slate_id,
        **more,
    }


async def begun(night, games):
    """These games have begun."""
    starts = [
        GameStart(event_id=f"s{g.game_id}", **envelope(night, game_id=g.game_id), data=GameReport())
        for g in games
    ]
    await night.tell(*starts)
    await night.settle()


async def scored(night, points):
    """Every game of the night has begun, and these points were scored so far."""
    await begun(night, night.slate.games)
    await night.tell(LiveScore(event_id="score", **envelope(night), data=LivePoints(points=points)))
    await night.settle()


def lucky(night, swaps):
    """Points of everybody by which these swaps earn something."""
    points = {p.player_id: n * 7 % 41 + n / 100 for n, p in enumerate(night.slate.players)}
    for player in swaps[0]["lineup_before"]:  # near the top even as it was, where places differ
        points[player] += 20.0
    came = {p for s in swaps for p in s["lineup_after"]}
    return points | dict.fromkeys(came - {p for s in swaps for p in s["lineup_before"]}, 95.0)


async def ended(night, points=None):
    """Every game of the night is over, and these points were scored."""
    if points is not None:
        await scored(night, points)
    finals = [
        GameFinal(event_id=f"f{g.game_id}", **envelope(night, game_id=g.game_id), data=GameReport())
        for g in night.slate.games
    ]
    await night.tell(*finals)
    await night.settle()


async def shown(night, hidden=()):
    """Everybody's lineups as the evening has them, without the players of some games."""
    show = next(e for e in night.night.timeline if isinstance(e, FieldShown))
    lineups = np.frombuffer(show.data.lineups, np.int16).reshape(-1, 8)
    unseen = [n for n, p in enumerate(night.slate.players) if p.game_id in hidden]
    lineups = np.where(np.isin(lineups, unseen), -2, lineups).astype(np.int16)
    data = ShownField(entry_ids=show.data.entry_ids, lineups=lineups.tobytes())
    about = envelope(night, contest_id=night.contest_id)
    await night.tell(FieldShown(event_id=f"shown-{len(unseen)}", **about, data=data))
    await night.settle()
    return dict(zip(data.entry_ids, lineups.tolist(), strict=True))


async def accepted(night, client, count=1):
    """So many swaps accepted after somebody was ruled out; answers them, and who is out."""
    out, _ = await night.scratch(client)
    swaps = (await client.get(SWAPS, state="proposed"))["recommendations"][:count]
    for swap in swaps:
        await client.post(f"{SWAPS}/{swap['recommendation_id']}/approve")
    return swaps, out


async def test_a_swap_is_measured_against_holding_once_its_games_are_over(night):
    client = night.client()
    (swap,), out = await accepted(night, client)
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


async def test_dollars_are_told_once_everybodys_lineups_are_shown(night):
    client = night.client()
    swaps, _ = await accepted(night, client, count=3)
    (contest,) = (await client.get(RESULTS))["contests"]
    assert contest["gained_dollars"] is None
    assert "nobody has shown" in contest["unpaid_because"]
    points = lucky(night, swaps)
    await scored(night, points)
    await shown(night, hidden={night.slate.games[0].game_id})
    (contest,) = (await client.get(RESULTS))["contests"]
    assert "hidden" in contest["unpaid_because"]
    field = await shown(night)
    so_far = await client.get(RESULTS)
    assert not so_far["contests"][0]["final"]
    assert so_far["total"]["paid_contests"] == 0
    await ended(night)
    answer = await client.get(RESULTS)

    # By hand: the contest as it ended, and as it would have without these swaps.
    prizes = night.hub.directory.contests[night.contest_id].prizes
    ids = [p.player_id for p in night.slate.players]
    held = {e: sum(points[ids[row]] for row in lineup) for e, lineup in field.items()}
    for swap in swaps:
        held[swap["lineup_id"]] = sum(points[p] for p in swap["lineup_before"])
    now = held | {s["lineup_id"]: sum(points[p] for p in s["lineup_after"]) for s in swaps}
    mine = [e["entry_id"] for e in (await client.get(BOARD.format(night.contest_id)))["entries"]]

    def paid(standing):
        return dict(
            zip(standing, place_prizes(list(standing.values()), prizes).tolist(), strict=True)
        )

    (contest,) = answer["contests"]
    assert contest["final"]
    assert contest["unpaid_because"] == ""
    assert contest["dollars_held"] == pytest.approx(sum(paid(held)[e] for e in mine), abs=0.01)
    assert contest["dollars_swapped"] == pytest.approx(sum(paid(now)[e] for e in mine), abs=0.01)
    assert contest["gained_dollars"] > 0
    assert answer["total"]["gained_dollars"] == contest["gained_dollars"]
    for one in answer["results"]:
        entry = one["recommendation"]["lineup_id"]
        alone = paid(now | {entry: held[entry]})[entry]
        assert one["dollars_swapped"] == pytest.approx(paid(now)[entry], abs=0.01)
        assert one["dollars_held"] == pytest.approx(alone, abs=0.01)


async def test_of_a_game_that_is_off_nobody_is_shown_and_dollars_are_told(night):
    client = night.client()
    await accepted(night, client)
    off = night.slate.games[-1]
    postponed = {"event_type": "game_postponed", "source": "wire", "game_id": off.game_id}
    await client.post("/api/v1/realtime/events", {**postponed, "data": {}})
    await begun(night, [game for game in night.slate.games if game is not off])
    await shown(night, hidden={off.game_id})
    (contest,) = (await client.get(RESULTS))["contests"]
    assert contest["unpaid_because"] == ""
    assert contest["gained_dollars"] is not None


async def test_without_prizes_it_is_said_that_they_are_missing(house):
    client = house.client()
    files = night_files(draw_evening(3, entries=12, field=40))
    headers = {"Content-Type": "text/csv"}
    upload = files["DKEntries.csv"]
    answer = await client.http.post("/api/v1/uploads", content=upload, headers=headers)
    assert answer.status_code == 201, answer.text
    (contest,) = house.hub.directory.contests
    listing = next(iter(house.hub.directory.slates.values()))
    board = await client.get(BOARD.format(contest))
    out = board["entries"][0]["lineup"][0]
    event = {"event_type": "player_injury", "source": "wire", "player_id": out}
    await client.post("/api/v1/realtime/events", {**event, "data": {"status": "OUT"}})
    await house.actors.settle(listing.slate.slate_id, contest, await house.log.last_offset())
    swap = (await client.get(SWAPS, state="proposed"))["recommendations"][0]
    await client.post(f"{SWAPS}/{swap['recommendation_id']}/approve")
    (told,) = (await client.get(RESULTS))["contests"]
    assert "prizes are not known" in told["unpaid_because"]


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
