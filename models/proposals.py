"""From a changed slate to swap proposals: which entries to solve, what to ask, what to say.

A swap is proposed to an entry that holds a player who will not play, and to nobody else: people
hold whom they hold for reasons that projections do not see, so that a claimed gain without news
is not worth a change.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.contest import Contest
from models.decisions import SwapMove, SwapProposal, ended
from models.folds.contest import ContestState
from models.moves import moves_between
from models.work import (
    SwapAnswer,
    SwapRequest,
)


class ProposalPolicy(NamedTuple):
    """What a proposal may do, and what it must be worth."""

    max_swaps: int | None = None
    only_out: bool = True
    """Replace nobody but those who will not play: the fewest changes that help."""
    min_gain: float = 0.1
    """Points below which an entry is left alone."""
    min_dollars: float = 0.0
    """Dollars below which an entry is left alone, where money is the objective."""
    risk: float = 1.0
    """0 shuns variance, 1 looks at the expectation alone."""
    objective: Literal["points", "money"] = "money"
    """``money`` where the contest's prizes are known, points elsewhere."""

    def prices(self, contest: Contest) -> bool:
        """Whether swaps in this contest are chosen by what they earn."""
        return self.objective == "money" and bool(contest.prizes)


class Concerned(NamedTuple):
    """Rows of the entries that a step from one state to the next concerns."""

    in_trouble: NDArray[np.intp]
    """They hold an unlocked player who is out: solve them."""
    out_of_it: NDArray[np.intp]
    """They do not, or no longer, but a proposal stands: it ends."""


def concerned_entries(before: ContestState | None, after: ContestState) -> Concerned:
    """Which entries a change concerns.

    Those in trouble if anyone they hold or their owner's wishes changed or they are new, and those
    whose standing proposal touches somebody who changed or is not wanted any more.
    """
    columns = after.columns
    trouble = after.entries.holding(columns.out & ~columns.locked)
    if before is None or before.files is not after.files:
        settled = np.array([e in after.open for e in after.entries.ids], np.bool_)
        stale = _stale(after, settled)
        due = trouble & (stale | ~settled)
        return Concerned(np.flatnonzero(due), np.flatnonzero(stale & ~trouble))
    changed = (columns.out != before.columns.out) | (columns.locked != before.columns.locked)
    wished = _wished(before, after)
    if not changed.any() and not wished.any():
        return Concerned(np.empty(0, np.intp), np.empty(0, np.intp))
    moved = frozenset(np.array(after.pool.ids)[changed])
    disturbed = np.zeros_like(trouble)
    for entry_id, proposal in after.open.items():
        disturbed[after.entries.row_of[entry_id]] = not moved.isdisjoint(touched(proposal))
    disturbed |= _stale(after, wished)
    solve = trouble & (disturbed | wished | after.entries.holding(changed))
    return Concerned(np.flatnonzero(solve), np.flatnonzero(disturbed & ~trouble))


def _wished(before: ContestState, after: ContestState) -> NDArray[np.bool_]:
    """(E,) entries whose owners want something else of them."""
    if before.wishes is after.wishes:
        return np.zeros(len(after.entries.ids), np.bool_)
    ids = after.entries.ids
    return np.array([before.wishes.get(e) != after.wishes.get(e) for e in ids], np.bool_)


