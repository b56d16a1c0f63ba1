"""What the table does not know: exclusions, one person once, team limits, minimums.

The functions run as written, and compiled (see ``compiled``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.optimiser.codes import MIN_GAMES, MIN_TEAMS, TEAM_LIMIT
from models.optimiser.tree import CAUSE, PARENT, ROW, STATE, Task, Work


def is_excluded(task: Task, entry: int, row: int) -> bool:
    """Whether this entry may not hold ``row`` in an unlocked slot."""
    return bool(task.wishes.excluded[min(entry, task.wishes.excluded.shape[0] - 1), row])


def is_new(task: Task, work: Work, node: int, row: int) -> bool:
    """Whether the person is neither locked in the lineup nor chosen already."""
    person = task.board.person[row]
    if work.taken[person]:
        return False
    while work.nodes[node, ROW] >= 0:
        if task.board.person[work.nodes[node, ROW]] == person:
            return False
        node = int(work.nodes[node, PARENT])
    return True


def is_within_limits(task: Task, work: Work, node: int, row: int) -> bool:
    """Whether ``row`` may join the locked players and those of the node under each team limit."""
    board = task.board
    for limit in range(board.most.size):
        if board.counted[limit, row] and _mates(task, work, node, limit, row) >= board.most[limit]:
            work.counters[CAUSE] = TEAM_LIMIT
            return False
    return True


def _mates(task: Task, work: Work, node: int, limit: int, row: int) -> int:
    board, mates = task.board, 0
    while work.nodes[node, ROW] >= 0:
        mate = work.nodes[node, ROW]
        if board.team[mate] == board.team[row] and board.counted[limit, mate]:
            mates += 1
        node = int(work.nodes[node, PARENT])
    for i in range(1, int(work.locked_rows[0]) + 1):
        mate = work.locked_rows[i]
        if board.team[mate] == board.team[row] and board.counted[limit, mate]:
            mates += 1
    return mates


def is_spread(task: Task, work: Work, node: int) -> bool:
    """Whether the lineup can still have the games and the teams it needs."""
    least_games, least_teams = task.board.minimum[0], task.board.minimum[1]
    left = int(task.board.size[work.nodes[node, STATE]])
    if left >= max(least_games, least_teams) - 1:  # whoever is there makes one
        return True
    count = _lay_out(work, node)
    games, teams = left, left
    for i in range(count):
        games += 0 if _has_earlier(task, work, i, False) else 1
        teams += 0 if _has_earlier(task, work, i, True) else 1
    if games < least_games:
        work.counters[CAUSE] = MIN_GAMES
    elif teams < least_teams:
        work.counters[CAUSE] = MIN_TEAMS
    return bool(games >= least_games and teams >= least_teams)


def _lay_out(work: Work, node: int) -> int:
    count = 0
    while work.nodes[node, ROW] >= 0:
        work.path[count] = work.nodes[node, ROW]
        count += 1
        node = int(work.nodes[node, PARENT])
    for i in range(1, int(work.locked_rows[0]) + 1):
        work.path[count] = work.locked_rows[i]
        count += 1
    return count


def _has_earlier(task: Task, work: Work, place: int, by_team: bool) -> bool:
    """Whether a player at this place of the path adds no game, or no team, to those before."""
    board, row = task.board, work.path[place]
    if by_team and not board.represents[row]:
        return True
    for i in range(place):
        earlier = work.path[i]
        if by_team and board.represents[earlier] and board.team[earlier] == board.team[row]:
            return True
        if not by_team and board.game[earlier] == board.game[row]:
            return True
    return False


def is_hopeless(task: Task, work: Work, entry: int) -> bool:
    """Whether simple counting shows that no lineup of this entry can obey the limits."""
    board = task.board
    if _count_labels(task, work, entry, board.game, False) < board.minimum[0]:
        work.counters[CAUSE] = MIN_GAMES
        return True
    if _count_labels(task, work, entry, board.team, True) < board.minimum[1]:
        work.counters[CAUSE] = MIN_TEAMS
        return True
    open_slots = board.slot_type.size - int(work.locked_rows[0])
    for limit in range(board.most.size):
        if _room(task, work, entry, limit) < open_slots:
            work.counters[CAUSE] = TEAM_LIMIT
            return True
    return False


def _may_appear(task: Task, work: Work, entry: int, row: int) -> bool:
    if work.mark[row] > 0:
        return True
    return task.layers.of_row[row] >= 0 and not is_excluded(task, entry, row)


def _count_labels(task: Task, work: Work, entry: int, labels: NDArray[np.int32], by_team: bool) -> int:  # noqa: E501  # fmt: skip
    """Distinct games, or teams, among the locked and all who may appear."""
    work.tally[:] = 0
    for row in range(labels.size):
        counts = not by_team or task.board.represents[row]
        if counts and _may_appear(task, work, entry, row):
            work.tally[labels[row]] = 1
    for i in range(1, int(work.locked_rows[0]) + 1):
        row = work.locked_rows[i]
        if not by_team or task.board.represents[row]:
            work.tally[labels[row]] = 1
    count = 0
    for mark in work.tally:
        count += int(mark)
    return count


def _room(task: Task, work: Work, entry: int, limit: int) -> int:
    """How many players fit beside the locked ones under one team limit, slots aside."""
    board, uncounted = task.board, 0
    work.tally[:] = board.most[limit]
    for i in range(1, int(work.locked_rows[0]) + 1):
        row = work.locked_rows[i]
        if board.counted[limit, row]:
            work.tally[board.team[row]] -= 1
    room = 0
    for row in range(board.team.size):
        if _may_appear(task, work, entry, row):
            if not board.counted[limit, row]:
                uncounted += 1
            elif work.tally[board.team[row]] > 0:
                work.tally[board.team[row]] -= 1
                room += 1
    return room + uncounted
