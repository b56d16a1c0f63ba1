"""Open-Meteo forecasts: columns become readings, one for each time.

Times carry no offset. They are local by ``utc_offset_seconds``, one and the same offset for the
whole answer: across a change of daylight saving the zone's name would be an hour wrong (the saved
answer runs over 2026-03-08 in Toronto with an 02:00, and its sunrise does not jump). Asked for in
seconds since 1970 they are moments, whatever the zone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from actors.feeds.adapters.messages import after, once, present, since_epoch
from actors.feeds.adapters.port import Adapter, Payload
from actors.feeds.adapters.reading import Unusable, at, need_items, number, read_json, text, whole
from actors.feeds.adapters.telling import Reading, Teller, adapter, listed
from actors.feeds.adapters.weather_units import converted
from models.events import AnyEvent, WeatherChange
from models.weather import Weather

FEED = "weather.open_meteo"

_LENGTHS = {
    "minutely_15": timedelta(minutes=15), "hourly": timedelta(hours=1), "daily": timedelta(days=1),
}  # fmt: skip
"""Blocks of forecasts, by how long one row of them holds."""
_NOW = ("current", "current_weather")
"""Blocks of what is now; the second until 2023, and still sent to those who ask for it."""
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "temperature_c": ("temperature_2m", "temperature_2m_max", "temperature"),
    "feels_like_c": ("apparent_temperature", "apparent_temperature_max"),
    "wind_kmh": (
        "wind_speed_10m", "windspeed_10m", "wind_speed_10m_max", "windspeed_10m_max", "windspeed"
    ),
    "gust_kmh": ("wind_gusts_10m", "windgusts_10m", "wind_gusts_10m_max", "windgusts_10m_max"),
    "wind_from_deg": (
        "wind_direction_10m", "winddirection_10m", "wind_direction_10m_dominant",
        "winddirection_10m_dominant", "winddirection",
    ),
    "precipitation_mm": ("precipitation", "precipitation_sum"),
    "precipitation_chance": ("precipitation_probability", "precipitation_probability_max"),
    "humidity": ("relative_humidity_2m", "relativehumidity_2m"),
    "pressure_hpa": ("pressure_msl", "surface_pressure"),
    "visibility_m": ("visibility",),
}  # fmt: skip
"""Our fields by the names that the service has or had for them."""
_SKIES = {
    0: "Clear", 1: "Mainly clear", 2: "Partly cloudy", 3: "Overcast", 45: "Fog",
    48: "Depositing rime fog", 51: "Light drizzle", 53: "Drizzle", 55: "Dense drizzle",
    56: "Light freezing drizzle", 57: "Freezing drizzle", 61: "Light rain", 63: "Rain",
    65: "Heavy rain", 66: "Light freezing rain", 67: "Freezing rain", 71: "Light snow",
    73: "Snow", 75: "Heavy snow", 77: "Snow grains", 80: "Light showers", 81: "Showers",
    82: "Violent showers", 85: "Light snow showers", 86: "Snow showers", 95: "Thunderstorm",
    96: "Thunderstorm with light hail", 99: "Thunderstorm with hail",
}  # fmt: skip
"""WMO weather codes, as the service documents them."""


def _readings(payload: Payload) -> Iterator[Reading]:
    root = read_json(payload.body)
    answers = listed("", root) if isinstance(root, list) else [("", root)]
    for where, answer in answers:
        yield from _Answer(payload, where, answer).readings()


class _Answer:
    """The forecast for one of the places asked for."""

    def __init__(self, payload: Payload, where: str, root: Any) -> None:
        self._teller = Teller(FEED, payload.received_at)
        self._where = where
        self._root = root
        north, east = number(root, "latitude"), number(root, "longitude")
        if at(root, "error") is True:
            raise Unusable(where, f"the service refuses: {text(root, 'reason')}")
        if north is None or east is None:
            raise Unusable(where, "needs latitude and longitude")
        self._place = f"{north:.4f},{east:.4f}"
        seconds = whole(root, "utc_offset_seconds") or 0
        self._offset = timedelta(seconds=seconds) if abs(seconds) < 86_400 else timedelta()

    def readings(self) -> Iterator[Reading]:
        for block in _NOW:
            if at(self._root, block) is not None:
                yield self._reading(block, None)
        for block in _LENGTHS:
            if at(self._root, block) is not None:
                times = need_items(self._root, block, "time")
                yield from (self._reading(block, row) for row in range(len(times)))

    def _reading(self, block: str, row: int | None) -> Reading:
        def read() -> Iterator[AnyEvent]:
            weather = self._weather(block, row)
            if not weather.is_measured:
                raise Unusable("", "no quantity is given")
            about = f"{self._place}/{block}@{weather.starts:%Y%m%dT%H%MZ}"
            yield self._teller.tell(
                WeatherChange, weather.plain(), about=about, when=self._when(block, weather),
                expires=weather.ends if block not in _NOW else None,
            )  # fmt: skip

        where = ".".join(filter(None, (self._where, block)))
        held = at(self._root, block, "time", row) if row is not None else at(self._root, block)
        return Reading(where if row is None else f"{where}.time[{row}]", held, read)

    def _when(self, block: str, weather: Weather) -> datetime | None:
        """A forecast does not say when it was made; what is current does."""
        return weather.starts if block in _NOW else None

    def _weather(self, block: str, row: int | None) -> Weather:
        step = () if row is None else (row,)
        starts = self._time(block, step)
        code = whole(self._root, block, "weather_code", *step)
        if code is None:
            code = whole(self._root, block, "weathercode", *step)
        fields: dict[str, Any] = {
            field: self._value(block, names, step) for field, names in _FIELDS.items()
        }
        low = self._value(block, ("temperature_2m_min",), step)
        return Weather(
            kind="observation" if block in _NOW else "day" if block == "daily" else "forecast",
            place=self._place,
            starts=starts,
            ends=after(starts, self._length(block)),
            sky=_SKIES.get(code, "") if code is not None else "",
            extra=present(weather_code=code, temperature_least_c=low),
            **fields,
        )

    def _value(self, block: str, names: tuple[str, ...], step: tuple[int, ...]) -> float | None:
        for name in names:
            if at(self._root, block, name) is not None:
                unit = text(self._root, f"{block}_units", name)
                return converted(number(self._root, block, name, *step), unit)
        return None

    def _time(self, block: str, step: tuple[int, ...]) -> datetime:
        written = text(self._root, block, "time", *step)
        if text(self._root, f"{block}_units", "time") == "unixtime":
            seconds = whole(self._root, block, "time", *step)
            when = None if seconds is None else since_epoch(seconds, 1_000_000)
            return when or self._no_time(written)
        try:
            local = datetime.fromisoformat(written)
            if local.tzinfo is None:
                return (local - self._offset).replace(tzinfo=UTC)
            return local.astimezone(UTC)
        except (ValueError, OverflowError):
            return self._no_time(written)

    def _no_time(self, written: str) -> NoReturn:
        raise Unusable("time", f"{written[:40]!r} is no time")

    def _length(self, block: str) -> timedelta:
        if block in _NOW:
            return timedelta(seconds=min(whole(self._root, block, "interval") or 900, 86_400))
        return _LENGTHS[block]


open_meteo: Adapter = once(adapter(FEED, _readings))
