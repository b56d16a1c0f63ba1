"""api.weather.gov: grid cells, forecasts, observations and alerts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from actors.feeds.adapters import weather_grid
from actors.feeds.adapters.messages import in_order, once, present
from actors.feeds.adapters.port import Adapter, Payload
from actors.feeds.adapters.reading import (
    Unusable,
    at,
    ident,
    items,
    moment,
    need_items,
    need_moment,
    need_object,
    number,
    read_json,
    text,
)
from actors.feeds.adapters.telling import Reading, Teller, adapter, listed
from actors.feeds.adapters.weather_metar import measured
from actors.feeds.adapters.weather_units import (
    converted,
    depth,
    is_marked,
    quantity,
    wind_of,
)
from models.events import AnyEvent, WeatherChange
from models.weather import Weather, compass

_POINTS, _FORECAST = "weather.nws_points", "weather.nws_forecast"
_OBSERVATIONS, _ALERTS = "weather.nws_observations", "weather.nws_alerts"

_REPORTED = {
    "temperature_c": "temperature", "wind_kmh": "windSpeed", "gust_kmh": "windGust",
    "wind_from_deg": "windDirection", "pressure_hpa": "seaLevelPressure",
    "visibility_m": "visibility",
}  # fmt: skip
"""What the report in an observation's raw message says, where the service left it out."""
_GRID = re.compile(r"/gridpoints/([A-Z]{3})/(\d{1,4},\d{1,4})/")


def _features(root: Any) -> Iterator[tuple[str, Any]]:
    """The features of a collection, or the one feature that stands alone."""
    if at(root, "type") == "Feature":
        yield "", root
    else:
        yield from listed("features", need_items(root, "features"))


def _last(url: str, place: int = 1) -> str:
    """A part of a resource's address, counted from its end."""
    parts = url.rstrip("/").split("/")
    return parts[-place] if len(parts) >= place else ""


def _points(payload: Payload) -> Iterator[Reading]:
    root = read_json(payload.body)

    def read() -> Iterator[AnyEvent]:
        found = need_object(root, "properties")
        grid = "/".join((text(found, "gridId"), f"{_cell(found, 'gridX')},{_cell(found, 'gridY')}"))
        urls = ("forecast", "forecastHourly", "forecastGridData", "observationStations")
        place = Weather(
            kind="place",
            place=grid,
            zones=tuple(filter(None, (_last(text(found, "forecastZone")),))),
            extra=present(
                **{name: text(found, name) for name in urls},
                zone=text(found, "timeZone"),
                city=text(found, "relativeLocation", "properties", "city"),
                state=text(found, "relativeLocation", "properties", "state"),
                latitude=number(root, "geometry", "coordinates", 1),
                longitude=number(root, "geometry", "coordinates", 0),
            ),
        )
        yield Teller(_POINTS, payload.received_at).tell(WeatherChange, place.plain(), about=grid)

    yield Reading("properties", root, read)


def _cell(found: Mapping[str, Any], name: str) -> str:
    value = number(found, name)
    if value is None:
        raise Unusable(name, "needs the number of a grid cell")
    return f"{value:g}"


def _forecast(payload: Payload) -> Iterator[Reading]:
    root = read_json(payload.body)
    found = need_object(root, "properties")
    if weather_grid.is_grid(found):
        yield from weather_grid.readings(_FORECAST, payload, root, _middle(root))
        return
    for where, period in listed("properties.periods", need_items(found, "periods")):
        yield Reading(where, period, _Period(payload, root, period).events)


class _Period:
    """One period of a forecast; the cell it is for is known by its middle only."""

    def __init__(self, payload: Payload, root: Any, period: Any) -> None:
        self._payload = payload
        self._root = root
        self._period = period

    def events(self) -> Iterable[AnyEvent]:
        updated = moment(self._root, "properties", "updateTime")
        reading = self._weather()
        if not reading.is_measured:
            raise Unusable("", "the period forecasts nothing")
        teller = Teller(_FORECAST, self._payload.received_at)
        about = f"{reading.place}@{reading.starts:%Y%m%dT%H%MZ}"
        yield teller.tell(
            WeatherChange, reading.plain(), about=about, when=updated, expires=reading.ends
        )

    def _weather(self) -> Weather:
        period = self._period
        strongest, least = wind_of(period, "windSpeed")
        gust, _ = wind_of(period, "windGust")
        return Weather(
            kind="forecast",
            place=_middle(self._root),
            starts=need_moment(period, "startTime"),
            ends=moment(period, "endTime"),
            temperature_c=self._temperature(),
            wind_kmh=strongest,
            wind_least_kmh=least,
            gust_kmh=gust,
            wind_from_deg=compass(text(period, "windDirection")),
            precipitation_chance=quantity(period, "probabilityOfPrecipitation"),
            humidity=quantity(period, "relativeHumidity"),
            sky=text(period, "shortForecast"),
            extra=present(
                name=text(period, "name"),
                grid=self._grid(),
                generator=text(self._root, "properties", "forecastGenerator"),
            ),
        )

    def _temperature(self) -> float | None:
        """A number or text beside its unit; newer answers give a quantity."""
        if isinstance(at(self._period, "temperature"), Mapping):
            return quantity(self._period, "temperature")
        return converted(
            number(self._period, "temperature"), text(self._period, "temperatureUnit") or "F"
        )

    def _grid(self) -> str:
        """The cell's own name, which only the address has."""
        found = _GRID.search(self._payload.url)
        return f"{found[1]}/{found[2]}" if found else ""


