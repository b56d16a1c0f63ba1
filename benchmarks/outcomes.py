"""Samples of players' points against numpy doing the same player by player.

``python benchmarks/outcomes.py`` prints the table; ``rows()`` is what ``lateswap bench`` collects.
The peer reads the same ranks, interpolates the same quantiles, shifts for the same mean, clips and
rounds; a row is good only where both give the same points, or nearly the same correlations.
Processor time of one thread, the least of several runs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

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

SAMPLES = 10_000
STEP = 0.25


def seconds_of(run: Callable[[], Any], times: int) -> float:
    """Least processor seconds of several runs."""
    taken = []
    for _ in range(times):
        begun = time.process_time()
        run()
        taken.append(time.process_time() - begun)
    return min(taken)


def numpy_row(ranks: NDArray[np.uint16], mean: float, model: OutcomeModel) -> NDArray[np.int16]:
    """One player's points in steps: the blended quantiles, the mean kept by bisection."""
    marginal = model.marginals[0]
    (low, first), (high, second) = marginal.tables()
    root = np.clip((mean**0.5 - low**0.5) / (high**0.5 - low**0.5), 0.0, 1.0)
    sd = float(marginal.spread.at(mean))
    table = sd * (first + root * (second - first))
    below, above = -100.0, 100.0
    for _ in range(40):
        middle = (below + above) / 2
        if np.maximum(middle + table, marginal.floor).mean() > mean:
            above = middle
        else:
            below = middle
    points = np.interp((ranks + 0.5) / 65536, middles(table.size), table)
    return np.rint(np.maximum(above + points, marginal.floor) / STEP).astype(np.int16)


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
    redraws = [_redraw(draws, mean, model, count) for count in (1, 15, len(mean))]
    return [*redraws, _questionable(draws, mean, model), _draw(slate, pool, model)]


def _redraw(
    draws: Draws, mean: NDArray[np.float64], model: OutcomeModel, count: int
) -> dict[str, Any]:
    before, after = Forecast.of(mean), Forecast.of(mean + 4.0 * (np.arange(len(mean)) < count))
    points = outcomes(draws, before, model, STEP)
    states = [before, after]

    def ours() -> None:
        redraw(points, draws, states[0], states[1], model, STEP)
        states.reverse()

    def peer() -> list[NDArray[np.int16]]:
        return [numpy_row(draws.ranks[draws.person[p]], after.mean[p], model) for p in range(few)]

    few = min(count, 15)
    mine = seconds_of(ours, 40)
    theirs = seconds_of(peer, 3) * count / few
    fresh = outcomes(draws, after, model, STEP)
    same = np.array_equal(points if states[0] is after else fresh, fresh)
    near = np.abs(np.array(peer()) - fresh[:few])
    scaled = " (15 timed, scaled)" if few < count else ""
    good = bool(same and near.mean() < 0.05)
    return _row(f"redraw {count} of {len(mean)} players, {SAMPLES:,} samples", mine,
                f"numpy, player by player{scaled}", theirs, 10, good)  # fmt: skip


def _questionable(draws: Draws, mean: NDArray[np.float64], model: OutcomeModel) -> dict[str, Any]:
    """Fifteen players become questionable, and certain again: what sitting out costs."""
    share = np.where(np.arange(len(mean)) < 15, 0.6, 1.0)
    states = [Forecast.of(mean), Forecast.of(mean, plays=share)]
    points = outcomes(draws, states[0], model, STEP)

    def ours() -> None:
        redraw(points, draws, states[0], states[1], model, STEP)
        states.reverse()

    def peer() -> None:
        rng = np.random.default_rng(1)
        for p in range(15):
            row = numpy_row(draws.ranks[draws.person[p]], mean[p], model)
            row[rng.random(SAMPLES) >= share[p]] = 0

    return _row("15 players questionable and back", seconds_of(ours, 40),
                "numpy, player by player", seconds_of(peer, 3), 10, True)  # fmt: skip


def _draw(slate: Any, pool: PlayerPool, model: OutcomeModel) -> dict[str, Any]:
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
    return _row(f"draw ranks of {people} players, {SAMPLES:,} samples, once a slate", mine,
                "numpy: Cholesky and argsort twice", theirs, 2, bool(abs(error) < 0.01))  # fmt: skip


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
            f"{'ok  ' if row['ok'] else 'MISS'} {row['name']}: {row['value']:,.0f} {row['unit']}; "
            f"{row['peer']}: {row['peer_value']:,.0f}; {row['ratio']:,.1f}x ({row['aim']})"
        )
