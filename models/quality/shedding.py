"""What a reader who is behind may leave out: values that a newer one of the same kind replaced.

Statuses, line-ups, games and news are all kept, and come first; of prices, scores, ownership and
weather the newest of each subject counts. What was left out is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from models.events import (
    AnyEvent,
    LineMovement,
    LiveScore,
    OwnershipShift,
    OwnershipUpdate,
    WeatherChange,
)
from models.quality.order import subject_of

_VALUES = (LineMovement, LiveScore, OwnershipShift, OwnershipUpdate, WeatherChange)


class Relieved(NamedTuple):
    """Readings that remain, critical ones first."""

    events: list[AnyEvent]
    shed: int
    """Readings that were left out."""


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
