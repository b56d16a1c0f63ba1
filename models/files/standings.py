"""contest-standings files: the entries of a contest at the left, its players at the right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from models.files.columns import Columns, find_header
from models.files.lineups import HIDDEN, LineupReader
from models.files.problems import Problem, ProblemLog, UnreadableFileError
from models.files.text import MAX_STANDINGS_ROWS, read_lines, split_line

_SAMPLE = 400
"""Lineups looked at to learn a contest's slots where nobody told them."""
_ENOUGH = 60
"""So many lineups never all hold a player whose name has a word in capitals."""
_BEFORE_HIDDEN = re.compile(rf"(\S+) {HIDDEN}\b")


class StandingsEntry(NamedTuple):
    """One entry's standing; ``lineup`` is empty where the entry never got one."""

    entry_id: str
    name: str
    """``user`` or ``user (3/20)``."""
    rank: int
    points: float
    time_remaining: float
    """Player-minutes left to play, all slots together."""
    lineup: tuple[str, ...]
    """Player names in the order of ``Standings.slots``; ``HIDDEN`` where not yet revealed."""
    row: int


class StandingsPlayer(NamedTuple):
    """One player's row: share of all entries (empty ones included) that hold him, and points.

    Where a file lists a player once per slot, each row's share is that of its slot.
    """

    name: str
    slot: str
    """Roster position as listed; empty in files that have no such column."""
    drafted: float
    """0 to 1; the file writes percent."""
    points: float


