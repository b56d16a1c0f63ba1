"""What stays: pinned players, and under a maximum of swaps enough of the lineup's own.

Every combination of the players who may stay, in every multiset of slots they may hold, becomes a
start from which the table completes. The functions run as written, and compiled (see
``compiled``).
"""

from __future__ import annotations

from models.optimiser.build import FLOOR
from models.optimiser.limits import is_excluded, is_new, is_spread, is_within_limits
from models.optimiser.reading import Reading
from models.optimiser.tree import (
    BUDGET,
    HELD,
    ITEMS,
    KEPT,
    LAYER,
    MUSTS,
    NODES,
    OWN,
    QUOTA,
    SCORE,
    STARTS,
    STATE,
    VALUE,
    Task,
    Work,
    append,
    clear_seen,
    copy_node,
    insert,
    take,
)


def read_lineup(task: Task, work: Work, entry: int) -> None:
    work.counters[:] = 0
    work.own_below[:] = 0
    work.locked_rows[0] = 0
    for slot in range(task.board.slot_type.size):
        row = int(task.lineups.players[entry, slot])
        if row >= 0 and task.lineups.locked[entry, slot]:
            work.taken[task.board.person[row]] = 1
            work.locked_rows[0] += 1
            work.locked_rows[work.locked_rows[0]] = row
        elif row >= 0:
            own = int(work.counters[OWN])
            work.own[0, own] = row
            work.own[1, own] = task.board.key[row, task.board.slot_type[slot]]
            work.mark[row] = own + 1
            work.counters[OWN] = own + 1
            layer = int(task.layers.of_row[row])
            if layer >= 0:
                for above in range(layer + 1, work.own_below.size):
                    work.own_below[above] += 1


def forget(task: Task, work: Work) -> None:
    for own in range(int(work.counters[OWN])):
        work.mark[work.own[0, own]] = 0
    for i in range(1, int(work.locked_rows[0]) + 1):
        work.taken[task.board.person[work.locked_rows[i]]] = 0
    clear_seen(work)


def list_kept(task: Task, work: Work, entry: int) -> None:
    """List what must stay, then what may be chosen to stay under a maximum of swaps."""
    own = int(work.counters[OWN])
    for i in range(own):
        if _is_pinned(task, entry, int(work.own[0, i])):
            _list_item(work, int(work.own[0, i]), 0, 1)
        elif _must_stay(task, int(work.own[0, i])):
            _list_item(work, int(work.own[0, i]), int(work.own[1, i]), 1)
    held = int(work.counters[ITEMS])
    if task.wishes.pinned.shape[0] > 0:
        _list_newcomers(task, work, entry)
    work.counters[MUSTS] = work.counters[ITEMS]
    limits = task.wishes.max_swaps
    most = int(limits[min(entry, limits.size - 1)])
    open_slots = task.board.slot_type.size - int(work.locked_rows[0])
    if 0 <= most < open_slots:
        work.counters[QUOTA] = open_slots - most
        _list_choices(task, work, entry, held)


def _list_item(work: Work, row: int, key: int, must: int) -> None:
    item = int(work.counters[ITEMS])
    work.items[0, item] = row
    work.items[1, item] = key
    work.items[2, item] = must
    work.counters[ITEMS] = item + 1


def _list_newcomers(task: Task, work: Work, entry: int) -> None:
    for row in range(task.board.person.size):
        if work.mark[row] == 0 and _is_pinned(task, entry, row) and not _is_locked(work, row):
            _list_item(work, row, 0, 1)


def _list_choices(task: Task, work: Work, entry: int, held: int) -> None:
    """Players out stay only where the maximum of swaps does not reach to replace them all."""
    for must_go in range(2):
        for i in range(int(work.counters[OWN])):
            row = int(work.own[0, i])
            settled = _is_pinned(task, entry, row) or _must_stay(task, row)
            gone = 1 if task.layers.of_row[row] < 0 else 0
            if not settled and gone == must_go and not is_excluded(task, entry, row):
                _list_item(work, row, int(work.own[1, i]), 0)
        if held + work.counters[ITEMS] - work.counters[MUSTS] >= work.counters[QUOTA]:
            return


def _is_pinned(task: Task, entry: int, row: int) -> bool:
    rows = task.wishes.pinned.shape[0]
    return rows > 0 and bool(task.wishes.pinned[min(entry, rows - 1), row])


def _must_stay(task: Task, row: int) -> bool:
    return task.wishes.may_leave.size > 0 and not task.wishes.may_leave[row]


def _is_locked(work: Work, row: int) -> bool:
    found = False
    for i in range(1, int(work.locked_rows[0]) + 1):
        found = found or work.locked_rows[i] == row
    return found


def place_kept(task: Task, reading: Reading, work: Work, entry: int) -> int:
    """Place every combination of what stays; the starts it leaves are sorted, the best last.

    Returns the number of nodes, which the search may not overwrite.
    """
    state, budget = int(reading.state[entry]), int(reading.budget[entry])
    people = task.layers.first.size - 1
    append(work, 0, -1, -1, people, state, budget, 0, 0, 0)
    low, high = 0, 1
    for item in range(int(work.counters[ITEMS])):
        for node in range(low, high):
            _place_item(task, work, node, item)
        low, high = high, int(work.counters[NODES])
    for node in range(low, high):
        if work.nodes[node, HELD] >= work.counters[QUOTA]:
            _start_from(task, work, node)
    return high


def _place_item(task: Task, work: Work, node: int, item: int) -> None:
    row, key, must = int(work.items[0, item]), int(work.items[1, item]), work.items[2, item] > 0
    held, quota = int(work.nodes[node, HELD]), int(work.counters[QUOTA])
    if not must and held + int(work.counters[ITEMS]) - item - 1 >= quota:
        copy_node(work, node)
    if not must and held >= quota:
        return
    if work.mark[row] == 0 and task.layers.of_row[row] < 0:  # a newcomer must be available
        return
    if not is_new(task, work, node, row) or not is_within_limits(task, work, node, row):
        return
    people = task.layers.first.size - 1
    salt = int(work.salt[task.board.size.size + people + 2 + item])
    for kind in task.board.moves[work.nodes[node, STATE], task.board.pattern[row]]:
        if kind < 0:
            return
        if key in (0, int(task.board.key[row, kind])):
            take(task, work, node, row, kind, people, salt)


def _start_from(task: Task, work: Work, node: int) -> None:
    fields = work.nodes[node]
    rest = int(task.table[fields[STATE], fields[LAYER], fields[BUDGET]])
    if rest < FLOOR or not is_spread(task, work, node):
        return
    most_kept = min(int(task.board.size[fields[STATE]]), int(work.own_below[fields[LAYER]]))
    score = (int(fields[VALUE]) + rest) * KEPT + int(fields[HELD]) + most_kept
    fields[SCORE] = score
    insert(work.starts, work.nodes, node, 0, int(work.counters[STARTS]))
    work.counters[STARTS] += 1
