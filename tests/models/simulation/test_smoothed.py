"""The smoothed payout is the expectation over the field of which the opponents are a sample."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from models.evening.prizes import prize_table
from models.prizes import PrizeTable
from models.simulation import choose_pay, exact_pay, simulate, simulate_portfolio, smoothed_pay
from models.simulation.ladder import ladders


def _beta_binomial(k: int, real: int, a: int, sampled: int) -> float:
    """P(K = k) for K ~ Bin(real, p), p ~ Beta(a + 1, sampled - a + 1), in whole numbers."""
    rest = sampled - a
    ways = comb(a + k, k) * comb(rest + real - k, real - k)
    return ways / comb(sampled + real + 1, real)


@pytest.mark.parametrize(
    ("real", "sampled", "own"), [(30, 11, 3), (400, 60, 0), (12, 12, 12), (1, 1, 0)]
)
def test_the_ladder_is_the_beta_binomial_expectation(real, sampled, own):
    stair = np.array([50, 20, 20, 10, 5, 5, 5, 0.5, 0.5])
    found = ladders(stair, real=real, sampled=sampled, own=own)
    for b in range(own + 1):
        for a in range(sampled + 1):
            wanted = sum(
                _beta_binomial(k, real, a, sampled) * stair[k + b]
                for k in range(real + 1)
                if k + b < len(stair)
            )
            assert found[b, a] == pytest.approx(wanted, abs=1e-9)


def test_a_large_ladder_still_pays_out_the_pool():
    """Opponents above are uniform on 0..F a priori, so the mean over them is that over places."""
    prizes = prize_table(100_000, 20.0)
    stair = np.concatenate([np.full(p.last - p.first + 1, p.amount) for p in prizes])
    found = ladders(stair, real=99_999, sampled=10_000, own=0)[0]
    assert found.mean() == pytest.approx(stair.sum() / 100_000, rel=1e-9)
    assert (np.diff(found) <= 1e-12).all()


def _world(size: int, seed: int = 0):
    rng = np.random.default_rng(seed)
    points = np.rint(rng.normal(rng.uniform(60, 200, (60, 1)), 40, (60, 4_000))).astype(np.int16)
    return rng, points, lambda count: rng.integers(0, 60, (count, 6)).astype(np.int16)


def _mean_of_fields(points, draw, mine, prizes, size, runs, **kwargs):
    pay = exact_pay(prizes, size)
    others = size - max(len(kwargs.get("own", ())), 1)
    return np.mean(
        [simulate(points, draw(others), mine, pay, **kwargs).mean for _ in range(runs)], axis=0
    )


def test_smoothed_payouts_of_one_sample_are_those_of_many_whole_fields():
    """Half a field simulated, own entries beside it, against 60 fields drawn and ranked."""
    size, prizes = 800, prize_table(800, 10.0)
    _, points, draw = _world(size)
    mine, own = draw(20), draw(8)
    owner = np.arange(20) % 9 - 1
    wanted = _mean_of_fields(points, draw, mine, prizes, size, 60, own=own, owner=owner)
    smooth = [
        simulate(
            points, draw(400), mine, smoothed_pay(prizes, size, 400), own=own, owner=owner
        ).mean
        for _ in range(30)
    ]
    error = np.std(smooth, axis=0, ddof=1) / 30**0.5
    gap = np.mean(smooth, axis=0) - wanted
    assert abs(gap.mean() / wanted.mean()) < 0.03
    assert (np.abs(gap) < 5 * error + 0.06 * wanted).all()


def test_smoothed_rates_are_those_of_many_whole_fields():
    size, prizes = 500, prize_table(500, 10.0)
    _, points, draw = _world(size, 3)
    mine, own = draw(8), draw(5)
    whole = [simulate(points, draw(495), mine, exact_pay(prizes, size), own=own) for _ in range(40)]
    smooth = [
        simulate(points, draw(250), mine, smoothed_pay(prizes, size, 250), own=own)
        for _ in range(40)
    ]
    for rate, close in (("cash", 0.01), ("win", 0.0015), ("top1", 0.004)):
        wanted = np.mean([getattr(found, rate) for found in whole], axis=0)
        found = np.mean([getattr(found, rate) for found in smooth], axis=0)
        np.testing.assert_allclose(found, wanted, atol=close, err_msg=rate)


def test_own_entries_take_whole_places_beside_a_sampled_field(prize_rows):
    """Ten better own entries leave an entry nothing where ten places are paid."""
    points = np.array([[9, 9], [5, 5], [1, 1]], np.int16)
    field = np.full((100, 1), 2, np.int16)
    own = np.array([[0]] * 10 + [[1]], np.int16)
    pay = smoothed_pay(prize_rows((1, 10, 5.0)), 10_000, 100)
    mine = np.array([[1]], np.int16)
    found = simulate(points, field, mine, pay, own=own, owner=[10])
    assert (found.mean[0], found.cash[0], found.win[0]) == (0, 0, 0)
    fewer = simulate(points, field, mine, pay, own=own[1:], owner=[9])
    assert fewer.mean[0] > 0


@pytest.mark.parametrize("rates", [False, True])
def test_an_entry_of_nobody_below_all_own_entries_is_paid_by_the_ladder_below_all(
    prize_rows, rates
):
    """As many own entries above as there are: the table has a row for each of them, and for all."""
    points = np.array([[9, 9], [5, 5], [7, 1]], np.int16)
    field = np.full((40, 1), 2, np.int16)  # above in the first sample, below in the second
    own = np.zeros((3, 1), np.int16)
    pay = smoothed_pay(prize_rows((1, 60, 6.0)), 103, 40)
    mine = np.array([[1], [1]], np.int16)
    found = simulate(points, field, mine, pay, own=own, owner=[-1, 2], keep=2, rates=rates)
    stair = np.full(60, 6.0)
    wanted = ladders(stair, real=100, sampled=40, own=3)[:, [40, 0]]
    np.testing.assert_allclose(found.payouts, wanted[[3, 2]], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("rates", [False, True])
def test_ties_among_own_entries_pay_the_same_with_rates_and_without(make_case, rates):
    """Against the definition: each own entry of a tie has its equal part of it, in every order."""
    for seed in range(16):
        case = make_case(seed)
        together = np.ptp(case.points) * case.field.shape[1] > 1_500  # scores may share a cell
        if not len(case.own) or not len(case.field) or together:
            continue
        size = len(case.field)
        found = simulate(
            case.points,
            case.field,
            case.candidates,
            smoothed_pay(case.prizes, case.entries, size),
            own=case.own,
            owner=case.owner,
            keep=case.points.shape[1],
            rates=rates,
        ).payouts
        np.testing.assert_allclose(found, _by_definition(case), rtol=1e-5, atol=1e-6)


def _by_definition(case) -> np.ndarray:
    """(C, S) smoothed payouts: the mean of the ladder over an entry's part of the tie."""
    stair = PrizeTable.of(case.prizes, case.entries).cents / 100
    own, size = len(case.own), len(case.field)
    table = ladders(stair, real=max(case.entries - own, 0), sampled=size, own=own)
    summed = np.hstack([np.zeros((own + 1, 1)), np.cumsum(table, axis=1)])
    padded = np.vstack([case.points, 0 * case.points[:1]]).astype(np.int64)
    field, mine, theirs = (padded[x].sum(1) for x in (case.field, case.candidates, case.own))
    paid = np.zeros(mine.shape)
    for c, owner in enumerate(case.owner):
        rivals = np.delete(theirs, owner, axis=0) if owner >= 0 else theirs
        for s, score in enumerate(mine[c]):
            a, t = (field[:, s] > score).sum(), (field[:, s] == score).sum()
            b, u = (rivals[:, s] > score).sum(), (rivals[:, s] == score).sum()
            edges = a + (t + 1) * np.arange(u + 2) / (u + 1)
            rises = [
                np.interp(edges[i + 1], range(size + 2), summed[b + i])
                - np.interp(edges[i], range(size + 2), summed[b + i])
                for i in range(u + 1)
            ]
            paid[c, s] = sum(rises) / (t + 1)
    return paid


