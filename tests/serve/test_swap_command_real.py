"""``lateswap swap`` on a recorded night, held against an independent exact solver."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pytest

from config.rules import load_rules
from models.files import match_names, read_entries, read_salaries, read_standings, slate_of

COMMAND = [str(Path(sys.executable).with_name("lateswap")), "swap"]
RULES = load_rules("draftkings/nba/classic")
AT = "2025-01-13T00:30:00Z"
BAD = (3, 40, 75, 149)
"""Rows made fully locked, blank, infeasible and malformed."""


@pytest.fixture(scope="module")
def night(shared: Path) -> Path:
    return shared / "data/nba-2024-25/slates/2025-01-12"


@pytest.fixture(scope="module")
def slate(night: Path):
    return slate_of(read_salaries((night / "DKSalaries.csv").read_bytes(), "DKSalaries.csv"), RULES)


@pytest.fixture(scope="module")
def entries(night: Path, slate, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real download with 150 real lineups of its contest, four of them spoilt."""
    final = read_standings(
        (night / "contest-standings-173036248.zip").read_bytes(), "s", RULES.slot_names
    )
    ids = match_names(final, slate).ids
    names = {player.player_id: player.name for player in slate.players}
    order = [sorted(RULES.slot_names).index(slot) for slot in RULES.slot_names]
    rows = []
    for entry in final.entries[1000:1150]:
        held = [ids[pair] for pair in zip(final.slots, entry.lineup, strict=True)]
        cells = ",".join(f"{names[held[i]]} ({held[i]})" for i in order)
        rows.append(
            f"{entry.entry_id},NBA $20K Four Point Play [20 Entry Max],173036248,$4,{cells},,"
        )
    _spoil(rows, slate)
    source = (night / "DKEntries-20250113T192143Z.csv").read_bytes().decode()
    lines = source.split("\r\n")
    path = tmp_path_factory.mktemp("real") / "DKEntries.csv"
    path.write_bytes("\r\n".join([lines[0], *rows, *lines[7:]]).encode())
    return path


def _spoil(rows: list[str], slate) -> None:
    locked, blank, dear, malformed = BAD
    rows[locked] = ",".join(
        cell + " (LOCKED)" if 4 <= i < 12 else cell
        for i, cell in enumerate(rows[locked].split(","))
    )
    rows[blank] = ",".join(rows[blank].split(",")[:4]) + "," * 10
    early = sorted(
        (p for p in slate.players if p.game_id not in {"CHA@PHX", "BKN@UTA"}),
        key=lambda player: -player.salary,
    )
    lineup: list[Any] = []
    for slot in RULES.slot_names[:7]:
        lineup.append(next(p for p in early if slot in p.roster_slots and p not in lineup))
    cells = [f"{p.name} ({p.player_id}) (LOCKED)" for p in lineup]
    rows[dear] = ",".join([*rows[dear].split(",")[:4], *cells, *rows[dear].split(",")[11:]])
    rows[malformed] = rows[malformed].replace("(37", "(3x7", 1)


@pytest.fixture(scope="module")
def report(night: Path, entries: Path) -> dict[str, Any]:
    folder = night.parent.parent
    given = {
        "salaries": night / "DKSalaries.csv",
        "entries": entries,
        "at": AT,
        "out": entries.with_name("out.csv"),
        "json": entries.with_name("report.json"),
        "box-scores": folder / "box_scores.csv.gz",
        "news": folder / "news_intervals.csv",
        "standings": night / "contest-standings-173036248-20250113T004802Z.zip",
    }
    arguments = [part for name, value in given.items() for part in (f"--{name}", str(value))]
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(given["json"].read_text())


def test_the_spoilt_rows_stay_and_the_others_are_solved(entries: Path, report: dict[str, Any]):
    states = [entry["status"] for entry in report["entries"]]
    assert [states[row] for row in BAD] == ["fully_locked", "blank", "infeasible", "infeasible"]
    others = [state for row, state in enumerate(states) if row not in BAD]
    assert len(others) == 146
    assert set(others) <= {"improved", "already_best", "fully_locked"}
    before = entries.read_bytes().split(b"\r\n")
    after = entries.with_name("out.csv").read_bytes().split(b"\r\n")
    assert [before[row + 1] for row in BAD] == [after[row + 1] for row in BAD]
    assert before[151:] == after[151:]
    assert [p["row"] for p in report["problems"] if p["row"]] == [BAD[3] + 2]


