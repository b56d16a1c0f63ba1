"""What recorded finals teach about projected ownership: its level, its slope, its interval.

Entrants drawn by projections and salaries hold the favourites too often, and good value too
seldom. A line in log odds sets that right; how far finals then still stray gives the interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.field.raking import logit
from models.pool import PlayerPool

Floats = NDArray[np.float64]

LEAST = 1e-3
"""Shares below are taken for this where log odds are asked for."""
BANDS = (0.01, 0.03, 0.10, 0.25)
"""Predicted shares that part the intervals' table."""
INSIDE = 0.8
_MOST = 0.98
_RIDGE = 2.0
_ROUNDS = 30
_PLAYS_MUCH = 10.0  # points: those whose value for money sets the slate's level
_FEW = 40
_WIDE = (-3.0, 2.5)

Ends = tuple[float, float]


class Recalibration(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Learned from the finals of some nights; the default changes nothing."""

    learned: str = "nothing"
    """The nights it rests on."""
    weights: tuple[float, ...] = (0.0, 1.0, 0.0, 0.0, 0.0)
    """Of the columns of ``traits``."""
    before: tuple[Ends, ...] = (_WIDE,) * (len(BANDS) + 1)
    """Ends of the 80 % interval before the first lock, log odds beside the prediction, by band."""
    after: tuple[Ends, ...] = (_WIDE,) * (len(BANDS) + 1)
    """The same once a wave has been revealed."""

    def shares(self, columns: Floats) -> Floats:
        """Set-right shares (P,) of rows with these ``traits`` (P, 5), before they fill a roster."""
        return _sigmoid(columns @ np.array(self.weights))

    def interval(self, share: Floats, *, revealed: bool) -> tuple[Floats, Floats]:
        """Ends (P,) of the 80 % interval around predicted shares (P,); 0 stays 0."""
        ends = np.array(self.after if revealed else self.before)[np.digitize(share, BANDS)]
        odds = logit(share.clip(LEAST, _MOST))
        low, high = (np.where(share > 0, _sigmoid(odds + end), 0.0) for end in ends.T)
        return np.where(low <= 1.5 * LEAST, 0.0, np.minimum(low, share)), np.maximum(high, share)


def traits(pool: PlayerPool, value: Floats, drawn: Floats, usable: NDArray[np.bool_]) -> Floats:
    """(P, 5): one, log odds as ``drawn``, value for money, the same times points, slots he fits.

    ``value`` (P,) are projected points; value for money is points per $1,000 above the median of
    the ``usable`` (P,) who are expected to play much.
    """
    rate = value / np.maximum(pool.salary.min(axis=1) / 1000.0, 1.0)
    much = usable & (value > _PLAYS_MUCH)
    dear = rate - (np.median(rate[much]) if much.any() else 0.0)
    slots = pool.eligible.sum(axis=1) / pool.eligible.shape[1] - 0.5
    odds = logit(drawn.clip(LEAST, _MOST))
    return np.stack([np.ones(value.size), odds, dear, dear * value / 30.0, slots], axis=1)


class Lesson(NamedTuple):
    """One night's rows that could be held: their traits (N, 5) and final shares (N,)."""

    traits: Floats
    owned: Floats


def weights_of(lessons: Sequence[Lesson]) -> tuple[float, ...]:
    """Fractional logistic regression of final shares on traits, drawn to changing nothing.

    Its errors are those of shares, not of log odds: whom hardly anybody holds weighs little.
    """
    columns = np.concatenate([lesson.traits for lesson in lessons])
    owned = np.concatenate([lesson.owned for lesson in lessons])
    start = np.array(Recalibration().weights)
    weights = start.copy()
    for _ in range(_ROUNDS):
        share = _sigmoid(columns @ weights)
        lean = columns * (share * (1.0 - share))[:, None]
        slope = np.einsum("ni,nj->ij", lean, columns) + _RIDGE * np.eye(start.size)
        lacks = np.einsum("ni,n->i", columns, owned - share) - _RIDGE * (weights - start)
        step = np.linalg.solve(slope, lacks)
        weights += step / max(1.0, float(np.abs(step).max()))
    return tuple(weights.round(4).tolist())


def ends_of(predicted: Floats, owned: Floats) -> tuple[Ends, ...]:
    """The middle 80 % of what final shares differ from predicted ones, in log odds, by band."""
    held = predicted > 0
    band = np.digitize(predicted[held], BANDS)
    strays = logit(owned[held].clip(LEAST, _MOST)) - logit(predicted[held].clip(LEAST, _MOST))
    outside = (1.0 - INSIDE) / 2.0
    found = []
    for number in range(len(BANDS) + 1):
        mine = strays[band == number]
        ends = np.quantile(mine, (outside, 1.0 - outside)) if mine.size >= _FEW else _WIDE
        found.append((round(float(ends[0]), 3), round(float(ends[1]), 3)))
    return tuple(found)


def _sigmoid(odds: Floats) -> Floats:
    share: Floats = 1.0 / (1.0 + np.exp(-odds.clip(-30.0, 30.0)))
    return share
