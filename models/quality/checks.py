"""The stages that need nothing but the reading itself: schema, range, consistency."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from models.events import (
    AnyEvent,
    LineMovement,
    LiveScore,
    OwnershipShift,
    OwnershipUpdate,
    StatusReport,
    WeatherChange,
)
from models.ingest import MAX_ID, Refused, check_values
from models.quality.claims import StatusEvent, contradicts_itself
from models.quality.quarantine import Stage

CLOCK_AHEAD = timedelta(minutes=2)
"""A source's clock may be so far ahead of ours."""
MOST_OWNED = 20.0
"""Shares of a contest add up to its roster slots: to no more than this, whatever the sport."""
_IDS = ("event_id", "source", "player_id", "game_id", "contest_id", "slate_id")
_TIMES = ("timestamp", "received_at", "expiration_time")
_POINTS = (-100.0, 1_000.0)
_MINUTES = (0.0, 400.0)
_LINE = {"decimal": (1.0, 1e5), "point": (-2_000.0, 2_000.0)}
_WEATHER = {
    "temperature_c": (-60.0, 60.0),
    "wind_kmh": (0.0, 400.0),
    "gust_kmh": (0.0, 450.0),
    "precipitation_mm": (0.0, 500.0),
    "precipitation_chance": (0.0, 1.0),
    "humidity": (0.0, 1.0),
    "pressure_hpa": (800.0, 1_100.0),
}
_EMPTY: dict[str, Any] = {}


class Fault(NamedTuple):
    """What is wrong with a reading."""

    stage: Stage
    reason: str
    message: str


def fault_in(event: AnyEvent, now: datetime) -> Fault | None:
    """The first fault of a reading by itself; None where there is none."""
    return _schema(event) or _range(event) or _consistency(event, now)


def _schema(event: AnyEvent) -> Fault | None:
    for name in _IDS:
        if len(getattr(event, name)) > MAX_ID:
            return Fault("schema", "long_id", f"{name} is longer than {MAX_ID} characters")
    if not event.event_id or not event.source:
        return Fault("schema", "nameless", "event_id and source must not be empty")
    for name in _TIMES:
        moment = getattr(event, name)
        if moment is not None and moment.tzinfo is None:
            return Fault("schema", "naive_time", f"{name} has no time zone")
    if isinstance(event, StatusEvent) and not event.player_id:
        return Fault("schema", "no_player", "a status is about a player: player_id is empty")
    try:
        check_values(_free_form(event), "data", 0)
    except Refused as refused:
        return Fault("schema", "value", str(refused))
    return None


def _free_form(event: AnyEvent) -> Any:
    """What of the data has no shape of its own."""
    data = event.data
    return data if isinstance(data, dict) else getattr(data, "extra", _EMPTY)


def _range(event: AnyEvent) -> Fault | None:
    for place, value, low, high in _quantities(event):
        if not low <= value <= high or not math.isfinite(value):
            return Fault("range", place, f"{place} is {value!r:.40}, outside {low:g} to {high:g}")
    return None


_Quantity = tuple[str, float, float, float]


def _quantities(event: AnyEvent) -> Iterator[_Quantity]:
    yield "confidence", event.confidence, 0.0, 1.0
    yield "impact_rating", event.impact_rating, -10.0, 10.0
    found = _QUANTITIES.get(type(event))
    if found is not None:
        yield from found(event)


def _scored(event: LiveScore) -> Iterator[_Quantity]:
    points, minutes = event.data.points, event.data.minutes_remaining
    for value in points.values() if isinstance(points, dict) else (points,):
        yield "points", value, *_POINTS
    if minutes is not None:
        yield "minutes_remaining", minutes, *_MINUTES


def _owned(event: OwnershipUpdate | OwnershipShift) -> Iterator[_Quantity]:
    shares = event.data.ownership.values()
    for share in shares:
        yield "ownership", share, 0.0, 1.0
    yield "ownership_sum", sum(shares), 0.0, MOST_OWNED


def _line(event: LineMovement) -> Iterator[_Quantity]:
    return _named(event.data, _LINE)


def _weather(event: WeatherChange) -> Iterator[_Quantity]:
    return _named(event.data, _WEATHER)


def _named(data: dict[str, Any], limits: dict[str, tuple[float, float]]) -> Iterator[_Quantity]:
    for name, (low, high) in limits.items():
        value = data.get(name)
        if isinstance(value, int | float):
            yield name, value, low, high


_QUANTITIES: dict[type[Any], Callable[[Any], Iterator[_Quantity]]] = {
    LiveScore: _scored,
    OwnershipUpdate: _owned,
    OwnershipShift: _owned,
    LineMovement: _line,
    WeatherChange: _weather,
}


def _consistency(event: AnyEvent, now: datetime) -> Fault | None:
    ahead = event.timestamp - event.received_at
    if ahead > CLOCK_AHEAD:
        return Fault(
            "consistency",
            "clock_ahead",
            f"timestamp is {ahead.total_seconds():.0f} s after its receipt: the source's clock",
        )
    expires = event.expiration_time
    if expires is not None and expires <= now:
        return Fault("consistency", "expired", f"held until {expires:%Y-%m-%dT%H:%M:%SZ} only")
    if isinstance(event.data, StatusReport) and contradicts_itself(event.data):
        message = "lists the player as out and confirms that he plays"
        return Fault("consistency", "contradicts_itself", message)
    return None