def test_the_upload_file_holds_what_the_report_says(entries: Path, report: dict[str, Any]):
    written = read_entries(entries.with_name("out.csv").read_bytes(), "out.csv")
    held = {entry.entry_id: entry for entry in written.entries}
    for entry in report["entries"]:
        if entry["status"] == "improved":
            assert held[entry["entry_id"]].lineup == tuple(entry["after"]["lineup"].values())


def test_locked_players_count_what_the_standings_give_them(
    night: Path, slate, report: dict[str, Any]
):
    live = read_standings(
        (night / "contest-standings-173036248-20250113T004802Z.zip").read_bytes(),
        "s",
        RULES.slot_names,
    )
    points = match_names(live, slate).points
    full = [
        entry
        for entry in report["entries"]
        if len(entry["locked_slots"]) == 8
        and points.keys() >= set(entry["before"]["lineup"].values())
    ]
    assert full
    for entry in full:
        assert entry["before"]["points"] == pytest.approx(
            sum(points[player_id] for player_id in entry["before"]["lineup"].values())
        )


def test_every_answer_is_the_optimum_of_an_independent_solver(
    night: Path, slate, entries: Path, report: dict[str, Any]
):
    values = _values_of_the_command(night, slate, entries)
    players = {player.player_id: player for player in slate.players}
    checked = 0
    for entry in report["entries"]:
        if entry["status"] not in {"improved", "already_best"} or len(entry["locked_slots"]) < 3:
            continue
        before, after = entry["before"]["lineup"], entry["after"]["lineup"]
        open_slots = [slot for slot in before if slot not in entry["locked_slots"]]
        spent = sum(players[before[slot]].salary for slot in entry["locked_slots"])
        best = _optimum(slate, values, open_slots, RULES.salary_cap - spent)
        got = sum(values[after[slot]] for slot in open_slots)
        assert got == pytest.approx(best, abs=1e-3)
        checked += 1
    assert checked > 60


def _values_of_the_command(night: Path, slate, entries: Path) -> dict[str, float]:
    """What each open player is worth, by the same public functions; locked ones are left out."""
    from datetime import datetime

    from config.projections import load_weights
    from models.files import read_box_scores, read_news
    from models.swap import SwapCase, situation_of

    folder = night.parent.parent
    packed = (folder / "box_scores.csv.gz").read_bytes()
    situation = situation_of(
        SwapCase(
            at=datetime.fromisoformat(AT),
            slate=slate,
            rules=RULES,
            entries=read_entries(entries.read_bytes(), "e"),
            box_scores=read_box_scores(packed, "b"),
            weights=load_weights("nba"),
            news=read_news((folder / "news_intervals.csv").read_bytes(), "n"),
        )
    )
    return {
        i: value
        for i, value in situation.values.items()
        if i not in situation.locked and i not in situation.absent
    }


def _optimum(slate, values: dict[str, float], slots: list[str], budget: int) -> float:
    """The best total of the open slots as a mixed-integer program."""
    pairs = [
        (player, slot)
        for player in slate.players
        if player.player_id in values
        for slot in slots
        if slot in player.roster_slots
    ]
    rows: dict[Any, list[int]] = {}
    for column, (player, slot) in enumerate(pairs):
        rows.setdefault(player.player_id, []).append(column)
        rows.setdefault(("slot", slot), []).append(column)
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("mip_rel_gap", 0.0)
    for player, _ in pairs:
        model.addVar(0, 1)
        model.changeColCost(model.getNumCol() - 1, -values[player.player_id])
        model.changeColIntegrality(model.getNumCol() - 1, highspy.HighsVarType.kInteger)
    for key, columns in rows.items():
        least = 1.0 if isinstance(key, tuple) else 0.0
        model.addRow(least, 1, len(columns), np.array(columns), np.ones(len(columns)))
    salaries = np.array([float(player.salary) for player, _ in pairs])
    model.addRow(0, budget, len(pairs), np.arange(len(pairs)), salaries)
    model.run()
    return -model.getInfo().objective_function_value
