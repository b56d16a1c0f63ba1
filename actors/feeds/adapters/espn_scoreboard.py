"""ESPN's scoreboards: state, start and score of games, whatever the sport.

A doubleheader is two events of the same teams on the same day: only the event id tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any

from actors.feeds.adapters import espn, espn_golf, espn_odds
from actors.feeds.adapters.messages import once
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
from actors.feeds.adapters.telling import (
    Reading,
    Teller,
    adapter,
    listed,
    person,
    status_report,
)
from models.events import (
    AnyEvent,
    GameDelay,
    GameFinal,
    GamePostponed,
    GameReport,
    GameStart,
    LineupChange,
    LivePoints,
    LiveScore,
    StatusReport,
    WeatherChange,
)
from models.weather import MPH, Weather, celsius

FEED = "espn.scoreboard"
_CONFIRMED = "confirmed"
_CLOCK = re.compile(r"(\d{1,2}):(\d{2}(?:\.\d)?)")
_PERIODS: Mapping[str, tuple[int, float]] = {
    "nba": (4, 12.0),
    "wnba": (4, 10.0),
    "nfl": (4, 15.0),
    "cfb": (4, 15.0),
    "cbb": (2, 20.0),
    "nhl": (3, 20.0),
}
"""Periods of a game and minutes of each, where a clock counts down."""


def readings(payload: Payload, feed: str = FEED) -> Iterator[Reading]:
    """One reading for each game, or for each golfer of a tournament."""
    root = read_json(payload.body)
    teller = Teller(feed, payload.received_at, espn.sport_of(payload, root))
    for where, event in listed("events", need_items(root, "events")):
        for place, contest in listed(f"{where}.competitions", items(event, "competitions")):
            if espn_golf.is_of_athletes(contest):
                yield from espn_golf.readings(teller, place, event, contest)
            else:
                yield from games(teller, place, event, contest)
        if not items(event, "competitions"):
            yield from games(teller, where, event, event)


def games(teller: Teller, where: str, event: Any, contest: Any) -> Iterator[Reading]:
    """The game, then who is expected to start it, as long as it has not begun."""
    yield Reading(where, contest, partial(game, teller, event, contest))
    if espn.is_ahead(_status(event, contest)):
        for place, side in listed(f"{where}.competitors", items(contest, "competitors")):
            for inner, starter in listed(f"{place}.probables", items(side, "probables")):
                read = partial(_probable, teller, event, contest, side, starter)
                yield Reading(inner, starter, read)


def game(teller: Teller, event: Any, contest: Any) -> Iterable[AnyEvent]:
    """What a scoreboard says of one game; the competition's own status goes before the event's."""
    game_id = _game_id(event, contest)
    status = _status(event, contest)
    turns: list[type[Any]] = [*espn.turns(status)]
    told: list[AnyEvent] = [
        teller.tell(kind, _report(kind, event, contest, status), game_id=game_id) for kind in turns
    ]
    if turns[0] is GameStart:
        score = _score(teller.sport, contest, status)
        told.insert(1, teller.tell(LiveScore, score, game_id=game_id))
    for odds in items(contest, "odds"):
        told += espn_odds.lines(teller, game_id, odds)
    return [*told, *_weather(teller, game_id, event, contest)]


def _game_id(event: Any, contest: Any) -> str:
    return espn.game_id(ident(event, "id") or need_ident(contest, "id"))


def _status(event: Any, contest: Any) -> Any:
    return at(contest, "status") or at(event, "status")


def _report(kind: type[Any], event: Any, contest: Any, status: Any) -> GameReport:
    """The game; its passing state only where that is the news, else every poll were a new start."""
    start = moment(contest, "date") or moment(event, "date")
    valid = at(contest, "timeValid") is not False
    notes = [text(note, "headline") for note in items(contest, "notes")]
    if kind in (GameDelay, GamePostponed):
        notes.insert(0, text(status, "type", "description"))
    indoor = at(contest, "venue", "indoor")
    return GameReport(
        start=start if valid and not (kind is GameDelay and _began(status)) else None,
        note="; ".join(filter(None, notes)),
        extra={
            **person(
                name=text(event, "name"),
                venue=text(contest, "venue", "fullName"),
                day="" if valid or start is None else f"{start:%Y-%m-%d}",
            ),
            **({"indoor": indoor} if isinstance(indoor, bool) else {}),
            "teams": dict(_teams(contest)),
        },
    )


def _began(status: Any) -> bool:
    return espn.state(status) != "pre"


def _teams(contest: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for side in items(contest, "competitors"):
        yield text(side, "homeAway") or ident(side, "id"), espn.team_facts(at(side, "team"))


def _score(sport: str, contest: Any, status: Any) -> LivePoints:
    score = {
        text(side, "team", "abbreviation") or ident(side, "id"): points
        for side in items(contest, "competitors")
        if (points := _points(side)) is not None
    }
    period = whole(status, "period")
    extra: dict[str, Any] = person(
        clock=text(status, "displayClock"), detail=text(status, "type", "detail")
    )
    extra |= {"period": period} if period is not None else {}
    extra |= {
        name: count
        for name in ("balls", "strikes", "outs", "down", "distance")
        if (count := whole(contest, "situation", name)) is not None
    }
    return LivePoints(
        points={}, minutes_remaining=_remaining(sport, status), score=score, extra=extra
    )


def _points(side: Any) -> float | None:
    """A side's score, written plainly or with its ``value``."""
    plain = number(side, "score")
    return number(side, "score", "value") if plain is None else plain


