"""The hidden part of a live contest's field, given the part that is shown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.field.habits import Habits, groups_of, habits_for, leftover
from models.field.kernels import HIDDEN
from models.field.raking import Crowd, reachable
from models.field.sampler import Lineups16, Sampler, lowest_cost, read, shares
from models.optimiser.board import Board, board_of
from models.pool import PlayerPool
from models.rules import SiteRules


class Completion:
    """A live field made ready: each ``draw`` is one more independent completion of it."""

    def __init__(
        self,
        rules: SiteRules,
        pool: PlayerPool,
        visible: Lineups16,
        *,
        open_rows: NDArray[np.bool_],
        target: NDArray[np.float64],
        value: NDArray[np.float64],
        seed: int,
        habits: Habits | None = None,
        board: Board | None = None,
    ) -> None:
        """As ``complete_field``; ``seed`` is of the fitting alone, ``board`` that of the pool."""
        self._visible = np.ascontiguousarray(visible, np.int16)
        self._which = np.nonzero((self._visible == HIDDEN).any(axis=1))[0]
        self._part = self._visible[self._which]
        board = board or board_of(rules, pool)
        open_rows = open_rows & board.eligible.any(axis=1)
        wanted = _still_unseen(board, self._visible, self._part, target, open_rows)
        habits = habits or habits_for(rules.sport, int(np.unique(pool.game).size))
        states = np.unique(read(board, self._part)[0])
        sampler = Sampler(board, wanted, states, leftover(habits, int(board.cap[0])))
        self._crowd = Crowd(sampler, groups_of(habits, rules, pool, wanted, value))
        self._likings = self._crowd.rake(self._part, wanted, np.random.default_rng(seed))
        self.unfilled = 0
        """Lineups of the latest draw for which no legal completion was found."""

    def draw(self, seed: int) -> Lineups16:
        """One completion (F, R); what was shown stays, slots that cannot be filled become -1."""
        rng = np.random.default_rng(seed)
        field, part = self._visible.copy(), self._part.copy()
        member = self._crowd.deal(len(part), rng)
        self._crowd.fill(part, self._likings, member, int(rng.integers(1 << 62)))
        self.unfilled = int((part == HIDDEN).any(axis=1).sum())
        part[part == HIDDEN] = -1
        field[self._which] = part
        return field


def complete_field(
    rules: SiteRules,
    pool: PlayerPool,
    visible: Lineups16,
    *,
    open_rows: NDArray[np.bool_],
    target: NDArray[np.float64],
    value: NDArray[np.float64],
    seed: int,
    habits: Habits | None = None,
) -> Lineups16:
    """The field (F, R) with every ``HIDDEN`` slot filled; -1 (empty) stays.

    ``open_rows`` (P,) are the players who may be there, ``target`` (P,) the expected final share
    of all entries that hold them. A lineup that cannot be completed keeps what is shown, -1
    elsewhere. For several completions of one field make a ``Completion`` and draw from it.
    """
    completion = Completion(
        rules,
        pool,
        visible,
        open_rows=open_rows,
        target=target,
        value=value,
        seed=seed,
        habits=habits,
    )
    return completion.draw(seed)


def _still_unseen(
    board: Board,
    visible: Lineups16,
    part: Lineups16,
    target: NDArray[np.float64],
    open_rows: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """(P,) share of the lineups with hidden slots that shall get a row there."""
    lineups = max(len(part), 1)
    unseen = (target - shares(visible, target.size)).clip(0) * len(visible) / lineups
    hidden = float((part == HIDDEN).sum()) / lineups
    budget = read(board, part)[1]
    spend = float(budget.clip(0).mean()) - Habits().unused * int(board.cap[0]) if len(part) else 0.0
    return reachable(unseen, open_rows, hidden, lowest_cost(board), spend)
