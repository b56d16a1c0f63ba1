"""From lineups to the optimiser's arrays and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.optimiser import (
    Blocker,
    Lineups,
    Solutions,
    SwapLimits,
    SwapStatus,
    SwapTable,
    solve,
)
from models.pool import VALUE_SCALE, PlayerPool
from models.rules import SiteRules
from models.slate import Slate
from models.swap.case import SwapOptions
from models.swap.lineups import HeldLineup
from models.swap.situation import Situation


class Solved(NamedTuple):
    """What the optimiser says of one entry; lineups in pool rows, points as the site counts."""

    status: SwapStatus
    blocker: Blocker
    before: float
    ranked: tuple[tuple[tuple[int, ...], float], ...]
    """Best lineups with their points, best first; empty where there is none."""


class Solver:
    """The table of one slate in one situation."""

    def __init__(self, slate: Slate, rules: SiteRules, situation: Situation) -> None:
        ids = [player.player_id for player in slate.players]
        self.pool = PlayerPool.of(slate, rules)
        self._table = SwapTable(rules, self.pool)
        self._values = _column(situation.values, ids)
        self._scored = _column(situation.scored, ids)
        self._locked = np.array([i in situation.locked for i in ids], np.bool_)
        self._absent = np.array([i in situation.absent for i in ids], np.bool_)
        self._load(~(self._locked | self._absent))

    @property
    def table(self) -> SwapTable:
        """The table, loaded with everybody who may be chosen."""
        return self._table

    def limits(self, options: SwapOptions, excluded: NDArray[np.bool_] | None = None) -> SwapLimits:
        """What the user asked for, as the optimiser takes it."""
        return SwapLimits(
            max_swaps=options.max_swaps,
            only_out=options.only_out,
            out=self._absent,
            excluded=excluded,
        )

    def worth(self, row: int, slot: int, *, locked: bool) -> float:
        """Points of a pool row in a slot, multiplier included."""
        points = self._table.worth.locked if locked else self._table.worth.free
        return float(points[row, self._table.board.slot_type[slot]]) / VALUE_SCALE

    def solve(
        self, held: Sequence[HeldLineup], locked: NDArray[np.bool_], options: SwapOptions
    ) -> list[Solved]:
        """Solve the entries; ``locked`` is (E, R).

        A player who is out leaves wherever the limits allow another in his place. Where they do
        not, the entry is solved again with leave to keep him, at the zero he scores.
        """
        if not held:
            return []
        rows = np.array([lineup.rows for lineup in held], np.int32)
        solutions = self._solve(rows, locked, options)
        stuck = (solutions.status == SwapStatus.INFEASIBLE) & self._holds_absent(rows, locked)
        if not stuck.any():
            return _solved(solutions)
        again = self._solve_keeping_absent(rows[stuck], locked[stuck], options)
        answers = _solved(solutions)
        for entry, answer in zip(np.flatnonzero(stuck).tolist(), again, strict=True):
            if answer.status != SwapStatus.INFEASIBLE:
                answers[entry] = answer
        return answers

    def _solve(
        self,
        rows: NDArray[np.int32],
        locked: NDArray[np.bool_],
        options: SwapOptions,
        excluded: NDArray[np.bool_] | None = None,
    ) -> Solutions:
        limits = self.limits(options, excluded)
        return solve(self._table, Lineups(rows, locked), limits, top=max(1, options.top))

    def _solve_keeping_absent(
        self, rows: NDArray[np.int32], locked: NDArray[np.bool_], options: SwapOptions
    ) -> list[Solved]:
        held = np.zeros((len(rows), len(self._absent)), np.bool_)
        for entry, lineup in enumerate(rows):
            held[entry, lineup[lineup >= 0]] = True
        self._load(~self._locked)
        try:
            return _solved(self._solve(rows, locked, options, self._absent & ~held))
        finally:
            self._load(~(self._locked | self._absent))

    def _holds_absent(
        self, rows: NDArray[np.int32], locked: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        held = (rows >= 0) & ~locked & self._absent[rows]
        return np.asarray(held.any(axis=1), np.bool_)

    def _load(self, available: NDArray[np.bool_]) -> None:
        self._table.load(self._values, available, locked_points=self._scored)


def lock_mask(
    held: Sequence[HeldLineup], slate: Slate, situation: Situation, *, late_swap: bool
) -> NDArray[np.bool_]:
    """(E, R) which slots may not change: marked in the file, or the player is locked.

    Where late swap is not allowed the first start locks everything.
    """
    locked_rows = {i for i, p in enumerate(slate.players) if p.player_id in situation.locked}
    closed = situation.started and not late_swap
    mask = [
        [
            row in locked_rows or lineup.entry.cells[column].locked or closed
            for row, column in zip(lineup.rows, lineup.order, strict=True)
        ]
        for lineup in held
    ]
    return np.array(mask, np.bool_).reshape(len(held), len(held[0].rows) if held else 0)


def _column(values: Mapping[str, float], ids: Sequence[str]) -> NDArray[np.float64]:
    return np.array([values[i] for i in ids], np.float64)


def _solved(solutions: Solutions) -> list[Solved]:
    points = solutions.points()
    return [
        Solved(
            SwapStatus(int(solutions.status[entry])),
            Blocker(int(solutions.blocker[entry])),
            float(solutions.before[entry]) / VALUE_SCALE,
            tuple(
                (tuple(solutions.players[entry, k].tolist()), float(points[entry, k]))
                for k in range(int(solutions.found[entry]))
            ),
        )
        for entry in range(len(solutions.status))
    ]
