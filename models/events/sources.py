"""Connections to sources, and what people are told."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from models.events.envelope import Event


class SourceReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """State of one feed connection."""

    state: Literal["connecting", "connected", "degraded", "disconnected", "finished"]
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


class SourceStatus(Event, frozen=True, kw_only=True, tag="source_status"):
    """A feed connection changed its state, or is heard of."""

    data: SourceReport


class Alert(Event, frozen=True, kw_only=True, tag="alert"):
    """Somebody asked to be told, and is told."""

    data: dict[str, Any]
