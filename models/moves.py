"""What changed between two lineups: who came for whom, over rearranged slots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

OPEN = -1


class Move(NamedTuple):
    """One player for another; rows of the pool."""

    slot: int
    """Where the incoming player stands."""
    row_out: int
    """-1 where the slot was open."""
    row_in: int
    path: tuple[int, ...]
    """The slots that changed hands for it, the incoming player's first."""


def moves_between(before: Sequence[int], after: Sequence[int]) -> tuple[Move, ...]:
    """Pair each player who came with the one whose place was freed for him.

    Who is moved between slots is followed: he counts as no swap.

    >>> moves_between([1, 2, 3], [9, 1, 3])
    (Move(slot=0, row_out=2, row_in=9, path=(0, 1)),)
    """
    place = {row: slot for slot, row in enumerate(after) if row != OPEN}
    kept = set(before) & place.keys()
    moves: list[Move] = []
    for slot, row in enumerate(after):
        if row == OPEN or row in kept:
            continue
        path = [slot]
        while before[path[-1]] in kept:
            path.append(place[before[path[-1]]])
        moves.append(Move(slot, before[path[-1]], row, tuple(path)))
    return tuple(moves)
