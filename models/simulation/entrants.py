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
_NARROW = 32_000
"""Scores that differ by at most so much are added up, and counted, in 16 bits."""


def scored_points(points: NDArray[Any], scoring: Scoring, entrants: Entrants) -> NDArray[Any]:
    """(Q, S) points of scoring rows, in 16 bits where no lineup's sum can leave them."""
    scored = scoring.points(points)
    slots = len(scoring.slot_factor)
    narrow = scored.dtype == np.int16 and _spread(scored, slots, entrants) <= _NARROW
    return frozen(scored if narrow else scored.astype(np.int32))


def _spread(scored: NDArray[Any], slots: int, entrants: Entrants) -> int:
    """No two of the lineups are further apart in any sample, and none is further from 0."""
    highest, lowest = scored.max(axis=1).astype(np.int32), scored.min(axis=1).astype(np.int32)
    bound = int(np.sort(highest)[-slots:].sum() - np.sort(lowest)[:slots].sum())
    if bound <= _NARROW:
        return bound
    high = low = 0
    for rows in (entrants.field, entrants.own, entrants.candidates):
        lineups = rows.reshape(-1, slots)
        high = max(high, int(highest[lineups].sum(axis=1).max(initial=0)))
        low = min(low, int(lowest[lineups].sum(axis=1).min(initial=0)))
    return high - low


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
