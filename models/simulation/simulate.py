"""Every candidate's payouts in every sample of a contest."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.simulation.kernel import simulate_span
from models.simulation.pay import Pay
from models.simulation.scoring import Scoring
from models.simulation.state import CASH, DIFFERENCE, PAY, SQUARE, TOP, WIN, Entrants, Tables
from models.simulation.workspace import Needs, Workspace, frozen

Lineups = NDArray[np.integer[Any]]
"""(N, R) pool rows in roster-slot order, -1 nobody."""

_SAMPLED = 1024
"""Lineups from which a floor is estimated."""
_MARGIN = 5.0
"""Standard errors that the estimate stays below the lowest paying score."""
_SPANS = 4
"""Parts of each half, shared by threads; fixed, so that sums do not depend on their number."""
_NARROW = 26_000
"""Scores that differ by at most so much are added up, and counted, in 16 bits."""

_MOST_CELLS = 2**18
"""Scores of a sample above the floor that are told apart."""


class Simulation(NamedTuple):
    """What simulated contests pay each of C candidates, in dollars."""

    halves: NDArray[np.float64]
    """(2, C) mean payout in the first and in the second half of the samples."""
    mean: NDArray[np.float64]
    """(C,) mean payout."""
    error: NDArray[np.float64]
    """(C,) its standard error."""
    cash: NDArray[np.float64]
    """(C,) probability of being paid; nan where rates were not asked for, like the next two."""
    win: NDArray[np.float64]
    """(C,) probability of the first place, shared among those who tie for it."""
    top1: NDArray[np.float64]
    """(C,) probability of a place among the best hundredth, and at least of the first."""
    payouts: NDArray[np.float32]
    """(C, keep) payouts in the leading samples."""
    gain: NDArray[np.float64]
    """(2, C) mean payout above that of the candidate's baseline, by half."""
    gain_error: NDArray[np.float64]
    """(2, C) standard error of the gain, by half, from paired differences."""
    estimator: str
    """``exact`` or ``smoothed``."""


class Portfolio(NamedTuple):
    """What simulated contests pay a user's E entries together, in dollars."""

    entries: Simulation
    """Each entry, all others in the contest beside it."""
    mean: float
    """Mean of the total."""
    error: float
    """Its standard error."""
    sd: float
    """Standard deviation of the total from sample to sample."""
    totals: NDArray[np.float64]
    """(S,) total payout by sample."""


def simulate(
    points: NDArray[np.integer[Any]],
    field: Lineups,
    candidates: Lineups,
    pay: Pay,
    *,
    own: Lineups | None = None,
    owner: ArrayLike | None = None,
    baseline: ArrayLike | None = None,
    keep: int = 0,
    threads: int = 2,
    scoring: Scoring | None = None,
    rates: bool = True,
    workspace: Workspace | None = None,
) -> Simulation:
    """Mean payouts of candidates (C, R) against a field (F, R), in samples of outcomes (P, S).

    Every sample ranks a candidate among the field and the user's ``own`` entries (E, R), without
    the own entry ``owner`` (C,) that he would replace (-1: none of them), and pays him the mean of
    the prizes of the places that his tie spans. Blank slots and entries score 0. ``baseline`` (C,)
    names the candidate that each is compared with (-1: with getting nothing). Without ``scoring``
    every slot counts once. ``rates=False`` leaves out probabilities and saves a third of the time.
    Results do not depend on ``threads``. Raises ValueError where shapes or rows do not fit.
    """
    own = np.empty((0, field.shape[1]), np.int16) if own is None else own
    scoring = scoring or Scoring.plain(len(points), field.shape[1])
    space = workspace or Workspace()
    scored = _scored(points, scoring)
    entrants = _entrants(scoring, field, own, candidates, owner, baseline)
    tables = space.tables_for(pay, len(field), len(own), rates=rates)
    payouts = np.zeros((len(candidates), keep), np.float32)
    run = _Run(scored, entrants, field.shape[1], tables, pay.name == "exact", rates)
    sums = run.sums(payouts, threads, space)
    return _summary(sums, scored.shape[1], entrants, payouts, pay.name, rates=rates)


