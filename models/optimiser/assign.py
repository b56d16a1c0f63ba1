"""Which chosen player goes into which open slot.

The later a game starts, the broader the slot its player should hold: a broad slot left open keeps
more replacements possible. The assignment maximises the sum over the open slots of (rank of the
player's start) x (rank of the slot's breadth), and among equals the players left where they are.
Exact, by dynamic programming over the sets of players already placed.

The functions run as written, and compiled (see ``compiled``); hence their plain style.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.optimiser.board import Board
from models.optimiser.reading import Lineups
from models.optimiser.search import Answer

STAY = 16
"""More than the slots of any lineup: breadth first, then staying."""
NO_FIT = -1

NEVER_REARRANGE, REARRANGE_SWAPPED, REARRANGE_ALL = range(3)


class Bench(NamedTuple):
    """Memory of one thread for the assignment, R slots."""

    slots: NDArray[np.int64]
    """(R,) the open ones."""
    rank: NDArray[np.int64]
    """(R,) of a player's start among the chosen."""
    gain: NDArray[np.int64]
    """(R, R) of player i in open slot j, ``NO_FIT`` where he may not stand."""
    best: NDArray[np.int64]
    """(2^R,) by the set of players who hold the first open slots."""
    last: NDArray[np.int64]


def bench(board: Board) -> Bench:
    """Memory for assignments on this board."""
    slots = board.slot_type.size
    return Bench(
        slots=np.zeros(slots, np.int64),
        rank=np.zeros(slots, np.int64),
        gain=np.zeros((slots, slots), np.int64),
        best=np.zeros(1 << slots, np.int64),
        last=np.zeros(1 << slots, np.int64),
    )


def assign(board: Board, lineups: Lineups, answer: Answer, players: NDArray[np.int32], habit: int, bench: Bench, span: NDArray[np.int64]) -> None:  # noqa: E501  # fmt: skip
    """Write the completions of the entries ``span[0]`` to ``span[1]`` into ``players`` (E, K, R).

    ``habit``: rearrange never, where something is swapped, or always.
    """
    for entry in range(int(span[0]), int(span[1])):
        open_slots = _list_open(board, lineups, bench, entry)
        for rank in range(int(answer.found[entry])):
            swapped = answer.swaps[entry, rank] > 0
            arrange = habit == REARRANGE_ALL or (habit == REARRANGE_SWAPPED and swapped)
            rows, kinds = answer.rows[entry, rank], answer.kinds[entry, rank]
            _rank_starts(board, rows, bench, open_slots if arrange else 0)
            _weigh(board, lineups.players[entry], rows, kinds, bench, open_slots)
            _fill_sets(bench, open_slots)
            for slot in range(board.slot_type.size):
                players[entry, rank, slot] = lineups.players[entry, slot]
            _hand_out(rows, players[entry, rank], bench, open_slots)


def _list_open(board: Board, lineups: Lineups, bench: Bench, entry: int) -> int:
    count = 0
    for slot in range(board.slot_type.size):
        if not lineups.locked[entry, slot]:
            bench.slots[count] = slot
            count += 1
    return count


def _rank_starts(board: Board, rows: NDArray[np.int32], bench: Bench, count: int) -> None:
    """Rank the distinct starts of the first ``count`` rows, the earliest 0; else all 0."""
    bench.rank[:] = 0
    for i in range(count):
        for j in range(count):
            earlier = board.start[rows[j]] < board.start[rows[i]]
            counted = False
            for k in range(j):
                counted = counted or board.start[rows[k]] == board.start[rows[j]]
            bench.rank[i] += 1 if earlier and not counted else 0


def _weigh(board: Board, held: NDArray[np.int32], rows: NDArray[np.int32], kinds: NDArray[np.int32], bench: Bench, count: int) -> None:  # noqa: E501  # fmt: skip
    for i in range(count):
        row = int(rows[i])
        key = board.key[row, kinds[i]]
        for j in range(count):
            slot = bench.slots[j]
            kind = int(board.slot_type[slot])
            bench.gain[i, j] = NO_FIT
            if board.eligible[row, kind] and board.key[row, kind] == key:
                stays = 1 if held[slot] == row else 0
                bench.gain[i, j] = bench.rank[i] * board.breadth[kind] * STAY + stays


def _fill_sets(bench: Bench, count: int) -> None:
    full = 1 << count
    bench.best[:full] = NO_FIT
    bench.best[0] = 0
    for placed in range(full - 1):
        reached = int(bench.best[placed])
        if reached >= 0:
            slot = _members(placed)
            for i in range(count):
                gain = int(bench.gain[i, slot])
                grown = placed | (1 << i)
                if grown != placed and gain >= 0 and reached + gain > bench.best[grown]:
                    bench.best[grown] = reached + gain
                    bench.last[grown] = i


def _members(placed: int) -> int:
    count = 0
    while placed:
        placed &= placed - 1
        count += 1
    return count


def _hand_out(rows: NDArray[np.int32], players: NDArray[np.int32], bench: Bench, count: int) -> None:  # noqa: E501  # fmt: skip
    placed = (1 << count) - 1
    for slot in range(count - 1, -1, -1):
        i = int(bench.last[placed])
        players[bench.slots[slot]] = rows[i]
        placed ^= 1 << i
