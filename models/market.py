"""A contest as a market: what lineups are worth in it, and which swaps its entries should make.

Samples and opponents come in two worlds that share nothing: swaps are chosen in the one, and what
is told of them is found in the other.

C candidates of the N entries asked about, E own entries that compete beside the field, R slots.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from models.decisions import MoneyAtStake, PointsAtStake
from models.pool import PlayerPool
from models.portfolio import Candidates, Choice, PortfolioRules, Report, Verdict, choose
from models.portfolio.parts import part_of
from models.portfolio.tested import held_and_tested
from models.simulation import Pay, Scoring, Simulation, Workspace, simulate

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

FEW = 100
"""So many entries for each own one, and own entries are as good as none in what others hold."""
TOGETHER = 8
"""Entries of one user from which their swaps are told beside each other, and not one by one."""
SHARES = (0.02, *(tenth / 10 for tenth in range(1, 10)), 0.98)
"""Of the evenings: where the distribution of a lineup's points is told."""
EVENINGS = 1_024
"""Samples that tell it: shares are known to 1.6 points of a hundred, and it costs 2 % of the time
in which an entry is priced."""
_AT_ONCE = 1_024
"""Lineups whose points in all of these are held at a time."""


class World(NamedTuple):
    """Samples of outcomes, and opponents; what one world needs beside it is its own."""

    points: NDArray[np.int16]
    """(P, S) in units of the site's step."""
    field: NDArray[np.int16]
    """(F, R)."""
    pay: Pay
    space: Workspace
    own: Ints | None = None
    """(E, R) own entries as this world guesses them; None: as they stand in the market."""


class Market(NamedTuple):
    """One contest at one moment."""

    choosing: World
    reporting: World
    own: Ints
    """(E, R) lineups that stand in the contest beside the field."""
    scoring: Scoring
    threads: int
    newcomers: int = 0
    """Where not 0: whoever an entry does not hold yet counts there by the row so much further on,
    since what is held is evidence of things that projections do not know."""

    @property
    def whole(self) -> bool:
        """Whether the field holds every opponent, and payouts are exact."""
        return self.reporting.pay.name == "exact"

    @property
    def players(self) -> NDArray[np.int16]:
        """(P, S) outcomes of the players themselves in the choosing world."""
        points = self.choosing.points
        return points[: self.newcomers] if self.newcomers else points

    def paid(self, found: Candidates, rows: Ints) -> NDArray[np.float32]:
        """(C, S) payouts of candidates in the choosing world; ``rows`` (N,) are their own entries.

        Everybody else stands as he does. Own entries that are few among all count as opponents
        like any other here: how they meet is weighed by the choice, and told by the other world.
        """
        world = self.choosing
        few = not self.whole and len(self.own) * FEW <= world.pay.entries
        market = self._replace(own=self.own[:0]) if few else self
        owner = np.full(len(found.owner), -1, np.int32) if few else rows[found.owner]
        keep = world.points.shape[1]
        held = found.lineups[found.hold][found.owner]
        lineups = self.marked(found.lineups, held)
        return market.simulated(world, lineups, owner, keep=keep, rates=False).payouts

    def told(
        self,
        lineups: Ints,
        rows: Ints,
        baseline: NDArray[np.intp],
        beside: tuple[Ints, Ints] | None = None,
    ) -> Told:
        """Lineups (C, R) in the reporting world.

        ``beside`` are own entries (N,) and the lineups (N, R) that they hold there.
        """
        world = self.reporting
        if beside is not None:
            own = self._own_in(world).copy()
            own[beside[0]] = beside[1]
            world = world._replace(own=own)
        marked = self.marked(lineups, lineups[baseline])
        found = self.simulated(world, marked, rows, baseline=baseline)
        error: Floats = np.hypot(*found.gain_error) / 2
        gain = found.mean - found.mean[baseline]
        return Told(found.mean, gain, error, found.cash, found.win)

    def _own_in(self, world: World) -> Ints:
        return self.own if world.own is None else world.own

    def marked(self, lineups: Ints, held: Ints) -> Ints:
        """Lineups (C, R) with those who are not in ``held`` (C, R) as newcomers."""
        if not self.newcomers:
            return lineups
        stays = (lineups[:, :, None] == held[:, None, :]).any(axis=2) | (lineups < 0)
        return np.where(stays, lineups, lineups + self.newcomers).astype(np.int32)

    def simulated(
        self,
        world: World,
        lineups: Ints,
        rows: Ints,
        *,
        baseline: NDArray[np.intp] | None = None,
        keep: int = 0,
        rates: bool = True,
    ) -> Simulation:
        """Lineups (C, R), newcomers marked, in one of the worlds in place of own entries (C,)."""
        return simulate(
            world.points,
            world.field,
            lineups,
            world.pay,
            own=self._own_in(world),
            owner=rows,
            baseline=baseline,
            keep=keep,
            threads=self.threads,
            scoring=self.scoring,
            rates=rates,
            workspace=world.space,
        )


