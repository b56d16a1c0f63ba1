"""A contest's standings uploaded: everybody's lineups, ownership, points, and so results in dollars."""

from __future__ import annotations

import numpy as np
import pytest

from models.evening import draw_evening, night_files
from models.field import HIDDEN
from models.files import read_standings
from models.prizes import place_prizes

SWAPS = "/api/v1/lateswap/recommendations"
RESULTS = "/api/v1/lateswap/results"
OWNERSHIP = "/api/v1/realtime/ownership/{}"
CSV = {"Content-Type": "text/csv"}
NBA_MINUTES = 48


@pytest.fixture(scope="module")
def final():
    """The final standings of the evening that ``night`` opens."""
    files = night_files(draw_evening(1, entries=20))
    return next(content for name, content in files.items() if "standings" in name)


def name_of(night):
    return f"contest-standings-{night.contest_id}.csv"


async def hand_in(night, client, content, path=None, name=None, status=201):
    path = path or f"/api/v1/contests/{night.contest_id}/standings"
    params = {"filename": name or name_of(night)}
    answer = await client.http.post(path, params=params, content=content, headers=CSV)
    assert answer.status_code == status, answer.text
    if status == 201:
        await night.settle()
    return answer.json()


def as_of(content, slate, hidden, played=0.5):
    """The standings while players of these games were hidden and the others' games half played."""
    games = {p.name: p.game_id for p in slate.players}
    read = read_standings(content, "f.csv")
    text = content.decode("utf-8-sig")
    lines = {line.split(",")[1]: line for line in text.splitlines()[1:] if line[0] != ","}
    for entry in read.entries:
        told, left = [], 0.0
        for slot, name in zip(read.slots, entry.lineup, strict=True):
            unseen = games[name] in hidden
            told.append(f"{slot} {'LOCKED' if unseen else name}")
            left += NBA_MINUTES * (1.0 if unseen else 1.0 - played)
        cells = lines[entry.entry_id].split(",")
        cells[3], cells[5] = str(left), " ".join(told)
        text = text.replace(lines[entry.entry_id], ",".join(cells))
    return text.encode()


async def test_final_standings_tell_what_swaps_earned(night, final):
    client = night.client()
    await night.scratch(client)
    for swap in (await client.get(SWAPS, state="proposed"))["recommendations"][:3]:
        await client.post(f"{SWAPS}/{swap['recommendation_id']}/approve")
    receipt = await hand_in(night, client, final)
    assert receipt["final"]
    assert (receipt["hidden"], receipt["problems"]) == (0, [])
    found = await client.get(RESULTS)
    (contest,) = found["contests"]
    assert (contest["final"], contest["unpaid_because"]) == (True, "")

    # By hand, from the file: it has the entries as they were before the swaps.
    read = read_standings(final, "f.csv")
    scored = {player.name: player.points for player in read.players}
    ids = {p.player_id: p.name for p in night.slate.players}
    held = {entry.entry_id: entry.points for entry in read.entries}
    swaps = {one["recommendation"]["lineup_id"]: one for one in found["results"]}
    assert swaps
    now = held | {
        entry: sum(scored.get(ids[p], 0.0) for p in one["recommendation"]["lineup_after"])
        for entry, one in swaps.items()
    }
    assert all(one["points_held"] == pytest.approx(held[e]) for e, one in swaps.items())
    prizes = night.hub.directory.contests[night.contest_id].prizes
    board = await client.get(f"/api/v1/contests/{night.contest_id}/board")
    mine = [list(held).index(entry["entry_id"]) for entry in board["entries"]]

    def paid(points):
        return place_prizes(list(points.values()), prizes)[mine].sum()

    assert contest["dollars_held"] == pytest.approx(paid(held), abs=0.01)
    assert contest["dollars_swapped"] == pytest.approx(paid(now), abs=0.01)


