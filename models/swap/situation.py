"""Where a slate stands at one moment: who is locked, who is out, what everybody is worth."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from models.files import (
    EASTERN,
    NameIndex,
    News,
    NewsInterval,
    Problem,
    Projections,
    match_names,
)
from models.projections.expected import expectations
from models.projections.salary_line import salary_projections
from models.projections.season import Season
from models.slate import Game, Player, Slate
from models.status import designation
from models.swap.captains import of_persons, scored_by_persons
from models.swap.case import SwapCase
from models.swap.notices import has_started, name_notices, rule_notices, schedule_notices, slate_day
from models.swap.report import ProjectionBasis


class Absence(NamedTuple):
    """Why a player counts as out, in words, and the news it rests on."""

    reason: str
    event: str = ""


class _Projected(NamedTuple):
    """Points by player id, the chance to play within them, what they rest on, what is odd."""

    points: Mapping[str, float]
    chances: Mapping[str, float]
    basis: ProjectionBasis
    problems: Sequence[Problem] = ()


class Situation(NamedTuple):
    """The slate as of one moment; players by id."""

    started: bool
    """Whether any game has started: from then on contests without late swap are closed."""
    locked: frozenset[str]
    absent: Mapping[str, Absence]
    """Who scores nothing and is not chosen: out, or his game postponed, or projected at zero."""
    values: Mapping[str, float]
    """Projected points of players who may still be chosen; 0 for the absent."""
    chances: Mapping[str, float]
    """Chance to play that is a factor of the projection, where it is below 1."""
    scored: Mapping[str, float]
    """Points that a locked player counts."""
    basis: ProjectionBasis
    problems: tuple[Problem, ...]


def situation_of(case: SwapCase) -> Situation:
    """Read a case; later news and other days' box scores are not looked at."""
    marked = {
        cell.player_id for entry in case.entries.entries for cell in entry.cells if cell.locked
    }
    locked = locked_players(case.slate, case.at, marked)
    told = told_absences(case.slate, case.news, case.at)
    projected, chances, basis, problems = _projected(case, locked, told)
    absent = {**_unprojected(case, projected), **told}
    values = {i: 0.0 if i in absent else points for i, points in projected.items()}
    return Situation(
        started=any(has_started(game, case.at) for game in case.slate.games),
        locked=locked,
        absent=absent,
        values=values,
        chances=chances,
        scored=_scored(case, values),
        basis=basis,
        problems=(
            *problems,
            *rule_notices(case),
            *schedule_notices(case, marked),
            *name_notices(case),
        ),
    )


def locked_players(slate: Slate, at: datetime, marked: Collection[str] = ()) -> frozenset[str]:
    """Ids of the players who may not be moved: game started at ``at``, or marked in any file.

    Players of postponed games are not locked.
    """
    games = {game.game_id: game for game in slate.games}
    return frozenset(
        player.player_id
        for player in slate.players
        if games[player.game_id].state != "postponed"
        and (
            player.marked_locked
            or player.player_id in marked
            or has_started(games[player.game_id], at)
        )
    )


def _projected(case: SwapCase, locked: Collection[str], absent: Collection[str]) -> _Projected:
    if case.projections is not None:
        return _from_file(case, case.projections, locked)
    if case.box_scores is not None and case.weights is not None:
        day = min(slate_day(case.slate, case.at), case.at.astimezone(EASTERN).date())
        games = [game for game in case.box_scores.games if game.on < day]
        if games:
            season = Season.of(games, site=case.slate.site)
            expected = expectations(case.slate, season, day, case.weights, absent=absent)
            points = {i: item.points for i, item in expected.items()}
            chances = {i: item.plays for i, item in expected.items() if 0 < item.plays < 1}
            return _Projected(points, chances, "box_scores")
    problems = [] if _nothing_left(case, locked) else [_why_salaries(case)]
    return _Projected(salary_projections(case.slate, case.rules), {}, "salary", problems)


def _nothing_left(case: SwapCase, locked: Collection[str]) -> bool:
    """Whether every game is over or postponed: no projection counts any more."""
    over = case.standings is not None and case.standings.final
    states = {"final", "postponed"}
    done = {game.game_id for game in case.slate.games if game.state in states}
    return all(p.game_id in done or (over and p.player_id in locked) for p in case.slate.players)


