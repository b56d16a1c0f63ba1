"""One payload through its adapter, at one moment, and the events of a kind that came of it."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from actors.feeds.adapters import ADAPTERS
from actors.feeds.adapters.port import Payload
from models.events import LineMovement, LineupChange, PlayerActive, PlayerInjury
from models.odds import Line

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
"""When every payload was received."""
STATUSES = (PlayerActive, PlayerInjury, LineupChange)


def parse(feed, body, url="", received_at=NOW):
    """What the feed's adapter makes of these bytes."""
    return ADAPTERS[feed](Payload(body, received_at, url))


def utc(text):
    """A time as it is written, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def of(parsed, *kinds):
    """The events of these kinds, in order."""
    return [event for event in parsed.events if isinstance(event, kinds)]


def lines(parsed):
    """The prices told, as lines."""
    return [Line.of(event.data) for event in of(parsed, LineMovement)]


def often(count: int) -> int:
    """So many random cases; ``FUZZ=100`` makes it a hundred times as many (``make fuzz``)."""
    return count * int(os.environ.get("FUZZ", "1"))
