"""Samples of players' points against numpy doing the same player by player.

``python benchmarks/outcomes.py`` prints the table; ``rows()`` is what ``lateswap bench`` collects.
The peer reads the same ranks, interpolates the same quantiles, shifts for the same mean, clips and
rounds; a row is good only where both give the same points, or nearly the same correlations.
Processor time of one thread, the least of several runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from config.outcomes import load_outcome_model
from config.rules import load_rules
from models.evening import draw_evening
from models.evening.evening import slate_of
from models.outcomes import Draws, Forecast, OutcomeModel, draw, outcomes, redraw
from models.outcomes.shapes import middles, normal_quantiles
from models.outcomes.warm import warm
from models.pool import PlayerPool
from models.slate import Slate

SAMPLES = 10_000
STEP = 0.25
PEER_PLAYERS = 15
AIMS = {1: 5, 15: 15}


def seconds_of(run: Callable[[], Any], times: int) -> float:
    """Least processor seconds of several runs."""
    taken = []
    for _ in range(times):
        begun = time.process_time()
        run()
        taken.append(time.process_time() - begun)
    return min(taken)


class Curve(NamedTuple):
    """All that can be known of a player before his samples: given to the peer for nothing."""

    table: NDArray[np.float64]
    """Points at the middles of equal shares, the mean kept."""

    @classmethod
    def of(cls, mean: float, model: OutcomeModel) -> Curve:
        """The model's blend of shapes, shifted by bisection until clipping leaves the mean."""
        marginal = model.marginals[0]
        (low, first), (high, second) = marginal.tables()
        share = np.clip((mean**0.5 - low**0.5) / (high**0.5 - low**0.5), 0.0, 1.0)
        spread = float(marginal.spread.at(mean)) * (first + share * (second - first))
        below, above = -100.0, 100.0
        for _ in range(50):
            middle = (below + above) / 2
            if np.maximum(middle + spread, marginal.floor).mean() > mean:
                above = middle
            else:
                below = middle
        return cls(np.maximum(above + spread, marginal.floor))


def numpy_row(ranks: NDArray[np.uint16], curve: Curve) -> NDArray[np.int16]:
    """One player's points in steps: quantiles at his ranks, rounded."""
    points = np.interp((ranks + 0.5) / 65536, middles(curve.table.size), curve.table)
    return np.rint(points / STEP).astype(np.int16)


