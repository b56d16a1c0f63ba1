"""What is held of one player on a slate, and when a further report about him replaces it."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from models.events import LineupChange, PlayerActive, PlayerInjury, SlateOpened
from models.slate import Slate
from models.status import Designation, designation

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

PLAYS: dict[Designation, float] = {"OUT": 0.0, "DOUBTFUL": 0.25}
"""Probability to play where it is not about one; DOUBTFUL is 25 % by the leagues' definition."""

BELIEVED = 0.5
"""A report below this confidence changes nothing until another source repeats it."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The newest report about one player."""

    designation: Designation
    timestamp: datetime
    event_id: str
    """Of the first that said so: another that says the same is no other cause."""
    confidence: float = 1.0
    unconfirmed: bool = False
    """Told before anybody confirmed it: it counts by its probability."""
    otherwise: float = 1.0
    """Probability to play if an unconfirmed report is wrong: that of what it replaced."""

    @property
    def plays(self) -> float:
        """Probability that the player plays, where it is not about his game."""
        said = PLAYS.get(self.designation, 1.0)
        if not self.unconfirmed:
            return said
        return self.confidence * said + (1.0 - self.confidence) * self.otherwise


def newer_report(
    event: PlayerInjury | PlayerActive | LineupChange, known: Report | None
) -> Report | None:
    """What is held after one more report; ``known`` itself where the report changes nothing.

    Where the gate stands before the log, single readings change nothing: its own published
    statuses do, and one that it withdraws without another in its place leaves None. What it tells
    as unconfirmed replaces what was held by its probability only.
    """
    data = event.data
    late = known is not None and known.timestamp > event.timestamp
    if late or data.standing == "reading" or event.confidence < BELIEVED:
        return known
    meant = designation(data.status or ("ACTIVE" if isinstance(event, PlayerActive) else ""))
    if meant == "UNKNOWN":
        return None if data.standing == "withdrawn" else known
    report = Report(
        designation=meant,
        timestamp=event.timestamp,
        event_id=event.event_id,
        confidence=event.confidence,
        unconfirmed=data.standing == "unconfirmed",
        otherwise=_otherwise(known) if data.standing == "unconfirmed" else 1.0,
    )
    if known is None:
        return report
    again = msgspec.structs.replace(known, timestamp=event.timestamp)
    return again if again == msgspec.structs.replace(report, event_id=known.event_id) else report


def _otherwise(known: Report | None) -> float:
    """Probability to play by what was last known for sure."""
    if known is None:
        return 1.0
    return known.otherwise if known.unconfirmed else known.plays


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
