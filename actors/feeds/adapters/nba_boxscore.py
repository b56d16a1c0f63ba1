"""The NBA's box score: who is active tonight, who is not and why, who starts, what they did.

Here, and only here, ACTIVE and INACTIVE speak of tonight's game. Lists are filed an hour before
the tip and may show 15 to 30 minutes before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import msgspec

from actors.feeds.adapters import nba, nba_games
from actors.feeds.adapters.messages import unless_listed
from actors.feeds.adapters.port import Payload
from actors.feeds.adapters.reading import Unusable, at, flag, items, numbers, read_json
from actors.feeds.adapters.telling import Reading, Teller, adapter, listed, person
from models.events import (
    AnyEvent,
    LineupChange,
    LivePoints,
    LiveScore,
    PlayerActive,
    PlayerInjury,
    StatusReport,
)
from models.status import Listing

FEED = "nba.boxscore"
_SIDES = ("homeTeam", "awayTeam")
_REASONS: dict[str, Listing] = {
    "GLEAGUE": "NOT_WITH_TEAM",
    "NOT_WITH_TEAM": "NOT_WITH_TEAM",
    "NWT": "NOT_WITH_TEAM",
    "SUSPENSION": "SUSPENDED",
    "SUSPENDED": "SUSPENDED",
    "PERSONAL": "PERSONAL",
    "HEALTH_AND_SAFETY": "RESERVE",
}
_STAYS_OUT = (
    "INJURY", "ILLNESS", "REST", "TRADE", "DND", "NWT", "CONDITIONING", "INELIGIBLE", *_REASONS,
)  # fmt: skip


def readings(payload: Payload) -> Iterator[Reading]:
    """One reading for the game, one for each player."""
    root = read_json(payload.body)
    game = at(root, "game")
    teller = Teller(FEED, payload.received_at, "nba")
    if at(game, "gameId") is not None:
        yield Reading("game", game, partial(nba_games.told, teller, game))
    found = [(f"game.{side}", at(game, side)) for side in _SIDES] + [("", root)]
    if not any(items(side, "players") for _, side in found) and at(game, "gameId") is None:
        raise Unusable("game", "needs a game, or players")
    for where, side in found:
        yield from unless_listed(where, side, "players")
        for place, player in listed(f"{where}.players".strip("."), items(side, "players")):
            yield Reading(place, player, partial(_player, teller, game, side, player))


def _player(teller: Teller, game: Any, side: Any, player: Any) -> Iterable[AnyEvent]:
    game_id = nba.game_id(game, "gameId") if at(game, "gameId") is not None else ""
    tell = partial(
        teller.tell,
        player_id=nba.player_id(player, "personId"),
        game_id=game_id,
        sport=nba.league(game_id) if game_id else "",
    )
    facts = person(
        name=nba.said(player, "name"),
        team=nba.said(side, "teamTricode"),
        position=nba.said(player, "position"),
        jersey=nba.said(player, "jerseyNum"),
    )
    yield _taking_part(tell, player, facts)
    if flag(player, "played") and (stats := _stats(player)):
        yield tell(LiveScore, LivePoints(points={}, stats=stats, extra=facts))


def _taking_part(tell: Any, player: Any, facts: dict[str, Any]) -> AnyEvent:
    status = nba.said(player, "status").upper()
    reason = nba.said(player, "notPlayingReason").upper()
    if not isinstance(at(player, "notPlayingReason"), str | None):
        raise Unusable("notPlayingReason", "is no text: whether he plays is not known")
    report = StatusReport(
        injury=nba.said(player, "notPlayingDescription"),
        provider_status=" ".join(filter(None, (status, reason))),
        extra=facts,
    )
    told: AnyEvent
    if status == "INACTIVE" or any(word in reason for word in _STAYS_OUT):
        told = tell(PlayerInjury, _with(report, "INACTIVE", "CONFIRMED_OUT", _listing(reason)))
    elif status != "ACTIVE":
        raise Unusable("status", f"{status or 'nothing'} is neither ACTIVE nor INACTIVE")
    elif flag(player, "starter"):
        told = tell(LineupChange, _with(report, "STARTING", "CONFIRMED_IN", ""))
    else:
        told = tell(PlayerActive, _with(report, "ACTIVE", "CONFIRMED_IN", ""))
    return told


def _with(report: StatusReport, status: str, part: str, listing: str) -> StatusReport:
    return msgspec.structs.replace(report, status=status, participation=part, designation=listing)


def _listing(reason: str) -> str:
    """What a reason lists somebody as; a box score does not designate the hurt."""
    return next((meant for word, meant in _REASONS.items() if word in reason), "")


def _stats(player: Any) -> dict[str, float]:
    stats = numbers(player, "statistics")
    played = nba.minutes(nba.said(player, "statistics", "minutes"))
    return stats if played is None else {**stats, "minutes": played}


parse = adapter(FEED, readings)
