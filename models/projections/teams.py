"""A team on one night: who is there, who is missing, and in which games it was much the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.projections.season import Floats, Ints, Season

if TYPE_CHECKING:
    from models.projections.features import Form

GONE = 25
"""Team games in a row without a player after which he is none of the team any more."""
FADES = 4.0
"""Team games without a player after which half of what he leaves is in the others' means."""
NEAR = 0.35
"""How fast a part passes to others as the two differ in size (rebounds less assists)."""
HALF_LIFE = 10.0
"""Games after which what a team makes and allows counts half."""


class TeamNight(NamedTuple):
    """One team tonight; N people of the season, n player-games."""

    team: int
    plays: Floats
    """(N,) chance to play; 1 outside the team."""
    total: float
    """Usual minutes of all who play, weighted by their chances."""
    apart: Floats
    """(n,) minutes by which the line-up of each of the team's games differs from tonight's."""
    missed: Ints
    """(N,) the team's last games in a row without each of its people."""
    members: Ints
    """(U,) its people."""
    gone: Floats
    """(U,) usual minutes that each leaves tonight and that no mean of the others holds yet."""
    back: Floats
    """(U,) usual minutes that each brings and that no mean of the others knows of."""

    def left(self, form: Form, person: Ints) -> tuple[Floats, Floats, Floats, Floats, Floats]:
        """(m,) each: minutes left by others, by others alike, their chances; minutes brought."""
        other = person[:, None] != self.members
        alike = np.exp(-NEAR * np.abs(form.size[person][:, None] - form.size[self.members]))
        gone, back = other * self.gone, other * self.back
        usage = gone @ form.rate[self.members]
        return gone.sum(1), (gone * alike).sum(1), usage, back.sum(1), (back * alike).sum(1)


def team_night(
    season: Season, last: Ints, team: int, among: tuple[Ints, Floats], form: Form
) -> TeamNight:
    """``last`` (N,) is everybody's last row; ``among`` are tonight's people and their chances."""
    rows = np.flatnonzero(season.team == team)
    days = np.unique(season.day[rows])
    missed = np.zeros(len(season.people), np.intp)
    played = np.flatnonzero(form.games > 0)
    regular = played[season.team[last[played]] == team]
    regular = np.union1d(regular, among[0])
    seen = regular[form.games[regular] > 0]
    missed[seen] = len(days) - np.searchsorted(days, season.day[last[seen]], side="right")
    members = regular[(missed[regular] < GONE) | np.isin(regular, among[0])]
    plays = np.ones(len(season.people))
    plays[members] = 0.0
    plays[among[0]] = among[1]
    usual = form.minutes[members]
    known = 0.5 ** (missed[members] / FADES)
    there = plays[members]
    apart = np.zeros(len(season.day))
    apart[rows] = _differences(season, rows, days, members, usual, there)
    return TeamNight(
        team=team,
        plays=plays,
        total=float(usual @ there),
        apart=apart,
        missed=missed,
        members=members,
        gone=usual * (1.0 - there) * known,
        back=usual * there * (1.0 - known),
    )


def _differences(
    season: Season, rows: Ints, days: Ints, members: Ints, usual: Floats, there: Floats
) -> Floats:
    """(rows,) usual minutes of those who were in a game and are not tonight, or the other way."""
    game = np.searchsorted(days, season.day[rows])
    place = np.full(len(season.people), -1)
    place[members] = np.arange(len(members))
    column = place[season.player[rows]]
    present = np.zeros((len(days), len(members)))
    present[game[column >= 0], column[column >= 0]] = 1.0
    differs: Floats = np.abs(present - there) @ usual
    return differs[game]


def opposition(season: Season) -> tuple[Floats, Floats]:
    """(T,) points a team's players make, and (T,) those made against it, less the league's mean."""
    teams = len(season.teams)
    meeting, first, of = np.unique(
        season.day * teams + season.team, return_index=True, return_inverse=True
    )
    total = np.bincount(of, season.points, len(meeting)).astype(np.float64)
    made, allowed = season.team[first], season.opponent[first]
    return _faded(made, total, teams), _faded(allowed, total, teams)


def _faded(of: Ints, totals: Floats, teams: int) -> Floats:
    """Means by team, recent games before old ones, against the mean of all; 0 for no games."""
    if not len(totals):
        return np.zeros(teams)
    found = np.zeros(teams)
    for team in range(teams):
        own = totals[of == team]
        if len(own):
            weight = 0.5 ** (np.arange(len(own) - 1, -1, -1) / HALF_LIFE)
            found[team] = weight @ own / weight.sum() - totals.mean()
    return found
