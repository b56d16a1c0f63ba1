"""A client that asks for recommendations all the time while parts are killed."""

from __future__ import annotations

import threading
import time
import urllib.request
from collections import Counter
from typing import NamedTuple

PROBE_S = 0.2
AGAIN_S = 0.1
PATIENCE_S = 1.0
RECOMMENDATIONS = "/api/v1/lateswap/recommendations?state=proposed"


class Fault(NamedTuple):
    """One part that was killed, when, and how long it took until all was well again."""

    part: str
    at: float
    recovery_s: float


class Prober(threading.Thread):
    """Asks for recommendations all the time, as a client does; notes which seconds had an answer.

    A second counts if one answer came in it. What fails is asked once more after ``AGAIN_S``, as
    ``serve.client`` and the dashboard do; answers to the first attempt are counted by themselves.
    """

    def __init__(self, address: str, token: str) -> None:
        super().__init__(daemon=True)
        self.over = threading.Event()
        self.good: set[int] = set()
        self.at_once: set[int] = set()
        self.begun = int(time.monotonic())
        self.ended = 0
        self.answered_at = 0.0
        self.failures: Counter[str] = Counter()
        self._request = urllib.request.Request(
            address + RECOMMENDATIONS, headers={"Authorization": f"Bearer {token}"}
        )

    def run(self) -> None:
        """Probe until told to end."""
        while not self.over.wait(PROBE_S):
            if self._answered():
                self.at_once.add(int(self.answered_at))
            elif not self.over.wait(AGAIN_S):
                self._answered()
        self.ended = int(time.monotonic())

    def _answered(self) -> bool:
        try:
            with urllib.request.urlopen(self._request, timeout=PATIENCE_S) as answer:
                answer.read()
        except OSError as error:
            self.failures[f"{type(error).__name__}: {error}"[:80]] += 1
            return False
        self.answered_at = time.monotonic()
        self.good.add(int(self.answered_at))
        return True

    @property
    def seconds(self) -> range:
        """All whole seconds of the run."""
        return range(self.begun + 1, self.ended)

    def share(self, good: set[int]) -> float:
        """Share of the seconds in which an answer came."""
        return sum(second in good for second in self.seconds) / max(1, len(self.seconds))

    def missed(self, killed: list[Fault]) -> dict[str, int]:
        """Seconds without an answer, by the part that was killed last before them."""
        found: Counter[str] = Counter()
        for second in self.seconds:
            if second not in self.good:
                before = [fault.part for fault in killed if fault.at < second + 1]
                found[before[-1] if before else "nothing"] += 1
        return dict(found)
