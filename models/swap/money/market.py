"""One contest simulated twice over: a world in which swaps are chosen, another that reports."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.newcomers import with_newcomers
from models.simulation import Pay, Scoring, Simulation, Workspace, simulate

Ints = NDArray[np.int32]
Indices = NDArray[np.intp]
Lineups16 = NDArray[np.int16]


class World(NamedTuple):
    """Outcomes and opponents that are independent of the other world's."""

    points: NDArray[np.int16]
    """(2P, S) in units of the site's step: of every player, and of every player as a newcomer."""
    field: Lineups16
    """(F, R)."""

    @classmethod
    def of(cls, points: NDArray[np.int16], discount: NDArray[np.int16], field: Lineups16) -> World:
        """The world of these outcomes (P, S); newcomers score ``discount`` (P,) less."""
        return cls(with_newcomers(points, discount), field)

    @property
    def players(self) -> NDArray[np.int16]:
        """(P, S) outcomes of the players themselves."""
        return self.points[: len(self.points) // 2]


class Market(NamedTuple):
    """A contest in which lineups have a price; P pool rows.

    A player whom an entry does not hold counts there as a newcomer: what is held is evidence of
    things that projections do not know.
    """

    choosing: World
    reporting: World
    pay: Pay
    scoring: Scoring
    """Of 2P rows."""
    own: Lineups16
    """(E, R) own entries as they stand."""
    space: Workspace

    def choose_by(self, lineups: Ints, owner: Ints) -> Simulation:
        """Lineups (C, R) in the choosing world, with the payout of every sample."""
        marked = self._marked(lineups, owner)
        return self._simulated(self.choosing, marked, owner, keep=True, rates=False)

    def report_on(
        self,
        lineups: Ints,
        owner: Ints,
        baseline: Indices | None = None,
        *,
        beside: Ints | None = None,
    ) -> Simulation:
        """Lineups (C, R) in the reporting world, against the other own entries as they stand.

        ``baseline`` (C,) is the lineup among them that each is compared with, ``beside`` (E, R)
        what the own entries hold instead.
        """
        marked = self._marked(lineups, owner)
        world = self if beside is None else self._replace(own=self._as_own(beside))
        return world._simulated(self.reporting, marked, owner, baseline=baseline)

    def together(self, chosen: Ints) -> float:
        """Expected dollars of all own entries holding ``chosen`` (E, R) at once."""
        owner = np.arange(len(chosen), dtype=np.int32)
        changed = self._replace(own=self._as_own(chosen))
        return float(changed._simulated(self.reporting, changed.own, owner, rates=False).mean.sum())

    def _as_own(self, lineups: Ints) -> Lineups16:
        """Lineups (E, R) that own entries would hold."""
        return self._marked(lineups, np.arange(len(lineups), dtype=np.int32))

    def _simulated(
        self,
        world: World,
        lineups: Lineups16,
        owner: Ints,
        *,
        baseline: Indices | None = None,
        keep: bool = False,
        rates: bool = True,
    ) -> Simulation:
        return simulate(
            world.points,
            world.field,
            lineups,
            self.pay,
            own=self.own,
            owner=owner,
            baseline=baseline,
            keep=world.points.shape[1] if keep else 0,
            scoring=self.scoring,
            rates=rates,
            workspace=self.space,
        )

    def _marked(self, lineups: Ints, owner: Ints) -> Lineups16:
        """The lineups (C, R) with newcomers as such."""
        players = len(self.choosing.points) // 2
        stays = (lineups[:, :, None] == self.own[owner][:, None, :]).any(axis=2)
        return np.where(stays | (lineups < 0), lineups, lineups + players).astype(np.int16)
