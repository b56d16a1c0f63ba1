"""How often: moving windows per connection, per user and per address, bounded in memory."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable

MINUTE_S = 60.0

Clock = Callable[[], float]


class Window:
    """At most ``most`` in any minute.

    >>> times = iter([0.0, 1.0, 2.0, 61.0])
    >>> window = Window(2, lambda: next(times))
    >>> [window.take() for _ in range(4)]
    [0.0, 0.0, 58.0, 0.0]
    """

    __slots__ = ("_clock", "_most", "_taken")

    def __init__(self, most: int, clock: Clock = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._taken: deque[float] = deque()

    def take(self) -> float:
        """0 where one more is allowed, else the seconds until it is; what is refused counts not."""
        now = self._clock()
        while self._taken and self._taken[0] <= now - MINUTE_S:
            self._taken.popleft()
        if len(self._taken) < self._most:
            self._taken.append(now)
            return 0.0
        return self._taken[0] + MINUTE_S - now


class Windows:
    """A window per key; of ``keys`` of them the one used longest ago is forgotten first."""

    def __init__(self, most: int, keys: int = 10_000, clock: Clock = time.monotonic) -> None:
        self._most = most
        self._keys = keys
        self._clock = clock
        self._windows: OrderedDict[Hashable, Window] = OrderedDict()

    def take(self, key: Hashable) -> float:
        """As ``Window.take``, for one key."""
        window = self._windows.get(key)
        if window is None:
            window = self._windows[key] = Window(self._most, self._clock)
            if len(self._windows) > self._keys:
                self._windows.popitem(last=False)
        self._windows.move_to_end(key)
        return window.take()
