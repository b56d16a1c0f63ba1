"""A node of the search and the memory it lives in.

A node is a set of players already chosen: linked to the node it grew from, with the state and the
money it leaves, and the layer below which people may still be taken. The functions run as written,
and compiled (see ``compiled``); ``int()`` around what is read keeps both in 64 bits.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.optimiser.board import Board, words
from models.optimiser.layers import Layers
from models.optimiser.reading import Lineups

KEPT = 16
"""More than the players of any lineup."""

# columns of a node
PARENT, ROW, KIND, LAYER, STATE, BUDGET, VALUE, HELD, WORD, SCORE = range(10)
NODE = 10
# counters of the entry in hand
NODES, STACK, STARTS, FOUND, LEAST, CUT, USED = range(7)
OWN, ITEMS, MUSTS, QUOTA, TOP, FULL, CAUSE = range(7, 14)
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


class Task(NamedTuple):
    """Everything one call of the search reads."""

    board: Board
    layers: Layers
    table: NDArray[np.int32]
    """(states, layers, budgets), see ``build``."""
    worth: NDArray[np.int64]
    """(P, T) millionths of a point, of unlocked players."""
    gap: NDArray[np.int64]
    """(1,) first width of the window below the best value, when several are asked for."""
    lineups: Lineups
    wishes: Wishes


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
    """(R,) rows of the node in hand, locked ones after them."""
    tally: NDArray[np.int64]
    """(most of games and teams,) for counting."""


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
        salt=words(board.size.size + people + 2 + rows + slots, after=board.key.size),
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
        tally=np.zeros(
            int(max(board.team.max(initial=0), board.game.max(initial=0))) + 1, np.int64
        ),
    )


def append(work: Work, parent: int, row: int, kind: int, layer: int, state: int, budget: int, value: int, held: int, word: int) -> int:  # noqa: E501  # fmt: skip
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


def copy_node(work: Work, node: int) -> None:
    copied = append(work, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    if copied >= 0:
        for field in range(NODE):
            work.nodes[copied, field] = work.nodes[node, field]


def take(task: Task, work: Work, node: int, row: int, kind: int, layer: int, salt: int) -> int:
    """The node after taking ``row`` as ``kind``; -1 if that cannot be, or is there already."""
    state = int(task.board.below[work.nodes[node, STATE], kind])
    budget = int(work.nodes[node, BUDGET]) - int(task.board.cost[row, kind])
    if state < 0 or budget < 0:
        return -1
    key = int(task.board.key[row, kind])
    word = int(work.nodes[node, WORD]) ^ key
    if not is_unseen(work, word ^ salt ^ int(work.salt[state])):
        return -1
    own = int(work.mark[row])
    same = 1 if own > 0 and int(work.own[1, own - 1]) == key else 0
    value = int(work.nodes[node, VALUE]) + int(task.worth[row, kind])
    held = int(work.nodes[node, HELD]) + same
    return append(work, node, row, kind, layer, state, budget, value, held, word)


def insert(heap: NDArray[np.int64], nodes: NDArray[np.int64], node: int, low: int, high: int) -> None:  # noqa: E501  # fmt: skip
    """Put ``node`` among ``heap[low:high]``, which is sorted by score, the best last."""
    score = int(nodes[node, SCORE])
    while high > low and nodes[heap[high - 1], SCORE] > score:
        heap[high] = heap[high - 1]
        high -= 1
    heap[high] = node


def is_unseen(work: Work, word: int) -> bool:
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


def clear_seen(work: Work) -> None:
    for i in range(int(work.counters[USED])):
        work.seen[work.used[i]] = 0
    work.counters[USED] = 0