class Told(NamedTuple):
    """What lineups are worth in the world that did not choose them; (C,) each, dollars."""

    mean: Floats
    gain: Floats
    """Over the lineup held."""
    error: Floats
    cash: Floats
    """Probability to be paid."""
    win: Floats

    def of(self, rows: NDArray[np.intp]) -> Told:
        """Those of some candidates."""
        return Told(*(column[rows] for column in self))

    def spread(self, rows: NDArray[np.intp], candidates: int) -> Told:
        """As columns of so many candidates, nan where nobody asked."""
        columns = np.full((len(self), candidates), np.nan)
        columns[:, rows] = self
        return Told(*columns)

    @property
    def report(self) -> Report:
        """What the choice needs of it."""
        return Report(self.mean, self.gain, self.error)


class Chosen(NamedTuple):
    """The candidate an entry ends with, and what is at stake; None where it holds."""

    candidate: int
    money: MoneyAtStake | None


class Asker(NamedTuple):
    """The entries that swaps are wanted for."""

    rows: Ints
    """(N,) which of the own entries they are."""
    users: Ints
    """(N,) equal for entries of one owner, which are chosen together."""


def chosen_swaps(
    market: Market,
    found: Candidates,
    asker: Asker,
    rules: PortfolioRules,
    *,
    pool: PlayerPool,
    fee: float,
    together: int = TOGETHER,
) -> list[Chosen]:
    """For each of N entries what it should become, user by user.

    A user with ``together`` entries or more is told of each beside what the others become.
    """
    payouts = market.paid(found, asker.rows)
    chosen = [Chosen(int(held), None) for held in found.hold]
    numbers, sizes = np.unique(asker.users, return_counts=True)
    few = np.flatnonzero(np.isin(asker.users, numbers[sizes < together]))
    shared = _told_one_by_one(market, found, asker, few)
    for user, size in zip(numbers, sizes, strict=True):
        entries = np.flatnonzero(asker.users == user)
        part, rows = part_of(found, entries)
        beside = _Beside(market, part, asker.rows[entries])
        known = shared.of(rows) if size < together else None
        choice = choose(
            part,
            payouts if part is found else payouts[rows],
            beside if known is None else known.report,
            rules,
            pool=pool,
            fees=fee,
        )
        told = beside.told if known is None else known
        for n in np.flatnonzero(choice.verdict == Verdict.SWAPPED).tolist():
            stake = _at_stake(market, told, part, choice, n)
            chosen[entries[n]] = Chosen(int(rows[choice.chosen[n]]), stake)
    return _with_points(market, found, chosen)


