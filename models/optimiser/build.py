"""The table: the best value of every state with every budget, people taken in layer by layer.

``table[s, i, b]`` is the best value of filling the slots of state s with the first i people for at
most b salary steps: the recurrence of a knapsack over multisets of slots,

    table[s, i + 1, b] = max(table[s, i, b], value + table[s - slot, i, b - cost])

over the options of person i. A state's layers lie together, so that a walk back through the
people stays in one stretch of memory. Both builders write the same numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.optimiser.board import Board, lattice_shape
from models.optimiser.layers import Layers

NEVER = -2_000_000_000
"""Value of what cannot be filled; sums of points stay above ``FLOOR`` and below its opposite."""
FLOOR = -1_000_000_000


def build(
    table: NDArray[np.int32],
    board: Board,
    layers: Layers,
    worth: NDArray[np.int32],
    states: NDArray[np.int32],
    valid: NDArray[np.int32],
) -> None:
    """Bring ``states`` (ascending, closed under taking a slot away) up to the last layer.

    ``worth`` (P, T) are millionths of a point. ``valid`` (states,) is the number of layers that
    still hold, and is updated. Written for the compiler: rows of budgets as slices, 32 bits
    throughout, so that it becomes vector code.
    """
    people = layers.first.size - 1
    for state in states:
        for i in range(valid[state], people):
            target = table[state, i + 1]
            _copy(target, table[state, i])
            for row in layers.row[layers.first[i] : layers.first[i + 1]]:
                for kind in board.moves[state, board.pattern[row]]:
                    if kind < 0:
                        break
                    cost = board.cost[row, kind]
                    if cost < target.size:
                        source = table[board.below[state, kind], i, : target.size - cost]
                        _raise(target[cost:], source, worth[row, kind])
        valid[state] = people


def _copy(target: NDArray[np.int32], source: NDArray[np.int32]) -> None:
    for b in range(target.size):
        target[b] = source[b]


def _raise(target: NDArray[np.int32], source: NDArray[np.int32], value: np.int32) -> None:
    gain = np.int32(value)
    for b in range(target.size):
        reached = np.int32(source[b] + gain)
        target[b] = max(target[b], reached)


def build_plain(
    table: NDArray[np.int32],
    board: Board,
    layers: Layers,
    worth: NDArray[np.int32],
    states: NDArray[np.int32],
    valid: NDArray[np.int32],
) -> None:
    """The same, with whole lattices as arrays: one ``np.maximum`` per option of a person."""
    people = layers.first.size - 1
    grid, corner = _box(table, board, states)
    for i in range(int(valid[states].min(initial=people)), people):
        source, target = grid[..., i, :], grid[..., i + 1, :]
        target[...] = source
        for row in layers.row[layers.first[i] : layers.first[i + 1]]:
            for axis in np.nonzero(board.eligible[row])[0].tolist():
                cost = int(board.cost[row, axis])
                if corner[axis] and cost < table.shape[2]:
                    onto = _from(target, axis)[..., cost:]
                    reached = _until(source, axis)[..., : table.shape[2] - cost] + worth[row, axis]
                    np.maximum(onto, reached, out=onto)
    valid[states] = people


def _box(
    table: NDArray[np.int32], board: Board, states: NDArray[np.int32]
) -> tuple[NDArray[np.int32], list[int]]:
    """The table with one axis per slot type, cut to the largest count each type has in states."""
    shape = lattice_shape(board)
    corner = (states[:, None] // board.stride % shape).max(axis=0, initial=0).tolist()
    grid = table.reshape(*shape, *table.shape[1:])
    return grid[tuple(slice(0, most + 1) for most in corner)], corner


def _from(grid: NDArray[np.int32], axis: int) -> NDArray[np.int32]:
    return grid[(slice(None),) * axis + (slice(1, None),)]


def _until(grid: NDArray[np.int32], axis: int) -> NDArray[np.int32]:
    return grid[(slice(None),) * axis + (slice(None, -1),)]
