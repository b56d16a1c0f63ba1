"""What past games say of tonight: one row of numbers a player, the same to learn from and to use.

Minutes come first: a team has 240 of them, and who is absent leaves his to the others. Games that
were played by much the same team count more (``similar``). Then comes production per minute, in
points and in ``chances``: points without the luck of the shots.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.projections.season import TEAM_MINUTES, Floats, Ints, Season
from models.projections.teams import TeamNight, opposition, team_night

LENGTH = 40
"""Most recent games looked at one by one; of older ones the season's mean tells."""
STRANGERS_MINUTES = 10.0
"""Of somebody who never played: tonight's line-up has to count him at something."""
ELSEWHERE = 70.0
"""Minutes of line-up that a game for another team is taken to differ by."""
ALIKE = 30.0
"""Minutes of line-up that differ at which a game counts 1/e."""


class Tonight(NamedTuple):
    """Who may play in one night's games; m players."""

    player: Ints
    """Numbers of the season's people, -1 for a stranger."""
    team: Ints
    opponent: Ints
    plays: Floats
    """(m,) chance that each plays: 0 is known to be out. What is told of a player himself holds
    for the case that he plays."""


class Features(NamedTuple):
    """Numbers of m players."""

    names: tuple[str, ...]
    values: Floats
    """(m, K); 0 where a player has no past."""
    games: Ints
    """(m,) earlier games."""


def features(season: Season, tonight: Tonight, day: int) -> Features:
    """What the season so far says; it must end before ``day`` (``date.toordinal``).

    Raises ValueError for a season without a game.
    """
    return Known.of(season).features(tonight, day)


class _Past(NamedTuple):
    """Every person's most recent games; N people."""

    rows: Ints
    """(N, LENGTH) rows of the season, newest first."""
    there: NDArray[np.bool_]
    """(N, LENGTH)."""
    games: Ints
    """(N,)."""
    last: Ints
    """(N,) row of the last game; of no meaning without one."""

    @classmethod
    def of(cls, season: Season) -> _Past:
        order = np.argsort(season.player, kind="stable")
        people = np.arange(len(season.people))
        sorted_players = season.player[order]
        first = np.searchsorted(sorted_players, people)
        end = np.searchsorted(sorted_players, people, side="right")
        place = end[:, None] - 1 - np.arange(LENGTH)
        there = place >= first[:, None]
        rows = order[np.where(there, place, 0)]
        return cls(rows, there, end - first, rows[:, 0])


class Known(NamedTuple):
    """A season so far, made ready to be asked about several evenings that may come next."""

    season: Season
    past: _Past
    form: Form
    rated: tuple[Floats, Floats]
    """(T,) points that teams make and allow."""

    @classmethod
    def of(cls, season: Season) -> Known:
        """Raises ValueError for a season without a game."""
        if not len(season.day):
            raise ValueError("no game so far: nothing is known of anybody")
        past = _Past.of(season)
        return cls(season, past, _form(season, past), opposition(season))

    def features(self, tonight: Tonight, day: int) -> Features:
        """One row for each of tonight's players (m,); the season must end before ``day``."""
        season, past, form = self.season, self.past, self.form
        found = np.zeros((len(tonight.player), len(_BESIDE)))
        for team in np.unique(tonight.team).tolist():
            rows = np.flatnonzero(tonight.team == team)
            night = team_night(season, past.last, team, _among(tonight, rows), form)
            found[rows] = _beside(season, past, form, night, tonight.player[rows])
        known = tonight.player >= 0
        person = np.where(known, tonight.player, 0)
        values = _columns(form, person, found, day - season.day[past.last[person]])
        values.update(_against(self.rated, tonight, values))
        games = np.where(known, past.games[person], 0)
        table = np.stack(list(values.values()), axis=1)
        return Features(tuple(values), np.where((games > 0)[:, None], table, 0.0), games)


class Form(NamedTuple):
    """Means of every person's past games; (N,) each."""

    columns: dict[str, Floats]
    minutes: Floats
    """What he usually plays."""
    rate: Floats
    """Chances a minute, over the season."""
    size: Floats
    games: Ints


