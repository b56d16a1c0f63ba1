"""The exact simulation pays, sample by sample, what sorting everybody pays."""

from __future__ import annotations

import numpy as np
import pytest

from models.evening.prizes import prize_table
from models.simulation import (
    Simulation,
    Workspace,
    exact_pay,
    simulate,
    simulate_portfolio,
    smoothed_pay,
)


def _simulated(case, *, threads=1, wide=1, workspace=None) -> Simulation:
    points = case.points.astype(np.int32) * wide if wide > 1 else case.points
    return simulate(
        points,
        case.field,
        case.candidates,
        exact_pay(case.prizes, case.entries),
        own=case.own,
        owner=case.owner,
        baseline=case.baseline,
        keep=case.points.shape[1],
        threads=threads,
        workspace=workspace,
    )


@pytest.mark.parametrize("part", range(8))
def test_every_payout_is_that_of_sorting_to_the_cent(make_case, pay_by_sorting, part):
    for seed in range(part * 40, part * 40 + 40):
        case = make_case(seed)
        found, wanted = _simulated(case).payouts, pay_by_sorting(case)
        np.testing.assert_allclose(found, wanted, rtol=2e-7, atol=0, err_msg=f"case {seed}")


@pytest.mark.parametrize("seed", range(24))
def test_scores_too_large_for_16_bits_pay_the_same(make_case, seed):
    case = make_case(seed)
    np.testing.assert_array_equal(_simulated(case, wide=11).payouts, _simulated(case).payouts)


def test_points_that_fill_16_bits_but_whose_sums_do_not_fit_are_summed_in_32(prize_rows):
    points = np.array([[30_000, 30_000], [29_999, 29_999], [2, 3]], np.int16)
    field = np.array([[1, 1, 1]], np.int16)  # 89,997 in both samples
    mine = np.array([[0, 1, 1], [0, 1, 2]], np.int16)
    paid = simulate(points, field, mine, exact_pay(prize_rows((1, 1, 8.0)), 2), keep=2).payouts
    assert paid.tolist() == [[8.0, 8.0], [0.0, 0.0]]


def test_scores_that_barely_fit_16_bits_are_paid_right(prize_rows):
    points = np.array([[31_990, 31_990], [-9, 8], [0, 31_989]], np.int16)
    field = np.array([[1]] * 1_500 + [[2]] * 5, np.int16)
    mine = np.array([[0], [1], [2]], np.int16)
    pay = exact_pay(prize_rows((1, 5, 6.0), (6, 1_506, 1.0)), 1_506)
    paid = simulate(points, field, mine, pay, keep=2).payouts
    assert paid.tolist() == [[6, 6], [1, 1], [np.float32(31 / 6)] * 2]


def test_a_workspace_and_any_number_of_threads_change_nothing(make_case):
    space = Workspace()
    for seed in range(60):
        case = make_case(seed)
        alone, shared = _simulated(case), _simulated(case, threads=3, workspace=space)
        for a, b in zip(alone[:-1], shared[:-1], strict=True):
            np.testing.assert_array_equal(a, b)


def test_means_halves_errors_and_paired_gains_follow_from_the_payouts(make_case):
    for seed in range(80):
        case = make_case(seed)
        found = _simulated(case)
        paid = found.payouts.astype(np.float64)
        half = paid.shape[1] // 2
        parts = paid[:, :half], paid[:, half:]
        based = np.where(case.baseline[:, None] < 0, 0, paid[case.baseline])
        gained = paid - based
        gains = gained[:, :half], gained[:, half:]
        close = {"rtol": 1e-9, "atol": 1e-9}
        np.testing.assert_allclose(found.halves, [p.mean(1) for p in parts], **close)
        np.testing.assert_allclose(found.mean, paid.mean(1), **close)
        error = paid.std(1, ddof=1) / paid.shape[1] ** 0.5
        np.testing.assert_allclose(found.error, error, rtol=1e-6, atol=1e-5)
        np.testing.assert_allclose(found.gain, [g.mean(1) for g in gains], **close)
        wanted = [
            g.std(1, ddof=1) / g.shape[1] ** 0.5 if g.shape[1] > 1 else 0 * g[:, 0] for g in gains
        ]
        np.testing.assert_allclose(found.gain_error, wanted, rtol=1e-6, atol=1e-5)


def test_rates_count_the_paid_the_first_and_the_best_hundredth(prize_rows):
    points = np.array([[9, 5, 1, 1], [5, 5, 5, 5], [0, 0, 0, 9]], np.int16)
    field = np.array([[1]] * 149 + [[2]], np.int16)  # 151 compete: the top 1 % is the first place
    pay = exact_pay(prize_rows((1, 2, 1.0)), 151)
    found = simulate(points, field, np.array([[0]], np.int16), pay)
    assert found.cash[0] == 0.5  # first alone; tied with 149 for the first; last; last
    assert found.win[0] == pytest.approx((1 + 1 / 150) / 4, abs=1e-4)
    assert found.top1[0] == 0.5
    assert found.mean[0] == pytest.approx((1 + 2 / 150) / 4)


