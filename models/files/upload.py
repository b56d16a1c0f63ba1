"""Writing the sites' upload files: only changed cells change, every other byte stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from models.files.cells import quoted
from models.files.entries import EntriesFile, EntryRow
from models.slate import Player


def write_entries(
    entries: EntriesFile,
    lineups: Mapping[str, Sequence[str]],
    players: Mapping[str, Player],
) -> bytes:
    """The file with these lineups: player ids slot by slot, by entry id.

    A cell that already holds its player stays as it is, marks and quoting included. Raises
    KeyError for a player id that is not among ``players``, ValueError for a lineup that has not
    one id a slot.
    """
    edits: list[tuple[int, int, bytes]] = []
    show = _style(entries)
    for entry in entries.entries:
        lineup = lineups.get(entry.entry_id)
        if lineup is not None:
            edits.extend(_row_edits(entries, entry, lineup, lambda i: show(players[i])))
    return _apply(entries.source, edits)


def _row_edits(
    entries: EntriesFile, entry: EntryRow, lineup: Sequence[str], show: Callable[[str], str]
) -> Iterable[tuple[int, int, bytes]]:
    pairs = list(zip(entry.cells, lineup, strict=True))
    while pairs and pairs[-1][0].absent and not pairs[-1][1]:
        pairs.pop()
    for cell, player_id in pairs:
        if player_id == cell.player_id and not cell.absent:
            continue
        text = show(player_id) if player_id else ""
        always = entries.source[cell.start : cell.start + 1] == b'"' and not cell.absent
        content = quoted(text, always=always).encode(entries.encoding, errors="replace")
        yield cell.start, cell.end, b"," + content if cell.absent else content


def _style(entries: EntriesFile) -> Callable[[Player], str]:
    """How a changed cell reads: DraftKings ``Name (ID)``; FanDuel as the file has it."""
    if entries.site != "fanduel":
        return lambda player: f"{player.name} ({player.player_id})"
    filled = [cell for entry in entries.entries for cell in entry.cells if cell.player_id]
    if filled and not any(cell.name for cell in filled):
        return lambda player: player.player_id
    return lambda player: f"{player.player_id}:{player.name}"


def _apply(source: bytes, edits: Iterable[tuple[int, int, bytes]]) -> bytes:
    """Replace byte ranges; several insertions at one place keep their order."""
    parts: list[bytes] = []
    at = 0
    for start, end, content in sorted(edits, key=lambda edit: edit[0]):
        parts += (source[at:start], content)
        at = end
    parts.append(source[at:])
    return b"".join(parts)


def merged_edits(source: bytes, edited: Iterable[bytes]) -> bytes:
    r"""One file with the changes of several, each of them ``source`` with some rows changed.

    Rows that two of them changed are taken from the later; no contest shares a row with another.

    >>> merged_edits(b"a\nb\nc", [b"A\nb\nc", b"a\nb\nC"])
    b'A\nb\nC'
    """
    rows = source.split(b"\n")
    merged = list(rows)
    for version in edited:
        for i, (old, new) in enumerate(zip(rows, version.split(b"\n"), strict=True)):
            if new != old:
                merged[i] = new
    return b"\n".join(merged)
