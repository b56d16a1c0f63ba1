"""Claims believed as far as earlier nights bore them out."""

from __future__ import annotations

import numpy as np
import pytest

from models.backtest.claims import Claims
from models.backtest.learning import PRIOR, SIZES, Kept, learned_claims


def claims(points, out) -> Claims:
    n = len(points)
    return Claims(
        points=np.array(points, np.float64),
        money=np.array(points, np.float64) / 10,
        paid=np.full(n, np.nan),
        out=np.array(out, np.bool_),
        swaps=np.ones(n, np.int64),
        to_lock=np.ones(n),
    )


def nights(count: int, share: float, cause="projection", size=5, spread=10.0, seed=1) -> list[Kept]:
    """Nights of swaps that claim 30 points (small sizes their own) and bring a share, give or take.

    ``spread`` is in points.
    """
    rng = np.random.default_rng(seed)
    claim = min(30.0, SIZES[size] + 1)
    return [
        Kept(f"2025-01-{day:02d}", "points", cause, size, 10 * claim, float(gain), 10)
        for day, gain in enumerate(10 * rng.normal(share * claim, spread, count), 1)
    ]


def test_without_a_night_who_is_out_is_replaced_and_projections_alone_move_nobody():
    believed = learned_claims("points", [], "2025-01-01")(claims([12, 12], [True, False]))
    assert believed.propose.tolist() == [True, False]
    assert believed.points[0] == pytest.approx(12 * PRIOR["out"].mean)
    assert believed.money == pytest.approx(believed.points / 10)


def test_claims_that_come_true_night_after_night_are_made_and_told_at_their_share():
    learned = learned_claims("points", nights(31, 0.8, spread=6.0), "2025-02-01")
    believed = learned(claims([40.0], [False]))
    assert believed.propose.all()
    assert believed.points[0] / 40 == pytest.approx(0.8, abs=0.1)


def test_one_good_night_convinces_nobody():
    learned = learned_claims("points", nights(1, 2.0, spread=0.0), "2025-02-01")
    assert not learned(claims([12.0], [False])).propose.any()


def test_nights_to_come_and_the_night_itself_teach_nothing():
    known = nights(28, 0.9)
    before = learned_claims("points", known, "2025-01-15")
    assert before == learned_claims("points", known[:14], "2025-03-01")


def test_other_policies_and_causes_teach_nothing():
    learned = learned_claims("money", nights(28, 0.9), "2025-02-01")
    assert learned.shares == learned_claims("money", [], "2025-02-01").shares


def test_small_claims_teach_little_however_much_their_nights_brought():
    lucky = [
        Kept(f"2025-01-{d:02d}", "points", "projection", 1, 30.0, 170.0, 10) for d in range(1, 5)
    ]
    learned = learned_claims("points", lucky, "2025-02-01")
    assert not learned(claims([3.0, 40.0], [False, False])).propose.any()


def test_a_size_that_loses_is_not_made_where_the_others_gain():
    kept = [*nights(31, 0.9, size=5), *nights(31, -0.3, size=3, spread=5.0, seed=2)]
    middling = (SIZES[3] + SIZES[4]) / 2
    believed = learned_claims("points", kept, "2025-02-01")(claims([middling, 40], [False, False]))
    assert believed.propose.tolist() == [False, True]


def test_the_interval_of_the_share_holds_the_truth_as_often_as_it_says():
    held = 0
    for seed in range(400):
        kept = nights(12, 0.4, spread=20.0, seed=seed)
        share = learned_claims("points", kept, "2025-02-01").shares["projection", 0]
        held += abs(share.mean - 0.4) < 1.96 * share.error
    assert held / 400 > 0.93


def test_false_claims_are_hardly_ever_made():
    made = 0
    for seed in range(400):
        learned = learned_claims("points", nights(12, 0.0, spread=20.0, seed=seed), "2025-02-01")
        made += learned(claims([30.0], [False])).propose.any()
    assert made / 400 < 0.05
