"""Whether lineups obey the rules: written apart from the optimiser, to be held against it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.pool import PlayerPool, Roster
from models.rules import SiteRules, TeamLimit


def check_legal(
    rules: SiteRules, pool: PlayerPool, players: NDArray[np.int32]
) -> dict[str, NDArray[np.bool_]]:
    """Which rules the lineups (E, R) break: a mask (E,) by the name of each rule.

    ``np.logical_or.reduce(list(check_legal(...).values()))`` marks the lineups that may not leave.
    A lineup with a blank or unknown player breaks ``complete`` and is judged on the others.
    """
    known = (players >= 0) & (players < len(pool.ids))
    rows = np.where(known, players, 0)
    kinds = Roster.of(rules).slot_type.astype(np.int64)
    salary = np.where(known, pool.salary[rows, kinds], 0).sum(axis=1, dtype=np.int64)
    teams = np.where(known & _represents(rules, pool)[rows], pool.team[rows], -1)
    broken = {
        "complete": ~known.all(axis=1),
        "eligible": (known & ~pool.eligible[rows, kinds]).any(axis=1),
        "salary_cap": salary > rules.salary_cap,
        "once": _repeats(np.where(known, pool.person[rows], -1)),
        "min_games": _distinct(np.where(known, pool.game[rows], -1)) < rules.min_games,
        "min_teams": _distinct(teams) < (rules.team_minimum.teams if rules.team_minimum else 0),
    }
    for i, limit in enumerate(rules.team_limits):
        counted = known & _counts(limit, pool)[rows]
        broken[f"team_limit_{i}"] = _largest(np.where(counted, pool.team[rows], -1)) > limit.most
    return broken


def _counts(limit: TeamLimit, pool: PlayerPool) -> NDArray[np.bool_]:
    return np.array(
        [
            (not limit.positions or any(p in limit.positions for p in listed))
            and not any(p in limit.except_positions for p in listed)
            for listed in pool.positions
        ],
        np.bool_,
    )


def _represents(rules: SiteRules, pool: PlayerPool) -> NDArray[np.bool_]:
    left_out = rules.team_minimum.except_positions if rules.team_minimum else ()
    return np.array([not any(p in left_out for p in ps) for ps in pool.positions], np.bool_)


def _distinct(labels: NDArray[np.int16]) -> NDArray[np.int64]:
    """(E,) distinct labels of each row, -1 aside."""
    ordered = np.sort(labels, axis=1)
    new = np.diff(ordered, axis=1, prepend=-1) != 0
    distinct: NDArray[np.int64] = (new & (ordered >= 0)).sum(axis=1)
    return distinct


def _repeats(labels: NDArray[np.int32]) -> NDArray[np.bool_]:
    ordered = np.sort(labels, axis=1)
    repeats: NDArray[np.bool_] = ((np.diff(ordered, axis=1) == 0) & (ordered[:, 1:] >= 0)).any(
        axis=1
    )
    return repeats


def _largest(labels: NDArray[np.int16]) -> NDArray[np.int64]:
    """(E,) how often the commonest label of each row stands in it, -1 aside."""
    same = (labels[:, :, None] == labels[:, None, :]) & (labels >= 0)[:, :, None]
    most: NDArray[np.int64] = same.sum(axis=2).max(axis=1, initial=0)
    return most
