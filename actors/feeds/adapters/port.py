"""What every feed adapter is: a pure function from the bytes of a feed to events.

It knows nothing of connections, clocks or actors. A reading that cannot be used is refused by
itself, with its place; it never stops the others, and no payload raises.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from models.events import AnyEvent

MAX_EXCERPT = 400
"""Characters of the raw text kept with a rejection."""

_NONE: Mapping[str, str] = MappingProxyType({})


class Payload(NamedTuple):
    """One answer, frame or file of a feed, as it came."""

    body: bytes
    received_at: datetime
    """When it reached us (UTC)."""
    url: str = ""
    headers: Mapping[str, str] = _NONE
    """Names in lower case."""


class Rejection(msgspec.Struct, frozen=True, kw_only=True):
    """A reading that was not used, and why."""

    feed: str
    where: str
    """Path or line in the payload, ``events[3].competitions[0]``; empty: the whole payload."""
    reason: str
    raw: str
    """A bounded excerpt of what was refused."""


class Parsed(NamedTuple):
    """What one payload holds."""

    events: list[AnyEvent]
    rejected: list[Rejection]


Adapter = Callable[[Payload], Parsed]
