"""Ownership: of a field, and projected where nobody gave any."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.field.habits import Habits, leftover, value_in_slots
from models.field.kernels import HIDDEN
from models.field.sampler import Lineups16, Sampler, shares
from models.optimiser.board import board_of
from models.pool import PlayerPool
from models.rules import SiteRules

OPINIONS = 40
LINEUPS = 500
KEENNESS = 6.0
DOUBT = 0.2


def ownership_of(field: Lineups16, players: int) -> NDArray[np.float64]:
    """(P,) share of the lineups (F, R) that hold each of ``players`` rows."""
    return shares(np.ascontiguousarray(field, np.int16), players)


def project_ownership(
    rules: SiteRules,
    pool: PlayerPool,
    value: NDArray[np.float64],
    available: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Expected ownership (P,) from projected points ``value`` (P,); sums to the roster slots.

    Many opinions of the projections are each played by lineups close to their best.
    """
    board = board_of(rules, pool)
    rng = np.random.default_rng(0)
    usable = available & (value > 0) & board.eligible.any(axis=1)
    full, tail = np.array([board.size.size - 1]), leftover(Habits(), int(board.cap[0]))
    sampler = Sampler(board, np.where(usable, 0.2, 0.0), full, tail)
    field = np.full((LINEUPS, board.slot_type.size), HIDDEN, np.int16)
    state = sampler.read(field)
    total = np.zeros(value.size)
    for _ in range(OPINIONS):
        opinion = value * np.exp(DOUBT * rng.standard_normal(value.size))
        sampler.weigh(KEENNESS * value_in_slots(pool, opinion))
        field[:] = HIDDEN
        sampler.draw(field, np.arange(LINEUPS), state, int(rng.integers(1 << 62)))
        total += shares(field, value.size)
    return total / OPINIONS
