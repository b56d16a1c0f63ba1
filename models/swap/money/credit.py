"""How the gain of several swaps is shared among them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.market import Market
from models.moves import moves_between
from models.swap.money.market import report_on

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


class Plan(NamedTuple):
    """One entry's change, and the dollars expected of its two ends."""

    entry: int
    before: Ints
    """(R,) pool rows."""
    after: Ints
    worth_before: float
    worth_after: float


def shares_of_swaps(market: Market, plans: Sequence[Plan]) -> list[tuple[float, ...]]:
    """Dollars that each swap adds, in the order of ``moves_between``; they sum to the gain.

    The swaps are made one after the other, first to last and then last to first, and each is
    credited with the mean of its two steps: Shapley's value where there are two. A swap that
    frees the salary for another loses by itself what the other gains by it. Lineups half swapped
    may be beyond the cap: they are priced, never proposed.
    """
    paths = [
        [move.path for move in moves_between(p.before.tolist(), p.after.tolist())] for p in plans
    ]
    steps = [_steps(p.before, p.after, way) for p, way in zip(plans, paths, strict=True)]
    owner = [p.entry for p, some in zip(plans, steps, strict=True) for _ in some]
    worth = np.empty(0)
    if owner:
        lineups = np.array([lineup for some in steps for lineup in some], np.int32)
        worth = report_on(market, lineups, np.array(owner, np.int32)).mean
    ends = np.cumsum([0, *(len(some) for some in steps)])
    return [
        _credited(p, len(way), worth[a:b])
        for p, way, a, b in zip(plans, paths, ends[:-1], ends[1:], strict=True)
    ]


def _steps(before: Ints, after: Ints, paths: Sequence[tuple[int, ...]]) -> list[Ints]:
    """Lineups after 1 .. K - 1 of the K swaps, in their order and then in the reverse order."""
    steps = []
    for order in (paths, paths[::-1]):
        lineup = before.copy()
        for path in order[:-1]:
            slots = list(path)
            lineup[slots] = after[slots]
            steps.append(lineup.copy())
    return steps


def _credited(plan: Plan, swaps: int, worth: Floats) -> tuple[float, ...]:
    ends = plan.worth_before, plan.worth_after
    if swaps < 2:
        return (ends[1] - ends[0],) * swaps
    there = np.concatenate([ends[:1], worth[: swaps - 1], ends[1:]])
    back = np.concatenate([ends[:1], worth[swaps - 1 :], ends[1:]])
    credit = (np.diff(there) + np.diff(back)[::-1]) / 2
    return tuple(credit.tolist())
