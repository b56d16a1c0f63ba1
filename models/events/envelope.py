"""The envelope: what every event carries, whatever it reports."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

Mode = Literal["live", "replay", "generated"]


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event_type"):
    """The envelope: what every event carries, whatever it reports."""

    event_id: str
    source: str
    timestamp: datetime
    """When it happened, by the source's clock (UTC)."""
    received_at: datetime
    """When it reached us; never earlier knowledge than this."""
    slate_id: str = ""
    player_id: str = ""
    game_id: str = ""
    contest_id: str = ""
    user_id: str = ""
    sport: str = ""
    impact_rating: float = 0.0
    """-10 (ruins the player's night) to +10."""
    confidence: float = 1.0
    expiration_time: datetime | None = None
    mode: Mode = "live"


def tags(*kinds: type[Event]) -> frozenset[str]:
    """The types of these classes as they stand in the log.

    >>> from models.events import GameStart, LiveScore
    >>> sorted(tags(GameStart, LiveScore))
    ['game_start', 'live_score']
    """
    return frozenset(str(kind.__struct_config__.tag) for kind in kinds)
