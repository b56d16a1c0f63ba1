"""A late swap from start to end: situation, lineups, best completions, report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from models.files import Problem
from models.moves import Move, moves_between
from models.optimiser import SwapStatus
from models.swap.case import SwapCase
from models.swap.lineups import HeldLineup, Rejected, held_lineups
from models.swap.report import (
    Alternative,
    EntryReport,
    Swap,
    SwapReport,
    ValuedLineup,
    slot_keys,
)
from models.swap.report import SwapStatus as StatusWord
from models.swap.situation import Situation, situation_of
from models.swap.solving import Solved, Solver, lock_mask
from models.swap.words import (
    why_best,
    why_improved,
    why_infeasible,
    why_locked,
    why_swapped,
    why_timed_out,
)

_WORDS: dict[SwapStatus, StatusWord] = {
    SwapStatus.IMPROVED: "improved",
    SwapStatus.ALREADY_BEST: "already_best",
    SwapStatus.FULLY_LOCKED: "fully_locked",
    SwapStatus.BLANK: "blank",
    SwapStatus.INFEASIBLE: "infeasible",
    SwapStatus.TIMED_OUT: "timed_out",
}


class SwapOutcome(NamedTuple):
    """The answer, and the lineups to write."""

    report: SwapReport
    lineups: dict[str, tuple[str, ...]]
    """Player ids in the file's slot order, by entry id; changed entries only."""


def late_swap(case: SwapCase) -> SwapOutcome:
    """Best legal completion of every entry of a case; one that fails harms no other."""
    situation = situation_of(case)
    found, problems = held_lineups(case.entries, case.slate, case.rules)
    held = [item for item in found if isinstance(item, HeldLineup)]
    allowed = case.rules.late_swap if case.options.late_swap is None else case.options.late_swap
    locked = lock_mask(held, case.slate, situation, late_swap=allowed)
    solver = Solver(case.slate, case.rules, situation)
    answers = iter(solver.solve(held, locked, case.options))
    reporter = _Reporter(case, situation, solver, closed=situation.started and not allowed)
    masks = iter(locked.tolist())
    reports = [
        reporter.rejected(item)
        if isinstance(item, Rejected)
        else reporter.solved(item, next(masks), next(answers))
        for item in found
    ]
    return SwapOutcome(
        _report(case, situation, problems, reports),
        {item.entry.entry_id: lineup for item, lineup in reporter.changed},
    )


def _report(
    case: SwapCase,
    situation: Situation,
    problems: Sequence[Problem],
    reports: Sequence[EntryReport],
) -> SwapReport:
    read = (case.projections, case.box_scores, case.news, case.standings, case.payouts)
    return SwapReport(
        at=utc(case.at),
        site=case.slate.site,
        sport=case.slate.sport,
        game_type=case.slate.game_type,
        objective="points",
        projection_basis=situation.basis,
        elapsed_s=0.0,
        seed=case.options.seed,
        problems=(
            *case.problems,
            *case.entries.problems,
            *problems,
            *(problem for file in read if file is not None for problem in file.problems),
            *situation.problems,
        ),
        entries=tuple(reports),
    )


