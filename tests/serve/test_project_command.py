"""``lateswap project`` and ``lateswap calibrate projections`` as somebody runs them."""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

LATESWAP = Path(sys.executable).with_name("lateswap")
NIGHT = "2025-01-12"
BEFORE_FIRST_LOCK = "2025-01-12T22:59:00Z"


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [str(LATESWAP), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def project(shared: Path, out: Path, at: str = BEFORE_FIRST_LOCK, **files: Path) -> dict:
    data = shared / "data/nba-2024-25"
    given = {
        "salaries": data / "slates" / NIGHT / "DKSalaries.csv",
        "box-scores": data / "box_scores.csv.gz",
        "news": data / "news_intervals.csv",
    } | {name.replace("_", "-"): path for name, path in files.items()}
    options = [word for name, path in given.items() for word in (f"--{name}", path)]
    result = run("project", *options, "--at", at, "--out", out)
    assert result.returncode == 0, result.stderr
    with out.open(encoding="utf-8", newline="") as lines:
        return {row["Name"]: row for row in csv.DictReader(lines)}


def test_every_player_has_a_line_with_a_distribution_around_it(shared, tmp_path):
    rows = project(shared, tmp_path / "p.csv")
    assert len(rows) > 150
    for row in rows.values():
        low, floor, mid, high, top = (
            float(row[name]) for name in ("P10", "Floor", "Projection", "Ceiling", "P90")
        )
        assert low <= floor <= mid + 1e-9 or mid == 0
        assert high <= top
        assert 0 <= float(row["Plays"]) <= 1


def test_somebody_ruled_out_stands_at_nothing_and_not_before_it_was_known(shared, tmp_path):
    night = {"salaries": shared / "data/nba-2024-25/slates/2025-01-01/DKSalaries.csv"}
    late = project(shared, tmp_path / "a.csv", at="2025-01-02T00:13:00Z", **night)
    early = project(shared, tmp_path / "b.csv", at="2025-01-02T00:12:00Z", **night)
    assert {late[name]["Plays"] for name in ("RJ Barrett", "Jalen Brunson")} == {"0.000"}
    assert (early["RJ Barrett"]["Plays"], float(early["Jalen Brunson"]["Plays"]) > 0.5) == (
        "0.000",
        True,
    )
    mate = "Josh Hart"
    assert float(late[mate]["Projection"]) > float(early[mate]["Projection"])


def test_the_night_itself_and_later_days_change_nothing(shared, tmp_path):
    data = shared / "data/nba-2024-25/box_scores.csv.gz"
    lines = gzip.decompress(data.read_bytes()).decode().splitlines()
    kept = [lines[0], *(line for line in lines[1:] if line.rsplit(",", 1)[1] < NIGHT)]
    earlier = tmp_path / "earlier.csv"
    earlier.write_text("\n".join(kept))
    a, b = tmp_path / "a.csv", tmp_path / "b.csv"
    project(shared, a)
    project(shared, b, box_scores=earlier)
    assert a.read_bytes() == b.read_bytes()


def test_a_file_of_ours_is_read_by_swap_with_its_doubts(shared, tmp_path):
    from models.files import read_projections, read_salaries

    path = tmp_path / "p.csv"
    rows = project(shared, path)
    pool = shared / "data/nba-2024-25/slates" / NIGHT / "DKSalaries.csv"
    players = read_salaries(pool.read_bytes(), "s").players
    read = read_projections(path.read_bytes(), "p.csv", players)
    assert not read.problems
    doubtful = next(p for p in players if 0 < float(rows[p.name]["Plays"]) < 0.5)
    assert read.by_id[doubtful.player_id].plays == float(rows[doubtful.name]["Plays"])


def test_a_published_file_is_blended_by_the_weights_given(shared, tmp_path):
    own = project(shared, tmp_path / "own.csv")
    told = tmp_path / "told.csv"
    out = max(own.keys() - {"Devin Booker"}, key=lambda name: float(own[name]["Projection"]))
    told.write_text(f"Name,Projection\nDevin Booker,60\n{out},0\nNobody At All,9\n")
    weights = tmp_path / "weights.toml"
    weights.write_text('sport = "nba"\nshare = 0.25\n')
    both = project(shared, tmp_path / "both.csv", blend=told, weights=weights)
    mine = float(own["Devin Booker"]["Projection"])
    assert float(both["Devin Booker"]["Projection"]) == pytest.approx(
        0.25 * 60 + 0.75 * mine, abs=0.011
    )
    assert (both[out]["Projection"], both[out]["Plays"]) == ("0.00", "0.000")
    for name in own.keys() - {"Devin Booker", out}:
        assert both[name] == own[name]


@pytest.mark.parametrize("missing", ["salaries", "box-scores"])
def test_a_file_that_is_not_there_is_named(shared, tmp_path, missing):
    data = shared / "data/nba-2024-25"
    given = {
        "salaries": data / "slates" / NIGHT / "DKSalaries.csv",
        "box-scores": data / "box_scores.csv.gz",
    } | {missing: tmp_path / "nowhere.csv"}
    options = [word for name, path in given.items() for word in (f"--{name}", path)]
    result = run("project", *options, "--at", BEFORE_FIRST_LOCK, "--out", tmp_path / "p.csv")
    assert result.returncode == 1
    assert "nowhere.csv" in result.stderr


def test_the_season_is_judged_night_by_night(shared, tmp_path):
    data = shared / "data/nba-2024-25"
    for name in ("box_scores.csv.gz", "news_intervals.csv", "payouts"):
        (tmp_path / name).symlink_to(data / name)
    (tmp_path / "slates").mkdir()
    for night in ("2024-12-12", "2024-12-15"):
        (tmp_path / "slates" / night).symlink_to(data / "slates" / night)
    result = run("calibrate", "projections", "--data", tmp_path, "--json")
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)["absences known"]
    assert found["nights"] == 2
    assert found["rivals"][0]["mae"] < min(rival["mae"] for rival in found["rivals"][1:])
    assert 0.7 < found["rivals"][0]["coverage80"] < 0.9


def test_a_folder_without_nights_is_refused(tmp_path):
    result = run("calibrate", "projections", "--data", tmp_path)
    assert result.returncode == 2
    assert "box_scores.csv.gz" in result.stderr
