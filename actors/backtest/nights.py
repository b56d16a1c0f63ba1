"""Which recorded nights can be played and judged, and why the others cannot."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec

from actors.feeds.folders import NightFolder, UnplayableNightError, find_night
from actors.feeds.recorded import box_scores_of
from models.files.payouts import read_payouts

_LEVELS = 4


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


class Found(NamedTuple):
    """The nights of a data folder."""

    usable: tuple[NightFolder, ...]
    excluded: tuple[Excluded, ...]


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
    excluded: list[Excluded] = []
    for folder in folders:
        try:
            usable.append(_judgeable(given_files(find_night(folder), files)))
        except (UnplayableNightError, ValueError) as fault:
            reason = str(fault).removeprefix(f"{folder}: ")
            excluded.append(Excluded(slate=str(folder.relative_to(data)), reason=reason))
    return Found(tuple(usable), tuple(excluded))


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


def _judgeable(night: NightFolder) -> NightFolder:
    """The night itself. Raises UnplayableNightError naming what is missing to judge it."""
    where = str(night.path)
    if night.final is None:
        raise UnplayableNightError(
            where, "no final standings", "without them nobody's rank and payout is known"
        )
    if night.payouts is None:
        raise UnplayableNightError(where, "no prize table", "name one in slate.json")
    if read_payouts(night.payouts.read_bytes(), night.payouts.name).total <= 0:
        raise UnplayableNightError(
            where, "none of its prizes is an amount of money", "only cash prizes are counted"
        )
    if night.results is None and not _has_box_scores(night, night.day):
        raise UnplayableNightError(
            where, f"no box scores of {night.day}", "who was held by nobody has no points then"
        )
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
