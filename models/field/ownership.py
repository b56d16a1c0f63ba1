"""Ownership: of a field, and projected where nobody gave any.

Two kinds of entrants are drawn: those who play the best lineups of the projections as they see
them, and those who take names, that is, salaries. What recorded finals teach may set their level
right (``recalibration``). How far it is off, night after night: docs/ownership.md.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from models.field.habits import Habits, leftover, value_in_slots
from models.field.kernels import HIDDEN
from models.field.raking import reachable, scaled_to
from models.field.recalibration import Recalibration, traits
from models.field.sampler import Lineups16, Sampler, lowest_cost, shares
from models.optimiser.board import Board, board_of
from models.pool import PlayerPool
from models.rules import SiteRules

KEENNESS = 17.0
"""Log odds for each slot's worth of projected points among those who go by projections."""
DOUBT = 0.05
"""Spread of their opinions of a player, as a share of his points."""
BY_NAME = 0.35
"""Share of those who go by salary."""
NAME_POWER = 2.0
"""Their odds rise with this power of the salary."""
_OPINIONS = 24
_LINEUPS = 400
_SELDOM = 1e-4


def ownership_of(field: Lineups16, players: int) -> NDArray[np.float64]:
    """(P,) share of the lineups (F, R) that hold each of ``players`` rows."""
    return shares(np.ascontiguousarray(field, np.int16), players)


def project_ownership(
    rules: SiteRules,
    pool: PlayerPool,
    value: NDArray[np.float64],
    available: NDArray[np.bool_],
    *,
    law: Recalibration | None = None,
    drawn: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Expected ownership (P,) from projected points ``value`` (P,); sums to the roster slots.

    What ``drawn_ownership`` says (``drawn``, where it is at hand), set right by ``law`` where one
    is given. Zeros where no legal lineup can be drawn from the available rows.
    """
    drawn = drawn_ownership(rules, pool, value, available) if drawn is None else drawn
    if law is None or not drawn.any():
        return drawn
    board = board_of(rules, pool)
    usable = _usable(board, value, available)
    level = np.where(usable, law.shares(traits(pool, value, drawn, usable)), 0.0)
    spend = int(board.cap[0]) * (1.0 - Habits().unused)
    return reachable(level, usable, board.slot_type.size, lowest_cost(board), spend)


def drawn_ownership(
    rules: SiteRules,
    pool: PlayerPool,
    value: NDArray[np.float64],
    available: NDArray[np.bool_],
    *,
    board: Board | None = None,
) -> NDArray[np.float64]:
    """Ownership (P,) of entrants who go by points, each by his own, and by names.

    ``board`` is that of the pool, where it is at hand.
    """
    board = board or board_of(rules, pool)
    usable = _usable(board, value, available)
    tail = leftover(Habits(), int(board.cap[0]))
    blank = np.full((_LINEUPS, board.slot_type.size), HIDDEN, np.int16)
    rng = np.random.default_rng(0)

    full = np.array([board.size.size - 1])

    def mean_of(
        held: NDArray[np.float64], odds: Iterable[NDArray[np.float64]]
    ) -> NDArray[np.float64]:
        often = np.where(usable, np.maximum(held, _SELDOM), 0.0)
        return _mean_shares(Sampler(board, often, full, tail), blank, odds, rng, value.size)

    keen = KEENNESS * value_in_slots(rules, pool, value)
    names = NAME_POWER * np.log(np.maximum(pool.salary, 1))
    rough = mean_of(np.zeros(value.size), [0.5 * keen])
    by_points = mean_of(rough, (keen * doubt for doubt in _doubts(rng, value.size)))
    by_name = mean_of(rough, [names] * 4)
    held = (1 - BY_NAME) * by_points + BY_NAME * by_name
    return scaled_to(held, held > 0, board.slot_type.size) if held.any() else held


def _usable(
    board: Board, value: NDArray[np.float64], available: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    usable: NDArray[np.bool_] = available & (value > 0) & board.eligible.any(axis=1)
    return usable


def _doubts(rng: np.random.Generator, rows: int) -> Iterable[NDArray[np.float64]]:
    for _ in range(_OPINIONS):
        yield np.exp(DOUBT * rng.standard_normal(rows))[:, None]


def _mean_shares(
    sampler: Sampler,
    blank: Lineups16,
    odds: Iterable[NDArray[np.float64]],
    rng: np.random.Generator,
    rows: int,
) -> NDArray[np.float64]:
    """(P,) share of the lineups drawn by the odds (P, T), leaving out those never completed."""
    total, drawn = np.zeros(rows), 0
    for log_odds in odds:
        field = blank.copy()
        sampler.weigh(log_odds)
        which = np.arange(len(field))
        sampler.draw(field, which, sampler.read(field), int(rng.integers(1 << 62)))
        done = field[(field >= 0).all(axis=1)]
        total += shares(done, rows) * len(done)
        drawn += len(done)
    return total / max(drawn, 1)
