"""Learn a model's numbers from past games: spread, shapes and dependence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.outcomes.dependence import Correlation, Pairs, correlations
from models.outcomes.model import (
    Factor,
    Loading,
    Marginal,
    OutcomeModel,
    Shape,
    Uncertain,
)
from models.outcomes.past import PastGames
from models.spread import SpreadLaw

Floats = NDArray[np.float64]

LEVELS: Floats = np.concatenate(
    [[0.001, 0.0025, 0.005, 0.01, 0.02], np.arange(1, 32) / 32, [0.98, 0.99, 0.995, 0.9975, 0.999]]
)
SMALL_ROLE = 18.0
"""Expected points that part small roles, whose outcomes are skewed, from large ones."""
FEWEST_GAMES = 1000


class Learned(NamedTuple):
    """A model, and the straight line that corrects the expectations it was learned with."""

    model: OutcomeModel
    line: tuple[float, float]
    """Base and slope: what past games promise, against what then came."""


def fit(past: PastGames, base: OutcomeModel) -> Learned:
    """``base`` with spread, shapes, loadings and data range learned from these games.

    The floor, the play's noise and what concerns news stay as they are; so do further marginals.
    Raises ValueError with fewer than 1,000 player-games, or none on one side of 18 points.
    """
    if len(past.mean) < FEWEST_GAMES:
        raise ValueError(
            f"{len(past.mean)} player-games with a history: {FEWEST_GAMES:,} are needed to learn"
        )
    line = _least_squares(past.mean, past.points)
    corrected = past.corrected(line)
    residual = corrected.points - corrected.mean
    law = fit_spread(corrected.mean, residual)
    standard = residual / law.at(corrected.mean)
    together = correlations(corrected, standard)
    learned = msgspec.structs.replace(
        base,
        marginals=(_marginal(base.marginals[0], law, corrected, standard), *base.marginals[1:]),
        factors=_factors(together),
        data_from=str(date.fromordinal(int(past.day.min()))),
        data_to=str(date.fromordinal(int(past.day.max()))),
        games=len(past.mean),
        uncertain=(*_kept(base), *_doubts(together)),
    )
    return Learned(learned, line)


def fit_spread(mean: Floats, residual: Floats) -> SpreadLaw:
    """Base and root of the spread law: a line through absolute residuals over the root of the
    mean, scaled so that standardised residuals have unit variance.
    """  # noqa: D205
    base, root = _least_squares(np.sqrt(mean), np.abs(residual))
    scale = np.sqrt(np.mean((residual / (base + root * np.sqrt(mean))) ** 2))
    return SpreadLaw(base=round(float(base * scale), 4), root=round(float(root * scale), 4))


def _least_squares(x: Floats, y: Floats) -> tuple[float, float]:
    solution = np.linalg.lstsq(np.column_stack([np.ones_like(x), x]), y)[0]
    return float(solution[0]), float(solution[1])


def _marginal(base: Marginal, law: SpreadLaw, past: PastGames, standard: Floats) -> Marginal:
    small = past.mean < SMALL_ROLE
    shapes = tuple(_shape(past.mean[rows], standard[rows]) for rows in (small, ~small))
    return msgspec.structs.replace(base, spread=law, shapes=shapes)


def _shape(mean: Floats, standard: Floats) -> Shape:
    if len(mean) < 2:
        raise ValueError(f"games on both sides of {SMALL_ROLE:g} expected points are needed")
    quantiles = np.quantile((standard - standard.mean()) / standard.std(), LEVELS)
    distinct = np.concatenate([[True], np.diff(quantiles.round(4)) > 0.0])
    return Shape(
        mean=round(float(np.mean(np.sqrt(mean))) ** 2, 2),
        levels=tuple(LEVELS[distinct].round(6).tolist()),
        quantiles=tuple(quantiles[distinct].round(4).tolist()),
    )


def _factors(together: Mapping[Pairs, Correlation]) -> tuple[Factor, ...]:
    """Loadings that bring about the correlations measured, as far as they are positive."""
    mates, opponents, best = together.values()
    shared = {
        ("game", "game", 0): opponents.value,
        ("team", "team", 0): mates.value - max(opponents.value, 0.0),
        # few pairs: only what is clear of twice its error
        ("leaders", "team", 2): best.value - 2.0 * best.error - mates.value,
    }
    return tuple(
        Factor(
            name=name,
            scope="game" if scope == "game" else "team",
            loadings=(Loading(weight=round(float(np.sqrt(rho)), 4), top=top),),
        )
        for (name, scope, top), rho in shared.items()
        if rho > 0.0
    )


def _kept(base: OutcomeModel) -> tuple[Uncertain, ...]:
    return tuple(doubt for doubt in base.uncertain if doubt.field != "factors")


def _doubts(together: Mapping[Pairs, Correlation]) -> tuple[Uncertain, ...]:
    return tuple(
        Uncertain(
            field="factors",
            note=f"{sort}: {found.value:+.3f}, standard error {found.error:.3f}",
        )
        for sort, found in together.items()
    )
