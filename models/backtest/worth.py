"""What policies came to over nights of known truth, cell by cell, with intervals over nights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

import numpy as np

from models.backtest.clusters import Ratio, pooled_ratio
from models.backtest.policies import HOLD


class Knowledge(NamedTuple):
    """One cell of the grid: what is known, and by whom."""

    error: float
    """Of the user's projections, a share of each player's points (standard deviation)."""
    crowd: float
    """Of those by which the field and the held entries were built."""
    delay: float
    """Minutes after which the user hears who is out; inf: never."""


class Result(NamedTuple):
    """What one policy came to in one night; sums over its entries, expected of the evenings."""

    night: int
    knowledge: Knowledge
    policy: str
    entries: int
    fees: float
    points: float
    places: float
    payout: float
    changed: int
    claimed: float
    """Gain in points as the swaps that were followed had it."""
    claimed_money: float
    """Gain in dollars as they had it; nan where nothing was priced."""
    illegal: int


class Worth(NamedTuple):
    """A policy in one cell, pooled over nights and compared with holding."""

    knowledge: Knowledge
    policy: str
    points: Ratio
    """More points for each entry."""
    places: Ratio
    """Better places for each entry."""
    payout: Ratio
    """More payout, a share of that of holding."""
    roi: Ratio
    came_true: Ratio
    """Points realised by points claimed; nan where nothing was claimed."""
    money_came_true: Ratio
    """Dollars realised by dollars claimed; nan where nothing was priced."""
    changed: float
    """Share of the entries."""
    illegal: int


def worth(results: Iterable[Result]) -> list[Worth]:
    """Every cell's policies in the order of ``POLICIES`` as played, cells by what is known.

    Raises KeyError where a night was played without the policy ``hold``.
    """
    rows = sorted(results, key=lambda row: (row.knowledge, row.night))
    return [
        _worth(knowledge, policy, held, [row for row in cell if row.policy == policy])
        for knowledge, some in groupby(rows, key=lambda row: row.knowledge)
        for cell in [list(some)]
        for held in [{row.night: row for row in cell if row.policy == HOLD}]
        for policy in dict.fromkeys(row.policy for row in cell)
    ]


def _worth(
    knowledge: Knowledge, policy: str, held: dict[int, Result], rows: Sequence[Result]
) -> Worth:
    base = [held[row.night] for row in rows]
    entries = [row.entries for row in rows]
    points = [row.points - hold.points for row, hold in zip(rows, base, strict=True)]
    places = [hold.places - row.places for row, hold in zip(rows, base, strict=True)]
    payout = [row.payout - hold.payout for row, hold in zip(rows, base, strict=True)]
    back = pooled_ratio([row.payout for row in rows], [row.fees for row in rows])
    return Worth(
        knowledge=knowledge,
        policy=policy,
        points=pooled_ratio(points, entries),
        places=pooled_ratio(places, entries),
        payout=pooled_ratio(payout, [hold.payout for hold in base]),
        roi=Ratio(back.value - 1, back.low - 1, back.high - 1),
        came_true=pooled_ratio(points, [row.claimed for row in rows]),
        money_came_true=pooled_ratio(payout, np.nan_to_num([row.claimed_money for row in rows])),
        changed=sum(row.changed for row in rows) / sum(entries),
        illegal=sum(row.illegal for row in rows),
    )
