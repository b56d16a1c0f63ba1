"""Scores of forecasts whose right answer is known."""

import numpy as np
import pytest

from models.outcomes.scoring import crps, kolmogorov, score, transformed
from models.outcomes.shapes import middles, normal_quantiles

NORMAL = normal_quantiles(middles(2000))


def test_the_crps_of_a_normal_is_gneitings():
    points = np.array([-2.0, 0.0, 0.7])
    density = np.exp(-(points**2) / 2) / np.sqrt(2 * np.pi)
    below = np.searchsorted(NORMAL, points) / NORMAL.size
    closed = points * (2 * below - 1) + 2 * density - 1 / np.sqrt(np.pi)
    assert crps(np.tile(NORMAL, (3, 1)), points) == pytest.approx(closed, abs=2e-3)


def test_a_right_forecast_covers_what_it_says_and_a_wrong_one_does_not():
    points = np.random.default_rng(1).normal(size=4000)
    right = score("right", np.tile(NORMAL, (4000, 1)), points)
    narrow = score("narrow", np.tile(NORMAL / 2, (4000, 1)), points)
    assert right.coverage == pytest.approx((0.5, 0.8, 0.95), abs=0.02)
    assert right.ks < 0.03
    assert narrow.coverage[1] < 0.55
    assert narrow.crps > right.crps
    assert narrow.ks > 0.1


def test_ties_count_half():
    assert transformed(np.array([[0.0, 0.0, 0.0, 4.0]]), np.array([0.0])).tolist() == [0.375]


def test_values_heaped_at_an_end_are_far_from_uniform():
    assert kolmogorov(np.full(10, 0.99)) == pytest.approx(0.99)


def test_nothing_to_judge_by_is_refused():
    with pytest.raises(ValueError, match="nobody: no games"):
        score("nobody", np.empty((0, 4)), np.empty(0))
