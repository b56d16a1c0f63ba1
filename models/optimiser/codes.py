"""How an entry ended, and what stood in the way, as numbers the kernels can write."""

from __future__ import annotations

from enum import IntEnum

OPEN = -1
"""Read, and waiting for the search."""


class SwapStatus(IntEnum):
    """What became of one entry."""

    IMPROVED = 0
    """The best completion changes at least one player."""
    ALREADY_BEST = 1
    FULLY_LOCKED = 2
    BLANK = 3
    """A reservation without players; solved only on request."""
    INFEASIBLE = 4
    TIMED_OUT = 5
    """The search reached its limit of nodes; what it found until then is given, unproven."""


class Blocker(IntEnum):
    """Which constraint leaves an entry without a completion; the first that is certain."""

    NONE = 0
    MALFORMED = 1
    """An unknown player, one twice, a locked slot without a player or with one it cannot hold."""
    SALARY_CAP = 2
    ELIGIBLE_PLAYERS = 3
    """Too few available players for the open slots, whatever they cost."""
    PINNED = 4
    MAX_SWAPS = 5
    EXCLUDED = 6
    TEAM_LIMIT = 7
    MIN_GAMES = 8
    MIN_TEAMS = 9


IMPROVED, ALREADY_BEST, FULLY_LOCKED, BLANK, INFEASIBLE, TIMED_OUT = (int(s) for s in SwapStatus)
MALFORMED, SALARY_CAP, ELIGIBLE_PLAYERS, PINNED, MAX_SWAPS = (int(b) for b in list(Blocker)[1:6])
EXCLUDED, TEAM_LIMIT, MIN_GAMES, MIN_TEAMS = (int(b) for b in list(Blocker)[6:])
