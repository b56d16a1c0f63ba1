"""Box scores: what players did in past games, one row per player and game."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from models.files.columns import Columns, find_header
from models.files.problems import Problem, ProblemLog, UnreadableFileError
from models.files.text import MAX_STANDINGS_ROWS, read_lines, split_line

_STATS = ("3p", "trb", "ast", "stl", "blk", "tov", "pts")
_SHOTS = ("fga", "3pa", "fta")
_WORTH = (1.086, -0.011, 0.78)
"""Points an attempt makes at NBA averages of 2024-25: 54.3 % of twos, 35.8 % of threes (so that a
three tried makes hardly less than a two), 78 % of free throws."""
_HEAD = (("player",), ("tm", "team"), ("date",), ("pts",))


class BoxScore(NamedTuple):
    """One player's game."""

    player: str
    team: str
    """As the file spells it, ``PHO``; ``models.files.names.team_key`` makes codes comparable."""
    opponent: str
    on: date
    minutes: float
    points: float
    """DraftKings points computed from the row's statistics."""
    fanduel_points: float
    luck: float = 0.0
    """Points made beyond what his attempts make at league averages: what does not come again."""
    rebounds: float = 0.0
    assists: float = 0.0
    scored: float = 0.0
    """Points on the scoreboard."""


class BoxScores(msgspec.Struct, frozen=True, kw_only=True):
    """All games of a file, in its order."""

    file: str
    games: tuple[BoxScore, ...]
    problems: tuple[Problem, ...] = ()


def read_box_scores(data: bytes, file: str) -> BoxScores:
    """Read NBA box scores (csv, gzip or zip). Raises UnreadableFileError without such columns."""
    log = ProblemLog(file)
    lines = read_lines(data, log, MAX_STANDINGS_ROWS)
    found = find_header([split_line(line) for line in lines[:5]], *_HEAD)
    if found is None:
        raise UnreadableFileError(file, "no box scores: the header needs Player, Tm, date and PTS")
    header, columns = found
    reader = _Reader(columns, log)
    games = tuple(
        game
        for number, line in enumerate(lines[header + 1 :], header + 2)
        if (game := reader.read(split_line(line), number)) is not None
    )
    return BoxScores(file=file, games=games, problems=log.taken())


def draftkings_nba_points(stats: Sequence[float]) -> float:
    """DraftKings NBA points of (threes, rebounds, assists, steals, blocks, turnovers, points).

    Scoring as published by DraftKings: 1 a point, 0.5 a three, 1.25 a rebound, 1.5 an assist,
    2 a steal or block, -0.5 a turnover, 1.5 for a double-double and 3 more for a triple-double.

    >>> draftkings_nba_points([8, 4, 10, 1, 1, 1, 37])  # Jayson Tatum, 2024-10-22
    66.0
    """
    threes, rebounds, assists, steals, blocks, turnovers, points = stats
    tens = sum(stat >= 10 for stat in (points, rebounds, assists, steals, blocks))
    return (
        points
        + 0.5 * threes
        + 1.25 * rebounds
        + 1.5 * assists
        + 2.0 * (steals + blocks)
        - 0.5 * turnovers
        + 1.5 * (tens >= 2)
        + 3.0 * (tens >= 3)
    )


def fanduel_nba_points(stats: Sequence[float]) -> float:
    """FanDuel NBA points: 1.2 a rebound, 1.5 an assist, 3 a steal or block, -1 a turnover.

    >>> fanduel_nba_points([8, 4, 10, 1, 1, 1, 37])
    61.8
    """
    _, rebounds, assists, steals, blocks, turnovers, points = stats
    return points + 1.2 * rebounds + 1.5 * assists + 3.0 * (steals + blocks) - turnovers


class _Reader:
    def __init__(self, columns: Columns, log: ProblemLog) -> None:
        places = columns.places
        self._log = log
        self._player = places["player"]
        self._team = places.get("tm", places.get("team", 0))
        self._date = places["date"]
        self._minutes = places.get("mp", places.get("minutes"))
        self._opponent = places.get("opp", places.get("opponent"))
        self._stats = [places.get(stat) for stat in _STATS]
        self._shots = [places.get(stat) for stat in _SHOTS]
        self._dates: dict[str, date] = {}
        missing = [stat for stat, place in zip(_STATS, self._stats, strict=True) if place is None]
        if missing:
            log.add(1, f"no column for {', '.join(missing)}: counted as none; add the columns")

    def read(self, row: Sequence[str], number: int) -> BoxScore | None:
        if not any(row):
            return None
        try:
            stats = [_number(row, place) for place in self._stats]
            return BoxScore(
                row[self._player].strip(),
                row[self._team].strip(),
                "" if self._opponent is None else row[self._opponent].strip(),
                self._day(row[self._date]),
                _number(row, self._minutes),
                draftkings_nba_points(stats),
                fanduel_nba_points(stats),
                self._luck(row, stats[-1]),
                stats[1],
                stats[2],
                stats[-1],
            )
        except (ValueError, IndexError):
            self._log.add(number, "a number or the date cannot be read; the game is left out")
            return None

    def _luck(self, row: Sequence[str], made: float) -> float:
        """None where the file counts no attempts."""
        if None in self._shots:
            return 0.0
        attempts = [_number(row, place) for place in self._shots]
        return made - sum(n * worth for n, worth in zip(attempts, _WORTH, strict=True))

    def _day(self, text: str) -> date:
        known = self._dates.get(text)
        if known is None:
            known = self._dates[text] = date.fromisoformat(text.strip()[:10])
        return known


def _number(row: Sequence[str], place: int | None) -> float:
    return 0.0 if place is None else float(row[place] or 0)
