"""The lineups that are priced for each own entry of a contest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.moves import moves_between
from models.optimiser import Lineups, SwapStatus
from models.portfolio import Candidates, candidates
from models.swap.case import SwapOptions
from models.swap.solving import Solved, Solver

TOP = 24
"""Best completions by points that are priced, and as many of each kind that changes less."""
FEW = (1, 2)
"""Swaps of lineups that stay near what is held: with many slots open the best by points are the
same for all entries, far from every one, and every newcomer is one more doubt."""
SAMPLED = {"nfl": 60, "cfb": 60, "mlb": 60, "nhl": 40}
"""Evenings whose own optimum is priced, too, where players of a team score together."""
_FEW_SAMPLED = 12
MOST_POINTS = 900.0
"""Of a lineup, which the table counts in millionths up to about a thousand."""


def offers(
    solver: Solver,
    held: Lineups,
    options: SwapOptions,
    points: NDArray[np.float64],
    answers: Sequence[Solved],
    sport: str,
) -> Candidates:
    """Held lineups, the best by points, and the best of some evenings out of ``points`` (P, S).

    The best by points are those of all completions, of those with few swaps, and of those that
    replace nobody but who is out.
    Where a player who is out cannot leave within the limits, ``answers`` hold the best lineup
    with him: it is offered, too.
    """
    samples = points.shape[1]
    count = min(SAMPLED.get(sport, _FEW_SAMPLED), samples)
    picked = np.linspace(0, samples - 1, count).astype(np.intp)
    limits = solver.limits(options)
    most = held.players.shape[1] if options.max_swaps is None else options.max_swaps
    found = candidates(
        solver.table,
        held,
        limits,
        top=max(TOP, options.top),
        also=[
            *(limits._replace(max_swaps=few) for few in FEW if few < most),
            *(() if options.only_out else (limits._replace(only_out=True),)),
        ],
        sampled=_within_bounds(np.ascontiguousarray(points[:, picked].T), solver),
    )
    return _with_kept(found, solver, answers)


def _within_bounds(evenings: NDArray[np.float64], solver: Solver) -> NDArray[np.float64]:
    """Evenings (K, P) that the table can count; one out of bounds is made smaller as a whole,
    which leaves its best lineups the best.
    """  # noqa: D205
    table = solver.table
    slots = table.board.slot_type.size
    worth = np.abs(evenings) * table.multiplier.max(axis=1)
    most = np.sort(worth[:, table.available], axis=1)[:, -slots:].sum(axis=1)
    smaller: NDArray[np.float64] = evenings / np.maximum(most / MOST_POINTS, 1.0)[:, None]
    return smaller


def _with_kept(found: Candidates, solver: Solver, answers: Sequence[Solved]) -> Candidates:
    """Those entries' lineups added which keep somebody who is out for want of another."""
    stuck = [
        (n, *answer.ranked[0])
        for n, answer in enumerate(answers)
        if found.status[n] == SwapStatus.INFEASIBLE
        and answer.status != SwapStatus.INFEASIBLE
        and answer.ranked
    ]
    status = found.status.copy()
    for n, _, _ in stuck:
        status[n] = answers[n].status
    found = found._replace(status=status)
    fresh = [
        (n, rows, points)
        for n, rows, points in stuck
        if rows != tuple(found.lineups[found.hold[n]].tolist())
    ]
    if not fresh:
        return found
    owners = np.array([n for n, _, _ in fresh], np.int32)
    lineups = np.array([rows for _, rows, _ in fresh], np.int32)
    at = found.first[owners + 1]
    board = solver.table.board
    swaps = [
        len(moves_between(found.lineups[found.hold[n]].tolist(), rows)) for n, rows, _ in fresh
    ]
    return found._replace(
        lineups=np.insert(found.lineups, at, lineups, axis=0),
        owner=np.insert(found.owner, at, owners),
        points=np.insert(found.points, at, [points for _, _, points in fresh]),
        swaps=np.insert(found.swaps, at, swaps),
        words=np.insert(
            found.words, at, np.sort(board.key[lineups, board.slot_type], axis=1), axis=0
        ),
        hold=found.hold + np.searchsorted(owners, np.arange(len(found.hold))),
    )
