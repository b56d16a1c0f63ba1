"""Lineups of a whole field at once: legal, close to the cap, the good players held by many.

A lineup is drawn slot by slot with probability proportional to ``exp(sharpness * (projection -
price * salary))``, the price such that an average lineup costs about the cap; the last slot is
drawn among the players whose salary leaves little unused. What breaks a rule is dropped.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.evening.rosters import CAP, SLOTS, Bools, Floats, Ints, Rosters

Lineups = NDArray[np.int16]
"""(N, 8) player rows in roster-slot order."""

_UNUSED = 600  # dollars that a drawn lineup may leave
_DRAWN_AT_ONCE = 150_000
_DRAW_ORDER = (4, 0, 1, 2, 3, 5, 6)  # scarce positions first; UTIL comes last, by its salary
_UNUSED_AFTER_SWAP = (1_500, 2_500, 4_000, 8_000)  # one try each
_NOBODY_BELOW = 5.0  # projected points


class Shelf(NamedTuple):
    """Players by rising salary, with the running sum of how much they are liked."""

    players: Ints
    salary: Ints
    liking: Floats
    """(n + 1,) running sum, beginning with 0."""

    @classmethod
    def of(cls, rosters: Rosters, liking: Floats) -> Shelf:
        """The players with a positive ``liking`` (P,)."""
        players = np.flatnonzero(liking > 0)
        players = players[np.argsort(rosters.salary[players], kind="stable")]
        sums = np.concatenate([[0.0], np.cumsum(liking[players])])
        return cls(players, rosters.salary[players], sums)

    def pick(self, rng: np.random.Generator, low: Ints, high: Ints) -> Ints:
        """One player with ``low <= salary <= high`` for each pair (N,); -1 where there is none."""
        first = np.searchsorted(self.salary, low)
        behind = np.searchsorted(self.salary, high, side="right")
        start, stop = self.liking[first], self.liking[np.maximum(behind, first)]
        aim = start + rng.random(len(low)) * (stop - start)
        at = np.clip(np.searchsorted(self.liking, aim, side="right") - 1, first, behind - 1)
        return np.where(stop > start, self.players[np.minimum(at, len(self.players) - 1)], -1)


def likings(rosters: Rosters, projection: Floats, sharpness: float) -> Floats:
    """How much each player (P,) is liked by people who believe ``projection`` and spend the cap."""
    low, high = 0.0, 0.02
    liking = np.zeros(len(projection))
    for _ in range(40):
        price = (low + high) / 2
        value = np.where(projection > _NOBODY_BELOW, projection - price * rosters.salary, -np.inf)
        liking = np.exp(sharpness * (value - value.max()))
        low, high = (price, high) if _mean_cost(rosters, liking) > CAP else (low, price)
    return liking


class Crowd(NamedTuple):
    """How a group of entrants builds lineups."""

    opinions: int
    """Parts of the group that believe the same projections."""
    disagreement: float
    """How far beliefs differ from the projections given, as a share."""
    sharpness: float
    """How strictly they take the best by their belief, per projected point."""
    tries: int
    """Lineups drawn for each that is entered: the best by their belief."""


def draw_entrants(
    rng: np.random.Generator, rosters: Rosters, projection: Floats, count: int, crowd: Crowd
) -> Lineups:
    """``count`` legal lineups (count, 8) as such a crowd enters them, in mixed order."""
    groups = [np.empty((0, len(SLOTS)), np.int16)]
    for part in np.array_split(np.arange(count), min(crowd.opinions, count) or 1):
        belief = projection * rng.normal(1, crowd.disagreement, len(projection)).clip(0.7, 1.3)
        liking = likings(rosters, belief, crowd.sharpness)
        drawn = draw_lineups(rng, rosters, liking, len(part) * crowd.tries)
        groups.append(best_of(drawn, belief[drawn].sum(1), crowd.tries))
    mixed: Lineups = rng.permutation(np.concatenate(groups))
    return mixed


def draw_lineups(rng: np.random.Generator, rosters: Rosters, liking: Floats, count: int) -> Lineups:
    """``count`` legal lineups (count, 8), drawn independently."""
    kept = [np.empty((0, len(SLOTS)), np.int16)]
    missing = count
    while missing > 0:
        drawn = _draw(rng, rosters, liking, min(2 * missing + 64, _DRAWN_AT_ONCE))
        kept.append(drawn[is_legal(rosters, drawn)][:missing])
        missing -= len(kept[-1])
    return np.concatenate(kept)


def best_of(lineups: Lineups, points: Floats, tries: int) -> Lineups:
    """Of every ``tries`` lineups in a row the one with the most ``points`` (N,)."""
    best = points.reshape(-1, tries).argmax(1) if len(points) else np.empty(0, np.intp)
    chosen: Lineups = lineups.reshape(len(best), tries, len(SLOTS))[np.arange(len(best)), best]
    return chosen


def is_legal(rosters: Rosters, lineups: Lineups) -> Bools:
    """Whether each lineup (N, 8) is full, without repeats, under the cap and of two games."""
    ordered = np.sort(lineups, axis=1)
    game = rosters.game[lineups]
    legal: Bools = (
        (ordered[:, 0] >= 0)
        & (np.diff(ordered, axis=1) > 0).all(1)
        & (rosters.salary[lineups].sum(1) <= CAP)
        & (game.min(1) < game.max(1))
    )
    return legal


class Loss(NamedTuple):
    """A player is out: which rows of a field react, and who may still come in."""

    player: int
    rows: Bools
    """(N,) lineups whose owner reacts."""
    open: Bools
    """(P,) players who have not started and may be taken."""


def replace_player(
    rng: np.random.Generator, rosters: Rosters, lineups: Lineups, liking: Floats, loss: Loss
) -> Lineups:
    """The lineups (N, 8) after those who react have replaced the lost player, as best they can.

    A row for which a few draws find nobody that fits stays as it was.
    """
    after = lineups.copy()
    waiting, slot = np.nonzero((lineups == loss.player) & loss.rows[:, None])
    shelves = [Shelf.of(rosters, liking * loss.open * rosters.fits[:, s]) for s in range(8)]
    for unused in _UNUSED_AFTER_SWAP:
        tried = after[waiting]
        room = CAP - rosters.salary[tried].sum(1) + rosters.salary[loss.player]
        for s in np.unique(slot):
            here = np.flatnonzero(slot == s)
            tried[here, s] = shelves[s].pick(rng, room[here] - unused, room[here])
        done = is_legal(rosters, tried)
        after[waiting[done]] = tried[done]
        waiting, slot = waiting[~done], slot[~done]
    return after


def ownership(lineups: Lineups, players: int) -> Floats:
    """Share of the lineups (N, 8) that hold each player (P,)."""
    held: Floats = np.bincount(lineups.ravel(), minlength=players) / max(len(lineups), 1)
    return held


def _draw(rng: np.random.Generator, rosters: Rosters, liking: Floats, count: int) -> Lineups:
    """Lineups that may still repeat a player, miss one (-1) or overspend."""
    lineups = np.full((count, len(SLOTS)), -1, np.int16)
    spent = np.zeros(count, np.int64)
    nothing = np.zeros(count, np.int64)
    for s in _DRAW_ORDER:
        shelf = Shelf.of(rosters, liking * rosters.fits[:, s])
        lineups[:, s] = shelf.pick(rng, nothing, nothing + CAP)
        spent += rosters.salary[lineups[:, s]]
    everybody = Shelf.of(rosters, liking)
    lineups[:, -1] = everybody.pick(rng, CAP - spent - _UNUSED, CAP - spent)
    return lineups


def _mean_cost(rosters: Rosters, liking: Floats) -> float:
    """Salary of an average lineup drawn by these likings."""
    shares = liking[:, None] * rosters.fits
    means = (rosters.salary[:, None] * shares).sum(0) / shares.sum(0)
    return float(means.sum())
