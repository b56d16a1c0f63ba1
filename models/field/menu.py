"""What a field may be drawn from, laid out for the kernels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.field.kernels import BLOCK, Menu, Table
from models.optimiser.board import Board, frozen

MOST_CHALK = 8
CHALK_ABOVE = 0.12
"""Players whom more of the field hold, and who fit several slots, are decided one by one."""


def menu_of(board: Board, target: NDArray[np.float64]) -> Menu:
    """The rows with a positive ``target`` (P,), by the slot types they may fill, cheap ones first.

    ``target`` is about the share of lineups that will hold each row.
    """
    chalk = _chalk(board, target)
    listed = (target > 0)[:, None] & board.eligible
    listed[chalk[chalk >= 0]] = False
    rows = [_by_cost(board, listed, t) for t in range(board.eligible.shape[1])]
    starts = [_group_starts(board.cost[r, t]) for t, r in enumerate(rows)]
    width = max(s.size for s in starts) // BLOCK * BLOCK + BLOCK
    kinds = (board.below >= 0).argmax(axis=1)
    menu = Menu(
        slot_type=board.slot_type,
        stride=board.stride,
        below=board.below,
        kind=np.where(board.size > 0, kinds, -1).astype(np.int32),
        listed=_padded(rows, max(1, *(r.size for r in rows)), [-1] * len(rows)),
        first=_padded(starts, width + 1, [r.size for r in rows]),
        price=_padded(
            [board.cost[r[s], t] for t, (r, s) in enumerate(zip(rows, starts, strict=True))],
            width,
            [0] * len(rows),
        ),
        blocks=np.array([-(-s.size // BLOCK) for s in starts], np.int32),
        chalk=chalk,
        cost=board.cost,
        eligible=board.eligible,
        team=board.team,
        game=board.game,
        person=board.person,
        counted=board.counted,
        most=board.most,
        represents=board.represents,
        minimum=board.minimum,
    )
    return Menu(*(frozen(column) for column in menu))


def table_for(menu: Menu, states: NDArray[np.int64], budgets: int) -> Table:
    """An empty table that answers these states, for budgets of 0 to ``budgets - 1`` steps."""
    wanted = np.zeros((menu.chalk.shape[0] + 1, menu.kind.size), np.bool_)
    wanted[-1, states] = True
    for h in range(menu.chalk.shape[0], 0, -1):
        wanted[h - 1] = wanted[h]
        for row in menu.chalk[h - 1]:
            leads = menu.below[wanted[h]][:, menu.eligible[row]] if row >= 0 else np.array([-1])
            wanted[h - 1, leads[leads >= 0]] = True
    wanted[0, 0] = True
    for state in range(menu.kind.size - 1, 0, -1):  # a state leads to smaller numbers
        if wanted[0, state]:
            wanted[0, menu.below[state, menu.kind[state]]] = True
    needed = np.nonzero(wanted.any(axis=0))[0]
    place = np.full(menu.kind.size, -1, np.int64)
    place[needed] = np.arange(needed.size)
    pad = int(menu.cost[menu.eligible].max(initial=0))
    return Table(
        needed=frozen(needed),
        wanted=frozen(wanted[:, needed]),
        place=frozen(place),
        odds=np.zeros(menu.cost.shape),
        total=np.zeros(menu.price.shape),
        worth=np.zeros((wanted.shape[0], needed.size, _odd(pad + budgets))),
    )


def _odd(width: int) -> int:
    """Lines whose length is no multiple of a power of two do not crowd the same cache sets."""
    return width + (8 if width % 64 == 0 else 0)


def _chalk(board: Board, target: NDArray[np.float64]) -> NDArray[np.int32]:
    """(H, 2) rows of the persons most held among those who could be drawn twice."""
    ways = (board.eligible * _slots(board)).sum(axis=1)
    people = int(board.person.max(initial=-1)) + 1
    held = np.bincount(board.person, np.where(target > 0, target, 0), people)
    chances = np.bincount(board.person, np.where(target > 0, ways, 0), people)
    rows = np.bincount(board.person, minlength=people)
    often = np.nonzero((held > CHALK_ABOVE) & (chances > 1) & (rows <= 2))[0]
    often = often[np.argsort(-held[often], kind="stable")][:MOST_CHALK]
    chalk = np.full((often.size, 2), -1, np.int32)
    for line, person in zip(chalk, often[::-1].tolist(), strict=True):  # the most held come last
        own = np.nonzero((board.person == person) & (target > 0))[0]
        line[: own.size] = own
    return chalk


def _slots(board: Board) -> NDArray[np.int64]:
    return np.bincount(board.slot_type, minlength=board.stride.size)


def _by_cost(board: Board, listed: NDArray[np.bool_], kind: int) -> NDArray[np.int32]:
    rows = np.nonzero(listed[:, kind])[0].astype(np.int32)
    return rows[np.argsort(board.cost[rows, kind], kind="stable")]


def _group_starts(costs: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.nonzero(np.diff(costs, prepend=-1))[0].astype(np.int32)


def _padded(lines: list[NDArray[np.int32]], width: int, behind: list[int]) -> NDArray[np.int32]:
    table = np.empty((len(lines), width), np.int32)
    for place, line, rest in zip(table, lines, behind, strict=True):
        place[: line.size] = line
        place[line.size :] = rest
    return table
