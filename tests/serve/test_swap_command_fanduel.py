"""``lateswap swap`` on FanDuel's files: composite ids, quoted cells, no start times."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

COMMAND = [str(Path(sys.executable).with_name("lateswap")), "swap"]
SLOTS = ["PG", "PG", "SG", "SG", "SF", "SF", "PF", "PF", "C"]
POOL = [
    "Id", "Position", "First Name", "Nickname", "Last Name", "FPPG", "Played", "Salary", "Game",
    "Team", "Opponent", "Injury Indicator", "Injury Details", "Tier", "", "",
]  # fmt: skip


def quoted(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


@pytest.fixture
def players() -> list[list[str]]:
    """Six of each position in three games, the better the dearer; the last centre is out."""
    rows = []
    for i in range(30):
        position, team = SLOTS[i % 5 * 2], "ABCDEF"[i % 6]
        mark = "O" if i == 29 else ""
        rows.append([
            f"30803-{i}", position, "Al", f"Al {i}", str(i), str(20 + i), "9", str(5000 + 50 * i),
            f"{team}@X", team, "X", mark, "", "", "", "",
        ])  # fmt: skip
    return rows


def swap(
    folder: Path, players: list[list[str]], cells: list[str], *more: Any
) -> tuple[dict[str, Any], str]:
    salaries, entries, out = (folder / n for n in ("players.csv", "entries.csv", "out.csv"))
    salaries.write_text(quoted([POOL, *players]), newline="")
    head = ["entry_id", "contest_id", "contest_name", "entry_fee", *SLOTS, "", "Instructions"]
    row = ["3670015043", "127613-27", "FD, one", "0.25", *cells, "", "1) Fill"]
    entries.write_text(quoted([head, row]), newline="")
    report = folder / "report.json"
    done = subprocess.run(
        [*COMMAND, "--salaries", salaries, "--entries", entries, "--at", "2025-01-12T23:30:00Z",
         "--out", out, "--json", report, *more],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(entries.read_bytes().split(b"\r\n")) == len(out.read_bytes().split(b"\r\n"))
    return json.loads(report.read_text()), out.read_bytes().decode()


def held(players: list[list[str]]) -> list[list[str]]:
    """The cheapest lineup slot by slot."""
    chosen: list[list[str]] = []
    for slot in SLOTS:
        chosen.append(next(p for p in players if p[1] == slot and p not in chosen))
    return chosen


def test_changed_cells_hold_id_and_name_as_the_file_has_them(tmp_path: Path, players):
    cells = [f"{p[0]}:{p[3]}" for p in held(players)]
    report, written = swap(tmp_path, players, cells)
    [entry] = report["entries"]
    assert (report["site"], report["sport"], entry["status"]) == ("fanduel", "nba", "improved")
    assert list(entry["after"]["lineup"]) == [
        "PG", "PG2", "SG", "SG2", "SF", "SF2", "PF", "PF2", "C",
    ]  # fmt: skip
    names = {p[0]: p[3] for p in players}
    row = next(csv.reader(written.splitlines()[1:]))
    assert row[4:13] == [f"{i}:{names[i]}" for i in entry["after"]["lineup"].values()]
    assert row[:4] == ["3670015043", "127613-27", "FD, one", "0.25"]
    assert "30803-29" not in row
    assert any("no start time" in problem["message"] for problem in report["problems"])


def test_a_file_of_bare_ids_stays_one(tmp_path: Path, players):
    report, written = swap(tmp_path, players, [p[0] for p in held(players)])
    row = next(csv.reader(written.splitlines()[1:]))
    assert row[4:13] == list(report["entries"][0]["after"]["lineup"].values())


def test_starts_come_from_another_pool_of_the_evening(tmp_path: Path, players):
    schedule = tmp_path / "DKSalaries.csv"
    schedule.write_text(
        "Position,Name + ID,Name,ID,Roster Position,Salary,Game Info,TeamAbbrev,AvgPointsPerGame\n"
        + "".join(
            f"PG,P (1{i}),P,1{i},PG,5000,{team}@X 01/12/2025 0{6 + i % 2 * 3}:00PM ET,{team},0\n"
            for i, team in enumerate("ABCDEF")
        )
    )
    cells = [f"{p[0]}:{p[3]}" for p in held(players)]
    report, _ = swap(tmp_path, players, cells, "--schedule", schedule)
    [entry] = report["entries"]
    started = {p[0] for p in players if p[9] in "ACE"}
    locked = [entry["before"]["lineup"][slot] for slot in entry["locked_slots"]]
    assert set(locked) == started & set(entry["before"]["lineup"].values()) != set()
    assert not any("no start time" in problem["message"] for problem in report["problems"])


def test_no_more_than_four_of_a_team(tmp_path: Path, players):
    teams = ["A" if i >= 18 else "BCD"[i % 3] for i in range(30)]
    crowded = [[*p[:8], f"{team}@X", team, *p[10:]] for p, team in zip(players, teams, strict=True)]
    report, _ = swap(tmp_path, crowded, [p[0] for p in held(players)])
    [entry] = report["entries"]
    assert entry["status"] == "improved"
    after = entry["after"]["lineup"].values()
    assert sum(teams[int(i.split("-")[1])] == "A" for i in after) == 4
