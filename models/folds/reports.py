"""What is held of one player on a slate, and when a further report about him replaces it."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from models.events import LineupChange, PlayerActive, PlayerInjury, SlateOpened
from models.slate import Slate
from models.status import Designation, designation

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

BELIEVED = 0.5
"""A report below this confidence changes nothing until another source repeats it."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The newest report about one player."""

    designation: Designation
    timestamp: datetime
    event_id: str
    impact_rating: float = 0.0
    confidence: float = 1.0


def newer_report(
    event: PlayerInjury | PlayerActive | LineupChange, known: Report | None
) -> Report | None:
    """What is held after one more report; ``known`` itself where the report changes nothing.

    Where the gate stands before the log, single readings change nothing: its own published
    statuses do, and one that it withdraws without another in its place leaves None.
    """
    data = event.data
    late = known is not None and known.timestamp > event.timestamp
    if late or data.standing == "reading" or event.confidence < BELIEVED:
        return known
    meant = designation(data.status or ("ACTIVE" if isinstance(event, PlayerActive) else ""))
    if meant == "UNKNOWN":
        return None if data.standing == "withdrawn" else known
    return Report(
        designation=meant,
        timestamp=event.timestamp,
        event_id=event.event_id,
        impact_rating=event.impact_rating,
        confidence=event.confidence,
    )


def listed_reports(slate: Slate, event: SlateOpened) -> dict[str, Report]:
    """Designations that the salary file itself carries."""
    return {
        p.player_id: Report(
            designation=designation(p.designation),
            timestamp=BEGINNING,
            event_id=event.event_id,
        )
        for p in slate.players
        if designation(p.designation) != "UNKNOWN"
    }
