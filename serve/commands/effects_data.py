"""Recorded seasons as the columns that effects are learned from."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.effects import nba, nfl
from models.files.names import team_key
from models.identity.teams import team_code

if TYPE_CHECKING:
    from models.projections.learned import Table

NFL_GAMES = Path("nfl-injuries/games.parquet")
NFL_WEATHER = Path("nfl-injuries/weather.parquet")
NFL_LINES = Path("nfl-odds-2025/line_changes.csv.gz")
NFL_SLATE = Path("nfl-2019")
NBA_GAMES = Path("nba-2024-25/box_scores.csv.gz")

_GAMES = """
    SELECT g.season, g.week, g.home_team, g.away_team, g.home_score, g.away_score, g.total_line,
           g.spread_line, w.wind_max, least(w.precip, {rain}),
           greatest({cold} - w.temp_mean, 0), epoch(g.kickoff)
    FROM read_parquet('{games}') g LEFT JOIN read_parquet('{weather}') w
      ON w.team = g.home_team AND w.date = date_trunc('day', g.kickoff)
    WHERE g.home_score IS NOT NULL AND g.total_line IS NOT NULL AND g.spread_line IS NOT NULL
    ORDER BY g.kickoff, g.game_id
"""
_LINES = """
    WITH quoted AS (
        SELECT *, row_number() OVER (PARTITION BY game_id, book, market, outcome
                                     ORDER BY commit_utc) = 1 AS first,
               row_number() OVER (PARTITION BY game_id, book, market, outcome
                                  ORDER BY commit_utc DESC) = 1 AS last
        FROM read_csv('{lines}') WHERE commit_utc < commence_time
    )
    SELECT any_value(home), any_value(away), epoch(any_value(commence_time)),
           median(point) FILTER (market = 'totals' AND first),
           median(point) FILTER (market = 'totals' AND last),
           median(point) FILTER (market = 'spreads' AND outcome = home AND first),
           median(point) FILTER (market = 'spreads' AND outcome = home AND last)
    FROM quoted GROUP BY game_id ORDER BY 3, 1
"""
_NEAR_S = 3 * 86_400.0


def nfl_games(data: Path) -> nfl.Games:
    """Games with lines and scores. Raises ValueError where the folder has none."""
    rows = _asked(
        _GAMES.format(
            games=_there(data / NFL_GAMES), weather=_there(data / NFL_WEATHER),
            rain=nfl.MOST_RAIN, cold=nfl.COLD_F,
        )
    )  # fmt: skip
    number = np.array([[np.nan if v is None else v for v in row[4:11]] for row in rows], float)
    return nfl.Games(
        season=np.array([row[0] for row in rows], np.intp),
        week=np.array([row[1] for row in rows], np.intp),
        home=[row[2] for row in rows],
        away=[row[3] for row in rows],
        points=number[:, :2],
        total=number[:, 2],
        spread=number[:, 3],
        sky=number[:, 4:],
    )


def nfl_moves(data: Path) -> nfl.Moves:
    """First and last implied totals of the games whose lines were recorded, and their scores."""
    games = _asked(
        _GAMES.format(
            games=_there(data / NFL_GAMES), weather=_there(data / NFL_WEATHER),
            rain=nfl.MOST_RAIN, cold=nfl.COLD_F,
        )
    )  # fmt: skip
    played: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
    for game in games:
        played.setdefault((team_key(game[2]), team_key(game[3])), []).append(game)
    found = []
    for home, away, start, *points in _asked(_LINES.format(lines=_there(data / NFL_LINES))):
        meetings = played.get((_code(home), _code(away)), [])
        near = [game for game in meetings if abs(game[11] - start) < _NEAR_S]
        if not near or None in points:
            continue
        total, then, spread, last = points
        for side, scored in ((-1.0, near[0][4]), (1.0, near[0][5])):
            found.append(
                ((total + side * spread) / 2, (then + side * last) / 2, scored, near[0][1])
            )
    first, last_, scored_, week = np.array(found, float).T
    return nfl.Moves(first, last_, scored_, week.astype(np.intp))


def nfl_players(data: Path) -> nfl.Players:
    """The players of the recorded slate with what their teams scored."""
    folder = _there(data / NFL_SLATE)
    salaries = next(iter(sorted(folder.glob("salaries_actuals_*.csv"))), None)
    lines = next(iter(sorted(folder.glob("games_*.csv"))), None)
    if salaries is None or lines is None:
        raise ValueError(f"{folder}: needs salaries_actuals_*.csv and games_*.csv")
    day = datetime.strptime(salaries.stem[-10:], "%Y-%m-%d").replace(tzinfo=UTC).date()
    sides = {
        team: side
        for number, row in enumerate(_rows(lines))
        if abs((datetime.fromisoformat(row["gameday"]).date() - day).days) <= 1
        for team, side in _sides(row, number)
    }
    rows = [row for row in _rows(salaries) if _code(row["team"]) in sides]
    of = [sides[_code(row["team"])] for row in rows]
    return nfl.Players(
        position=[row["pos"] for row in rows],
        salary=np.array([float(row["salary"]) for row in rows]),
        points=np.array([float(row["projections_actpts"] or 0) for row in rows]),
        game=np.array([side[0] for side in of], np.intp),
        scored=np.array([side[1] for side in of], float),
        implied=np.array([side[2] for side in of], float),
    )


def nfl_winds(data: Path) -> NDArray[np.float64]:
    """Winds during the recorded games of 2019 that were played in the open, mph."""
    files = sorted(_there(data / NFL_SLATE).glob("games_*.csv"))
    return np.array([float(row["wind_mph"]) for file in files for row in _rows(file)
                     if row["wind_mph"]])  # fmt: skip


_Side = tuple[int, tuple[float, float], tuple[float, float]]
"""A game's number, points scored by a team and against it, what the line gave both."""


