"""What DraftKings' payloads have in common: ids, states of games, words of status.

Two id spaces: ``draftkings:`` names a person (``playerId``), ``draftkings.draftable:`` a person in
one roster slot of one draft group (``draftableId``, the ID of the salary file).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from actors.feeds.adapters.messages import present
from actors.feeds.adapters.port import Payload
from actors.feeds.adapters.reading import Unusable, at, need_ident, number, read_json, text
from actors.feeds.adapters.telling import Teller
from models.events import (
    AnyEvent,
    GameDelay,
    GameFinal,
    GamePostponed,
    GameReport,
    GameScheduled,
    GameStart,
)

SITE = "draftkings"

GameKind = type[GameScheduled | GameStart | GameDelay | GamePostponed | GameFinal]

_STATES: Mapping[str, GameKind] = {
    **dict.fromkeys(("upcoming", "pre-game", "pregame", "scheduled", ""), GameScheduled),
    **dict.fromkeys(("live", "inprogress", "in progress", "halftime", "suspended"), GameStart),
    **dict.fromkeys(("delayed", "rain delay"), GameDelay),
    **dict.fromkeys(("postponed", "cancelled", "canceled"), GamePostponed),
    **dict.fromkeys(
        (
            "final",
            "scoresofficial",
            "competitionover",
            "complete",
            "completed",
            "closed",
            "fulltime",
            "ended",
            "official",
        ),
        GameFinal,
    ),
}
_PLAIN = frozenset(
    word for word, kind in _STATES.items() if kind in {GameScheduled, GameStart, GameFinal}
) - {"suspended"}
"""States that the event's type says in full."""


def answer(payload: Payload, name: str) -> Any:
    """The site's answer; raises Unusable for an error that stands where ``name`` should.

    ``SCO101`` is what asks for a login.
    """
    root = read_json(payload.body)
    code = text(root, "errorStatus", "code")
    if code and at(root, name) is None:
        said = text(root, "errorStatus", "developerMessage")[:200]
        raise Unusable("errorStatus", f"the site refuses: {code} {said}".strip())
    return root


def sport_of(name: str) -> str:
    """DraftKings' name of a sport as it is called here.

    >>> sport_of("GOLF"), sport_of("CBB")
    ('pga', 'cbb')
    """
    return {"golf": "pga"}.get(name.lower(), name.lower())


def game_id(competition: object) -> str:
    """Id of a game."""
    return f"{SITE}:{competition}" if competition else ""


def draftable(identity: object) -> str:
    """Id of a person in a slot of a draft group."""
    return f"{SITE}.draftable:{identity}"


def game(
    teller: Teller, identity: str, state: str, start: datetime | None, **extra: object
) -> AnyEvent:
    """What a state says of a game; an unknown one leaves it on the schedule, in its own word."""
    kind = _STATES.get(state.lower(), GameScheduled)
    note = "" if state.lower() in _PLAIN else state
    report = GameReport(start=start, note=note, extra=present(**extra))
    return teller.tell(kind, report, game_id=game_id(identity))


def scores(found: Any) -> Iterator[tuple[str, float]]:
    """Points by side of a game."""
    for side in ("home", "away"):
        points = number(found, f"{side}TeamScore")
        if points is not None:
            yield side, points


def team_names(competition: Any) -> dict[str, str]:
    """Abbreviations of both teams, where the game has teams."""
    sides = dict.fromkeys(("homeTeam", "awayTeam"), ("abbreviation", "teamAbbreviation"))
    return {
        side.removesuffix("Team"): next(
            filter(None, (text(competition, side, name) for name in names)), ""
        )
        for side, names in sides.items()
    }


def contest_id(held: Any, *path: str | int) -> str:
    """Id of a contest that must be there."""
    return f"{SITE}:{need_ident(held, *path)}"
