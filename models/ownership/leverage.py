"""Leverage: whom the field holds more, or less, often than he stands in the best lineup."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.field.raking import logit
from models.optimiser import Lineups, SwapLimits, SwapTable, solve
from models.pool import PlayerPool
from models.rules import SiteRules

SAMPLES = 100
"""Evenings drawn; each costs a table of the optimiser."""


def optimal_chance(
    rules: SiteRules,
    pool: PlayerPool,
    points: NDArray[np.floating],
    available: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """(P,) share of the sampled evenings whose best legal lineup holds the row.

    ``points`` (S, P) are final points without the slot's multiplier; each evening is solved
    exactly, from an empty lineup, among the ``available`` (P,). Zeros where no lineup is legal.
    """
    table = SwapTable(rules, pool)
    slots = len(rules.slots)
    blank = Lineups(np.full((1, slots), -1, np.int32), np.zeros((1, slots), np.bool_))
    held = np.zeros(len(pool.ids))
    for evening in points:
        table.load(np.maximum(evening, 0.0).astype(np.float64), available)
        found = solve(table, blank, SwapLimits(fill_blank=True))
        if found.found[0]:
            held[found.players[0, 0]] += 1
    return held / max(len(points), 1)


def leverage(
    optimal: NDArray[np.float64], ownership: NDArray[np.float64], samples: int
) -> NDArray[np.float64]:
    """logit(P(in the best lineup)) - logit(ownership), elementwise; above 0: held too seldom.

    Half a case is added to either side of both, so that a player never seen in ``samples``
    evenings has a finite answer.

    >>> leverage(np.array([0.5, 0.0]), np.array([0.5, 0.0]), 100).tolist()
    [0.0, 0.0]
    """
    least = 0.5 / samples

    def odds(share: NDArray[np.float64]) -> NDArray[np.float64]:
        return logit(np.clip(share, 0.0, 1.0) * (1 - 2 * least) + least)

    difference: NDArray[np.float64] = odds(optimal) - odds(ownership)
    return difference
