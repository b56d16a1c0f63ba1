"""What a contest's state looks like from outside: ownership, the board, the upload file."""

from __future__ import annotations

from collections.abc import Iterable

from models.events import EntryUpload
from models.files import read_entries, write_entries
from models.folds.contest import ContestState
from models.messages import (
    AskBoard,
    Board,
    BoardEntry,
    Export,
    ExportFile,
    Refusal,
)
from models.realised import points_of


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
        points=round(float(points_of(state, lineup, state.columns.total)), 4),
        holds_out=state.lineup_ids(lost),
        proposal=state.open.get(entry_id),
        wishes=state.wishes_of(entry_id),
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