def simulate_portfolio(
    points: NDArray[np.integer[Any]],
    field: Lineups,
    entries: Lineups,
    pay: Pay,
    *,
    threads: int = 2,
    scoring: Scoring | None = None,
    rates: bool = True,
    workspace: Workspace | None = None,
) -> Portfolio:
    """What entries (E, R) earn together: all of them in every contest, taking places each other.

    The total's distribution holds every dependence: outcomes shared, and prizes shared.
    """
    single = simulate(
        points,
        field,
        entries,
        pay,
        own=entries,
        owner=np.arange(len(entries)),
        keep=points.shape[1],
        threads=threads,
        scoring=scoring,
        rates=rates,
        workspace=workspace,
    )
    totals = single.payouts.sum(axis=0, dtype=np.float64)
    sd = float(totals.std(ddof=1))
    return Portfolio(single, float(totals.mean()), sd / sqrt(len(totals)), sd, totals)


class _Run(NamedTuple):
    points: NDArray[Any]
    entrants: Entrants
    slots: int
    tables: Tables
    whole: bool
    rates: bool

    def sums(self, payouts: NDArray[np.float32], threads: int, space: Workspace) -> NDArray[Any]:
        """(2, C, 6) sums over the samples of each half."""
        edges = _edges(self.points.shape[1])
        parts = np.zeros((len(edges) - 1, len(payouts), WIN + 1))

        def work(worker: int) -> None:
            for part in range(worker, len(parts), workers):
                self._span(edges[part], edges[part + 1], parts[part], payouts, worker, space)

        workers = max(min(threads, len(parts)), 1)
        _share(work, workers)
        return parts.reshape(2, -1, *parts.shape[1:]).sum(axis=1)

    def _span(
        self,
        first: int,
        stop: int,
        sums: NDArray[np.float64],
        payouts: NDArray[np.float32],
        worker: int,
        space: Workspace,
    ) -> None:
        needs = self._needs()
        progress = np.array([first], np.int64)
        while True:
            lacking = simulate_span(
                self.points,
                progress,
                stop,
                self.entrants,
                self.slots,
                self.tables,
                self.whole,
                self._wanted(),
                self.rates,
                space.buffers_for(worker, needs),
                sums,
                payouts,
            )
            if not lacking:
                return
            if lacking > _MOST_CELLS:
                raise ValueError(
                    f"scores of one sample lie {lacking:,} units apart; give points in the "
                    "site's own step, not in a finer one"
                )
            needs = needs._replace(room=lacking * 5 // 4)

    def _needs(self) -> Needs:
        e = self.entrants
        return Needs(
            wide=self.points.dtype != np.int16,
            rows=len(self.points),
            sampled=max(len(e.sample) // self.slots, 1),
            own=len(e.own) // self.slots,
            bases=len(e.bases),
            rates=self.rates,
            room=0,
        )

    def _wanted(self) -> int:
        """Sampled lineups to be left above the floor, so that whoever is below is not paid."""
        lineups = len(self.entrants.field) // self.slots
        sampled = len(self.entrants.sample) // self.slots
        depth = self.tables.pay.shape[1]
        if sampled == lineups:
            return depth
        share = min(depth / lineups, 1.0)
        return ceil(sampled * share + _MARGIN * sqrt(sampled * share * (1 - share)) + 1)


def _share(work: Callable[[int], None], workers: int) -> None:
    if workers == 1:
        work(0)
        return
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  # only where it is used

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, range(workers)))


def _edges(samples: int) -> list[int]:
    """Where each part of the samples begins, half by half, and where the last one ends."""
    if samples < 2:
        raise ValueError(f"{samples} samples; two halves need at least 2, and thousands say more")
    half = samples // 2
    first = np.linspace(0, half, _SPANS + 1).astype(int)
    second = np.linspace(half, samples, _SPANS + 1).astype(int)
    return [int(edge) for edge in (*first[:-1], *second)]


