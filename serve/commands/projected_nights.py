"""Recorded nights as player-games with what was said of each before it: for the calibrations."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from models.files import BoxScore
    from models.projections.learned import Table
    from models.projections.season import Season
    from models.recording import Recording
    from models.slate import Slate

POSITIONS = ("PG", "SG", "SF", "PF", "C")


class Line(NamedTuple):
    """A player-game of somebody who played and had played before."""

    known: bool
    """Whether the night's absences are known."""
    day: int
    salary: int
    points: float
    projected: float
    spread: float
    season: float
    """Mean of his games before."""
    last_five: float
    position: int
    """The first he lists, numbered by ``POSITIONS``."""
    published: float
    """What a file of projections said of him; nan where none did."""


def recorded_games(data: Path) -> tuple[BoxScore, ...]:
    """All box scores of a folder of nights."""
    from models.files import read_box_scores  # noqa: PLC0415

    file = data / "box_scores.csv.gz"
    return read_box_scores(file.read_bytes(), file.name).games


def projected_nights(data: Path, published: Path | None = None) -> Iterator[Line]:
    """Every night projected from what was known before it, beside ``published``/<date>.csv."""
    from actors.feeds.folders import find_night  # noqa: PLC0415
    from actors.feeds.recorded import load_recording  # noqa: PLC0415
    from models.projections.learned import season_table  # noqa: PLC0415
    from models.projections.season import Season  # noqa: PLC0415

    games = recorded_games(data)
    season = Season.of(games)
    table = season_table(season)
    played = {game.on for game in games}
    for folder in sorted((data / "slates").iterdir()):
        day = date.fromisoformat(folder.name)
        if day in played and (folder / "DKSalaries.csv").is_file():
            recording = load_recording(find_night(folder), entries=1)
            tonight = [game for game in games if game.on == day]
            said = _published(published, recording.slate, day)
            yield from _night(recording, season, table, tonight, said)


def _night(
    recording: Recording,
    season: Season,
    table: Table,
    tonight: Sequence[BoxScore],
    published: Mapping[str, float],
) -> Iterator[Line]:
    from models.files import name_key  # noqa: PLC0415
    from models.projections.expected import expectations  # noqa: PLC0415
    from models.projections.learned import learn  # noqa: PLC0415

    day = tonight[0].on
    try:
        weights = learn(table.before(day))
    except ValueError:  # too early in the season
        return
    reported = {player_id for player_id, _ in recording.reports}
    absent = {*recording.absent, *reported}
    said = expectations(
        recording.slate, season, day, weights, absent=absent, settled=bool(recording.absent)
    )
    past, points = season.before(day), {name_key(game.player): game.points for game in tonight}
    for player in recording.slate.players:
        person = past.person(player.name, player.team)
        earlier = past.points[past.player == person]  # -1 is nobody
        came = points.get(name_key(player.name))
        if came is not None and len(earlier):
            mine = said[player.player_id]
            yield Line(
                bool(recording.absent), day.toordinal(), player.salary, came,
                mine.if_plays, mine.spread, float(earlier.mean()), float(earlier[-5:].mean()),
                POSITIONS.index(player.positions[0]),
                published.get(player.player_id, math.nan),
            )  # fmt: skip


def _published(folder: Path | None, slate: Slate, day: date) -> Mapping[str, float]:
    """Points by player id, where the folder has the day; who is listed at 0 is not projected."""
    from models.files import read_projections  # noqa: PLC0415

    file = folder / f"{day.isoformat()}.csv" if folder else None
    if file is None or not file.is_file():
        return {}
    found = read_projections(file.read_bytes(), file.name, slate.players)
    return {p: one.points for p, one in found.by_id.items() if one.points > 0}
