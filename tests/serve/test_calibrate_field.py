"""``lateswap calibrate field`` on recorded nights."""

from __future__ import annotations

import json
from pathlib import Path

import typer
from typer.testing import CliRunner

from serve.commands.calibrate_field import calibrate_field

app = typer.Typer()
app.command()(calibrate_field)


def test_a_night_gives_three_rows_of_json(shared: Path):
    data = str(shared / "data/nba-2024-25")
    result = CliRunner().invoke(app, ["--data", data, "--nights", "2024-12-14", "--json"])
    assert result.exit_code == 0
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row["hidden"], row["ownership"]) for row in rows] == [
        ("after the first wave", "projected"),
        ("after the first wave", "true"),
        ("everything", "true"),
    ]
    assert rows[1]["misfit"]["ownership"] < rows[0]["misfit"]["ownership"]
    assert len(rows[0]["misfit"]["scores"]) == 5


def test_a_folder_without_nights_is_refused(tmp_path: Path):
    result = CliRunner().invoke(app, ["--data", str(tmp_path)])
    assert result.exit_code == 2
    assert "slates/" in result.stderr


def test_nights_that_hold_nothing_are_no_success(shared: Path):
    data = str(shared / "data/nba-2024-25")
    result = CliRunner().invoke(app, ["--data", data, "--nights", "2024-12-05"])
    assert result.exit_code == 1
