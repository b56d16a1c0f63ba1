"""Past games with what was to be expected of each player before them: what a model learns from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import compress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.files.box_scores import BoxScore
from models.files.names import name_key, team_key

Floats = NDArray[np.float64]

HALF_LIFE = 6.0
"""Games after which a past game counts half, as in the baseline projection."""
FEWEST = 5
"""Earlier games a player needs for an expectation."""


class PastGames(NamedTuple):
    """Player-games as columns (n), in order of days."""

    mean: Floats
    """Expected points, from earlier games alone."""
    points: Floats
    """What he scored."""
    day: NDArray[np.int64]
    """Days since year 1, as ``date.toordinal``."""
    game: NDArray[np.int64]
    """Equal for the two teams of a game."""
    team: NDArray[np.int64]
    """Equal for the players of one team, whatever the game."""
    names: tuple[str, ...]
    """Players as ``name_key`` writes them."""

    def pick(self, rows: NDArray[np.bool_]) -> PastGames:
        """The player-games of a mask (n,)."""
        return PastGames(
            self.mean[rows],
            self.points[rows],
            self.day[rows],
            self.game[rows],
            self.team[rows],
            tuple(compress(self.names, rows)),
        )

    def corrected(self, line: tuple[float, float]) -> PastGames:
        """Expectations replaced by ``base + slope * mean``, at least 0."""
        base, slope = line
        return self._replace(mean=np.maximum(base + slope * self.mean, 0.0))


def past_games(games: Sequence[BoxScore]) -> PastGames:
    """Every player-game that has ``FEWEST`` earlier ones, with the weighted mean of those.

    Nothing of a game's own day or later enters its expectation. Raises ValueError where no
    player has games enough.
    """
    histories: dict[str, _History] = defaultdict(_History)
    rows: list[tuple[float, float, int, str, str, str]] = []
    for game in sorted(games, key=lambda game: game.on):
        name, team = name_key(game.player), team_key(game.team)
        mean = histories[name].before(game.on)
        if mean is not None:
            sides = "@".join(sorted((team, team_key(game.opponent))))
            rows.append((mean, game.points, game.on.toordinal(), f"{game.on}{sides}", team, name))
        histories[name].add(game.on, game.points)
    if not rows:
        raise ValueError(
            f"no player has {FEWEST} earlier games: more box scores are needed to learn from"
        )
    means, points, days, meetings, teams, names = zip(*rows, strict=True)
    return PastGames(
        np.array(means),
        np.array(points, np.float64),
        np.array(days),
        _numbered(meetings),
        _numbered(teams),
        names,
    )


class _History:
    """A player's weighted mean; what happens on one day is not known on that day."""

    def __init__(self) -> None:
        self._sum = self._weight = 0.0
        self._games = 0
        self._waiting: list[tuple[date, float]] = []

    def add(self, on: date, points: float) -> None:
        self._waiting.append((on, points))

    def before(self, day: date) -> float | None:
        for on, points in self._waiting:
            if on < day:
                fade = 0.5 ** (1.0 / HALF_LIFE)
                self._sum = self._sum * fade + points
                self._weight = self._weight * fade + 1.0
                self._games += 1
        self._waiting = [late for late in self._waiting if late[0] >= day]
        return self._sum / self._weight if self._games >= FEWEST else None


def _numbered(labels: Sequence[str]) -> NDArray[np.int64]:
    return np.unique(np.array(labels), return_inverse=True)[1].astype(np.int64)
