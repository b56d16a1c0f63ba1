"""A whole field before lock, from the ownership it should have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.field.habits import Habits, groups_of, habits_for, leftover
from models.field.kernels import HIDDEN
from models.field.raking import BATCH, Crowd, reachable
from models.field.sampler import Lineups16, Sampler, lowest_cost
from models.optimiser.board import board_of
from models.pool import PlayerPool
from models.rules import SiteRules


def draw_field(
    rules: SiteRules,
    pool: PlayerPool,
    target: NDArray[np.float64],
    *,
    size: int,
    seed: int,
    value: NDArray[np.float64],
    available: NDArray[np.bool_] | None = None,
    habits: Habits | None = None,
) -> Lineups16:
    """``size`` legal lineups (F, R) whose ownership meets ``target`` (P,), shares of entries.

    Shares are scaled to the number of roster slots; rows without a target, or not ``available``
    (P,), are held by nobody. ``value`` (P,) are projected points, ``habits`` how people build (the
    sport's by default). The same seed gives the same field.

    Raises ValueError when no legal lineup can be drawn from these rows.
    """
    board = board_of(rules, pool)
    slots = board.slot_type.size
    allowed = np.ones(target.size, np.bool_) if available is None else available
    allowed = allowed & board.eligible.any(axis=1)
    habits = habits or habits_for(rules.sport, int(np.unique(pool.game).size))
    cap = int(board.cap[0])
    cost, spend = lowest_cost(board), cap * (1 - habits.unused)
    target = reachable(target, allowed, slots, cost, spend)
    full = np.array([board.size.size - 1])
    sampler = Sampler(board, target, full, leftover(habits, cap))
    crowd = Crowd(sampler, groups_of(habits, rules, pool, target, value))
    rng = np.random.default_rng(seed)
    trial = np.full((BATCH, slots), HIDDEN, np.int16)
    likings = crowd.rake(trial, target, rng)
    field = np.full((size, slots), HIDDEN, np.int16)
    crowd.fill(field, likings, crowd.deal(size, rng), int(rng.integers(1 << 62)))
    return _mended(field, rng)


def _mended(field: Lineups16, rng: np.random.Generator) -> Lineups16:
    """The few lineups that no draw completed become copies of others."""
    good = (field != HIDDEN).all(axis=1)
    if len(field) and not good.any():
        raise ValueError(
            "no legal lineup can be drawn from the players that have ownership: "
            "give more players a target, or check slots, salaries and team limits"
        )
    if not good.all():
        field[~good] = field[rng.choice(np.nonzero(good)[0], int((~good).sum()))]
    return field
