"""Standardised distributions as tables of quantiles: from data, and Pearson III by its skewness."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import lgamma
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_FINE = 20_000
_NEARLY_NORMAL = 0.02
"""Below this skewness Pearson III cannot be told from a normal distribution."""


def middles(bins: int) -> Floats:
    """(bins,) middles of equal shares of probability.

    >>> middles(2).tolist()
    [0.25, 0.75]
    """
    shares: Floats = (np.arange(bins) + 0.5) / bins
    return shares


def expanded(levels: Sequence[float], quantiles: Sequence[float], at: Floats) -> Floats:
    """Quantiles at the probabilities ``at``, between and beyond those known; mean 0.

    Linear in the normal score of the probability: exact for a normal, and beyond the outermost
    levels the tail goes on as a normal's with the slope found there.
    """
    known, wanted = normal_quantiles(np.asarray(levels)), normal_quantiles(at)
    values = np.asarray(quantiles, np.float64)
    inside = np.interp(wanted, known, values)
    below, above = wanted < known[0], wanted > known[-1]
    inside[below] = values[0] + _slope(known, values, 0) * (wanted[below] - known[0])
    inside[above] = values[-1] + _slope(known, values, -2) * (wanted[above] - known[-1])
    centred: Floats = inside - inside.mean()
    return centred


def _slope(x: Floats, y: Floats, at: int) -> float:
    return float((y[at + 1] - y[at]) / (x[at + 1] - x[at])) if len(x) > 1 else 0.0


def normal_quantiles(levels: Floats) -> Floats:
    """Quantiles of the standard normal, by Wichura's AS 241 as in the standard library."""
    quantile = NormalDist().inv_cdf
    return np.array([quantile(p) for p in levels.ravel().tolist()]).reshape(levels.shape)


def pearson(skew: float, at: Floats) -> Floats:
    """Quantiles of Pearson III (a shifted gamma) with mean 0, sd 1 and this skewness.

    >>> pearson(2.0, np.array([0.5])).round(4).tolist()  # exponential: median ln 2, less its mean
    [-0.3069]
    """
    if abs(skew) < _NEARLY_NORMAL:
        return normal_quantiles(at)
    if skew < 0:
        return -pearson(-skew, 1.0 - at)
    shape = 4.0 / skew**2
    standardised: Floats = (gamma_quantiles(shape, at) - shape) / np.sqrt(shape)
    return standardised


def gamma_quantiles(shape: float, at: Floats) -> Floats:
    """Quantiles of the gamma distribution of unit scale, to about six digits."""
    grid, mass = _gamma_mass(float(shape))
    quantiles: Floats = np.exp(np.interp(at, mass, grid))
    return quantiles


@lru_cache(maxsize=64)
def _gamma_mass(shape: float) -> tuple[Floats, Floats]:
    """Logarithms of points, and the distribution function there (trapezoids in the logarithm)."""
    top = np.log(shape + 12.0 * np.sqrt(shape) + 40.0)
    grid = np.linspace(min(-40.0 / shape, np.log(shape) - 12.0), top, _FINE)
    density = np.exp(shape * grid - np.exp(grid) - lgamma(shape))
    steps = np.diff(grid) * (density[1:] + density[:-1]) / 2.0
    mass = np.concatenate(([0.0], np.cumsum(steps)))
    return grid, mass / mass[-1]
