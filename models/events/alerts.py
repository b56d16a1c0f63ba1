"""What users ask to be told, what they are told, and whether it reached them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from models.alerts.rules import AlertPreferences, AlertRule, Channel
from models.events.envelope import Event


class Alert(Event, frozen=True, kw_only=True, tag="alert"):
    """Somebody asked to be told, and is told."""

    data: dict[str, Any]


class RuleText(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rule under its id; None takes it away."""

    rule_id: str
    rule: AlertRule | None = None


class AlertRuleSet(Event, frozen=True, kw_only=True, tag="alert_rule_set"):
    """A user made, changed or removed a rule."""

    data: RuleText


class AlertPreferencesSet(Event, frozen=True, kw_only=True, tag="alert_preferences_set"):
    """A user said where he is reached."""

    data: AlertPreferences


class ReadMark(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Alerts that were read; none: all that there are."""

    alert_ids: tuple[str, ...] = ()
    at: datetime


class AlertRead(Event, frozen=True, kw_only=True, tag="alert_read"):
    """A user has seen alerts."""

    data: ReadMark


class DeliveryReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one attempt to deliver an alert over one channel."""

    alert_id: str
    channel: Channel
    state: Literal["delivered", "failed", "refused"]
    """``failed`` is tried again, as long as there are attempts; ``refused`` is not."""
    attempt: int
    reason: str = ""
    took_s: float = 0.0
    at: datetime
    repeated: bool = False
    """An attempt before may have arrived although nobody could confirm it."""


class AlertDelivery(Event, frozen=True, kw_only=True, tag="alert_delivery"):
    """An attempt to deliver an alert ended."""

    data: DeliveryReport