def _middle(root: Any) -> str:
    """Latitude and longitude of a cell's middle, or of its first corner."""
    geometry = at(root, "geometry")
    spots = [geometry, *items(geometry, "geometries")]
    point = next((spot for spot in spots if at(spot, "type") == "Point"), None)
    corner = at(geometry, "coordinates", 0, 0)
    spot = at(point, "coordinates") or corner
    north, east = number(spot, 1), number(spot, 0)
    return "" if north is None or east is None else f"{north:.4f},{east:.4f}"


def _observations(payload: Payload) -> Iterator[Reading]:
    for where, feature in _features(read_json(payload.body)):

        def read(feature: Any = feature) -> Iterator[AnyEvent]:
            found = need_object(feature, "properties")
            reading = _observed(found)
            if not reading.is_measured:
                raise Unusable("properties", "no quantity is given")
            taken = need_moment(found, "timestamp")
            teller = Teller(_OBSERVATIONS, payload.received_at)
            yield teller.tell(WeatherChange, reading.plain(), about=reading.place, when=taken)

        yield Reading(where, feature, read)


def _observed(found: Mapping[str, Any]) -> Weather:
    station = text(found, "stationId") or _last(text(found, "station"))
    if not station:
        raise Unusable("properties.station", "needs the station that observed")
    pressure = quantity(found, "seaLevelPressure")
    observed = Weather(
        kind="observation",
        place=station,
        starts=moment(found, "timestamp"),
        temperature_c=quantity(found, "temperature"),
        feels_like_c=_first(quantity(found, "windChill"), quantity(found, "heatIndex")),
        wind_kmh=quantity(found, "windSpeed"),
        gust_kmh=quantity(found, "windGust"),
        wind_from_deg=quantity(found, "windDirection"),
        precipitation_mm=depth(found, "precipitationLastHour"),
        humidity=quantity(found, "relativeHumidity"),
        pressure_hpa=_first(pressure, quantity(found, "barometricPressure")),
        visibility_m=quantity(found, "visibility"),
        sky=text(found, "textDescription"),
        extra=present(raw=text(found, "rawMessage")),
    )
    reported = measured(text(found, "rawMessage"))
    missing = {
        field: reported[field]
        for field, name in _REPORTED.items()
        if reported.get(field) is not None
        and getattr(observed, field) is None
        and not is_marked(found, name)
    }
    return msgspec.structs.replace(observed, **missing)


def _first(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)


def _alerts(payload: Payload) -> Iterator[Reading]:
    for where, feature in _features(read_json(payload.body)):

        def read(feature: Any = feature) -> Iterator[AnyEvent]:
            found = need_object(feature, "properties")
            if (status := text(found, "status")) != "Actual":
                raise Unusable("properties.status", f"{status or 'nothing'}: no actual alert")
            reading = _alert(found)
            when = moment(found, "sent") or moment(found, "effective")
            name = text(found, "id") or _last(text(found, "web")) or reading.event
            teller = Teller(_ALERTS, payload.received_at)
            # that a warning is off is news also when it would be over by itself
            expires = None if reading.cancelled else reading.ends
            yield teller.tell(
                WeatherChange, reading.plain(), about=name, when=when, expires=expires
            )

        yield Reading(where, feature, read)


def _alert(found: Mapping[str, Any]) -> Weather:
    event = text(found, "event")
    if not event:
        raise Unusable("properties.event", "needs what is warned of")
    zones = items(found, "geocode", "UGC") or [
        _last(text(zone)) for zone in items(found, "affectedZones")
    ]
    return Weather(
        kind="alert",
        place=text(found, "areaDesc"),
        starts=moment(found, "onset") or moment(found, "effective"),
        ends=moment(found, "ends") or moment(found, "expires"),
        event=event,
        severity=text(found, "severity"),
        headline=text(found, "headline"),
        zones=tuple(filter(None, map(ident, zones))),
        replaces=tuple(
            filter(None, (text(item, "identifier") for item in items(found, "references")))
        ),
        cancelled=text(found, "messageType") == "Cancel",
        extra=present(
            id=text(found, "id"),
            message=text(found, "messageType"),
            certainty=text(found, "certainty"),
            urgency=text(found, "urgency"),
            description=text(found, "description"),
            instruction=text(found, "instruction"),
        ),
    )


nws_points: Adapter = adapter(_POINTS, _points)
nws_forecast: Adapter = once(adapter(_FORECAST, _forecast))
nws_observations: Adapter = in_order(once(adapter(_OBSERVATIONS, _observations)))
nws_alerts: Adapter = once(adapter(_ALERTS, _alerts))
