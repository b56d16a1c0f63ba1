"""Weather in one set of units: what is measured, forecast or warned of, whoever says it.

The payload of a ``weather_change`` is a ``Weather`` as plain values; ``Weather.of`` reads one back.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from models.plain import Plain

MPH = 1.609344
"""Kilometres in a mile."""
KNOT = 1.852
"""Kilometres in a nautical mile."""
INCH = 25.4
"""Millimetres in an inch."""


class Weather(Plain, frozen=True, kw_only=True, omit_defaults=True):
    """One reading of the weather at one place; absent is what the source does not say."""

    kind: Literal["observation", "forecast", "day", "alert", "place"]
    place: str = ""
    """Station, grid cell or ``latitude,longitude``, in the source's own words."""
    starts: datetime | None = None
    """From when on it holds (UTC)."""
    ends: datetime | None = None
    temperature_c: float | None = None
    feels_like_c: float | None = None
    wind_kmh: float | None = None
    """Of a range the upper end."""
    wind_least_kmh: float | None = None
    """Lower end, where a range is given."""
    gust_kmh: float | None = None
    wind_from_deg: float | None = None
    """Where it blows from: 0 is north, 90 east; absent for a variable wind."""
    precipitation_mm: float | None = None
    precipitation_chance: float | None = None
    """0 to 1."""
    humidity: float | None = None
    """0 to 1."""
    pressure_hpa: float | None = None
    visibility_m: float | None = None
    sky: str = ""
    """The source's description."""
    event: str = ""
    """What an alert warns of: ``Flood Watch``."""
    severity: str = ""
    headline: str = ""
    zones: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    """Ids of the alerts that this one updates or cancels."""
    cancelled: bool = False
    extra: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def is_measured(self) -> bool:
        """Whether it holds any quantity at all."""
        quantities = (
            self.temperature_c, self.wind_kmh, self.gust_kmh, self.precipitation_mm,
            self.precipitation_chance, self.humidity, self.pressure_hpa, self.visibility_m,
        )  # fmt: skip
        return bool(self.sky) or any(quantity is not None for quantity in quantities)


def celsius(fahrenheit: float) -> float:
    """Degrees Celsius, to a hundredth.

    >>> celsius(212.0)
    100.0
    """
    return round((fahrenheit - 32.0) / 1.8, 2)


_COMPASS = (
    "N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW",
    "NNW",
)  # fmt: skip


def compass(point: str) -> float | None:
    """Degrees of a point of the compass; None for anything else.

    >>> compass("SSW"), compass("variable")
    (202.5, None)
    """
    point = point.strip().upper()
    return _COMPASS.index(point) * 22.5 if point in _COMPASS else None
