"""The raw grid of api.weather.gov: a layer for each quantity, told hour by hour.

A value holds for an interval (``2022-02-03T18:00:00+00:00/PT2H``); what falls within one is spread
evenly over its hours, everything else is the same in each of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from actors.feeds.adapters.messages import refused
from actors.feeds.adapters.port import Payload
from actors.feeds.adapters.reading import (
    Unusable,
    at,
    items,
    moment,
    need_text,
    number,
    text,
)
from actors.feeds.adapters.telling import Reading, Teller, listed
from actors.feeds.adapters.weather_units import converted
from models.events import AnyEvent, WeatherChange
from models.weather import Weather

_LAYERS: Mapping[str, str] = {
    "temperature": "temperature_c", "apparentTemperature": "feels_like_c",
    "windSpeed": "wind_kmh", "windGust": "gust_kmh", "windDirection": "wind_from_deg",
    "probabilityOfPrecipitation": "precipitation_chance", "relativeHumidity": "humidity",
    "visibility": "visibility_m", "quantitativePrecipitation": "precipitation_mm",
}  # fmt: skip
_AMOUNT = "quantitativePrecipitation"
_INTERVAL = re.compile(r"(?P<start>.+)/P(?:(?P<d>\d{1,2})D)?(?:T(?P<h>\d{1,3})H)?")
_HOUR = timedelta(hours=1)
MOST_CELLS = 20_000
"""Hours of all layers together; a grid has some 2,000."""

_Hours = dict[datetime, dict[str, Any]]


def is_grid(found: Any) -> bool:
    """Whether properties are those of a grid, and not of a forecast made from one."""
    return at(found, "periods") is None and any(at(found, name, "values") for name in _LAYERS)


def readings(feed: str, payload: Payload, root: Any, place: str) -> Iterator[Reading]:
    """A refusal for each value that cannot be used, and one reading for each hour."""
    found = at(root, "properties")
    hours: _Hours = {}
    cells = 0
    for layer in (*_LAYERS, "weather"):
        unit = text(found, layer, "uom")
        for where, item in listed(f"properties.{layer}.values", items(found, layer, "values")):
            try:
                cells += _take(hours, layer, unit, item, MOST_CELLS - cells)
            except Unusable as fault:
                yield refused(where, fault, item)
    updated = moment(found, "updateTime")
    grid = f"{text(found, 'gridId')}/{text(found, 'gridX')},{text(found, 'gridY')}".strip("/,")
    teller = Teller(feed, payload.received_at)
    for hour, fields in sorted(hours.items()):
        told = partial(_told, teller, hour, fields, place or grid, grid, updated)
        yield Reading(f"properties@{hour:%Y-%m-%dT%H:%MZ}", fields, told)


def _told(
    teller: Teller, hour: datetime, fields: Mapping[str, Any], place: str, grid: str,
    updated: datetime | None,
) -> Iterator[AnyEvent]:  # fmt: skip
    extra = {"grid": grid} if grid else {}
    ends = hour + _HOUR
    weather = Weather(kind="forecast", place=place, starts=hour, ends=ends, extra=extra, **fields)
    about = f"{place}@{hour:%Y%m%dT%H%MZ}"
    yield teller.tell(WeatherChange, weather.plain(), about=about, when=updated, expires=ends)


def _take(hours: _Hours, layer: str, unit: str, item: Any, spare: int) -> int:
    """Put a value into its hours, and say how many they are; null is a normal value."""
    start, length = _interval(need_text(item, "validTime"))
    if length > spare:
        raise Unusable("", f"the grid has more than {MOST_CELLS} hours")
    value: Any = _sky(item) or None
    if layer in _LAYERS:
        value = converted(number(item, "value"), unit)
    if value is None:
        return 0
    if layer == _AMOUNT:
        value = round(value / length, 4)
    name = _LAYERS.get(layer, "sky")
    for place in range(length):
        hours.setdefault(start + place * _HOUR, {})[name] = value
    return length


def _interval(written: str) -> tuple[datetime, int]:
    found = _INTERVAL.fullmatch(written)
    start = moment(found["start"]) if found else None
    length = int(found["d"] or 0) * 24 + int(found["h"] or 0) if found else 0
    if start is None or not 0 < length <= 24 * 14 or start.year >= 9999:
        raise Unusable("validTime", f"{written[:60]!r} is no interval of a forecast")
    return start, length


def _sky(item: Any) -> str:
    """``chance light rain showers``; empty where there is no weather."""
    return ", ".join(
        " ".join(
            text(one, name).replace("_", " ")
            for name in ("coverage", "intensity", "weather")
            if text(one, name)
        )
        for one in items(item, "value")
        if text(one, "weather")
    )
