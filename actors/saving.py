"""When an actor saves its state: by events and by time, and never at more than a small share."""

from __future__ import annotations

import time
from collections.abc import Sequence

import structlog

from actors.log.errors import LogUnavailable
from actors.log.offsets import BEGINNING
from actors.log.port import EventLog, Saved

EVENTS = 2_000
"""Events after which a state is saved: fewer are folded again in milliseconds."""
SECONDS = 30.0
"""A state that changed is saved at least this often."""
SHARE = 0.01
"""Of an actor's time at most; a large state is saved less often."""

log = structlog.get_logger("actors")


class Saving:
    """One actor's snapshots: when the next is due, and where the last was made."""

    def __init__(self, reader: str, partitions: Sequence[str] | None) -> None:
        self.offset = BEGINNING
        """As of which the state was saved last."""
        self._reader = reader
        self._partitions = None if partitions is None else tuple(partitions)
        self._events = 0
        self._saved_at = time.monotonic()
        self._took_s = 0.0

    def due(self, events: int) -> bool:
        """Count events folded; whether the state is to be saved now."""
        self._events += events
        since = time.monotonic() - self._saved_at
        if not self._events or since * SHARE < self._took_s:
            return False
        return self._events >= EVENTS or since >= SECONDS

    async def load(self, event_log: EventLog) -> Saved | None:
        """What was saved last; raises LogUnavailable."""
        saved = await event_log.saved(self._reader)
        self.offset = saved.offset if saved is not None else BEGINNING
        return saved

    async def save(self, event_log: EventLog, offset: str, state: bytes) -> None:
        """Save a state; while the log is away it stays due."""
        if offset == self.offset:
            return
        begun = time.monotonic()
        try:
            await event_log.save(self._reader, Saved(offset, self._partitions, state))
        except LogUnavailable as error:
            log.warning("the state was not saved", actor=self._reader, reason=error.reason)
            return
        self.offset = offset
        self._events = 0
        self._saved_at = time.monotonic()
        self._took_s = self._saved_at - begun
