"""Admission: what the outside hands in becomes an event, or is refused with the field named.

The outside may send what it likes; the log holds only what the folds can rely on: known types,
text ids, aware times, finite numbers, ratings in range. What nobody here reads is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from types import UnionType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

import msgspec

from models import events
from models.events import AnyEvent, Event, Ownership
from models.ingest.strict import Refused, check_values

MAX_ID = 200
"""Characters of one id or name."""

_OUTSIDE: tuple[type[Event], ...] = (
    events.PlayerInjury,
    events.PlayerActive,
    events.LineupChange,
    events.GameScheduled,
    events.GameStart,
    events.GameDelay,
    events.GamePostponed,
    events.GameFinal,
    events.LiveScore,
    events.OwnershipUpdate,
    events.OwnershipShift,
    events.BreakingNews,
    events.WeatherChange,
    events.LineMovement,
)
_TRUSTED: tuple[type[Event], ...] = (events.SourceStatus, events.Alert)
_INSIDE = frozenset(
    str(kind.__struct_config__.tag) for kind in get_args(AnyEvent) if kind not in _OUTSIDE
)
_NEEDS_PLAYER = frozenset(("player_injury", "player_active", "lineup_change"))
_IDS = ("event_id", "player_id", "game_id", "contest_id", "slate_id", "user_id")
_NAMES = ("source", "sport")
_TIMES = ("timestamp", "expiration_time")
_OURSELVES = "subscriber"
"""Whose alerts are delivered over channels."""
_OURS = frozenset(("standing",))
"""Fields of the data that only the system fills in."""
_RANGES = {"impact_rating": (-10.0, 10.0), "confidence": (0.0, 1.0)}


class Arrival(NamedTuple):
    """What we ourselves know of an event that is handed in."""

    now: datetime
    """Becomes ``received_at``, whatever the sender says."""
    new_id: Callable[[], str]
    """Names an event that brings no id."""
    trusted: bool = False
    """The sender may report the state of connections (``source_status``) and ``alert``."""


def admit(payload: object, arrival: Arrival) -> AnyEvent:
    """Turn what was handed in into an event of the log; raises Refused.

    ``event_type``, ``source``, ``data`` and, where the type is about a player, ``player_id`` must
    be there; ids may be numbers or texts. Keys of ``data`` that its type does not know are kept
    in ``extra``, unknown keys of the envelope in ``extra.envelope``.
    """
    if not isinstance(payload, Mapping):
        raise Refused("", "an event is an object")
    check_values(payload, "", 0)
    kind = _kind(payload, trusted=arrival.trusted)
    envelope = _envelope(payload, arrival)
    unknown = {key: payload[key] for key in payload if key not in kind.__struct_fields__}
    unknown.pop("event_type")
    envelope["data"] = _data(kind, payload, envelope["player_id"], unknown)
    try:
        return msgspec.convert(envelope, kind)  # type: ignore[return-value]  # one of AnyEvent
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `$.")
        raise Refused(path.rstrip("`"), message) from error


def _kind(payload: Mapping[str, Any], *, trusted: bool) -> type[Event]:
    named = payload.get("event_type")
    if not named:
        raise Refused("event_type", "is missing")
    for kind in (*_OUTSIDE, *(_TRUSTED if trusted else ())):
        if kind.__struct_config__.tag == named:
            return kind
    if named in _INSIDE:
        raise Refused("event_type", f"{named} is not taken from outside; it is told by the system")
    known = ", ".join(str(kind.__struct_config__.tag) for kind in _OUTSIDE)
    raise Refused("event_type", f"{named!r} is unknown; there are {known}")


def _envelope(payload: Mapping[str, Any], arrival: Arrival) -> dict[str, Any]:
    if "data" not in payload:
        raise Refused("data", "is missing")
    if not isinstance(payload["data"], Mapping):
        raise Refused("data", "must be an object")
    envelope: dict[str, Any] = {name: _identity(payload, name) for name in _IDS}
    envelope |= {name: _name(payload, name) for name in _NAMES}
    if not envelope["source"]:
        raise Refused("source", "is missing: say who reports it")
    if envelope["source"] == _OURSELVES:
        raise Refused("source", f"{_OURSELVES} is the system's own name: say who reports it")
    if payload["event_type"] in _NEEDS_PLAYER and not envelope["player_id"]:
        raise Refused("player_id", f"{payload['event_type']} is about a player: name him")
    envelope |= {name: _time(payload, name) for name in _TIMES}
    envelope |= {name: _rating(payload, name) for name in _RANGES if payload.get(name) is not None}
    envelope["event_id"] = envelope["event_id"] or arrival.new_id()
    envelope["timestamp"] = envelope["timestamp"] or arrival.now
    envelope["received_at"] = arrival.now
    return envelope


def _identity(payload: Mapping[str, Any], name: str) -> str:
    """An id as text; where the envelope has none, a like-named key of the data counts."""
    value = payload.get(name)
    if value is None and name != "event_id":
        value = payload["data"].get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Refused(name, "must be a text or a whole number")
    text = str(value).strip()
    if len(text) > MAX_ID:
        raise Refused(name, f"is longer than {MAX_ID} characters")
    return text


def _name(payload: Mapping[str, Any], name: str) -> str:
    value = payload.get(name, "")
    if not isinstance(value, str) or len(value) > MAX_ID:
        raise Refused(name, f"must be a text of at most {MAX_ID} characters")
    return value.strip().lower() if name == "sport" else value.strip()


def _time(payload: Mapping[str, Any], name: str) -> datetime | None:
    value = payload.get(name)
    if value is None:
        return None
    try:
        moment = msgspec.convert(value, datetime)
    except msgspec.ValidationError as error:
        raise Refused(name, "must be an ISO 8601 time, 2026-01-17T00:30:00Z") from error
    if moment.tzinfo is None:
        raise Refused(name, "has no time zone; end it with Z or an offset")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise Refused(name, "is outside the calendar") from error


def _rating(payload: Mapping[str, Any], name: str) -> float:
    low, high = _RANGES[name]
    value = payload[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise Refused(name, f"must be a number from {low:g} to {high:g}")
    return float(value)


def _data(
    kind: type[Event], payload: Mapping[str, Any], player_id: str, unknown: dict[str, Any]
) -> dict[str, Any]:
    """The type's own fields, and everything else in ``extra``."""
    given = dict(payload["data"])
    shape = _hints(kind)["data"]
    envelope = {"envelope": unknown} if unknown else {}
    if get_origin(shape) is dict:
        return given | envelope
    theirs = [key for key in shape.__struct_fields__ if key not in _OURS]
    known = {key: given.pop(key) for key in theirs if key in given}
    extra = known.pop("extra", None)
    if extra is not None and not isinstance(extra, Mapping):
        raise Refused("data.extra", "must be an object")
    kept = {**(extra or {}), **given, **envelope}
    if shape is Ownership:
        known["ownership"] = _shares(known.get("ownership"), player_id)
    _make_aware(shape, known)
    return known | ({"extra": kept} if kept and "extra" in shape.__struct_fields__ else {})


def _shares(given: object, player_id: str) -> dict[str, float]:
    """Shares 0 to 1 by player id; one number is the share of the event's player."""
    shares = given if isinstance(given, Mapping) else {player_id: given} if player_id else None
    if shares is None:
        raise Refused("data.ownership", "must give shares from 0 to 1 by player id")
    for key, share in shares.items():
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            raise Refused(f"data.ownership.{key}", "must be a share from 0 to 1, not percent")
    return dict(shares)


def _make_aware(shape: type, known: dict[str, Any]) -> None:
    for name, hint in _hints(shape).items():
        if known.get(name) is not None and _is_time(hint):
            try:
                known[name] = _time(known, name)
            except Refused as error:
                raise Refused(f"data.{name}", error.message) from error


@cache
def _hints(kind: type) -> dict[str, Any]:
    """Resolved once: looking names up takes longer than everything else here."""
    return get_type_hints(kind)


def _is_time(hint: object) -> bool:
    return hint is datetime or (isinstance(hint, UnionType) and datetime in get_args(hint))
