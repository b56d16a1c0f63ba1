"""``lateswap calibrate effects`` on the recorded seasons: what is shipped is what it learns."""

from __future__ import annotations

import json
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from config.effects import parse_effects
from serve.commands.calibrate_effects import calibrate_effects

app = typer.Typer()
app.command()(calibrate_effects)


def test_a_folder_without_seasons_is_refused(tmp_path: Path):
    result = CliRunner().invoke(app, ["--data", str(tmp_path)])
    assert result.exit_code == 2
    assert "nfl-injuries" in result.stderr


@pytest.fixture(scope="module")
def data(shared: Path) -> str:
    return str(shared / "data")


def test_what_is_shipped_for_nfl_is_what_is_learned(data: str):
    result = CliRunner().invoke(app, ["--data", data, "--fit"])
    assert result.exit_code == 0, result.stderr
    shipped = files("config").joinpath("effects", "nfl.toml").read_bytes()
    assert parse_effects(result.stdout.encode(), "fitted") == parse_effects(shipped, "nfl.toml")
    assert tomllib.loads(result.stdout)["data_to"] == "2025"


def test_wind_and_lines_show_out_of_sample_and_blowouts_do_not(data: str):
    result = CliRunner().invoke(app, ["--data", data, "--json"])
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    nfl, nba = ({one["name"]: one for one in found[sport]} for sport in ("nfl", "nba"))

    def shows(one: dict[str, object]) -> bool:
        return one["change_ci95"][1] < 0  # type: ignore[index]

    assert shows(nfl["wind, alone"])
    assert shows(nfl["wind, beside the line"])
    assert shows(nfl["line, level"])
    assert shows(nfl["defense, points scored"])
    assert -0.6 < nfl["wind, alone"]["slopes"][0] < nfl["wind, beside the line"]["slopes"][0] < 0
    for name in ("rain, beside the line", "cold, alone", "skill, spread", "passing, spread"):
        assert not shows(nfl[name]), name
    for name in ("blowout, starters", "total", "implied against usual"):
        assert not shows(nba[name]), name
    assert shows(nba["score (known afterwards)"])
