"""What two connections of one source both tell, told apart from what is said anew.

A reading that carries its source's own time has an id of its own, and comparing it with what was
said last is enough. One without repeats an earlier id when a status goes OUT, IN, OUT; the same id
out of another connection is a repetition only while the two overlap, or while one that has just
taken over tells what it missed.
"""

from __future__ import annotations

from collections import OrderedDict

from models.events import AnyEvent

OVERLAP_S = 5.0
"""Longer than two connections run side by side, and than a resumed one needs to catch up."""
REMEMBERED = 50_000


class Repetitions:
    """Remembers, for one source, which connection told what last."""

    def __init__(self) -> None:
        self._told: OrderedDict[str, str] = OrderedDict()
        self._heard: dict[str, float] = {}
        self._began: dict[str, float] = {}
        self._newest = ""

    def told(self, transport: str, now: float) -> None:
        """A connection tells something at ``now`` (seconds that never go back)."""
        if transport != self._newest:
            quiet = now - self._heard.get(transport, float("-inf")) > OVERLAP_S
            if quiet:
                self._began[transport] = now
            self._newest = transport
        self._heard[transport] = now

    def is_new(self, event: AnyEvent, transport: str, now: float) -> bool:
        """Whether nobody else has just told the same; it counts as told by this one then."""
        before = self._told.get(event.event_id)
        self._told[event.event_id] = transport
        self._told.move_to_end(event.event_id)
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        if before is None or before == transport:
            return True
        if event.timestamp != event.received_at:
            return True
        return not self._overlap(before, transport, now)

    def _overlap(self, other: str, transport: str, now: float) -> bool:
        beside = now - self._heard.get(other, float("-inf")) < OVERLAP_S
        return beside or now - self._began.get(transport, now) < OVERLAP_S
