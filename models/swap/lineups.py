"""Entries as rows of the pool, and those that cannot be: each with the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from models.files import EntriesFile, EntryCell, EntryRow, NameIndex, Problem
from models.rules import SiteRules
from models.slate import Slate

OPEN = -1
"""Row of an open slot."""


class HeldLineup(NamedTuple):
    """An entry that fits the slate: pool rows in the order of the rules' slots."""

    entry: EntryRow
    rows: tuple[int, ...]
    """-1 for an open slot."""
    order: tuple[int, ...]
    """For each slot of the rules, its column among the entry's cells."""


class Rejected(NamedTuple):
    """An entry that does not fit the slate, left as it is."""

    entry: EntryRow
    reason: str


def held_lineups(
    entries: EntriesFile, slate: Slate, rules: SiteRules
) -> tuple[list[HeldLineup | Rejected], list[Problem]]:
    """Every entry of the file in its order, and what to report about those rejected."""
    reader = _LineupReader(slate, rules)
    found = [reader.read(entry) for entry in entries.entries]
    problems = [
        Problem(entries.file, item.entry.row, f"{item.reason}; the row is left as it is")
        for item in found
        if isinstance(item, Rejected) and item.entry.kind != "malformed"
    ]
    return found, problems


class _LineupReader:
    def __init__(self, slate: Slate, rules: SiteRules) -> None:
        self._row = {player.player_id: i for i, player in enumerate(slate.players)}
        self._players = slate.players
        self._names = NameIndex(slate.players)
        self._rules = rules
        self._seen: set[str] = set()

    def read(self, entry: EntryRow) -> HeldLineup | Rejected:
        if entry.kind == "malformed":
            return Rejected(entry, entry.reason)
        if entry.entry_id in self._seen:
            return Rejected(entry, f"entry {entry.entry_id} stands in the file twice")
        self._seen.add(entry.entry_id)
        order = _columns(entry.slots, self._rules.slot_names)
        if order is None:
            return Rejected(entry, _other_game(entry, self._rules))
        rows: list[int] = []
        for column in order:
            row = self._find(entry.cells[column])
            if isinstance(row, str):
                return Rejected(entry, f"entry {entry.entry_id}: {row}")
            rows.append(row)
        return HeldLineup(entry, tuple(rows), order)

    def _find(self, cell: EntryCell) -> int | str:
        if not cell.text.strip():
            return OPEN
        if cell.player_id:
            row = self._row.get(cell.player_id)
            if row is None:
                who = f"{cell.name} ({cell.player_id})" if cell.name else cell.player_id
                return f"{cell.slot} holds {who}, who is not in the salary file"
            return row
        matches = self._names.find(cell.name, slot=cell.slot)
        if len(matches) != 1:
            how = "is several players" if matches else "is nobody in the salary file"
            return f"{cell.slot} holds {cell.name!r}, which {how}; write Name (ID)"
        return self._row[matches[0].player_id]


def _columns(have: Sequence[str], want: Sequence[str]) -> tuple[int, ...] | None:
    """Column of each wanted slot; None unless both hold the same names equally often."""
    if Counter(have) != Counter(want):
        return None
    free = {name: [i for i, slot in enumerate(have) if slot == name] for name in set(have)}
    return tuple(free[name].pop(0) for name in want)


def _other_game(entry: EntryRow, rules: SiteRules) -> str:
    return (
        f"entry {entry.entry_id} has the slots {', '.join(entry.slots)}, which are not those of "
        f"{rules.title}; give the salary file of its own game type"
    )
