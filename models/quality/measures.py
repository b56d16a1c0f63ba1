"""Numbers in readings that change little by little, for the anomaly stage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from models.events import AnyEvent, LineMovement, LiveScore, WeatherChange

_LEAST_POINTS = 1.5
_LEAST_SHARE = 0.01
_LEAST_POINT = 0.25
_LEAST_WEATHER = {"temperature_c": 0.5, "wind_kmh": 3.0, "gust_kmh": 4.0, "pressure_hpa": 0.5}


class Measure(NamedTuple):
    """One number of a reading, by which it can be judged."""

    family: str
    """Whose usual changes it is held against."""
    slot: object
    """Whose last value it is compared with."""
    value: float
    least: float
    """The smallest change that is worth a standard deviation."""


def measures(event: AnyEvent) -> Iterator[Measure]:
    """The numbers of an event; none for kinds that are not judged so."""
    match event:
        case LiveScore():
            yield from _points(event)
        case LineMovement():
            yield from _line(event.source, event.game_id, event.data)
        case WeatherChange():
            yield from _weather(event.source, event.game_id, event.data)
        case _:
            return


def _points(event: LiveScore) -> Iterator[Measure]:
    points = event.data.points
    scored = points if isinstance(points, dict) else {event.player_id: points}
    family = f"{event.source}.{event.sport}.points"
    for player_id, value in scored.items():
        yield Measure(family, (event.source, event.game_id, player_id), value, _LEAST_POINTS)


def _line(source: str, game_id: str, data: dict[str, Any]) -> Iterator[Measure]:
    """The implied probability, as prices are no linear scale, and the point."""
    market = str(data.get("market", ""))
    names = ("book", "market", "selection", "participant", "side")
    slot = (source, game_id, *(str(data.get(name, "")) for name in names))
    decimal, point = data.get("decimal"), data.get("point")
    if isinstance(point, int | float):
        yield Measure(f"{source}.{market}.point", (*slot, "point"), point, _LEAST_POINT)
    if isinstance(decimal, int | float) and decimal >= 1.0:
        place = (*slot, point)
        yield Measure(f"{source}.{market}.share", place, 1.0 / decimal, _LEAST_SHARE)


def _weather(source: str, game_id: str, data: dict[str, Any]) -> Iterator[Measure]:
    if data.get("kind") != "observation":
        return
    slot = (source, game_id, str(data.get("place", "")))
    for name, least in _LEAST_WEATHER.items():
        value = data.get(name)
        if isinstance(value, int | float):
            yield Measure(f"{source}.{name}", (*slot, name), value, least)