def _told_one_by_one(
    market: Market, found: Candidates, asker: Asker, entries: NDArray[np.intp]
) -> Told:
    """All candidates of these entries, everybody else as he stands."""
    part, rows = part_of(found, entries)
    if not len(entries):
        return Told(*np.empty((5, 0)))
    owner = asker.rows[entries][part.owner]
    told = market.told(part.lineups, owner, part.hold[part.owner])
    return told.spread(rows, len(found.owner))


class _Beside:
    """One user's tested lineups, each beside what his other entries become."""

    def __init__(self, market: Market, part: Candidates, rows: Ints) -> None:
        self.told: Told
        self._market, self._part, self._rows = market, part, rows

    def __call__(self, tested: Ints) -> Report:
        """Held and tested lineups (E, R); nan for all other candidates."""
        part = self._part
        rows, held = held_and_tested(part, tested)
        owner = self._rows[part.owner[rows]]
        beside = self._rows, self._market.marked(tested, part.lineups[part.hold])
        told = self._market.told(part.lineups[rows], owner, held, beside)
        self.told = told.spread(rows, len(part.owner))
        return self.told.report


def _with_points(market: Market, found: Candidates, chosen: list[Chosen]) -> list[Chosen]:
    """The swaps among them with what their lineups score, in the world that did not choose them."""
    world, scoring = market.reporting, market.scoring
    stakes = {n: one.money for n, one in enumerate(chosen) if one.money is not None}
    if not stakes:
        return chosen
    swapped = list(stakes)
    held = found.lineups[found.hold[swapped]]
    after = market.marked(found.lineups[[chosen[n].candidate for n in swapped]], held)
    scored = scoring.points(world.points[:, :EVENINGS])
    for first in range(0, len(swapped), _AT_ONCE):
        block = slice(first, first + _AT_ONCE)
        before = _scores(scored, scoring.rows(held[block]))
        becomes = _scores(scored, scoring.rows(after[block]))
        better, worse = ((a > b).mean(axis=1) for a, b in ((becomes, before), (before, becomes)))
        quantiles = [_quantiles(scores) * scoring.unit for scores in (before, becomes)]
        for i, n in enumerate(swapped[block]):
            points = PointsAtStake(
                shares=SHARES,
                before=tuple(quantiles[0][i].round(2).tolist()),
                after=tuple(quantiles[1][i].round(2).tolist()),
                better=round(float(better[i]), 4),
                worse=round(float(worse[i]), 4),
            )
            chosen[n] = chosen[n]._replace(money=structs.replace(stakes[n], points=points))
    return chosen


def _scores(scored: NDArray[np.integer], rows: NDArray[np.int16]) -> Ints:
    """(C, S) units of lineups (C, R) of scoring rows, of which ``scored`` (Q, S) are the points."""
    total = np.zeros((len(rows), scored.shape[1]), np.int32)
    for slot in rows.T:
        total += scored[slot]
    return total


def _quantiles(scores: Ints) -> Ints:
    """(C, len(SHARES)) of scores (C, S), by sorting: a fifth of the time of ``np.quantile``."""
    places = np.rint(np.multiply(SHARES, scores.shape[1] - 1)).astype(np.intp)
    return np.sort(scores, axis=1)[:, places]


def _at_stake(market: Market, told: Told, part: Candidates, choice: Choice, n: int) -> MoneyAtStake:
    held, new = int(part.hold[n]), int(choice.chosen[n])
    gain = float(choice.gain[n])
    low, high = choice.interval[n].tolist()
    return MoneyAtStake(
        before=round(float(told.mean[held]), 4),
        after=round(float(told.mean[held]) + gain, 4),
        gain=round(gain, 4),
        low=round(low, 4),
        high=round(high, 4),
        cash_before=round(float(told.cash[held]), 4),
        cash_after=round(float(told.cash[new]), 4),
        win_before=round(float(told.win[held]), 6),
        win_after=round(float(told.win[new]), 6),
        estimator=market.reporting.pay.name,
        samples=2 * market.reporting.points.shape[1],
    )
