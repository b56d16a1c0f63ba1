"""What opponents do when a player is ruled out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.field import kernels
from models.field.habits import Habits, leftover, value_in_slots
from models.field.kernels import HIDDEN
from models.field.sampler import Lineups16, Sampler, read
from models.optimiser.board import Board, board_of, frozen
from models.pool import PlayerPool
from models.rules import SiteRules

REACT = 0.97
"""Share of holders who replace an absentee before lock. Not measured as such: on recorded nights
about 1 % of all entries still held a player whose absence had been known before his game."""
KEENNESS = 8.0
"""Log odds of a replacement for each slot's worth of projected points."""

SELDOM = 0.01
"""A share below which a row is drawn without further ado."""


def react(
    rules: SiteRules,
    pool: PlayerPool,
    field: Lineups16,
    *,
    board: Board | None = None,
    out: int | Sequence[int],
    open_rows: NDArray[np.bool_],
    value: NDArray[np.float64],
    seed: int,
    share: float = REACT,
) -> tuple[Lineups16, NDArray[np.intp]]:
    """The field after an absence is known, and the rows (lineups) that changed.

    Who holds ``out`` (one pool row or several) replaces him by an open row that fits his slot and
    the salary left, the better by ``value`` (P,) the likelier; where nobody fits, a second player
    of an unlocked slot is exchanged, too. Slots with rows outside ``open_rows`` (P,) never change.
    ``board`` is that of the slate, made anew where it is not given.
    """
    board = board or board_of(rules, pool)
    gone = np.zeros(open_rows.size, np.bool_)
    gone[np.atleast_1d(out)] = True
    free = open_rows & ~gone & board.eligible.any(axis=1)
    rng = np.random.default_rng(seed)
    field = np.ascontiguousarray(field, np.int16)
    chance, which = rng.random(len(field)), np.empty(len(field), np.int64)
    which = which[: kernels.holders(frozen(field), gone, chance, share, which)]
    swapped = field[which]
    kernels.vacate(swapped, gone)
    odds = KEENNESS * value_in_slots(rules, pool, value)
    _replace(board, swapped, free, odds, int(rng.integers(1 << 62)))
    waiting = np.nonzero((swapped == HIDDEN).any(axis=1))[0]
    if waiting.size:
        part = swapped[waiting]
        _open_another(part, free, rng)
        _replace(board, part, free, odds, int(rng.integers(1 << 62)))
        swapped[waiting] = part
    done = (swapped != HIDDEN).all(axis=1)
    after = field.copy()
    after[which[done]] = swapped[done]
    return after, which[done]


def _replace(
    board: Board, part: Lineups16, free: NDArray[np.bool_], odds: NDArray[np.float64], seed: int
) -> None:
    """Fill what is hidden by rows that are free."""
    if not len(part) or not free.any():
        return
    state = read(board, part)
    tail = leftover(Habits(), int(board.cap[0]))
    sampler = Sampler(board, np.where(free, SELDOM, 0.0), np.unique(state[0]), tail)
    sampler.weigh(odds)
    sampler.draw(part, np.arange(len(part)), state, seed)


def _open_another(part: Lineups16, free: NDArray[np.bool_], rng: np.random.Generator) -> None:
    """Hide one more unlocked slot of each lineup, at random, where there is one."""
    able = (part >= 0) & free[np.maximum(part, 0)]
    chosen = np.where(able, rng.random(part.shape), -1.0).argmax(axis=1)
    has = able.any(axis=1)
    part[np.nonzero(has)[0], chosen[has]] = HIDDEN