def _form(season: Season, past: _Past) -> Form:
    def recent(values: Floats, half_life: float) -> Floats:
        weight = past.there * 0.5 ** (np.arange(LENGTH) / half_life)
        total = (weight * values[past.rows]).sum(1)
        found: Floats = total / np.maximum(weight.sum(1), 1e-9)
        return found

    def whole(values: Floats) -> Floats:
        people = len(season.people)
        total = np.bincount(season.player, values, people)
        mean: Floats = total / np.maximum(past.games, 1)
        return mean

    points, minutes, chances = season.points, season.minutes, season.chances
    columns = {
        "points": whole(points),
        **{f"points{h}": recent(points, h) for h in (3, 6, 12)},
        **{f"chances{h}": recent(chances, h) for h in (4, 8)},
        "minutes": whole(minutes),
        **{f"minutes{h}": recent(minutes, h) for h in (2, 4, 10)},
    }
    usual = 0.6 * columns["minutes4"] + 0.4 * columns["minutes10"]
    rate = whole(chances) / np.maximum(columns["minutes"], 1.0)
    columns["rate8"] = columns["chances8"] / np.maximum(recent(minutes, 8), 1.0)
    usual = np.where(past.games > 0, usual, STRANGERS_MINUTES)
    return Form(columns, usual, rate, recent(season.size, 12), past.games)


def _among(tonight: Tonight, rows: Ints) -> tuple[Ints, Floats]:
    """People of a team tonight with their chances to play; strangers aside."""
    known = rows[tonight.player[rows] >= 0]
    return tonight.player[known], tonight.plays[known]


def _beside(season: Season, past: _Past, form: Form, night: TeamNight, players: Ints) -> Floats:
    """(m, 14) what the company of tonight says of each player of one team."""
    known = players >= 0
    person = np.where(known, players, 0)
    rows, there = past.rows[person], past.there[person]
    own = form.minutes[person] * (1.0 - night.plays[person])
    apart = np.where(season.team[rows] == night.team, night.apart[rows] - own[:, None], ELSEWHERE)
    weight = there * np.exp(-apart / ALIKE - np.arange(LENGTH) / (8.0 / np.log(2.0))) + 1e-9
    total = weight.sum(1)
    others = night.total + own
    room = np.maximum(36.0 - form.columns["minutes4"][person], 0.0) / 50.0
    left, left_alike, usage, back, back_alike = night.left(form, person)
    rate = form.rate[person]
    return np.stack(
        (
            (weight * season.minutes[rows]).sum(1) / total,
            (weight * season.chances[rows]).sum(1) / total,
            total,
            form.minutes[person] * TEAM_MINUTES / np.maximum(others, TEAM_MINUTES / 2),
            others,
            left,
            left_alike,
            usage,
            back,
            back_alike,
            left * room,
            left_alike * room * rate,
            night.missed[person] > 0,
            night.missed[person] >= 4,
        ),
        axis=1,
    )


_BESIDE = (
    "similar_minutes", "similar_chances", "similar", "share_minutes", "team_minutes", "left",
    "left_alike", "usage", "back", "back_alike", "room", "room_alike", "missed", "missed_long",
)  # fmt: skip


def _columns(form: Form, person: Ints, beside: Floats, rest: Ints) -> dict[str, Floats]:
    """Named columns (m,), products of minutes and rates among them."""
    one = {name: column[person] for name, column in form.columns.items()}
    one |= dict(zip(_BESIDE, beside.T, strict=True))
    rate = form.rate[person]
    again = (rest == 1).astype(np.float64)
    expected = one["share_minutes"] * one["rate8"]
    return one | {
        "rate": rate,
        "expected": expected,
        "expected_similar": one["similar_minutes"] * rate,
        "expected_season": one["share_minutes"] * rate,
        "expected_high": np.maximum(expected - 25.0, 0.0),
        "expected_low": np.maximum(12.0 - expected, 0.0),
        "root": np.sqrt(np.maximum(one["points12"], 0.0)),
        **{f"{n}_rate": one[n] * rate for n in ("left", "left_alike", "back", "back_alike")},
        "long_minutes": one["missed_long"] * one["minutes10"],
        "rising": one["minutes2"] - one["minutes10"],
        "rest": np.minimum(rest, 10).astype(np.float64),
        "again": again,
        "again_minutes": again * one["minutes4"],
        "new": (form.games[person] < 8).astype(np.float64),
        "size": form.size[person],
    }


def _against(
    rated: tuple[Floats, Floats], tonight: Tonight, columns: dict[str, Floats]
) -> dict[str, Floats]:
    """What tonight's opponents allow, and what his own team makes, against the league."""
    made, allowed = rated
    own = made[tonight.team]
    other = np.where(tonight.opponent >= 0, allowed[tonight.opponent], 0.0)
    share = columns["expected"] / 100.0
    return {
        "allowed": other,
        "made": own,
        "allowed_share": other * share,
        "made_share": own * share,
    }
