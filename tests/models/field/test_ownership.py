"""Ownership projected from points, and the model held against recorded fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.field import HIDDEN, ownership_of, project_ownership
from models.field.check import check_completion, check_draw
from models.ownership.final import Scene, predict_final
from serve.commands.calibrate_field import past_fields

KEYS = [
    "draftkings/nba/classic",
    "draftkings/nfl/classic",
    "fanduel/mlb/classic",
    "draftkings/nfl/showdown",
]


def test_ownership_counts_each_lineup():
    field = np.array([[0, 1], [1, 2], [-1, -1], [1, HIDDEN]], np.int16)
    assert ownership_of(field, 4).tolist() == [0.25, 0.75, 0.25, 0.0]


@pytest.mark.parametrize("key", KEYS)
def test_projected_ownership_fills_the_slots_and_follows_value(tonight: Any, key: str):
    night = tonight(key, 4)
    available = np.random.default_rng(0).random(len(night.pool.ids)) < 0.8
    held = project_ownership(night.rules, night.pool, night.value, available)
    assert held.sum() == pytest.approx(len(night.rules.slots), abs=0.01)
    assert (held[~available] == 0).all()
    rate = night.value * night.pool.multiplier.max(axis=1) / night.pool.salary.min(axis=1)
    assert np.corrcoef(rate[available], held[available])[0, 1] > 0.2


def test_ownership_projected_twice_is_the_same(tonight: Any):
    night = tonight(KEYS[0], 4)
    everybody = np.ones(len(night.pool.ids), bool)
    first = project_ownership(night.rules, night.pool, night.value, everybody)
    assert np.array_equal(first, project_ownership(night.rules, night.pool, night.value, everybody))


def test_nobody_available_gives_no_ownership(tonight: Any):
    night = tonight(KEYS[0], 4)
    nobody = np.zeros(len(night.pool.ids), bool)
    assert not project_ownership(night.rules, night.pool, night.value, nobody).any()


def test_a_recorded_night_is_completed_as_it_turned_out(shared: Path):
    (past, hidden), *_ = past_fields(shared / "data/nba-2024-25", ["2025-01-12"])
    assert hidden == "live"
    assert (past.visible == HIDDEN).sum() == 18_040
    found = check_completion(past)
    assert found["true"].unfilled == found["projected"].unfilled == 0
    assert found["true"].ownership < 0.5
    assert found["projected"].ownership < 7.0
    assert max(abs(score) for score in found["true"].scores[1:]) < 4.0
    assert found["true"].unique == pytest.approx(found["true"].unique_real, abs=0.08)


def test_a_recorded_field_drawn_from_its_ownership_scores_as_it_did(shared: Path):
    (past, _), *_ = past_fields(shared / "data/nba-2024-25", ["2024-12-26"])
    found = check_draw(past)
    assert found.ownership < 0.4
    assert max(abs(score) for score in found.scores[1:]) < 3.0
    assert found.unique == pytest.approx(found.unique_real, abs=0.1)


def _scene(night: Any, hidden_games: int, left: float) -> Scene:
    """A contest with all but the last games begun, whose players take up all slots but ``left``."""
    hidden = night.pool.game >= night.pool.game.max() + 1 - hidden_games
    everybody = np.ones(len(night.pool.ids), bool)
    drawn = project_ownership(night.rules, night.pool, night.value, everybody)
    shown = drawn / drawn[~hidden].sum() * (len(night.rules.slots) - left)
    nobody = np.full(len(night.pool.ids), np.nan)
    return Scene(
        rules=night.rules,
        pool=night.pool,
        value=night.value,
        available=everybody,
        observed=np.where(hidden, np.nan, shown),
        stated=nobody,
    )


@pytest.mark.parametrize("left", [2.5, 0.7])
def test_the_last_hidden_slots_are_predicted_to_be_filled(tonight: Any, left: float):
    night = tonight(KEYS[0], 4)
    scene = _scene(night, hidden_games=1, left=left)
    final = predict_final(scene)
    hidden = np.isnan(scene.observed)
    assert final.share[hidden].sum() == pytest.approx(left, abs=0.02)
    assert np.array_equal(final.share[~hidden], scene.observed[~hidden])
    assert (final.low[hidden] <= final.share[hidden]).all()
    assert (final.high[hidden] >= final.share[hidden]).all()
    assert (final.low[~hidden] == final.high[~hidden]).all()


def test_what_somebody_states_for_everybody_stands(tonight: Any):
    night = tonight(KEYS[0], 4)
    scene = _scene(night, hidden_games=2, left=3.0)
    hidden = np.isnan(scene.observed)
    stated = np.where(hidden, 0.0, np.nan)
    first = np.flatnonzero(hidden)[:6]
    stated[first] = 0.5
    share = predict_final(scene._replace(stated=stated)).share
    assert share[hidden].sum() == pytest.approx(3.0, abs=0.02)
    assert share[first].sum() == pytest.approx(share[hidden].sum(), abs=0.02)
