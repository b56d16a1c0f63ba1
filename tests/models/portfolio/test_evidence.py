"""Gains are believed as far as all entries together bear them out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.portfolio.evidence import believe
from models.portfolio.matrices import sweep


def _world(seed, *, entries=120, share=0.5, spread=0.5, noise=2.0, common=0.5):
    rng = np.random.default_rng(seed)
    claimed = rng.uniform(1, 6, entries)
    true = share * claimed + rng.normal(0, spread, entries)
    covariance = noise**2 * ((1 - common) * np.eye(entries) + common)
    found = true + rng.multivariate_normal(np.zeros(entries), covariance)
    return claimed, true, found, covariance


def test_beliefs_are_nearer_to_the_truth_than_what_was_found():
    raw, better, bias, within = [], [], [], []
    for seed in range(40):
        claimed, true, found, covariance = _world(seed)
        belief = believe(claimed, found, covariance)
        raw.append(((found - true) ** 2).mean())
        better.append(((belief.gain - true) ** 2).mean())
        bias.append((belief.gain - true).mean())
        within.append((np.abs(belief.gain - true) < 1.96 * belief.error).mean())
    assert np.mean(better) < 0.6 * np.mean(raw)
    assert abs(np.mean(bias)) < 0.25
    assert 0.85 < np.mean(within) < 0.995


def test_claims_that_are_nothing_but_luck_are_not_believed():
    shares = [believe(*_nothing(seed)).share for seed in range(30)]
    assert abs(np.mean(shares)) < 0.1


def _nothing(seed):
    claimed, _, found, covariance = _world(seed, share=0.0, spread=0.0, common=0.0)
    return claimed, found, covariance


@given(claim=st.floats(0.01, 100), found=st.floats(-50, 50), error=st.floats(0.01, 30))
@settings(max_examples=60, deadline=None)
def test_one_entry_alone_keeps_what_was_found_for_it(claim, found, error):
    belief = believe(np.array([claim]), np.array([found]), np.array([[error**2]]))
    assert belief.gain[0] == pytest.approx(found, rel=1e-4, abs=1e-6)
    assert belief.error[0] == pytest.approx(error, rel=1e-3)


def test_where_nothing_is_uncertain_what_was_found_stands():
    found = np.array([1.0, -2.0])
    belief = believe(np.array([2.0, 2.0]), found, np.zeros((2, 2)))
    assert belief.gain.tolist() == found.tolist()
    assert belief.error.tolist() == [0.0, 0.0]


def test_identical_swaps_share_one_belief():
    covariance = np.full((3, 3), 4.0)
    belief = believe(np.full(3, 2.0), np.full(3, 1.0), covariance)
    assert np.allclose(belief.gain, 1.0, atol=1e-3)
    assert np.allclose(belief.error, 2.0, atol=1e-2)


@given(seed=st.integers(0, 1_000), size=st.integers(1, 12))
@settings(max_examples=30, deadline=None)
def test_a_swept_matrix_is_the_inverse(seed, size):
    factor = np.random.default_rng(seed).normal(size=(size, size + 2))
    matrix = factor @ factor.T + np.eye(size)
    inverse = matrix.copy()
    log_determinant = sweep(inverse)
    assert np.allclose(inverse @ matrix, np.eye(size), atol=1e-8)
    assert log_determinant == pytest.approx(np.linalg.slogdet(matrix)[1])
