"""Tables of quantiles against what is known of their distributions."""

from math import log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.outcomes.shapes import expanded, gamma_quantiles, middles, normal_quantiles, pearson


@given(st.floats(-2.5, 2.5))
@settings(max_examples=30, deadline=None)
def test_pearson_has_mean_zero_unit_variance_and_its_skewness(skew):
    table = pearson(skew, middles(200_000))
    assert table.mean() == pytest.approx(0.0, abs=2e-3)
    assert table.std() == pytest.approx(1.0, abs=5e-3)
    assert (table**3).mean() == pytest.approx(skew, abs=0.06)
    assert (np.diff(table) >= 0).all()


def test_gamma_of_shape_one_is_exponential():
    levels = np.array([0.001, 0.1, 0.5, 0.9, 0.999])
    assert gamma_quantiles(1.0, levels) == pytest.approx([-log(1.0 - p) for p in levels], rel=1e-5)


@pytest.mark.parametrize(("shape", "median"), [(0.5, 0.227468), (2.0, 1.678347), (10.0, 9.668715)])
def test_gamma_medians_are_those_of_the_tables(shape, median):
    assert gamma_quantiles(shape, np.array([0.5]))[0] == pytest.approx(median, rel=1e-4)


def test_a_normal_given_by_a_few_quantiles_is_a_normal_to_the_tails():
    levels = (0.05, 0.3, 0.5, 0.8, 0.95)
    at = middles(4096)
    table = expanded(levels, normal_quantiles(np.array(levels)).tolist(), at)
    assert np.abs(table - normal_quantiles(at)).max() < 1e-9
