"""A user's entries: DKEntries.csv and FanDuel's template, two tables side by side in one file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import msgspec

from models.files.cells import Span, parse_cell, split_spans
from models.files.columns import Columns, column_key
from models.files.problems import Problem, ProblemLog, UnreadableFileError
from models.files.salaries import Salaries, read_pool
from models.files.text import MAX_ROWS, UTF8_BOM, encoding_of, unpack

EntryKind = Literal["lineup", "partial", "blank", "malformed"]
"""All slots filled, some, none; or a row that cannot be read as it stands."""

_HEAD = ("entryid", "contestid", "contestname")


class EntryCell(msgspec.Struct, frozen=True):
    """One slot of an entry as the file has it."""

    slot: str
    text: str
    player_id: str
    """Empty for an open slot, and where the cell names a player without his id."""
    name: str
    locked: bool
    start: int
    end: int
    """Byte range in the file, quotes included; both the row's end where the row is too short."""
    absent: bool = False
    """The row ends before this column."""


class EntryRow(msgspec.Struct, frozen=True, kw_only=True):
    """One entry: what it is entered in, and the lineup it holds, slot by slot."""

    entry_id: str
    contest_id: str
    contest_name: str
    fee: float
    cells: tuple[EntryCell, ...]
    row: int
    """Counted from 1, as an editor shows it."""
    kind: EntryKind
    reason: str = ""
    """Why a malformed row cannot be read."""

    @property
    def slots(self) -> tuple[str, ...]:
        """Slot names in the order of the file."""
        return tuple(cell.slot for cell in self.cells)

    @property
    def lineup(self) -> tuple[str, ...]:
        """Player ids slot by slot; empty strings for open slots."""
        return tuple(cell.player_id for cell in self.cells)

    @property
    def locked(self) -> tuple[bool, ...]:
        """Which cells the file marks as locked."""
        return tuple(cell.locked for cell in self.cells)


class EntriesFile(msgspec.Struct, frozen=True, kw_only=True):
    """An entries file: its rows, the pool beside them, and the bytes they were read from."""

    file: str
    site: str
    entries: tuple[EntryRow, ...]
    pool: Salaries | None
    problems: tuple[Problem, ...]
    source: bytes
    encoding: str


def read_entries(data: bytes, file: str, day: date | None = None) -> EntriesFile:
    """Read a DraftKings or FanDuel entries file.

    Raises UnreadableFileError when no row is an entries header.
    """
    data = unpack(data, file)
    log = ProblemLog(file)
    encoding = encoding_of(data, log)
    spans = split_spans(data, len(UTF8_BOM) if data.startswith(UTF8_BOM) else 0)
    if len(spans) > MAX_ROWS:
        raise UnreadableFileError(file, f"{len(spans)} rows; at most {MAX_ROWS} are read")
    rows = [[span.content.decode(encoding) for span in row] for row in spans]
    reader = _EntriesReader(log)
    for number, (cells, places) in enumerate(zip(rows, spans, strict=True), 1):
        reader.read(cells, places, number)
    if not reader.site:
        raise UnreadableFileError(
            file,
            "no entries header (Entry ID, Contest Name, Contest ID, Entry Fee, slots...); "
            "download the entries file from the site's lineup upload page",
        )
    return EntriesFile(
        file=file,
        site=reader.site,
        entries=tuple(reader.entries),
        pool=read_pool(rows, log, day),
        problems=log.taken(),
        source=data,
        encoding="utf-8" if encoding == "utf-8-sig" else encoding,
    )


class _Section:
    """The columns under one header; a file may hold several, each with its sport's slots."""

    def __init__(self, cells: Sequence[str]) -> None:
        keys = [column_key(cell) for cell in cells]
        self.columns = Columns.of(cells)
        self.site = (
            "draftkings" if keys.index("contestname") < keys.index("contestid") else ("fanduel")
        )
        self.first = max(self.columns.places[key] for key in _HEAD) + 1
        if "entryfee" in self.columns.places:
            self.first = max(self.first, self.columns.places["entryfee"] + 1)
        names = [slot_name(cell) for cell in cells[self.first :]]
        self.slots = tuple(names[: names.index("")] if "" in names else _until_text(names))


def slot_name(title: str) -> str:
    """The slot that a column is for; FanDuel's single game writes what it multiplies behind it.

    >>> slot_name("MVP - 1.5X Points"), slot_name("S-FLEX")
    ('MVP', 'S-FLEX')
    """
    return title.split(" - ", maxsplit=1)[0].strip()


