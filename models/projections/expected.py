"""Projections of an evening: what is expected of every player, as of one moment."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.files.names import team_key
from models.projections.attendance import chances
from models.projections.features import Known, Tonight
from models.projections.learned import Weights
from models.projections.salary_line import SalaryLine
from models.projections.season import Floats, Ints, Season
from models.slate import Slate

NBA_POINTS_PER_DOLLAR = 0.005
"""DraftKings NBA: a lineup of $50,000 scores about 250."""
SHRINKS = 1.0
"""Games that the salary's word is worth beside those a player has played."""
SURPRISE = 0.015
"""Share of players expected to play, when every absence is known, who do not."""
AT_HOME = 0.011
"""Share by which players score more at home, and less away: 0.26 and -0.22 points of 21, standard
errors 0.23 and 0.22, over 3,520 player-games."""
MOST_TOLD = 0.98
"""Share of absences that reports are believed to name at most, unless they are known to be all."""


class Expectation(NamedTuple):
    """What is expected of a player, the doubt whether he plays kept apart from how he plays.

    >>> Expectation(if_plays=40.0, plays=0.5, spread=11.0).points
    20.0
    """

    if_plays: float
    """Points of a night on which he plays."""
    plays: float
    """Chance that he does."""
    spread: float
    """Standard deviation of the points of a night on which he plays."""

    @property
    def points(self) -> float:
        """Both together: the projection."""
        return round(self.if_plays * self.plays, 4)


def expectations(
    slate: Slate,
    season: Season,
    day: date,
    weights: Weights,
    *,
    absent: Collection[str] = (),
    settled: bool = False,
) -> dict[str, Expectation]:
    """Expected points by player id, from games before ``day``, salaries and known absences.

    ``absent`` are ids of players known to be out: their minutes go to the others. ``settled``:
    every absence that can be known is among them, so that whoever else is listed plays; without it
    the likelier a report would have named somebody, the likelier he plays. Players of few games
    lean on what their salary says. Raises ValueError where no game came before.
    """
    evening = Evening.of(slate, season, day, weights)
    out = np.array([player.player_id in absent for player in slate.players])
    plays = np.where(out, 0.0, 1.0 if settled else unless_named(evening.tonight.plays, out))
    mean = evening.means(plays)
    spread = weights.spread.at(mean)
    plays = plays * (1.0 - SURPRISE) if settled else plays
    return {
        player.player_id: Expectation(round(points, 4), round(chance, 4), round(deviation, 4))
        for player, points, chance, deviation in zip(
            slate.players, mean.tolist(), plays.tolist(), spread.tolist(), strict=True
        )
    }


class Evening(NamedTuple):
    """A slate on the evening of a day, with the season before it."""

    slate: Slate
    known: Known
    weights: Weights
    day: date
    tonight: Tonight
    """With the chances to play of whom nothing is reported."""

    @classmethod
    def of(cls, slate: Slate, season: Season, day: date, weights: Weights) -> Evening:
        """Raises ValueError where no game came before."""
        past = season.before(day)
        return cls(slate, Known.of(past), weights, day, _tonight(slate, past))

    def means(self, plays: Floats) -> Floats:
        """(P,) points of each if he plays, while the others do with these chances (P,)."""
        found = self.known.features(self.tonight._replace(plays=plays), self.day.toordinal())
        learned = self.weights.points(found.names, found.values)
        return _leaning(self.slate, learned * (1.0 + AT_HOME * _home(self.slate)), found.games)


def unless_named(plays: Floats, out: NDArray[np.bool_]) -> Floats:
    """(P,) chances to play of those whom no report names, when reports name some (``out``).

    How many of the absences to be expected they name is the chance that another would be named:
    Bayes' rule.

    >>> unless_named(np.array([0.5, 0.5]), np.array([True, False])).round(3).tolist()
    [0.98, 0.98]
    >>> unless_named(np.array([0.5, 0.5]), np.array([False, False])).tolist()
    [0.5, 0.5]
    """
    told = min(MOST_TOLD, float(out.sum() / max((1.0 - plays).sum(), 1e-9)))
    found: Floats = plays / (plays + (1.0 - plays) * (1.0 - told))
    return found


def _tonight(slate: Slate, past: Season) -> Tonight:
    """Everybody of the slate; who is in two rows (captains) is two of one person."""
    player = np.array([past.person(p.name, p.team) for p in slate.players], np.intp)
    team = np.array([past.teams.get(team_key(p.team), -1) for p in slate.players], np.intp)
    return Tonight(player, team, _opponents(slate, past), chances(past, player, team))


def _opponents(slate: Slate, past: Season) -> Ints:
    sides = {game.game_id: (team_key(game.away), team_key(game.home)) for game in slate.games}
    rows = []
    for player in slate.players:
        away, home = sides[player.game_id]
        other = away if team_key(player.team) == home else home
        rows.append(past.teams.get(other, -1))
    return np.array(rows, np.intp)


def _home(slate: Slate) -> Floats:
    """(P,) 1 at home, -1 away, 0 where the slate does not say."""
    homes = {game.game_id: team_key(game.home) for game in slate.games if game.home}
    return np.array(
        [
            0.0 if p.game_id not in homes else 2.0 * (homes[p.game_id] == team_key(p.team)) - 1.0
            for p in slate.players
        ]
    )


def _leaning(slate: Slate, learned: Floats, games: Ints) -> Floats:
    """(P,) learned points, those of players with few games drawn towards their salary's."""
    known = {p.player_id: v for p, v, n in zip(slate.players, learned, games, strict=True) if n > 0}
    line = SalaryLine.through(slate.players, known, NBA_POINTS_PER_DOLLAR)
    implied = np.array([line.at(player) for player in slate.players])
    mean: Floats = (games * learned + SHRINKS * implied) / (games + SHRINKS)
    return mean
