"""What operators have done to the system itself, told in its own log."""

from __future__ import annotations

from datetime import datetime

import msgspec

from models.events.envelope import Event


class Rebuild(msgspec.Struct, frozen=True, kw_only=True):
    """Whose state is not to be believed any longer."""

    actor: str
    """Name of the actor that forgets what it saved and set aside, and folds the log anew."""
    reason: str = ""


class RebuildAsked(Event, frozen=True, kw_only=True, tag="rebuild_asked"):
    """A state is to be made anew from the log: a fold was mended, or events were taken out."""

    data: Rebuild


class Gone(msgspec.Struct, frozen=True):
    """Nothing is left."""


class Erased(Event, frozen=True, kw_only=True, tag="erased"):
    """What stood in this place of the log was a user's who has been erased since."""

    data: Gone


def rebuild_asked(actor: str, reason: str, now: datetime) -> RebuildAsked:
    """An actor is to make its state anew from the log."""
    return RebuildAsked(
        event_id=f"rebuild:{actor}:{now.isoformat()}",
        source="operator",
        timestamp=now,
        received_at=now,
        data=Rebuild(actor=actor, reason=reason),
    )
