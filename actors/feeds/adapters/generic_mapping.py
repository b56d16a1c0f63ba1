"""A mapping from a foreign form to events: which path holds which field.

A path is written ``player.id`` or ``teams.0.name``; ``@x-event`` is a header, ``=nba`` the word
itself. What comes out is admitted as anything from outside is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from actors.feeds.adapters.port import Payload
from actors.feeds.adapters.reading import Poison, Step, Unusable, at, ident, number
from actors.feeds.adapters.telling import digest
from models.events import AnyEvent
from models.ingest import Arrival, Refused, admit

_IDS = ("player_id", "game_id", "contest_id")
_TIMES = ("timestamp", "expiration_time")
_UNITS = {"seconds": 1.0, "milliseconds": 1e-3}


class FieldMapping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the readings of one source become events; without any field they are events already."""

    source: str = ""
    """Name of the feed in its events; empty: the adapter's own."""
    rows: str = ""
    """Path of the list of readings; empty: the payload is one, or a list."""
    event_type: str = ""
    """Path of the word that names the type."""
    event_types: dict[str, str] = {}
    """Types by that word, where the word is not itself a type."""
    envelope: dict[str, str] = {}
    """Paths by field of the envelope: ``{"player_id": "athlete.id", "timestamp": "seen"}``."""
    data: dict[str, str] = {}
    """Paths by field of the data: ``{"status": "injury.word"}``."""
    scale: dict[str, float] = {}
    """Data that are numbers, maybe written as text, with their factor: ``{"points": 1.0}``."""
    prefix: str = ""
    """Put before ids, so that they name whose they are: ``acme`` makes ``acme:17``."""
    time: Literal["iso", "seconds", "milliseconds"] = "iso"
    zone: str = ""
    """Zone of times that name none (``America/New_York``); empty: they are refused."""

    @property
    def is_identity(self) -> bool:
        """Whether readings are events in our own form."""
        return not (self.event_type or self.envelope or self.data)

    @property
    def columns(self) -> set[str]:
        """Titles that a table is read by, as far as they are fixed."""
        if self.is_identity:
            return {"event_type"}
        paths = (self.event_type, *self.envelope.values(), *self.data.values())
        return {path for path in paths if path and path[0] not in "=@"}


def event_of(feed: str, mapping: FieldMapping, payload: Payload, row: Any) -> AnyEvent:
    """The event that a reading stands for; raises Unusable naming the field."""
    if not isinstance(row, Mapping):
        raise Unusable("", "is no object")
    found = dict(row) if mapping.is_identity else _mapped(mapping, payload, row)
    _check(found)
    if not mapping.is_identity or not found.get("source"):
        found["source"] = mapping.source or feed
    named = found.get("player_id") or found.get("game_id") or found.get("contest_id") or ""
    said = {key: value for key, value in found.items() if key != "received_at"}
    try:
        if found.get("event_id") in (None, ""):
            found["event_id"] = f"{feed}:{str(named)[:100]}:{digest(said)}"
        return admit(found, Arrival(now=payload.received_at, new_id=str))
    except Refused as fault:
        raise Unusable(fault.field, fault.message) from fault
    except (UnicodeEncodeError, RecursionError, TypeError) as fault:
        raise Unusable("", f"cannot be kept: {fault}") from fault


def _check(found: Mapping[str, Any]) -> None:
    """Refuse a reading that holds a value, anywhere in it, which no JSON may hold."""
    unread: list[tuple[str, Any]] = [*found.items()]
    while unread:
        path, value = unread.pop()
        if isinstance(value, Poison):
            raise Unusable(path, value.reason)
        if isinstance(value, Mapping):
            unread.extend((f"{path}.{key}", inner) for key, inner in value.items())
        elif isinstance(value, list):
            unread.extend((f"{path}[{place}]", inner) for place, inner in enumerate(value))


def _mapped(mapping: FieldMapping, payload: Payload, row: Any) -> dict[str, Any]:
    word = str(_value(payload, row, mapping.event_type) or "") if mapping.event_type else ""
    found: dict[str, Any] = {"event_type": mapping.event_types.get(word, word)}
    for name, path in mapping.envelope.items():
        value = _value(payload, row, path)
        if value not in (None, ""):
            found[name] = _envelope_value(mapping, name, value)
    found["data"] = {
        name: value
        for name, path in mapping.data.items()
        if (value := _data_value(mapping, name, _value(payload, row, path))) not in (None, "")
    }
    return found


def _value(payload: Payload, row: Any, path: str) -> Any:
    if path.startswith("="):
        return path[1:]
    if path.startswith("@"):
        return payload.headers.get(path[1:].lower())
    value = at(row, *steps(path))
    if value is None and isinstance(row, Mapping):
        value = row.get(path)  # a name that has dots in it itself
    if isinstance(value, Poison):
        raise Unusable(path, value.reason)
    return value


@cache
def steps(path: str) -> tuple[Step, ...]:
    """The steps of a written path.

    >>> steps("teams.0.name"), steps("")
    (('teams', 0, 'name'), ())
    """
    return tuple(int(step) if step.isdigit() else step for step in path.split(".") if step)


def _envelope_value(mapping: FieldMapping, name: str, value: Any) -> Any:
    if name in _TIMES:
        return _time(mapping, name, value)
    if name not in _IDS:
        return value
    own = ident({name: value}, name)
    if not own:
        raise Unusable(name, f"{str(value)[:40]!r} is no id")
    return f"{mapping.prefix}:{own}" if mapping.prefix else own


def _data_value(mapping: FieldMapping, name: str, value: Any) -> Any:
    if name not in mapping.scale or value in (None, ""):
        return value
    read = number(value)
    if read is None:
        raise Unusable(f"data.{name}", f"{str(value)[:40]!r} is no number")
    return round(read * mapping.scale[name], 9)


def _time(mapping: FieldMapping, name: str, value: Any) -> str:
    """The time as ISO 8601 in UTC."""
    try:
        read = _local(mapping, value) if mapping.time == "iso" else _counted(mapping, value)
    except (ValueError, OverflowError, OSError) as fault:
        reason = fault.reason if isinstance(fault, Unusable) else f"{str(value)[:40]!r} is no time"
        raise Unusable(name, reason) from fault
    return read.isoformat()


def _counted(mapping: FieldMapping, value: Any) -> datetime:
    count = number(value)
    if count is None:
        raise Unusable("", f"{str(value)[:40]!r} is no count of {mapping.time}")
    return datetime.fromtimestamp(count * _UNITS[mapping.time], UTC)


def _local(mapping: FieldMapping, value: Any) -> datetime:
    read = datetime.fromisoformat(str(value).strip()[:40])
    if read.tzinfo is None and not mapping.zone:
        raise Unusable("", "has no zone; name one in the mapping")
    return (read if read.tzinfo else read.replace(tzinfo=_zone(mapping.zone))).astimezone(UTC)


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise Unusable("zone", f"{name} is no zone; write it like America/New_York") from fault