def _scored(points: NDArray[Any], scoring: Scoring) -> NDArray[Any]:
    """(Q, S) points of scoring rows, in 16 bits where no lineup can leave them."""
    scored = scoring.points(points)
    slots = len(scoring.slot_factor)
    narrow = scored.dtype == np.int16 and _spread(scored, slots) <= _NARROW
    return frozen(scored if narrow else scored.astype(np.int32))


def _spread(scored: NDArray[Any], slots: int) -> int:
    """No two lineups of any sample are further apart, and none is further from 0."""
    highest, lowest = np.sort(scored.max(axis=1)), np.sort(scored.min(axis=1))
    bound = int(highest[-slots:].sum(dtype=np.int64) - lowest[:slots].sum(dtype=np.int64))
    if bound <= _NARROW:
        return bound
    slots = min(slots, len(scored))
    ordered = np.partition(scored, (slots - 1, len(scored) - slots), axis=0)
    high = ordered[-slots:].sum(axis=0, dtype=np.int64)
    low = ordered[:slots].sum(axis=0, dtype=np.int64)
    return int((np.maximum(high, 0) - np.minimum(low, 0)).max(initial=0))


def _entrants(
    scoring: Scoring,
    field: Lineups,
    own: Lineups,
    candidates: Lineups,
    owner: ArrayLike | None,
    baseline: ArrayLike | None,
) -> Entrants:
    rows = frozen(scoring.rows(field).ravel())
    count = len(candidates)
    against = _indices("owner", owner, count, len(own))
    base = _indices("baseline", baseline, count, count)
    bases = np.unique(base[base >= 0])
    return Entrants(
        field=rows,
        sample=rows if len(field) <= _SAMPLED else frozen(_sampled(rows, field.shape[1])),
        own=frozen(scoring.rows(own).ravel()),
        candidates=frozen(scoring.rows(candidates).ravel()),
        owner=frozen(np.where(against < 0, len(own), against)),
        base=frozen(np.where(base < 0, len(bases), np.searchsorted(bases, base))),
        bases=frozen(bases),
    )


def _indices(name: str, given: ArrayLike | None, count: int, most: int) -> NDArray[np.int64]:
    found = np.full(count, -1) if given is None else np.asarray(given, np.int64)
    if found.shape != (count,) or (count and not -1 <= found.min() <= found.max() < most):
        raise ValueError(
            f"{name}: give one of 0 to {most - 1}, or -1 for none, for each of {count} candidates"
        )
    return found.astype(np.int64)


def _sampled(rows: NDArray[np.int16], slots: int) -> NDArray[np.int16]:
    """Lineups evenly spread over the field in an order that has nothing to do with its own."""
    lineups = rows.reshape(-1, slots)
    chosen = np.random.default_rng(0).choice(len(lineups), _SAMPLED, replace=False)
    return lineups[np.sort(chosen)].ravel()


def _summary(
    sums: NDArray[np.float64],
    samples: int,
    entrants: Entrants,
    payouts: NDArray[np.float32],
    estimator: str,
    *,
    rates: bool,
) -> Simulation:
    size = np.array([samples // 2, samples - samples // 2])[:, None]
    halves = sums[..., PAY] / size
    total = sums.sum(axis=0)
    based = np.zeros((2, len(entrants.bases) + 1))
    based[:, :-1] = halves[:, entrants.bases]
    gain = halves - based[:, entrants.base]
    chances = total[:, [CASH, WIN, TOP]].T / samples if rates else np.full((3, len(total)), np.nan)
    mean = total[:, PAY] / samples
    return Simulation(
        halves=halves,
        mean=mean,
        error=_error(total[:, SQUARE], mean, samples),
        cash=chances[0],
        win=chances[1],
        top1=chances[2],
        payouts=payouts,
        gain=gain,
        gain_error=_error(sums[..., DIFFERENCE], gain, size),
        estimator=estimator,
    )


def _error(squares: NDArray[Any], mean: NDArray[Any], samples: Any) -> NDArray[np.float64]:
    """Standard error of a mean from the sum of squares."""
    variance = np.maximum(squares / samples - mean**2, 0.0)
    error: NDArray[np.float64] = np.sqrt(variance / np.maximum(samples - 1, 1))
    return error
