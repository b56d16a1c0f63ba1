"""Readings that were not let in: kept with their reason, counted, and there to be asked for."""

from __future__ import annotations

from collections import Counter, deque
from datetime import datetime
from typing import Literal

import msgspec

from models.events import AnyEvent

Stage = Literal["schema", "range", "consistency", "order", "anomaly"]
MAX_SOURCES = 1_000
"""Sources that are counted by name; further ones are counted together."""
_OTHERS = "(others)"


class Quarantined(msgspec.Struct, frozen=True, kw_only=True):
    """A reading that was not let in."""

    event: AnyEvent
    stage: Stage
    reason: str
    """A short name: ``clock_ahead``."""
    message: str
    """What is wrong with it, with the field and the value."""
    at: datetime


class Refusals:
    """The newest refused readings, and counts of all of them."""

    def __init__(self, keep: int = 2_000) -> None:
        self._newest: deque[Quarantined] = deque(maxlen=keep)
        self._counts: Counter[tuple[str, Stage, str]] = Counter()

    def add(self, refused: Quarantined) -> Quarantined:
        """Keep one more."""
        self._newest.append(refused)
        source = refused.event.source
        key = (source, refused.stage, refused.reason)
        if key not in self._counts and len(self._counts) >= MAX_SOURCES:
            key = (_OTHERS, refused.stage, refused.reason)
        self._counts[key] += 1
        return refused

    def counts(self, source: str = "") -> dict[str, int]:
        """How many there were so far, by ``stage.reason``; of one source or of all."""
        found: Counter[str] = Counter()
        for (told, stage, reason), number in self._counts.items():
            if source in {"", told}:
                found[f"{stage}.{reason}"] += number
        return dict(found)

    def newest(
        self, *, source: str = "", stage: str = "", reason: str = "", limit: int = 100
    ) -> list[Quarantined]:
        """Those still kept, the newest first."""
        chosen = [
            q
            for q in reversed(self._newest)
            if source in {"", q.event.source}
            and stage in {"", q.stage}
            and reason in {"", q.reason}
        ]
        return chosen[:limit]
