"""How people build lineups: groups that follow common likings more or less strictly, stacks, cap.

With one group, adding a multiple of the projections to the likings would change nothing: the raking
takes it back. What makes a field wider than its ownership is that people differ. ``Part.heat``
multiplies the common likings: some follow them closely and meet each other in nearly equal lineups,
some hardly. The defaults were fitted to 15 recorded NBA nights (``docs/field.md``).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.pool import PlayerPool
from models.rules import SiteRules


class Part(NamedTuple):
    """A part of the field."""

    share: float
    heat: float
    """How strictly it follows the likings that the whole field shares; 1 as given."""
    pull: float = 0.0
    """Extra log odds for each slot's worth of projected points above the average row."""


class Stacking(NamedTuple):
    """Players of one team taken together."""

    share: float
    """Of entries that stack."""
    mates: tuple[str, ...]
    """Positions of the team that go together."""
    size: float
    """How many of them a stack has, on average."""
    anchor: tuple[str, ...] = ()
    """The lineup's player at these positions comes from that team and no other."""
    opponents: tuple[str, ...] = ()
    """Positions of the opposing team that are liked beside them."""
    opponents_size: float = 0.0


class Habits(NamedTuple):
    """How a field builds its lineups."""

    parts: tuple[Part, ...] = (Part(0.5, 0.4), Part(0.5, 1.7))
    stacking: Stacking | None = None
    unused: float = 0.0027
    """Shares of the cap left unused fall by e for each so much of the cap."""


class Group(NamedTuple):
    """A part of the field with the team it stacks, as the sampler needs it."""

    share: float
    heat: float
    bonus: NDArray[np.float64]
    """(P, T) log odds beside the common likings; -inf for whom it never takes."""


CATCHERS = ("WR", "TE")
SKATERS = ("C", "W", "LW", "RW", "D")
HITTERS = ("C", "1B", "2B", "3B", "SS", "OF", "DH", "UTIL")
STACKING = {
    "nfl": Stacking(0.75, CATCHERS, 1.5, ("QB",), (*CATCHERS, "RB"), 1.0),
    "cfb": Stacking(0.6, CATCHERS, 1.3, ("QB",), (*CATCHERS, "RB"), 0.8),
    "mlb": Stacking(0.85, HITTERS, 4.0),
    "nhl": Stacking(0.8, SKATERS, 3.0),
}
"""Defaults by sport. Not measured (no finals of these sports at hand): what is common knowledge
there, quarterbacks with their receivers and one bring-back, four or five hitters, a line."""


def habits_for(sport: str, games: int) -> Habits:
    """The defaults of a sport; one game alone leaves nothing to stack."""
    return Habits(stacking=STACKING.get(sport) if games > 1 else None)


def leftover(habits: Habits, cap: int) -> NDArray[np.float64]:
    """(cap + 1,) weight of leaving so many salary steps unused.

    Measured over 14 finals (NBA, 150,000 lineups): 42 % leave nothing, 23 % $100, 13 % $200, 1 in
    100 more than $900 of $50,000: a short exponential with a longer one below it.
    """
    unused = np.arange(cap + 1) / cap
    return 0.85 * np.exp(-unused / habits.unused) + 0.15 * np.exp(-unused / (2.5 * habits.unused))


def groups_of(
    habits: Habits,
    rules: SiteRules,
    pool: PlayerPool,
    target: NDArray[np.float64],
    value: NDArray[np.float64],
) -> list[Group]:
    """The groups a field consists of; ``target`` (P,) says how often each team is stacked."""
    worth = value_in_slots(rules, pool, value)
    flat = np.zeros_like(worth)
    stacks = _stacks(habits.stacking, pool, target)
    alone = 1.0 - sum(share for share, _ in stacks)
    groups = []
    for part in habits.parts:
        for share, bonus in [(alone, flat), *stacks]:
            if share > 0:
                extra = bonus + part.pull * worth if part.pull else bonus
                groups.append(Group(part.share * share, part.heat, extra))
    return groups


def value_in_slots(
    rules: SiteRules, pool: PlayerPool, value: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(P, T) projected points in each slot type, in what an average slot of a lineup brings.

    That is its share of the cap times the points per dollar of the median projected row.
    """
    salary = pool.salary.min(axis=1)
    priced = (value > 0) & (salary > 0)
    rate = float(np.median(value[priced] / salary[priced])) if priced.any() else 0.0
    unit = rate * rules.salary_cap / len(rules.slots)
    return value[:, None] * pool.multiplier / (unit if unit > 0 else 1.0)


def _stacks(
    stacking: Stacking | None, pool: PlayerPool, target: NDArray[np.float64]
) -> list[tuple[float, NDArray[np.float64]]]:
    """Share and bonus (P, T) for each team that is stacked, in proportion to its ownership."""
    if stacking is None:
        return []
    leads = _plays(pool, stacking.anchor or stacking.mates)
    mates, opponents = _plays(pool, stacking.mates), _plays(pool, stacking.opponents)
    weight = np.bincount(pool.team, np.where(leads, target, 0), len(pool.team_names))
    if weight.sum() <= 0:
        return []
    shares = stacking.share * weight / weight.sum()
    stacks = []
    for team in np.nonzero(shares > 0)[0]:
        own = pool.team == team
        facing = np.isin(pool.game, np.unique(pool.game[own])) & ~own
        bonus = _lift(target, mates, own & mates, stacking.size)
        bonus += _lift(target, opponents, facing & opponents, stacking.opponents_size)
        if stacking.anchor:
            bonus[leads & ~own] = -np.inf
        stacks.append((float(shares[team]), np.repeat(bonus[:, None], pool.salary.shape[1], 1)))
    return stacks


def _lift(
    target: NDArray[np.float64],
    peers: NDArray[np.bool_],
    chosen: NDArray[np.bool_],
    size: float,
) -> NDArray[np.float64]:
    """(P,) log odds for the chosen so that a lineup holds ``size`` of them among its peers."""
    slots, held = float(target[peers].sum()), float(target[chosen].sum())
    if not 0 < held < slots:
        return np.zeros(target.size)
    wanted, usual = np.clip([size / slots, held / slots], 0.01, 0.9)
    lift = max(0.0, float(np.log(wanted / (1 - wanted) * (1 - usual) / usual)))
    return np.where(chosen, lift, 0.0)


def _plays(pool: PlayerPool, positions: tuple[str, ...]) -> NDArray[np.bool_]:
    return np.array([not set(positions).isdisjoint(listed) for listed in pool.positions], np.bool_)
