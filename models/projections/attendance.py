"""Whether somebody plays tonight, of whom no report says so: by the games he missed of late."""

from __future__ import annotations

import numpy as np

from models.projections.season import Floats, Ints, Season

RECENT = 10
"""Games that usual minutes are the mean of."""

_MISSED = (1, 2, 4, 8, 20)
"""From so many team games missed in a row on ..."""
_CHANCE = (0.42, 0.31, 0.21, 0.11, 0.06)
"""... so many of those listed played: 568, 508, 420, 431 and 172 of them, on 30 nights of
NBA 2024-25."""
_STAR = 27.0
_STAR_MISSED_ONE = 0.61
"""123 who usually play that long and had missed one game."""
_MINUTES = (8.0, 14.0, 20.0)
_BY_MINUTES = (0.50, 0.72, 0.86, 0.93)
"""Who missed none, by his usual minutes: 3,835 of them."""
NEVER_SEEN = 0.03
"""416 listed without an earlier game."""


def chance_to_play(games: Ints, missed: Ints, minutes: Floats) -> Floats:
    """(m,) chances from earlier games, team games missed in a row, and usual minutes.

    >>> chance_to_play(np.array([30, 30, 0]), np.array([0, 5, 0]), np.array([33.0, 33, 0])).tolist()
    [0.93, 0.21, 0.03]
    """
    regular = np.array(_BY_MINUTES)[np.searchsorted(_MINUTES, minutes, side="right")]
    absent = np.array((1.0, *_CHANCE))[np.searchsorted(_MISSED, missed, side="right")]
    star = (missed == 1) & (minutes >= _STAR)
    chance = np.where(missed == 0, regular, np.where(star, _STAR_MISSED_ONE, absent))
    found: Floats = np.where(games > 0, chance, NEVER_SEEN)
    return found


def chances(season: Season, player: Ints, team: Ints) -> Floats:
    """(m,) chance that each plays, from the season so far; -1 is a stranger or an unknown team."""
    people, teams = len(season.people), len(season.teams)
    games = np.bincount(season.player, minlength=people)
    last = np.full(people, -1)
    last[season.player] = season.day  # by day, so that the last one stays
    minutes = _recent_minutes(season, games)
    missed = np.zeros(len(player), np.intp)
    for number in range(teams):
        days = np.unique(season.day[season.team == number])
        rows = np.flatnonzero((team == number) & (player >= 0))
        missed[rows] = len(days) - np.searchsorted(days, last[player[rows]], side="right")
    known = np.where(player >= 0, player, 0)
    return chance_to_play(np.where(player >= 0, games[known], 0), missed, minutes[known])


def _recent_minutes(season: Season, games: Ints) -> Floats:
    """(N,) mean minutes of everybody's last ten games."""
    later = np.zeros(len(season.day), np.intp)
    order = np.argsort(season.player, kind="stable")
    ends = np.cumsum(games)[season.player[order]]
    later[order] = ends - 1 - np.arange(len(order))
    recent = later < RECENT
    total = np.bincount(season.player[recent], season.minutes[recent], len(games))
    mean: Floats = total / np.maximum(np.minimum(games, RECENT), 1)
    return mean
