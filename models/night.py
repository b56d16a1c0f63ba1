"""A night as a source plays it: what is known at its beginning, then everything in order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from models.events import AnyEvent, Mode


class Night(NamedTuple):
    """An evening, recorded or generated."""

    mode: Mode
    title: str
    opening: Sequence[AnyEvent]
    """Slate, contest and entries: handed over before the clock starts."""
    timeline: Sequence[AnyEvent]
    """Everything else by ``received_at``; ``event_id`` is the same at every replay."""

    @property
    def begins(self) -> datetime:
        """Receipt time of the first event of the timeline."""
        return self.timeline[0].received_at

    @property
    def ends(self) -> datetime:
        """Receipt time of the last event of the timeline."""
        return self.timeline[-1].received_at
