"""What a reader who is behind may leave out: values that a newer one of the same kind replaced.

Statuses, line-ups, games and news are all kept, and come first; of prices, scores, ownership and
weather the newest of each subject counts. What was left out is counted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from models.events import (
    AnyEvent,
    LineMovement,
    LiveScore,
    OwnershipShift,
    OwnershipUpdate,
    SourceStatus,
    WeatherChange,
)
from models.quality.order import subject_of

_VALUES = (LineMovement, LiveScore, OwnershipShift, OwnershipUpdate, WeatherChange)


class Relieved(NamedTuple):
    """Readings that remain, critical ones first."""

    events: list[AnyEvent]
    shed: int
    """Readings that were left out."""


Priority = Literal["critical", "normal", "bulk"]

SHED_FROM: dict[Priority, float] = {"critical": math.inf, "normal": 0.95, "bulk": 0.8}
"""Share of the log's limits from which on events of a priority are not stored any more."""


def priority_of(event: AnyEvent) -> Priority:
    """How much an event is missed: values are replaced by newer ones, parts of values are not."""
    if isinstance(event, SourceStatus) or (isinstance(event, _VALUES) and _is_part(event)):
        return "normal"
    return "bulk" if isinstance(event, _VALUES) else "critical"


def lightened(events: Sequence[AnyEvent], load: float) -> Relieved:
    """What of these a log that is so near its limits (0 to 1) is to take, in order."""
    kept = [event for event in events if load < SHED_FROM[priority_of(event)]]
    return Relieved(kept, len(events) - len(kept))


def relieved(events: Sequence[AnyEvent]) -> Relieved:
    """What is to be judged of readings of one source that waited together, in their order."""
    critical: list[AnyEvent] = []
    newest: dict[object, AnyEvent] = {}
    for place, event in enumerate(events):
        if not isinstance(event, _VALUES):
            critical.append(event)
            continue
        key = place if _is_part(event) else subject_of(event) or place
        newest.pop(key, None)
        newest[key] = event
    kept = [*critical, *newest.values()]
    return Relieved(kept, len(events) - len(kept))


def _is_part(event: AnyEvent) -> bool:
    """Whether it tells a change only, so that the one before it is not contained in it."""
    return isinstance(event, LiveScore) and bool(event.data.extra.get("changes_only"))
