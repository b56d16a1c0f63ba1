"""From solved and valued entries to the answer: lineups, swaps and reasons, entry by entry."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from models.moves import Move, moves_between
from models.optimiser import SwapStatus
from models.swap.case import SwapCase
from models.swap.lineups import HeldLineup, Rejected
from models.swap.report import Alternative, EntryReport, Swap, ValuedLineup, slot_keys
from models.swap.report import SwapStatus as StatusWord
from models.swap.situation import Situation
from models.swap.solving import Solved, Solver
from models.swap.valued import Valuation, Worth
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


class Reporter:
    """Turns what was found for each entry into what users and programs read."""

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

    def solved(
        self, held: HeldLineup, locked: list[bool], answer: Solved, value: Valuation | None = None
    ) -> EntryReport:
        """An entry with its lineup by points, or by money where that was reckoned."""
        status, rows, points = _outcome(held, answer, value)
        before = self._valued(held.rows, answer.before, value.before if value else None)
        after = self._valued(rows, points, value.after if value else None)
        swaps = self._swaps(held, rows, value)
        if rows != held.rows:
            self.changed.append((held, self._in_file_order(held, rows)))
        gain = after.points - before.points
        points_reason = self._reason(answer, swaps, locked.count(False), gain)
        return EntryReport(
            entry_id=held.entry.entry_id,
            contest_id=held.entry.contest_id,
            status=_WORDS[status],
            reason=_why(value, points_reason) if value else self._unpriced(points_reason),
            locked_slots=tuple(k for k, fixed in zip(self._keys, locked, strict=True) if fixed),
            before=before,
            after=after,
            swaps=swaps,
            gain_points=_rounded(gain),
            gain_money=None if value is None or value.gain is None else _rounded(value.gain),
            gain_money_interval=_interval(value),
            alternatives=self._alternatives(held, answer, value) if self._case.options.top else (),
        )

    def _unpriced(self, reason: str) -> str:
        if self._case.options.objective == "points":
            return reason
        return f"{reason}; by points: the prizes of its contest are not given"

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

    def _alternatives(
        self, held: HeldLineup, answer: Solved, value: Valuation | None
    ) -> tuple[Alternative, ...]:
        listed: Sequence[tuple[tuple[int, ...], float, float | None]]
        listed = [(rows, points, None) for rows, points in answer.ranked]
        if value is not None and value.alternatives:
            listed = value.alternatives
        return tuple(
            Alternative(
                lineup=self._lineup(rows),
                points=_rounded(points),
                swaps=self._swaps(held, rows),
                money=msgspec.UNSET if money is None else _rounded(money),
            )
            for rows, points, money in listed
        )

    def _swaps(
        self, held: HeldLineup, rows: tuple[int, ...], value: Valuation | None = None
    ) -> tuple[Swap, ...]:
        moves = moves_between(held.rows, rows)
        gains = value.swap_gains if value and value.swap_gains else [None] * len(moves)
        facts = value.swap_facts if value and value.swap_facts else [""] * len(moves)
        return tuple(
            self._swap(held, rows, move, gain, fact)
            for move, gain, fact in zip(moves, gains, facts, strict=True)
        )

    def _swap(
        self,
        held: HeldLineup,
        rows: tuple[int, ...],
        move: Move,
        gain_money: float | None,
        fact: str,
    ) -> Swap:
        out = self._players[move.row_out] if move.row_out >= 0 else None
        into = self._players[move.row_in]
        absent = self._situation.absent
        news = absent[out.player_id].event if out is not None and out.player_id in absent else ""
        reason = why_swapped(out, into, self._situation.values, absent)
        return Swap(
            slot=self._keys[move.slot],
            player_out=out.player_id if out is not None else "",
            player_in=into.player_id,
            reason=f"{reason}; {fact}" if fact else reason,
            gain_points=_rounded(
                sum(
                    self._worth(rows[slot], slot) - self._worth(held.rows[slot], slot)
                    for slot in move.path
                )
            ),
            gain_money=None if gain_money is None else _rounded(gain_money),
            events=(news,) if news else (),
        )

    def _worth(self, row: int, slot: int) -> float:
        return self._solver.worth(row, slot, locked=False) if row >= 0 else 0.0

    def _valued(self, rows: tuple[int, ...], points: float, worth: Worth | None) -> ValuedLineup:
        lineup, points = self._lineup(rows), _rounded(points)
        if worth is None:
            return ValuedLineup(lineup=lineup, points=points)
        return ValuedLineup(
            lineup=lineup,
            points=points,
            money=_rounded(worth.money),
            roi=_rate(worth.roi),
            cash_rate=_rate(worth.cash),
            win_rate=_rate(worth.win),
            top1_rate=_rate(worth.top1),
        )

    def _lineup(self, rows: tuple[int, ...]) -> dict[str, str]:
        return dict(zip(self._keys, (self._id(row) for row in rows), strict=True))

    def _in_file_order(self, held: HeldLineup, rows: tuple[int, ...]) -> tuple[str, ...]:
        """Ids cell by cell; a cell that keeps its player keeps what it says, be it a name alone."""
        cells = [cell.player_id for cell in held.entry.cells]
        for column, old, new in zip(held.order, held.rows, rows, strict=True):
            if new != old:
                cells[column] = self._id(new)
        return tuple(cells)

    def _id(self, row: int) -> str:
        return self._players[row].player_id if row >= 0 else ""


def _outcome(
    held: HeldLineup, answer: Solved, value: Valuation | None
) -> tuple[SwapStatus, tuple[int, ...], float]:
    """Status, lineup and its points: as valued, where a lineup could be chosen at all."""
    free = answer.status in {SwapStatus.IMPROVED, SwapStatus.ALREADY_BEST, SwapStatus.TIMED_OUT}
    if value is not None and free:
        improved = value.rows != held.rows
        status = SwapStatus.IMPROVED if improved else SwapStatus.ALREADY_BEST
        return status, value.rows, answer.before if value.gain is None else value.points
    if answer.ranked and answer.status in {SwapStatus.IMPROVED, SwapStatus.TIMED_OUT}:
        return answer.status, *answer.ranked[0]
    return answer.status, held.rows, answer.before


def _why(value: Valuation, by_points: str) -> str:
    return "; ".join(part for part in (value.reason or by_points, value.also) if part)


def _interval(value: Valuation | None) -> tuple[float, float] | None:
    if value is None or value.interval is None:
        return None
    low, high = value.interval
    return _rounded(low), _rounded(high)


def _rate(value: float | None) -> float | msgspec.UnsetType:
    return msgspec.UNSET if value is None else _rounded(value)


def _rounded(points: float) -> float:
    return round(points, 6) + 0.0
