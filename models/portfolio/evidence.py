"""How far to believe a gain: what one half of the samples claimed, what the other half found.

A swap chosen among many is chosen partly for its luck, so that its claim is too high; what is found
on the other half is fair, but for one entry alone it is often lost in the noise of a top-heavy
prize table. The entries of one user are many such swaps at once. With claims ``c`` (E,), found
gains ``g`` (E,) and the covariance ``V`` of what noise does to them,

    true gain = share * claim + own part,   own part ~ N(0, spread^2),   g = true gain + N(0, V),

the share of the claims that is true is learned from all entries together, and every entry's gain
is then the mean of what remains possible (empirical Bayes: Efron & Morris 1973). The spread is not
estimated but averaged over, each value weighted by how well it explains ``g`` (restricted
likelihood), so that few entries learn little. One entry alone keeps exactly what was found for it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.portfolio.matrices import sweep

Floats = NDArray[np.float64]

SPREADS = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)
"""Tried for the own part, in standard errors of a typical entry."""
_RIDGE = 1e-6
"""Share of the variance added to the covariance, which may be singular."""


class Belief(NamedTuple):
    """What each entry's swap is believed to gain, in dollars, E entries."""

    gain: Floats
    """(E,)."""
    error: Floats
    """(E,) standard deviation of what remains possible."""
    share: float
    """Of the claims that is true: 1 without any winner's curse."""


def believe(claimed: Floats, found: Floats, noise: Floats) -> Belief:
    """Gains of E swaps from their claims (E,), what was found (E,) and its covariance (E, E).

    >>> alone = believe(np.array([4.0]), np.array([1.5]), np.array([[0.25]]))
    >>> round(float(alone.gain[0]), 4), round(float(alone.error[0]), 4)
    (1.5, 0.5)
    """
    typical = float(np.median(np.diag(noise))) if len(found) else 0.0
    if typical <= 0 or not claimed.any():
        return Belief(found.copy(), np.sqrt(np.diag(noise)), 1.0)
    noise = noise + np.diag(_RIDGE * (np.diag(noise) + typical))
    tried = [_with_spread(claimed, found, noise, s * s * typical) for s in SPREADS]
    weight = np.exp([fit.likelihood - max(t.likelihood for t in tried) for fit in tried])
    weight /= weight.sum()
    gains = np.array([fit.gain for fit in tried])
    gain = weight @ gains
    variance = weight @ (np.array([fit.variance for fit in tried]) + (gains - gain) ** 2)
    share = float(weight @ np.array([fit.share for fit in tried]))
    return Belief(gain, np.sqrt(variance), share)


class _Fit(NamedTuple):
    gain: Floats
    variance: Floats
    share: float
    likelihood: float


def _with_spread(claimed: Floats, found: Floats, noise: Floats, spread: float) -> _Fit:
    """The gains if own parts have this variance."""
    inverse = noise + spread * np.eye(len(found))
    log_determinant = sweep(inverse)
    weighed = inverse @ claimed
    precision = float(claimed @ weighed)
    share = float(weighed @ found) / precision
    rest = found - share * claimed
    unexplained = claimed - spread * weighed
    return _Fit(
        gain=share * claimed + spread * (inverse @ rest),
        variance=spread - spread**2 * np.diag(inverse) + unexplained**2 / precision,
        share=share,
        likelihood=-0.5 * (log_determinant + np.log(precision) + float(rest @ inverse @ rest)),
    )
