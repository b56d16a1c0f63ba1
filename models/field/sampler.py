"""A table of sums with its menu: weigh the players, then draw as many lineups as wanted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.field import kernels
from models.field.menu import menu_of, table_for
from models.optimiser.board import Board, frozen

Lineups16 = NDArray[np.int16]
"""(F, R) pool rows in roster-slot order; -1 nobody, ``HIDDEN`` not shown."""

State = tuple[NDArray[np.int64], NDArray[np.int64]]
"""Open slots as a number of the board's, and salary steps left, (F,) each."""

MOST_TRIES = 100
"""Draws that a lineup may have rejected before it is given up."""
MOST_ROWS = 32_767


class Sampler:
    """Draws completions of lineups in proportion to the product of their players' odds."""

    def __init__(
        self,
        board: Board,
        target: NDArray[np.float64],
        states: NDArray[np.int64],
        tail: NDArray[np.float64],
    ) -> None:
        """Only rows with a positive ``target`` (P,), about their share of lineups, are drawn.

        ``states`` are the open slots that will be asked for; ``tail`` (cap + 1,) weighs the salary
        steps a lineup leaves unused.
        """
        if target.size > MOST_ROWS:
            raise ValueError(f"a field holds at most {MOST_ROWS:,} players; got {target.size:,}")
        self._board = board
        self.menu = menu_of(board, target)
        self._able = (target > 0)[:, None] & board.eligible
        self._table = table_for(self.menu, states, tail.size)
        self._tail = frozen(tail)
        self._room = np.empty(board.slot_type.size, np.int32), np.empty(1, np.uint64)

    def weigh(self, log_odds: NDArray[np.float64]) -> None:
        """Fill the table from the rows' log odds (P, T), which may differ by slot type."""
        able = np.where(self._able, log_odds, -np.inf)
        top = able.max(axis=0, initial=-np.inf)
        np.exp(able - np.where(np.isfinite(top), top, 0.0), out=self._table.odds)
        kernels.fill(self.menu, self._table, self._tail)

    def read(self, field: Lineups16) -> State:
        """State of the hidden slots, and salary left, of each lineup."""
        return read(self._board, field)

    def draw(self, field: Lineups16, which: NDArray[np.int64], state: State, seed: int) -> int:
        """Fill the hidden slots of the lineups ``which`` in place; returns how many could not be.

        ``state`` is what ``read`` says of the whole field.
        """
        pad = self._table.worth.shape[2] - self._tail.size
        failed: int = kernels.draw(
            self.menu, self._table, field, which, *state, seed, MOST_TRIES, pad, *self._room
        )
        return failed


def read(board: Board, field: Lineups16) -> State:
    """State of the hidden slots and salary left in steps, (F,) each."""
    start = np.empty(field.shape[0], np.int64)
    budget = np.full(field.shape[0], int(board.cap[0]), np.int64)
    kernels.read(frozen(field), board.slot_type, board.stride, board.cost, start, budget)
    return start, budget


def shares(field: Lineups16, players: int) -> NDArray[np.float64]:
    """(P,) share of the lineups that hold each row."""
    counts = np.zeros(players, np.int64)
    kernels.tally(frozen(field), counts)
    held: NDArray[np.float64] = counts / max(field.shape[0], 1)
    return held


def lowest_cost(board: Board) -> NDArray[np.float64]:
    """(P,) salary steps of each row in the slot where it is cheapest; 0 if it fits none."""
    dear = np.iinfo(np.int32).max
    cost = np.where(board.eligible, board.cost, dear).min(axis=1)
    lowest: NDArray[np.float64] = np.where(cost < dear, cost, 0).astype(np.float64)
    return lowest
