"""The table of a slate, kept up to date through an evening."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.optimiser.board import Board, board_of, frozen, lattice_shape
from models.optimiser.build import FLOOR, NEVER
from models.optimiser.kernels import PLAIN, Kernels
from models.optimiser.layers import Layers, layers_of
from models.optimiser.reading import Lineups, Reading, Worth, empty_reading
from models.pool import VALUE_SCALE, PlayerPool
from models.rules import SiteRules

SPARE_LAYERS = 16


class SwapTable:
    """Best values of every state with every budget; answers all entries of a slate.

    Only the states that entries need are built, at first use; what an update leaves valid is
    kept. One owner at a time: neither updating nor first use is safe from two threads.
    """

    def __init__(self, rules: SiteRules, pool: PlayerPool) -> None:
        self.board: Board = board_of(rules, pool)
        self.multiplier = pool.multiplier
        self.available = np.zeros(len(pool.ids), np.bool_)
        self.worth = Worth(*(frozen(np.zeros(pool.salary.shape, np.int64)) for _ in range(2)))
        self.order = np.zeros(0, np.int32)
        self.layers: Layers = layers_of(self.board, self.available, self.order)
        self.values = np.zeros((0, 0, 0), np.int32)
        self.valid = np.zeros(self.board.size.size, np.int32)

    def load(
        self,
        points: NDArray[np.float64],
        available: NDArray[np.bool_],
        *,
        locked_points: NDArray[np.float64] | None = None,
        stirring: NDArray[np.bool_] | None = None,
    ) -> None:
        """Take new projections (P,) and who may be chosen (P,): not out, game not begun.

        ``locked_points`` (P,), for players in locked slots, defaults to ``points``; both are
        without the slot's multiplier. ``stirring`` (P,) marks players whose projections will
        soon change (questionable ones, their teams): they go last, so that ``update`` is cheap.
        Raises ValueError for points that are not finite or too large to sum.
        """
        self._take(points, available, locked_points)
        best = np.full(int(self.board.person.max(initial=-1)) + 1, np.iinfo(np.int64).min)
        late = np.zeros(best.size, np.bool_)
        np.maximum.at(best, self.board.person, self.worth.free.max(axis=1))
        if stirring is not None:
            late[self.board.person[stirring]] = True
        order = np.lexsort((best, late)).astype(np.int32)
        self._arrange(order[self._offered()[order]], kept=0)

    def update(
        self,
        points: NDArray[np.float64],
        available: NDArray[np.bool_],
        *,
        locked_points: NDArray[np.float64] | None = None,
    ) -> None:
        """As ``load``, but keep what holds: people touched go last, the layers before them stay."""
        before, had = self.worth.free, self.available & self.board.eligible.any(axis=1)
        self._take(points, available, locked_points)
        has = self.available & self.board.eligible.any(axis=1)
        changed = (has != had) | (has & (self.worth.free != before).any(axis=1))
        touched = np.zeros(int(self.board.person.max(initial=-1)) + 1, np.bool_)
        touched[self.board.person[changed]] = True
        moved = touched[self.order]
        kept = int(moved.argmax()) if moved.any() else self.order.size
        offered = self._offered()
        fresh = np.setdiff1d(np.nonzero(touched & offered)[0], self.order[moved])
        order = (self.order[~moved], self.order[moved & offered[self.order]], fresh)
        self._arrange(np.concatenate(order).astype(np.int32), kept=kept)

    def read(self, lineups: Lineups, kernels: Kernels = PLAIN) -> Reading:
        """The state, budget and status of each entry under the points loaded last."""
        reading = empty_reading(lineups.players.shape[0])
        span = np.array([0, reading.state.size])
        kernels.read(self.board, self.worth, canonical(lineups), reading, span)
        return reading

    def cover(
        self, states: NDArray[np.int32], kernels: Kernels = PLAIN, most_open: int | None = None
    ) -> None:
        """Build whatever is missing for these states (any shape, repeats allowed).

        With ``most_open`` only what is left of them once all but so many slots are filled: where
        most of a lineup stays, that is a small part of the table.
        """
        small = self.board.size <= (self.board.size.max() if most_open is None else most_open)
        needed = np.zeros(self.board.size.size, np.bool_)
        needed[states] = True
        if (self.valid[needed] == self.order.size).all():
            return
        grid = needed.reshape(lattice_shape(self.board))
        for kind in range(grid.ndim):  # whatever is left after filling some of the slots, too
            grid = np.flip(np.logical_or.accumulate(np.flip(grid, kind), axis=kind), kind)
        wanted = np.nonzero(grid.ravel() & small)[0].astype(np.int32)
        worth = frozen(self.worth.free.astype(np.int32))
        kernels.build(self.values, self.board, self.layers, worth, wanted, self.valid)

    def best(self, states: NDArray[np.int32], budgets: NDArray[np.int32]) -> NDArray[np.int32]:
        """Best value of the open slots alone, in millionths; ``NEVER`` where nothing fits.

        The states must be covered. Without regard to any limit but the cap.
        """
        last = np.ascontiguousarray(self.values[:, self.order.size, :])
        cells = states * np.int32(last.shape[1]) + np.maximum(budgets, 0)
        found: NDArray[np.int32] = last.ravel()[cells]
        found[(found < FLOOR) | (budgets < 0)] = NEVER
        return found

    def _take(
        self,
        points: NDArray[np.float64],
        available: NDArray[np.bool_],
        locked_points: NDArray[np.float64] | None,
    ) -> None:
        free = self._in_millionths(points)
        locked = free if locked_points is None else self._in_millionths(locked_points)
        slots = self.board.slot_type.size
        most = np.sort(np.abs(free[available]).max(axis=1, initial=0))[-slots:].sum()
        if most >= -FLOOR:
            raise ValueError("projections sum to more than 1,000 points in one lineup")
        self.worth = Worth(frozen(free), frozen(locked))
        self.available = available.copy()

    def _in_millionths(self, points: NDArray[np.float64]) -> NDArray[np.int64]:
        if not np.isfinite(points).all():
            row = int(np.nonzero(~np.isfinite(points))[0][0])
            raise ValueError(f"points of row {row} are not a number")
        return np.rint(points[:, None] * self.multiplier * VALUE_SCALE).astype(np.int64)

    def _offered(self) -> NDArray[np.bool_]:
        """(people,) who has a row that may be chosen."""
        offered = np.zeros(int(self.board.person.max(initial=-1)) + 1, np.bool_)
        offered[self.board.person[self.available & self.board.eligible.any(axis=1)]] = True
        return offered

    def _arrange(self, order: NDArray[np.int32], kept: int) -> None:
        self.order = order
        self.layers = layers_of(self.board, self.available, order)
        states, budgets = self.board.size.size, int(self.board.cap[0]) + 1
        if order.size + 1 > self.values.shape[1]:
            self.values = np.empty((states, order.size + 1 + SPARE_LAYERS, budgets), np.int32)
            self.values[:, 0, :] = NEVER
            self.values[0, 0, :] = 0
            kept = 0
        np.minimum(self.valid, kept, out=self.valid)


def canonical(lineups: Lineups) -> Lineups:
    """Contiguous read-only arrays of the kernels' types, wherever the lineups come from."""
    return Lineups(
        players=frozen(lineups.players.astype(np.int32, copy=False)),
        locked=frozen(lineups.locked.astype(np.bool_, copy=False)),
    )
