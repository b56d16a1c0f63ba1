"""Lineups and outcomes as the kernels take them: scoring rows, in 16 bits where sums fit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.simulation.scoring import Scoring
from models.simulation.state import Entrants
from models.simulation.workspace import frozen

Lineups = NDArray[np.integer[Any]]
"""(N, R) pool rows in roster-slot order, -1 nobody."""

_SAMPLED = 1024
"""Lineups from which a floor is estimated."""
_NARROW = 26_000
"""Scores that differ by at most so much are added up, and counted, in 16 bits."""


def scored_points(points: NDArray[Any], scoring: Scoring) -> NDArray[Any]:
    """(Q, S) points of scoring rows, in 16 bits where no lineup can leave them."""
    scored = scoring.points(points)
    slots = len(scoring.slot_factor)
    narrow = scored.dtype == np.int16 and _spread(scored, slots) <= _NARROW
    return frozen(scored if narrow else scored.astype(np.int32))


def _spread(scored: NDArray[Any], slots: int) -> int:
    """No two lineups of any sample are further apart, and none is further from 0."""
    highest, lowest = np.sort(scored.max(axis=1)), np.sort(scored.min(axis=1))
    bound = int(highest[-slots:].sum(dtype=np.int64) - lowest[:slots].sum(dtype=np.int64))
    if bound <= _NARROW:
        return bound
    slots = min(slots, len(scored))
    ordered = np.partition(scored, (slots - 1, len(scored) - slots), axis=0)
    high = ordered[-slots:].sum(axis=0, dtype=np.int64)
    low = ordered[:slots].sum(axis=0, dtype=np.int64)
    return int((np.maximum(high, 0) - np.minimum(low, 0)).max(initial=0))


def entrants_of(
    scoring: Scoring,
    field: Lineups,
    own: Lineups,
    candidates: Lineups,
    owner: ArrayLike | None,
    baseline: ArrayLike | None,
) -> Entrants:
    rows = frozen(scoring.rows(field).ravel())
    count = len(candidates)
    against = _indices("owner", owner, count, len(own))
    base = _indices("baseline", baseline, count, count)
    bases = np.unique(base[base >= 0])
    return Entrants(
        field=rows,
        sample=rows if len(field) <= _SAMPLED else frozen(_sampled(rows, field.shape[1])),
        own=frozen(scoring.rows(own).ravel()),
        candidates=frozen(scoring.rows(candidates).ravel()),
        owner=frozen(np.where(against < 0, len(own), against)),
        base=frozen(np.where(base < 0, len(bases), np.searchsorted(bases, base))),
        bases=frozen(bases),
    )


def _indices(name: str, given: ArrayLike | None, count: int, most: int) -> NDArray[np.int64]:
    found = np.full(count, -1) if given is None else np.asarray(given, np.int64)
    if found.shape != (count,) or (count and not -1 <= found.min() <= found.max() < most):
        raise ValueError(
            f"{name}: give one of 0 to {most - 1}, or -1 for none, for each of {count} candidates"
        )
    return found.astype(np.int64)


def _sampled(rows: NDArray[np.int16], slots: int) -> NDArray[np.int16]:
    """Lineups evenly spread over the field in an order that has nothing to do with its own."""
    lineups = rows.reshape(-1, slots)
    chosen = np.random.default_rng(0).choice(len(lineups), _SAMPLED, replace=False)
    return lineups[np.sort(chosen)].ravel()
