"""Budgets of requests: a sliding window and a quota per day or month, kept in Redis.

All who use one key share one ledger, whatever process they live in, and a restart finds it as it
was. A request is booked before it is sent: what fails on the way is spent, never asked twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from actors.feeds.timing import Clock
from actors.feeds.transports.port import LinkFault

_SCRIPT = Path(__file__).with_name("budget.lua").read_text()
_RETRY_S = 5.0


class BudgetPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider allows."""

    quota: int = 0
    """Requests or credits per period; 0: not limited."""
    period: Literal["day", "month"] = "day"
    zone: str = "UTC"
    """Whose midnight begins a period."""
    rate: int = 0
    """Requests per window; 0: not limited."""
    window_s: float = 60.0
    left_header: str = ""
    """Answer header in which the provider tells what is left: ``x-requests-remaining``."""


class Grant(NamedTuple):
    """A budget's answer."""

    wait_s: float
    """0: go ahead, it is booked; otherwise ask again after so many seconds."""
    left: int | None = None
    """In this period; None where there is no quota."""
    since_s: float | None = None
    """Since the last booking, by whomever."""


class Unlimited:
    """No budget: everything is granted."""

    async def acquire(self, cost: int = 1) -> Grant:  # noqa: ARG002  # the port's
        """Go ahead."""
        return Grant(0.0)

    async def observe(self, headers: Mapping[str, str]) -> int | None:  # noqa: ARG002
        """Nothing to learn."""
        return None


def ledger_name(provider: str, key: str) -> str:
    """Name of the ledger that all users of this key share; the key cannot be read from it."""
    return f"{provider}:{blake2b(key.encode(), digest_size=8, person=b'lateswap').hexdigest()}"


class RedisBudget:
    """The ledger of one key."""

    def __init__(
        self, client: Redis, name: str, plan: BudgetPlan, clock: Clock, *, prefix: str = "lateswap"
    ) -> None:
        self._clock = clock
        self._plan = plan
        self._zone = ZoneInfo(plan.zone)
        self._keys = [f"{prefix}:budget:{{{name}}}:{part}" for part in ("ledger", "window")]
        self._script = client.register_script(_SCRIPT)

    async def acquire(self, cost: int = 1) -> Grant:
        """Book a request, or say when to ask again; a cost of 0 only looks.

        Raises LinkFault when the ledger cannot be reached: what cannot be counted is not asked.
        """
        return await self._call(cost, -1)

    async def observe(self, headers: Mapping[str, str]) -> int | None:
        """Take over what the provider counted, where it counts more than the ledger.

        Answers what is left then; None where the provider tells nothing.
        """
        told = headers.get(self._plan.left_header, "") if self._plan.left_header else ""
        if not told.strip().isdecimal():
            return None
        return (await self._call(0, int(told))).left

    async def _call(self, cost: int, told: int) -> Grant:
        plan, now = self._plan, self._clock.utc()
        period, ends = period_of(now, plan.period, self._zone)
        limits = (plan.quota, plan.rate, int(plan.window_s * 1000), told)
        try:
            wait, left, since = await self._script(
                keys=self._keys, args=[_ms(now), cost, period, _ms(ends), *limits]
            )
        except (RedisError, OSError) as error:
            reason = f"the ledger of requests cannot be reached ({error}): nothing is asked"
            raise LinkFault("lost", reason, wait_s=_RETRY_S) from error
        return Grant(
            wait / 1000.0,
            None if left < 0 else left,
            None if since < 0 else since / 1000.0,
        )


def period_of(
    now: datetime, period: Literal["day", "month"], zone: ZoneInfo
) -> tuple[int, datetime]:
    """Number of the period that a moment lies in, and the moment when the next one begins."""
    local = now.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if period == "day":
        return local.toordinal(), midnight + timedelta(
            days=1
        )  # wall time: also after a 23-hour day
    following = (midnight.replace(day=28) + timedelta(days=4)).replace(day=1)
    return local.year * 12 + local.month, following


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
