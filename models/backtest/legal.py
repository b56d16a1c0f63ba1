"""Whether what a backtest did was allowed: counted by other code than that which did it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.folds.contest import ContestState
from models.optimiser.legality import check_legal

Lineups = NDArray[np.int32]


def illegal_swaps(state: ContestState, before: Lineups, after: Lineups) -> int:
    """How many of N swaps, (N, R) lineups before and after, the site would refuse.

    A slot whose player is locked changes, a locked player comes in, or the lineup breaks a rule.
    """
    if not len(after):
        return 0
    changed = before != after
    shut = state.locked_slots(before) | state.locked_slots(after)
    broken = list(check_legal(state.rules, state.pool, after).values())
    return int(((changed & shut).any(axis=1) | np.logical_or.reduce(broken)).sum())
