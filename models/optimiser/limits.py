"""What the table does not know: exclusions, one person once, team limits, minimums.

The functions run as written, and compiled (see ``compiled``).
"""

from __future__ import annotations

from models.optimiser.codes import MIN_GAMES, MIN_TEAMS, TEAM_LIMIT
from models.optimiser.tree import CAUSE, PARENT, ROW, Task, Work


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


def is_spread(task: Task, work: Work, leaf: int) -> bool:
    """Whether the complete lineup has the games and the teams it needs."""
    least_games, least_teams = task.board.minimum[0], task.board.minimum[1]
    if least_games <= 1 and least_teams <= 1:
        return True
    count = _lay_out(work, leaf)
    games, teams = 0, 0
    for i in range(count):
        games += 0 if _has_earlier(task, work, i, False) else 1
        teams += 0 if _has_earlier(task, work, i, True) else 1
    if games < least_games:
        work.counters[CAUSE] = MIN_GAMES
    elif teams < least_teams:
        work.counters[CAUSE] = MIN_TEAMS
    return bool(games >= least_games and teams >= least_teams)


def _lay_out(work: Work, leaf: int) -> int:
    count = 0
    while work.nodes[leaf, ROW] >= 0:
        work.path[count] = work.nodes[leaf, ROW]
        count += 1
        leaf = int(work.nodes[leaf, PARENT])
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
