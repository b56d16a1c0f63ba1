"""What an entry is worth in money, as the report needs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from models.files import Problem
from models.swap.report import SimulationFacts


class Worth(NamedTuple):
    """One lineup in one contest."""

    money: float
    """Dollars expected before the fee, or won."""
    fee: float
    cash: float | None = None
    """Probability to be paid; None where the prize is a fact."""
    win: float | None = None
    top1: float | None = None

    @property
    def roi(self) -> float | None:
        """Money over the fee, less one; None where the contest is free."""
        return self.money / self.fee - 1 if self.fee > 0 else None


class Valuation(NamedTuple):
    """An entry as it stands, and as it should stand."""

    rows: tuple[int, ...]
    """The lineup to hold; pool rows in roster order."""
    points: float
    """Its projected total, locked players included."""
    before: Worth
    after: Worth
    reason: str = ""
    """Why it stands so; empty where points tell it: locked, blank, infeasible."""
    also: str = ""
    """Where the entry stands in its contest, in words."""
    gain: float | None = None
    """Expected dollars more; None where nothing could change."""
    interval: tuple[float, float] | None = None
    """95 %, from samples that did not choose."""
    swap_gains: tuple[float, ...] = ()
    """The share of each swap in the gain, in the order of ``moves_between``."""
    swap_facts: tuple[str, ...] = ()
    """What stands behind each swap beside projections."""
    alternatives: tuple[tuple[tuple[int, ...], float, float], ...] = ()
    """Lineup, points and money of the best ones, best first."""


class Valuations(NamedTuple):
    """All entries of a file whose contests' prizes are known."""

    by_entry: Mapping[str, Valuation]
    simulations: tuple[SimulationFacts, ...] = ()
    problems: tuple[Problem, ...] = ()
