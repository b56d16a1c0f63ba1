"""How good predicted distributions were, from their quantiles and what then came.

Forecasts are (n, K) quantiles at the middles of K equal shares of probability, as ``middles`` and
sorted samples have them.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.outcomes.shapes import middles

Floats = NDArray[np.float64]
NOMINAL = (0.5, 0.8, 0.95)


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """One forecaster over some player-games."""

    name: str
    games: int
    crps: float
    """Continuous ranked probability score in points: lower is better."""
    ks: float
    """Largest gap between the distribution of PIT values and the uniform (Kolmogorov-Smirnov)."""
    coverage: tuple[float, ...]
    """Share inside the central 50, 80 and 95 %."""
    beyond99: float
    """Share above the 99th percentile."""


def score(name: str, quantiles: Floats, points: Floats) -> Score:
    """Judge forecasts (n, K) by what came (n,). Raises ValueError where there is nothing."""
    if not len(points):
        raise ValueError(f"{name}: no games to judge by")
    pit = transformed(quantiles, points)
    return Score(
        name=name,
        games=len(points),
        crps=float(crps(quantiles, points).mean()),
        ks=kolmogorov(pit),
        coverage=tuple(float((np.abs(pit - 0.5) <= share / 2).mean()) for share in NOMINAL),
        beyond99=float((pit > 0.99).mean()),
    )


def crps(quantiles: Floats, points: Floats) -> Floats:
    """(n,) twice the mean quantile loss over the levels (Gneiting and Raftery 2007, eq. 20)."""
    levels = middles(quantiles.shape[1])
    gap = points[:, None] - quantiles
    loss: Floats = 2.0 * np.where(gap > 0.0, levels * gap, (levels - 1.0) * gap).mean(axis=1)
    return loss


def transformed(quantiles: Floats, points: Floats) -> Floats:
    """(n,) probability integral transform: share of the forecast below, ties counting half."""
    below = (quantiles < points[:, None]).mean(axis=1)
    ties = (quantiles == points[:, None]).mean(axis=1)
    pit: Floats = below + ties / 2.0
    return pit


def kolmogorov(pit: Floats) -> float:
    """Largest distance of the values' distribution function from the diagonal.

    >>> kolmogorov(np.array([0.25, 0.75]))
    0.25
    """
    ordered, n = np.sort(pit), len(pit)
    steps = np.arange(n + 1) / n
    return float(np.maximum(steps[1:] - ordered, ordered - steps[:-1]).max())
