"""What a model refuses, and whose numbers a player gets."""

import msgspec
import numpy as np
import pytest

from config.outcomes import load_outcome_model
from models.outcomes.model import Marginal, OutcomeModel, Shape, SpreadLaw

LAW = SpreadLaw(base=4.0)


def test_the_first_marginal_that_names_a_position_is_the_players():
    nfl = load_outcome_model("nfl")
    names = [marginal.name for marginal in nfl.marginals]
    assert names[nfl.kind(("QB",))] == "passers"
    assert names[nfl.kind(("DST",))] == "defences"
    assert names[nfl.kind(("RB", "WR"))] == "skill"
    assert names[nfl.kind(())] == "skill"


def test_a_model_without_a_marginal_for_everybody_is_refused():
    only = Marginal(name="goalies", positions=("G",), spread=LAW, noise=1.0)
    with pytest.raises(ValueError, match=r"nhl.*for all positions"):
        OutcomeModel(sport="nhl", marginals=(only,))


@pytest.mark.parametrize(
    ("levels", "quantiles", "message"),
    [
        ((0.2, 0.2), (0.0, 1.0), "levels must increase"),
        ((0.2, 0.8), (1.0, 0.0), "quantiles must increase"),
        ((0.2, 0.8), (0.0, 1.0, 2.0), "as many levels"),
        ((0.0, 0.8), (0.0, 1.0), "between 0 and 1"),
    ],
)
def test_quantiles_that_make_no_distribution_are_refused(levels, quantiles, message):
    with pytest.raises(ValueError, match=message):
        Shape(mean=10.0, levels=levels, quantiles=quantiles)


def test_shapes_out_of_order_are_refused():
    shape = Shape(mean=10.0, levels=(0.2, 0.8), quantiles=(-1.0, 1.0))
    with pytest.raises(ValueError, match="increasing mean"):
        Marginal(name="all", spread=LAW, noise=1.0, shapes=(shape, shape))


def test_learned_tables_are_standardised():
    for _, table in load_outcome_model("nba").marginals[0].tables():
        assert table.mean() == pytest.approx(0.0, abs=1e-12)
        assert table.std() == pytest.approx(1.0, abs=0.02)
        assert (np.diff(table) > 0).all()


def test_a_model_survives_the_wire_and_is_equal_to_itself():
    nba = load_outcome_model("nba")
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(nba), type=OutcomeModel)
    assert again == nba
    assert hash(again) == hash(nba)
