"""Whether an event is what a rule asks for, and what it says in a line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import msgspec

from models.alerts.rules import AlertRule
from models.codec import event_type
from models.events import (
    AnyEvent,
    BreakingNews,
    GameDelay,
    GameFinal,
    GamePostponed,
    GameStart,
    LateSwap,
    LineMovement,
    LineupChange,
    OwnershipShift,
    PlayerActive,
    PlayerInjury,
    SourceStatus,
    WeatherChange,
)
from models.odds import Line

KINDS: Mapping[str, str] = {
    "player_injury": "injury",
    "player_active": "injury",
    "lineup_change": "injury",
    "breaking_news": "news",
    "weather_change": "weather",
    "line_movement": "market",
    "ownership_shift": "ownership",
    "late_swap": "late_swap",
    "source_status": "source",
}
"""What an alert about a type of event is called; games are ``contest``."""
UNRATED = frozenset(
    ("game_start", "game_delay", "game_postponed", "game_final", "source_status", "late_swap")
)
"""Types whose ``impact_rating`` says nothing: a threshold does not apply to them."""
IN_TROUBLE = frozenset(("degraded", "disconnected"))


class Subject(NamedTuple):
    """What an event is about, and what it says of it: told once, until something else is said."""

    about: str
    says: str


def is_told(event: AnyEvent) -> bool:
    """Whether an event is for people at all: held to be true, and a change."""
    match event:
        case PlayerInjury() | PlayerActive() | LineupChange():
            gone = event.data.standing == "withdrawn" and event.data.extra.get("unconfirmed")
            return event.data.standing not in {"reading", "unconfirmed"} and not gone
        case LateSwap():
            return event.data.state == "proposed"
        case SourceStatus():
            return event.data.state != "off"
        case _:
            return True


def matches(rule: AlertRule, event: AnyEvent, user_id: str, held: Collection[str]) -> bool:
    """Whether a user's rule asks for this event; ``held`` are the players of his entries."""
    kind = event_type(event)
    if not rule.enabled or kind not in rule.event_types or event.confidence < rule.min_confidence:
        return False
    if isinstance(event, LateSwap) and event.data.user_id != user_id:
        return False
    if kind not in UNRATED and abs(event.impact_rating) < rule.impact_threshold:
        return False
    if rule.sports and event.sport.lower() not in {sport.lower() for sport in rule.sports}:
        return False
    if rule.contest_ids and event.contest_id not in rule.contest_ids:
        return False
    return _about_whom_it_should(rule, event, held) and (
        not rule.windows or any(window.holds(event.received_at) for window in rule.windows)
    )


def _about_whom_it_should(rule: AlertRule, event: AnyEvent, held: Collection[str]) -> bool:
    """A filter on players lets pass what names none: the start of a game."""
    players = players_of(event)
    if rule.player_ids and players and players.isdisjoint(rule.player_ids):
        return False
    return not (rule.my_players and players and players.isdisjoint(held))


def players_of(event: AnyEvent) -> set[str]:
    """Whom an event is about."""
    match event:
        case LateSwap():
            return {one for move in event.data.moves for one in (move.player_out, move.player_in)}
        case OwnershipShift():
            return set(event.data.ownership)
        case _:
            return {event.player_id} if event.player_id else set()


def subject_of(event: AnyEvent, names: Mapping[str, str]) -> Subject:
    """What counts as the same thing said again.

    A player goes by his name: several slates of a night list him under ids of their own.
    """
    match event:
        case PlayerInjury() | PlayerActive() | LineupChange():
            word = event.data.designation or event.data.status.upper() or event_type(event)
            return Subject(f"player {names.get(event.player_id, event.player_id)}", word)
        case GameStart() | GameDelay() | GamePostponed() | GameFinal():
            return Subject(f"game {event.slate_id} {event.game_id}", event_type(event))
        case SourceStatus():
            return Subject(f"source {event.source}", event.data.state)
        case WeatherChange():
            return Subject(f"weather {event.game_id}", _plainly(event.data))
        case LineMovement():
            return Subject(f"line {event.game_id}", _plainly(event.data))
        case _:
            return Subject(event.event_id, "")


def title_of(event: AnyEvent, names: Mapping[str, str]) -> str:
    """The event in a line, for a person."""
    name = names.get(event.player_id, event.player_id)
    match event:
        case PlayerInjury() | PlayerActive() | LineupChange():
            word = event.data.designation or event.data.status or event_type(event)
            more = event.data.headline or event.data.injury
            return f"{name}: {word}" + (f" ({more})" if more else "")
        case BreakingNews():
            return event.data.headline or event.data.text[:120] or "news"
        case LateSwap():
            return f"a swap for entry {event.data.entry_id}: {event.data.gain_points:+.1f} points"
        case OwnershipShift():
            moved = [f"{names.get(p, p)} {s:.0%}" for p, s in event.data.ownership.items()]
            return "ownership: " + ", ".join(moved[:5])
        case WeatherChange():
            return f"weather at {event.game_id or 'a game'}: {_plainly(event.data)}"
        case LineMovement():
            return _line_told(event)
        case SourceStatus():
            return f"source {event.source} is {event.data.state}"
        case _:
            return f"{event_type(event).replace('_', ' ')}: {event.game_id}"


def _line_told(event: LineMovement) -> str:
    """``AUS@TAM total over 220.5: 2.25 (Beta)``."""
    try:
        line = Line.of(event.data)
    except msgspec.ValidationError:
        return f"a line of {event.game_id} moved: {_plainly(event.data)}"
    point = "" if line.point is None else f"{line.point:g}"
    bet = " ".join(filter(None, (event.game_id, line.market, line.selection, point)))
    return f"{bet}: {'withdrawn' if line.decimal is None else line.decimal} ({line.book})"


def _plainly(data: Mapping[str, Any]) -> str:
    """The plain values of some data, the same whatever their order."""
    plain = {k: v for k, v in data.items() if isinstance(v, str | int | float)}
    return ", ".join(f"{key} {value}" for key, value in sorted(plain.items()))[:160]
