"""MLB's schedule: games with their states, and, hydrated, line-ups and probable pitchers.

Line-ups stand there one to four hours before the first pitch; a player missing in a posted one is
not thereby out, he may pinch-hit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from actors.feeds.adapters import mlb
from actors.feeds.adapters.messages import unless_listed
from actors.feeds.adapters.port import Payload
from actors.feeds.adapters.reading import (
    at,
    ident,
    items,
    moment,
    need_ident,
    need_items,
    number,
    read_json,
    text,
    whole,
)
from actors.feeds.adapters.telling import Reading, Teller, adapter, listed, person, status_report
from models.events import (
    AnyEvent,
    BreakingNews,
    GameStart,
    LineupChange,
    LivePoints,
    LiveScore,
    News,
    StatusReport,
)
from models.identity.left_out import POSTED, WHOLE

FEED = "mlb.schedule"
_SIDES = ("home", "away")


def readings(payload: Payload) -> Iterator[Reading]:
    """One reading for each game, and for each player of a posted line-up."""
    root = read_json(payload.body)
    teller = Teller(FEED, payload.received_at, mlb.SPORT)
    for where, day in listed("dates", need_items(root, "dates")):
        yield from unless_listed(where, day, "games")
        for place, game in listed(f"{where}.games", items(day, "games")):
            yield Reading(place, game, partial(_game, teller, game))
            yield from _people(teller, place, game)


def _game(teller: Teller, game: Any) -> Iterable[AnyEvent]:
    game_id = f"mlb:{need_ident(game, 'gamePk')}"
    status = at(game, "status")
    kinds = mlb.turns(status)
    for kind in kinds:
        report = mlb.report(kind, status, moment(game, "gameDate"), _facts(game), _note(game))
        yield teller.tell(kind, report, game_id=game_id)
        if kind is GameStart and (score := _score(game)):
            yield teller.tell(LiveScore, LivePoints(points={}, score=score), game_id=game_id)


def _facts(game: Any) -> dict[str, Any]:
    teams = {
        side: person(
            team=mlb.team_name(at(game, "teams", side, "team")),
            team_id=ident(game, "teams", side, "team", "id"),
            team_name=text(game, "teams", side, "team", "name"),
        )
        for side in _SIDES
    }
    number_of_day = whole(game, "gameNumber")
    return {
        **person(
            official_date=text(game, "officialDate"),
            venue=text(game, "venue", "name"),
            double_header=text(game, "doubleHeader"),
            rescheduled=text(game, "rescheduleDate") or text(game, "rescheduleGameDate"),
        ),
        **({"game_number": number_of_day} if number_of_day is not None else {}),
        "teams": teams,
    }


def _note(game: Any) -> str:
    return text(game, "description")


def _score(game: Any) -> dict[str, float]:
    return {
        mlb.team_name(at(game, "teams", side, "team")): runs
        for side in _SIDES
        if (runs := number(game, "teams", side, "score")) is not None
    }


def _people(teller: Teller, where: str, game: Any) -> Iterator[Reading]:
    for side in _SIDES:
        team = mlb.team_name(at(game, "teams", side, "team"))
        starters = items(game, "lineups", f"{side}Players")
        if len(starters) >= WHOLE:
            place = f"{where}.lineups.{side}Players"
            yield Reading(place, starters, partial(_posted, teller, game, team, starters))
        listing = listed(f"{where}.lineups.{side}Players", starters)
        for slot, (place, player) in enumerate(listing, 1):
            yield Reading(place, player, partial(_starter, teller, game, team, player, slot))
        probable = at(game, "teams", side, "probablePitcher")
        if probable is not None and mlb.phase(at(game, "status")) == "pre":
            place = f"{where}.teams.{side}.probablePitcher"
            yield Reading(place, probable, partial(_probable, teller, game, team, probable))


def _posted(teller: Teller, game: Any, team: str, starters: Sequence[Any]) -> Iterable[AnyEvent]:
    """The whole line-up at once: who is not in it does not start."""
    who = [
        {
            "id": mlb.player_id(player),
            "name": text(player, "fullName"),
            "position": text(player, "primaryPosition", "abbreviation"),
        }
        for player in starters
    ]
    news = News(headline=f"{team}: line-up posted", extra={"team": team, POSTED: who})
    game_id = f"mlb:{need_ident(game, 'gamePk')}"
    return [teller.tell(BreakingNews, news, game_id=game_id, about=team)]


def _starter(teller: Teller, game: Any, team: str, player: Any, slot: int) -> Iterable[AnyEvent]:
    report = status_report(
        "STARTING",
        participation="CONFIRMED_IN",
        extra={**mlb.person_facts(player, team), "batting_order": slot},
    )
    game_id = f"mlb:{need_ident(game, 'gamePk')}"
    return [teller.tell(LineupChange, report, player_id=mlb.player_id(player), game_id=game_id)]


def _probable(teller: Teller, game: Any, team: str, player: Any) -> Iterable[AnyEvent]:
    report = StatusReport(
        participation="EXPECTED",
        provider_status="Probable Pitcher",
        extra={**mlb.person_facts(player, team), "position": "P"},
    )
    game_id = f"mlb:{need_ident(game, 'gamePk')}"
    return [teller.tell(LineupChange, report, player_id=mlb.player_id(player), game_id=game_id)]


parse = adapter(FEED, readings)