async def test_ownership_is_that_of_the_file(night, final):
    client = night.client("root", "source")
    await hand_in(night, client, final)
    told = await client.get(OWNERSHIP.format(night.contest_id))
    ids = {p.name: p.player_id for p in night.slate.players}
    listed = {ids[p.name]: p.drafted for p in read_standings(final, "f.csv").players}
    assert listed
    assert all(
        told["ownership"][p] == pytest.approx(share, abs=6e-5) for p, share in listed.items()
    )


async def test_standings_of_the_middle_show_what_has_begun(night, final):
    client = night.client()
    late = night.slate.games[-1].game_id
    receipt = await hand_in(night, client, as_of(final, night.slate, {late}))
    assert not receipt["final"]
    assert receipt["hidden"] > 0
    told = await client.get(OWNERSHIP.format(night.contest_id))
    seen = {p.player_id for p in night.slate.players if p.game_id != late}
    observed = {p for p in seen if p in told["ownership"]}
    assert observed == seen
    scored = {p.name: p.points for p in read_standings(final, "f.csv").players}
    somebody = next(p for p in night.slate.players if p.game_id != late and scored.get(p.name))
    contest = night.actors.contest(night.contest_id).state
    row = contest.player_row[somebody.player_id]
    assert contest.columns.scored[row] == pytest.approx(scored[somebody.name])
    assert contest.columns.left[row] == pytest.approx(0.5, abs=0.01)
    assert (np.frombuffer(contest.shown.lineups, np.int16) == HIDDEN).any()


async def test_dropped_anywhere_they_find_their_contest(night, final):
    client = night.client()
    report = await hand_in(night, client, final, path="/api/v1/uploads")
    assert report["kind"] == "standings"
    assert [c["contest_id"] for c in report["contests"]] == [night.contest_id]
    await client.get(OWNERSHIP.format(night.contest_id))


async def test_the_same_file_twice_is_taken_once(night, final):
    client = night.client()
    await hand_in(night, client, final)
    once = await night.log.last_offset()
    await hand_in(night, client, final)
    assert await night.log.last_offset() == once


def of_another_slate(final):
    files = night_files(draw_evening(77, entries=20))
    return next(content for name, content in files.items() if "standings" in name)


def of_another_contest(final):
    return final.replace(b",70000", b",80000")


def of_a_larger_contest(final):
    last = final.rstrip().splitlines()[1].decode().split(",")
    more = "".join(f"1,99{n},x,0,1.0,{last[5]}\r\n" for n in range(10_000))
    return final + more.encode()


def without_lineups(final):
    head, *rows = final.splitlines()
    return b"\r\n".join([head, *(b",".join([*row.split(b",")[:5], b""]) for row in rows)])


BAD = {
    of_another_slate: "nobody on this slate",
    of_another_contest: "none of the entries",
    of_a_larger_contest: "entries, contest",
    without_lineups: "nobody of this slate",
    lambda _: b"Rank,Points\r\n1,2\r\n": "no standings header",
}


@pytest.mark.parametrize("spoil", BAD)
async def test_a_file_that_is_not_of_the_contest_is_refused_and_changes_nothing(
    night, final, spoil
):
    client = night.client()
    before = await night.log.last_offset()
    problem = await hand_in(night, client, spoil(final), status=422)
    assert BAD[spoil] in problem["detail"]
    assert problem["remedy"]
    assert await night.log.last_offset() == before


async def test_a_file_named_after_another_contest_is_refused(night, final):
    name = "contest-standings-1234.csv"
    problem = await hand_in(night, night.client(), final, name=name, status=422)
    assert "contest 1234" in problem["detail"]
    dropped = await hand_in(
        night, night.client(), final, path="/api/v1/uploads", name=name, status=422
    )
    assert "DKEntries.csv" in dropped["remedy"]


@pytest.mark.parametrize("path", ["", "/api/v1/uploads"])
async def test_players_do_not_hand_in_what_counts_for_everybody(night, final, path):
    await hand_in(night, night.client("ann", "user"), final, path=path, status=403)
