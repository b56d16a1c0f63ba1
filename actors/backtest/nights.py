"""Which recorded nights can be played and judged, and why the others cannot."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from actors.feeds.folders import NightFolder, UnplayableNightError, find_night
from actors.feeds.recorded import box_scores_of
from models.files.payouts import read_payouts

_LEVELS = 4
_STAMP = re.compile(r"-(\d{8}T\d{6}Z)")


class Files(msgspec.Struct, frozen=True):
    """Files named by the user, in place of those found beside the nights."""

    payouts: str | None = None
    """Folder of the prize tables."""
    box_scores: str | None = None
    news: str | None = None


class Excluded(msgspec.Struct, frozen=True, kw_only=True):
    """A night that is left out, and what is missing."""

    slate: str
    """Its folder below the data's."""
    reason: str
    in_points: bool = False
    """Whether it is played for all that, and its swaps are told and judged in points."""


class Found(NamedTuple):
    """The nights of a data folder."""

    usable: tuple[NightFolder, ...]
    in_points: tuple[NightFolder, ...]
    """Nights whose swaps are told and judged in points: nobody's rank or payout is known."""
    excluded: tuple[Excluded, ...]
    """With the reason, those in points as well."""

    @property
    def playable(self) -> tuple[NightFolder, ...]:
        """Nights with decisions to be made."""
        return (*self.usable, *self.in_points)

    def without(self, data: Path, failed: Mapping[Path, str]) -> Found:
        """The same where some nights, by their folders, proved not to be computable."""
        usable, in_points = (
            tuple(night for night in nights if night.path not in failed)
            for nights in (self.usable, self.in_points)
        )
        told = {
            str(path.relative_to(data)): Excluded(slate=str(path.relative_to(data)), reason=reason)
            for path, reason in failed.items()
        }
        others = (night for night in self.excluded if night.slate not in told)
        return Found(usable, in_points, (*others, *told.values()))


def find_nights(data: Path, files: Files) -> Found:
    """Every night below a folder, in the order of their paths.

    Raises UnplayableNightError where the folder holds no night at all.
    """
    folders = list(_folders(data))
    if not folders:
        raise UnplayableNightError(
            str(data), "there is no night in it", "give a folder with slates/<date>/ or <date>/"
        )
    usable: list[NightFolder] = []
    in_points: list[NightFolder] = []
    excluded: list[Excluded] = []
    for folder in folders:
        name = str(folder.relative_to(data))
        try:
            night = given_files(find_night(folder), files)
            lacks = _why_in_points(night)
            if lacks:
                in_points.append(night._replace(payouts=None))
                excluded.append(Excluded(slate=name, reason=lacks, in_points=True))
            else:
                usable.append(night)
        except (UnplayableNightError, ValueError, OSError) as fault:
            reason = str(fault).removeprefix(f"{folder}: ")
            excluded.append(Excluded(slate=name, reason=reason))
    return Found(tuple(usable), tuple(in_points), tuple(excluded))


def _why_in_points(night: NightFolder) -> str:
    """What a night that can be played lacks to be judged in payouts; empty where nothing.

    Raises UnplayableNightError where it cannot be judged at all, UnreadableFileError where its
    prizes cannot be read.
    """
    where = str(night.path)
    if night.final is None and downloaded_at(night) is None:
        raise UnplayableNightError(
            where, "no final standings", "without them nobody's rank and payout is known"
        )
    nothing_past = night.final is not None and night.box_scores is None
    if night.results is None and not nothing_past and not _has_box_scores(night, night.day):
        lacks = "no final standings, and " if night.final is None else ""
        raise UnplayableNightError(
            where,
            f"{lacks}no box scores of {night.day}",
            "who was held by nobody has no points then",
        )
    if night.final is None:
        return "no final standings: one user's entries, judged in points alone"
    if night.results is None and nothing_past:
        return "no box scores: salaries give the projections, judged in points alone"
    if night.payouts is None:
        return f"{_no_prizes(night)}; judged in points alone"
    if read_payouts(night.payouts.read_bytes(), night.payouts.name).total <= 0:
        return "none of its prizes is an amount of money; judged in points alone"
    return ""


def _no_prizes(night: NightFolder) -> str:
    table = night.note.payout_table
    return f"no prize table {table}" if table else "no prize table: slate.json names none"


def downloaded_at(night: NightFolder) -> datetime | None:
    """When the first of the night's entry files was downloaded, by its name; None without one."""
    times = (_STAMP.search(file.name) for file in night.entries)
    stamps = [datetime.strptime(f"{t[1]}+0000", "%Y%m%dT%H%M%SZ%z") for t in times if t]
    return min(stamps, default=None)


def _folders(data: Path) -> Iterator[Path]:
    """Folders that hold standings, salaries or a note of a contest, nearest first."""
    layers = ["*/" * level + "{}" for level in range(_LEVELS)]
    names = "DKSalaries.csv", "contest-standings*", "slate.json"
    found = {f.parent for layer in layers for name in names for f in data.glob(layer.format(name))}
    yield from sorted(found)


def given_files(night: NightFolder, files: Files) -> NightFolder:
    """The night with the files that were named for it."""
    if files.payouts and night.note.payout_table:
        table = Path(files.payouts) / night.note.payout_table
        night = night._replace(payouts=table if table.is_file() else None)
    if files.box_scores:
        night = night._replace(box_scores=Path(files.box_scores))
    if files.news:
        night = night._replace(news=Path(files.news))
    return night


def _has_box_scores(night: NightFolder, day: date) -> bool:
    return any(game.on == day for game in box_scores_of(night.box_scores))


def results_of(night: NightFolder) -> dict[tuple[str, str], float]:
    """Points of everybody who played that night, by name and team: to judge by, not to decide."""
    if night.results is not None:
        with night.results.open(encoding="utf-8-sig", newline="") as lines:
            return {
                (row["Player"], row["Team"]): float(row["Score"] or 0)
                for row in csv.DictReader(lines)
                if float(row["Mins"] or 0) > 0
            }
    games = box_scores_of(night.box_scores)
    return {(g.player, g.team): g.points for g in games if g.on == night.day}
