"""Golf on ESPN: a tournament of athletes, each with his score, tee times and standing.

Nobody is injured here: withdrawn, disqualified, cut. A withdrawal before the first shot is what
late swap is about. Where two play as one (``roster``), what is told of the pair is told of both.
Matches of two sides are not read: each of them ends by itself, and none of them the tournament.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from actors.feeds.adapters import espn
from actors.feeds.adapters.messages import once, present, refused
from actors.feeds.adapters.port import Payload
from actors.feeds.adapters.reading import (
    Unusable,
    at,
    flag,
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
    GameDelay,
    GameReport,
    GameScheduled,
    LivePoints,
    LiveScore,
    PlayerInjury,
)
from models.status import listing

FEED = "golf.scoreboard"
ROUNDS = 4
"""Of a tournament; what is played after them is a play-off, which scores nothing."""
_ENDED = ("WITHDRAWN", "CUT")
"""The graver first: ESPN files some who withdrew under the cut, and says so only in words."""


def is_of_athletes(contest: Any) -> bool:
    """Whether a competition is between athletes, or pairs of them, not teams."""
    first = at(contest, "competitors", 0)
    paired = at(first, "roster", 0, "athlete") is not None and not text(first, "homeAway")
    return at(first, "athlete") is not None or text(first, "type") == "athlete" or paired


def tournaments(payload: Payload) -> Iterator[Reading]:
    """One reading for each tournament and for each golfer in it."""
    root = read_json(payload.body)
    teller = Teller(FEED, payload.received_at, "pga")
    for where, event in listed("events", need_items(root, "events")):
        for place, contest in listed(f"{where}.competitions", items(event, "competitions")):
            yield from readings(teller, place, event, contest)


def readings(teller: Teller, where: str, event: Any, contest: Any) -> Iterator[Reading]:
    """The tournament, then its golfers."""
    golf = teller if teller.sport else teller._replace(sport="pga")
    yield Reading(where, contest, partial(_tournament, golf, event, contest))
    if isinstance(contest, list):
        yield refused(where, Unusable("", "holds matches, which end one by one"), contest)
    for place, golfer in listed(f"{where}.competitors", items(contest, "competitors")):
        yield Reading(place, golfer, partial(_golfer, golf, event, contest, golfer))


def _tournament(teller: Teller, event: Any, contest: Any) -> Iterable[AnyEvent]:
    status = at(contest, "status") or at(event, "status")
    start = moment(contest, "date") or moment(event, "date")
    valid = at(contest, "timeValid") is not False
    game_id = _game_id(event, contest)
    for kind in espn.turns(status):
        resumed = kind is GameDelay and espn.state(status) != "pre"
        report = GameReport(
            start=start if valid and not resumed else None,
            note=text(event, "name"),
            extra=person(
                status=text(status, "type", "name"), day=f"{start:%Y-%m-%d}" if start else ""
            ),
        )
        yield teller.tell(kind, report, game_id=game_id)  # type: ignore[misc]


def _game_id(event: Any, contest: Any) -> str:
    """A tournament's id; where an event has several contests, as fights are, each has its own."""
    several = len(items(event, "competitions")) > 1
    own = ident(contest, "id") if several else ident(event, "id")
    return espn.game_id(own or ident(event, "id") or need_ident(contest, "id"))


def _golfer(teller: Teller, event: Any, contest: Any, golfer: Any) -> Iterable[AnyEvent]:
    for player_id, facts in _people(golfer):
        tell = partial(teller.tell, player_id=player_id, game_id=_game_id(event, contest))
        if word := _standing(golfer):
            gone = "CONFIRMED_OUT" if listing(word) == "WITHDRAWN" else "UNKNOWN"
            yield tell(PlayerInjury, status_report(word, participation=gone, extra=facts))
        else:
            for number_of_round, tee in _tee_times(golfer):
                extra = facts | present(round=number_of_round)
                yield tell(GameScheduled, GameReport(start=tee, note="tee time", extra=extra))
        if stats := dict(_stats(golfer)):
            extra = facts | person(
                thru=text(golfer, "status", "thru"),
                position=text(golfer, "status", "position", "displayName"),
            )
            yield tell(LiveScore, LivePoints(points={}, stats=stats, extra=extra))


def _people(golfer: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Who plays: one golfer, or the two of a pair."""
    pair = items(golfer, "roster")
    for one in pair or [golfer]:
        own = ident(one, "playerId") if pair else ident(one, "id")
        athlete = at(one, "athlete")
        yield f"espn:{own or need_ident(one, 'athlete', 'id')}", espn.athlete_facts(athlete)


def _standing(golfer: Any) -> str:
    """The word that ends a golfer's tournament: it may stand in place of his score or place."""
    status = at(golfer, "status")
    words = (
        text(status, "displayValue"),
        text(status, "type", "shortDetail"),
        text(status, "type", "description"),
        text(status, "type", "name").upper().removeprefix("STATUS_"),
        text(status, "position", "displayName"),
        text(status, "displayThru") or text(status, "thru") or text(golfer, "thru"),
        text(golfer, "score"),
        text(golfer, "score", "displayValue"),
    )
    ended = [word for meant in _ENDED for word in words if listing(word) == meant]
    return ended[0] if ended else ""


def _tee_times(golfer: Any) -> Iterator[tuple[int | None, datetime]]:
    """Starts of the rounds that he has still to play: the next one is known a day before."""
    named = whole(golfer, "status", "period")
    own = moment(golfer, "status", "teeTime")
    begun = set()
    for count, played in enumerate(items(golfer, "linescores"), 1):
        number_of_round = whole(played, "period") or count
        if number(played, "value"):
            begun.add(number_of_round)
        elif (tee := moment(played, "teeTime")) and tee != own:
            yield number_of_round, tee
    if own and named not in begun:
        yield named, own


def _stats(golfer: Any) -> Iterator[tuple[str, float]]:
    said = text(golfer, "score") or text(golfer, "score", "displayValue")
    to_par = 0.0 if said == "E" else number(said)
    if to_par is not None:
        yield "to_par", to_par
    for count, played in enumerate(items(golfer, "linescores"), 1):
        strokes = number(played, "value")
        holes = sum(bool(number(hole, "value")) for hole in items(played, "linescores"))
        number_of_round = whole(played, "period") or count
        if not strokes:  # a round that is not begun has none
            continue
        if flag(played, "isPlayoff") or number_of_round > ROUNDS:
            yield "playoff", strokes
            continue
        yield f"round_{number_of_round}", strokes
        if holes:  # a leaderboard lists none
            yield f"holes_{number_of_round}", float(holes)


parse = once(adapter(FEED, tournaments))
