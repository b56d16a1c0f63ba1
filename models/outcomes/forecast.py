"""What is expected of every player at one moment: the points he has, and those still to come."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.outcomes.model import OutcomeModel

Floats = NDArray[np.float64]


class Forecast(NamedTuple):
    """Columns over the pool's rows; the expectation is ``scored + plays * mean``.

    Points are a player's own: what a captain's slot multiplies is not in them.
    """

    mean: Floats
    """(P,) points still expected if he plays from now on; ignored where nothing is left."""
    spread: Floats
    """(P,) their standard deviation; nan: by the model's law."""
    plays: Floats
    """(P,) probability that he plays from now on; 0 is out."""
    scored: Floats
    """(P,) points already on the board."""
    left: Floats
    """(P,) share of his game still to play, 1 before it starts, 0 when it is over."""

    @classmethod
    def of(
        cls,
        mean: ArrayLike,
        *,
        spread: ArrayLike = np.nan,
        plays: ArrayLike = 1.0,
        scored: ArrayLike = 0.0,
        left: ArrayLike = 1.0,
    ) -> Forecast:
        """A forecast of full columns; numbers stand for all players.

        >>> Forecast.of([30.0, 12.5], plays=[1.0, 0.0]).expected.tolist()
        [30.0, 0.0]
        """
        size = np.shape(mean)
        columns = (
            np.broadcast_to(np.asarray(column, np.float64), size).copy()
            for column in (mean, spread, plays, scored, left)
        )
        return cls(*columns)

    @property
    def expected(self) -> Floats:
        """(P,) expected final points."""
        to_come = np.where(self.left > 0.0, self.plays * self.mean, 0.0)
        expected: Floats = self.scored + to_come
        return expected


def given_spread(
    model: OutcomeModel,
    *,
    deviation: ArrayLike = np.nan,
    floor: ArrayLike = np.nan,
    ceiling: ArrayLike = np.nan,
) -> Floats:
    """Spread from a file's own StdDev, or its Floor and Ceiling, in points; nan where neither is.

    Vendors' deviations are too small (measured: standardised residuals of 1.21 to 1.26), so they
    are widened. Floor and ceiling are taken for one deviation below and above, the 15th and 85th
    percentile that vendors write of.
    """
    stated = np.asarray(deviation, np.float64)
    ends = (np.asarray(ceiling, np.float64) - np.asarray(floor, np.float64)) / 2.0
    known = np.where(np.isfinite(stated) & (stated > 0.0), stated, ends)
    widened: Floats = np.where(np.isfinite(known) & (known > 0.0), known * model.widening, np.nan)
    return widened


def still_expected(
    model: OutcomeModel,
    mean: ArrayLike,
    *,
    scored: ArrayLike,
    left: ArrayLike,
    kind: ArrayLike = 0,
) -> Floats:
    """Points to come in the share ``left`` of a game, given the ``scored`` in what is past.

    ``mean`` is what was expected of the whole game. Play is a Poisson stream whose rate is
    uncertain (gamma); what a player has shown moves the rate as far as the two variances of the
    model allow: far for somebody of an uncertain role, little for noise. ``kind`` is the row's
    marginal (``Draws.kind``). Columns broadcast; a game that is over leaves nothing.
    """
    prior, seen, rest, of = np.broadcast_arrays(
        *(np.asarray(column, np.float64) for column in (mean, scored, left, kind))
    )
    whole = np.maximum(prior, 0.0)
    spread, noise = np.zeros_like(whole), np.zeros_like(whole)
    for k, marginal in enumerate(model.marginals):
        spread[of == k] = marginal.spread.at(whole[of == k])
        noise[of == k] = marginal.noise
    noise = np.minimum(noise * whole, spread**2)
    rate = spread**2 - noise
    played = 1.0 - rest
    known = rate * played + noise
    moved = np.divide(
        rate * (seen - played * whole), known, out=np.zeros_like(whole), where=known > 0
    )
    expected: Floats = rest * np.maximum(whole + moved, 0.0)
    return expected
