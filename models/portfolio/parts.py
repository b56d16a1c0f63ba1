"""The candidates of some of the entries, such as those of one user."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.portfolio.candidates import Candidates


def part_of(
    candidates: Candidates, entries: NDArray[np.intp]
) -> tuple[Candidates, NDArray[np.intp]]:
    """The candidates of these entries (N, ascending), and where they stood among all."""
    if len(entries) == len(candidates.hold):
        return candidates, np.arange(len(candidates.owner))
    rows = np.flatnonzero(np.isin(candidates.owner, entries))
    owner = np.searchsorted(entries, candidates.owner[rows]).astype(np.int32)
    part = candidates._replace(
        lineups=candidates.lineups[rows],
        owner=owner,
        points=candidates.points[rows],
        swaps=candidates.swaps[rows],
        words=candidates.words[rows],
        hold=np.searchsorted(owner, np.arange(len(entries))),
        status=candidates.status[entries],
        blocker=candidates.blocker[entries],
        locked=candidates.locked[entries],
        stale=candidates.stale[entries],
    )
    return part, rows
