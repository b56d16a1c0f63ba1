"""Points of every player in every sample, from common random numbers and a forecast."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.outcomes import kernels
from models.outcomes.draws import Draws, frozen
from models.outcomes.forecast import Forecast
from models.outcomes.model import OutcomeModel


class _Tables(NamedTuple):
    """The model's M marginals and all their Z shapes as the kernels read them."""

    laws: NDArray[np.float64]
    """(M, 5) base, root, linear, floor, noise."""
    first: NDArray[np.intp]
    """(M + 1,) where the shapes of each marginal begin."""
    anchors: NDArray[np.float64]
    """(Z,) root of the mean that a shape belongs to."""
    quantiles: NDArray[np.float32]
    """(Z, bins)."""
    above: NDArray[np.float64]
    """(Z, bins) expected excess over each quantile."""


def outcomes(
    draws: Draws, forecast: Forecast, model: OutcomeModel, step: float
) -> NDArray[np.int16]:
    """Final points (P, S) in units of ``step``: those scored and a draw of those to come.

    The mean over samples is ``forecast.expected``, up to rounding and sampling; a game that is
    over is exactly its points. Raises ValueError naming a player whose forecast is no number.
    """
    points = np.empty((len(draws.person), draws.samples), np.int16)
    nothing = Forecast.of(np.full(len(draws.person), -np.inf))
    redraw(points, draws, nothing, forecast, model, step)
    return points


def redraw(
    points: NDArray[np.int16],
    draws: Draws,
    before: Forecast,
    after: Forecast,
    model: OutcomeModel,
    step: float,
) -> NDArray[np.intp]:
    """Bring ``points`` (P, S), drawn for ``before``, to ``after`` in place; the rows changed.

    Only rows whose forecast differs are touched, and they come out bit by bit as ``outcomes``
    draws them. Raises ValueError naming a player whose forecast is no number.
    """
    rows = np.empty(len(draws.person), np.intp)
    tables = _tables(model)
    found = kernels.fill(
        points,
        rows,
        frozen(np.array(before, np.float64)),
        frozen(np.array(after, np.float64)),
        frozen(draws.ranks),
        frozen(draws.person),
        frozen(draws.kind),
        frozen(draws.keys),
        *tables,
        float(step),
    )
    if found < 0:
        raise _fault(draws, after, -1 - found)
    return rows[:found]


def _fault(draws: Draws, forecast: Forecast, row: int) -> ValueError:
    values = ", ".join(
        f"{name} {column[row]:g}" for name, column in zip(forecast._fields, forecast, strict=True)
    )
    return ValueError(
        f"the forecast of player {draws.ids[row]} (row {row}) cannot be drawn: {values};"
        " points must lie below a million, the spread not below 0, plays and left between 0 and 1"
    )


@lru_cache(maxsize=8)
def _tables(model: OutcomeModel) -> _Tables:
    laws = [
        (m.spread.base, m.spread.root, m.spread.linear, m.floor, m.noise) for m in model.marginals
    ]
    shapes = [marginal.tables() for marginal in model.marginals]
    quantiles = np.array([table for each in shapes for _, table in each], np.float32)
    columns = _Tables(
        laws=np.array(laws, np.float64),
        first=np.cumsum([0, *map(len, shapes)]),
        anchors=np.sqrt([mean for each in shapes for mean, _ in each]),
        quantiles=quantiles,
        above=_excess(quantiles),
    )
    return _Tables(*(frozen(column) for column in columns))


def _excess(quantiles: NDArray[np.float32]) -> NDArray[np.float64]:
    """E max(z - q, 0) at every quantile q of the table itself, all bins equally likely."""
    z = quantiles.astype(np.float64)
    bins = z.shape[1]
    above = np.cumsum(z[:, ::-1], axis=1)[:, ::-1]
    excess: NDArray[np.float64] = (above - z * np.arange(bins, 0, -1)) / bins
    return excess
