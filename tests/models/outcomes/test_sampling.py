"""Points in samples: the forecast's mean, exact where nothing is open, and redrawn bit by bit."""

import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from config.outcomes import load_outcome_model
from models.outcomes import Draws, Forecast, kernels, outcomes, redraw
from models.outcomes.model import Marginal, OutcomeModel, Shape, SpreadLaw
from models.outcomes.shapes import middles

NBA = load_outcome_model("nba")
MLB = load_outcome_model("mlb")
PEOPLE = 6
SAMPLES = 1000
STEP = 0.25


def strata(samples: int = SAMPLES, people: int = PEOPLE, kind: int = 0) -> Draws:
    """Independent stratified ranks, made without a slate."""
    rng = np.random.default_rng(1)
    ranks = (middles(samples) * 65536).astype(np.uint16)
    return Draws(
        ids=tuple(f"player-{i}" for i in range(people)),
        ranks=np.array([rng.permutation(ranks) for _ in range(people)]),
        person=np.arange(people, dtype=np.int32),
        kind=np.full(people, kind, np.int16),
        keys=rng.integers(0, 2**64, people, np.uint64),
    )


DRAWS = strata()
NUMBERS = hnp.arrays(np.float64, PEOPLE, elements=st.floats(0.0, 60.0, width=32))
SPREADS = hnp.arrays(np.float64, PEOPLE, elements=st.one_of(st.just(np.nan), st.floats(0, 20)))
SHARES = hnp.arrays(
    np.float64, PEOPLE, elements=st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0.0, 1.0))
)
FORECASTS = st.builds(
    Forecast,
    NUMBERS, SPREADS, SHARES, NUMBERS, SHARES,
)  # fmt: skip


TINY = Forecast.of(np.full(PEOPLE, 2.0), spread=1e-308, left=[1, 1e-308, 1e-9, 0.5, 0.1, 1])


@given(FORECASTS)
@example(TINY)
@settings(max_examples=60, deadline=None)
def test_the_mean_of_the_samples_is_the_mean_of_the_forecast(forecast):
    sure = forecast._replace(plays=np.round(forecast.plays))
    points = outcomes(DRAWS, sure, NBA, STEP) * STEP
    assert np.abs(points.mean(axis=1) - sure.expected).max() < 0.2  # rounded to quarter points


def test_a_fine_step_leaves_the_mean_to_a_hundredth():
    mean = np.array([0.5, 2.0, 6.0, 14.0, 30.0, 55.0])
    draws = strata(samples=10_000)
    points = outcomes(draws, Forecast.of(mean), NBA, 0.01) * 0.01
    assert np.abs(points.mean(axis=1) - mean).max() < 0.01


def test_who_may_sit_out_does_so_in_the_share_said_and_keeps_his_other_outcomes():
    draws = strata(samples=20_000)
    mean = np.full(PEOPLE, 30.0)
    plays = np.array([0.05, 0.3, 0.5, 0.9, 0.99, 1.0])
    sure = outcomes(draws, Forecast.of(mean), NBA, STEP)
    questionable = outcomes(draws, Forecast.of(mean, plays=plays), NBA, STEP)
    out = (questionable == 0) & (sure != 0)
    assert np.abs(out.mean(axis=1) - (1.0 - plays)).max() < 0.012
    assert np.array_equal(questionable[~out], sure[~out])


def test_playing_is_no_matter_of_form_and_no_matter_of_others():
    draws = strata(samples=20_000)
    questionable = Forecast.of(np.full(PEOPLE, 30.0), plays=0.5)
    plays = outcomes(draws, questionable, NBA, STEP) > 0
    together = np.corrcoef(np.vstack([plays, draws.ranks.astype(float)]))
    assert np.abs(together - np.eye(2 * PEOPLE)).max() < 0.035


def test_what_is_over_is_exactly_what_was_scored():
    scored = np.array([0.0, 12.25, 50.5, -1.5, 33.75, 7.0])
    over = Forecast.of(np.full(PEOPLE, np.nan), scored=scored, left=0.0)
    ruled_out = Forecast.of(np.full(PEOPLE, 20.0), scored=scored, left=0.5, plays=0.0)
    for forecast in (over, ruled_out):
        points = outcomes(DRAWS, forecast, NBA, STEP)
        assert np.array_equal(points * STEP, np.tile(scored[:, None], SAMPLES))


def test_points_to_come_are_added_to_those_scored():
    plain = Forecast.of([1.0, 4.0, 9.0, 16.0, 25.0, 36.0], left=0.5)
    ahead = plain._replace(scored=np.full(PEOPLE, 10.0))
    gap = outcomes(DRAWS, ahead, NBA, STEP) - outcomes(DRAWS, plain, NBA, STEP)
    assert np.array_equal(gap, np.full_like(gap, 10 / STEP))


def test_nobody_falls_below_the_floor_of_his_position():
    means = np.array([0.1, 1.0, 4.0, 8.0, 16.0, 20.0])
    hitters = outcomes(strata(kind=1), Forecast.of(means), MLB, 0.05) * 0.05
    pitchers = outcomes(strata(kind=0), Forecast.of(means), MLB, 0.05) * 0.05
    assert hitters.min() == 0.0
    assert -10.0 <= pitchers.min() < 0.0


def test_who_is_expected_to_score_nothing_scores_nothing():
    points = outcomes(DRAWS, Forecast.of(np.zeros(PEOPLE)), NBA, STEP)
    assert not points.any()