class Standings(msgspec.Struct, frozen=True, kw_only=True):
    """A contest's standings as downloaded, final or while it ran."""

    file: str
    slots: tuple[str, ...]
    """Slot names of a lineup, alphabetical as the site lists them, a repeated name repeatedly."""
    entries: tuple[StandingsEntry, ...]
    players: tuple[StandingsPlayer, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def final(self) -> bool:
        """Whether no player is hidden and no time remains."""
        return not any(e.time_remaining or HIDDEN in e.lineup for e in self.entries)

    @property
    def by_id(self) -> dict[str, StandingsEntry]:
        """The entries by their numbers, in order; of rows with one number the first."""
        known: dict[str, StandingsEntry] = {}
        for entry in self.entries:
            known.setdefault(entry.entry_id, entry)
        return known


def is_standings(data: bytes) -> bool:
    """Whether a file, csv or zip, begins as standings do."""
    try:
        lines = read_lines(data, ProblemLog(""), MAX_STANDINGS_ROWS)
    except UnreadableFileError:
        return False
    return _header(lines) is not None


def _header(lines: Sequence[str]) -> tuple[int, Columns] | None:
    return find_header([split_line(line) for line in lines[:5]], ("entryid",), ("lineup",))


def read_standings(data: bytes, file: str, slots: Sequence[str] | None = None) -> Standings:
    """Read a standings file, csv or zip.

    ``slots`` are the roster's; without them, or where they do not fit, the file tells. Raises
    UnreadableFileError when no row is a standings header.
    """
    log = ProblemLog(file)
    lines = read_lines(data, log, MAX_STANDINGS_ROWS)
    found = _header(lines)
    if found is None:
        raise UnreadableFileError(
            file,
            "no standings header (Rank, EntryId, EntryName, ..., Lineup); "
            "give the contest-standings file as exported from the contest's page",
        )
    header, columns = found
    rows = [
        line.split(",") if '"' not in line else split_line(line) for line in lines[header + 1 :]
    ]
    players = tuple(_players(columns, rows, header + 2, log))
    reader = _lineup_reader(slots, _lineup_texts(columns, rows), players)
    entries = tuple(_entries(columns, rows, header + 2, reader, log))
    return Standings(
        file=file, slots=reader.slots, entries=entries, players=players, problems=log.taken()
    )


def _lineup_reader(
    slots: Sequence[str] | None, lineups: Sequence[str], players: Sequence[StandingsPlayer]
) -> LineupReader:
    names = frozenset(player.name for player in players)
    if slots:
        reader = LineupReader(sorted(slots), names)
        if not lineups or reader.read(lineups[0]) is not None:
            return reader
    return LineupReader(learn_slots(lineups, players), names)


def _lineup_texts(columns: Columns, rows: Sequence[Sequence[str]]) -> list[str]:
    place = columns.places["lineup"]
    texts: list[str] = []
    for row in rows:
        if len(row) > place and row[place]:
            texts.append(row[place])
            if len(texts) == _SAMPLE:
                break
    return texts


def learn_slots(lineups: Sequence[str], players: Iterable[StandingsPlayer]) -> tuple[str, ...]:
    """The slots of a contest from its own lineups: the words that every lineup has as often.

    Where lineups are few, only words count that the file itself uses as slots.

    >>> learn_slots(["C AJ B C Cy D UTIL Ed", "C LOCKED C Di UTIL AJ B"],
    ...             [StandingsPlayer("Ed", "UTIL", 0.5, 1.0)])
    ('C', 'C', 'UTIL')
    """
    listed = {player.slot for player in players} - {""}
    few = len(lineups) < _ENOUGH
    common: Counter[str] | None = None
    if few and listed:
        listed.update(hidden for lineup in lineups for hidden in _BEFORE_HIDDEN.findall(lineup))
        listed.update(lineup.split(" ", 1)[0] for lineup in lineups)
    for lineup in lineups:
        words = Counter(
            word
            for word in lineup.split()
            if word == word.upper() and word != HIDDEN and (not few or not listed or word in listed)
        )
        common = words if common is None else common & words
    return tuple(sorted((common or Counter()).elements()))


def _players(
    columns: Columns, rows: Sequence[Sequence[str]], first: int, log: ProblemLog
) -> Iterable[StandingsPlayer]:
    place = columns.places.get("player")
    if place is None:
        log.add(0, "no Player column, so no ownership and no points of players are known")
        return
    for number, row in enumerate(rows, first):
        if len(row) <= place or not row[place].strip():
            continue
        try:
            yield StandingsPlayer(
                row[place].strip(),
                columns.cell(row, "rosterposition"),
                float(columns.cell(row, "%drafted").rstrip("%") or 0) / 100,
                float(columns.cell(row, "fpts") or 0),
            )
        except ValueError:
            log.add(number, f"{row[place].strip()}: ownership or points are no number; left out")


def _entries(
    columns: Columns,
    rows: Sequence[Sequence[str]],
    first: int,
    reader: LineupReader,
    log: ProblemLog,
) -> Iterable[StandingsEntry]:
    places = [
        columns.places.get(key, -1)
        for key in ("rank", "entryid", "entryname", "timeremaining", "points", "lineup")
    ]
    width = max(places) + 1
    for number, row in enumerate(rows, first):
        if len(row) < width:
            if any(row):
                log.add(number, "the row is cut off; download the standings again")
            continue
        entry = _entry(places, row, number, reader, log)
        if entry is not None:
            yield entry


def _entry(
    places: Sequence[int],
    row: Sequence[str],
    number: int,
    reader: LineupReader,
    log: ProblemLog,
) -> StandingsEntry | None:
    rank, entry_id, name, remaining, points, text = (
        row[place] if place >= 0 else "" for place in places
    )
    if not entry_id.strip():
        return None
    lineup = reader.read(text)
    if lineup is None:
        log.add(number, f"entry {entry_id}: lineup {text!r} does not fit the slots {reader.slots}")
        lineup = ()
    try:
        return StandingsEntry(
            entry_id.strip(),
            name,
            int(rank or 0),
            float(points or 0),
            float(remaining or 0),
            lineup,
            number,
        )
    except ValueError:
        log.add(number, f"entry {entry_id}: rank, points or time remaining are no number; left out")
        return None
