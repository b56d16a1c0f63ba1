"""When to try again: 1, 2, 4, 8, 16 seconds, spread so that many who fell do not rise together."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple


class Backoff(NamedTuple):
    """The ladder of waits after failures in a row."""

    first_s: float = 1.0
    cap_s: float = 16.0
    spread: float = 0.2
    """A wait is drawn between (1 - spread) and (1 + spread) of its step."""

    def step_s(self, failures: int) -> float:
        """The wait after so many failures in a row, before it is spread.

        >>> [Backoff().step_s(n) for n in range(8)]
        [0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 16.0, 16.0]
        """
        if failures < 1:
            return 0.0
        return min(self.cap_s, self.first_s * 2.0 ** min(failures - 1, 32))

    def wait_s(self, failures: int, draw: Callable[[], float] = random.random) -> float:
        """The wait itself; ``draw`` gives numbers from 0 to 1."""
        return self.step_s(failures) * (1.0 + self.spread * (2.0 * draw() - 1.0))