def utc(instant: datetime) -> str:
    """ISO 8601 with ``Z``, to the second."""
    return f"{instant.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class _Reporter:
    def __init__(
        self, case: SwapCase, situation: Situation, solver: Solver, *, closed: bool
    ) -> None:
        self._case = case
        self._players = case.slate.players
        self._keys = slot_keys(case.rules.slot_names)
        self._situation = situation
        self._solver = solver
        self._closed = closed
        self.changed: list[tuple[HeldLineup, tuple[str, ...]]] = []

    def rejected(self, item: Rejected) -> EntryReport:
        entry = item.entry
        lineup = ValuedLineup(
            lineup=dict(zip(slot_keys(entry.slots), entry.lineup, strict=True)), points=0.0
        )
        return EntryReport(
            entry_id=entry.entry_id,
            contest_id=entry.contest_id,
            status="infeasible",
            reason=item.reason,
            locked_slots=(),
            before=lineup,
            after=lineup,
        )

    def solved(self, held: HeldLineup, locked: list[bool], answer: Solved) -> EntryReport:
        before = self._valued(held.rows, answer.before)
        after = before
        swaps: tuple[Swap, ...] = ()
        if answer.ranked and answer.status in {SwapStatus.IMPROVED, SwapStatus.TIMED_OUT}:
            rows, points = answer.ranked[0]
            after = self._valued(rows, points)
            swaps = self._swaps(held, rows)
            if rows != held.rows:
                self.changed.append((held, self._in_file_order(held, rows)))
        return EntryReport(
            entry_id=held.entry.entry_id,
            contest_id=held.entry.contest_id,
            status=_WORDS[answer.status],
            reason=self._reason(answer, swaps, locked.count(False), after.points - before.points),
            locked_slots=tuple(k for k, fixed in zip(self._keys, locked, strict=True) if fixed),
            before=before,
            after=after,
            swaps=swaps,
            gain_points=_rounded(after.points - before.points),
            alternatives=self._alternatives(held, answer) if self._case.options.top else (),
        )

    def _reason(self, answer: Solved, swaps: Sequence[Swap], open_slots: int, gain: float) -> str:
        absent = sum(swap.player_out in self._situation.absent for swap in swaps)
        match answer.status:
            case SwapStatus.IMPROVED:
                return why_improved(len(swaps), gain, absent)
            case SwapStatus.ALREADY_BEST:
                return why_best(open_slots, self._case.options)
            case SwapStatus.FULLY_LOCKED:
                return why_locked(closed=self._closed)
            case SwapStatus.BLANK:
                return "a reservation without a lineup; left as it is"
            case SwapStatus.INFEASIBLE:
                return why_infeasible(answer.blocker)
            case SwapStatus.TIMED_OUT:
                return why_timed_out(found=bool(answer.ranked))

    def _alternatives(self, held: HeldLineup, answer: Solved) -> tuple[Alternative, ...]:
        return tuple(
            Alternative(
                lineup=self._lineup(rows),
                points=_rounded(points),
                swaps=self._swaps(held, rows),
            )
            for rows, points in answer.ranked
        )

    def _swaps(self, held: HeldLineup, rows: tuple[int, ...]) -> tuple[Swap, ...]:
        return tuple(self._swap(held, rows, move) for move in moves_between(held.rows, rows))

    def _swap(self, held: HeldLineup, rows: tuple[int, ...], move: Move) -> Swap:
        out = self._players[move.row_out] if move.row_out >= 0 else None
        into = self._players[move.row_in]
        absent = self._situation.absent
        news = absent[out.player_id].event if out is not None and out.player_id in absent else ""
        return Swap(
            slot=self._keys[move.slot],
            player_out=out.player_id if out is not None else "",
            player_in=into.player_id,
            reason=why_swapped(out, into, self._situation.values, absent),
            gain_points=_rounded(
                sum(
                    self._worth(rows[slot], slot) - self._worth(held.rows[slot], slot)
                    for slot in move.path
                )
            ),
            events=(news,) if news else (),
        )

    def _worth(self, row: int, slot: int) -> float:
        return self._solver.worth(row, slot, locked=False) if row >= 0 else 0.0

    def _valued(self, rows: tuple[int, ...], points: float) -> ValuedLineup:
        return ValuedLineup(lineup=self._lineup(rows), points=_rounded(points))

    def _lineup(self, rows: tuple[int, ...]) -> dict[str, str]:
        return dict(zip(self._keys, (self._id(row) for row in rows), strict=True))

    def _in_file_order(self, held: HeldLineup, rows: tuple[int, ...]) -> tuple[str, ...]:
        column = dict(zip(held.order, rows, strict=True))
        return tuple(self._id(column[i]) for i in range(len(rows)))

    def _id(self, row: int) -> str:
        return self._players[row].player_id if row >= 0 else ""


def _rounded(points: float) -> float:
    return round(points, 6) + 0.0
