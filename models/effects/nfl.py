"""NFL: what wind, rain, cold and lines did to points, and how positions follow their team's.

Games (n,) come in the order they were played.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from models.effects.evidence import Evidence, Floats, Ints, Sample, judged
from models.effects.learned import Effects, Force, Kind

FIRST = 2013
"""Season from which teams' own means are taken as known."""
LEANS = 6.0
"""Games that what a team did before is worth, half the season before and half the league."""
USUAL = 22.5
COLD_F = 32.0
MOST_RAIN = 1.0
"""Inches: beyond it a game is no wetter."""
SKIES = ("wind", "rain", "cold")


class Games(NamedTuple):
    """Seasons of games; (n,) each."""

    season: Ints
    week: Ints
    home: Sequence[str]
    away: Sequence[str]
    points: Floats
    """(n, 2) of home and away."""
    total: Floats
    """Closing total."""
    spread: Floats
    """Closing: points by which the home team is favoured."""
    sky: Floats
    """(n, 3) wind in mph (the day's highest), rain in inches, degrees Fahrenheit below freezing;
    nan under a roof."""

    @property
    def implied(self) -> Floats:
        """(n, 2) points that the closing line gives home and away."""
        both: Floats = np.stack([self.total + self.spread, self.total - self.spread], axis=1) / 2
        return both

    @property
    def block(self) -> Ints:
        """(n,) weeks, numbered through."""
        return self.season * 100 + self.week


class Players(NamedTuple):
    """Players of one slate whose games are over; (m,) each."""

    position: Sequence[str]
    salary: Floats
    points: Floats
    game: Ints
    scored: Floats
    """(m, 2) by his team and by the opponents."""
    implied: Floats
    """(m, 2) what the line gave them."""


class Moves(NamedTuple):
    """Teams' implied totals as first offered and as last; (m,) each."""

    first: Floats
    last: Floats
    scored: Floats
    week: Ints


GROUPS: Mapping[str, tuple[str, ...]] = {
    "passing": ("QB",),
    "skill": ("RB", "WR", "TE"),
    "defense": ("DST", "DEF", "D"),
}
"""Backs, receivers and ends are taken together: one slate is too little to tell them apart."""
TOLD_ELSEWHERE = frozenset({"passing"})
"""Groups that one slate is too short to judge, and whose slope public studies bear out.

Passers: 0.30 yards an attempt less, of about 7.1, where gusts are above 10 mph than where they are
below 5 (Pro Football Focus, "The Factors: wind's influence on completion percentage", 2017: 5,736
attempts); 54.7 % completed at 20 mph and more, 60.3 % below 10 (NFL games since 1985, analysis of
2020, thespax.com). Both are about 0.45 % a mph, half of what wind takes from a team's points."""


def own_means(games: Games) -> Floats:
    """(n, 2) what home and away were to score by their own and their opponents' earlier games."""
    made: dict[tuple[int, str], list[float]] = {}
    gave: dict[tuple[int, str], list[float]] = {}

    def mean(of: dict[tuple[int, str], list[float]], season: int, team: str) -> float:
        now, before = of.get((season, team), []), of.get((season - 1, team), [USUAL])
        lean = (float(np.mean(before)) + USUAL) / 2.0
        return (sum(now) + LEANS * lean) / (len(now) + LEANS)

    said = np.zeros((len(games.season), 2))
    rows = zip(games.season.tolist(), games.home, games.away, games.points.tolist(), strict=True)
    for row, (season, home, away, (ours, theirs)) in enumerate(rows):
        said[row] = (
            (mean(made, season, home) + mean(gave, season, away)) / 2.0,
            (mean(made, season, away) + mean(gave, season, home)) / 2.0,
        )
        for of, team, value in (
            (made, home, ours), (gave, home, theirs), (made, away, theirs), (gave, away, ours),
        ):  # fmt: skip
            of.setdefault((season, team), []).append(value)
    return said


def weather_evidence(games: Games) -> list[Evidence]:
    """Wind, then rain and cold beside it, on totals: by teams' own means, and beside the line."""
    outside = np.isfinite(games.sky[:, 0])
    total = games.points.sum(1)
    found = []
    for name, said in (("alone", own_means(games).sum(1)), ("beside the line", games.total)):
        kept = outside & (games.season >= FIRST)
        for column, sky in enumerate(SKIES):
            features = games.sky[kept][:, [0, column][: 1 + (column > 0)]]
            sample = Sample(
                total[kept], said[kept], features, games.season[kept], games.block[kept]
            )
            found.append(judged(f"{sky}, {name}", sample, level=True, beside=int(column > 0)))
    return found


