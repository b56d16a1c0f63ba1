"""How near projections came, beside what anybody could say: season and last games, salary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from models.outcomes.calibration import QUANTILES, predicted
from models.outcomes.fit import fit_spread
from models.outcomes.model import OutcomeModel
from models.outcomes.scoring import crps
from models.outcomes.shapes import middles, normal_quantiles
from models.projections.season import Floats, Ints

RESAMPLES = 2_000
INSIDE = 0.8


class Rival(msgspec.Struct, frozen=True, kw_only=True):
    """One forecaster over the same player-games."""

    name: str
    mae: float
    """Mean absolute error, points: of the median where a distribution is forecast, which is the
    forecast that this error asks for (Gneiting 2011), of the number where it is one."""
    mae_of_mean: float
    crps: float
    coverage80: float
    """Share inside the central 80 %."""
    bias: float
    """Mean of what was said less what came."""


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """The projection first, then the others."""

    nights: int
    games: int
    rivals: tuple[Rival, ...]
    better: float
    """Share by which the projection's error is below the best of the others'."""
    better_ci95: tuple[float, float]
    """Resampled by night."""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """Player-games (n,) that took place, and what was said of each before."""

    night: Ints
    points: Floats
    projected: Floats
    spread: Floats
    others: Mapping[str, Floats]


def judge(sheet: Sheet, model: OutcomeModel) -> Judgement:
    """Errors of all; the others get a normal spread fitted to these very games."""
    said = predicted(model, sheet.projected, sheet.spread)
    median = np.median(said, axis=1)
    rivals = [_rival("projection", median, sheet.projected, said, sheet.points)]
    for name, mean in sheet.others.items():
        spread = fit_spread(np.maximum(mean, 0.0), sheet.points - mean).at(mean)
        levels = normal_quantiles(middles(QUANTILES))
        normal = mean[:, None] + spread[:, None] * levels
        rivals.append(_rival(name, mean, mean, normal, sheet.points))
    best = min(rivals[1:], key=lambda rival: rival.mae).name
    gap = np.abs(median - sheet.points), np.abs(sheet.others[best] - sheet.points)
    nights, shares = _resampled(sheet.night, gap)
    return Judgement(
        nights=nights,
        games=len(sheet.points),
        rivals=tuple(rivals),
        better=float(1.0 - gap[0].mean() / gap[1].mean()),
        better_ci95=(float(np.quantile(shares, 0.025)), float(np.quantile(shares, 0.975))),
    )


def by_salary(night: Floats, salary: Floats, points: Floats) -> Floats:
    """A line through salaries and points of earlier nights; $1,000 are 5 points on the first."""
    said: Floats = salary * 0.005
    for day in np.unique(night)[1:].tolist():
        before, now = night < day, night == day
        slope, base = np.polyfit(salary[before], points[before], 1)
        said[now] = base + slope * salary[now]
    return said


def _rival(name: str, said: Floats, mean: Floats, quantiles: Floats, points: Floats) -> Rival:
    low, high = np.quantile(quantiles, [0.5 - INSIDE / 2, 0.5 + INSIDE / 2], axis=1)
    return Rival(
        name=name,
        mae=float(np.abs(said - points).mean()),
        mae_of_mean=float(np.abs(mean - points).mean()),
        crps=float(crps(quantiles, points).mean()),
        coverage80=float(((low <= points) & (points <= high)).mean()),
        bias=float((mean - points).mean()),
    )


def _resampled(night: Ints, errors: Sequence[Floats]) -> tuple[int, Floats]:
    """Shares by which the first error is below the second, whole nights drawn again and again."""
    names, of = np.unique(night, return_inverse=True)
    first, second = (np.bincount(of, error) for error in errors)
    drawn = np.random.default_rng(0).integers(0, len(names), (RESAMPLES, len(names)))
    return len(names), 1.0 - first[drawn].sum(1) / second[drawn].sum(1)
