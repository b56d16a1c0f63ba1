"""A generated night through the whole command: what is written, and by whose rules it is judged."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from io import TextIOWrapper
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from serve.cli import app

POLICIES = "hold,only_out,points"
LATESWAP = Path(sys.executable).with_name("lateswap")


def backtest(data, out, *more):
    arguments = ["backtest", "--data", str(data), "--out", str(out), "--workers", "1", *more]
    return CliRunner().invoke(app, arguments)


@pytest.fixture(scope="session")
def written(generated, tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    ran = backtest(generated.data, out, "--policies", POLICIES)
    assert ran.exit_code == 0, ran.output
    return out


@pytest.fixture(scope="session")
def summary(written):
    return json.loads((written / "summary.json").read_text())


def rows(written, table):
    return pq.read_table(written / f"{table}.parquet").to_pylist()


def prizes(generated):
    """Dollars by place, read by other code than the product's."""
    found = {}
    with (generated.data / "payouts/prizes.csv").open(encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            first, _, last = row["Place"].partition("-")
            for place in range(int(first), int(last or first) + 1):
                found[place] = float(row["Payout"])
    return found


def standings(generated):
    name = f"contest-standings-{generated.evening.contest.contest_id}"
    with ZipFile(generated.folder / f"{name}.zip") as archive, archive.open(f"{name}.csv") as file:
        return list(csv.DictReader(TextIOWrapper(file, encoding="utf-8-sig")))


def test_every_payout_is_what_a_slow_recomputation_pays(generated, written):
    field = {row["EntryId"]: float(row["Points"]) for row in standings(generated)}
    paid = prizes(generated)
    changed = 0
    for row in rows(written, "entries"):
        others = [points for entry, points in field.items() if entry != row["entry_id"]]
        above = sum(points > row["points"] for points in others)
        tied = sum(points == row["points"] for points in others)
        shared = [paid.get(place, 0.0) for place in range(above + 1, above + tied + 2)]
        assert row["rank"] == above + 1
        assert row["payout"] == pytest.approx(sum(shared) / len(shared), abs=0.005)
        changed += row["lineup_before"] != row["lineup_after"]
    assert changed > 100


def test_points_are_those_of_the_lineup(generated, written):
    rosters = generated.evening.rosters
    scored = dict(zip(rosters.names, generated.evening.scores.final.tolist(), strict=True))
    for row in rows(written, "entries"):
        assert row["points"] == pytest.approx(sum(scored[name] for name in row["lineup_after"]))
        fresh = set(row["lineup_after"]) - set(row["lineup_before"])
        assert row["swaps"] == len(fresh)
        assert bool(row["decided_at"]) >= bool(fresh)


def test_holding_is_what_happened(generated, written):
    really = {row["EntryId"]: row for row in standings(generated)}
    held = [row for row in rows(written, "entries") if row["policy"] == "hold"]
    assert len(held) == len(really)
    for row in held:
        assert row["rank"] == int(really[row["entry_id"]]["Rank"])
        assert row["points"] == float(really[row["entry_id"]]["Points"])
        assert row["lineup_after"] == row["lineup_before"]


def test_only_out_replaces_nobody_else(generated, written):
    evening = generated.evening
    ruled_out = {evening.rosters.names[row] for row, _ in generated.latest_out()}
    idle = set(np.array(evening.rosters.names)[evening.scores.final <= 0].tolist())
    told = [row for row in rows(written, "decisions") if row["policy"] == "only_out"]
    left = {name for row in told for name in row["leaving"]}
    assert ruled_out <= left <= ruled_out | idle
    assert {row["cause"] for row in told} == {"out"}


def test_nothing_known_is_later_than_the_decision(written):
    moments = rows(written, "moments")
    assert {row["moment"] for row in moments} == {"news", "wave"}
    for row in (*moments, *rows(written, "decisions")):
        assert row["newest_at"] <= row["decided_at"]
        assert row["newest"]


def test_the_summary_adds_up(written, summary):
    entries = rows(written, "entries")
    for policy, row in summary["policies"].items():
        mine = [entry for entry in entries if entry["policy"] == policy]
        assert row["entries"] == len(mine) == summary["entries"]
        assert row["payout"] == pytest.approx(sum(entry["payout"] for entry in mine), abs=0.01)
        assert row["roi"] == pytest.approx(row["payout"] / row["fees"] - 1, abs=1e-5)
        assert row["illegal"] == 0
        assert row["uplift_ci95"] is None  # one night says nothing of others
    assert summary["slates"] == 1
    assert 0.3 < summary["projection"]["coverage80"] <= 1
    assert sum(summary["sampled_tenths"]) == pytest.approx(1, abs=1e-4)


def test_the_report_opens_offline(written):
    page = (written / "report.html").read_text()
    assert len(page) < 1_000_000
    assert not re.search(r"(?:src|href)=|url\(|@import|https?://", page)
    for policy in POLICIES.split(","):
        assert f"<td>{policy}</td>" in page
    assert "What this cannot show" in page
    assert "Generated nights, not yours" in page  # where the value comes from
    assert page.count('<svg class="chart"') >= 6


def test_the_same_seed_gives_the_same_bytes_and_nothing_is_computed_twice(generated, tmp_path):
    options = ("--policies", POLICIES, "--entries", "40", "--seed", "3")
    first, second = tmp_path / "first", tmp_path / "second"
    for out in (first, second):
        assert backtest(generated.data, out, *options).exit_code == 0
    names = ("entries.parquet", "decisions.parquet", "moments.parquet", "players.parquet")
    bytes_of = {name: (first / name).read_bytes() for name in names}
    assert bytes_of == {name: (second / name).read_bytes() for name in names}
    again = backtest(generated.data, first, *options)
    assert "1 of 1 nights are there already" in again.output
    assert bytes_of == {name: (first / name).read_bytes() for name in names}


@pytest.mark.ray
def test_workers_change_nothing_but_the_time(generated, tmp_path):
    options = ("--policies", POLICIES, "--entries", "40", "--seed", "3")
    alone, spread = tmp_path / "alone", tmp_path / "spread"
    assert backtest(generated.data, alone, *options).exit_code == 0
    command = [str(LATESWAP), "backtest", "--data", str(generated.data), "--out", str(spread)]
    ran = subprocess.run(
        [*command, *options, "--workers", "2"], check=False, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    for name in ("entries.parquet", "decisions.parquet", "moments.parquet", "players.parquet"):
        assert (alone / name).read_bytes() == (spread / name).read_bytes()


def test_other_files_or_options_are_computed_again(make_night, tmp_path):
    night, out = make_night("data", field=150), tmp_path / "out"
    options = ("--policies", "hold", "--entries", "5")
    assert backtest(night.data, out, *options).exit_code == 0
    night.write_news([])
    changed = backtest(night.data, out, *options)
    assert "are there already" not in changed.output
    other = backtest(night.data, out, "--policies", "hold", "--entries", "6")
    assert "are there already" not in other.output
    assert len(list((out / "parts").iterdir())) == 1


def test_what_cannot_be_judged_is_left_out_with_the_reason(make_night, tmp_path):
    night = make_night("data", field=150)
    for file in night.folder.glob("contest-standings*"):
        file.unlink()
    ran = backtest(night.data, tmp_path / "out")
    assert ran.exit_code == 2
    assert "no final standings" in ran.output


def test_without_any_prizes_swaps_are_judged_in_points(make_night, tmp_path):
    night = make_night("data", field=60)
    (night.data / "payouts/prizes.csv").unlink()
    ran = backtest(night.data, tmp_path / "out", "--policies", "only_out", "--as-claimed")
    assert ran.exit_code == 0, ran.output
    summary = json.loads((tmp_path / "out/summary.json").read_text())
    assert (summary["slates"], summary["nights_in_points"], summary["policies"]) == (0, 1, {})
    (claims,) = summary["claims_pooled"]
    assert claims["swaps"] > 10
    assert claims["claimed"] > 0
    assert "no prize table prizes.csv" in (tmp_path / "out/report.html").read_text()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--policies", "luck"), "--policies 'luck'"),
        (("--entries", "some"), "--entries 'some'"),
        (("--news", "nowhere.csv"), "--news nowhere.csv"),
    ],
)
def test_options_that_mean_nothing_are_named(generated, tmp_path, options, told):
    ran = backtest(generated.data, tmp_path / "out", *options)
    assert ran.exit_code == 2
    assert told in ran.output
