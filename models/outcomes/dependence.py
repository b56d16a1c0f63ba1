"""How much outcomes of one game move together, in data and in samples."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.outcomes.past import PastGames

Floats = NDArray[np.float64]
Pairs = Literal["team mates", "opponents", "the two best of a team"]

PAIRS: tuple[Pairs, ...] = ("team mates", "opponents", "the two best of a team")


class Correlation(NamedTuple):
    """Mean product of standardised residuals over all pairs of a sort."""

    value: float
    error: float
    """Standard error, games being independent of each other."""
    pairs: int


def correlations(past: PastGames, residual: Floats) -> dict[Pairs, Correlation]:
    """Correlation of residuals (n,) within games, by sort of pair.

    The two best are those with the highest expectations of a team's game. Raises ValueError
    where there is no pair of some sort.
    """
    standard = (residual - residual.mean()) / residual.std()
    games = [_Meeting.of(past, standard, rows) for rows in _groups(past.game)]
    return {sort: _pooled(sort, (game.sums(sort) for game in games)) for sort in PAIRS}


def _groups(label: NDArray[np.int64]) -> list[NDArray[np.intp]]:
    order = np.argsort(label, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(label[order])) + 1)


class _Meeting(NamedTuple):
    """One game's residuals, their teams, and who is among the two best of his."""

    residual: Floats
    team: NDArray[np.int64]
    best: NDArray[np.bool_]

    @classmethod
    def of(cls, past: PastGames, residual: Floats, rows: NDArray[np.intp]) -> _Meeting:
        team, mean = past.team[rows], past.mean[rows]
        above = (team[:, None] == team) & (mean[:, None] < mean)
        return cls(residual[rows], team, above.sum(axis=1) < 2)

    def sums(self, sort: Pairs) -> tuple[float, int]:
        """Sum of products over the pairs of a sort, and their number."""
        mates = self.team[:, None] == self.team
        wanted = {
            "team mates": mates,
            "opponents": ~mates,
            "the two best of a team": mates & self.best[:, None] & self.best,
        }[sort]
        upper = np.triu(wanted, 1)
        return float((np.outer(self.residual, self.residual) * upper).sum()), int(upper.sum())


def _pooled(sort: str, sums: Iterable[tuple[float, int]]) -> Correlation:
    products, pairs = np.array(list(sums), np.float64).T
    if not pairs.sum():
        raise ValueError(f"no game of these box scores has a pair of {sort}")
    value = products.sum() / pairs.sum()
    error = np.sqrt(((products - value * pairs) ** 2).sum()) / pairs.sum()
    return Correlation(float(value), float(error), int(pairs.sum()))