def _until_text(names: Sequence[str]) -> list[str]:
    """Slot names up to the instructions, where no empty column divides the two."""
    keys = [column_key(name) for name in names]
    return list(names[: keys.index("instructions")] if "instructions" in keys else names)


class _EntriesReader:
    def __init__(self, log: ProblemLog) -> None:
        self._log = log
        self._section: _Section | None = None
        self._seen: dict[str, int] = {}
        self.entries: list[EntryRow] = []
        self.site = ""

    def read(self, cells: Sequence[str], places: Sequence[Span], number: int) -> None:
        if {column_key(cell) for cell in cells[:6]} >= set(_HEAD):
            self._section = _Section(cells)
            self.site = self.site or self._section.site
            return
        section = self._section
        if section is None or not any(cell.strip() for cell in cells[: section.first]):
            self._report_stray_lineup(cells, number)
            return
        entry = _entry(section, cells, places, number)
        self._judge(entry)
        self.entries.append(entry)

    def _report_stray_lineup(self, cells: Sequence[str], number: int) -> None:
        section = self._section
        if section is None:
            return
        lineup = cells[section.first : section.first + len(section.slots)]
        if any(cell.strip() for cell in lineup):
            self._log.add(
                number, "a lineup without an entry id; left as it is: give it the id of its entry"
            )

    def _judge(self, entry: EntryRow) -> None:
        if entry.kind == "malformed":
            self._log.add(entry.row, f"{entry.reason}; the row is left as it is")
        earlier = self._seen.setdefault(entry.entry_id, entry.row)
        if entry.entry_id and earlier != entry.row:
            self._log.add(
                entry.row, f"entry {entry.entry_id} stands in row {earlier} already; keep one"
            )


def _entry(
    section: _Section, cells: Sequence[str], places: Sequence[Span], number: int
) -> EntryRow:
    columns = section.columns
    lineup = tuple(
        _cell(slot, i, cells, places) for i, slot in enumerate(section.slots, section.first)
    )
    entry_id = columns.cell(cells, "entryid")
    contest_id = columns.cell(cells, "contestid")
    fee = _fee(columns.cell(cells, "entryfee"))
    reason = _fault(section.site, entry_id, contest_id, fee, lineup)
    return EntryRow(
        entry_id=entry_id,
        contest_id=contest_id,
        contest_name=columns.cell(cells, "contestname"),
        fee=fee or 0.0,
        cells=lineup,
        row=number,
        kind="malformed" if reason else _kind(lineup),
        reason=reason,
    )


def _cell(slot: str, i: int, cells: Sequence[str], places: Sequence[Span]) -> EntryCell:
    if i >= len(cells):
        end = places[-1].end
        return EntryCell(slot, "", "", "", locked=False, start=end, end=end, absent=True)
    written = parse_cell(cells[i])
    place = places[i]
    return EntryCell(
        slot, cells[i], written.player_id, written.name, written.locked, place.start, place.end
    )


def _kind(lineup: Sequence[EntryCell]) -> EntryKind:
    filled = sum(bool(cell.text.strip()) for cell in lineup)
    if not filled:
        return "blank"
    return "lineup" if filled == len(lineup) else "partial"


def _fault(
    site: str, entry_id: str, contest_id: str, fee: float | None, lineup: Sequence[EntryCell]
) -> str:
    if not entry_id or (site == "draftkings" and not entry_id.isdigit()):
        return f"entry id {entry_id!r} is no id; download the file again"
    if not contest_id:
        return f"entry {entry_id} names no contest; download the file again"
    if fee is None:
        return f"entry {entry_id}: the entry fee is no amount; download the file again"
    return _lineup_fault(entry_id, lineup)


def _lineup_fault(entry_id: str, lineup: Sequence[EntryCell]) -> str:
    ids = [cell.player_id for cell in lineup if cell.player_id]
    if len(ids) != len(set(ids)):
        return f"entry {entry_id} holds a player twice; put another in one of the slots"
    if ids and lineup[-1].absent:
        there = sum(not cell.absent for cell in lineup)
        return (
            f"entry {entry_id}: the row ends after {there} of {len(lineup)} slots; "
            "download the file again"
        )
    return ""


def _fee(text: str) -> float | None:
    """Dollars of ``$4 ``, ``$1,000`` or nothing (older FanDuel files have no fee).

    >>> _fee("$4 "), _fee("$1,000.50"), _fee("free?")
    (4.0, 1000.5, None)
    """
    text = text.replace("$", "").replace(",", "").strip()
    if not text or text.lower() == "free":
        return 0.0
    try:
        return float(text)
    except ValueError:
        return None
