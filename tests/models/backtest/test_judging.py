"""What entries would have won, against a slow recomputation of the whole contest."""

from __future__ import annotations

import numpy as np
import pytest

from models.backtest.judging import Judge
from models.contest import Prize

PRIZES = (Prize(first=1, last=1, amount=50.0), Prize(first=2, last=4, amount=10.0))


def contest(seed):
    """Points of 12 real entries with many ties, 7 of them followed, and what these have now."""
    rng = np.random.default_rng(seed)
    field = rng.integers(0, 5, 12).astype(float)
    now = np.where(rng.random(7) < 0.6, rng.integers(0, 6, 7), field[:7]).astype(float)
    return field, now, rng.integers(0, 3, 7)


def paid(mine, others):
    """Rank and dollars of an entry among others, tie split place by place."""
    above = int((others > mine).sum())
    tied = int((others == mine).sum())
    by_place = [p.amount for p in PRIZES for _ in range(p.first, p.last + 1)]
    shared = [*by_place, *[0.0] * 20][above : above + tied + 1]
    return above + 1, sum(shared) / len(shared)


@pytest.mark.parametrize("seed", range(40))
def test_entries_of_one_user_meet_each_other_as_they_have_become(seed):
    field, now, users = contest(seed)
    judged = Judge(field, PRIZES).together(now, field[:7], users)
    for n in range(7):
        stands = field.copy()
        stands[:7][users == users[n]] = now[users == users[n]]
        rank, dollars = paid(now[n], np.delete(stands, n))
        assert judged.rank[n] == rank
        assert judged.payout[n] == pytest.approx(dollars, abs=0.005)


@pytest.mark.parametrize("seed", range(20))
def test_users_with_one_entry_meet_everybody_as_he_was(seed):
    field, now, _ = contest(seed)
    judge = Judge(field, PRIZES)
    alone, together = judge.judged(now, field[:7]), judge.together(now, field[:7], np.arange(7))
    for n in range(7):
        assert (alone.rank[n], alone.payout[n]) == (together.rank[n], together.payout[n])
        rank, dollars = paid(now[n], np.delete(field, n))
        assert alone.rank[n] == rank
        assert alone.payout[n] == pytest.approx(dollars, abs=0.005)