def test_two_entries_of_normal_points_win_as_often_as_the_normal_law_says(prize_rows):
    rng = np.random.default_rng(5)
    points = np.rint(rng.normal([[400], [380]], 60, (2, 60_000))).astype(np.int16)
    pay = exact_pay(prize_rows((1, 1, 100.0)), 2)
    found = simulate(points, np.array([[1]], np.int16), np.array([[0]], np.int16), pay)
    chance = 0.5931  # Phi(20 / (60 sqrt 2)), by tables
    assert abs(found.mean[0] / 100 - chance) < 4 * found.error[0] / 100
    assert abs(found.win[0] - chance) < 4 * found.error[0] / 100


@pytest.mark.parametrize("depth", ["top-heavy", "double-up", "winner", "everybody"])
def test_a_field_larger_than_its_sample_pays_as_sorting_does(prize_rows, depth):
    """20,000 opponents: the floor is estimated, and holds or is found anew."""
    rng = np.random.default_rng(11)
    size = 20_000
    prizes = {
        "top-heavy": prize_table(size, 20.0),
        "double-up": prize_rows((1, size // 2, 1.8)),
        "winner": prize_rows((1, 1, 12_345.67)),
        "everybody": prize_rows((1, 10, 50.0), (11, size + 5, 1.0)),
    }[depth]
    points = rng.integers(-8, 240, (40, 80)).astype(np.int16)
    field = np.sort(rng.integers(-1, 40, (size, 5)), axis=0).astype(np.int16)  # weak ones first
    mine = rng.integers(0, 40, (30, 5)).astype(np.int16)
    mine[-1] = -1
    found = simulate(points, field, mine, exact_pay(prizes, size + 1), keep=80, threads=2)
    padded = np.vstack([points, np.zeros((1, 80), np.int16)]).astype(np.int64)
    others, own = np.sort(padded[field].sum(1), axis=0), padded[mine].sum(1)
    total = np.zeros(size + 2)
    for prize in prizes:
        total[prize.first : prize.last + 1] += round(prize.amount * 100)
    total = np.cumsum(total)
    for s in range(80):
        above = size - np.searchsorted(others[:, s], own[:, s], side="right")
        within = size - np.searchsorted(others[:, s], own[:, s], side="left") + 1
        wanted = (total[within] - total[above]) / (within - above) / 100
        np.testing.assert_allclose(found.payouts[:, s], wanted, rtol=2e-7, err_msg=f"sample {s}")


def test_two_threads_pay_the_same_for_samples_that_are_a_part_of_wider_ones():
    """More lineups than cells, a sampled field, and points that are not contiguous."""
    rng = np.random.default_rng(4)
    points = rng.integers(-8, 240, (60, 4_000)).astype(np.int16)
    cut = points[:, 1_000:3_001]
    field, mine = (rng.integers(-1, 60, (count, 6)).astype(np.int16) for count in (6_000, 6_100))
    pay = smoothed_pay(prize_table(20_000, 20.0), 20_000, 6_000)
    given = {"own": mine[:9], "owner": np.arange(len(mine)) % 10 - 1, "keep": 70}
    two = simulate(cut, field, mine, pay, threads=2, **given)
    one = simulate(np.ascontiguousarray(cut), field, mine, pay, threads=1, **given)
    for a, b in zip(two[:-1], one[:-1], strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_portfolio_is_paid_with_all_its_entries_in_the_contest(make_case, pay_by_sorting):
    for seed in range(60, 90):
        case = make_case(seed)
        if not len(case.own):
            continue
        together = case._replace(candidates=case.own, owner=np.arange(len(case.own)))
        paid = pay_by_sorting(together).astype(np.float64)
        pay = exact_pay(case.prizes, case.entries)
        found = simulate_portfolio(case.points, case.field, case.own, pay)
        np.testing.assert_allclose(found.totals, paid.sum(0), rtol=1e-6)
        np.testing.assert_allclose(found.entries.mean, paid.mean(1), rtol=1e-5)
        assert found.mean == pytest.approx(paid.sum(0).mean())
        assert found.sd == pytest.approx(paid.sum(0).std(ddof=1))


def test_input_that_does_not_fit_is_named_with_its_remedy(prize_rows):
    points, lineups = np.ones((3, 4), np.int16), np.zeros((2, 2), np.int16)
    pay = exact_pay(prize_rows((1, 1, 1.0)), 3)
    hidden = np.array([[0, 1], [0, -2]], np.int16)
    with pytest.raises(ValueError, match=r"lineup 1 holds \[0, -2\].*complete_field"):
        simulate(points, hidden, lineups, pay)
    with pytest.raises(ValueError, match="owner: give one of 0 to 1"):
        simulate(points, lineups, lineups, pay, own=lineups, owner=[0, 2])
    with pytest.raises(ValueError, match="1 samples; two halves need at least 2"):
        simulate(points[:, :1], lineups, lineups, pay)
    far = np.array([[0, 0], [2**28, 2**28]], np.int64)
    with pytest.raises(ValueError, match="units apart; give points in the site's own step"):
        simulate(far, np.array([[0], [1]]), lineups[:, :1], exact_pay(prize_rows((1, 2, 1.0)), 3))
