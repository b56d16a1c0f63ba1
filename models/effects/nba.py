"""NBA: whether a lopsided game or a fast one shows in what players score, beside projections.

No line is recorded for these nights: ratings of teams from earlier games stand for it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.effects.evidence import Evidence, Floats, Ints, Sample, judged

FIRST_DAYS = 10
HALF_LIFE = 60.0
"""Days."""
STIFFNESS = 4.0
STARTER = 28.0
"""Usual minutes from which somebody sits where a game is decided."""


class TeamGames(NamedTuple):
    """What teams scored; (g,) each, by day."""

    day: Ints
    team: Ints
    opponent: Ints
    scored: Floats


class Evenings(NamedTuple):
    """Player-games with a projection; (n,) each."""

    day: Ints
    team: Ints
    points: Floats
    projected: Floats
    minutes: Floats
    """What he usually plays."""


def expected_scores(games: TeamGames) -> Floats:
    """(g, 3) what each team was to score, what it was to allow, what it scores against anybody.

    Ridge regression on who played whom on earlier days; nan in the first of them.
    """
    teams = int(max(games.team.max(), games.opponent.max())) + 1
    said = np.full((len(games.day), 3), np.nan)
    for day in np.unique(games.day)[FIRST_DAYS:].tolist():
        past, now = games.day < day, games.day == day
        count = 0.5 ** ((day - games.day[past]) / HALF_LIFE)
        who = np.zeros((int(past.sum()), 2 * teams))
        rows = np.arange(len(who))
        who[rows, games.team[past]] = 1.0
        who[rows, teams + games.opponent[past]] = 1.0
        usual = float(games.scored[past].mean())
        rated = np.linalg.solve(
            who.T @ (who * count[:, None]) + STIFFNESS * np.eye(2 * teams),
            who.T @ (count * (games.scored[past] - usual)),
        )
        mine, his = games.team[now], games.opponent[now]
        said[now, 0] = usual + rated[mine] + rated[teams + his]
        said[now, 1] = usual + rated[his] + rated[teams + mine]
        said[now, 2] = usual + rated[mine]
    return said


def nba_evidence(games: TeamGames, evenings: Evenings) -> list[Evidence]:
    """Blowouts and totals as they could be foreseen, and what knowing the score would be worth."""
    said = expected_scores(games)
    place = {key: row for row, key in enumerate(zip(games.day, games.team, strict=True))}
    row = np.array([place.get(key, -1) for key in zip(evenings.day, evenings.team, strict=True)])
    own, other, usual = np.where((row >= 0)[:, None], said[row], np.nan).T
    kept = np.isfinite(own)
    lopsided = np.abs(own - other) - np.nanmean(np.abs(own - other))
    starts = evenings.minutes >= STARTER
    columns = {
        "blowout, starters": lopsided * starts,
        "total": (own + other) / np.nanmean(own + other) - 1.0,
        "implied against usual": own / usual - 1.0,
        "score (known afterwards)": games.scored[row] / usual - 1.0,
    }
    return [
        judged(
            name,
            Sample(
                came=evenings.points[kept],
                said=evenings.projected[kept],
                features=(evenings.projected * column)[kept, None],
                block=evenings.day[kept],
                cluster=evenings.day[kept],
            ),
        )
        for name, column in columns.items()
    ]
