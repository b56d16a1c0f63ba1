"""A late swap from start to end: situation, lineups, best completions, report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.files import Problem
from models.swap.case import SwapCase
from models.swap.lineups import HeldLineup, Rejected, held_lineups
from models.swap.prizes import won_prizes
from models.swap.report import EntryReport, SwapReport
from models.swap.reporter import Reporter
from models.swap.situation import Situation, situation_of
from models.swap.solving import Solved, Solver, lock_mask
from models.swap.valued import Valuations


class SwapOutcome(NamedTuple):
    """The answer, and the lineups to write."""

    report: SwapReport
    lineups: dict[str, tuple[str, ...]]
    """Player ids in the file's slot order, by entry id; changed entries only. A slot that keeps its
    player has what the file has: nothing where it names him without his id."""


def late_swap(case: SwapCase) -> SwapOutcome:
    """Best legal completion of every entry of a case; one that fails harms no other.

    By money it raises UnpricedError where nothing tells what the entries can win.
    """
    situation = situation_of(case)
    found, problems = held_lineups(case.entries, case.slate, case.rules)
    held = [item for item in found if isinstance(item, HeldLineup)]
    allowed = case.rules.late_swap if case.options.late_swap is None else case.options.late_swap
    locked = lock_mask(held, case.slate, situation, late_swap=allowed)
    solver = Solver(case.slate, case.rules, situation)
    answers = solver.solve(held, locked, case.options)
    valued = _valued(case, situation, solver, held, locked, answers)
    reporter = Reporter(case, situation, solver, closed=situation.started and not allowed)
    solved = iter(zip(held, locked.tolist(), answers, strict=True))
    reports = [
        reporter.rejected(item)
        if isinstance(item, Rejected)
        else reporter.solved(*next(solved), valued.by_entry.get(item.entry.entry_id))
        for item in found
    ]
    return SwapOutcome(
        _report(case, situation, problems, reports, valued),
        {item.entry.entry_id: lineup for item, lineup in reporter.changed},
    )


def _valued(
    case: SwapCase,
    situation: Situation,
    solver: Solver,
    held: Sequence[HeldLineup],
    locked: NDArray[np.bool_],
    answers: Sequence[Solved],
) -> Valuations:
    """Money of the entries: expected where it is asked for, won where nothing is left to play."""
    won = won_prizes(case, held)
    if case.options.objective == "points" or not held:
        return won
    from models.swap.money.run import expected_money  # noqa: PLC0415 - brings the compiler

    expected = expected_money(case, situation, solver, held, locked, answers)
    return Valuations(
        {**expected.by_entry, **won.by_entry},
        (*won.simulations, *expected.simulations),
        (*won.problems, *expected.problems),
    )


def _report(
    case: SwapCase,
    situation: Situation,
    problems: Sequence[Problem],
    reports: Sequence[EntryReport],
    valued: Valuations,
) -> SwapReport:
    tables = (case.payouts, *case.payouts_by_contest.values())
    read = (case.projections, case.box_scores, case.news, case.standings, *tables)
    return SwapReport(
        at=utc(case.at),
        site=case.slate.site,
        sport=case.slate.sport,
        game_type=case.slate.game_type,
        objective=case.options.objective,
        projection_basis=situation.basis,
        elapsed_s=0.0,
        seed=case.options.seed,
        problems=(
            *case.problems,
            *case.entries.problems,
            *problems,
            *(problem for file in read if file is not None for problem in file.problems),
            *situation.problems,
            *valued.problems,
        ),
        entries=tuple(reports),
        simulations=valued.simulations or msgspec.UNSET,
    )


def utc(instant: datetime) -> str:
    """ISO 8601 with ``Z``, to the second."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
