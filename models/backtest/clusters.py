"""Intervals of sums and ratios over nights: whole nights are drawn again, never single entries.

Entries of one night share its games and its field; they are one observation.
"""

from __future__ import annotations

from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

DRAWS = 10_000
_POWER, _CONFIDENCE = 0.8416, 1.96
"""Normal quantiles of 80 % power and of a two-sided 5 % level."""


class Ratio(NamedTuple):
    """A pooled ratio with its 95 % interval; nan ends where one night says nothing of others."""

    value: float
    low: float
    high: float


def pooled_ratio(over: ArrayLike, under: ArrayLike, seed: int = 1) -> Ratio:
    """Sum of ``over`` (N,) by sum of ``under`` (N,), nights drawn again with replacement.

    >>> pooled_ratio([1.0, 1.0, 1.0], [2.0, 2.0, 2.0])
    Ratio(value=0.5, low=0.5, high=0.5)
    >>> pooled_ratio([1.0], [2.0]).low
    nan
    """
    top, bottom = np.asarray(over, np.float64), np.asarray(under, np.float64)
    nights = len(top)
    total = float(bottom.sum())
    value = float(top.sum()) / total if total else float("nan")
    if nights < 2 or not total:
        return Ratio(value, float("nan"), float("nan"))
    drawn = np.random.default_rng(seed).integers(0, nights, (DRAWS, nights))
    below = bottom[drawn].sum(axis=1)
    ratios = np.divide(top[drawn].sum(axis=1), below, out=np.full(DRAWS, np.nan), where=below != 0)
    told = ratios[np.isfinite(ratios)]
    if not len(told):
        return Ratio(value, float("nan"), float("nan"))
    low, high = np.quantile(told, (0.025, 0.975))
    return Ratio(value, float(low), float(high))


def nights_needed(uplift: ArrayLike, stake: ArrayLike, effect: float) -> int | None:
    """Nights until an uplift of ``effect`` (a share of the stake) would be told from none.

    ``uplift`` and ``stake`` are (N,) dollars by night. At a two-sided level of 5 % with a power
    of 80 %: n = ((1.96 + 0.84) sd / effect)^2, sd that of one night's uplift by the mean stake.
    None where fewer than two nights, or no difference at all, tell nothing of the spread.
    """
    gains, stakes = np.asarray(uplift, np.float64), np.asarray(stake, np.float64)
    if len(gains) < 2 or stakes.sum() <= 0:
        return None
    spread = float(_around_line(gains, stakes).std(ddof=1) / stakes.mean())
    if spread == 0:
        return None
    return ceil(((_CONFIDENCE + _POWER) * spread / effect) ** 2)


def _around_line(gains: NDArray[np.float64], stakes: NDArray[np.float64]) -> NDArray[np.float64]:
    """What each night differs from its share of the pooled uplift (ratio estimator)."""
    rest: NDArray[np.float64] = gains - gains.sum() / stakes.sum() * stakes
    return rest
