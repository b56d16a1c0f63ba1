"""What an absence is worth to team mates: his minutes and chances pass to them.

The effects of single absences are kept beside the projections a slate opens with, so that whoever
folds its news adds up those in force: in whatever order reports come and are taken back, the same
reports give the same projections.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

import numpy as np
from numpy.typing import NDArray

from models.projections.expected import Evening, unless_named
from models.projections.learned import Weights
from models.projections.season import Floats, Ints, Season
from models.slate import Slate

REGULAR = 12.0
"""Usual minutes from which somebody's absence is felt."""
LEAST = 0.05
"""Points below which an effect is left out."""

Impact = dict[str, dict[str, float]]
"""Points by which a player's absence raises each team mate's night, by their ids."""


def impacts(
    slate: Slate,
    season: Season,
    day: date,
    weights: Weights,
    *,
    absent: Collection[str] = (),
    settled: bool = False,
) -> Impact:
    """Effects of every regular's absence on his team mates, against what ``expectations`` says.

    Arguments as there. ``absent`` are out already: their minutes are with the others, and neither
    give nor take more.
    """
    evening = Evening.of(slate, season, day, weights)
    out = np.array([player.player_id in absent for player in slate.players])
    plays = np.where(out, 0.0, 1.0 if settled else unless_named(evening.tonight.plays, out))
    before = evening.means(plays)
    found: Impact = {}
    for gone in _one_of_each_team(evening, plays):
        gain = evening.means(np.where(_rows_of(evening, gone), 0.0, plays)) - before
        for row in gone.tolist():
            found[slate.players[row].player_id] = _felt(evening, row, np.where(out, 0.0, gain))
    return found


def _one_of_each_team(evening: Evening, plays: Floats) -> Iterator[Ints]:
    """Rows of regulars who may yet be absent, in turns of one a team: no team feels another's."""
    person, team = evening.tonight.player, evening.tonight.team
    usual = np.where(person >= 0, evening.known.form.minutes[person], 0.0)
    waiting = np.flatnonzero((usual >= REGULAR) & (plays > 0) & (team >= 0))
    while len(waiting):
        _, first = np.unique(team[waiting], return_index=True)
        yield waiting[first]
        waiting = np.delete(waiting, first)


def _rows_of(evening: Evening, gone: Ints) -> NDArray[np.bool_]:
    """(P,) all rows of these people: a captain's row is missing with his other one."""
    return np.isin(evening.tonight.player, evening.tonight.player[gone])


def _felt(evening: Evening, row: int, gain: Floats) -> dict[str, float]:
    tonight, players = evening.tonight, evening.slate.players
    mates = (tonight.team == tonight.team[row]) & (tonight.player != tonight.player[row])
    return {
        players[mate].player_id: round(float(gain[mate]), 2)
        for mate in np.flatnonzero(mates & (np.abs(gain) >= LEAST)).tolist()
    }