def _stale(state: ContestState, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(E,) entries among these (E,) with an undecided proposal that is impossible now."""
    stale = np.zeros_like(among)
    for row in np.flatnonzero(among).tolist():
        standing = state.open.get(state.entries.ids[row])
        if standing is not None and standing.state == "proposed":
            stale[row] = bool(why_stale(state, standing))
    return stale


def touched(proposal: SwapProposal) -> frozenset[str]:
    """Players that the proposal takes out, brings in or moves to another slot."""
    pairs = zip(proposal.before, proposal.after, strict=True)
    return frozenset(p for pair in pairs if pair[0] != pair[1] for p in pair if p)


def swap_request(
    state: ContestState, rows: NDArray[np.intp], policy: ProposalPolicy, top: int = 1
) -> SwapRequest:
    """What the pool is asked about these entries."""
    lineups = state.entries.lineups[rows]
    kept, excluded = _wishes(state, rows)
    columns = state.columns
    return SwapRequest(
        slate_id=state.slate.slate_id,
        as_of=state.as_of,
        entries=len(rows),
        values=columns.projection.tobytes(),
        available=columns.available.tobytes(),
        out=columns.out.tobytes(),
        scored=columns.total.tobytes(),
        lineups=lineups.tobytes(),
        locked=(state.locked_slots(lineups) | kept).tobytes(),
        excluded=excluded.tobytes(),
        max_swaps=policy.max_swaps,
        only_out=policy.only_out,
        top=top,
    )


def _wishes(
    state: ContestState, rows: NDArray[np.intp]
) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
    """(N, R) slots that the owners of these entries (N) keep, and who may not come in.

    The latter (X, 2) as the entry's place among these and the row of the pool.
    """
    kept = np.zeros((len(rows), len(state.roster.slot_names)), np.bool_)
    excluded: list[tuple[int, int]] = []
    for n, row in enumerate(rows.tolist() if state.wishes else ()):
        wishes = state.wishes_of(state.entries.ids[row])
        if wishes is not None:
            lineup = state.entries.lineups[row]
            kept[n] = np.isin(lineup, state.lineup_rows(wishes.keep)) & (lineup >= 0)
            coming = set(state.lineup_rows(wishes.exclude)).difference(lineup.tolist(), {-1})
            excluded += ((n, player) for player in sorted(coming))
    return kept, np.array(excluded, np.int32).reshape(-1, 2)


class Solved(NamedTuple):
    """An answer of the pool as arrays: N entries, K alternatives, R slots."""

    status: tuple[str, ...]
    before: NDArray[np.float64]
    points: NDArray[np.float64]
    lineups: NDArray[np.int32]

    @classmethod
    def of(cls, answer: SwapAnswer, slots: int) -> Solved:
        """Read the arrays out of an answer."""
        entries = len(answer.status)
        points = np.frombuffer(answer.points, np.float64).reshape(entries, -1)
        return cls(
            status=answer.status,
            before=np.frombuffer(answer.before, np.float64),
            points=points,
            lineups=np.frombuffer(answer.lineups, np.int32).reshape(
                entries, points.shape[1], slots
            ),
        )


def proposals_from(
    state: ContestState, rows: Sequence[int], solved: Solved, policy: ProposalPolicy
) -> list[SwapProposal]:
    """New proposals, and those of before that no longer stand, for the entries solved."""
    found: list[SwapProposal] = []
    refused = rejected_changes(state)
    for n, row in enumerate(rows):
        standing = state.open.get(state.entries.ids[row])
        points = float(solved.before[n]), float(solved.points[n, 0])
        if solved.status[n] == "improved" and points[1] - points[0] >= policy.min_gain:
            proposal = proposal_of(state, row, solved.lineups[n, 0], points)
            known = standing is not None and standing.after == proposal.after
            if not known and (proposal.entry_id, proposal.after) not in refused:
                found.append(proposal)
        elif standing is not None and standing.state == "proposed":
            found.append(end_of(state, standing))
    return found


def rejected_changes(state: ContestState) -> set[tuple[str, tuple[str, ...]]]:
    """Entries with the lineups that their owners did not want."""
    return {(p.entry_id, p.after) for p in state.proposals.values() if p.state == "rejected"}


def ended_proposals(state: ContestState, rows: Sequence[int]) -> list[SwapProposal]:
    """The standing proposals of entries that need no swap any more, each with what ended it."""
    standing = (state.open[state.entries.ids[row]] for row in rows)
    return [end_of(state, swap) for swap in standing if swap.state == "proposed"]


def why_stale(state: ContestState, proposal: SwapProposal) -> str:
    """What makes the proposal impossible now: locks, absences and wishes since; empty: nothing."""
    return "; ".join((*_locks(state, proposal), *_changes(state, proposal)))


def _locks(state: ContestState, proposal: SwapProposal) -> list[str]:
    """Of whom that it touches the game has started."""
    return [
        f"{name_of(state, player_id)} is locked: his game has started"
        for player_id in sorted(touched(proposal))
        if state.columns.locked[state.player_row[player_id]]
    ]


def _changes(state: ContestState, proposal: SwapProposal) -> list[str]:
    """What else is not as it was, or not as its owner wants it any more."""
    reasons = []
    for player_id in sorted(touched(proposal).intersection(proposal.after)):
        row = state.player_row[player_id]
        if state.columns.out[row] and not state.columns.locked[row]:
            reasons.append(f"{name_of(state, player_id)} is out")
    if wishes := state.wishes_of(proposal.entry_id):
        for player_id in wishes.broken_by(proposal.before, proposal.after):
            wish = "kept" if player_id in wishes.keep else "excluded"
            reasons.append(f"{name_of(state, player_id)} is {wish} by the entry's owner")
    return reasons


def name_of(state: ContestState, player_id: str) -> str:
    """The player's name, or the id where there is none."""
    row = state.player_row.get(player_id)
    return player_id if row is None else state.slate.players[row].name


def end_of(state: ContestState, standing: SwapProposal) -> SwapProposal:
    """A standing proposal that nothing supports any more, with what ended it."""
    locks, changes = _locks(state, standing), _changes(state, standing)
    if locks or changes:
        reason = "; ".join((*locks, *changes))
        return ended(standing, "stale" if changes else "expired", reason)
    leaving = {move.player_out for move in standing.moves if move.player_out}
    back = [p for p in sorted(leaving) if not state.columns.out[state.player_row[p]]]
    if back:
        names = " and ".join(name_of(state, p) for p in back)
        return ended(standing, "withdrawn", f"{names} is not out any more")
    return ended(standing, "withdrawn", "no legal swap gains enough any more")


def proposal_of(
    state: ContestState, row: int, after_rows: NDArray[np.int32], points: tuple[float, float]
) -> SwapProposal:
    """A proposal for one entry: its new lineup (R,), and its points before and after."""
    before_rows = state.entries.lineups[row]
    before, after = state.lineup_ids(before_rows), state.lineup_ids(after_rows)
    locked = state.locked_slots(before_rows)
    moves = tuple(_moves(state, before_rows, after_rows))
    entry_id = state.entries.ids[row]
    key = "|".join((state.contest.contest_id, entry_id, state.as_of, *before, "", *after))
    if entry_id in state.wishes:
        key += f"|{state.wishes[entry_id].revision}"
    return SwapProposal(
        proposal_id=hashlib.blake2b(key.encode(), digest_size=8).hexdigest(),
        contest_id=state.contest.contest_id,
        entry_id=entry_id,
        user_id=state.entries.users[row],
        state="proposed",
        as_of=state.as_of,
        before=before,
        after=after,
        points_before=round(points[0], 4),
        points_after=round(points[1], 4),
        gain_points=round(points[1] - points[0], 4),
        moves=moves,
        deadline=_deadline(state, before_rows, after_rows),
        locked_slots=tuple(np.array(state.roster.slot_names)[locked].tolist()),
        reason="; ".join(move.reason for move in moves),
    )


def _moves(
    state: ContestState, before: NDArray[np.int32], after: NDArray[np.int32]
) -> Iterable[SwapMove]:
    """Who comes for whom; each with what the slots that change hands for it gain."""
    held, new = before.tolist(), after.tolist()
    for move in moves_between(held, new):
        gain = sum(_worth(state, new[s], s) - _worth(state, held[s], s) for s in move.path)
        player_out = state.pool.ids[move.row_out] if move.row_out >= 0 else ""
        yield SwapMove(
            slot=state.roster.slot_names[move.slot],
            player_out=player_out,
            player_in=state.pool.ids[move.row_in],
            reason=_reason(state, move.row_out, move.row_in),
            gain_points=round(gain, 4),
            events=state.causes.get(player_out, ()),
        )


def _worth(state: ContestState, row: int, slot: int) -> float:
    """Points still expected of a player in a slot, its multiplier included."""
    if row < 0:
        return 0.0
    multiplier = state.pool.multiplier[row, state.roster.slot_type[slot]]
    return float(state.columns.projection[row] * multiplier)


def _reason(state: ContestState, leaving: int, coming: int) -> str:
    """Who comes for whom, and what weather and lines have to do with it."""
    around = (
        f"{state.slate.players[row].name}: {said}"
        for row in (coming, leaving)
        if row >= 0 and (said := state.reasons.get(state.pool.ids[row]))
    )
    return "; ".join((_why(state, leaving, coming), *around))


def _why(state: ContestState, leaving: int, coming: int) -> str:
    comes = state.slate.players[coming].name
    points = state.columns.projection[coming]
    if leaving < 0:
        return f"an empty slot; {comes} is projected for {points:.1f}"
    leaves = state.slate.players[leaving].name
    if state.columns.out[leaving]:
        return f"{leaves} is out; {comes} is projected for {points:.1f}"
    was = state.columns.projection[leaving]
    return f"the salary freed brings {comes} ({points:.1f}) for {leaves} ({was:.1f})"


def _deadline(
    state: ContestState, before: NDArray[np.int32], after: NDArray[np.int32]
) -> datetime | None:
    """Start of the first game among those that the change touches."""
    rows = [r for pair in zip(before, after, strict=True) if pair[0] != pair[1] for r in pair]
    starts = [moment for r in rows if r >= 0 and (moment := state.start_of(int(r))) is not None]
    return min(starts, default=None)
