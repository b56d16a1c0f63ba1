"""Files as they come: found out, entered, refused with file, row and remedy; then nothing changed."""

from __future__ import annotations

import io
import resource
import zipfile

import pytest

from models.evening import draw_evening, night_files
from models.files import read_entries

UPLOADS = "/api/v1/uploads"
CSV = {"Content-Type": "text/csv"}


@pytest.fixture(scope="module")
def files():
    return night_files(draw_evening(3, entries=12))


async def upload(client, content, status=201, name="DKEntries.csv"):
    answer = await client.http.post(
        UPLOADS, params={"filename": name}, content=content, headers=CSV
    )
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_an_entries_file_opens_its_slate_and_contests(house, files):
    client = house.client("ann", "user")
    report = await upload(client, files["DKEntries.csv"])
    assert (report["kind"], report["mode"]) == ("entries", "replay")  # of an evening long over
    assert [contest["entries"] for contest in report["contests"]] == [12]
    again = await upload(client, files["DKEntries.csv"])
    assert again["slate_id"] == report["slate_id"]
    assert len((await client.get("/api/v1/slates"))["slates"]) == 1
    same = await client.http.get("/api/v1/entries.csv")
    assert same.content == files["DKEntries.csv"]


async def test_a_salary_file_is_told_from_an_entries_file(house, files):
    report = await upload(house.client(), files["DKSalaries.csv"], name="whatever.csv")
    assert report["kind"] == "salaries"
    assert report["players"] > 100


async def test_entries_join_the_slate_of_their_players(house, files):
    client = house.client()
    slate = (await upload(client, files["DKSalaries.csv"]))["slate_id"]
    assert (await upload(client, files["DKEntries.csv"]))["slate_id"] == slate


async def test_a_file_of_several_contests_comes_back_as_one(house, files):
    """Each contest's own export leaves the other's rows as they were: uploaded last, it undoes it."""
    client = house.client("ann", "user")
    rows = files["DKEntries.csv"].split(b"\r\n")
    own = read_entries(files["DKEntries.csv"], "f").entries[0].contest_id.encode()
    source = b"\r\n".join(
        row.replace(own, b"900000999") if i % 2 and i <= 12 else row for i, row in enumerate(rows)
    )
    report = await upload(client, source)
    assert sorted(contest["entries"] for contest in report["contests"]) == [6, 6]
    held = [p for row in read_entries(source, "f").entries for p in row.lineup]
    out = max(set(held), key=held.count)
    await house.client("root").post(
        "/api/v1/realtime/events",
        {
            "event_type": "player_injury",
            "source": "wire",
            "player_id": out,
            "data": {"status": "OUT"},
        },
    )
    for contest in report["contests"]:
        offset = await house.log.last_offset()
        await house.actors.settle(report["slate_id"], contest["contest_id"], offset)
    await house.hub.until(await house.log.last_offset())
    found = (await client.get("/api/v1/lateswap/recommendations", state="proposed"))[
        "recommendations"
    ]
    assert len({swap["contest_id"] for swap in found}) == 2
    ids = [swap["recommendation_id"] for swap in found]
    await client.post(
        "/api/v1/lateswap/decisions", {"action": "approve", "recommendation_ids": ids}
    )
    answer = await client.http.get("/api/v1/entries.csv")
    assert int(answer.headers["x-changed-entries"]) == len(found)
    now = {row.entry_id: row.lineup for row in read_entries(answer.content, "f").entries}
    assert all(now[swap["lineup_id"]] == tuple(swap["lineup_after"]) for swap in found)


def zipped(name, content):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


HEAD = b"Entry ID,Contest Name,Contest ID,Entry Fee,PG,SG,SF,PF,C,G,F,UTIL\r\n"
BAD = {
    "no table at all": b"\x00\x01\x02" * 400,
    "another sport's slots": HEAD.replace(b"PG,SG,SF,PF,C,G,F,UTIL", b"QB,RB")
    + b"1,c,2,$1,a,b\r\n",
    "cut off in its header": HEAD[:40],
    "100,001 rows": HEAD + b"1,c,2,$1,,,,,,,,\r\n" * 100_001,
    "a zip bomb": zipped("DKEntries.csv", b"0" * (300 * 2**20)),
    "a zip without a table": zipped("readme.txt", b"x"),
    "UTF-16 without its mark": HEAD.decode().encode("utf-16-le"),
    "another slate's players": HEAD + b"1,c,2,$1" + b",Nobody (1)" * 8 + b"\r\n",
}


@pytest.mark.parametrize("what", BAD)
async def test_a_file_that_cannot_be_used_is_refused_and_changes_nothing(house, what):
    client = house.client()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    problem = await upload(client, BAD[what], status=422)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"F26 {what}: {len(BAD[what]):,} bytes refused, {grown:.0f} MB: {problem['detail'][:90]}")
    assert problem["remedy"]
    assert (await client.get("/api/v1/slates"))["slates"] == []
    assert house.hub.offset == "0-0"


async def test_a_name_that_a_spreadsheet_would_run_goes_out_as_it_came(house, files):
    """No name of ours is ever put into a cell that the site did not name itself."""
    client = house.client("ann", "user")
    evil = files["DKEntries.csv"].replace(b"Night Shift", b"=cmd|' /C calc'!A0")
    await upload(client, evil)
    answer = await client.http.get("/api/v1/entries.csv")
    assert answer.content == evil
    assert "=cmd" not in answer.headers["content-disposition"]
    assert answer.headers["x-content-type-options"] == "nosniff"
