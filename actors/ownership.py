"""What a contest's ownership looks like from outside: levels, readings, trends."""

from __future__ import annotations

import asyncio
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from config.outcomes import load_outcome_model
from models.folds.contest import ContestState
from models.messages import (
    AskOwnership,
    AskOwnershipHistory,
    AskOwnershipTrends,
    OwnershipLevels,
    OwnershipReadings,
    OwnershipTrends,
    PlayerTrend,
)
from models.outcomes import Forecast, draw, outcomes
from models.ownership.final import Scene, predict_final
from models.ownership.history import Reading, movement
from models.ownership.levels import Stackable, levels_of
from models.ownership.leverage import SAMPLES, leverage, optimal_chance

Basis = Literal["observed", "projected", "mixed"]
Floats = NDArray[np.float64]
_SEED = 1


def ownership_levels(state: ContestState) -> OwnershipLevels:
    """Observed ownership where the site has revealed it, the projection elsewhere."""
    pool = state.pool
    found = levels_of(state.entries.lineups, Stackable.of(pool, state.rules.sport))
    sizes = dict(zip(pool.team_names, found.stacks.round(6).tolist(), strict=True))
    games = zip(state.slate.games, found.games.round(6).tolist(), strict=False)
    return OwnershipLevels(
        contest_id=state.contest.contest_id,
        ownership={**state.projected, **state.observed},
        stacks={team: shares[0] for team, shares in sizes.items() if shares[0]},
        timestamp=max(state.ownership_at, state.clock),
        basis=_basis(state),
        observed=tuple(sorted(state.observed)),
        field_size=state.field_size,
        stack_sizes={team: tuple(shares) for team, shares in sizes.items() if shares[0]},
        game_stacks={game.game_id: share for game, share in games if share},
    )


def ownership_readings(state: ContestState, asked: AskOwnershipHistory) -> OwnershipReadings:
    """The readings that are kept; of one player only those that tell of him."""
    wanted = asked.player_id
    return OwnershipReadings(
        contest_id=state.contest.contest_id,
        timestamp=max(state.ownership_at, state.clock),
        basis=_basis(state),
        history=tuple(
            _of_player(reading, wanted) if wanted else reading
            for reading in state.readings
            if not wanted or wanted in reading.ownership
        ),
    )


class OwnershipDesk:
    """Answers about a contest's ownership; trends are computed in a thread, once for each state."""

    def __init__(self) -> None:
        self._told: tuple[ContestState, OwnershipTrends] | None = None
        self._telling = asyncio.Lock()

    async def answer(
        self,
        state: ContestState,
        question: AskOwnership | AskOwnershipHistory | AskOwnershipTrends,
        offset: str,
    ) -> OwnershipLevels | OwnershipReadings | OwnershipTrends:
        """Levels, readings or trends as of a state, which holds everything up to an offset."""
        found: OwnershipLevels | OwnershipReadings | OwnershipTrends
        match question:
            case AskOwnership():
                found = ownership_levels(state)
            case AskOwnershipHistory():
                found = ownership_readings(state, question)
            case AskOwnershipTrends():
                found = await self._of(state)
        return msgspec.structs.replace(found, offset=offset)

    async def _of(self, state: ContestState) -> OwnershipTrends:
        async with self._telling:
            if self._told is None or self._told[0] is not state:
                self._told = state, await asyncio.to_thread(ownership_trends, state)
            return self._told[1]


def ownership_trends(state: ContestState) -> OwnershipTrends:
    """Movement, predicted final share and leverage of every player."""
    known = {**state.projected, **state.observed}
    final = predict_final(scene_of(state))
    edge = _leverage(state, final.share)
    trends = {}
    for row, player_id in enumerate(state.pool.ids):
        moves = movement(state.readings, player_id)
        trends[player_id] = PlayerTrend(
            ownership=known.get(player_id, round(float(final.share[row]), 6)),
            basis="observed" if player_id in state.observed else "projected",
            velocity_per_hour=moves.per_hour,
            direction=moves.direction,
            predicted_final=round(float(final.share[row]), 6),
            interval=(round(float(final.low[row]), 6), round(float(final.high[row]), 6)),
            leverage=None if edge is None else round(float(edge[row]), 4),
        )
    return OwnershipTrends(
        contest_id=state.contest.contest_id,
        timestamp=max(state.ownership_at, state.clock),
        basis=_basis(state),
        trends=trends,
    )


def scene_of(state: ContestState) -> Scene:
    """What the state knows, as the predictor asks it."""
    columns = state.columns
    part = np.divide(
        columns.projection, columns.left, out=np.zeros(len(columns.left)), where=columns.left > 0
    )
    return Scene(
        rules=state.rules,
        pool=state.pool,
        value=np.where(columns.left < 1.0, np.maximum(part, columns.scored), columns.projection),
        available=~columns.out,
        observed=_column(state, state.observed),
        stated=_column(state, state.projected),
    )


def _leverage(state: ContestState, share: Floats) -> Floats | None:
    columns = state.columns
    model = load_outcome_model(state.rules.sport)
    draws = draw(state.slate, state.pool, model, samples=SAMPLES, seed=_SEED)
    playing = columns.plays > 0
    mean = np.divide(columns.projection, columns.plays, out=np.zeros(share.size), where=playing)
    forecast = Forecast.of(mean, plays=columns.plays, scored=columns.scored, left=columns.left)
    points = outcomes(draws, forecast, model, state.rules.points_step) * state.rules.points_step
    optimal = optimal_chance(state.rules, state.pool, points.T, ~columns.out)
    return leverage(optimal, share, SAMPLES) if optimal.any() else None


def _basis(state: ContestState) -> Basis:
    if not state.observed:
        return "projected"
    return "mixed" if state.projected.keys() - state.observed.keys() else "observed"


def _column(state: ContestState, shares: dict[str, float]) -> Floats:
    return np.array([shares.get(player_id, np.nan) for player_id in state.pool.ids], np.float64)


def _of_player(reading: Reading, player_id: str) -> Reading:
    return msgspec.structs.replace(reading, ownership={player_id: reading.ownership[player_id]})
