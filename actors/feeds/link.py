"""One connection of a source as its chain sees it: how it fares, and when it may be tried again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Literal

import msgspec

from actors.feeds.backoff import Backoff
from actors.feeds.transports.port import LinkFault, Signal, Transport

LinkState = Literal["idle", "connecting", "open", "waiting"]
FIRST_SIGNAL_S = 10.0
"""Longest wait for the first sign of a connection, where silence is limited at all."""
_FLAPS = 5
"""Times that a connection may come and go before hope is given up."""


class Retry(msgspec.Struct, frozen=True, kw_only=True):
    """When a link that fell is tried again."""

    backoff: Backoff = Backoff()
    eager_s: float = 0.8
    """While a worse link carries: often, so that the better one is back soon after it heals."""
    eager_connect_s: float = 1.0
    """... and without waiting long for an answer: what hangs now may stand at the next try."""
    eager_for_s: float = 120.0
    """After that, by the ladder."""
    settled_s: float = 10.0
    """A connection that lasted so long was a real one; shorter ones count as failures."""


class ChainOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How one source changes between its connections."""

    retry: Retry = Retry()
    patience_s: float = 1.0
    """Time to connect before the next connection is tried beside it."""
    overlap_s: float = 2.0
    """A worse connection goes on for so long after a better one stands."""
    remembered: int = 50_000
    """Keys of things passed on."""
    inbox_count: int = 1_000
    inbox_bytes: int = 128 << 20


class Link:
    """A transport at its place in the chain (0 is the best)."""

    def __init__(self, rank: int, transport: Transport) -> None:
        self.rank = rank
        self.transport = transport
        self.state: LinkState = "idle"
        self.failures = 0
        """In a row."""
        self.last_fault: LinkFault | None = None
        self.heard_at: datetime | None = None
        self.latency_ms: float | None = None
        self.budget_left: int | None = None
        self.task: asyncio.Task[None] | None = None
        self.wake = asyncio.Event()
        self.stopping = False
        self.handing_over = False
        """Between having read something and having passed it on: not to be cancelled."""
        self._opened_at = 0.0
        self._fell_at = float("-inf")
        self._began_at = float("-inf")
        self._down_since = float("-inf")
        self._barred_until = float("-inf")
        self._flaps = 0
        self._draw = 0.5

    @property
    def running(self) -> bool:
        """Whether it is connected or trying to be, and to go on."""
        return self.task is not None and not self.task.done() and not self.stopping

    def connects(self, now: float) -> None:
        """A try begins."""
        self.state = "connecting"
        self._began_at = now

    def opens(self, now: float) -> None:
        """The connection stands."""
        self.state = "open"
        self._opened_at = now

    def falls(self, fault: LinkFault, now: float, retry: Retry) -> None:
        """The connection ended, or did not come about."""
        was_open = self.state == "open"
        lasted = was_open and now - self._opened_at >= retry.settled_s
        if was_open:
            self._flaps = 0 if lasted else self._flaps + 1
        if was_open or self.failures == 0:
            self._down_since = now
        self.failures = 1 if lasted else self.failures + 1
        self.state = "waiting"
        self.last_fault = fault
        self._fell_at = now
        self._barred_until = now + fault.wait_s
        self._draw = random.random()  # noqa: S311  # spreads callers, hides nothing

    def due(self, now: float, retry: Retry, *, carried: bool) -> float:
        """When it may be tried next; ``carried`` says that a worse link does the work meanwhile."""
        due = self._fell_at + retry.backoff.wait_s(self.failures, lambda: self._draw)
        if carried and self.hopeful(now, retry):
            spread = retry.backoff.spread * self._draw
            due = min(due, self._began_at + retry.eager_s * (1.0 - spread))
        return max(self._barred_until, due)

    def hopeful(self, now: float, retry: Retry) -> bool:
        """Whether it fell lately, and does not just come and go."""
        return now - self._down_since < retry.eager_for_s and self._flaps < _FLAPS

    def rests(self) -> None:
        """Nobody needs it for now."""
        self.state = "idle"
        self.failures = 0

    def revived(self) -> bool:
        """Take back a stop that has not cut anything yet; False where it is too late for that."""
        going_on = self.task is not None and not self.task.done() and self.handing_over
        self.stopping = False
        return going_on

    def stop(self) -> None:
        """End it; what it has read is passed on first."""
        self.stopping = True
        if self.task is not None and not self.handing_over:
            self.task.cancel()

    async def next_of(self, signals: AsyncGenerator[Signal], first_s: float) -> Signal | None:
        """The next signal, None at the feed's end. Raises LinkFault, also for none in time."""
        limit = self.transport.silence_s
        if limit is not None and self.state != "open":
            limit = min(limit, first_s)
        try:
            async with asyncio.timeout(limit):
                return await anext(signals, None)
        except TimeoutError as error:
            what = f"{self.transport.kind}: no sign of life for {limit:g} s"
            raise LinkFault("silent", what) from error
