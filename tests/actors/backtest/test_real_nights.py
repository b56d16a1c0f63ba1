"""Recorded nights: which can be judged, and one of them against its own standings."""

from __future__ import annotations

from collections import Counter

import pytest

from actors.backtest.evening import Options, run_evening, season_models
from actors.backtest.nights import Files, find_nights
from models.files import read_payouts, read_standings

NIGHT = "2024-12-22"
ENTRIES = 60


def test_all_generations_are_read_and_what_is_left_out_is_told(shared):
    found = find_nights(shared / "data", Files())
    days = Counter(night.path.parts[-3 if night.results else -2] for night in found.usable)
    assert days["slates"] == 13
    assert {str(night.day) for night in found.usable if night.results} == {
        "2017-11-28", "2017-11-29", "2017-11-30",
    }  # fmt: skip
    assert all(night.reason for night in found.excluded)
    left_out = {night.slate: night.reason for night in found.excluded}
    assert "no final standings" in left_out["nba-2024-25/slates/2025-02-13"]
    assert "no box scores: salaries give" in left_out["nba-2026-03/2026-03-06"]
    assert {night.slate for night in found.excluded if night.in_points} >= {
        "nba-2026-03/2026-03-09", "nba-2024-25/slates/2025-01-20",
        "nba-2017-11/2017-11-30/10_00entry_NBA_10_Double_Up",
    }  # fmt: skip
    assert "DKSalaries.csv is missing" in left_out["nba-2026-03/2026-03-10"]


@pytest.fixture(scope="module")
def night(shared):
    folder = shared / "data/nba-2024-25/slates" / NIGHT
    options = Options(entries=ENTRIES, samples=400)
    return folder, run_evening(folder, NIGHT, options, season_models())


def test_holding_reproduces_the_real_night(night):
    folder, found = night
    (file,) = [f for f in folder.glob("contest-standings-*.zip") if f.stem.count("-") == 2]
    real = {e.entry_id: e for e in read_standings(file.read_bytes(), file.name).entries}
    held = [row for row in found.entries.to_pylist() if row["policy"] == "hold"]
    assert len(held) == ENTRIES
    for row in held:
        entry = real[row["entry_id"]]
        assert (row["rank"], row["points"]) == (entry.rank, entry.points)
        assert set(filter(None, row["lineup_after"])) == set(entry.lineup)


def test_payouts_are_those_of_the_prize_table(night, shared):
    folder, found = night
    (file,) = [f for f in folder.glob("contest-standings-*.zip") if f.stem.count("-") == 2]
    real = {e.entry_id: e.points for e in read_standings(file.read_bytes(), file.name).entries}
    table = shared / "data/nba-2024-25/payouts" / prize_file(folder)
    prizes = read_payouts(table.read_bytes(), table.name).prizes
    by_place = {p: prize.amount for prize in prizes for p in range(prize.first, prize.last + 1)}
    for row in found.entries.to_pylist():
        others = [points for entry, points in real.items() if entry != row["entry_id"]]
        above = sum(points > row["points"] for points in others)
        tied = sum(points == row["points"] for points in others)
        shared_places = range(above + 1, above + tied + 2)
        paid = sum(by_place.get(place, 0.0) for place in shared_places) / len(shared_places)
        assert row["payout"] == pytest.approx(paid, abs=0.005)


def prize_file(folder):
    import json

    return json.loads((folder / "slate.json").read_text())["payout_table"]


def test_every_policy_stays_within_the_rules(night):
    _, found = night
    assert found.facts["illegal"] == dict.fromkeys(("hold", "only_out", "points", "money"), 0)
    moments = found.moments.to_pylist()
    assert {row["policy"] for row in moments} == {"only_out", "points", "money"}
    assert all(row["newest_at"] <= row["decided_at"] for row in moments)
