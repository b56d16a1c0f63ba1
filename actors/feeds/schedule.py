"""When to ask a polled feed: seldom by day, often as lock nears, and within what a quota leaves.

A quota is spread by worth, not by time: a request a minute before lock is worth hundreds at noon.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from math import inf
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from actors.feeds.budget import BudgetPlan, Grant, period_of

Phase = Literal["idle", "day", "near", "close", "last", "live"]

_FROM: tuple[tuple[float, Phase], ...] = (
    (15 * 60.0, "last"),
    (90 * 60.0, "close"),
    (3 * 3600.0, "near"),
    (24 * 3600.0, "day"),
)
"""Phases by the time left to the next lock."""
LIVE_S = 4 * 3600.0
"""A game is taken to be under way for so long after its lock."""
_STEP = timedelta(minutes=1)


class PollTimes(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds between two requests in each phase."""

    idle: float = 3600.0
    """No lock within a day."""
    day: float = 300.0
    near: float = 60.0
    """The last three hours."""
    close: float = 30.0
    """The last ninety minutes."""
    last: float = 10.0
    """The last fifteen."""
    live: float = 30.0
    """Games under way, no further lock near."""


class Worth(msgspec.Struct, frozen=True, kw_only=True):
    """What a request is worth in each phase, where they are counted."""

    idle: float = 0.005
    day: float = 0.005
    near: float = 0.25
    close: float = 1.0
    last: float = 4.0
    live: float = 0.05


class Locks:
    """Known lock times; whoever follows slates keeps them current."""

    def __init__(self, times: Iterable[datetime] = ()) -> None:
        self.version = 0
        """Grows with every change."""
        self._times = sorted(times)

    def set(self, times: Iterable[datetime]) -> None:
        """Replace what is known."""
        self._times = sorted(times)
        self.version += 1

    def phase(self, at: datetime) -> Phase:
        """The phase that a moment lies in."""
        place = bisect_right(self._times, at)
        ahead = (self._times[place] - at).total_seconds() if place < len(self._times) else None
        phase: Phase = next(
            (p for limit, p in _FROM if ahead is not None and ahead <= limit), "idle"
        )
        begun = place > 0 and (at - self._times[place - 1]).total_seconds() <= LIVE_S
        return "live" if begun and phase in {"idle", "day"} else phase


class _Day(NamedTuple):
    """What requests of one day are worth."""

    begins: datetime
    worth: list[float]
    """Up to the end of each minute."""

    def until(self, moment: datetime) -> float:
        minute = int((moment - self.begins) / _STEP)
        return self.worth[min(minute, len(self.worth)) - 1] if minute > 0 else 0.0


class Schedule:
    """The pace of one source; what the feed's own cache allows bounds it elsewhere."""

    def __init__(
        self,
        times: PollTimes,
        locks: Locks,
        *,
        plan: BudgetPlan | None = None,
        worth: Worth | None = None,
        cost: int = 1,
        jitter: float = 0.2,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._times = times
        self._locks = locks
        self._plan = plan if plan and plan.quota else None
        self._worth = worth or Worth()
        self._cost = cost
        self._jitter = jitter
        self._draw = draw
        self._day: _Day | None = None
        self._day_key = (0, 0)

    def wait_s(self, now: datetime, grant: Grant) -> float:
        """Seconds from now to the next request; not positive when it is due."""
        since = inf if grant.since_s is None else grant.since_s  # never: long ago
        every: float = getattr(self._times, self._locks.phase(now))
        spread = 1.0 + self._jitter * (2.0 * self._draw() - 1.0)
        wait = every * spread - since
        if self._plan is None or grant.left is None:
            return wait
        left = (grant.left - self._reserve(now, self._plan)) // self._cost
        return max(wait, self._spread(now, max(0, left), since, self._plan))

    def _spread(self, now: datetime, left: int, since: float, plan: BudgetPlan) -> float:
        """The wait that divides what the rest of the day is worth evenly among what is left."""
        day = self._day_of(now, plan.zone)
        today_s = (now - day.begins).total_seconds()
        last = now - timedelta(seconds=min(since, today_s))
        spent = day.until(last)
        share = (day.worth[-1] - spent) / (left + 1)
        place = bisect_right(day.worth, spent + share) if left else len(day.worth)
        return (day.begins + place * _STEP - now).total_seconds()

    def _reserve(self, now: datetime, plan: BudgetPlan) -> int:
        """What belongs to the days after this one, where the quota is a month's."""
        if plan.period == "day":
            return 0
        local = now.astimezone(ZoneInfo(plan.zone))
        days = monthrange(local.year, local.month)[1]
        return plan.quota * (days - local.day) // days

    def _day_of(self, now: datetime, zone: str) -> _Day:
        """The day that a moment lies in; reckoned once, and again when locks change."""
        number, ends = period_of(now, "day", ZoneInfo(zone))
        if self._day is None or (number, self._locks.version) != self._day_key:
            begins = now.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0)
            utc = begins.replace(microsecond=0).astimezone(UTC)
            minutes = int((ends.astimezone(UTC) - utc) / _STEP)
            each = (
                getattr(self._worth, self._locks.phase(utc + n * _STEP)) for n in range(minutes)
            )
            self._day = _Day(utc, list(accumulate(each)))
            self._day_key = number, self._locks.version
        return self._day
