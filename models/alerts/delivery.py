"""One alert on its way over one channel, as it lies in the work queue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from models.alerts.book import Told
from models.alerts.rules import AlertPreferences, Channel, Priority


class Delivery(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is sent, and where to; ``key`` names its effect, for whoever receives it twice."""

    key: str
    alert_id: str
    user_id: str
    channel: Channel
    address: str
    secret: str = ""
    title: str
    lines: tuple[str, ...] = ()
    priority: Priority = "normal"
    mode: str = "live"
    expires: datetime | None = None
    data: dict[str, Any] = {}

    @property
    def text(self) -> str:
        """The alert as a person reads it; what is not live says so first."""
        head = [] if self.mode == "live" else [f"[{self.mode}: this is no live game]"]
        return "\n".join((*head, *(self.lines or (self.title,))))


def deliveries(
    user_id: str,
    told: Told,
    channels: Iterable[str],
    preferences: AlertPreferences,
) -> list[Delivery]:
    """What is to be sent of an alert over some channels: one piece each."""
    found = []
    for channel in channels:
        address = preferences.address(channel)  # type: ignore[arg-type]
        if address:
            found.append(
                Delivery(
                    key=f"{told.alert_id}:{channel}",
                    alert_id=told.alert_id,
                    user_id=user_id,
                    channel=channel,  # type: ignore[arg-type]
                    address=address,
                    secret=preferences.webhook_secret if channel == "webhook" else "",
                    title=str(told.data.get("title", "")),
                    lines=tuple(told.data.get("lines", ())),
                    priority=told.data.get("priority", "normal"),
                    mode=told.mode,
                    expires=told.expires,
                    data=told.data,
                )
            )
    return found
