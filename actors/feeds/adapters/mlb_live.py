"""MLB's live feed, whole or as a patch, and the line score alone.

A patch holds only what changed: it is laid on an empty document and read like a feed of which
hardly anything is known. Whoever keeps the feed applies ``mlb_patch.patched`` and reads the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from actors.feeds.adapters import mlb, mlb_boxscore, mlb_patch
from actors.feeds.adapters.messages import unless_listed
from actors.feeds.adapters.port import Payload
from actors.feeds.adapters.reading import (
    Unusable,
    at,
    items,
    moment,
    need_object,
    number,
    read_json,
    text,
    whole,
)
from actors.feeds.adapters.telling import Reading, Teller, adapter, listed, person
from models.events import (
    AnyEvent,
    GameFinal,
    GameStart,
    LineupChange,
    LivePoints,
    LiveScore,
    PlayerActive,
    StatusReport,
    WeatherChange,
)
from models.weather import MPH, Weather, celsius

FEED = "mlb.feed_live"
DIFF = "mlb.diffpatch"
LINE = "mlb.linescore"
PLAY = "mlb.play_events"
_SIDES = ("home", "away")


def live(payload: Payload) -> Iterator[Reading]:
    """One reading for the game, one for each player."""
    root = read_json(payload.body)
    need_object(root, "gameData")
    yield from _feed(Teller(FEED, payload.received_at, mlb.SPORT), payload, root)


def changes(payload: Payload) -> Iterator[Reading]:
    """The changes of a patch; asked for without an end, the answer is a whole feed instead."""
    answer = read_json(payload.body)
    teller = Teller(DIFF, payload.received_at, mlb.SPORT)
    if isinstance(answer, dict) and at(answer, "gameData") is not None:
        yield from _feed(teller, payload, answer)
        return
    if not isinstance(answer, list):
        raise Unusable("", "is neither a list of patches nor a feed")
    document: Any = {}
    budget = mlb_patch.Budget()
    for where, one in listed("", answer):
        try:
            document = mlb_patch.patched(document, [need_object(one)], budget)
        except Unusable as refused:
            yield Reading(where, one, partial(_refuse, refused))
    yield from _feed(teller, payload, document, changed=True)


def _refuse(refused: Unusable) -> Iterable[AnyEvent]:
    raise refused


def _feed(
    teller: Teller, payload: Payload, root: Any, *, changed: bool = False
) -> Iterator[Reading]:
    game_id = mlb.game_id(payload, root, "gamePk")
    as_of = mlb.timecode(text(root, "metaData", "timeStamp"))
    data, lines = at(root, "gameData"), at(root, "liveData", "linescore")
    if at(data, "status") is not None:
        yield Reading("gameData", data, partial(_game, teller, game_id, as_of, data))
    if not changed:
        yield from _probables(teller, game_id, data)
    if lines is not None and dict(_runs(lines, data)):
        where = "liveData.linescore"
        yield Reading(where, lines, partial(_line, teller, game_id, as_of, lines, data))
    if at(data, "weather") is not None:
        yield Reading("gameData.weather", data, partial(_weather, teller, game_id, as_of, data))
    yield from mlb_boxscore.sides(
        teller,
        at(root, "liveData", "boxscore"),
        game_id,
        "liveData.boxscore",
        named=at(data, "teams"),
        as_of=as_of,
        changes=changed,
    )


def _game(teller: Teller, game_id: str, as_of: Any, data: Any) -> Iterable[AnyEvent]:
    status = at(data, "status")
    first_pitch = moment(data, "gameInfo", "firstPitch")
    scheduled = moment(data, "datetime", "dateTime")
    for kind in mlb.turns(status):
        begun = kind in {GameStart, GameFinal}
        start = first_pitch if begun and first_pitch else scheduled
        report = mlb.report(kind, status, start, _facts(data))
        yield teller.tell(
            kind,
            report,
            game_id=mlb.need_game(game_id),
            when=first_pitch if kind is GameStart else None,
            as_of=as_of,
        )


def _facts(data: Any) -> dict[str, Any]:
    return {
        **person(
            official_date=text(data, "datetime", "officialDate"), venue=text(data, "venue", "name")
        ),
        "teams": {side: _team(data, side) for side in _SIDES},
    }


def _team(data: Any, side: str) -> dict[str, Any]:
    team = at(data, "teams", side)
    return person(team=mlb.team_name(team), team_id=text(team, "id"), team_name=text(team, "name"))


def _probables(teller: Teller, game_id: str, data: Any) -> Iterator[Reading]:
    if mlb.phase(at(data, "status")) == "pre":
        for side in _SIDES:
            pitcher = at(data, "probablePitchers", side)
            if pitcher is not None:
                team = mlb.team_name(at(data, "teams", side))
                where = f"gameData.probablePitchers.{side}"
                yield Reading(where, pitcher, partial(_probable, teller, game_id, team, pitcher))


def _probable(teller: Teller, game_id: str, team: str, pitcher: Any) -> Iterable[AnyEvent]:
    report = StatusReport(
        participation="EXPECTED",
        provider_status="Probable Pitcher",
        extra={**mlb.person_facts(pitcher, team), "position": "P"},
    )
    return [teller.tell(LineupChange, report, player_id=mlb.player_id(pitcher), game_id=game_id)]


def _line(
    teller: Teller, game_id: str, as_of: Any, lines: Any, data: Any = None
) -> Iterable[AnyEvent]:
    counts = {
        name: count
        for name in ("currentInning", "balls", "strikes", "outs")
        if (count := whole(lines, name)) is not None
    }
    half = text(lines, "inningState") or text(lines, "inningHalf")
    score = dict(_runs(lines, data))
    points = LivePoints(points={}, score=score, extra=counts | person(half=half))
    return [teller.tell(LiveScore, points, game_id=mlb.need_game(game_id), as_of=as_of)]


def _runs(lines: Any, data: Any) -> Iterator[tuple[str, float]]:
    for side in _SIDES:
        runs = number(lines, "teams", side, "runs")
        if runs is not None:
            yield mlb.team_name(at(data, "teams", side)) or side, runs


def _weather(teller: Teller, game_id: str, as_of: Any, data: Any) -> Iterable[AnyEvent]:
    """The weather in the park, which a closed roof makes its own: degrees Fahrenheit, miles."""
    degrees = number(data, "weather", "temp")
    wind, _, towards = text(data, "weather", "wind").partition(",")
    speed = number(wind.removesuffix("mph").strip())
    weather = Weather(
        kind="observation",
        place=text(data, "venue", "name"),
        sky=text(data, "weather", "condition"),
        temperature_c=None if degrees is None else round(celsius(degrees), 2),
        wind_kmh=None if speed is None else round(speed * MPH, 2),
        extra=person(wind=towards.strip()),
    )
    if weather.sky or degrees is not None:
        yield teller.tell(
            WeatherChange, weather.plain(), game_id=mlb.need_game(game_id), as_of=as_of
        )


def line(payload: Payload) -> Iterator[Reading]:
    """The score of one game."""
    root = read_json(payload.body)
    need_object(root, "teams")
    teller = Teller(LINE, payload.received_at, mlb.SPORT)
    yield Reading("", root, partial(_line, teller, mlb.game_id(payload), None, root))


def play(payload: Payload) -> Iterator[Reading]:
    """One play with its events, of which those that bring somebody in are told.

    Plays hold numbers where objects belong, kinds without a code, and null for people.
    """
    root = read_json(payload.body)
    teller = Teller(PLAY, payload.received_at, mlb.SPORT)
    need_object(root, "about")
    game_id = mlb.game_id(payload)
    yield Reading("", root, partial(_played, teller, game_id, root))
    yield from unless_listed("", root, "playEvents")
    for where, event in listed("playEvents", items(root, "playEvents")):
        yield Reading(where, event, partial(_brought_in, teller, game_id, event))


def _played(teller: Teller, game_id: str, root: Any) -> Iterable[AnyEvent]:
    names = {"home": "homeScore", "away": "awayScore"}
    score = {
        side: runs
        for side, name in names.items()
        if (runs := number(root, "result", name)) is not None
    }
    if score:
        told = person(
            event=text(root, "result", "event"),
            description=text(root, "result", "description"),
            half=text(root, "about", "halfInning"),
        )
        inning = whole(root, "about", "inning")
        extra = told | ({"currentInning": inning} if inning is not None else {})
        when = moment(root, "about", "endTime")
        data = LivePoints(points={}, score=score, extra=extra)
        yield teller.tell(LiveScore, data, game_id=game_id, when=when, about="play")


def _brought_in(teller: Teller, game_id: str, event: Any) -> Iterable[AnyEvent]:
    need_object(event)
    if at(event, "isSubstitution") is True:
        report = StatusReport(
            status="PLAYING",
            participation="CONFIRMED_IN",
            provider_status=text(event, "details", "event"),
            headline=text(event, "details", "description"),
            extra=person(position=text(event, "position", "abbreviation")),
        )
        player_id = mlb.player_id(need_object(event, "player"))
        when = moment(event, "endTime")
        yield teller.tell(PlayerActive, report, player_id=player_id, game_id=game_id, when=when)


parse_live = adapter(FEED, live)
parse_changes = adapter(DIFF, changes)
parse_line = adapter(LINE, line)
parse_play = adapter(PLAY, play)
