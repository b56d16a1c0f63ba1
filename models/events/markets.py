"""What moves around the games: ownership, lines, weather."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from models.events.envelope import Event


class Ownership(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Share of a contest's entries (0 to 1) that hold each player, by player id."""

    ownership: dict[str, float]
    basis: Literal["observed", "projected"] = "observed"
    field_size: int = 0
    extra: dict[str, Any] = {}


class OwnershipUpdate(Event, frozen=True, kw_only=True, tag="ownership_update"):
    """Ownership of some players became known or changed."""

    data: Ownership


class OwnershipShift(Event, frozen=True, kw_only=True, tag="ownership_shift"):
    """Ownership moved enough to be told about."""

    data: Ownership


class WeatherChange(Event, frozen=True, kw_only=True, tag="weather_change"):
    """Weather at a venue changed."""

    data: dict[str, Any]


class LineMovement(Event, frozen=True, kw_only=True, tag="line_movement"):
    """A book moved a line or a price."""

    data: dict[str, Any]
