"""Common random numbers: uniform, related as the model says, and nobody's depend on others."""

import numpy as np
import pytest

from config.outcomes import load_outcome_model
from models.outcomes import Draws, OutcomeModel, draw
from models.outcomes.model import Factor, Loading, Marginal, SpreadLaw
from models.outcomes.shapes import middles, normal_quantiles

SAMPLES = 8000
NFL = load_outcome_model("nfl")
SCORES = normal_quantiles(middles(1 << 16))


def model(*factors: Factor) -> OutcomeModel:
    marginal = Marginal(name="all", spread=SpreadLaw(base=5.0), noise=1.0)
    return OutcomeModel(sport="any", marginals=(marginal,), factors=factors)


def correlation(draws: Draws, one: str, other: str) -> float:
    rows = [draws.person[draws.ids.index(name)] for name in (one, other)]
    return float(np.corrcoef(SCORES[draws.ranks[rows]])[0, 1])


def test_every_half_meets_every_stratum_once(build, player):
    draws = draw(*build([player("A1"), player("A2")]), NFL, samples=1001, seed=3)
    for half in (draws.ranks[:, :500], draws.ranks[:, 500:]):
        size = half.shape[1]
        strata = np.sort(half.astype(np.int64) * size // 65536, axis=1)
        assert np.array_equal(strata, np.tile(np.arange(size), (2, 1)))


def test_the_same_seed_gives_the_same_numbers_and_another_does_not(build, player):
    slate, pool = build([player("A1"), player("B1")])
    first, again, other = (draw(slate, pool, NFL, samples=64, seed=s) for s in (5, 5, 6))
    assert np.array_equal(first.ranks, again.ranks)
    assert np.array_equal(first.keys, again.keys)
    assert not np.array_equal(first.ranks, other.ranks)


def test_a_player_more_or_another_order_changes_nobody_else(build, player):
    few = [player("A1", "QB"), player("A2"), player("B1", "DST")]
    more = [player("C1"), few[2], player("A3", salary=3000), *few[:2]]
    a, b = (draw(*build(p), NFL, samples=500, seed=1) for p in (few, more))
    for name in ("A1", "A2", "B1"):
        rows = a.person[a.ids.index(name)], b.person[b.ids.index(name)]
        assert np.array_equal(a.ranks[rows[0]], b.ranks[rows[1]])
        assert a.keys[rows[0]] == b.keys[rows[1]]


def test_a_captain_is_the_person_of_his_other_row(build, player):
    rows = [player("A1", captain=True, salary=7500), player("A1"), player("A2")]
    draws = draw(*build(rows), NFL, samples=64, seed=1)
    assert draws.person.tolist() == [0, 0, 1]
    assert draws.ranks.shape == (2, 64)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("A1", "A2", 0.85 * 0.33 + 0.4 * 0.22),  # a passer and his receiver
        ("A1", "B3", -0.85 * 0.35 - 0.4 * 0.1),  # a passer and the defence against him
        ("A1", "B1", 0.4 * 0.4),  # the two passers of a game
        ("A4", "A3", 0.3 * 0.4),  # a runner and his own defence
        ("A1", "C1", 0.0),  # another game
    ],
)
def test_positions_move_together_as_their_loadings_say(build, player, one, other, expected):
    positions = {"1": "QB", "2": "WR", "3": "DST", "4": "RB"}
    people = [player(team + i, p) for team in "ABC" for i, p in positions.items()]
    draws = draw(*build(people), NFL, samples=40_000, seed=2)
    assert correlation(draws, one, other) == pytest.approx(expected, abs=0.02)


def test_players_of_a_unit_share_its_factor(build, player):
    line = Factor(name="line", scope="unit", loadings=(Loading(weight=0.7),))
    people = [player(name) for name in ("A1", "A2", "A3", "B1")]
    units = {"A1": ["L1"], "A2": ["L1", "PP1"], "A3": ["PP1"], "B1": ["L1"]}
    draws = draw(*build(people), model(line), samples=SAMPLES, seed=4, units=units)
    assert correlation(draws, "A1", "A2") == pytest.approx(0.49, abs=0.04)
    assert correlation(draws, "A2", "A3") == pytest.approx(0.49, abs=0.04)
    assert correlation(draws, "A1", "A3") == pytest.approx(0.0, abs=0.04)
    assert correlation(draws, "A1", "B1") == pytest.approx(0.0, abs=0.04)


def test_leaders_are_the_highest_salaries_of_each_team(build, player):
    leaders = Factor(name="leaders", scope="team", loadings=(Loading(weight=0.8, top=2),))
    people = [player(f"A{i}", salary=9000 - 1000 * i) for i in range(3)]
    draws = draw(*build(people), model(leaders), samples=SAMPLES, seed=4)
    assert correlation(draws, "A0", "A1") == pytest.approx(0.64, abs=0.03)
    assert correlation(draws, "A0", "A2") == pytest.approx(0.0, abs=0.04)


def test_the_halves_tell_nothing_of_each_other(build, player):
    people = [player(f"A{i}") for i in range(40)]
    draws = draw(*build(people), NFL, samples=2000, seed=9)
    first, second = SCORES[draws.ranks[:, :1000]], SCORES[draws.ranks[:, 1000:]]
    across = np.corrcoef(first, second)[:40, 40:]
    assert np.abs(across.mean()) < 0.01
    assert across.std() == pytest.approx(1 / np.sqrt(1000), rel=0.15)


def test_too_many_samples_for_the_ranks_are_refused(build, player):
    slate, pool = build([player("A1")])
    with pytest.raises(ValueError, match="between 2 and 65,536"):
        draw(slate, pool, NFL, samples=65_537, seed=1)


def test_loadings_that_explain_more_than_there_is_are_refused(build, player):
    heavy = Factor(name="heavy", scope="team", loadings=(Loading(weight=1.1),))
    with pytest.raises(ValueError, match=r"1\.21 of one player's variance.*heavy"):
        draw(*build([player("A1")]), model(heavy), samples=8, seed=1)
