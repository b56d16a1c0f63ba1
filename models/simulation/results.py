"""What simulated contests pay, summed up."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.simulation.state import CASH, DIFFERENCE, PAY, SQUARE, TOP, WIN, Entrants


class Simulation(NamedTuple):
    """What simulated contests pay each of C candidates, in dollars."""

    halves: NDArray[np.float64]
    """(2, C) mean payout in the first and in the second half of the samples."""
    mean: NDArray[np.float64]
    """(C,) mean payout."""
    error: NDArray[np.float64]
    """(C,) its standard error."""
    cash: NDArray[np.float64]
    """(C,) probability of being paid; nan where rates were not asked for, like the next two."""
    win: NDArray[np.float64]
    """(C,) probability of the first place, shared among those who tie for it."""
    top1: NDArray[np.float64]
    """(C,) probability of a place among the best hundredth, and at least of the first."""
    payouts: NDArray[np.float32]
    """(C, keep) payouts in the leading samples."""
    gain: NDArray[np.float64]
    """(2, C) mean payout above that of the candidate's baseline, by half."""
    gain_error: NDArray[np.float64]
    """(2, C) standard error of the gain, by half, from paired differences."""
    estimator: str
    """``exact`` or ``smoothed``."""


class Portfolio(NamedTuple):
    """What simulated contests pay a user's E entries together, in dollars."""

    entries: Simulation
    """Each entry, all others in the contest beside it."""
    mean: float
    """Mean of the total."""
    error: float
    """Its standard error."""
    sd: float
    """Standard deviation of the total from sample to sample."""
    totals: NDArray[np.float64]
    """(S,) total payout by sample."""


def summed_up(
    sums: NDArray[np.float64],
    samples: int,
    entrants: Entrants,
    payouts: NDArray[np.float32],
    estimator: str,
    *,
    rates: bool,
) -> Simulation:
    size = np.array([samples // 2, samples - samples // 2])[:, None]
    halves = sums[..., PAY] / size
    total = sums.sum(axis=0)
    based = np.zeros((2, len(entrants.bases) + 1))
    based[:, :-1] = halves[:, entrants.bases]
    gain = halves - based[:, entrants.base]
    chances = total[:, [CASH, WIN, TOP]].T / samples if rates else np.full((3, len(total)), np.nan)
    mean = total[:, PAY] / samples
    return Simulation(
        halves=halves,
        mean=mean,
        error=_error(total[:, SQUARE], mean, samples),
        cash=chances[0],
        win=chances[1],
        top1=chances[2],
        payouts=payouts,
        gain=gain,
        gain_error=_error(sums[..., DIFFERENCE], gain, size),
        estimator=estimator,
    )


def _error(squares: NDArray[Any], mean: NDArray[Any], samples: Any) -> NDArray[np.float64]:
    """Standard error of a mean from the sum of squares."""
    variance = np.maximum(squares / samples - mean**2, 0.0)
    error: NDArray[np.float64] = np.sqrt(variance / np.maximum(samples - 1, 1))
    return error
