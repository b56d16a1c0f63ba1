"""A played night as columns on disk; money in dollars, times in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from config.outcomes import load_outcome_model
from models.backtest.judging import Judge
from models.backtest.projecting import Projected, ProjectedNight
from models.backtest.record import Decision, Lineups, Played, newcomers
from models.contest import Contest
from models.folds.contest import ContestState
from models.outcomes import Forecast, draw, outcomes
from models.outcomes.scoring import crps

Floats = NDArray[np.float64]

TIME = pa.timestamp("us", tz="UTC")
_QUANTILES = 400

ENTRIES = pa.schema(
    {
        "slate": pa.string(),
        "contest_id": pa.string(),
        "entry_id": pa.string(),
        "user": pa.string(),
        "policy": pa.string(),
        "fee": pa.float64(),
        "lineup_before": pa.list_(pa.string()),
        "lineup_after": pa.list_(pa.string()),
        "swaps": pa.int32(),
        "decided_at": pa.list_(TIME),
        "points": pa.float64(),
        "rank": pa.int64(),
        "payout": pa.float64(),
        "payout_together": pa.float64(),
    }
)
DECISIONS = pa.schema(
    {
        "slate": pa.string(),
        "contest_id": pa.string(),
        "policy": pa.string(),
        "decided_at": TIME,
        "entry_id": pa.string(),
        "moment": pa.string(),
        "hours_to_lock": pa.float64(),
        "cause": pa.string(),
        "followed": pa.bool_(),
        "swaps": pa.int32(),
        "leaving": pa.list_(pa.string()),
        "coming": pa.list_(pa.string()),
        "claimed_points": pa.float64(),
        "claimed_money": pa.float64(),
        "claimed_paid": pa.float64(),
        "believed_points": pa.float64(),
        "believed_money": pa.float64(),
        "realised_points": pa.float64(),
        "realised_money": pa.float64(),
        "realised_paid": pa.bool_(),
        "newest_at": TIME,
        "newest": pa.string(),
    }
)
MOMENTS = pa.schema(
    {
        "slate": pa.string(),
        "contest_id": pa.string(),
        "policy": pa.string(),
        "decided_at": TIME,
        "moment": pa.string(),
        "hours_to_lock": pa.float64(),
        "asked": pa.int64(),
        "proposed": pa.int64(),
        "followed": pa.int64(),
        "newest_at": TIME,
        "newest": pa.string(),
    }
)
PLAYERS = pa.schema(
    {
        "slate": pa.string(),
        "contest_id": pa.string(),
        "player": pa.string(),
        "salary": pa.int64(),
        "if_plays": pa.float64(),
        "median": pa.float64(),
        "plays": pa.float64(),
        "played": pa.bool_(),
        "scored": pa.float64(),
        "crps": pa.float64(),
        "inside80": pa.bool_(),
        "below": pa.float64(),
    }
)


class Told(NamedTuple):
    """What every table of a night needs; E entries followed, P players."""

    slate: str
    contest: Contest
    state: ContestState
    """As the night opened."""
    judge: Judge | None
    """None where no final standings were kept: nobody's rank and payout is known then."""
    really: Floats
    """(E,) final points as they were."""
    scored: Floats
    """(P,)."""
    names: tuple[str, ...]
    """(P,)."""

    def points(self, lineups: Lineups) -> Floats:
        """(N,) final points of lineups (N, R), multipliers of slots included."""
        rows = np.where(lineups >= 0, lineups, 0)
        worth = self.scored[rows] * self.state.pool.multiplier[rows, self.state.roster.slot_type]
        points: Floats = np.where(lineups >= 0, worth, 0.0).sum(axis=1)
        return points

    def named(self, lineups: Lineups) -> list[list[str]]:
        """Lineups (N, R) as players' names, empty where nobody stands."""
        known = [*self.names, ""]
        return [[known[row] for row in lineup] for lineup in lineups.tolist()]


def entries_table(told: Told, played: Played) -> pa.Table:
    """One row for each entry followed; none where nobody can be judged."""
    entries = told.state.entries
    if told.judge is None:
        return ENTRIES.empty_table()
    gained = told.points(played.last) - told.points(played.first)
    points = np.round(told.really + gained, 4)
    judged = told.judge.judged(points, told.really)
    users = np.unique(np.array(entries.users), return_inverse=True)[1]
    return _table(
        ENTRIES,
        len(entries.ids),
        slate=told.slate,
        contest_id=told.contest.contest_id,
        entry_id=list(entries.ids),
        user=list(entries.users),
        policy=played.policy,
        fee=told.contest.entry_fee,
        lineup_before=told.named(played.first),
        lineup_after=told.named(played.last),
        swaps=played.swaps(),
        decided_at=played.decided_at(),
        points=points,
        rank=judged.rank,
        payout=judged.payout,
        payout_together=told.judge.together(points, told.really, users).payout,
    )


def decisions_table(told: Told, played: Played) -> pa.Table:
    """One row for each proposal, followed or not, in the order of their times."""
    tables = [_decision(told, played, d) for d in played.decisions if len(d.rows)]
    return pa.concat_tables([DECISIONS.empty_table(), *tables])


