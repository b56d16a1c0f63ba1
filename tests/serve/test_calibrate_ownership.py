"""``lateswap calibrate ownership`` on too few nights, and on none."""

from __future__ import annotations

from pathlib import Path

import typer
from typer.testing import CliRunner

from serve.commands.calibrate_ownership import calibrate_ownership

app = typer.Typer()
app.command()(calibrate_ownership)


def test_a_folder_without_nights_is_refused(tmp_path: Path):
    result = CliRunner().invoke(app, ["--data", str(tmp_path)])
    assert result.exit_code == 2
    assert "slates/" in result.stderr


def test_one_night_cannot_be_judged_by_itself(shared: Path):
    data = str(shared / "data/nba-2024-25")
    result = CliRunner().invoke(app, ["--data", data, "--nights", "2024-12-14"])
    assert result.exit_code == 1
    assert "more than 4 are needed" in result.stderr
