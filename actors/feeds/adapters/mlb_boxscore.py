"""MLB's box score: who bats where, who pitches, and what they did.

``battingOrder`` is slot and succession: "300" bats third from the start, "301" is the first to
take that slot over. A box score by itself names no game: its address does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from actors.feeds.adapters import mlb
from actors.feeds.adapters.port import Payload
from actors.feeds.adapters.reading import (
    Unusable,
    at,
    entries,
    flag,
    items,
    need_object,
    number,
    numbers,
    read_json,
    text,
    whole,
)
from actors.feeds.adapters.telling import Reading, Teller, adapter, person, status_report
from models.events import AnyEvent, LineupChange, LivePoints, LiveScore, PlayerActive, PlayerInjury
from models.status import designation

FEED = "mlb.boxscore"
_KINDS = ("batting", "pitching")


class Side(NamedTuple):
    """One team of a box score, in its game."""

    game_id: str
    team: str
    node: Any
    as_of: datetime | None = None
    changes: bool = False
    """Only what changed is there: the absence of a figure means nothing."""


def readings(payload: Payload) -> Iterator[Reading]:
    """One reading for each player of both sides."""
    root = read_json(payload.body)
    need_object(root, "teams")
    teller = Teller(FEED, payload.received_at, mlb.SPORT)
    yield from sides(teller, root, mlb.game_id(payload), "")


def sides(
    teller: Teller, box: Any, game_id: str, where: str, *, named: Any = None, **known: Any
) -> Iterator[Reading]:
    """The players of a box score that stands at ``where``; ``known`` completes each Side.

    ``named`` gives the teams, home and away, where the box score itself has no codes.
    """
    for name, node in entries(box, "teams"):
        team = text(node, "team", "abbreviation") or mlb.team_name(at(named, name))
        side = Side(game_id, team or mlb.team_name(at(node, "team")), node, **known)
        for key, player in entries(node, "players"):
            place = f"{where}.teams.{name}.players.{key}".removeprefix(".")
            yield Reading(place, player, partial(_player, teller, side, key, player))


def _player(teller: Teller, side: Side, key: str, player: Any) -> Iterable[AnyEvent]:
    named = key.removeprefix("ID")
    player_id = (
        f"mlb:{named}"
        if side.changes and named.isdecimal()
        else mlb.player_id(need_object(player, "person"))
    )
    facts = person(
        name=text(player, "person", "fullName"),
        team=side.team,
        position=text(player, "position", "abbreviation"),
        jersey=text(player, "jerseyNumber"),
    )
    tell = partial(teller.tell, player_id=player_id, game_id=side.game_id, as_of=side.as_of)
    yield from _taking_part(tell, side, player, facts)
    if stats := dict(_stats(player)):
        changed = {"changes_only": True} if side.changes else {}
        yield tell(LiveScore, LivePoints(points={}, stats=stats, extra=facts | changed))


def _taking_part(tell: Any, side: Side, player: Any, facts: dict[str, Any]) -> Iterator[AnyEvent]:
    order = _order(player)
    listed = text(player, "status", "description")
    if order is not None:
        place = {"batting_order": order // 100, "substitute": order % 100}
        first = order % 100 == 0
        kind: Any = LineupChange if first else PlayerActive
        word = "STARTING" if first else "PLAYING"
        yield tell(kind, _in(word, facts | place))
    elif _starts_pitching(side, player):
        yield tell(LineupChange, _in("STARTING", facts))
    elif at(player, "stats", "pitching") and number(player, "stats", "pitching", "gamesPlayed"):
        yield tell(PlayerActive, _in("PLAYING", facts))
    elif designation(listed) not in {"UNKNOWN", "ACTIVE"}:
        yield tell(PlayerInjury, status_report(listed, extra=facts))


def _order(player: Any) -> int | None:
    """Slot and succession, ``301``; None for who does not bat."""
    written = at(player, "battingOrder")
    if written is None or written == "":
        return None
    order = whole(written)
    if order is None or not 100 <= order <= 999:
        raise Unusable("battingOrder", f"{str(written)[:40]!r} is no place in a batting order")
    return order


def _in(word: str, facts: dict[str, Any]) -> Any:
    return status_report(word, participation="CONFIRMED_IN", extra=facts)


def _starts_pitching(side: Side, player: Any) -> bool:
    if number(player, "stats", "pitching", "gamesStarted") == 1:
        return True
    first = items(side.node, "pitchers")[:1]
    alone = len(items(side.node, "pitchers")) == 1
    on_bench = flag(player, "gameStatus", "isOnBench")
    return alone and first == [at(player, "person", "id")] and on_bench is False


def _stats(player: Any) -> Iterator[tuple[str, float]]:
    for kind in _KINDS:
        for name, figure in numbers(player, "stats", kind).items():
            yield f"{kind}.{name}", figure
        innings = number(player, "stats", kind, "inningsPitched")
        if innings is not None:
            yield f"{kind}.inningsPitched", innings


parse = adapter(FEED, readings)
