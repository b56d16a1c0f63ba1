"""What a contest's state looks like from outside: ownership, the board, the upload file."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from models.decisions import SwapProposal
from models.events import EntryUpload
from models.files import read_entries, write_entries
from models.folds.contest import ContestState
from models.messages import (
    AskBoard,
    AskResults,
    Board,
    BoardEntry,
    Export,
    ExportFile,
    Refusal,
    SwapResult,
    SwapResults,
)


def board(state: ContestState, asked: AskBoard, offset: str) -> Board:
    """Entries of a user (or of all), those with an open proposal first."""
    entries = state.entries
    trouble = entries.holding(state.columns.out & ~state.columns.locked)
    mine = [r for r, user in enumerate(entries.users) if asked.user_id in {"", user}]
    proposed = [r for r in mine if entries.ids[r] in state.open]
    others = [] if asked.only_proposed else [r for r in mine if entries.ids[r] not in state.open]
    others.sort(key=lambda r: not trouble[r])
    chosen = [*proposed, *others][: asked.limit]
    return Board(
        contest_id=state.contest.contest_id,
        slate_id=state.slate.slate_id,
        offset=offset,
        clock=state.clock,
        slots=state.roster.slot_names,
        total_entries=len(mine),
        with_proposal=len(proposed),
        holding_out=int(trouble[mine].sum()) if mine else 0,
        entries=tuple(_entry(state, row) for row in chosen),
    )


def _entry(state: ContestState, row: int) -> BoardEntry:
    lineup = state.entries.lineups[row]
    seated = lineup[lineup >= 0]
    lost = seated[state.columns.out[seated] & ~state.columns.locked[seated]]
    entry_id = state.entries.ids[row]
    return BoardEntry(
        entry_id=entry_id,
        user_id=state.entries.users[row],
        lineup=state.lineup_ids(lineup),
        locked=tuple(state.locked_slots(lineup).tolist()),
        points=round(_points(state, lineup), 4),
        holds_out=state.lineup_ids(lost),
        proposal=state.open.get(entry_id),
    )


def _points(state: ContestState, lineup: NDArray[np.int32]) -> float:
    """Points of a lineup, scored and still expected."""
    return _scored(state, lineup, state.columns.total)


def _scored(state: ContestState, lineup: NDArray[np.int32], points: NDArray[np.float64]) -> float:
    """Points (P,) of a lineup, captains counted by their slot's multiplier."""
    seated = lineup >= 0
    rows = lineup[seated]
    factors = state.pool.multiplier[rows, state.roster.slot_type[seated]]
    return float((points[rows] * factors).sum())


def results(state: ContestState, asked: AskResults) -> SwapResults:
    """What accepted swaps came to: points scored, of holding and of the swap."""
    swaps = [s for s in state.proposals.values() if s.state in {"approved", "applied"}]
    mine = [swap for swap in swaps if asked.user_id in {"", swap.user_id}]
    return SwapResults(results=tuple(_result(state, swap) for swap in mine))


def _result(state: ContestState, swap: SwapProposal) -> SwapResult:
    held, swapped = state.rows_of(swap.before), state.rows_of(swap.after)
    changed = np.unique(np.concatenate([held[held != swapped], swapped[held != swapped]]))
    changed = changed[changed >= 0]
    over = (state.columns.left[changed] <= 0) | state.columns.out[changed]
    points = [_scored(state, lineup, state.columns.scored) for lineup in (held, swapped)]
    return SwapResult(
        proposal=swap,
        final=bool(over.all()),
        points_held=round(points[0], 4),
        points_swapped=round(points[1], 4),
        gained=round(points[1] - points[0], 4),
    )


def exported(state: ContestState, asked: Export) -> ExportFile | Refusal:
    """The latest upload with the cells of approved swaps changed, locks checked now."""
    uploads = [u for u in state.files if u.file and _concerns(u, asked.user_id)]
    if not uploads:
        return Refusal(
            status=404,
            title="no entry file",
            detail="these entries were not handed in as the site's file",
            remedy="upload DKEntries.csv to /api/v1/contests/{id}/entries",
        )
    upload = uploads[-1]
    wanted, refused = _wanted_lineups(state, upload, asked)
    written = write_entries(
        read_entries(upload.file, upload.file_name),
        wanted,
        {player.player_id: player for player in state.slate.players},
    )
    return ExportFile(
        file_name=upload.file_name,
        file=written,
        changed=len(wanted),
        refused=tuple(refused),
        source=upload.file,
    )


def _concerns(upload: EntryUpload, user_id: str) -> bool:
    return not user_id or any(entry.user_id == user_id for entry in upload.entries)


def _wanted_lineups(
    state: ContestState, upload: EntryUpload, asked: Export
) -> tuple[dict[str, tuple[str, ...]], list[str]]:
    """Lineups that differ from the file, and entries whose change the site would now refuse."""
    wanted: dict[str, tuple[str, ...]] = {}
    refused: list[str] = []
    for entry in upload.entries:
        row = state.entries.row_of[entry.entry_id]
        lineup = state.lineup_ids(state.entries.lineups[row])
        proposal = state.open.get(entry.entry_id)
        if asked.include_proposed and proposal is not None and proposal.state == "proposed":
            lineup = proposal.after
        if lineup == entry.lineup:
            continue
        if _moves_locked(state, entry.lineup, lineup):
            refused.append(entry.entry_id)
        else:
            wanted[entry.entry_id] = lineup
    return wanted, refused


def _moves_locked(state: ContestState, before: Iterable[str], after: Iterable[str]) -> bool:
    pairs = zip(before, after, strict=True)
    moved = {p for pair in pairs if pair[0] != pair[1] for p in pair if p}
    return any(state.columns.locked[state.player_row[p]] for p in moved if p in state.player_row)