def test_a_spread_given_is_the_spread_drawn():
    forecast = Forecast.of(np.full(PEOPLE, 40.0), spread=[0.0, 2.0, 4.0, 6.0, 8.0, np.nan])
    deviation = (outcomes(DRAWS, forecast, NBA, 0.01) * 0.01).std(axis=1)
    law = float(NBA.marginals[0].spread.at(40.0))
    assert deviation == pytest.approx([0.0, 2.0, 4.0, 6.0, 8.0, law], rel=0.02, abs=0.01)


def test_the_spread_shrinks_from_the_whole_game_to_nothing():
    left = np.array([1.0, 0.999, 0.75, 0.5, 0.25, 0.001])
    forecast = Forecast.of(30.0 * left, left=left)
    deviation = (outcomes(DRAWS, forecast, NBA, 0.01) * 0.01).std(axis=1)
    assert deviation[0] == pytest.approx(deviation[1], rel=0.01)
    assert (np.diff(deviation) < 0).all()
    assert deviation[-1] < 0.5


def test_shapes_blend_between_their_means_and_hold_beyond():
    steep = Shape(mean=4.0, levels=(0.25, 0.5, 0.75), quantiles=(-1.0, -0.2, 1.2))
    even = Shape(mean=16.0, levels=(0.25, 0.5, 0.75), quantiles=(-1.0, 0.0, 1.0))
    marginal = Marginal(
        name="all", spread=SpreadLaw(base=1.0), noise=1.0, shapes=(steep, even), floor=-50.0
    )
    model = OutcomeModel(sport="any", marginals=(marginal,))
    means = np.array([1.0, 4.0, 9.0, 16.0, 25.0, 36.0])
    draws = strata(samples=4096)
    drawn = np.sort(outcomes(draws, Forecast.of(means), model, 0.01), axis=1) * 0.01
    low, mid, high = steep.table(), (steep.table() + even.table()) / 2, even.table()
    expected = np.array([low, low, mid, high, high, high]) + means[:, None]
    assert np.abs(drawn - expected).max() < 0.006


@given(FORECASTS, FORECASTS, hnp.arrays(np.bool_, PEOPLE))
@settings(max_examples=60, deadline=None)
def test_redrawing_equals_drawing_afresh_bit_by_bit(before, after, changes):
    after = Forecast(*(np.where(changes, b, a) for a, b in zip(before, after, strict=True)))
    points = outcomes(DRAWS, before, NBA, STEP)
    rows = redraw(points, DRAWS, before, after, NBA, STEP)
    assert np.array_equal(points, outcomes(DRAWS, after, NBA, STEP))
    same = [
        np.array_equal(np.array(before)[:, p], np.array(after)[:, p], equal_nan=True)
        for p in range(PEOPLE)
    ]
    assert rows.tolist() == [p for p in range(PEOPLE) if not same[p]]


def test_rows_that_did_not_change_are_not_touched():
    before = Forecast.of(np.full(PEOPLE, 20.0))
    after = before._replace(mean=before.mean + np.array([0, 0, 5, 0, 0, 0]))
    points = np.full((PEOPLE, SAMPLES), 77, np.int16)
    assert redraw(points, DRAWS, before, after, NBA, STEP).tolist() == [2]
    assert (np.delete(points, 2, axis=0) == 77).all()


@pytest.mark.parametrize(
    ("column", "value"),
    [("mean", np.nan), ("mean", np.inf), ("mean", -1e7), ("spread", np.inf), ("spread", -1.0), ("plays", 1.2), ("plays", np.nan),
     ("scored", np.nan), ("left", -0.1)],
)  # fmt: skip
def test_a_forecast_that_is_no_number_is_refused_by_name_and_changes_nothing(column, value):
    before = Forecast.of(np.full(PEOPLE, 20.0))
    points = outcomes(DRAWS, before, NBA, STEP)
    kept = points.copy()
    after = Forecast(*(c.copy() for c in before))._replace(mean=np.full(PEOPLE, 25.0))
    getattr(after, column)[4] = value
    with pytest.raises(
        ValueError, match=rf"player-4 \(row 4\).*{column} {re.escape(f'{value:g}')}"
    ):
        redraw(points, DRAWS, before, after, NBA, STEP)
    assert np.array_equal(points, kept)


def test_points_beyond_sixteen_bits_stop_there():
    huge = Forecast.of(np.full(PEOPLE, 9000.0), spread=500.0)
    assert outcomes(DRAWS, huge, NBA, 0.25).max() == 32767
    board = Forecast.of(np.zeros(PEOPLE), scored=9000.0, left=0.0)
    assert outcomes(DRAWS, board, NBA, 0.25).min() == 32767


def test_read_only_and_strided_arrays_compile_nothing_new():
    forecast = Forecast.of(np.full(PEOPLE, 20.0))
    outcomes(DRAWS, forecast, NBA, STEP)
    compiled = len(kernels.fill.signatures)
    shared = [np.asarray(part).copy() for part in DRAWS[1:]]
    for part in shared:
        part.flags.writeable = False
    strided = Forecast(*(np.repeat(column, 2)[::2] for column in forecast))
    got = outcomes(Draws(DRAWS.ids, *shared), strided, NBA, STEP)
    assert np.array_equal(got, outcomes(DRAWS, forecast, NBA, STEP))
    assert len(kernels.fill.signatures) == compiled
