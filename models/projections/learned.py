"""Weights of what past games say, learned by ridge regression, and what they make of tonight."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.projections.features import Tonight, features
from models.projections.newcomers import Newcomers
from models.projections.season import Floats, Ints, Season
from models.spread import SpreadLaw

FEWEST = 3
"""Earlier games of a player-game to learn from."""
STIFFNESS = 60.0
"""Ridge penalty on standardised features, in player-games."""
ENOUGH = 1_500
"""Player-games from which weights are learned; with fewer those that came along serve."""
FURTHEST = 6.0
"""Deviations beyond which a feature says no more: invented or broken files go further."""
ROUNDS = 3
NEAR_ENOUGH = 3.0
"""Points off within which an evening counts in full."""
_NOISE = SpreadLaw(base=4.0, root=1.1)
"""How noisy a player-game is before anything is learned: what many score tells less each."""


class Weights(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A learned projection: ``base + sum(weight * (feature - mean) / scale)`` points."""

    names: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weight: tuple[float, ...]
    base: float
    spread: SpreadLaw
    """Of what was scored around the projection."""
    source: str = ""
    data_from: str = ""
    data_to: str = ""
    games: int = 0
    """Player-games learned from."""
    newcomers: Newcomers | None = None
    """How much less newcomers to a lineup count by these projections; None: nothing was tried."""

    def __post_init__(self) -> None:
        """Raises ValueError where columns differ in length."""
        if not len(self.names) == len(self.mean) == len(self.scale) == len(self.weight):
            raise ValueError("names, mean, scale and weight must be as many")

    def points(self, names: Sequence[str], values: Floats) -> Floats:
        """(m,) projected points from features (m, K). Raises ValueError for other features."""
        if tuple(names) != self.names:
            missing = sorted(set(self.names) ^ set(names))
            raise ValueError(f"learned from other features ({', '.join(missing)}): learn anew")
        standard = standardised(values, np.array(self.mean), np.array(self.scale))
        found: Floats = np.maximum(self.base + standard @ np.array(self.weight), 0.0)
        return found


def standardised(values: Floats, mean: Floats, scale: Floats) -> Floats:
    """(m, K) in deviations from the mean, no further than a line can be believed."""
    found: Floats = np.clip((values - mean) / scale, -FURTHEST, FURTHEST)
    return found


class Table(NamedTuple):
    """Every player-game of a season with what was known before it; n rows by day."""

    names: tuple[str, ...]
    values: Floats
    """(n, K)."""
    games: Ints
    """(n,) earlier games of the player."""
    day: Ints
    points: Floats
    """What he scored."""

    def before(self, day: date) -> Table:
        """Rows of earlier days."""
        end = int(np.searchsorted(self.day, day.toordinal()))
        return Table(self.names, self.values[:end], self.games[:end], self.day[:end],
                     self.points[:end])  # fmt: skip


def season_table(season: Season) -> Table:
    """Walk through a season from its second day on; what a day brings is in no row of that day.

    Raises ValueError for a season of one day.
    """
    days, first = np.unique(season.day, return_index=True)
    if len(days) < 2:
        raise ValueError("box scores of one day tell nothing of a game before them")
    ends = np.append(first[1:], len(season.day))
    found = [
        features(
            season.cut(begin),
            Tonight(
                season.player[begin:end],
                season.team[begin:end],
                season.opponent[begin:end],
                np.ones(end - begin),
            ),
            day,
        )
        for day, begin, end in zip(
            days[1:].tolist(), first[1:].tolist(), ends[1:].tolist(), strict=True
        )
    ]
    return Table(
        found[0].names,
        np.concatenate([one.values for one in found]),
        np.concatenate([one.games for one in found]),
        season.day[first[1] :],
        season.points[first[1] :],
    )


def learn(table: Table, source: str = "") -> Weights:
    """Ridge regression, each game by how much it tells, then the spread around it.

    Raises ValueError with fewer player-games than ``ENOUGH``.
    """
    rows = table.games >= FEWEST
    values, points = table.values[rows], table.points[rows]
    if len(points) < ENOUGH:
        raise ValueError(f"{len(points)} player-games with a past; {ENOUGH} are needed to learn")
    usual = np.maximum(values[:, table.names.index("points6")], 1.0)
    line = _robust(values, points, _NOISE.at(usual) ** -2.0)
    fitted = line.at(values)
    days = table.day[rows]
    return Weights(
        names=table.names,
        mean=_rounded(line.mean),
        scale=_rounded(line.scale),
        weight=_rounded(line.weight),
        base=round(line.base, 4),
        spread=_spread(fitted, points),
        source=source,
        data_from=date.fromordinal(int(days[0])).isoformat(),
        data_to=date.fromordinal(int(days[-1])).isoformat(),
        games=len(points),
    )


def learned_before(season: Season, day: date, otherwise: Weights) -> Weights:
    """Weights from the games before ``day`` alone, or ``otherwise`` where they are too few."""
    try:
        return learn(season_table(season.before(day)))
    except ValueError:  # says how many are needed
        return otherwise


class _Line(NamedTuple):
    mean: Floats
    scale: Floats
    weight: Floats
    base: float

    def at(self, values: Floats) -> Floats:
        standard = standardised(values, self.mean, self.scale)
        found: Floats = np.maximum(self.base + standard @ self.weight, 0.0)
        return found


def _robust(values: Floats, points: Floats, counts: Floats) -> _Line:
    """Ridge regression in which evenings that fall far off count less, then set right on average.

    Points are skewed: a few great evenings would pull the line of everybody. What is lost by not
    believing them wholly is a level, the same for all, and given back.
    """
    line = _ridge(values, points, counts)
    for _ in range(ROUNDS):
        off = np.maximum(np.abs(points - line.at(values)), NEAR_ENOUGH)
        line = _ridge(values, points, counts / np.sqrt(off))
    return line._replace(base=line.base + float((points - line.at(values)).mean()))


def _ridge(values: Floats, points: Floats, counts: Floats) -> _Line:
    """Least squares with ``counts`` (n,) as weights; the level is not held down."""
    counts = counts / counts.mean()
    mean, base = np.average(values, axis=0, weights=counts), np.average(points, weights=counts)
    scale = values.std(0) + 1e-9
    standard = standardised(values, mean, scale)
    weighed = standard * counts[:, None]
    penalty = STIFFNESS * np.eye(values.shape[1])
    weight = np.linalg.solve(standard.T @ weighed + penalty, weighed.T @ (points - base))
    return _Line(mean, scale, weight.astype(np.float64), float(base))


def _rounded(values: Floats) -> tuple[float, ...]:
    return tuple(float(f"{value:.6g}") for value in values.tolist())


def _spread(mean: Floats, points: Floats) -> SpreadLaw:
    """``base + root * sqrt(mean)`` through the size of residuals, in ten bands of the mean."""
    order = np.argsort(mean)
    bands: list[NDArray[np.intp]] = np.array_split(order, 10)
    centre = np.array([mean[band].mean() for band in bands])
    size = np.array([(points[band] - mean[band]).std() for band in bands])
    design = np.stack((np.ones(len(bands)), np.sqrt(centre)), axis=1)
    base, root = np.linalg.lstsq(design, size)[0].tolist()
    return SpreadLaw(base=round(max(base, 0.0), 4), root=round(root, 4))