def _decision(told: Told, played: Played, decision: Decision) -> pa.Table:
    rows, moment = decision.rows, decision.moment
    start = told.really[rows] - told.points(played.first[rows])
    before = np.round(start + told.points(decision.before), 4)
    after = np.round(start + told.points(decision.after), 4)
    more = np.full(len(rows), np.nan)
    got: list[bool | None] = [None] * len(rows)
    if (judge := told.judge) is not None:
        paid = [judge.judged(points, told.really[rows]).payout for points in (before, after)]
        more, got = paid[1] - paid[0], (paid[1] > 0).tolist()
    ids = told.state.entries.ids
    return _table(
        DECISIONS,
        len(rows),
        slate=told.slate,
        contest_id=told.contest.contest_id,
        policy=played.policy,
        decided_at=moment.at,
        entry_id=[ids[row] for row in rows.tolist()],
        moment=moment.trigger,
        hours_to_lock=moment.to_lock.total_seconds() / 3600,
        cause=np.where(decision.claims.out, "out", "projection").tolist(),
        followed=decision.followed,
        swaps=newcomers(decision.before, decision.after),
        leaving=list(_leaving(told, decision.before, decision.after)),
        coming=list(_leaving(told, decision.after, decision.before)),
        claimed_points=decision.claims.points,
        claimed_money=decision.claims.money,
        claimed_paid=decision.claims.paid,
        believed_points=decision.believed.points,
        believed_money=decision.believed.money,
        realised_points=np.round(after - before, 4),
        realised_money=more,
        realised_paid=got,
        newest_at=decision.newest.at,
        newest=decision.newest.what,
    )


def _leaving(told: Told, before: Lineups, after: Lineups) -> Iterable[list[str]]:
    """Names that stand in the one lineup and not in the other."""
    for old, new in zip(before.tolist(), after.tolist(), strict=True):
        yield [told.names[row] for row in old if row >= 0 and row not in new]


def moments_table(told: Told, played: Played) -> pa.Table:
    """One row for each moment at which the policy decided."""
    decisions = played.decisions
    return _table(
        MOMENTS,
        len(decisions),
        slate=told.slate,
        contest_id=told.contest.contest_id,
        policy=played.policy,
        decided_at=[d.moment.at for d in decisions],
        moment=[d.moment.trigger for d in decisions],
        hours_to_lock=[d.moment.to_lock.total_seconds() / 3600 for d in decisions],
        asked=[d.asked for d in decisions],
        proposed=[len(d.rows) for d in decisions],
        followed=[int(d.followed.sum()) for d in decisions],
        newest_at=[d.newest.at for d in decisions],
        newest=[d.newest.what for d in decisions],
    )


def players_table(told: Told, night: ProjectedNight, played: set[int]) -> pa.Table:
    """What was last expected of each player before his game, and what came.

    ``played`` are rows of the pool with minutes that night. The distribution is the outcome
    model's around the expectation if he plays. Empty where nobody can be judged: who was out is
    not told of those nights.
    """
    if told.judge is None:
        return PLAYERS.empty_table()
    slate = told.state.slate
    mean, plays, spread = _last_expected(told, night)
    quantiles = _quantiles(told, mean, spread)
    low, high = np.quantile(quantiles, (0.1, 0.9), axis=1)
    return _table(
        PLAYERS,
        len(slate.players),
        slate=told.slate,
        contest_id=told.contest.contest_id,
        player=list(told.names),
        salary=[player.salary for player in slate.players],
        if_plays=mean,
        median=np.median(quantiles, axis=1),
        plays=plays,
        played=[row in played for row in range(len(slate.players))],
        scored=told.scored,
        crps=crps(quantiles, told.scored),
        inside80=(low <= told.scored) & (told.scored <= high),
        below=_below(quantiles, told.scored),
    )


def _last_expected(told: Told, night: ProjectedNight) -> Projected:
    """(P,) each: as it stood when the player's game began."""
    slate, opened = told.state.slate, night.projected[0][0]
    starts = {game.game_id: game.start or opened for game in slate.games}
    at = {game_id: night.at(max(start, opened)) for game_id, start in starts.items()}
    rows = [at[player.game_id] for player in slate.players]
    columns = ([told[n][row] for row, told in enumerate(rows)] for n in range(3))
    return Projected(*(np.array(column, np.float64) for column in columns))


def _quantiles(told: Told, mean: Floats, spread: Floats) -> Floats:
    """(P, K) predictive quantiles of points if the player plays, by the sport's outcome model."""
    state, step = told.state, told.state.rules.points_step
    model = load_outcome_model(state.slate.sport)
    drawn = draw(state.slate, state.pool, model, samples=_QUANTILES, seed=0)
    sampled = outcomes(drawn, Forecast.of(mean, spread=spread), model, step)
    quantiles: Floats = np.sort(sampled * step, axis=1)
    return quantiles


def _below(quantiles: Floats, scored: Floats) -> Floats:
    """(P,) share of the samples (P, K) below what was scored; of equal ones half."""
    less, same = (quantiles < scored[:, None]), (quantiles == scored[:, None])
    below: Floats = less.mean(axis=1) + same.mean(axis=1) / 2
    return below


def _table(schema: pa.Schema, rows: int, **columns: object) -> pa.Table:
    """Columns by name; a single value is repeated."""
    arrays = []
    for column in schema:
        given = columns[column.name]
        values = given if isinstance(given, list | np.ndarray) else [given] * rows
        arrays.append(pa.array(values, column.type, from_pandas=True))  # nan: not known
    return pa.Table.from_arrays(arrays, schema=schema)
