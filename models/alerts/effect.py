"""How alerts fare: whether they arrive, and whether they are read."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median
from typing import Any

from models.alerts.book import Told


def effect_of(alerts: Iterable[Told]) -> dict[str, Any]:
    """Counts over some alerts, and medians in seconds; None where there is nothing to count."""
    found = list(alerts)
    timed = [(one, at) for one in found if (at := one.told_at) is not None]
    to_read = [(one.read_at - at).total_seconds() for one, at in timed if one.read_at is not None]
    arrived = [
        (report.at - at).total_seconds()
        for one, at in timed
        for report in one.deliveries.values()
        if report.state == "delivered"
    ]
    states = [report.state for one in found for report in one.deliveries.values()]
    return {
        "alerts": len(found),
        "read": sum(one.read_at is not None for one in found),
        "median_s_to_read": median(to_read) if to_read else None,
        "delivered": states.count("delivered"),
        "not_delivered": len(states) - states.count("delivered"),
        "median_s_to_deliver": median(arrived) if arrived else None,
    }
