"""How often a child may fail: a crash loop is held and reported, not repeated for ever."""

from __future__ import annotations

from collections import defaultdict, deque

MOST = 5
WITHIN_S = 120.0


class Restarts:
    """Counts the failures of each child; times are seconds of any one clock."""

    def __init__(self, most: int = MOST, within_s: float = WITHIN_S) -> None:
        self._most = most
        self._within_s = within_s
        self._failures: dict[str, deque[float]] = defaultdict(deque)

    def allowed(self, name: str, now: float) -> bool:
        """Count one failure; whether the child may be started once more.

        >>> restarts = Restarts(most=1, within_s=60)
        >>> restarts.allowed("a", 0.0), restarts.allowed("a", 30.0), restarts.allowed("a", 120.0)
        (True, False, True)
        """
        failures = self._failures[name]
        failures.append(now)
        while failures[0] < now - self._within_s:
            failures.popleft()
        return len(failures) <= self._most

    def forgive(self, name: str) -> None:
        """Begin to count anew."""
        self._failures.pop(name, None)