def line_evidence(games: Games, moves: Moves) -> list[Evidence]:
    """What the line says beside teams' own means, and what its moves said of one season."""
    kept = games.season >= FIRST
    own = own_means(games)[kept]
    levels = Sample(
        came=games.points[kept].ravel(),
        said=own.ravel(),
        features=(games.implied[kept] - own).reshape(-1, 1),
        block=np.repeat(games.season[kept], 2),
        cluster=np.repeat(games.block[kept], 2),
    )
    moved = Sample(
        moves.scored, moves.first, (moves.last - moves.first)[:, None], moves.week, moves.week
    )
    return [judged("line, level", levels), judged("line, moves", moved)]


def position_evidence(players: Players) -> list[Evidence]:
    """How positions follow points scored, and a spread beside that; learned on other games."""
    found = []
    for name, positions in GROUPS.items():
        own = int(name == "defense")
        rows = np.flatnonzero(np.isin(players.position, positions))
        usual = np.maximum(_by_salary(players, rows), 1.0)
        scored, implied = players.scored[rows], players.implied[rows]
        beyond = usual * (scored[:, own] / implied[:, own] - 1.0)
        favoured = usual * (implied[:, 0] - implied[:, 1]) / 10.0
        sample = Sample(
            players.points[rows], usual, beyond[:, None], players.game[rows], players.game[rows]
        )
        both = sample._replace(features=np.stack([beyond, favoured], axis=1))
        found.append(judged(f"{name}, points scored", sample, from_="others"))
        found.append(judged(f"{name}, spread", both, from_="others", beside=1))
    return found


def _by_salary(players: Players, rows: Ints) -> Floats:
    """(rows,) a line through salaries and points, for each position by itself."""
    said = np.zeros(len(rows))
    position = np.array(players.position)[rows]
    for name in np.unique(position).tolist():
        of = position == name
        salary, points = players.salary[rows][of], players.points[rows][of]
        slope, base = np.polyfit(salary, points, 1)
        said[of] = base + slope * salary
    return said


def effects_from(games: Games, hours: Floats, evidence: Sequence[Evidence], source: str) -> Effects:
    """What showed out of sample, as shares of a team's points; the rest at 0.

    ``hours`` are winds during games in the open, mph: less than those of their days.
    """
    by_name = {one.name: one for one in evidence}
    usual = float(games.total.mean()) / 2.0

    def share(sky: str, where: str) -> float:
        one = by_name[f"{sky}, {where}"]
        return round(one.slopes[-1] / (2.0 * usual), 5) if one.shows else 0.0

    def follows(group: str) -> float:
        one = by_name[f"{group}, points scored"]
        return round(one.slopes[0], 3) if one.shows or group in TOLD_ELSEWHERE else 0.0

    outside = np.isfinite(games.sky[:, 0])
    force = {
        sky: Force(
            alone=share(sky, "alone"),
            beside_line=share(sky, "beside the line"),
            usual=round(float(games.sky[outside, column].mean()), 2),
        )
        for column, sky in enumerate(SKIES[:2])
    }
    hourly = round(float(hours.mean()), 2)
    level = by_name["line, level"]
    return Effects(
        sport="nfl",
        source=source,
        data_from=str(games.season.min()),
        data_to=str(games.season.max()),
        points=round(usual, 2),
        line=round(min(level.slopes[0], 1.0), 3) if level.shows else 0.0,
        wind=msgspec.structs.replace(force["wind"], usual_hour=hourly),
        rain=force["rain"],
        kinds=(
            Kind(
                positions=("QB",), says="passing",
                scores=follows("passing"), weather=follows("passing"),
            ),
            Kind(
                positions=("WR", "TE"), says="receiving",
                scores=follows("skill"), weather=follows("skill"),
            ),
            Kind(positions=("RB",), says="rushing", scores=follows("skill")),
            Kind(
                positions=GROUPS["defense"], says="defense", against=True,
                scores=follows("defense"), weather=follows("defense"),
            ),
        ),
    )  # fmt: skip