def test_equal_own_entries_share_what_their_places_pay(prize_rows):
    """Without opponents near, b equal own entries earn the first b prizes together."""
    points = np.array([[9, 9], [1, 1]], np.int16)
    field = np.full((2_000, 1), 1, np.int16)
    prizes = prize_rows((1, 1, 100.0), (2, 2, 60.0), (3, 3, 20.0))
    own = np.zeros((3, 1), np.int16)
    found = simulate_portfolio(points, field, own, smoothed_pay(prizes, 2_003, 2_000))
    alone = simulate(
        points, field, own[:1], smoothed_pay(prizes, 2_003, 2_000), own=own[:1], owner=[0]
    )
    assert found.mean > 1.1 * alone.mean[0]
    assert found.mean < 180
    np.testing.assert_allclose(found.entries.mean, found.mean / 3)


def test_the_estimator_is_chosen_by_what_the_field_is_and_says_its_name(prize_rows):
    prizes = prize_rows((1, 1, 5.0))
    assert choose_pay(prizes, 100, 99, drawn=False).name == "exact"
    assert choose_pay(prizes, 100_000, 10_000).name == "smoothed"


def test_a_field_of_another_size_than_the_estimator_was_made_for_is_refused(prize_rows):
    lineups = np.zeros((3, 1), np.int16)
    with pytest.raises(ValueError, match="a field of 3 lineups for smoothed_pay of 4"):
        simulate(
            np.ones((1, 2), np.int16), lineups, lineups, smoothed_pay(prize_rows((1, 1, 1.0)), 9, 4)
        )
