"""The order in which the table takes players in, and what each may be taken for."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.optimiser.board import Board, frozen


class Layers(NamedTuple):
    """N people in the table's order; the rows of person i are ``row[first[i]:first[i + 1]]``.

    A showdown person has his captain row and his flex row in one layer, and so is never taken
    twice.
    """

    first: NDArray[np.int32]
    """(N + 1,)."""
    row: NDArray[np.int32]
    of_row: NDArray[np.int32]
    """(P,) layer in which a row stands, -1 for rows that may not be chosen."""


def layers_of(board: Board, available: NDArray[np.bool_], order: NDArray[np.int32]) -> Layers:
    """The layers of the people in ``order``; ``available`` (P,) says which rows count."""
    rank = np.full(int(board.person.max(initial=-1)) + 1, -1, np.int32)
    rank[order] = np.arange(order.size, dtype=np.int32)
    of_row = np.where(available, rank[board.person], -1).astype(np.int32)
    rows = np.nonzero(of_row >= 0)[0].astype(np.int32)
    rows = rows[np.argsort(of_row[rows], kind="stable")]
    first = np.searchsorted(of_row[rows], np.arange(order.size + 1))
    return Layers(frozen(first.astype(np.int32)), frozen(rows), frozen(of_row))
