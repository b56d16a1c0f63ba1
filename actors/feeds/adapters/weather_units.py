"""Quantities with a unit, as weather services write them, in the units of models.weather."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from actors.feeds.adapters.reading import Unusable, at, number, text
from models.weather import INCH, KNOT, MPH, celsius

_SPEED = re.compile(
    r"(\d+(?:\.\d+)?)(?:\s*(?:to|-)\s*(\d+(?:\.\d+)?))?\s*(mph|mp/h|km/h|kt|kn|m/s)?", re.IGNORECASE
)

_UNITS: Mapping[str, Callable[[float], float]] = {
    "degc": lambda value: value, "°c": lambda value: value, "c": lambda value: value,
    "degf": celsius, "°f": celsius, "f": celsius,
    "k": lambda value: value - 273.15,
    "km_h-1": lambda value: value, "km/h": lambda value: value,
    "m_s-1": lambda value: value * 3.6, "m/s": lambda value: value * 3.6,
    "mp/h": lambda value: value * MPH, "mph": lambda value: value * MPH,
    "kn": lambda value: value * KNOT, "kt": lambda value: value * KNOT,
    "pa": lambda value: value / 100.0, "hpa": lambda value: value,
    "m": lambda value: value, "ft": lambda value: value * 0.3048,
    "mm": lambda value: value, "inch": lambda value: value * INCH,
    "cm": lambda value: value * 10.0,
    "percent": lambda value: value / 100.0, "%": lambda value: value / 100.0,
    "degree_(angle)": lambda value: value, "°": lambda value: value,
}  # fmt: skip

_LARGEST = 1e9
_BAD = frozenset("XB")
"""Quality marks of readings that the service itself takes to be wrong."""


def converted(value: float | None, unit: str) -> float | None:
    """The value in our unit, to a hundredth; raises Unusable for a unit that nobody knows.

    >>> converted(10.0, "mp/h"), converted(21.0, "wmoUnit:percent")
    (16.09, 0.21)
    """
    if value is None:
        return None
    convert = _UNITS.get(unit.rpartition(":")[2].strip().lower())
    if convert is None:
        raise Unusable("", f"{value:g} is given in {unit or 'no unit'}, which is unknown")
    if abs(value) > _LARGEST:
        raise Unusable("", f"{value:g} measures nothing on earth")
    return round(convert(value), 4 if unit.endswith(("percent", "%")) else 2)


def quantity(node: Any, name: str) -> float | None:
    """``{"value": 22.8, "unitCode": "wmoUnit:degC"}`` in our unit; null is a normal value.

    Values that the service marks as wrong are left out. Raises Unusable for an unknown unit.
    """
    if is_marked(node, name):
        return None
    return converted(number(node, name, "value"), text(node, name, "unitCode"))


def is_marked(node: Any, name: str) -> bool:
    """Whether the service itself takes a value to be wrong."""
    return text(node, name, "qualityControl").rpartition(":")[2] in _BAD


def depth(node: Any, name: str) -> float | None:
    """A depth of rain in millimetres: services give it in metres or millimetres."""
    found = quantity(node, name)
    in_metres = text(node, name, "unitCode").rpartition(":")[2] == "m"
    return found if found is None or not in_metres else number(node, name, "value") * 1000.0  # type: ignore[operator]


def wind_text(words: str) -> tuple[float | None, float | None]:
    """Upper and, of a range, lower end in km/h of ``5 to 10 mph``; None where it says no speed.

    >>> wind_text("5 to 10 mph"), wind_text("10 mph"), wind_text("calm")
    ((16.09, 8.05), (16.09, None), (None, None))
    """
    found = _SPEED.search(words)
    if found is None:
        return None, None
    low, high, unit = found.groups()
    upper = converted(float(high or low), unit or "mph")
    return upper, converted(float(low), unit or "mph") if high else None


def wind_of(node: Any, name: str) -> tuple[float | None, float | None]:
    """Wind given as text, as a quantity, or as a quantity with both ends."""
    if isinstance(at(node, name), str):
        return wind_text(text(node, name))
    unit = text(node, name, "unitCode")
    if number(node, name, "maxValue") is not None:
        ends = (converted(number(node, name, end), unit) for end in ("maxValue", "minValue"))
        return next(ends), next(ends)
    return quantity(node, name), None
