"""Prices in all their forms, and lines that come back from the log as they went in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.odds import Line, Price

american = st.one_of(st.integers(-5000, -100), st.integers(100, 5000))


@given(american)
def test_an_american_price_survives_its_decimal_form(price):
    there = Price.of_american(price)
    back = Price.of_decimal(there.decimal)
    assert back.decimal == there.decimal
    assert back.american == pytest.approx(100 if price == -100 else price, rel=0.005)


@given(st.floats(0.001, 0.999))
def test_a_share_of_a_dollar_is_the_price_that_implies_it(share):
    price = Price.of_probability(share)
    assert 1.0 / price.decimal == pytest.approx(share, rel=1e-3)
    assert (price.american > 0) == (price.decimal >= 2.0)


@pytest.mark.parametrize("none", [0.0, 7.0, -99.9, 99.0, 1e12, -1e300])
def test_no_american_price_lies_within_a_hundred_or_beyond_reason(none):
    assert Price.of_american(none) is None


@pytest.mark.parametrize("none", [0.0, -2.0, 1.0, 1e6])
def test_no_decimal_price_pays_less_than_its_stake(none):
    assert Price.of_decimal(none) is None


@given(st.builds(
    Line, book=st.text(), market=st.text(), selection=st.text(), decimal=st.none() | st.floats(1.1, 90),
    side=st.sampled_from(("", "back", "lay", "bid", "ask", "last")), live=st.none() | st.booleans(),
))  # fmt: skip
def test_a_line_comes_back_from_the_plain_values_of_its_event(line):
    assert Line.of(line.plain()) == line


def test_a_price_implies_a_probability_with_the_margin_in_it():
    line = Line(book="b", market="m", decimal=2.5)
    assert line.implied == pytest.approx(0.4)
    assert Line(book="b", market="m").implied is None
