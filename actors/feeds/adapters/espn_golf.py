"""Golf on ESPN: a tournament of athletes, each with his score, tee time and standing.

Nobody is injured here: withdrawn, disqualified, cut. A withdrawal before the first shot is what
late swap is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from actors.feeds.adapters import espn
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
    GameFinal,
    GameReport,
    GameScheduled,
    GameStart,
    LivePoints,
    LiveScore,
    PlayerInjury,
)
from models.status import listing

FEED = "golf.scoreboard"
_ENDED = ("CUT", "WITHDRAWN")
_TURNS: dict[str, tuple[Any, ...]] = {"in": (GameStart,), "post": (GameStart, GameFinal)}


def is_of_athletes(contest: Any) -> bool:
    """Whether a competition is between athletes, not teams."""
    first = at(contest, "competitors", 0)
    return at(first, "athlete") is not None or text(first, "type") == "athlete"


def tournaments(payload: Payload) -> Iterator[Reading]:
    """One reading for each tournament and for each golfer in it."""
    root = read_json(payload.body)
    teller = Teller(FEED, payload.received_at, "pga")
    for where, event in listed("events", need_items(root, "events")):
        for place, contest in listed(f"{where}.competitions", items(event, "competitions")):
            yield from readings(teller, place, event, contest)


def readings(teller: Teller, where: str, event: Any, contest: Any) -> Iterator[Reading]:
    """The tournament, then its golfers."""
    golf = teller._replace(sport="pga")
    yield Reading(where, contest, partial(_tournament, golf, event, contest))
    for place, golfer in listed(f"{where}.competitors", items(contest, "competitors")):
        yield Reading(place, golfer, partial(_golfer, golf, event, contest, golfer))


def _tournament(teller: Teller, event: Any, contest: Any) -> Iterable[AnyEvent]:
    status = at(contest, "status") or at(event, "status")
    state = text(status, "type", "state")
    kinds = _TURNS.get(state, (GameScheduled,))
    start = moment(contest, "date") or moment(event, "date")
    valid = at(contest, "timeValid") is not False
    report = GameReport(
        start=start if valid else None,
        note=text(event, "name"),
        extra=person(status=text(status, "type", "name"), day=f"{start:%Y-%m-%d}" if start else ""),
    )
    return [teller.tell(kind, report, game_id=_game_id(event, contest)) for kind in kinds]


def _game_id(event: Any, contest: Any) -> str:
    return espn.game_id(ident(event, "id") or need_ident(contest, "id"))


def _golfer(teller: Teller, event: Any, contest: Any, golfer: Any) -> Iterable[AnyEvent]:
    player_id = f"espn:{ident(golfer, 'id') or need_ident(golfer, 'athlete', 'id')}"
    facts = espn.athlete_facts(at(golfer, "athlete"))
    tell = partial(teller.tell, player_id=player_id, game_id=_game_id(event, contest))
    if tee := moment(golfer, "status", "teeTime"):
        report = GameReport(start=tee, note="tee time", extra=facts)
        yield tell(GameScheduled, report)
    if word := _standing(golfer):
        gone = "CONFIRMED_OUT" if listing(word) == "WITHDRAWN" else "UNKNOWN"
        data = status_report(word, participation=gone, extra=facts)
        yield tell(PlayerInjury, data)
    if stats := dict(_stats(golfer)):
        extra = facts | person(thru=text(golfer, "status", "thru"))
        yield tell(LiveScore, LivePoints(points={}, stats=stats, extra=extra))


def _standing(golfer: Any) -> str:
    """The word that ends a golfer's tournament: it may stand in place of his score."""
    words = (
        text(golfer, "status", "displayValue"),
        text(golfer, "status", "type", "shortDetail"),
        text(golfer, "status", "type", "name").upper().removeprefix("STATUS_"),
        text(golfer, "score"),
        text(golfer, "score", "displayValue"),
    )
    return next((word for word in words if listing(word) in _ENDED), "")


def _stats(golfer: Any) -> Iterator[tuple[str, float]]:
    said = text(golfer, "score") or text(golfer, "score", "displayValue")
    to_par = 0.0 if said == "E" else number(said)
    if to_par is not None:
        yield "to_par", to_par
    for count, played in enumerate(items(golfer, "linescores"), 1):
        strokes, holes = number(played, "value"), len(items(played, "linescores"))
        if strokes:  # a round that is not begun has none
            number_of_round = whole(played, "period") or count
            yield f"round_{number_of_round}", strokes
            yield f"holes_{number_of_round}", float(holes)


parse = adapter(FEED, tournaments)
