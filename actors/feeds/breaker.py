"""Circuit breaker of one source: who may still ask it, and who tries whether it is back.

Libraries let all who wait through when the time is over; here one probe goes at a time, with a
deadline of its own, so that a probe that hangs does not keep the others out for ever.
"""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from typing import Literal, NamedTuple

import msgspec

from actors.feeds.timing import Clock

BreakerState = Literal["closed", "open", "half_open"]


class BreakerRules(msgspec.Struct, frozen=True, kw_only=True):
    """When a source counts as down."""

    failures: int = 5
    """In a row."""
    ratio: float = 0.5
    """Failures among all calls of the window."""
    window_s: float = 60.0
    minimum_calls: int = 20
    """Below this volume the ratio says nothing."""
    open_s: float = 30.0
    probe_s: float = 10.0
    """After this a probe without outcome counts as failed."""


class BreakerOpen(Exception):  # noqa: N818  # a state, as its reader reads it
    """The source counts as down; ``wait_s`` says when somebody may try."""

    def __init__(self, name: str, wait_s: float) -> None:
        super().__init__(name, wait_s)
        self.name = name
        self.wait_s = wait_s

    def __str__(self) -> str:
        return f"{self.name} counts as down; the next attempt is due in {self.wait_s:.0f} s"


class _Outcome(NamedTuple):
    at: float
    failed: bool


class BreakerGroup:
    """Breakers of one process: of all sources, some stay askable whatever happens.

    When everything fails at once, the fault is more likely ours (network, name service) than
    theirs; the breakers that would open last stay closed, and their callers back off instead.
    """

    def __init__(self, never_open: int = 1) -> None:
        self._never_open = never_open
        self._members: list[Breaker] = []

    def join(self, member: Breaker) -> None:
        """Count a breaker among those of this group."""
        self._members.append(member)

    def leave(self, member: Breaker) -> None:
        """Its source is followed no more."""
        with suppress(ValueError):
            self._members.remove(member)

    def may_open(self, member: Breaker) -> bool:
        """Whether enough others stay askable; alone, a breaker may always open."""
        closed = sum(m.state == "closed" for m in self._members if m is not member)
        return len(self._members) <= 1 or closed >= self._never_open


class Breaker:
    """Closed, open after failures, half open while one probe is under way."""

    def __init__(
        self,
        name: str,
        clock: Clock,
        rules: BreakerRules | None = None,
        group: BreakerGroup | None = None,
    ) -> None:
        self.name = name
        self.opened = 0
        """How often it has opened."""
        self._clock = clock
        self._rules = rules or BreakerRules()
        self._group = group or BreakerGroup()
        self._group.join(self)
        self._state: BreakerState = "closed"
        self._in_a_row = 0
        self._outcomes: deque[_Outcome] = deque()
        self._until = 0.0
        """Open: when a probe may go; half open: the probe's deadline."""
        self._forced = False

    @property
    def state(self) -> BreakerState:
        """What operators see."""
        return self._state

    def wait_s(self) -> float:
        """Seconds until asking has a point; 0: now."""
        if self._state == "closed":
            return 0.0
        if self._forced:
            return self._rules.open_s
        return max(0.0, self._until - self._clock.now())

    def enter(self) -> None:
        """Ask for permission to call; every call that got it reports its outcome.

        Raises BreakerOpen. Time-outs and cancellations are outcomes, too: failures.
        """
        if self._state == "closed":
            return
        if self._state == "half_open" and self._until <= self._clock.now():
            self._open()  # the probe never came back
        wait = self.wait_s()
        if wait > 0 or self._state == "half_open":
            raise BreakerOpen(self.name, wait)
        self._state = "half_open"
        self._until = self._clock.now() + self._rules.probe_s

    def succeeded(self) -> None:
        """A call was answered."""
        self._note(failed=False)
        self._in_a_row = 0
        if self._state != "closed" and not self._forced:
            self.close()

    def failed(self) -> None:
        """A call failed, in whatever way."""
        self._note(failed=True)
        self._in_a_row += 1
        probing = self._state == "half_open"
        if probing or (self._state == "closed" and self._is_down() and self._group.may_open(self)):
            self._open()

    def withdrew(self) -> None:
        """A call that was let through was not made: its place goes to the next."""
        if self._state == "half_open":
            self._state = "open"
            self._until = self._clock.now()

    def force_open(self) -> None:
        """An operator keeps callers out until he closes it."""
        self._forced = True
        self._open()

    def close(self) -> None:
        """Let everybody through again."""
        self._forced = False
        self._state = "closed"
        self._in_a_row = 0
        self._outcomes.clear()

    def retire(self) -> None:
        """Its source is followed no more."""
        self._group.leave(self)

    def _open(self) -> None:
        self._state = "open"
        self._until = self._clock.now() + self._rules.open_s
        self.opened += 1

    def _note(self, *, failed: bool) -> None:
        now = self._clock.now()
        self._outcomes.append(_Outcome(now, failed))
        while self._outcomes and self._outcomes[0].at < now - self._rules.window_s:
            self._outcomes.popleft()

    def _is_down(self) -> bool:
        calls = len(self._outcomes)
        failures = sum(outcome.failed for outcome in self._outcomes)
        return self._in_a_row >= self._rules.failures or (
            calls >= self._rules.minimum_calls and failures >= self._rules.ratio * calls
        )
