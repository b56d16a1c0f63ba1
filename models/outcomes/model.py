"""A sport's learned numbers: how far outcomes fall from projections, and who falls together."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.outcomes.shapes import expanded, middles, pearson
from models.spread import SpreadLaw

RANK_BINS = 4096
"""A rank of 16 bits is read at 12: the table then fits the first-level cache."""


def covers(named: tuple[str, ...], positions: tuple[str, ...]) -> bool:
    """Whether a player listed at these positions is among those named; ``*`` names all.

    >>> covers(("RB", "WR"), ("WR",)), covers(("*",), ("C",)), covers(("QB",), ("C", "PF"))
    (True, True, False)
    """
    return "*" in named or not set(named).isdisjoint(positions)


class Shape(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Quantiles of residuals divided by the law's spread (mean 0, sd 1) around one mean."""

    mean: float
    """Points of a whole game at which the shape holds; between two shapes theirs are blended,
    linearly in the root of the mean."""
    levels: tuple[float, ...]
    """Increasing probabilities at which ``quantiles`` stand."""
    quantiles: tuple[float, ...]

    def __post_init__(self) -> None:
        """Raises ValueError for levels and quantiles that make no distribution."""
        for name, column in (("levels", self.levels), ("quantiles", self.quantiles)):
            if any(b <= a for a, b in pairwise(column)):
                raise ValueError(f"{name} must increase")
        if len(self.levels) != len(self.quantiles) or len(self.levels) < 2:
            raise ValueError("as many levels as quantiles are needed, and two or more")
        if not 0.0 < self.levels[0] < self.levels[-1] < 1.0:
            raise ValueError("levels lie between 0 and 1")

    def table(self, bins: int = RANK_BINS) -> NDArray[np.float64]:
        """(bins,) standardised outcome at the middle of equal shares; mean 0, increasing."""
        return expanded(self.levels, self.quantiles, middles(bins))


class Marginal(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """What one kind of player may score around his projection."""

    name: str
    positions: tuple[str, ...] = ("*",)
    """Whom it is for; the first marginal with one of a player's positions is his, ``*`` is all."""
    spread: SpreadLaw
    floor: float = 0.0
    """Fewest points of an outcome; what is cut off there is given back, so that the mean stays."""
    noise: float
    """Variance, in points squared, that chance within a game adds for each point expected; the
    rest of the spread is not knowing the player's rate, which his game in progress reveals."""
    shapes: tuple[Shape, ...] = ()
    """By increasing mean; none: Pearson III of skewness ``skew``."""
    skew: float = 0.0

    def __post_init__(self) -> None:
        """Raises ValueError for numbers that cannot be."""
        if self.noise < 0.0 or self.spread.base < 0.0:
            raise ValueError(f"{self.name}: noise and base must not be negative")
        if any(b.mean <= a.mean for a, b in pairwise(self.shapes)):
            raise ValueError(f"{self.name}: shapes must stand by increasing mean")

    def tables(self, bins: int = RANK_BINS) -> list[tuple[float, NDArray[np.float64]]]:
        """Mean and table (bins,) of every shape."""
        if not self.shapes:
            return [(0.0, pearson(self.skew, middles(bins)))]
        return [(shape.mean, shape.table(bins)) for shape in self.shapes]


class Loading(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """How strongly a factor moves the players of these positions."""

    positions: tuple[str, ...] = ("*",)
    weight: float
    top: int = 0
    """Only those among the so many highest salaries of their team; 0: everybody."""
    on: Literal["own", "opposing"] = "own"
    """Players of the factor's own team or unit, or their opponents in its game."""


class Factor(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A shared standard normal influence: one for every game, team, or unit of a team.

    Two players correlate by the sum, over factors they share, of the products of their weights.
    """

    name: str
    scope: Literal["game", "team", "unit"]
    loadings: tuple[Loading, ...]


class Uncertain(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A number that was not measured on data at hand, and what is known about it."""

    field: str
    note: str


class OutcomeModel(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    cache_hash=True,
):
    """One sport: marginals, dependence, and where the numbers are from."""

    sport: str
    marginals: tuple[Marginal, ...]
    factors: tuple[Factor, ...] = ()
    surprise: float = 0.0
    """Share of players expected to play, without any news, who do not."""
    widening: float = 1.0
    """What a vendor's standard deviations are to be multiplied with."""
    source: str = ""
    data_from: str = ""
    """First and last day of the games it was learned from; empty where none were."""
    data_to: str = ""
    games: int = 0
    """Player-games learned from."""
    uncertain: tuple[Uncertain, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError where a player could find no marginal."""
        if not self.marginals or "*" not in self.marginals[-1].positions:
            raise ValueError(f"{self.sport}: the last marginal must be for all positions, *")

    def kind(self, positions: tuple[str, ...]) -> int:
        """Index of the marginal of a player listed at these positions."""
        return next(
            i for i, marginal in enumerate(self.marginals) if covers(marginal.positions, positions)
        )
