"""``lateswap swap`` as a user runs it, on a file of 150 entries with every kind of bad row."""

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

COMMAND = [str(Path(sys.executable).with_name("lateswap")), "swap"]
SLOTS = ("PG", "SG", "SF", "PF", "C", "G", "F", "UTIL")
HEAD = "Position,Name + ID,Name,ID,Roster Position,Salary,Game Info,TeamAbbrev,AvgPointsPerGame"
KINDS = {
    "PG": "PG/G/UTIL", "SG": "SG/G/UTIL", "SF": "SF/F/UTIL", "PF": "PF/F/UTIL", "C": "C/UTIL",
}  # fmt: skip
AT = "2025-01-12T23:30:00Z"
EARLY, LATE = "01/12/2025 06:00PM ET", "01/12/2025 09:00PM ET"


def run(*arguments: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False
    )


class Evening:
    """Two games under way and two ahead, 20 players in each, a file of entries."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        self.players: dict[str, dict[str, Any]] = {}
        for game, (away, home) in enumerate([("A", "B"), ("C", "D"), ("E", "F"), ("G", "H")]):
            for number in range(20):
                self._add(
                    number, team=(away, home)[number % 2], pair=f"{away}@{home}", late=game > 1
                )
        self.salaries = folder / "DKSalaries.csv"
        self.salaries.write_text("\r\n".join([HEAD, *map(self._row, self.players), ""]))

    def _add(self, number: int, *, team: str, pair: str, late: bool) -> None:
        player_id = str(37_000_000 + len(self.players))
        position = list(KINDS)[number % 5]
        salary = 3_000 + 100 * self.random.randrange(60)
        self.players[player_id] = {
            "name": f"Player {team} {number}", "position": position, "salary": salary,
            "team": team, "game": f"{pair} {LATE if late else EARLY}", "late": late,
            "average": round(salary / 200 * self.random.uniform(0.7, 1.3), 2),
        }  # fmt: skip

    def _row(self, player_id: str) -> str:
        player = self.players[player_id]
        cells = (
            player["position"], f"{player['name']} ({player_id})", player["name"], player_id,
            KINDS[player["position"]], player["salary"], player["game"], player["team"],
            player["average"],
        )  # fmt: skip
        return ",".join(map(str, cells))

    def lineup(self, *, late: int, dear: bool = False) -> list[str]:
        """Ids slot by slot under the cap, the last ``late`` slots from games still ahead."""
        while True:
            chosen: list[str] = []
            for i, slot in enumerate(SLOTS):
                fits = [
                    player_id
                    for player_id, player in self.players.items()
                    if slot in KINDS[player["position"]].split("/")
                    and player["late"] == (i >= len(SLOTS) - late)
                    and player_id not in chosen
                ]
                if dear:
                    chosen.append(max(fits, key=lambda i: self.players[i]["salary"]))
                else:
                    chosen.append(self.random.choice(fits))
            if dear or sum(self.players[i]["salary"] for i in chosen) <= 50_000:
                return chosen

    def entry(self, number: int, lineup: list[str]) -> str:
        cells = [f"{self.players[i]['name']} ({i})" if i else "" for i in lineup]
        started = [bool(i) and not self.players[i]["late"] for i in lineup]
        marked = [c + " (LOCKED)" * s for c, s in zip(cells, started, strict=True)]
        return f'{4_000_000_000 + number},"NBA $4, 20 Entry",17,$4 ,{",".join(marked)},,'

    def write(self, rows: list[str]) -> Path:
        """Entries at the left, instructions and the pool at the right, BOM and CRLF."""
        head = f"Entry ID,Contest Name,Contest ID,Entry Fee,{','.join(SLOTS)},,Instructions"
        rows = [
            row + note for row, note in zip(rows, ["1. Column A", "2. Paste"], strict=False)
        ] + rows[2:]
        beside = [HEAD, *map(self._row, self.players)]
        for i, line in enumerate(beside, 6):
            while len(rows) <= i:
                rows.append("," * 13)
            rows[i] += f",{line}" if rows[i].startswith("4") or rows[i].startswith(",") else ""
        path = self.folder / "DKEntries.csv"
        path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([head, *rows, ""]).encode())
        return path


def solved(evening: Evening, entries: Path, *more: Any) -> tuple[dict[str, Any], bytes]:
    out, report = evening.folder / "out.csv", evening.folder / "report.json"
    done = run(
        "--salaries", evening.salaries, "--entries", entries, "--at", AT, "--out", out,
        "--json", report, *more,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(report.read_text()), out.read_bytes()


@pytest.fixture
def evening(tmp_path: Path) -> Evening:
    return Evening(tmp_path, seed=7)


def test_four_bad_rows_leave_the_other_146_solved(evening: Evening):
    rows = [evening.entry(i, evening.lineup(late=3)) for i in range(150)]
    rows[20] = evening.entry(20, evening.lineup(late=0))
    rows[50] = evening.entry(50, [""] * 8)
    rows[80] = evening.entry(80, evening.lineup(late=1, dear=True))
    rows[110] = "4000000110,NBA,17,$4,Nobody (1),Player"
    entries = evening.write(rows)
    report, written = solved(evening, entries)
    states = {entry["entry_id"]: entry["status"] for entry in report["entries"]}
    assert len(states) == 150
    assert states["4000000020"] == "fully_locked"
    assert states["4000000050"] == "blank"
    assert states["4000000080"] == states["4000000110"] == "infeasible"
    assert sum(state in {"improved", "already_best"} for state in states.values()) == 146
    assert sum(state == "improved" for state in states.values()) > 100
    assert [(p["file"], p["row"]) for p in report["problems"] if p["row"]] == [
        ("DKEntries.csv", 112)
    ]
    before, after = entries.read_bytes().split(b"\r\n"), written.split(b"\r\n")
    assert len(before) == len(after)
    for row in (20, 50, 80, 110):
        assert before[row + 1] == after[row + 1]
    for entry, old, new in zip(report["entries"], before[1:151], after[1:151], strict=True):
        assert (old == new) == (entry["status"] != "improved")
    assert before[151:] == after[151:]


def test_every_answer_is_legal_and_keeps_what_is_locked(evening: Evening):
    entries = evening.write([evening.entry(i, evening.lineup(late=i % 6)) for i in range(40)])
    report, _ = solved(evening, entries, "--top", 3)
    for entry in report["entries"]:
        before, after = entry["before"]["lineup"], entry["after"]["lineup"]
        assert all(before[slot] == after[slot] for slot in entry["locked_slots"])
        assert all(not evening.players[before[slot]]["late"] for slot in entry["locked_slots"])
        for lineup in (after, *(other["lineup"] for other in entry["alternatives"])):
            assert len(set(lineup.values())) == 8
            assert sum(evening.players[i]["salary"] for i in lineup.values()) <= 50_000
            for slot, player_id in lineup.items():
                player = evening.players[player_id]
                assert slot in KINDS[player["position"]].split("/")
                assert player["late"] or before[slot] == player_id
        points = [other["points"] for other in entry["alternatives"]]
        assert points == sorted(points, reverse=True)
        assert points[0] == entry["after"]["points"]
        gains = sum(swap["gain_points"] for swap in entry["swaps"])
        assert gains == pytest.approx(entry["gain_points"], abs=1e-4)


def test_the_limits_asked_for_hold(evening: Evening):
    rows = [evening.entry(i, evening.lineup(late=5)) for i in range(20)]
    entries = evening.write(rows)
    few, _ = solved(evening, entries, "--max-swaps", 1)
    assert {len(entry["swaps"]) for entry in few["entries"]} <= {0, 1}
    held = few["entries"][0]["before"]["lineup"]["UTIL"]
    news = evening.folder / "news.csv"
    player = evening.players[held]
    news.write_text(
        "date,player,team,event,not_before_utc,not_after_utc,source\n"
        f"2025-01-12,{player['name']},{player['team']},OUT,,2025-01-12T23:20:00+00:00,wire\n"
    )
    out, _ = solved(evening, entries, "--only-out", "--news", news)
    for entry in out["entries"]:
        assert [swap["out"] for swap in entry["swaps"]] == (
            [held] if held in entry["before"]["lineup"].values() else []
        )
        for swap in entry["swaps"]:
            assert "is out (known 2025-01-12T23:20:00Z, wire)" in swap["reason"]
            assert swap["events"] == [f"OUT {player['name']} 2025-01-12T23:20:00Z wire"]


def test_news_after_the_moment_changes_nothing(evening: Evening):
    entries = evening.write([evening.entry(i, evening.lineup(late=4)) for i in range(10)])
    plain, written = solved(evening, entries)
    late = evening.folder / "late.csv"
    names = [(p["name"], p["team"]) for p in evening.players.values() if p["late"]]
    late.write_text(
        "date,player,team,event,not_before_utc,not_after_utc,source\n"
        + "".join(f"2025-01-12,{n},{t},OUT,,2025-01-12T23:30:01Z,f\n" for n, t in names)
    )
    again, rewritten = solved(evening, entries, "--news", late)
    assert written == rewritten
    assert plain["entries"] == again["entries"]


def test_projections_are_used_as_given_and_zero_is_out(evening: Evening):
    entries = evening.write([evening.entry(0, evening.lineup(late=8))])
    star = next(i for i, p in evening.players.items() if p["late"] and p["salary"] < 4000)
    file = evening.folder / "projections.csv"
    rows = [f"{i},{90 if i == star else 0 if i[-1] == '5' else 10},x" for i in evening.players]
    file.write_text("\n".join(["ID,Projection,Luck", *rows, "99,50,x"]))
    report, _ = solved(evening, entries, "--projections", file)
    [entry] = report["entries"]
    assert report["projection_basis"] == "file"
    assert star in entry["after"]["lineup"].values()
    assert not any(i.endswith("5") for i in entry["after"]["lineup"].values())
    assert entry["after"]["points"] == 160.0
    assert any("99" in problem["message"] for problem in report["problems"])


def test_a_player_with_an_impossible_salary_stops_nobody_else(evening: Evening):
    entries = evening.write([evening.entry(0, evening.lineup(late=4))])
    salaries = evening.salaries.read_text()
    [odd] = [i for i, p in evening.players.items() if p["name"] == "Player H 19"]
    evening.salaries.write_text(
        salaries.replace(f"C/UTIL,{evening.players[odd]['salary']},G@H", "C/UTIL,4333,G@H")
    )
    report, _ = solved(evening, entries)
    assert report["entries"][0]["status"] == "improved"
    assert odd not in report["entries"][0]["after"]["lineup"].values()
    assert any("4333" in problem["message"] for problem in report["problems"])


def test_a_postponed_game_is_not_locked_and_scores_nothing(evening: Evening):
    text = evening.salaries.read_text().replace(f"A@B {EARLY}", "A@B Postponed")
    evening.salaries.write_text(text)
    lineup = evening.lineup(late=6)
    rows = [evening.entry(0, lineup).replace(" (LOCKED)", "")]
    entries = evening.folder / "DKEntries.csv"
    head = f"Entry ID,Contest Name,Contest ID,Entry Fee,{','.join(SLOTS)},,Instructions"
    entries.write_text("\r\n".join([head, *rows, ""]))
    report, _ = solved(evening, entries)
    [entry] = report["entries"]
    postponed = [
        slot for slot, i in entry["before"]["lineup"].items() if evening.players[i]["team"] in "AB"
    ]
    assert not set(postponed) & set(entry["locked_slots"])
    kept = entry["after"]["lineup"].values()
    assert not any(evening.players[i]["team"] in "AB" for i in kept)


def test_a_contest_without_late_swap_is_closed_at_the_first_start(evening: Evening):
    entries = evening.write([evening.entry(0, evening.lineup(late=5))])
    report, written = solved(evening, entries, "--no-late-swap")
    assert report["entries"][0]["status"] == "fully_locked"
    assert report["entries"][0]["locked_slots"] == list(SLOTS)
    assert written == entries.read_bytes()


def test_entries_of_another_game_type_are_reported_and_left(evening: Evening):
    entries = evening.write([evening.entry(0, evening.lineup(late=5))])
    other = (
        b"Entry ID,Contest Name,Contest ID,Entry Fee,QB,RB,RB,WR,WR,WR,TE,FLEX,DST,,\r\n"
        b"4000000777,NFL,18,$4,A (1),B (2),C (3),D (4),E (5),F (6),G (7),H (8),Bears  (9),,\r\n"
    )
    entries.write_bytes(entries.read_bytes() + other)
    report, written = solved(evening, entries)
    assert [entry["status"] for entry in report["entries"]] == ["improved", "infeasible"]
    assert written.endswith(other)
    assert "QB, RB" in report["problems"][0]["message"]


def test_the_input_is_never_overwritten(evening: Evening):
    entries = evening.write([evening.entry(0, evening.lineup(late=5))])
    before = entries.read_bytes()
    done = run(
        "--salaries", evening.salaries, "--entries", entries, "--at", AT, "--out", entries
    )  # fmt: skip
    assert done.returncode == 1
    assert "name another file" in done.stderr
    assert entries.read_bytes() == before


def test_what_is_not_there_is_said_with_exit_code_two(evening: Evening):
    entries = evening.write([])
    arguments = ("--salaries", evening.salaries, "--entries", entries, "--out", "x")
    done = run(*arguments, "--at", AT, "--objective", "money")
    assert done.returncode == 2
    assert "give --payouts FILE" in done.stderr
    assert run(*arguments, "--at", "yesterday").returncode == 2


def test_a_file_that_is_not_the_sites_is_refused_without_output(evening: Evening):
    entries = evening.write([evening.entry(0, evening.lineup(late=5))])
    out = evening.folder / "out.csv"
    wrong = ("--salaries", entries.parent / "none.csv", "--entries", entries)
    done = run(*wrong, "--at", AT, "--out", out)
    assert done.returncode == 1
    assert "none.csv" in done.stderr
    assert not out.exists()
    assert [path.name for path in evening.folder.iterdir() if path.name.startswith(".")] == []


def test_neither_services_nor_the_compiler_are_loaded():
    code = (
        "import sys, serve.commands.swap_files\n"
        "heavy = {'ray', 'redis', 'numba', 'fastapi', 'duckdb', 'pyarrow'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
