"""``lateswap feeds replay``: recorded frames as JSON lines, and errors that say what to do."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from actors.feeds.recorder import Recorder
from actors.feeds.transports.port import Frame
from serve.commands.feeds_replay import replay

AT = datetime(2026, 1, 16, 22, tzinfo=UTC)
URL = "https://site.api.espn.com/apis/site/v2/sports/basketball/nba/injuries"
SLOTS = ("PG/G/UTIL", "SG/G/UTIL", "SF/F/UTIL", "PF/F/UTIL", "C/UTIL")


def row(name, word, number):
    page = [{"href": f"https://www.espn.com/nba/player/_/id/{number}/x"}]
    athlete = {"displayName": name, "position": {"abbreviation": "SF"}, "links": page}
    return {"id": "9", "status": word, "athlete": athlete}


@pytest.fixture
def records(tmp_path):
    recorder = Recorder(tmp_path / "records")
    for minute, word in enumerate(("Out", "Out", "Active")):
        rows = [row("LeBron James", word, 1966), {"status": "Out", "athlete": {}}]
        body = {"injuries": [{"displayName": "Los Angeles Lakers", "injuries": rows}]}
        at = AT + timedelta(minutes=minute)
        frame = Frame(json.dumps(body).encode(), at, url=URL)
        recorder.record("espn.nba.injuries", "polling", frame)
    recorder.close()
    return tmp_path / "records"


@pytest.fixture
def salaries(tmp_path):
    lines = [
        "Position,Name + ID,Name,ID,Roster Position,Salary,Game Info,TeamAbbrev,AvgPointsPerGame"
    ]
    for number, slots in enumerate(SLOTS, 1):
        name = "LeBron James" if number == 3 else f"Player N{number}"
        place = slots.partition("/")[0]
        game = "LAL@DEN 01/16/2026 07:00PM ET"
        lines.append(f"{place},{name} ({number}),{name},{number},{slots},9000,{game},LAL,40.0")
    file = tmp_path / "DKSalaries.csv"
    file.write_text("\n".join(lines))
    return file


def test_what_was_recorded_is_told_of_a_slate_that_was_followed(records, salaries, capsysbinary):
    assert replay(records, [salaries], None) == 0
    out, err = capsysbinary.readouterr()
    told = [json.loads(line) for line in out.splitlines()]
    assert [(e["source"], e["player_id"], e["data"]["standing"]) for e in told] == [
        ("espn.injuries", "3", "reading"), ("quality", "3", "unconfirmed"),
        ("espn.injuries", "3", "reading"), ("quality", "3", "unconfirmed"),
    ]  # fmt: skip
    assert [e["received_at"][11:16] for e in told] == ["22:00", "22:00", "22:02", "22:02"]
    assert b"espn.nba.injuries: 1 repeated, 0 unresolved, 3 unreadable" in err


def test_records_that_are_not_there_and_files_that_are_no_pool_are_told(records, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    assert replay(tmp_path / "empty", [], None) == 2
    assert "no records; they lie in nights/live/records" in capsys.readouterr().err
    (tmp_path / "x.csv").write_text("hello")
    assert replay(records, [tmp_path / "x.csv"], None) == 2
    assert "x.csv" in capsys.readouterr().err
