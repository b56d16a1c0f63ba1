"""What the kernels work on: lineups as scoring rows, prizes as sums, and a thread's buffers.

C candidates, E own entries, Q scoring rows, R slots, U candidates that others are compared with, B
own entries that may be above; D counted opponents above leave nothing to win. A lane is a sample.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

OPTIONS: dict[str, Any] = {
    "nogil": True,
    "_nrt": False,
    "fastmath": {"reassoc", "nsz", "contract"},
}
"""The kernels make no arrays, so nothing needs to be counted; sums over lanes may be reordered."""

MOST_CELLS = 1_500
"""Where opponents are a sample, scores are told apart no better than by so many cells or half."""

BATCH = 4
"""Lineups of the field whose cells are found before they are counted."""

CASH_SCALE, TOP_SCALE, WIN_SCALE = 2**14, 2**14, 2**15
TOP_SHIFT, WIN_SHIFT = 21, 42
"""Three rates share a word: fields of 21, 21 and 22 bits hold their sums over 64 lanes."""

PAY, SQUARE, DIFFERENCE, CASH, TOP, WIN = range(6)
"""Columns of the sums kept per candidate."""

Array = NDArray[Any]
Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Part of a kernel: compiled with it, and cached with it."""
    made: Function = njit(**OPTIONS)(function)
    return made


class Tables(NamedTuple):
    """What an estimator pays; row b is for b own entries above, where they are no opponents."""

    pay: NDArray[np.float64]
    """(B, D + 1) cents of the first a places together: the mean over a tie is a difference."""
    win: NDArray[np.float64]
    """(W + 1,) the same for a prize of 1 for the first place; nobody wins below an own entry."""
    rates: NDArray[np.uint64]
    """(B, D) probabilities of being paid and among the best hundredth with a above, in a word."""


class Entrants(NamedTuple):
    """Lineups as scoring rows, all ``(N * R,)`` int16, and how candidates relate to own entries."""

    field: NDArray[np.int16]
    sample: NDArray[np.int16]
    """Lineups of the field from which the floor is estimated; all of them if they are few."""
    own: NDArray[np.int16]
    candidates: NDArray[np.int16]
    owner: NDArray[np.int32]
    """(C,) own entry that a candidate would replace, -1 for none."""
    base: NDArray[np.int32]
    """(C,) index into ``bases``, -1 for a comparison with nothing."""
    bases: NDArray[np.int32]
    """(U,) candidates that others are compared with."""


class Buffers(NamedTuple):
    """Work space of one thread, with ``room`` cells per lane."""

    tile: NDArray[Any]
    """(Q * 64,) points by scoring row and lane."""
    scores: NDArray[Any]
    """(n * 64,) of the lineups from which the floor is estimated."""
    own: NDArray[Any]
    """((E + 1) * 64,) of own entries above the floor; the last row is below every score."""
    floor: NDArray[Any]
    """(64,) the score just below cell 1."""
    low: NDArray[Any]
    high: NDArray[Any]
    middle: NDArray[Any]
    tally: NDArray[Any]
    top: NDArray[Any]
    zero: NDArray[Any]
    """(64,) each."""
    shift: NDArray[np.int64]
    """(1,) a cell holds 2 ** shift scores."""
    largest: NDArray[Any]
    """(1,) more than any score."""
    above: NDArray[np.uint64]
    """(BATCH,) a bit for every lane in which a lineup is above the floor."""
    start: NDArray[np.uint32]
    """(64,) first cell of each lane, for counts."""
    payed: NDArray[np.uint32]
    """(64,) first cell of each lane, for payouts."""
    cells: NDArray[np.uint32]
    """(BATCH * 64,) the cell of a lineup in each lane."""
    counts: NDArray[np.uint32]
    """(64 * room,) opponents by score."""
    mine: NDArray[np.uint32]
    """(64 * room,) own entries by score."""
    pay: NDArray[np.float32]
    """(64 * 3 * room,), or a third of it without own entries.

    Dollars where the own entry replaced is not above, is above, is tied.
    """
    rates: NDArray[np.uint64]
    """The same for paid, top 1 % and first, in one word."""
    paid: NDArray[np.float32]
    """(64,) a candidate's payouts."""
    based: NDArray[np.float32]
    """((U + 1) * 64,) payouts of those that others are compared with; row U is 0."""
    squares: NDArray[np.float64]
    """(U + 1,) sums of their squares."""