def _sides(row: dict[str, str], number: int) -> Iterator[tuple[str, _Side]]:
    total, spread = float(row["total_line"]), float(row["spread_line"])
    home, away = float(row["home_score"]), float(row["away_score"])
    implied = (total + spread) / 2, (total - spread) / 2
    yield _code(row["home"]), (number, (home, away), implied)
    yield _code(row["away"]), (number, (away, home), implied[::-1])


def nba_sheets(data: Path) -> tuple[nba.TeamGames, nba.Evenings]:
    """Team scores, and player-games with a projection learned from the months before theirs."""
    from models.files import read_box_scores  # noqa: PLC0415
    from models.projections.learned import FEWEST, season_table  # noqa: PLC0415
    from models.projections.season import Season  # noqa: PLC0415

    file = _there(data / NBA_GAMES)
    games = read_box_scores(file.read_bytes(), file.name).games
    season, table = Season.of(games), season_table(Season.of(games))
    scored: dict[tuple[int, int, int], float] = {}
    for game in games:
        teams = season.teams[team_key(game.team)], season.teams.get(team_key(game.opponent), -1)
        key = (game.on.toordinal(), *teams)
        scored[key] = scored.get(key, 0.0) + game.scored
    met = [(*key, points) for key, points in sorted(scored.items()) if key[2] >= 0]
    day, team, opponent, points = np.array(met, float).T
    rows = slice(len(season.day) - len(table.day), None)
    said = _projected(table)
    kept = np.isfinite(said) & (table.games >= FEWEST)
    minutes = table.values[:, table.names.index("minutes10")]
    return (
        nba.TeamGames(day.astype(np.intp), team.astype(np.intp), opponent.astype(np.intp), points),
        nba.Evenings(
            table.day[kept], season.team[rows][kept], table.points[kept], said[kept], minutes[kept]
        ),
    )


def _projected(table: Table) -> NDArray[np.float64]:
    """(n,) projections, learned anew every two weeks from what came before; nan before that."""
    from datetime import date  # noqa: PLC0415

    from models.projections.learned import learn  # noqa: PLC0415

    said = np.full(len(table.day), np.nan)
    for first in range(int(table.day[0]) + 42, int(table.day[-1]) + 1, 14):
        now = (table.day >= first) & (table.day < first + 14)
        weights = learn(table.before(date.fromordinal(first)))
        said[now] = weights.points(table.names, table.values[now])
    return said


def _code(team: str) -> str:
    return team_key(team_code(team, "nfl"))


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="") as lines:
        return list(csv.DictReader(lines))


def _asked(query: str) -> list[tuple[Any, ...]]:
    import duckdb  # noqa: PLC0415

    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        return database.execute(query).fetchall()


def _there(path: Path) -> Path:
    if not path.exists():
        raise ValueError(f"{path} is not there: --data is the folder that holds nfl-injuries/")
    return path
