"""The NBA's scoreboard, season schedule and play by play: state, start and score of games."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from actors.feeds.adapters import nba
from actors.feeds.adapters.messages import unless_listed
from actors.feeds.adapters.port import Payload
from actors.feeds.adapters.reading import (
    Unusable,
    at,
    items,
    moment,
    need_items,
    need_object,
    number,
    read_json,
    whole,
)
from actors.feeds.adapters.telling import Reading, Teller, adapter, listed, person
from models.events import (
    AnyEvent,
    GameFinal,
    GamePostponed,
    GameReport,
    GameScheduled,
    GameStart,
    LivePoints,
    LiveScore,
)

SCOREBOARD = "nba.scoreboard"
SCHEDULE = "nba.schedule"
PLAY_BY_PLAY = "nba.playbyplay"
_TURNS: dict[float, tuple[type[Any], ...]] = {
    1: (GameScheduled,),
    2: (GameStart,),
    3: (GameStart, GameFinal),
}
_CALLED_OFF = ("PPD", "POSTPONED", "CANCELED", "CANCELLED")
_SIDES = {"home": "homeTeam", "away": "awayTeam"}


def scoreboard(payload: Payload) -> Iterator[Reading]:
    """One reading for each game of the day."""
    root = read_json(payload.body)
    board = need_object(root, "scoreboard")
    for where, game in listed("scoreboard.games", need_items(board, "games")):
        teller = Teller(SCOREBOARD, payload.received_at)
        yield Reading(where, game, partial(told, teller, game))


def schedule(payload: Payload) -> Iterator[Reading]:
    """One reading for each game of the season."""
    root = read_json(payload.body)
    dates = need_items(root, "leagueSchedule", "gameDates")
    teller = Teller(SCHEDULE, payload.received_at)
    for where, day in listed("leagueSchedule.gameDates", dates):
        yield from unless_listed(where, day, "games")
        for place, game in listed(f"{where}.games", items(day, "games")):
            yield Reading(place, game, partial(told, teller, game))


def told(teller: Teller, game: Any) -> Iterable[AnyEvent]:
    """What is said of one game."""
    game_id = nba.game_id(game, "gameId")
    sport = nba.league(game_id)
    tell = partial(teller.tell, game_id=game_id, sport=sport)
    for kind in turns(game):
        yield tell(kind, _report(kind, game))
        if kind is GameStart:
            yield tell(LiveScore, _score(game, sport))


def turns(game: Any) -> tuple[type[Any], ...]:
    """What became of the game, in the order in which it happened."""
    if not isinstance(at(game, "gameStatusText"), str | None):
        raise Unusable("gameStatusText", "is no text: whether the game is off is not known")
    words = nba.said(game, "gameStatusText").upper()
    # the schedule of 2026-27 marked every game as postponed: beside words the mark says nothing
    marked = not words and nba.said(game, "postponedStatus") in {"Y", "P", "C"}
    if words.startswith(_CALLED_OFF) or marked:
        return (GamePostponed,)
    status = number(game, "gameStatus")
    if status not in _TURNS:
        raise Unusable("gameStatus", f"{at(game, 'gameStatus')!r} is no known state of a game")
    if status == 3 and _is_pointless(game):
        raise Unusable("gameStatus", "final without a point: the game may not have been played")
    return _TURNS[status]


def _is_pointless(game: Any) -> bool:
    """Whether there is room for the score of both teams, and nothing in it."""
    teams = [at(game, name) for name in _SIDES.values()]
    return all(
        isinstance(team, dict) and "score" in team and not number(team, "score") for team in teams
    )


def _report(kind: type[Any], game: Any) -> GameReport:
    words = nba.said(game, "gameStatusText")
    open_start = words.upper().startswith("TBD")
    notes = (nba.said(game, name) for name in ("gameLabel", "gameSubLabel", "seriesText"))
    return GameReport(
        start=None if open_start else nba.start(game),
        note=words if kind is GamePostponed else "; ".join(filter(None, notes)),
        extra={
            **person(
                game_code=nba.said(game, "gameCode"),
                venue=nba.said(game, "arenaName") or nba.said(game, "arena", "arenaName"),
            ),
            "teams": {side: nba.team_facts(at(game, name)) for side, name in _SIDES.items()},
        },
    )


def _score(game: Any, sport: str) -> LivePoints:
    score = {
        nba.said(game, name, "teamTricode") or side: points
        for side, name in _SIDES.items()
        if (points := number(game, name, "score")) is not None
    }
    period = whole(game, "period")
    return LivePoints(
        points={},
        minutes_remaining=nba.remaining(game, sport),
        score=score,
        extra={} if period is None else {"period": period},
    )


def play_by_play(payload: Payload) -> Iterator[Reading]:
    """One reading: where the game stands after its newest action."""
    root = read_json(payload.body)
    actions = [one for one in need_items(root, "game", "actions") if number(one, "period")]
    teller = Teller(PLAY_BY_PLAY, payload.received_at)
    if actions:
        newest = max(
            actions,
            key=lambda one: (number(one, "orderNumber") or 0, number(one, "actionNumber") or 0),
        )
        yield Reading("game.actions", newest, partial(_after, teller, at(root, "game"), newest))


def _after(teller: Teller, game: Any, action: Any) -> Iterable[AnyEvent]:
    game_id = nba.game_id(game, "gameId")
    sport = nba.league(game_id)
    score = {
        side: points
        for side, name in (("home", "scoreHome"), ("away", "scoreAway"))
        if (points := number(action, name)) is not None
    }
    clock = {"period": number(action, "period"), "gameClock": nba.said(action, "clock")}
    data = LivePoints(
        points={},
        minutes_remaining=nba.remaining(clock, sport),
        score=score,
        extra=person(
            action=nba.said(action, "actionType"), description=nba.said(action, "description")
        ),
    )
    when = moment(action, "timeActual")
    yield teller.tell(LiveScore, data, game_id=game_id, sport=sport, when=when)


parse_scoreboard = adapter(SCOREBOARD, scoreboard)
parse_schedule = adapter(SCHEDULE, schedule)
parse_play_by_play = adapter(PLAY_BY_PLAY, play_by_play)
