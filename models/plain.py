"""What travels in an event's data as plain values, and is read back from there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import msgspec


class Plain(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of a struct that an event's data holds; fields that have their default are left out."""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """The struct in an event's data; raises msgspec.ValidationError where it is none."""
        return msgspec.convert(data, cls)

    def plain(self) -> dict[str, Any]:
        """The struct as an event's data."""
        values: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self))
        return values
