"""The search: the best K completions of one entry, depth first, with the table as its bound.

A node is a set of players already chosen, the state and money left, and the layer down to which
people may still be taken: ``table[state, layer, budget]`` is then exactly the best that can follow,
so that without further constraints no step is wasted; exclusions, team limits, minimums and pinned
players only make the bound optimistic, never wrong. Nodes are ranked by value and, among equal
values, by the players kept: ``score = value * KEPT + kept``.

What a maximum of swaps, or a pin, forces to stay is placed first (``_place_kept``), in every
combination; the rest is then completed from the table.

The functions run as written, and compiled (see ``compiled``); hence their plain style. ``int()``
around what is read keeps both in 64 bits.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.optimiser.board import Board, words
from models.optimiser.build import FLOOR
from models.optimiser.codes import (
    ALREADY_BEST,
    ELIGIBLE_PLAYERS,
    EXCLUDED,
    IMPROVED,
    INFEASIBLE,
    MAX_SWAPS,
    MIN_GAMES,
    MIN_TEAMS,
    OPEN,
    PINNED,
    SALARY_CAP,
    TEAM_LIMIT,
    TIMED_OUT,
)
from models.optimiser.layers import Layers
from models.optimiser.reading import Lineups, Reading

KEPT = 16
"""More than the players of any lineup."""

IMPOSSIBLE = -(1 << 62)

# columns of a node
PARENT, ROW, KIND, LAYER, STATE, BUDGET, VALUE, HELD, WORD, SCORE = range(10)
NODE = 10
# counters of the entry in hand
NODES, STACK, FOUND, LEAST, CUT, USED, OWN, ITEMS, MUSTS, QUOTA, STARTS, TOP, FULL, CAUSE = range(
    14
)
COUNTERS = 14
MARKS = 1 << 13


class Wishes(NamedTuple):
    """What is asked of the entries, one row for all or one per entry."""

    excluded: NDArray[np.bool_]
    """(1 or E, P)."""
    pinned: NDArray[np.bool_]
    """(0, 1 or E, P)."""
    max_swaps: NDArray[np.int32]
    """(1 or E,), negative for no limit."""
    may_leave: NDArray[np.bool_]
    """(0 or P,) with only-out: the rows that may be replaced."""


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


class Work(NamedTuple):
    """Memory of one thread, cleared for every entry."""

    counters: NDArray[np.int64]
    nodes: NDArray[np.int64]
    stack: NDArray[np.int64]
    starts: NDArray[np.int64]
    """Nodes from which the table completes, the best last."""
    seen: NDArray[np.int64]
    used: NDArray[np.int64]
    salt: NDArray[np.int64]
    """Words for states, then for layers, then for the steps of placing what is kept."""
    own: NDArray[np.int64]
    """(2, R) unlocked rows of the lineup, and their keys."""
    items: NDArray[np.int64]
    """(3, P + R) rows that must or may be kept, the key asked of them (0: any), must or may."""
    mark: NDArray[np.int32]
    """(P,) 1 + position in ``own``."""
    taken: NDArray[np.int8]
    """(people,) locked in this lineup."""
    own_below: NDArray[np.int64]
    """(layers + 1,) own players among the first layers."""
    locked_rows: NDArray[np.int64]
    """(R + 1,) count, then rows."""
    score: NDArray[np.int64]
    """(K,) of the completions found, best first."""
    word: NDArray[np.int64]
    found: NDArray[np.int64]
    """(K,) their leaves."""
    path: NDArray[np.int64]
    """(R,) rows of the leaf in hand, locked ones after them."""


def workspace(board: Board, people: int, top: int, most_nodes: int) -> Work:
    """Memory for searches of ``top`` completions with at most ``most_nodes`` nodes each."""
    rows, slots = board.person.size, board.slot_type.size
    return Work(
        counters=np.zeros(COUNTERS, np.int64),
        nodes=np.empty((most_nodes, NODE), np.int64),
        stack=np.empty(most_nodes, np.int64),
        starts=np.empty(most_nodes, np.int64),
        seen=np.zeros(MARKS, np.int64),
        used=np.empty(MARKS, np.int64),
        salt=words(board.size.size + people + 2 + rows + slots),
        own=np.zeros((2, slots), np.int64),
        items=np.zeros((3, rows + slots), np.int64),
        mark=np.zeros(rows, np.int32),
        taken=np.zeros(int(board.person.max(initial=0)) + 1, np.int8),
        own_below=np.zeros(people + 1, np.int64),
        locked_rows=np.zeros(slots + 1, np.int64),
        score=np.empty(top, np.int64),
        word=np.empty(top, np.int64),
        found=np.empty(top, np.int64),
        path=np.empty(slots, np.int64),
    )


class Task(NamedTuple):
    """Everything one call of the search reads; the arrays of the parts, in one tuple."""

    table: NDArray[np.int32]
    worth: NDArray[np.int64]
    """(P, T) of unlocked players."""
    gap: NDArray[np.int64]
    """(1,) first width of the window below the best value, when several are asked for."""
    slot_type: NDArray[np.int32]
    stride: NDArray[np.int32]
    below: NDArray[np.int32]
    size: NDArray[np.int32]
    moves: NDArray[np.int32]
    pattern: NDArray[np.int32]
    cost: NDArray[np.int32]
    eligible: NDArray[np.bool_]
    key: NDArray[np.int64]
    team: NDArray[np.int32]
    game: NDArray[np.int32]
    person: NDArray[np.int32]
    counted: NDArray[np.bool_]
    most: NDArray[np.int32]
    represents: NDArray[np.bool_]
    minimum: NDArray[np.int32]
    first: NDArray[np.int32]
    row: NDArray[np.int32]
    of_row: NDArray[np.int32]
    players: NDArray[np.int32]
    locked: NDArray[np.bool_]
    excluded: NDArray[np.bool_]
    pinned: NDArray[np.bool_]
    max_swaps: NDArray[np.int32]
    may_leave: NDArray[np.bool_]


def task_of(board, layers, table, worth, gap, lineups, wishes):
    parts = board._asdict() | lineups._asdict() | wishes._asdict()
    o = layers._asdict()
    parts = parts | o | {"table": table, "worth": worth, "gap": gap}
    return Task(**{k: parts[k] for k in Task._fields})


def search(task: Task, reading: Reading, answer: Answer, work: Work, span: NDArray[np.int64]) -> None:  # fmt: skip
    """Answer the entries ``span[0]`` to ``span[1]`` whose status is ``OPEN``."""
    for entry in range(int(span[0]), int(span[1])):
        if reading.status[entry] == OPEN:
            _read_lineup(task, work, entry)
            _list_kept(task, work, entry)
            base = _place_kept(task, reading, work, entry)
            if work.counters[STARTS] > 0:
                _widen(task, work, entry, base)
            _write(task, reading, answer, work, entry)
            _forget(task, work)


def _read_lineup(task: Task, work: Work, entry: int) -> None:
    work.counters[:] = 0
    work.own_below[:] = 0
    work.locked_rows[0] = 0
    for slot in range(task.slot_type.size):
        row = int(task.players[entry, slot])
        if row >= 0 and task.locked[entry, slot]:
            work.taken[task.person[row]] = 1
            work.locked_rows[0] += 1
            work.locked_rows[work.locked_rows[0]] = row
        elif row >= 0:
            own = int(work.counters[OWN])
            work.own[0, own] = row
            work.own[1, own] = task.key[row, task.slot_type[slot]]
            work.mark[row] = own + 1
            work.counters[OWN] = own + 1
            layer = int(task.of_row[row])
            if layer >= 0:
                for above in range(layer + 1, work.own_below.size):
                    work.own_below[above] += 1


def _forget(task: Task, work: Work) -> None:
    for own in range(int(work.counters[OWN])):
        work.mark[work.own[0, own]] = 0
    for i in range(1, int(work.locked_rows[0]) + 1):
        work.taken[task.person[work.locked_rows[i]]] = 0
    _clear_seen(work)


def _list_kept(task: Task, work: Work, entry: int) -> None:
    """List what must stay, then what may be chosen to stay under a maximum of swaps."""
    own = int(work.counters[OWN])
    for i in range(own):
        if _is_pinned(task, entry, int(work.own[0, i])):
            _list_item(work, int(work.own[0, i]), 0, 1)
        elif _must_stay(task, int(work.own[0, i])):
            _list_item(work, int(work.own[0, i]), int(work.own[1, i]), 1)
    held = int(work.counters[ITEMS])
    if task.pinned.shape[0] > 0:
        _list_newcomers(task, work, entry)
    work.counters[MUSTS] = work.counters[ITEMS]
    limits = task.max_swaps
    most = int(limits[min(entry, limits.size - 1)])
    open_slots = task.slot_type.size - int(work.locked_rows[0])
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
    for row in range(task.person.size):
        if work.mark[row] == 0 and _is_pinned(task, entry, row) and not _is_locked(work, row):
            _list_item(work, row, 0, 1)


def _list_choices(task: Task, work: Work, entry: int, held: int) -> None:
    """Players out stay only where the maximum of swaps does not reach to replace them all."""
    for must_go in range(2):
        for i in range(int(work.counters[OWN])):
            row = int(work.own[0, i])
            settled = _is_pinned(task, entry, row) or _must_stay(task, row)
            gone = 1 if task.of_row[row] < 0 else 0
            if not settled and gone == must_go and not _is_excluded(task, entry, row):
                _list_item(work, row, int(work.own[1, i]), 0)
        if held + work.counters[ITEMS] - work.counters[MUSTS] >= work.counters[QUOTA]:
            return


def _is_pinned(task: Task, entry: int, row: int) -> bool:
    rows = task.pinned.shape[0]
    return rows > 0 and bool(task.pinned[min(entry, rows - 1), row])


def _is_excluded(task: Task, entry: int, row: int) -> bool:
    return bool(task.excluded[min(entry, task.excluded.shape[0] - 1), row])


def _must_stay(task: Task, row: int) -> bool:
    return task.may_leave.size > 0 and not task.may_leave[row]


def _is_locked(work: Work, row: int) -> bool:
    for i in range(1, int(work.locked_rows[0]) + 1):
        if work.locked_rows[i] == row:
            return True
    return False


def _place_kept(task: Task, reading: Reading, work: Work, entry: int) -> int:
    """Place every combination of what stays; the starts it leaves are sorted, the best last.

    Returns the number of nodes, which the search may not overwrite.
    """
    state, budget = int(reading.state[entry]), int(reading.budget[entry])
    people = task.first.size - 1
    _append(work, 0, -1, -1, people, state, budget, 0, 0, 0)
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
        _copy(work, node)
    if not must and held >= quota:
        return
    if not _is_new(task, work, node, row) or not _within_limits(task, work, node, row):
        return
    people = task.first.size - 1
    salt = int(work.salt[task.size.size + people + 2 + item])
    for kind in task.moves[work.nodes[node, STATE], task.pattern[row]]:
        if kind < 0:
            return
        if key in (0, int(task.key[row, kind])):
            _take(task, work, node, row, kind, people, salt)


def _take(task: Task, work: Work, node: int, row: int, kind: int, layer: int, salt: int) -> int:
    """The node after taking ``row`` as ``kind``; -1 if that cannot be, or is there already."""
    state = int(task.below[work.nodes[node, STATE], kind])
    budget = int(work.nodes[node, BUDGET]) - int(task.cost[row, kind])
    if state < 0 or budget < 0:
        return -1
    key = int(task.key[row, kind])
    word = int(work.nodes[node, WORD]) ^ key
    if not _is_unseen(work, word ^ salt ^ int(work.salt[state])):
        return -1
    own = int(work.mark[row])
    same = 1 if own > 0 and int(work.own[1, own - 1]) == key else 0
    value = int(work.nodes[node, VALUE]) + int(task.worth[row, kind])
    held = int(work.nodes[node, HELD]) + same
    return _append(work, node, row, kind, layer, state, budget, value, held, word)


def _append(work: Work, parent: int, row: int, kind: int, layer: int, state: int, budget: int, value: int, held: int, word: int) -> int:  # noqa: E501  # fmt: skip
    node = int(work.counters[NODES])
    if node >= work.nodes.shape[0]:
        work.counters[FULL] = 1
        return -1
    fields = work.nodes[node]
    fields[PARENT], fields[ROW], fields[KIND], fields[LAYER] = parent, row, kind, layer
    fields[STATE], fields[BUDGET], fields[VALUE] = state, budget, value
    fields[HELD], fields[WORD] = held, word
    work.counters[NODES] = node + 1
    return node


def _copy(work: Work, node: int) -> None:
    copied = _append(work, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    if copied >= 0:
        for field in range(NODE):
            work.nodes[copied, field] = work.nodes[node, field]


def _start_from(task: Task, work: Work, node: int) -> None:
    fields = work.nodes[node]
    rest = int(task.table[fields[STATE], fields[LAYER], fields[BUDGET]])
    if rest < FLOOR:
        return
    most_kept = min(int(task.size[fields[STATE]]), int(work.own_below[fields[LAYER]]))
    score = (int(fields[VALUE]) + rest) * KEPT + int(fields[HELD]) + most_kept
    fields[SCORE] = score
    _insert(work.starts, work.nodes, node, 0, int(work.counters[STARTS]))
    work.counters[STARTS] += 1


def _insert(heap: NDArray[np.int64], nodes: NDArray[np.int64], node: int, low: int, high: int) -> None:  # noqa: E501  # fmt: skip
    """Put ``node`` among ``heap[low:high]``, which is sorted by score, the best last."""
    score = int(nodes[node, SCORE])
    while high > low and nodes[heap[high - 1], SCORE] > score:
        heap[high] = heap[high - 1]
        high -= 1
    heap[high] = node


def _widen(task: Task, work: Work, entry: int, base: int) -> None:
    """Search in a window below the bound, wider until it holds the K best or everything."""
    counters = work.counters
    best = work.starts[counters[STARTS] - 1]
    counters[TOP] = int(work.nodes[best, SCORE]) // KEPT
    gap = int(task.gap[0])
    window = 0 if work.score.size == 1 else gap
    while True:
        _clear_seen(work)
        counters[NODES] = base
        counters[FOUND] = 0
        counters[CUT] = 0
        counters[LEAST] = (int(counters[TOP]) - window) * KEPT - 1
        _descend(task, work, entry)
        if counters[FULL] or counters[FOUND] >= work.score.size or not counters[CUT]:
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
            _reach(task, work, node)
        else:
            _expand(task, work, entry, node)


def _expand(task: Task, work: Work, entry: int, node: int) -> None:
    """Stack the ways to take one more person, from the last layer down, the best on top."""
    fields = work.nodes[node]
    state, budget, value = int(fields[STATE]), int(fields[BUDGET]), int(fields[VALUE])
    least = int(work.counters[LEAST]) // KEPT - value
    people, bottom = task.first.size - 1, int(work.counters[STACK])
    lowest = _lowest_layer(task, work, node)
    for layer in range(int(fields[LAYER]) - 1, lowest - 2, -1):
        for i in range(int(task.first[layer]), int(task.first[layer + 1])):
            row = int(task.row[i])
            for kind in task.moves[state, task.pattern[row]]:
                if kind < 0:
                    break
                below = int(task.below[state, kind])
                money = budget - int(task.cost[row, kind])
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
        most_kept = int(fields[HELD]) + min(int(task.size[state]), int(work.own_below[middle]))
        if rest < FLOOR or (value + rest) * KEPT + most_kept <= work.counters[LEAST]:
            low = middle + 1
        else:
            high = middle
    if low > 1 and task.table[state, low - 1, budget] >= FLOOR:
        work.counters[CUT] = 1
    return low


def _consider(task: Task, work: Work, entry: int, node: int, layer: int, row: int, kind: int, bottom: int) -> None:  # noqa: E501  # fmt: skip
    """Stack one child unless its bound, the limits or an equal node speak against it."""
    below = int(task.below[work.nodes[node, STATE], kind])
    money = int(work.nodes[node, BUDGET]) - int(task.cost[row, kind])
    after = int(task.table[below, layer, money])
    if after < FLOOR:
        return
    own = int(work.mark[row])
    same = 1 if own > 0 and work.own[1, own - 1] == task.key[row, kind] else 0
    most_kept = min(int(task.size[below]), int(work.own_below[layer]))
    reach = int(work.nodes[node, VALUE]) + int(task.worth[row, kind]) + after
    score = reach * KEPT + int(work.nodes[node, HELD]) + same + most_kept
    if score <= work.counters[LEAST]:
        work.counters[CUT] = 1
        return
    if not _may_join(task, work, entry, node, row):
        return
    salt = int(work.salt[task.size.size + layer])
    child = _take(task, work, node, row, kind, layer, salt)
    if child >= 0:
        work.nodes[child, SCORE] = score
        _insert(work.stack, work.nodes, child, bottom, int(work.counters[STACK]))
        work.counters[STACK] += 1


def _may_join(task: Task, work: Work, entry: int, node: int, row: int) -> bool:
    if _is_excluded(task, entry, row):
        work.counters[CAUSE] = EXCLUDED
        return False
    return _is_new(task, work, node, row) and _within_limits(task, work, node, row)


def _is_new(task: Task, work: Work, node: int, row: int) -> bool:
    person = task.person[row]
    if work.taken[person]:
        return False
    while work.nodes[node, ROW] >= 0:
        if task.person[work.nodes[node, ROW]] == person:
            return False
        node = int(work.nodes[node, PARENT])
    return True


def _within_limits(task: Task, work: Work, node: int, row: int) -> bool:
    board = task
    for limit in range(board.most.size):
        if board.counted[limit, row]:
            team, mates, above = board.team[row], 0, node
            while work.nodes[above, ROW] >= 0:
                mate = work.nodes[above, ROW]
                mates += 1 if board.team[mate] == team and board.counted[limit, mate] else 0
                above = int(work.nodes[above, PARENT])
            for i in range(1, int(work.locked_rows[0]) + 1):
                mate = work.locked_rows[i]
                mates += 1 if board.team[mate] == team and board.counted[limit, mate] else 0
            if mates >= board.most[limit]:
                work.counters[CAUSE] = TEAM_LIMIT
                return False
    return True


def _reach(task: Task, work: Work, leaf: int) -> None:
    """Enter a complete lineup among the best found, unless it is there or breaks a minimum."""
    counters, word, score = work.counters, work.nodes[leaf, WORD], work.nodes[leaf, SCORE]
    if not _is_spread(task, work, leaf):
        return
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


def _is_spread(task: Task, work: Work, leaf: int) -> bool:
    """Whether the lineup has the games and teams it needs."""
    board = task
    if board.minimum[0] <= 1 and board.minimum[1] <= 1:
        return True
    count = 0
    while work.nodes[leaf, ROW] >= 0:
        work.path[count] = work.nodes[leaf, ROW]
        count += 1
        leaf = int(work.nodes[leaf, PARENT])
    for i in range(1, int(work.locked_rows[0]) + 1):
        work.path[count] = work.locked_rows[i]
        count += 1
    games, teams = 0, 0
    for i in range(count):
        row = work.path[i]
        new_game, new_team = 1, 1 if board.represents[row] else 0
        for j in range(i):
            earlier = work.path[j]
            if board.game[earlier] == board.game[row]:
                new_game = 0
            if board.team[earlier] == board.team[row] and board.represents[earlier]:
                new_team = 0
        games += new_game
        teams += new_team
    if games < board.minimum[0] or teams < board.minimum[1]:
        work.counters[CAUSE] = MIN_GAMES if games < board.minimum[0] else MIN_TEAMS
        return False
    return True


def _is_unseen(work: Work, word: int) -> bool:
    """Whether this node was not made before; remembers it as long as there is room."""
    place = word & (MARKS - 1)
    while work.seen[place] != 0:
        if work.seen[place] == word:
            return False
        place = (place + 1) & (MARKS - 1)
    used = int(work.counters[USED])
    if used < MARKS // 2:
        work.seen[place] = word
        work.used[used] = place
        work.counters[USED] = used + 1
    return True


def _clear_seen(work: Work) -> None:
    for i in range(int(work.counters[USED])):
        work.seen[work.used[i]] = 0
    work.counters[USED] = 0


def _write(task: Task, reading: Reading, answer: Answer, work: Work, entry: int) -> None:
    counters = work.counters
    found = int(counters[FOUND])
    open_slots = task.slot_type.size - int(work.locked_rows[0])
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
    state, people = int(reading.state[entry]), task.first.size - 1
    if work.counters[ITEMS] == 0:
        if task.table[state, people, task.table.shape[2] - 1] < FLOOR:
            return ELIGIBLE_PLAYERS
        if task.table[state, people, reading.budget[entry]] < FLOOR:
            return SALARY_CAP
    if work.counters[CAUSE] != 0:
        return int(work.counters[CAUSE])
    return PINNED if work.counters[MUSTS] > 0 else MAX_SWAPS
