"""A contest as it could be foreseen at one moment of a recorded night.

What had begun is shown, lineups and points; everything else is drawn. N entries of the contest,
P players, R roster slots, S samples.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.backtest.projecting import Projected
from models.contest import Contest
from models.field import HIDDEN, Completion, project_ownership
from models.folds.contest import ContestState
from models.market import Market, World
from models.outcomes import Draws, Forecast, OutcomeModel, outcomes
from models.simulation import Scoring, Workspace, exact_pay
from models.swap.money.forecast import NEWCOMERS_LESS

Floats = NDArray[np.float64]
Lineups = NDArray[np.int32]


class Foresight(NamedTuple):
    """What stays the same through a night; two workspaces serve both worlds of every moment."""

    contest: Contest
    field: Lineups
    """(N, R) final lineups of everybody: only what has begun is ever looked at."""
    model: OutcomeModel
    draws: Draws
    spaces: tuple[Workspace, Workspace]
    seed: int

    def market(self, state: ContestState, projected: Projected) -> Market:
        """The contest at this moment: entries completed twice, evenings drawn twice.

        Everybody is an own entry of the market, as he could be guessed, so that a candidate takes
        the place of its own entry's guess and of nobody else's.
        """
        forecast = self._forecast(state, projected)
        points = outcomes(self.draws, forecast, self.model, state.rules.points_step)
        both = np.concatenate([points, self._as_newcomers(state, points, forecast)])
        players, samples = len(points), points.shape[1] // 2
        pay = exact_pay(self.contest.prizes, len(self.field))
        nobody = np.empty((0, self.field.shape[1]), np.int16)
        choosing, reporting = (
            World(np.ascontiguousarray(some), nobody, pay, space, own=guess)
            for some, space, guess in zip(
                (both[:, :samples], both[:, samples : 2 * samples]),
                self.spaces,
                self._guesses(state, forecast),
                strict=True,
            )
        )
        scoring = Scoring.of(state.pool, state.rules)
        doubled = scoring._replace(players=2 * scoring.players)
        return Market(choosing, reporting, self.field, doubled, threads=1, newcomers=players)

    def _forecast(self, state: ContestState, projected: Projected) -> Forecast:
        """Games that are over have their points; those under way are drawn from their start."""
        columns = state.columns
        over = columns.left <= 0
        return Forecast(
            mean=projected.if_plays,
            spread=projected.spread,
            plays=np.where(columns.out, 0.0, columns.plays * projected.plays),
            scored=np.where(over, columns.scored, 0.0),
            left=np.where(over, 0.0, 1.0),
        )

    def _as_newcomers(
        self, state: ContestState, points: NDArray[np.int16], forecast: Forecast
    ) -> NDArray[np.int16]:
        """(P, S) points of everybody where he is not held yet, never less than nothing for it."""
        spread = [
            float(self.model.marginals[self.model.kind(positions)].spread.at(mean))
            for positions, mean in zip(state.pool.positions, forecast.mean.tolist(), strict=True)
        ]
        less = NEWCOMERS_LESS["box_scores"] * np.array(spread) / state.rules.points_step
        fewer = points - np.rint(less).astype(np.int16)[:, None]
        newcomers: NDArray[np.int16] = np.maximum(fewer, np.minimum(points, 0)).astype(np.int16)
        return newcomers

    def _guesses(self, state: ContestState, forecast: Forecast) -> tuple[Lineups, Lineups]:
        """Everybody's lineup, twice: begun slots as they are, the others as they may be."""
        columns, pool = state.columns, state.pool
        locked = columns.locked
        shown = np.append(locked, np.True_)[self.field]  # -1, nobody, reads the last
        visible = np.where(shown, self.field, HIDDEN).astype(np.int16)
        if not (visible == HIDDEN).any():
            return self.field, self.field
        value = forecast.mean * forecast.plays
        plays = forecast.plays > 0
        owned = project_ownership(state.rules, pool, value, plays)
        completion = Completion(
            state.rules,
            pool,
            visible,
            open_rows=plays & ~locked,
            target=np.where(plays, owned, 0.0),
            value=value,
            seed=self.seed,
        )
        one, two = (completion.draw(2 * self.seed + world) for world in range(2))
        return one.astype(np.int32), two.astype(np.int32)
