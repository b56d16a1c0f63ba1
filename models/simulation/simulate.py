"""Every candidate's payouts in every sample of a contest."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.simulation.entrants import Lineups, entrants_of, scored_points
from models.simulation.kernel import simulate_span
from models.simulation.pay import Pay
from models.simulation.results import Portfolio, Simulation, summed_up
from models.simulation.scoring import Scoring
from models.simulation.state import WIN, Entrants, Tables
from models.simulation.workspace import Needs, Workspace

_MARGIN = 5.0
"""Standard errors that the estimate stays below the lowest paying score."""
_SPANS = 4
"""Parts of each half, shared by threads; fixed, so that sums do not depend on their number."""

_MOST_CELLS = 2**18
"""Scores of a sample above the floor that are told apart."""


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
    entrants = entrants_of(scoring, field, own, candidates, owner, baseline)
    scored = scored_points(points, scoring, entrants)
    tables = space.tables_for(pay, len(field), len(own), rates=rates)
    payouts = np.zeros((len(candidates), keep), np.float32)
    run = _Run(scored, entrants, field.shape[1], tables, pay.name == "exact", rates)
    sums = run.sums(payouts, threads, space)
    return summed_up(sums, scored.shape[1], entrants, payouts, pay.name, rates=rates)


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
        halves: NDArray[np.float64] = parts.reshape(2, -1, *parts.shape[1:]).sum(axis=1)
        return halves

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
        depth: int = self.tables.pay.shape[1]
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
