"""Entries to states: which slots are open, what money is left, what is already decided.

The functions here run as written, and compiled (see ``compiled``); hence their plain style.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.optimiser.board import Board
from models.optimiser.codes import BLANK, FULLY_LOCKED, INFEASIBLE, MALFORMED, OPEN, SALARY_CAP


class Lineups(NamedTuple):
    """Entries as arrays, E entries of R slots in the roster's order."""

    players: NDArray[np.int32]
    """(E, R) row of the pool, -1 for an empty slot; anything else is an unknown player."""
    locked: NDArray[np.bool_]
    """(E, R) slots that may not change any more."""


class Reading(NamedTuple):
    """What each entry leaves to decide; keep it, it changes only at locks and swaps."""

    state: NDArray[np.int32]
    """(E,) number of the multiset of open slots."""
    budget: NDArray[np.int32]
    """(E,) money left for them, in salary steps; negative where the locked cost too much."""
    status: NDArray[np.int8]
    """(E,) ``OPEN`` where the search has something to do, else the final ``SwapStatus``."""
    blocker: NDArray[np.int8]
    fixed: NDArray[np.int64]
    """(E,) points of the locked players, in millionths."""
    before: NDArray[np.int64]
    """(E,) points of the lineup as it stands, in millionths."""


class Worth(NamedTuple):
    """Points of a row in a slot type, in millionths of a point."""

    free: NDArray[np.int64]
    """(P, T) while unlocked: projection times multiplier."""
    locked: NDArray[np.int64]
    """(P, T) once locked: points so far and what is still expected."""


def empty_reading(entries: int) -> Reading:
    """A reading for this many entries, to be filled."""
    return Reading(
        state=np.zeros(entries, np.int32),
        budget=np.zeros(entries, np.int32),
        status=np.full(entries, OPEN, np.int8),
        blocker=np.zeros(entries, np.int8),
        fixed=np.zeros(entries, np.int64),
        before=np.zeros(entries, np.int64),
    )


def read(board: Board, worth: Worth, lineups: Lineups, reading: Reading, span: NDArray[np.int64]) -> None:  # noqa: E501  # fmt: skip
    """Fill ``reading`` for the entries ``span[0]`` to ``span[1]``."""
    for entry in range(int(span[0]), int(span[1])):
        blanks, locks = _sum_up(board, worth, lineups, reading, entry)
        _judge(board, lineups, reading, entry, blanks, locks)


def _sum_up(
    board: Board, worth: Worth, lineups: Lineups, reading: Reading, entry: int
) -> tuple[int, int]:
    state, budget, fixed, before, blanks, locks = 0, int(board.cap[0]), 0, 0, 0, 0
    for slot in range(board.slot_type.size):
        kind = int(board.slot_type[slot])
        row = int(lineups.players[entry, slot])
        if not lineups.locked[entry, slot]:
            state += int(board.stride[kind])
            if row < 0:
                blanks += 1
            elif row < board.person.size:
                before += int(worth.free[row, kind])
        elif 0 <= row < board.person.size:
            locks += 1
            budget -= int(board.cost[row, kind])
            fixed += int(worth.locked[row, kind])
    reading.state[entry] = state
    reading.budget[entry] = budget
    reading.fixed[entry] = fixed
    reading.before[entry] = before + fixed
    return blanks, locks


def _judge(
    board: Board, lineups: Lineups, reading: Reading, entry: int, blanks: int, locks: int
) -> None:
    slots = board.slot_type.size
    reading.blocker[entry] = 0
    if _malformed(board, lineups, entry):
        reading.status[entry] = INFEASIBLE
        reading.blocker[entry] = MALFORMED
    elif locks == slots:
        reading.status[entry] = FULLY_LOCKED
    elif blanks == slots:
        reading.status[entry] = BLANK
    elif reading.budget[entry] < 0:
        reading.status[entry] = INFEASIBLE
        reading.blocker[entry] = SALARY_CAP
    else:
        reading.status[entry] = OPEN


def _malformed(board: Board, lineups: Lineups, entry: int) -> bool:
    for slot in range(board.slot_type.size):
        row = int(lineups.players[entry, slot])
        locked = lineups.locked[entry, slot]
        if row == -1 and not locked:
            continue
        if row < 0 or row >= board.person.size:
            return True
        if locked and not board.eligible[row, board.slot_type[slot]]:
            return True
        if _stands_earlier(board, lineups, entry, slot):
            return True
    return False


def _stands_earlier(board: Board, lineups: Lineups, entry: int, slot: int) -> bool:
    person = board.person[lineups.players[entry, slot]]
    for earlier in range(slot):
        row = lineups.players[entry, earlier]
        if row >= 0 and board.person[row] == person:
            return True
    return False
