"""Where the files of a recorded night lie, in each layout that such folders have."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_FEE_IN_NAME = re.compile(r"(\d+)_(\d\d)entry_(.+)")
_NOT_WORD = re.compile(r"[^A-Za-z0-9]+")
_FINAL = re.compile(r"contest-standings(-\d+)?\.(zip|csv)")
"""Without the moment at which it was downloaded: the last one."""
_LEVELS = 3


class UnplayableNightError(ValueError):
    """A folder that cannot be played: what is missing, and what would help."""

    def __init__(self, folder: str, missing: str, remedy: str) -> None:
        super().__init__(folder, missing, remedy)
        self.folder = folder
        self.missing = missing
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.folder}: {self.missing}; {self.remedy}"


class Kept(msgspec.Struct):
    """One standings file as ``slate.json`` lists it."""

    file: str
    kind: str
    taken_at: datetime | None = None
    not_after: str | None = None
    """For copies without a time: they are no newer than this."""
    entries: int = 0

    @property
    def known_at(self) -> datetime | None:
        """When its content was certainly to be seen."""
        return self.taken_at or (datetime.fromisoformat(self.not_after) if self.not_after else None)


class SlateNote(msgspec.Struct):
    """``slate.json``: what is known of the contest besides the site's files."""

    contest_id: str = ""
    contest_name: str | None = None
    entry_fee: float | None = None
    snapshots: tuple[Kept, ...] = ()
    payout_table: str | None = None


class NightFolder(NamedTuple):
    """The files of one night; None where a night has none."""

    path: Path
    day: date
    note: SlateNote
    salaries: Path
    final: Path | None
    live: tuple[tuple[Path, datetime], ...]
    """Standings while the contest ran, with the moment they were to be seen at."""
    entries: tuple[Path, ...]
    """Entry files, in the order of their download."""
    payouts: Path | None
    box_scores: Path | None
    results: Path | None
    """Minutes of everybody that night, where no box scores are."""
    news: Path | None


def find_night(path: Path) -> NightFolder:
    """Find the files of the night in this folder and the folders above it.

    Raises UnplayableNightError without a salary file, or without a date in the folder's name.
    """
    if not path.is_dir():
        raise UnplayableNightError(str(path), "there is no such folder", "give a night's folder")
    salaries = path / "DKSalaries.csv"
    if not salaries.is_file():
        raise UnplayableNightError(
            str(path), "DKSalaries.csv is missing, so nobody's salary, position and game is known",
            "put the contest's salary file there, or choose another night",
        )  # fmt: skip
    note = _note(path)
    files = {kept.file: kept for kept in note.snapshots}
    final = [path / name for name, kept in files.items() if kept.kind == "final"]
    final += sorted(file for file in path.glob("contest-standings*") if _FINAL.fullmatch(file.name))
    return NightFolder(
        path=path,
        day=_day(path),
        note=note,
        salaries=salaries,
        final=next((file for file in final if file.is_file()), None),
        live=tuple(_live(path, files)),
        entries=tuple(sorted(path.glob("DKEntries*.csv"))),
        payouts=_payouts(path, note),
        box_scores=_above(path, "box_scores.csv.gz"),
        results=_above(path, "player_results.csv"),
        news=_above(path, "news_intervals.csv"),
    )


def _note(path: Path) -> SlateNote:
    file = path / "slate.json"
    if not file.is_file():
        return _note_from_list(path)
    try:
        return msgspec.json.decode(file.read_bytes(), type=SlateNote)
    except msgspec.DecodeError as fault:
        raise UnplayableNightError(
            str(path), f"slate.json cannot be read ({fault})", "correct or remove it"
        ) from fault


def _note_from_list(path: Path) -> SlateNote:
    """Fee and name from the folder's own name, completed by ``contests.csv`` above it."""
    named = _FEE_IN_NAME.fullmatch(path.name)
    if named is None:
        return SlateNote(contest_id=path.name)
    fee = float(f"{named[1]}.{named[2]}")
    row = _listed(path, fee, named[3])
    return SlateNote(
        contest_id=row.get("Contest_ID", path.name),
        contest_name=row.get("Contest_Name", named[3].replace("_", " ")),
        entry_fee=fee,
    )


def _listed(path: Path, fee: float, name: str) -> Mapping[str, str]:
    """The row of ``contests.csv`` for this night, fee and name; empty unless there is just one."""
    file = _above(path, "contests.csv")
    if file is None:
        return {}
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = [
            row
            for row in csv.DictReader(lines)
            if row["Contest_Date"] == path.parent.name
            and float(row["Entry_Fee"].lstrip("$")) == fee
            and _slug(row["Contest_Name"]) == _slug(name)
        ]
    return rows[0] if len(rows) == 1 else {}


def _slug(name: str) -> str:
    return _NOT_WORD.sub("_", name).strip("_").lower()


def _live(path: Path, files: Mapping[str, Kept]) -> Iterator[tuple[Path, datetime]]:
    for name, kept in files.items():
        known = kept.known_at
        if kept.kind == "live" and known is not None and (path / name).is_file():
            yield path / name, known


def _payouts(path: Path, note: SlateNote) -> Path | None:
    if note.payout_table:
        folder = _above(path, "payouts")
        found = folder / note.payout_table if folder else path / note.payout_table
        return found if found.is_file() else None
    beside = path / "payout_structure.csv"
    return beside if beside.is_file() else None


def _day(path: Path) -> date:
    for folder in (path, *path.parents[:_LEVELS]):
        if _DAY.fullmatch(folder.name):
            return date.fromisoformat(folder.name)
    raise UnplayableNightError(
        str(path), "no folder is named by the night's date", "name it like 2025-01-12"
    )


def _above(path: Path, name: str) -> Path | None:
    """The file or folder of this name in the folder itself or the nearest folder above."""
    folders = (path, *path.resolve().parents[:_LEVELS])
    return next((folder / name for folder in folders if (folder / name).exists()), None)