def _remaining(sport: str, status: Any) -> float | None:
    """Minutes still to play, where a clock counts them down; overtime has only its own."""
    if GameFinal in espn.turns(status):
        return 0.0
    period, seconds = whole(status, "period"), number(status, "clock")
    shown = _CLOCK.fullmatch(text(status, "displayClock"))
    if seconds is None and shown:
        seconds = int(shown[1]) * 60 + float(shown[2])
    if sport not in _PERIODS or period is None or seconds is None or seconds < 0:
        return None
    count, minutes = _PERIODS[sport]
    return max(count - period, 0) * minutes + seconds / 60


def _probable(
    teller: Teller, event: Any, contest: Any, side: Any, starter: Any
) -> Iterator[AnyEvent]:
    """A pitcher or goalie who is expected to start; of goalies teams confirm it before the game."""
    athlete = at(starter, "athlete")
    if not athlete and not ident(starter, "playerId"):
        return  # not named yet
    own = espn.athlete_id(athlete) or need_ident(starter, "playerId")
    facts = espn.athlete_facts(athlete, text(side, "team", "abbreviation"))
    if text(starter, "status", "type").lower() == _CONFIRMED:
        report = status_report("STARTING", participation="CONFIRMED_IN", extra=facts)
    else:
        said = text(starter, "displayName") or text(starter, "status", "name")
        report = StatusReport(participation="EXPECTED", provider_status=said, extra=facts)
    yield teller.tell(
        LineupChange, report, player_id=f"espn:{own}", game_id=_game_id(event, contest)
    )


def _weather(teller: Teller, game_id: str, event: Any, contest: Any) -> Iterator[AnyEvent]:
    """The sky over the venue, in degrees Fahrenheit and miles per hour.

    Its name and its number stand in each other's place in some leagues.
    """
    named = (text(event, "weather", name) for name in ("displayValue", "conditionId", "conditions"))
    sky = next((word for word in named if word and not word.isdigit()), "")
    degrees, gust = number(event, "weather", "temperature"), number(event, "weather", "gust")
    if sky or degrees is not None:
        weather = Weather(
            kind="observation" if _began(_status(event, contest)) else "forecast",
            place=text(contest, "venue", "fullName"),
            sky=sky,
            temperature_c=None if degrees is None else round(celsius(degrees), 2),
            gust_kmh=None if gust is None else round(gust * MPH, 2),
        )
        yield teller.tell(WeatherChange, weather.plain(), game_id=game_id)


parse = once(adapter(FEED, readings))
