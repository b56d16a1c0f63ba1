"""What is still expected of a player in play, and whose spread is believed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.outcomes import load_outcome_model
from models.outcomes import Forecast, given_spread
from models.outcomes.forecast import still_expected

NBA = load_outcome_model("nba")
MLB = load_outcome_model("mlb")


@given(st.floats(0.0, 60.0), st.floats(0.0, 1.0))
def test_a_player_on_his_pace_is_expected_to_keep_it(mean, left):
    scored = mean * (1.0 - left)
    assert still_expected(NBA, mean, scored=scored, left=left) == pytest.approx(mean * left)


@given(st.floats(1.0, 60.0), st.floats(0.02, 0.98), st.floats(0.0, 60.0))
def test_what_is_to_come_lies_between_the_old_rate_and_the_new(mean, left, scored):
    old, new = mean * left, scored / (1.0 - left) * left
    expected = float(still_expected(NBA, mean, scored=scored, left=left))
    assert min(old, new) - 1e-9 <= expected <= max(old, new) + 1e-9


def test_nothing_is_to_come_of_a_game_that_is_over_and_all_of_one_not_begun():
    expected = still_expected(NBA, 30.0, scored=[0.0, 50.0], left=[1.0, 0.0])
    assert expected.tolist() == [30.0, 0.0]


def test_each_position_learns_at_its_own_speed():
    kinds = [MLB.kind(("SP",)), MLB.kind(("OF",))]
    shown = still_expected(MLB, 15.0, scored=15.0, left=0.5, kind=kinds)
    assert 7.5 <= shown[1] < shown[0] < 15.0


def test_a_vendors_deviation_is_widened_and_its_absence_left_to_the_law():
    spread = given_spread(
        NBA,
        deviation=[8.0, np.nan, np.nan, 0.0],
        floor=[np.nan, 20.0, np.nan, np.nan],
        ceiling=[np.nan, 40.0, 40.0, np.nan],
    )
    assert spread[:2] == pytest.approx([8.0 * 1.23, 10.0 * 1.23])
    assert np.isnan(spread[2:]).all()


def test_what_is_out_or_over_adds_nothing_to_what_is_expected():
    forecast = Forecast.of([20.0, 20.0, np.nan], plays=[0.5, 0.0, 1.0], scored=5.0, left=[1, 1, 0])
    assert forecast.expected.tolist() == [15.0, 5.0, 5.0]
