"""Likings such that a field drawn by them has the ownership it should have."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.field import kernels
from models.field.habits import Group
from models.field.kernels import HIDDEN
from models.field.sampler import Lineups16, Sampler, shares
from models.optimiser.board import frozen

ROUNDS = 14
BATCH = 8_000
"""Lineups drawn in a round."""
_ROUGH = 2
_SETTLING = 4
_GENTLY = 0.5
"""The last rounds step shorter and their likings are averaged: the draws' chance cancels out."""
_STIFFNESS = 2e-4
"""Added to what ownership answers by itself, so that chance does not move who is hardly held."""
_LONGEST_STEP = 1.5
_MOST_SHARE = 0.98
_WIDEST = 15.0
_BEYOND_REACH = 20.0


class Crowd:
    """Groups of entrants who draw from one table."""

    def __init__(self, sampler: Sampler, groups: Sequence[Group]) -> None:
        self.sampler = sampler
        self.groups = tuple(groups)

    def deal(self, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
        """(count,) a group for each lineup: shares met to within one, in mixed order."""
        bounds = np.cumsum([group.share for group in self.groups])
        at = (np.arange(count) + rng.random()) / max(count, 1) * bounds[-1]
        dealt = np.minimum(np.searchsorted(bounds, at, side="right"), len(self.groups) - 1)
        return rng.permutation(dealt).astype(np.int64)

    def fill(
        self,
        field: Lineups16,
        likings: NDArray[np.float64],
        member: NDArray[np.int64],
        seed: int,
    ) -> None:
        """Fill the hidden slots in place, each lineup as its group does; what cannot be stays."""
        state = self.sampler.read(field)
        for number, group in enumerate(self.groups):
            which = np.nonzero(member == number)[0]
            if which.size:
                self.sampler.weigh(group.heat * likings[:, None] + group.bonus)
                self.sampler.draw(field, which, state, seed)
        again = np.nonzero((field == HIDDEN).any(axis=1))[0]
        if again.size:  # few ways are left, and those not to the group's liking
            self.sampler.weigh(np.zeros_like(self.groups[0].bonus))
            self.sampler.draw(field, again, state, seed + 1)

    def rake(
        self, template: Lineups16, target: NDArray[np.float64], rng: np.random.Generator
    ) -> NDArray[np.float64]:
        """Likings (P,) by which filling ``template`` (F, R) meets ``target`` (P,), or nearly.

        ``target`` is the share of the template's lineups that shall get a row. A few rounds of
        proportional fitting in log odds, each row for itself, then Newton's method: how ownership
        answers to likings is the covariance of who is held together, in lineups really drawn.
        Rows without a target keep the liking 0; they are never drawn.
        """
        wanted = target > 0
        likings = np.where(wanted, logit(np.clip(target, 1e-4, 0.95)), 0.0)
        settled = np.zeros_like(likings)
        for turn in range(ROUNDS if wanted.any() and len(template) else 0):
            some = template[rng.permutation(len(template))[:BATCH]]
            member = self.deal(len(some), rng)
            field = some.copy()
            self.fill(field, likings, member, int(rng.integers(1 << 62)))
            field[some != HIDDEN] = -1
            if turn < _ROUGH:
                step = _step(target, shares(field, target.size), len(some))
            else:
                step = self._newton(field, member, target, wanted)
                step *= 1.0 if turn < ROUNDS - _SETTLING else _GENTLY
            likings = np.where(wanted, likings + step, 0.0)
            likings -= np.where(wanted, likings[wanted].mean(), 0.0)
            likings = likings.clip(-_WIDEST, _WIDEST)
            settled += likings if turn >= ROUNDS - _SETTLING else 0.0
        return settled / _SETTLING

    def _newton(
        self,
        field: Lineups16,
        member: NDArray[np.int64],
        target: NDArray[np.float64],
        wanted: NDArray[np.bool_],
    ) -> NDArray[np.float64]:
        """(P,) the step of the likings to which ownership answers with what it lacks."""
        heat = np.array([group.heat for group in self.groups])
        together = np.zeros((target.size, target.size))
        kernels.pair(frozen(field), heat[member], together)
        for number in range(len(self.groups)):
            own = field[member == number]
            mean = shares(own, target.size)
            together -= heat[number] * len(own) * np.outer(mean, mean)
        slopes = together[np.ix_(wanted, wanted)] / len(field)
        lacks = (target - shares(field, target.size))[wanted]
        slopes[np.diag_indices_from(slopes)] += _STIFFNESS + 0.5 / len(field)
        step = np.zeros(target.size)
        step[wanted] = _solved(slopes, lacks).clip(-_LONGEST_STEP, _LONGEST_STEP)
        return step


def _solved(slopes: NDArray[np.float64], lacks: NDArray[np.float64]) -> NDArray[np.float64]:
    """``slopes`` (N, N), symmetric and positive, solved for ``lacks`` (N,): conjugate gradients.

    To a thousandth, which is enough for a step; the library's solver would wake threads for it,
    and their waiting costs as much as all the rest.
    """
    scale = 1 / np.sqrt(np.diag(slopes))
    matrix = slopes * scale * scale[:, None]
    rest = lacks * scale
    found, way = np.zeros_like(rest), rest.copy()
    size = first = float(np.einsum("i,i", rest, rest))
    for _ in range(rest.size):
        if size <= 1e-6 * first:
            break
        image = np.einsum("ij,j->i", matrix, way)
        pace = size / float(np.einsum("i,i", way, image))
        found += pace * way
        rest -= pace * image
        last, size = size, float(np.einsum("i,i", rest, rest))
        way = rest + size / last * way
    solved: NDArray[np.float64] = found * scale
    return solved


def _step(target: NDArray[np.float64], got: NDArray[np.float64], drawn: int) -> NDArray[np.float64]:
    """By how much likings miss; half a lineup is added to both, so that nobody's is without end."""
    chance = 0.5 / drawn
    wanted = logit(np.clip(target + chance, chance, _MOST_SHARE))
    step = wanted - logit(np.clip(got + chance, chance, _MOST_SHARE))
    return step.clip(-_LONGEST_STEP, _LONGEST_STEP)


def logit(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log odds of shares between 0 and 1."""
    odds: NDArray[np.float64] = np.log(share / (1.0 - share))
    return odds


def scaled_to(
    target: NDArray[np.float64], allowed: NDArray[np.bool_], total: float
) -> NDArray[np.float64]:
    """Shares of the allowed rows moved together, in log odds, until they sum to ``total``.

    Without any share all allowed rows get the same. None leaves 0 to 1; where all of them cannot
    reach the total they end near 1.

    >>> import numpy as np
    >>> scaled_to(np.array([0.5, 0.5, 0.0, 0.9]), np.array([True, True, True, False]), 1.6).round(3)
    array([0.8, 0.8, 0. , 0. ])
    """
    held = np.where(allowed, np.clip(np.nan_to_num(target), 0.0, 0.999), 0.0)
    if held.sum() <= 0:
        held = np.where(allowed, 0.5, 0.0)
    some = held > 0
    if total <= 0 or not some.any():
        return np.zeros_like(held)
    odds = logit(held[some])
    low, high = -_BEYOND_REACH, _BEYOND_REACH
    for _ in range(60):
        middle = (low + high) / 2
        over = (1 / (1 + np.exp(-(odds + middle)))).sum() > total
        low, high = (low, middle) if over else (middle, high)
    held[some] = 1 / (1 + np.exp(-(odds + low)))
    return held


def reachable(
    target: NDArray[np.float64],
    allowed: NDArray[np.bool_],
    slots: float,
    cost: NDArray[np.float64],
    spend: float,
) -> NDArray[np.float64]:
    """Shares next to ``target`` (P,) that fill the slots and cost what is there to spend.

    Ownership that somebody guessed may ask for lineups above the cap, and a field cannot follow
    it. The allowed rows' log odds are moved by a constant and by a price on ``cost`` (P,) until the
    shares sum to ``slots`` and cost ``spend`` in the mean; shares of a real field stay as they are.
    """
    held = scaled_to(target, allowed, slots)
    some = held > 0
    if not some.any() or np.ptp(cost[some]) == 0:
        return held
    odds, dear = logit(held[some].clip(1e-9)), (cost[some] - cost[some].mean()) / cost[some].std()
    wanted = np.array([slots, (spend - slots * cost[some].mean()) / cost[some].std()])
    design = np.stack([np.ones(dear.size), dear])
    moved = np.zeros(2)
    for _ in range(40):  # Newton's method; the shares are the slopes of a convex function
        shares_now = 1 / (1 + np.exp(-(odds + moved @ design)))
        slopes = (design * (shares_now * (1 - shares_now))) @ design.T + 1e-9 * np.eye(2)
        step = np.linalg.solve(slopes, wanted - design @ shares_now)
        moved = (moved + step.clip(-1, 1)).clip(-_BEYOND_REACH, _BEYOND_REACH)
        if np.abs(step).max() < 1e-9:
            break
    priced = np.zeros_like(held)
    priced[some] = 1 / (1 + np.exp(-(odds + moved @ design)))
    return scaled_to(priced, allowed, slots)
