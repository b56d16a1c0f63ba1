"""A season so far as columns: who played when, for whom, against whom, and what he did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.files.box_scores import BoxScore
from models.files.names import name_key, team_key

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
TEAM_MINUTES = 240.0
"""Five at a time for 48 minutes."""


class Season(NamedTuple):
    """Player-games (n,) by day; people and teams are numbers."""

    people: Mapping[str, int]
    """By name, or by name and team where two of one name played on one day."""
    teams: Mapping[str, int]
    day: Ints
    """``date.toordinal``."""
    player: Ints
    team: Ints
    opponent: Ints
    """-1 where the file names none that plays."""
    minutes: Floats
    points: Floats
    """Of the site asked for."""
    chances: Floats
    """Points without what was luck in shooting: of the two, what comes again."""
    size: Floats
    """Rebounds less assists: large for big men, small for guards."""

    @classmethod
    def of(cls, games: Iterable[BoxScore], *, site: str = "draftkings") -> Season:
        """Columns of all games; the points are those of ``site``."""
        rows = sorted(games, key=lambda game: (game.on, team_key(game.team)))
        twice = _namesakes(rows)
        keys = [_key(game.player, game.team, twice) for game in rows]
        people = {key: n for n, key in enumerate(dict.fromkeys(keys))}
        teams = {key: n for n, key in enumerate(sorted({team_key(game.team) for game in rows}))}
        points = np.array([g.fanduel_points if site == "fanduel" else g.points for g in rows])
        return cls(
            people=people,
            teams=teams,
            day=np.array([game.on.toordinal() for game in rows], np.intp),
            player=np.array([people[key] for key in keys], np.intp),
            team=np.array([teams[team_key(game.team)] for game in rows], np.intp),
            opponent=np.array([teams.get(team_key(game.opponent), -1) for game in rows], np.intp),
            minutes=_minutes(rows),
            points=points.astype(np.float64),
            chances=points - np.array([game.luck for game in rows]),
            size=np.array([game.rebounds - game.assists for game in rows], np.float64),
        )

    def before(self, day: date) -> Season:
        """The player-games of earlier days."""
        return self.cut(int(np.searchsorted(self.day, day.toordinal())))

    def cut(self, rows: int) -> Season:
        """The first player-games; people and teams keep their numbers."""
        return Season(
            self.people,
            self.teams,
            self.day[:rows],
            self.player[:rows],
            self.team[:rows],
            self.opponent[:rows],
            self.minutes[:rows],
            self.points[:rows],
            self.chances[:rows],
            self.size[:rows],
        )

    def person(self, name: str, team: str) -> int:
        """The number of somebody; -1 for a stranger."""
        loose = name_key(name)
        return self.people.get(f"{loose} {team_key(team)}", self.people.get(loose, -1))


def _minutes(games: Sequence[BoxScore]) -> Floats:
    """As listed; where none are, equal parts of the team's 240."""
    minutes = np.array([game.minutes for game in games], np.float64)
    unlisted = (minutes <= 0) & np.array([game.points != 0 for game in games], np.bool_)
    if unlisted.any():
        there = Counter((game.on, team_key(game.team)) for game in games)
        parts = [TEAM_MINUTES / there[game.on, team_key(game.team)] for game in games]
        minutes = np.where(unlisted, parts, minutes)
    return minutes


def _namesakes(games: Iterable[BoxScore]) -> frozenset[str]:
    """Names under which more than one played on some day."""
    seen = Counter((game.on, name_key(game.player)) for game in games)
    return frozenset(name for (_, name), times in seen.items() if times > 1)


def _key(name: str, team: str, twice: frozenset[str]) -> str:
    loose = name_key(name)
    return f"{loose} {team_key(team)}" if loose in twice else loose
