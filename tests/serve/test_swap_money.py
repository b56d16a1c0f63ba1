"""``lateswap swap --objective money`` as a user runs it, on a real night with live standings."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from config.rules import load_rules
from models.files import match_names, read_entries, read_salaries, read_standings, slate_of
from models.optimiser import check_legal
from models.pool import PlayerPool

COMMAND = [str(Path(sys.executable).with_name("lateswap")), "swap"]
RULES = load_rules("draftkings/nba/classic")
AT = "2025-01-13T00:48:02Z"
LIVE = "contest-standings-173036248-20250113T004802Z.zip"
OUT = ("Devin Booker", "PHX")
"""Ruled out in the news given."""


class Night:
    """A real slate, 40 real entries of its contest, and news that a star is out."""

    def __init__(self, data: Path, folder: Path) -> None:
        self.home, self.folder = data / "slates/2025-01-12", folder
        self.slate = slate_of(
            read_salaries((self.home / "DKSalaries.csv").read_bytes(), "DKSalaries.csv"), RULES
        )
        self.names = {player.player_id: player.name for player in self.slate.players}
        final = read_standings(
            (self.home / "contest-standings-173036248.zip").read_bytes(), "s", RULES.slot_names
        )
        ids = match_names(final, self.slate).ids
        order = [sorted(RULES.slot_names).index(slot) for slot in RULES.slot_names]
        rows = []
        for entry in final.entries[200:5800:140]:
            held = [ids[pair] for pair in zip(final.slots, entry.lineup, strict=True)]
            cells = ",".join(f"{self.names[held[i]]} ({held[i]})" for i in order)
            rows.append(f"{entry.entry_id},NBA $20K Four Point Play,173036248,$4 ,{cells},,")
        rows[7] = ",".join(rows[7].split(",")[:4]) + "," * 10
        rows.append(rows[0].replace("173036248", "999").replace(rows[0][:10], "4999999999"))
        head = f"Entry ID,Contest Name,Contest ID,Entry Fee,{','.join(RULES.slot_names)},,Notes"
        self.entries = folder / "DKEntries.csv"
        self.entries.write_bytes(b"\xef\xbb\xbf" + "\r\n".join([head, *rows, ""]).encode())
        self.news = folder / "news.csv"
        self.news.write_text(
            "date,player,team,event,not_before_utc,not_after_utc,source\n"
            f"2025-01-12,{OUT[0]},{OUT[1]},OUT,,2025-01-13T00:40:00+00:00,wire\n"
        )
        self.payouts = data / "payouts/20K Four Point Play.csv"
        self.box_scores = data / "box_scores.csv.gz"

    def run(self, *more: Any, name: str = "a") -> subprocess.CompletedProcess[str]:
        given = {
            "salaries": self.home / "DKSalaries.csv", "entries": self.entries, "at": AT,
            "out": self.folder / f"{name}.csv", "json": self.folder / f"{name}.json",
            "box-scores": self.box_scores, "news": self.news, "objective": "money",
        }  # fmt: skip
        arguments = [part for key, value in given.items() for part in (f"--{key}", str(value))]
        return subprocess.run(
            [*COMMAND, *arguments, *map(str, more)],
            capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip

    def report(self, name: str = "a") -> dict[str, Any]:
        return json.loads((self.folder / f"{name}.json").read_text())


@pytest.fixture(scope="module")
def night(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Night:
    return Night(shared / "data/nba-2024-25", tmp_path_factory.mktemp("money"))


@pytest.fixture(scope="module")
def told(night: Night) -> str:
    done = night.run(
        "--standings", night.home / LIVE, "--payouts", night.payouts, "--samples", 2000,
        "--seed", 5, "--top", 3,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def report(night: Night, told: str) -> dict[str, Any]:
    return night.report()


def test_every_entry_of_the_contest_has_money_and_every_swap_is_clear_of_its_error(report):
    assert report["objective"] == "money"
    assert len(report["entries"]) == 41
    improved = [entry for entry in report["entries"][:40] if entry["status"] == "improved"]
    assert len(improved) >= 3
    for entry in report["entries"][:40]:
        before, after = entry["before"], entry["after"]
        assert before["money"] >= 0
        assert before["roi"] == pytest.approx(before["money"] / 4 - 1, abs=1e-5)
        for rate in ("cash_rate", "win_rate", "top1_rate"):
            assert 0 <= before[rate] <= 1
            assert 0 <= after[rate] <= 1
    for entry in improved:
        low, high = entry["gain_money_interval"]
        gain = entry["after"]["money"] - entry["before"]["money"]
        assert 0 < low < entry["gain_money"] < high
        assert entry["gain_money"] == pytest.approx(gain, abs=1e-4)
        assert sum(s["gain_money"] for s in entry["swaps"]) == pytest.approx(gain, abs=1e-4)
    for entry in report["entries"]:
        if entry["status"] == "already_best":
            assert entry["gain_money"] in {0.0, None}
            assert entry["gain_money_interval"] is None
            assert entry["before"] == entry["after"]


def test_what_was_simulated_is_said(report):
    [contest] = report["simulations"]
    assert contest["contest_id"] == "173036248"
    assert contest["estimator"] == "exact"
    assert (contest["samples"], contest["entries"], contest["own_entries"]) == (2000, 5945, 40)
    assert contest["paid_places"] == 1538
    field = contest["field"]
    assert field["opponents"] == field["simulated"] == 5905
    assert field["visible"] + field["completed"] == 5905
    assert field["hidden_slots"] > 10_000
    held = [entry for entry in report["entries"] if entry["contest_id"] == "173036248"]
    total = sum(entry["before"]["money"] for entry in held)
    assert contest["money_before"] == pytest.approx(total, abs=1e-3)
    assert contest["money_after"] > contest["money_before"]


def test_who_is_out_leaves_wherever_somebody_else_fits(night: Night, report):
    [booker] = [i for i, name in night.names.items() if name == OUT[0]]
    held = [e for e in report["entries"][:40] if booker in e["before"]["lineup"].values()]
    assert held
    for entry in held:
        assert booker not in entry["after"]["lineup"].values()
        [swap] = [swap for swap in entry["swaps"] if swap["out"] == booker]
        assert "is out (known 2025-01-13T00:40:00Z, wire)" in swap["reason"]
        assert swap["events"] == ["OUT Devin Booker 2025-01-13T00:40:00Z wire"]


def test_the_reasons_are_facts_of_the_contest(report):
    for entry in report["entries"][:40]:
        if entry["status"] == "blank":
            continue
        assert "the last paying place" in entry["reason"]
        assert "the chance to be paid" in entry["reason"]
        for swap in entry["swaps"]:
            assert "% of the teams ahead of you" in swap["reason"]
    reasons = [e["reason"] for e in report["entries"] if e["status"] == "already_best"]
    assert any("clear of its error" in reason or "nothing better" in reason for reason in reasons)


def test_the_points_on_the_board_are_the_standings(night: Night, report):
    live = read_standings((night.home / LIVE).read_bytes(), LIVE, RULES.slot_names)
    points = {entry.entry_id: entry.points for entry in live.entries}
    last = sorted(points.values(), reverse=True)[1537]
    for entry in report["entries"][:40]:
        if entry["entry_id"] in points and entry["status"] not in {"blank", "infeasible"}:
            behind = last - points[entry["entry_id"]]
            assert f"{abs(behind):.2f} points" in entry["reason"]


def test_an_entry_of_another_contest_is_solved_by_points_and_says_so(report):
    other = report["entries"][40]
    assert other["contest_id"] == "999"
    assert other["before"]["money"] is None
    assert other["gain_money"] is None
    assert "by points: the prizes of its contest are not given" in other["reason"]


def test_lineups_are_legal_locked_slots_stay_and_only_changed_cells_change(night: Night, report):
    pool = PlayerPool.of(night.slate, RULES)
    row = {player_id: n for n, player_id in enumerate(pool.ids)}
    lineups = []
    for entry in report["entries"]:
        before, after = entry["before"]["lineup"], entry["after"]["lineup"]
        assert all(before[slot] == after[slot] for slot in entry["locked_slots"])
        if entry["status"] == "improved":
            lineups.append([row[player_id] for player_id in after.values()])
        lineups += [
            [row[i] for i in a["lineup"].values()]
            for a in entry["alternatives"]
            if all(a["lineup"].values())
        ]
    broken = check_legal(RULES, pool, np.array(lineups, np.int32))
    assert not np.logical_or.reduce(list(broken.values())).any()
    written = (night.folder / "a.csv").read_bytes()
    held = {e.entry_id: e.lineup for e in read_entries(written, "a.csv").entries}
    before, after = night.entries.read_bytes().split(b"\r\n"), written.split(b"\r\n")
    for n, entry in enumerate(report["entries"], 1):
        if entry["status"] == "improved":
            assert held[entry["entry_id"]] == tuple(entry["after"]["lineup"].values())
            assert before[n].split(b",")[:4] == after[n].split(b",")[:4]
        else:
            assert before[n] == after[n]


def test_a_swap_that_loses_by_itself_says_what_it_is_good_for(report):
    swaps = [swap for entry in report["entries"] for swap in entry["swaps"]]
    losing = [swap for swap in swaps if (swap["gain_money"] or 0) < 0]
    assert all("for the other swaps, its own share is -$" in swap["reason"] for swap in losing)
    assert not any("its own share" in s["reason"] for s in swaps if (s["gain_money"] or 0) > 0)


def test_alternatives_carry_money(report):
    for entry in report["entries"][:40]:
        assert all(other["money"] >= 0 for other in entry["alternatives"])
        assert len(entry["alternatives"]) <= 3


def test_people_read_dollars_with_their_interval(told: str):
    assert "contest 173036248: 5,945 entries, 1,538 paid" in told
    assert "hidden slots drawn; 2,000 samples, exact payouts" in told
    assert "expected (95 %: +$" in told
    assert "whoever comes in is counted 1 standard deviation below his projection" in told
    assert "expected together, for $160.00 in fees" in told


def test_equal_seeds_give_equal_answers(night: Night, report):
    done = night.run(
        "--standings", night.home / LIVE, "--payouts", night.payouts, "--samples", 2000,
        "--seed", 5, "--top", 3, name="b",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    again = night.report("b")
    assert again | {"elapsed_s": 0} == report | {"elapsed_s": 0}
    assert (night.folder / "a.csv").read_bytes() == (night.folder / "b.csv").read_bytes()


def test_without_standings_a_field_is_drawn_from_ownership(night: Night):
    done = night.run(
        "--payouts", f"173036248={night.payouts}", "--samples", 600, "--seed", 1, name="c"
    )
    assert done.returncode == 0, done.stderr
    report = night.report("c")
    [contest] = report["simulations"]
    assert contest["estimator"] == "smoothed"
    assert contest["field"]["generated"] == contest["field"]["opponents"] == 5905
    assert any(note.startswith("no standings: games under way") for note in contest["notes"])
    assert "lineups of the field" in "".join(
        s["reason"] for e in report["entries"] for s in e["swaps"]
    )


def test_what_is_missing_is_said_with_its_remedy(night: Night):
    done = night.run()
    assert done.returncode == 2
    assert "give --payouts FILE" in done.stderr
    several = night.run("--payouts", night.payouts)
    assert several.returncode == 1
    assert "give --payouts CONTEST_ID=FILE" in several.stderr
    stranger = night.run("--payouts", f"5={night.payouts}")
    assert stranger.returncode == 1
    assert "no entry of DKEntries.csv is in contest 5" in stranger.stderr
