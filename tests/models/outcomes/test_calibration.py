"""On real games, learned before a day and judged after it."""

from datetime import date

import numpy as np
import pytest

from config.outcomes import load_outcome_model
from models.outcomes.calibration import Calibration, calibrate, drawn_correlations
from models.outcomes.past import PastGames

START = date(2024, 12, 21)


@pytest.fixture(scope="module")
def found(past: PastGames) -> Calibration:
    return calibrate(past, load_outcome_model("nba"), START, {past.names[0]: "PG"})


def test_intervals_hold_the_share_of_games_they_promise(found):
    assert found.rivals[0].coverage == pytest.approx((0.5, 0.8, 0.95), abs=0.02)
    for band in found.bands:
        assert band.coverage[1] == pytest.approx(0.8, abs=0.04), band.name


def test_the_model_beats_the_normal_and_the_gamma_of_its_mean_and_spread(found):
    model, normal, gamma = found.rivals
    assert (normal.name, gamma.name) == ("normal", "gamma")
    assert model.crps < min(normal.crps, gamma.crps)
    assert model.ks < min(normal.ks, gamma.ks) / 2
    assert abs(model.beyond99 - 0.01) < 0.005


def test_pit_values_are_uniform_within_their_error(found):
    error = np.sqrt(0.05 * 0.95 / found.rivals[0].games)
    assert np.abs(np.array(found.pit) - 0.05).max() < 4 * error
    assert sum(found.pit) == pytest.approx(1.0)


def test_team_mates_and_opponents_move_together_as_later_games_do(found):
    for pair in found.dependence:
        assert pair.drawn == pytest.approx(pair.measured, abs=3 * pair.error), pair.pairs


def test_later_games_do_not_change_what_is_learned(past):
    early = past.day < START.toordinal()
    wild = past._replace(points=np.where(early, past.points, past.points[::-1]))
    base = load_outcome_model("nba")
    one, other = (calibrate(p, base, START, {}) for p in (past, wild))
    assert [d.drawn for d in one.dependence] == [d.drawn for d in other.dependence]
    assert one.learned_games == other.learned_games
    assert one.rivals[0].crps != other.rivals[0].crps


def test_only_players_whose_position_is_told_stand_in_that_table(found, past):
    later = past.day >= START.toordinal()
    games = sum(n == past.names[0] for n, late in zip(past.names, later, strict=True) if late)
    assert [(row.name, row.games) for row in found.positions] == [("PG", games)]


def test_a_day_after_all_games_is_refused(past):
    with pytest.raises(ValueError, match="no games from 2030-01-01"):
        calibrate(past, load_outcome_model("nba"), date(2030, 1, 1), {})


def test_samples_of_the_committed_model_are_as_related_as_its_loadings_say():
    nba = load_outcome_model("nba")
    weight = {factor.name: factor.loadings[0].weight ** 2 for factor in nba.factors}
    drawn = drawn_correlations(nba)
    assert drawn["opponents"] == pytest.approx(weight["game"], abs=0.008)
    best = weight["game"] + weight["team"] + weight["leaders"]
    assert drawn["the two best of a team"] == pytest.approx(best, abs=0.015)
