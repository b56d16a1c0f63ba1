"""Connections to sources, and what people are told."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from models.events.envelope import Event


class SourceReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """State of one feed connection."""

    state: Literal["connecting", "connected", "degraded", "disconnected", "finished", "off"]
    """``off``: named in the sources file and not connected; the note says why."""
    transport: str = ""
    latency_ms: float | None = None
    errors: int = 0
    reconnect_attempts: int = 0
    breaker: str = "closed"
    budget_left: int | None = None
    degraded: bool = False
    delivered: int = 0
    """Events handed to the log so far."""
    note: str = ""
    last_heartbeat: datetime | None = None
    """Last sign of life, content or not."""
    cursors: dict[str, str] = {}
    """Where to resume after the newest event in the log, by cursor space."""
    refused: dict[str, int] = {}
    """Readings that were not let in so far, by reason; ``unreadable``: no reading at all."""
    last_refusal: str = ""
    """The newest of them: where, and what is wrong."""
    repeated: int = 0
    """Readings that said what was known."""
    shed: int = 0
    """Values left out because newer ones of the same kind had come while the reader was behind."""
    gone: bool = False
    """Was opened for games that are over: it is no longer listed."""
    unresolved: int = 0
    """Readings about somebody who may be on a slate; a person says who."""
    reliability: dict[str, tuple[float, float]] = {}
    """Right and wrong statuses that its feeds are credited with, once box scores measured them; of
    what they said before anybody else under the feed's name with a ``+``."""


class SourceStatus(Event, frozen=True, kw_only=True, tag="source_status"):
    """A feed connection changed its state, or is heard of."""

    data: SourceReport


class Decision(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who somebody is that a feed speaks of, as a person says it."""

    known_as: str
    """The feed's own id: ``espn:4361741``."""
    row: str
    """A row of his on the slate; empty: he is not on it."""
    by: str = ""
    """Who said so."""


class IdentityDecided(Event, frozen=True, kw_only=True, tag="identity_decided"):
    """A person answered whom a feed means on one slate; a later answer replaces it."""

    data: Decision
