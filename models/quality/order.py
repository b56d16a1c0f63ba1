"""What each source said last of each subject: what is said again, what is late, what is new.

A reading is compared with the *last* ones, not with all: a status that goes from OUT to IN and back
to OUT is told three times, though the third has the id of the first where ids follow from content.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Literal

import msgspec

from models.events import AnyEvent, Event, LineMovement, WeatherChange
from models.events import status as statuses
from models.events.games import (
    GameDelay,
    GameFinal,
    GamePostponed,
    GameScheduled,
    GameStart,
    LiveScore,
)
from models.events.markets import OwnershipShift, OwnershipUpdate
from models.quality.bounded import keep

Seen = Literal["new", "again", "late"]
Key = tuple[str, ...]

MAX_IDS = 200_000
MAX_SUBJECTS = 200_000
_MARK = "~"
_MARKED = re.compile(r"~\d{8}T\d{12}$")
_FAMILIES: dict[type[Event], str] = {
    statuses.PlayerInjury: "status",
    statuses.PlayerActive: "status",
    statuses.LineupChange: "lineup",
    GameScheduled: "game",
    GameStart: "game",
    GameDelay: "game",
    GamePostponed: "game",
    GameFinal: "game",
    LiveScore: "score",
    OwnershipUpdate: "ownership",
    OwnershipShift: "ownership",
    WeatherChange: "weather",
    LineMovement: "line",
}
"""Kinds that replace what was said before; anything else is told once, by its id."""
_SLOTS: dict[type[Event], tuple[str, ...]] = {
    LineMovement: ("book", "market", "selection", "participant", "side"),
    WeatherChange: ("kind", "place", "starts", "event"),
}
"""What besides player, game and contest tells one subject from another."""


def subject_of(event: AnyEvent) -> Key | None:
    """Whose turn it is, of which source; None for a kind that replaces nothing."""
    family = _FAMILIES.get(type(event))
    if family is None:
        return None
    about = (
        event.source, family, event.slate_id, event.player_id, event.game_id, event.contest_id,
    )  # fmt: skip
    slots = _SLOTS.get(type(event))
    if slots is None:
        return about if any(about[3:]) else None
    data: dict[str, Any] = event.data  # type: ignore[assignment]
    return (*about, *(str(data.get(name, "")) for name in slots))


def plain_id(event_id: str) -> str:
    """The id that the source's adapter gave, before it had to be told apart."""
    return _MARKED.sub("", event_id)


class _Last:
    """The newest readings of one subject: all that came together, and those before them."""

    __slots__ = ("before", "clock", "current", "data", "kind", "received")

    def __init__(self, event: AnyEvent, name: str) -> None:
        self.before: tuple[str, ...] = ()
        self.current: tuple[str, ...] = (name,)
        self._newest(event)

    def _newest(self, event: AnyEvent) -> None:
        self.kind: type[Event] = type(event)
        self.data: Any = event.data
        self.received: datetime = event.received_at
        self.clock = event.timestamp if event.timestamp != event.received_at else None

    def take(self, event: AnyEvent, name: str) -> None:
        """One more, which is the newest now."""
        self.note(event, name)
        self._newest(event)

    def note(self, event: AnyEvent, name: str) -> None:
        """It stands in the newest payload; a later receipt begins a new one."""
        if event.received_at > self.received:
            self.before, self.current = self.current, ()
            self.received = event.received_at
        if name not in self.current:
            self.current = (*self.current, name)

    def says(self, event: AnyEvent, name: str) -> bool:
        """Whether the reading says nothing that was not said last."""
        if name in self.current:
            return True
        if event.received_at == self.received and name in self.before:
            return True
        return type(event) is self.kind and event.data == self.data


class Readings:
    """Remembers the last reading of every subject, and which ids were given."""

    def __init__(self) -> None:
        self._last: dict[Key, _Last] = {}
        self._ids: dict[str, None] = {}

    def look(self, event: AnyEvent) -> Seen:
        """What a reading is beside what was said before; it is not remembered by that."""
        name = plain_id(event.event_id)
        key = subject_of(event)
        if key is None:
            return "again" if name in self._ids else "new"
        last = self._last.get(key)
        if last is None:
            return "new"
        if last.says(event, name):
            return "again"
        if _is_before(event, last.clock):
            return "again" if name in self._ids else "late"
        return "new"

    def again(self, event: AnyEvent) -> None:
        """A reading was said again: it stands in the newest payload, too."""
        key = subject_of(event)
        last = self._last.get(key) if key is not None else None
        if last is not None and event.received_at >= last.received:
            last.note(event, plain_id(event.event_id))

    def named(self, event: AnyEvent) -> AnyEvent:
        """The reading with an id that none before it had: its receipt is added where needed.

        The same reading, received at the same moment, is given the same id.
        """
        if event.event_id not in self._ids:
            return event
        marked = f"{event.event_id}{_MARK}{event.received_at:%Y%m%dT%H%M%S%f}"
        return msgspec.structs.replace(event, event_id=marked)

    def remember(self, event: AnyEvent) -> None:
        """It is the last reading of its subject now."""
        name = plain_id(event.event_id)
        self.know(name)
        key = subject_of(event)
        if key is None:
            return
        last = self._last.get(key)
        if last is None:
            last = _Last(event, name)
        else:
            last.take(event, name)
        keep(self._last, key, last, MAX_SUBJECTS)

    def know(self, name: str) -> None:
        """The id was seen, whatever became of its reading."""
        keep(self._ids, name, None, MAX_IDS)


def _is_before(event: AnyEvent, clock: datetime | None) -> bool:
    """Whether it is older by the source's own clock; a source without one is never late."""
    return clock is not None and event.timestamp != event.received_at and event.timestamp < clock
