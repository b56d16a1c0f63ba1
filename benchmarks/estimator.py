"""Which estimator of payouts is to be trusted: exact ranks in one drawn field, or smoothed ones.

``python -m benchmarks.estimator`` prints the table; ``rows()`` is what ``lateswap bench`` collects.
Fields are drawn independently from one population of lineups, candidates are 300 of its better
ones. Each run draws outcomes and a field and lets every estimator rank the same candidates. Bias is
against the exact estimator over the same runs, which has none; spread is that of one candidate's
estimate from run to run; realised is what the ten candidates that look best in a run are worth, by
a mean over many other runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.contest_simulation import STEP, outcomes
from benchmarks.optimiser_night import generated_night
from models.contest import Prize
from models.evening.prizes import prize_table
from models.field import draw_field, project_ownership
from models.simulation import Pay, Workspace, exact_pay, simulate, smoothed_pay
from models.simulation.warm import warm

CANDIDATES, PICKED, SAMPLES = 300, 10, 10_000
POPULATION = 100_000
RUNS, TRUTH_RUNS = 10, 24
TRUTH_FIELD = 20_000
FEE = 20.0


class Trial(NamedTuple):
    """A contest, and the numbers of opponents to be simulated for it, 0 for all of them."""

    name: str
    entries: int
    prizes: Sequence[Prize]
    sizes: tuple[int, ...]
    most_bias: float = 0.03
    """What docs/simulation.md promises of the smoothed estimate in such a contest."""


def trials() -> list[Trial]:
    """Two large top-heavy fields, a small one, and two double-ups."""
    sizes = 5_000, 10_000, 20_000
    half = 10_000 // 2
    return [
        Trial("a fifth to the first, 100,000 entries", 100_000, _fifth_to_first(), (0, *sizes),
              most_bias=0.1),
        Trial("top-heavy, 100,000 entries", 100_000, prize_table(100_000, FEE),
              (0, *sizes, 99_999)),
        Trial("top-heavy, 100 entries", 100, prize_table(100, FEE), (0, 99, *sizes)),
        Trial("double-up, 10,000 entries", 10_000, [Prize(first=1, last=half, amount=1.8 * FEE)],
              (0, *sizes[:2])),
        Trial("double-up, 100 entries", 100, [Prize(first=1, last=50, amount=1.8 * FEE)],
              (0, 99, *sizes[:2])),
    ]  # fmt: skip


def _fifth_to_first() -> list[Prize]:
    """The generated table with its first prize raised to a fifth of all, the others lowered."""
    first, *others = prize_table(100_000, FEE)
    pool = first.amount + sum((p.last - p.first + 1) * p.amount for p in others)
    part = 0.8 * pool / (pool - first.amount)
    lowered = [Prize(first=p.first, last=p.last, amount=round(p.amount * part, 2)) for p in others]
    return [Prize(first=1, last=1, amount=0.2 * pool), *lowered]


class World(NamedTuple):
    """A population of lineups, candidates from it, and what outcomes are drawn around."""

    points: NDArray[np.float64]
    population: NDArray[np.int16]
    candidates: NDArray[np.int16]

    @classmethod
    def of_seed(cls) -> World:
        """The NBA slate of the other benchmarks."""
        night = generated_night("nba", 1)
        everybody = np.ones(len(night.points), np.bool_)
        owned = project_ownership(night.rules, night.pool, night.points, everybody)
        lineups = draw_field(
            night.rules, night.pool, owned, size=POPULATION, seed=1, value=night.points
        )
        better = np.argsort(-night.points[lineups].sum(axis=1))[: POPULATION // 10]
        chosen = np.random.default_rng(3).choice(better, CANDIDATES, replace=False)
        return cls(night.points, lineups, lineups[chosen])

    def means(self, trial: Trial, size: int, seed: int, space: Workspace) -> NDArray[np.float64]:
        """(C,) estimates of one run, with ``size`` opponents drawn (0: all, ranked exactly)."""
        rng = np.random.default_rng(seed)
        drawn = rng.integers(0, POPULATION, size or trial.entries - 1)
        points = outcomes(self.points, STEP["nba"], SAMPLES, seed)
        pay = _pay(trial, size)
        return simulate(
            points, self.population[drawn], self.candidates, pay, rates=False, workspace=space
        ).mean


def _pay(trial: Trial, size: int) -> Pay:
    if size == 0:
        return exact_pay(trial.prizes, trial.entries)
    return smoothed_pay(trial.prizes, trial.entries, size)


def _truth(world: World, trial: Trial, space: Workspace) -> NDArray[np.float64]:
    runs = [world.means(trial, TRUTH_FIELD, 10_000 + run, space) for run in range(TRUTH_RUNS)]
    return np.mean(runs, axis=0)


def of_trial(world: World, trial: Trial) -> list[dict[str, Any]]:
    """One row per estimator: spread as its value, that of the exact one as the peer's."""
    space = Workspace()
    true = _truth(world, trial, space)
    found = {
        size: np.array([world.means(trial, size, run, space) for run in range(RUNS)])
        for size in trial.sizes
    }
    exact = found[0]
    return [_row(trial, size, runs, exact, true) for size, runs in found.items()]


def _row(
    trial: Trial,
    size: int,
    runs: NDArray[np.float64],
    exact: NDArray[np.float64],
    true: NDArray[np.float64],
) -> dict[str, Any]:
    spread, theirs = _spread(runs), _spread(exact)
    gaps = (runs - exact).mean(axis=1) / exact.mean()
    bias, error = gaps.mean(), gaps.std(ddof=1) / len(gaps) ** 0.5
    picked, worth = _picked(runs, true)
    within = abs(bias) <= trial.most_bias + 2 * error
    kept = bool(within and worth >= _picked(exact, true)[1] * 0.99)
    name = f"smoothed, {size:,} simulated" if size else "exact, all simulated"
    said = f"bias {bias:+.1%} (error {error:.1%}), picks worth {worth:.2f}, claimed {picked:.2f}"
    return {
        "name": f"{trial.name}: {name}; mean {true.mean():.2f}, {said}",
        "value": spread,
        "unit": "$ sd from run to run",
        "peer": "exact",
        "peer_value": theirs,
        "ratio": theirs / spread,
        "aim": f"|bias| <= {trial.most_bias:.0%}, picks worth no less" if size else "",
        "ok": kept if size else None,
    }


def _spread(runs: NDArray[np.float64]) -> float:
    return float(runs.std(axis=0, ddof=1).mean())


def _picked(runs: NDArray[np.float64], true: NDArray[np.float64]) -> tuple[float, float]:
    """What the best of each run claim, and what they are worth."""
    best = np.argsort(-runs, axis=1)[:, :PICKED]
    return float(np.take_along_axis(runs, best, axis=1).mean()), float(true[best].mean())


def rows() -> list[dict[str, Any]]:
    """All rows: name, value, unit, peer, peer_value, ratio, aim, ok."""
    warm()
    world = World.of_seed()
    return [row for trial in trials() for row in of_trial(world, trial)]


if __name__ == "__main__":
    for row in rows():
        verdict = {True: "ok  ", False: "MISS", None: "    "}[row["ok"]]
        print(f"{verdict} {row['name']}: {row['value']:.2f} {row['unit']}, {row['ratio']:.2f}x")