def _why_salaries(case: SwapCase) -> Problem:
    """Why projections are made from salaries alone, and what to give instead."""
    if case.box_scores is None:
        return Problem(
            case.entries.file,
            0,
            "no projections given: made from salaries and the site's averages, which know no news;"
            " give --projections or --box-scores",
        )
    sport = case.slate.sport
    if sport != "nba":
        message = f"box scores are read for NBA only, not {sport.upper()}; left out"
    else:
        day = min(slate_day(case.slate, case.at), case.at.astimezone(EASTERN).date())
        message = f"no game before {day}: projections are made from salaries alone"
    return Problem(case.box_scores.file, 0, message)


def _from_file(case: SwapCase, projections: Projections, locked: Collection[str]) -> _Projected:
    given = projections.by_id
    chances = {i: row.plays for i, row in given.items() if row.plays is not None}
    values = {
        player.player_id: given[player.player_id].points * chances.get(player.player_id, 1.0)
        if player.player_id in given
        else 0.0
        for player in case.slate.players
    }
    values = of_persons(values, case.slate, case.rules)
    chances = {i: chance for i, chance in chances.items() if 0 < chance < 1}
    missing = [
        player.name
        for player in case.slate.players
        if player.player_id not in given and player.player_id not in locked
    ]
    if not missing:
        return _Projected(values, chances, "file")
    named = ", ".join(missing[:5]) + (", ..." if len(missing) > 5 else "")
    message = (
        f"{len(missing)} open players have no projection and count as out: {named}; "
        "add them if they play"
    )
    return _Projected(values, chances, "file", [Problem(projections.file, 0, message)])


def told_absences(slate: Slate, news: News | None, at: datetime) -> dict[str, Absence]:
    """Who is out by news known at ``at``, by the site's mark, or with a postponed game."""
    known = _news_by_player(slate, news, at)
    games = {game.game_id: game for game in slate.games}
    found = {
        player.player_id: _absence(player, games[player.game_id], known.get(player.player_id))
        for player in slate.players
    }
    return {player_id: absence for player_id, absence in found.items() if absence is not None}


def _unprojected(case: SwapCase, projected: Mapping[str, float]) -> dict[str, Absence]:
    """Whom the user's own projections leave out, or put at nothing."""
    if case.projections is None:
        return {}
    known = case.projections.by_id
    return {
        player.player_id: Absence(
            "is projected at 0" if player.player_id in known else "has no projection"
        )
        for player in case.slate.players
        if projected[player.player_id] <= 0
    }


def _absence(player: Player, game: Game, news: NewsInterval | None) -> Absence | None:
    if game.state == "postponed":
        return Absence(f"scores 0: {game.game_id} is postponed")
    if news is not None and designation(news.event) == "OUT":
        known = f"{news.not_after:%Y-%m-%dT%H:%M:%SZ}"
        return Absence(
            f"is out (known {known}, {news.source or 'news'})",
            f"{news.event} {player.name} {known}" + (f" {news.source}" if news.source else ""),
        )
    if news is None and designation(player.designation) == "OUT":
        return Absence(f"is out (marked {player.designation} in the salary file)")
    return None


def _news_by_player(slate: Slate, news: News | None, at: datetime) -> dict[str, NewsInterval]:
    """The latest news of each player that was known at the moment, of the slate's own day."""
    day = slate_day(slate, at)
    names = NameIndex(slate.players)
    latest: dict[str, NewsInterval] = {}
    known = [
        (item.not_after, item)
        for item in (news.intervals if news else ())
        if item.on == day and item.not_after is not None and item.not_after <= at
    ]
    for _, item in sorted(known, key=lambda pair: pair[0]):
        if designation(item.event) == "UNKNOWN":
            continue
        for player in names.find(item.player, item.team):
            latest[player.player_id] = item
    return latest


def _scored(case: SwapCase, values: Mapping[str, float]) -> dict[str, float]:
    """What each player counts once locked: his points in the standings, else his projection."""
    if case.standings is None:
        return dict(values)
    points = match_names(case.standings, case.slate).points
    return {**values, **scored_by_persons(points, case.standings, case.slate, case.rules)}
