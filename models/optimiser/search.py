"""The search: the best K completions of one entry, depth first, with the table as its bound.

A node is a set of players already chosen, the state and money left, and the layer down to which
people may still be taken: ``table[state, layer, budget]`` is then exactly the best that can follow,
so that without further constraints no step is wasted; exclusions, team limits, minimums and pinned
players only make the bound optimistic, never wrong. Nodes are ranked by value and, among equal
values, by the players kept: ``score = value * KEPT + kept``.

What a maximum of swaps, or a pin, forces to stay is placed first (``place_kept``), in every
combination; the rest is then completed from the table.

The functions run as written, and compiled (see ``compiled``); hence their plain style. ``int()``
around what is read keeps both in 64 bits.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.optimiser.build import FLOOR
from models.optimiser.codes import (
    ALREADY_BEST,
    ELIGIBLE_PLAYERS,
    EXCLUDED,
    IMPROVED,
    INFEASIBLE,
    MAX_SWAPS,
    OPEN,
    PINNED,
    SALARY_CAP,
    TIMED_OUT,
)
from models.optimiser.kept import forget, list_kept, place_kept, read_lineup
from models.optimiser.limits import is_excluded, is_hopeless, is_new, is_spread, is_within_limits
from models.optimiser.reading import Reading
from models.optimiser.tree import (
    BUDGET,
    CAUSE,
    CUT,
    FOUND,
    FULL,
    HELD,
    ITEMS,
    KEPT,
    KIND,
    LAYER,
    LEAST,
    MUSTS,
    NODES,
    PARENT,
    QUOTA,
    ROW,
    SCORE,
    STACK,
    STARTS,
    STATE,
    TOP,
    VALUE,
    WORD,
    Task,
    Work,
    clear_seen,
    insert,
    take,
)


class Answer(NamedTuple):
    """Chosen rows of the open slots, best first; what is not filled is -1."""

    rows: NDArray[np.int32]
    """(E, K, R)."""
    kinds: NDArray[np.int32]
    """(E, K, R) slot type each was valued in."""
    value: NDArray[np.int64]
    """(E, K) millionths, locked players included."""
    swaps: NDArray[np.int32]
    """(E, K)."""
    found: NDArray[np.int32]
    """(E,)."""


def search(task: Task, reading: Reading, answer: Answer, work: Work, span: NDArray[np.int64]) -> None:  # noqa: E501  # fmt: skip
    """Answer the entries ``span[0]`` to ``span[1]`` whose status is ``OPEN``."""
    for entry in range(int(span[0]), int(span[1])):
        if reading.status[entry] == OPEN:
            read_lineup(task, work, entry)
            list_kept(task, work, entry)
            base = place_kept(task, reading, work, entry)
            if work.counters[STARTS] > 0:
                _widen(task, work, entry, base)
            _write(task, reading, answer, work, entry)
            forget(task, work)


def _widen(task: Task, work: Work, entry: int, base: int) -> None:
    """Search in a window below the bound, wider until it holds the K best or everything."""
    counters = work.counters
    best = work.starts[counters[STARTS] - 1]
    counters[TOP] = int(work.nodes[best, SCORE]) // KEPT
    gap = int(task.gap[0])
    window = 0
    while True:
        clear_seen(work)
        counters[NODES] = base
        counters[FOUND] = 0
        counters[CUT] = 0
        counters[LEAST] = (int(counters[TOP]) - window) * KEPT - 1
        _descend(task, work, entry)
        if counters[FULL] or counters[FOUND] >= work.score.size or not counters[CUT]:
            return
        if window == 0 and is_hopeless(task, work, entry):
            return
        window = max(gap, 4 * window)


def _descend(task: Task, work: Work, entry: int) -> None:
    counters = work.counters
    starts = int(counters[STARTS])
    for i in range(starts):
        work.stack[i] = work.starts[i]
    counters[STACK] = starts
    while counters[STACK] > 0 and not counters[FULL]:
        counters[STACK] -= 1
        node = int(work.stack[counters[STACK]])
        if work.nodes[node, SCORE] <= counters[LEAST]:
            counters[CUT] = 1
        elif work.nodes[node, STATE] == 0:
            _reach(work, node)
        else:
            _expand(task, work, entry, node)


def _expand(task: Task, work: Work, entry: int, node: int) -> None:
    """Stack the ways to take one more person, from the last layer down, the best on top."""
    fields = work.nodes[node]
    state, budget, value = int(fields[STATE]), int(fields[BUDGET]), int(fields[VALUE])
    least = int(work.counters[LEAST]) // KEPT - value
    people, bottom = task.layers.first.size - 1, int(work.counters[STACK])
    lowest = _lowest_layer(task, work, node)
    for layer in range(int(fields[LAYER]) - 1, lowest - 2, -1):
        for i in range(int(task.layers.first[layer]), int(task.layers.first[layer + 1])):
            row = int(task.layers.row[i])
            for kind in task.board.moves[state, task.board.pattern[row]]:
                if kind < 0:
                    break
                below = int(task.board.below[state, kind])
                money = budget - int(task.board.cost[row, kind])
                gain = int(task.worth[row, kind])
                if money < 0:
                    continue
                # the last layer bounds every layer, and its rows are at hand
                rest = int(task.table[below, people, money])
                if gain + rest >= least:
                    _consider(task, work, entry, node, layer, row, kind, bottom)
                elif rest >= FLOOR:
                    work.counters[CUT] = 1


def _lowest_layer(task: Task, work: Work, node: int) -> int:
    """The first layer from which the bound still passes; below it nobody need be taken."""
    fields = work.nodes[node]
    state, budget, value = int(fields[STATE]), int(fields[BUDGET]), int(fields[VALUE])
    low, high = 1, int(fields[LAYER])
    while low < high:
        middle = (low + high) // 2
        rest = int(task.table[state, middle, budget])
        most_kept = int(fields[HELD]) + min(
            int(task.board.size[state]), int(work.own_below[middle])
        )
        if rest < FLOOR or (value + rest) * KEPT + most_kept <= work.counters[LEAST]:
            low = middle + 1
        else:
            high = middle
    if low > 1 and task.table[state, low - 1, budget] >= FLOOR:
        work.counters[CUT] = 1
    return low


def _consider(task: Task, work: Work, entry: int, node: int, layer: int, row: int, kind: int, bottom: int) -> None:  # noqa: E501  # fmt: skip
    """Stack one child unless its bound, the limits or an equal node speak against it."""
    below = int(task.board.below[work.nodes[node, STATE], kind])
    money = int(work.nodes[node, BUDGET]) - int(task.board.cost[row, kind])
    after = int(task.table[below, layer, money])
    if after < FLOOR:
        return
    own = int(work.mark[row])
    same = 1 if own > 0 and work.own[1, own - 1] == task.board.key[row, kind] else 0
    most_kept = min(int(task.board.size[below]), int(work.own_below[layer]))
    reach = int(work.nodes[node, VALUE]) + int(task.worth[row, kind]) + after
    score = reach * KEPT + int(work.nodes[node, HELD]) + same + most_kept
    if score <= work.counters[LEAST]:
        work.counters[CUT] = 1
        return
    if not _may_join(task, work, entry, node, row):
        return
    salt = int(work.salt[task.board.size.size + layer])
    child = take(task, work, node, row, kind, layer, salt)
    if child >= 0 and is_spread(task, work, child):
        work.nodes[child, SCORE] = score
        insert(work.stack, work.nodes, child, bottom, int(work.counters[STACK]))
        work.counters[STACK] += 1


def _may_join(task: Task, work: Work, entry: int, node: int, row: int) -> bool:
    if is_excluded(task, entry, row):
        work.counters[CAUSE] = EXCLUDED
        return False
    return is_new(task, work, node, row) and is_within_limits(task, work, node, row)


def _reach(work: Work, leaf: int) -> None:
    """Enter a complete lineup among the best found, unless it is there or breaks a minimum."""
    counters, word, score = work.counters, work.nodes[leaf, WORD], work.nodes[leaf, SCORE]
    found, top = int(counters[FOUND]), work.score.size
    for i in range(found):
        if work.word[i] == word:
            return
    place = min(found, top - 1)
    while place > 0 and work.score[place - 1] < score:
        work.score[place], work.word[place] = work.score[place - 1], work.word[place - 1]
        work.found[place] = work.found[place - 1]
        place -= 1
    work.score[place], work.word[place], work.found[place] = score, word, leaf
    counters[FOUND] = min(found + 1, top)
    if counters[FOUND] == top:
        counters[LEAST] = work.score[top - 1]


def _write(task: Task, reading: Reading, answer: Answer, work: Work, entry: int) -> None:
    counters = work.counters
    found = int(counters[FOUND])
    open_slots = task.board.slot_type.size - int(work.locked_rows[0])
    answer.found[entry] = found
    for rank in range(found):
        leaf = int(work.found[rank])
        answer.value[entry, rank] = reading.fixed[entry] + work.nodes[leaf, VALUE]
        answer.swaps[entry, rank] = open_slots - work.nodes[leaf, HELD]
        place = 0
        while work.nodes[leaf, ROW] >= 0:
            answer.rows[entry, rank, place] = work.nodes[leaf, ROW]
            answer.kinds[entry, rank, place] = work.nodes[leaf, KIND]
            leaf = int(work.nodes[leaf, PARENT])
            place += 1
    reading.status[entry] = _status(reading, answer, work, entry)
    if found == 0 and not counters[FULL]:
        reading.blocker[entry] = _blocker(task, reading, work, entry)


def _status(reading: Reading, answer: Answer, work: Work, entry: int) -> int:
    found, full = int(work.counters[FOUND]), work.counters[FULL] > 0
    if found > 0:
        best = answer.value[entry, 0] - reading.fixed[entry]
        if full and (work.score.size > 1 or best < work.counters[TOP]):
            return TIMED_OUT
        return ALREADY_BEST if answer.swaps[entry, 0] == 0 else IMPROVED
    return TIMED_OUT if full else INFEASIBLE


def _blocker(task: Task, reading: Reading, work: Work, entry: int) -> int:
    state, people = int(reading.state[entry]), task.layers.first.size - 1
    if work.counters[ITEMS] == 0 and work.counters[QUOTA] == 0:  # else it may not be built
        if task.table[state, people, task.table.shape[2] - 1] < FLOOR:
            return ELIGIBLE_PLAYERS
        if task.table[state, people, reading.budget[entry]] < FLOOR:
            return SALARY_CAP
    if work.counters[CAUSE] != 0:
        return int(work.counters[CAUSE])
    return PINNED if work.counters[MUSTS] > 0 else MAX_SWAPS
