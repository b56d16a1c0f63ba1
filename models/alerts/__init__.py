"""Alerts: what a user wants to be told, when, how urgently, and over which channels."""

from __future__ import annotations

from models.alerts.rules import (
    ALERTING,
    AlertPreferences,
    AlertRule,
    AlertType,
    Channel,
    Priority,
    Window,
)

__all__ = [
    "ALERTING",
    "AlertPreferences",
    "AlertRule",
    "AlertType",
    "Channel",
    "Priority",
    "Window",
]
