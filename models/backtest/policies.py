"""The policies that a backtest compares, each as the live system would be told it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from models.folds.contest import ContestState
from models.proposals import ProposalPolicy, concerned_entries

HOLD, ONLY_OUT = "hold", "only_out"
POLICIES: Mapping[str, ProposalPolicy | None] = MappingProxyType(
    {
        HOLD: None,
        ONLY_OUT: ProposalPolicy(only_out=True, objective="points"),
        "points": ProposalPolicy(only_out=False, objective="points"),
        "money": ProposalPolicy(only_out=False, objective="money"),
    }
)
"""By name; None changes nothing: the lineup as it finally was."""


def asked_entries(
    before: ContestState | None, state: ContestState, policy: ProposalPolicy
) -> NDArray[np.intp]:
    """Rows of the entries that are decided now; ``before`` is the state of the last decision.

    Where only absences count these are the entries that a change put in trouble, as in the live
    system; else everybody with a slot that may still change.
    """
    if policy.only_out:
        return concerned_entries(before, state).in_trouble
    lineups = state.entries.lineups
    open_slots = ~state.locked_slots(lineups) & (lineups >= 0)
    return np.flatnonzero(open_slots.any(axis=1))
