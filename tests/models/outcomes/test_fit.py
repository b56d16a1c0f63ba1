"""What is put into games is learned from them again."""

import numpy as np
import pytest

from config.outcomes import load_outcome_model
from models.outcomes.dependence import correlations
from models.outcomes.fit import fit, fit_spread
from models.outcomes.past import PastGames

NBA = load_outcome_model("nba")
GAMES, SIDE = 4000, 5


def invented(team: float, game: float, seed: int = 1) -> PastGames:
    """Normal outcomes of two sides of five in each game, with these shares of common variance."""
    rng = np.random.default_rng(seed)
    count = GAMES * 2 * SIDE
    meeting = np.repeat(np.arange(GAMES), 2 * SIDE)
    side = np.repeat(np.arange(2 * GAMES), SIDE)
    mean = rng.uniform(6.0, 50.0, count)
    shared = np.sqrt(game) * rng.normal(size=GAMES)[meeting]
    shared += np.sqrt(team) * rng.normal(size=2 * GAMES)[side]
    latent = shared + np.sqrt(1.0 - team - game) * rng.normal(size=count)
    points = mean + (3.0 + 1.5 * np.sqrt(mean)) * latent
    return PastGames(mean, points, 739_000 + meeting // 8, meeting, side % 30, ("x",) * count)


def test_the_spread_law_is_learned():
    past = invented(0.0, 0.0)
    law = fit_spread(past.mean, past.points - past.mean)
    assert law.at([9.0, 25.0, 49.0]) == pytest.approx([7.5, 10.5, 13.5], rel=0.02)


def test_dependence_is_learned_and_its_error_is_honest():
    past = invented(0.06, 0.03)
    found = correlations(past, past.points - past.mean)
    assert found["team mates"].value == pytest.approx(0.09, abs=4 * found["team mates"].error)
    assert found["opponents"].value == pytest.approx(0.03, abs=4 * found["opponents"].error)
    assert 0.002 < found["opponents"].error < 0.01
    assert found["opponents"].pairs == GAMES * SIDE**2


def test_a_learned_model_says_what_it_is_from_and_loads_what_it_found():
    learned = fit(invented(0.06, 0.03), NBA)
    weights = {f.name: f.loadings[0].weight ** 2 for f in learned.model.factors}
    assert weights["team"] == pytest.approx(0.06, abs=0.02)
    assert weights["game"] == pytest.approx(0.03, abs=0.02)
    assert "leaders" not in weights
    assert learned.model.games == GAMES * 2 * SIDE
    assert learned.model.data_from < learned.model.data_to
    assert learned.line == pytest.approx((0.0, 1.0), abs=0.3)
    assert learned.model.surprise == NBA.surprise


def test_shapes_of_normal_outcomes_are_normal():
    for shape in fit(invented(0.0, 0.0), NBA).model.marginals[0].shapes:
        quantiles = dict(zip(shape.levels, shape.quantiles, strict=True))
        assert quantiles[0.5] == pytest.approx(0.0, abs=0.04)
        assert quantiles[0.99] == pytest.approx(2.326, abs=0.08)


def test_too_few_games_are_refused():
    past = invented(0.0, 0.0)
    with pytest.raises(ValueError, match="1,000 are needed"):
        fit(past.pick(past.game < 20), NBA)