def numpy_draw(people: int, together: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks by the usual recipe: Cholesky, a matrix product, and argsort of argsort."""
    rng = np.random.default_rng(1)
    latent = np.linalg.cholesky(together) @ rng.standard_normal((people, SAMPLES))
    return (latent.argsort(axis=1).argsort(axis=1) + 0.5) / SAMPLES


def rows() -> list[dict[str, Any]]:
    """All rows: name, value, unit, peer, peer_value, ratio, aim, ok."""
    warm()
    model = load_outcome_model("nba")
    slate = slate_of(draw_evening(1))
    pool = PlayerPool.of(slate, load_rules("draftkings/nba/classic"))
    draws = draw(slate, pool, model, samples=SAMPLES, seed=1)
    mean = np.random.default_rng(1).uniform(3.0, 50.0, len(pool.ids))
    redraws = [_redraw(draws, mean, model, count) for count in (1, 15, 300)]
    return [
        *redraws,
        _questionable(draws, mean, model),
        _finished(draws, mean, model),
        _draw(slate, pool, model),
        _strata(slate, pool, model),
    ]


def _redraw(
    draws: Draws, mean: NDArray[np.float64], model: OutcomeModel, count: int
) -> dict[str, Any]:
    states = [Forecast.of(mean), Forecast.of(mean + 4.0 * (np.arange(len(mean)) < count))]
    fresh = outcomes(draws, states[1], model, STEP)
    points = outcomes(draws, states[0], model, STEP)
    redraw(points, draws, *states, model, STEP)
    same = np.array_equal(points, fresh)
    few = min(count, PEER_PLAYERS)
    curves = [Curve.of(value, model) for value in states[1].mean[:few]]
    states.reverse()

    def ours() -> None:
        redraw(points, draws, *states, model, STEP)
        states.reverse()

    def peer() -> list[NDArray[np.int16]]:
        return [numpy_row(draws.ranks[draws.person[p]], c) for p, c in enumerate(curves)]

    mine, theirs = seconds_of(ours, 100), seconds_of(peer, 10) * count / few
    apart = np.abs(np.array(peer()) - fresh[:few]).mean()
    scaled = f" ({few} timed, scaled)" if few < count else ""
    name = f"redraw {count} of {len(mean)} players, {SAMPLES:,} samples"
    peer_name = f"numpy, player by player{scaled}"
    return _row(name, mine, peer_name, theirs, AIMS.get(count, 20), same and apart < 0.05)


def _questionable(draws: Draws, mean: NDArray[np.float64], model: OutcomeModel) -> dict[str, Any]:
    """Fifteen players become questionable, and certain again: what sitting out costs."""
    share = np.where(np.arange(len(mean)) < 15, 0.6, 1.0)
    sure, doubtful = Forecast.of(mean), Forecast.of(mean, plays=share)
    curves = [Curve.of(value, model) for value in mean[:15]]
    points = outcomes(draws, sure, model, STEP)

    def ours() -> None:
        redraw(points, draws, sure, doubtful, model, STEP)
        redraw(points, draws, doubtful, sure, model, STEP)

    def peer() -> None:
        rng = np.random.default_rng(1)
        for p, curve in enumerate(curves):
            row = numpy_row(draws.ranks[draws.person[p]], curve)
            row[rng.random(SAMPLES) >= share[p]] = 0
            numpy_row(draws.ranks[draws.person[p]], curve)

    mine, theirs = seconds_of(ours, 100), seconds_of(peer, 10)
    out = outcomes(draws, doubtful, model, STEP)[:15] == 0
    right = abs(out.mean() - (points[:15] == 0).mean() - 0.4) < 0.02
    name = "15 players questionable, and certain again"
    return _row(name, mine, "numpy, player by player", theirs, 10, right)


def _finished(draws: Draws, mean: NDArray[np.float64], model: OutcomeModel) -> dict[str, Any]:
    """The strongest peer: our own table of steps as a gift, only looked up by numpy."""
    sure, more = Forecast.of(mean), Forecast.of(mean + 4.0 * (np.arange(len(mean)) < 15))
    points = outcomes(draws, sure, model, STEP)
    fresh = outcomes(draws, more, model, STEP)[:15]
    steps = np.zeros((15, 4096), np.int16)
    ranks = draws.ranks[draws.person[:15]]
    for row, rank, drawn in zip(steps, ranks, fresh, strict=True):
        row[rank >> 4] = drawn
    taken = np.empty_like(fresh)

    def ours() -> None:
        redraw(points, draws, sure, more, model, STEP)
        redraw(points, draws, more, sure, model, STEP)

    def peer() -> None:
        for row, rank, out in zip(steps, ranks, taken, strict=True):
            row.take(rank >> 4, out=out, mode="clip")

    mine, theirs = seconds_of(ours, 100) / 2, seconds_of(peer, 100)
    same = np.array_equal(taken, fresh)
    return _row("redraw 15 players, tables made", mine, "numpy take, tables given", theirs, 1, same)


def _draw(slate: Slate, pool: PlayerPool, model: OutcomeModel) -> dict[str, Any]:
    people = int(pool.person.max()) + 1
    weight = {f.name: f.loadings[0].weight ** 2 for f in model.factors}
    game, team = pool.game[:, None] == pool.game, pool.team[:, None] == pool.team
    together = weight["game"] * game + weight["team"] * team
    np.fill_diagonal(together, 1.0)
    mine = seconds_of(lambda: draw(slate, pool, model, samples=SAMPLES, seed=1), 5)
    theirs = seconds_of(lambda: numpy_draw(people, together), 3)
    scores = normal_quantiles(middles(1 << 16))
    drawn = np.corrcoef(scores[draw(slate, pool, model, samples=SAMPLES, seed=1).ranks])
    error = drawn[np.triu(team, 1)].mean() - weight["game"] - weight["team"]
    name = f"draw ranks of {people} players, {SAMPLES:,} samples, once a slate"
    return _row(name, mine, "numpy: Cholesky and argsort twice", theirs, 1.5, abs(error) < 0.01)


def _strata(slate: Slate, pool: PlayerPool, model: OutcomeModel) -> dict[str, Any]:
    """Run-to-run deviation of what 200 lineups' chances come out at, with and without strata."""
    rng = np.random.default_rng(1)
    forecast = Forecast.of(rng.uniform(8.0, 45.0, len(pool.ids)))
    lineups = np.array([rng.choice(len(pool.ids), 8, replace=False) for _ in range(200)])
    line = np.quantile(_scores(draw(slate, pool, model, samples=20_000, seed=99), forecast, model,
                               lineups), 0.8)  # fmt: skip
    runs: list[list[NDArray[np.float64]]] = [[], []]
    for seed in range(12):
        drawn = draw(slate, pool, model, samples=2_000, seed=seed)
        loose = drawn._replace(ranks=rng.integers(0, 1 << 16, drawn.ranks.shape, np.uint16))
        for kind, draws in zip(runs, (drawn, loose), strict=True):
            kind.append((_scores(draws, forecast, model, lineups) > line).mean(axis=1))
    ours, theirs = (float(np.std(kind, axis=0, ddof=1).mean()) for kind in runs)
    name = "sampling error of a lineup's chance to be in the best fifth, 2,000 samples"
    row = _row(name, ours, "independent ranks", theirs, 1.2, same=True)
    return row | {"value": 100 * ours, "peer_value": 100 * theirs, "unit": "%"}


def _scores(
    draws: Draws, forecast: Forecast, model: OutcomeModel, lineups: NDArray[np.intp]
) -> NDArray[np.int64]:
    return outcomes(draws, forecast, model, STEP)[lineups].sum(axis=1, dtype=np.int64)


def _row(
    name: str, seconds: float, peer: str, peer_seconds: float, aim: float, same: bool
) -> dict[str, Any]:
    ratio = peer_seconds / seconds
    return {
        "name": name,
        "value": seconds * 1e6,
        "unit": "us",
        "peer": peer,
        "peer_value": peer_seconds * 1e6,
        "ratio": ratio,
        "aim": f">= {aim:g}x, same numbers",
        "ok": bool(ratio >= aim and same),
    }


if __name__ == "__main__":
    for row in rows():
        print(
            f"{'ok  ' if row['ok'] else 'MISS'} {row['name']}: {row['value']:,.4g} {row['unit']}; "
            f"{row['peer']}: {row['peer_value']:,.4g}; {row['ratio']:,.1f}x ({row['aim']})"
        )
