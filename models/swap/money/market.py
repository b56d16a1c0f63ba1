"""Lineups priced for a file's entries: chosen in one world, reported on in the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.market import Market
from models.simulation import Simulation

Ints = NDArray[np.int32]
Indices = NDArray[np.intp]


def choose_by(market: Market, lineups: Ints, owner: Ints) -> Simulation:
    """Lineups (C, R) in the choosing world, with the payout of every sample."""
    marked = market.marked(lineups, market.own[owner])
    world = market.choosing
    return market.simulated(world, marked, owner, keep=world.points.shape[1], rates=False)


def report_on(
    market: Market,
    lineups: Ints,
    owner: Ints,
    baseline: Indices | None = None,
    *,
    beside: Ints | None = None,
) -> Simulation:
    """Lineups (C, R) in the reporting world, against the other own entries as they stand.

    ``baseline`` (C,) is the lineup among them that each is compared with, ``beside`` (E, R) what
    the own entries hold instead.
    """
    world = market.reporting
    if beside is not None:
        world = world._replace(own=market.marked(beside, market.own))
    marked = market.marked(lineups, market.own[owner])
    return market.simulated(world, marked, owner, baseline=baseline)


def together(market: Market, chosen: Ints) -> float:
    """Expected dollars of all own entries holding ``chosen`` (E, R) at once."""
    marked = market.marked(chosen, market.own)
    world = market.reporting._replace(own=marked)
    owner = np.arange(len(chosen), dtype=np.int32)
    return float(market.simulated(world, marked, owner, rates=False).mean.sum())
