"""Walk-forward check of a model: learned before a day, judged from it on, against rivals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.outcomes.dependence import PAIRS, Pairs, correlations
from models.outcomes.draws import Draws, draw
from models.outcomes.fit import fit
from models.outcomes.forecast import Forecast
from models.outcomes.model import OutcomeModel
from models.outcomes.past import PastGames
from models.outcomes.sampling import outcomes
from models.outcomes.scoring import Score, score, transformed
from models.outcomes.shapes import gamma_quantiles, middles, normal_quantiles
from models.pool import PlayerPool
from models.rules import RosterSlot, SiteRules
from models.slate import Game, Player, Slate

Floats = NDArray[np.float64]

BANDS = (0.0, 10.0, 20.0, 30.0, 40.0, float("inf"))
"""Expected points that part the bands of the report."""
QUANTILES = 400
STEP = 0.25
_SAMPLES = 20_000
_SIDE = 5
"""Players of a team in the drawn check of dependence."""


class Dependence(msgspec.Struct, frozen=True, kw_only=True):
    """Correlation of one sort of pair, after the day and in the model's samples."""

    pairs: str
    measured: float
    error: float
    drawn: float


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """What came after ``start`` against what was said before."""

    start: str
    learned_games: int
    bias: float
    """Mean of points less expectation."""
    mean_error: float
    """Mean absolute error of the expectation, in points."""
    rivals: tuple[Score, ...]
    """The model first, then distributions of the same mean and spread."""
    bands: tuple[Score, ...]
    positions: tuple[Score, ...]
    pit: tuple[float, ...]
    """Shares of 20 equal bins; 0.05 each is perfect."""
    dependence: tuple[Dependence, ...]


def calibrate(
    past: PastGames, base: OutcomeModel, start: date, positions: Mapping[str, str]
) -> Calibration:
    """Learn from the games before ``start``, judge by the others.

    ``positions`` names players' positions by ``name_key``; players not in it are left out of that
    table alone. Raises ValueError where either side has too few games.
    """
    before = past.day < start.toordinal()
    learned = fit(past.pick(before), base)
    after = past.pick(~before).corrected(learned.line)
    if not len(after.mean):
        raise ValueError(f"no games from {start} on to judge by")
    model = learned.model
    quantiles = predicted(model, after.mean)
    pit = transformed(quantiles, after.points)
    return Calibration(
        start=str(start),
        learned_games=model.games,
        bias=float((after.points - after.mean).mean()),
        mean_error=float(np.abs(after.points - after.mean).mean()),
        rivals=_rivals(model, after, quantiles),
        bands=_bands(after, quantiles),
        positions=_positions(after, quantiles, positions),
        pit=tuple((np.histogram(pit, 20, (0.0, 1.0))[0] / len(pit)).tolist()),
        dependence=_dependence(model, after, _normal_scores(pit)),
    )


def predicted(model: OutcomeModel, mean: Floats, spread: ArrayLike = np.nan) -> Floats:
    """(n, K) quantiles that the sampler itself gives for these expectations, floor and all.

    ``spread`` (n,) is the standard deviation of each; nan: by the model's law.
    """
    size = len(mean)
    draws = Draws(
        ids=tuple(map(str, range(size))),
        ranks=(middles(QUANTILES) * 65536.0).astype(np.uint16)[None],
        person=np.zeros(size, np.int32),
        kind=np.zeros(size, np.int16),
        keys=np.zeros(1, np.uint64),
    )
    quantiles: Floats = outcomes(draws, Forecast.of(mean, spread=spread), model, STEP) * np.float64(
        STEP
    )
    return quantiles


def _rivals(model: OutcomeModel, games: PastGames, quantiles: Floats) -> tuple[Score, ...]:
    mean, levels = games.mean, middles(QUANTILES)
    spread = model.marginals[0].spread.at(mean)
    normal = mean[:, None] + spread[:, None] * normal_quantiles(levels)
    return (
        score("model", quantiles, games.points),
        score("normal", normal, games.points),
        score("gamma", _gammas(mean, spread, levels), games.points),
    )


def _gammas(mean: Floats, spread: Floats, levels: Floats) -> Floats:
    """Gamma distributions of these means and spreads, their shapes rounded to 1 in 100."""
    shape = np.exp(np.log(np.maximum((mean / spread) ** 2, 0.02)).round(2))
    distinct, which = np.unique(shape, return_inverse=True)
    table = np.array([gamma_quantiles(k, levels) / k for k in distinct.tolist()])
    quantiles: Floats = mean[:, None] * table[which]
    return quantiles


def _bands(games: PastGames, quantiles: Floats) -> tuple[Score, ...]:
    bands = []
    for low, high in pairwise(BANDS):
        rows = (games.mean >= low) & (games.mean < high)
        if rows.any():
            name = f"{low:g} to {high:g}" if np.isfinite(high) else f"over {low:g}"
            bands.append(score(name, quantiles[rows], games.points[rows]))
    return tuple(bands)


def _positions(
    games: PastGames, quantiles: Floats, positions: Mapping[str, str]
) -> tuple[Score, ...]:
    listed = np.array([positions.get(name, "") for name in games.names])
    return tuple(
        score(position, quantiles[listed == position], games.points[listed == position])
        for position in sorted(set(listed.tolist()) - {""})
    )


def _normal_scores(pit: Floats) -> Floats:
    margin = 0.5 / QUANTILES
    return normal_quantiles(np.clip(pit, margin, 1.0 - margin))


def _dependence(model: OutcomeModel, games: PastGames, scores: Floats) -> tuple[Dependence, ...]:
    measured, drawn = correlations(games, scores), drawn_correlations(model)
    return tuple(
        Dependence(
            pairs=sort, measured=measured[sort].value, error=measured[sort].error,
            drawn=drawn[sort],
        )
        for sort in PAIRS
    )  # fmt: skip


def drawn_correlations(model: OutcomeModel) -> dict[Pairs, float]:
    """Correlations in samples of one invented game of equal players but for their salaries."""
    players = tuple(
        Player(
            player_id=f"{team}{i}", name=f"{team}{i}", team=team, game_id="A@B",
            positions=("P",), roster_slots=("P",), salary=9000 - 100 * i,
        )
        for team in "AB" for i in range(_SIDE)
    )  # fmt: skip
    games = (Game(game_id="A@B", away="A", home="B", start=None),)
    slate = Slate(
        slate_id="", site="any", sport=model.sport, game_type="", players=players, games=games
    )
    rules = SiteRules(
        site="any", sport=model.sport, game_type="", title="", salary_cap=50_000,
        slots=(RosterSlot(name="P", positions=("P",)),),
    )  # fmt: skip
    draws = draw(slate, PlayerPool.of(slate, rules), model, samples=_SAMPLES, seed=1)
    together: Floats = np.asarray(np.corrcoef(normal_quantiles(middles(1 << 16))[draws.ranks]))
    return _averages(together)


def _averages(together: Floats) -> dict[Pairs, float]:
    team = np.repeat([0, 1], _SIDE)
    best = np.tile(np.arange(_SIDE) < 2, 2)
    mates = (team[:, None] == team) & ~np.eye(len(team), dtype=bool)
    return {
        "team mates": float(together[mates].mean()),
        "opponents": float(together[team[:, None] != team].mean()),
        "the two best of a team": float(together[mates & best[:, None] & best].mean()),
    }
