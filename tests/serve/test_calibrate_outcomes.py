"""``lateswap calibrate outcomes`` on the real box scores."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from config.outcomes import load_outcome_model, parse_outcome_model
from serve.commands.calibrate_outcomes import calibrate_outcomes

app = typer.Typer()
app.command()(calibrate_outcomes)


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def box_scores(shared: Path) -> Path:
    return shared / "data/nba-2024-25/box_scores.csv.gz"


def test_the_table_shows_rivals_bands_positions_and_dependence(box_scores):
    pool = box_scores.parent / "slates/2025-01-12/DKSalaries.csv"
    code, out, _ = run("--box-scores", box_scores, "--salaries", pool)
    assert code == 0
    for words in ("normal", "gamma", "20 to 30", "PG ", "PIT", "team mates", "opponents"):
        assert words in out


def test_json_holds_the_same_for_the_day_asked(box_scores):
    code, out, _ = run("--box-scores", box_scores, "--from", "2025-01-10", "--json")
    found = json.loads(out)
    assert (code, found["start"]) == (0, "2025-01-10")
    assert found["rivals"][0]["name"] == "model"
    assert len(found["pit"]) == 20


def test_the_committed_model_is_what_the_box_scores_teach(box_scores):
    code, out, _ = run("--box-scores", box_scores, "--fit")
    assert code == 0
    assert parse_outcome_model(out.encode(), "nba.toml") == load_outcome_model("nba")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("--from", "soon"), "--from soon: no day"), (("--from", "2031-01-01"), "no games from")],
)
def test_a_day_that_cannot_be_used_is_said_so(box_scores, arguments, message):
    code, out, err = run("--box-scores", box_scores, *arguments)
    assert (code, out) == (2, "")
    assert message in err


def test_a_file_that_is_no_box_score_is_named(tmp_path: Path):
    file = tmp_path / "other.csv"
    file.write_text("a,b\n1,2\n")
    code, _, err = run("--box-scores", file)
    assert code == 2
    assert "other.csv" in err
