"""Errors and intervals of forecasters over the same games."""

from __future__ import annotations

import numpy as np
import pytest

from config.outcomes import load_outcome_model
from models.projections.judged import Sheet, by_salary, judge

MODEL = load_outcome_model("nba")


def sheet(noise: float, games: int = 4_000) -> Sheet:
    rng = np.random.default_rng(1)
    true = rng.uniform(15, 45, games)
    points = np.maximum(true + rng.normal(0, 9, games), 0)
    return Sheet(
        night=np.arange(games) % 20,
        points=points,
        projected=true + rng.normal(0, noise, games),
        spread=np.full(games, np.hypot(9.0, noise)),
        others={"worse": true + rng.normal(0, 6, games), "worst": true * 0},
    )


def test_the_nearest_of_the_others_is_the_rival_and_the_gap_is_the_share_of_its_error():
    found = judge(sheet(noise=1.0), MODEL)
    ours, worse, worst = found.rivals
    assert (found.nights, found.games) == (20, 4_000)
    assert found.better == pytest.approx(1 - ours.mae / worse.mae)
    assert worse.mae < worst.mae
    low, high = found.better_ci95
    assert 0 < low < found.better < high


def test_an_honest_spread_covers_what_it_says_and_a_false_one_does_not():
    honest = judge(sheet(noise=1.0), MODEL).rivals[0]
    assert honest.coverage80 == pytest.approx(0.80, abs=0.03)
    narrow = sheet(noise=1.0)
    narrow.spread[:] = 5.0
    assert judge(narrow, MODEL).rivals[0].coverage80 < 0.6


def test_no_better_than_a_rival_is_told_as_such():
    assert judge(sheet(noise=12.0), MODEL).better < 0


def test_the_salary_line_of_a_night_is_of_earlier_nights():
    night = np.repeat([1.0, 2.0, 3.0], 50)
    salary = np.tile(np.linspace(3_000, 10_000, 50), 3)
    points = salary / 250
    said = by_salary(night, salary, points)
    assert said[:50] == pytest.approx(salary[:50] / 200)
    assert said[50:] == pytest.approx(points[50:])
    changed = points.copy()
    changed[100:] = 0
    assert by_salary(night, salary, changed)[100:] == pytest.approx(said[100:])
