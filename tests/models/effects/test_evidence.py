"""Evidence out of sample: an effect that is there shows, one that is not does not."""

from __future__ import annotations

import numpy as np
import pytest

from models.effects.evidence import Sample, judged


def _sample(slope: float, seed: int) -> Sample:
    rng = np.random.default_rng(seed)
    block = np.repeat(np.arange(20), 40)
    feature = rng.normal(size=(800, 1))
    came = 20.0 + slope * feature[:, 0] + rng.normal(0, 3, 800)
    return Sample(came, np.full(800, 20.0), feature, block, block)


def test_an_effect_that_is_there_shows_with_its_size():
    found = judged("there", _sample(1.5, 1))
    assert found.shows
    assert found.slopes[0] == pytest.approx(1.5, abs=4 * found.errors[0])
    assert found.with_effect < found.without
    assert (found.rows, found.clusters) == (760, 19)  # of the first block nothing is known before


def test_what_is_not_there_does_not_show_on_twenty_seeds():
    assert sum(judged("none", _sample(0.0, seed)).shows for seed in range(20)) <= 1


def test_a_block_is_never_learned_from_itself():
    """A feature that is the answer itself in the last block, and noise before, helps nothing."""
    sample = _sample(0.0, 3)
    last = sample.block == 19
    spoilt = sample.features.copy()
    spoilt[last, 0] = sample.came[last] - 20.0
    found = judged("leak", sample._replace(features=spoilt))
    assert not found.shows


def test_the_first_features_stand_on_both_sides():
    rng = np.random.default_rng(5)
    sample = _sample(1.5, 5)
    both = sample._replace(features=np.column_stack([sample.features, rng.normal(size=800)]))
    beside = judged("beside", both, beside=1)
    assert beside.without == pytest.approx(judged("alone", sample).with_effect, rel=1e-9)
    assert not beside.shows


def test_other_games_may_be_learned_from_on_either_side():
    found = judged("others", _sample(1.5, 7), from_="others", level=True)
    assert (found.rows, found.shows) == (800, True)


def test_one_block_judges_nothing():
    sample = _sample(1.0, 1)
    with pytest.raises(ValueError, match="more than one block"):
        judged("one", sample._replace(block=np.zeros(800, np.intp)))
