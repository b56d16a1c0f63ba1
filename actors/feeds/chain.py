"""One source over several connections: the best that works carries, and is left when it falls.

When a connection falls the next one is opened at once; the better ones go on being tried and take
over when they stand again. Both run for a moment then: what each tells is passed on once, by its
key, so that a change of connections neither loses nor repeats anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
from contextlib import aclosing
from typing import Any, Generic

import msgspec

from actors.ending import end_tasks
from actors.feeds.breaker import Breaker, BreakerOpen
from actors.feeds.delivery import Delivery, Item, Unpack, unpacked
from actors.feeds.inbox import Inbox
from actors.feeds.link import FIRST_SIGNAL_S, ChainOptions, Link
from actors.feeds.remembered import Remembered
from actors.feeds.timing import Clock, let_others, sleep_unless
from actors.feeds.transports.port import Beat, Frame, LinkFault, Signal, Transport
from models.events import SourceReport

_LONG_S = 3600.0


class Chain(Generic[Item]):
    """The connections of one source, the best first."""

    def __init__(
        self,
        source: str,
        transports: Sequence[Transport],
        clock: Clock,
        unpack: Unpack[Item],
        *,
        options: ChainOptions | None = None,
        breaker: Breaker | None = None,
        on_status: Callable[[SourceReport], None] | None = None,
        on_frame: Callable[[str, Frame], None] | None = None,
    ) -> None:
        if not transports:
            raise ValueError(f"source {source}: no connection is given")
        self.source = source
        self._options = options or ChainOptions()
        self._clock = clock
        self._unpack = unpack
        self._links = [Link(rank, transport) for rank, transport in enumerate(transports)]
        self._breaker = breaker or Breaker(source, clock)
        self._on_status = on_status
        self._on_frame = on_frame
        self._inbox: Inbox[Delivery[Item] | None] = Inbox(
            self._options.inbox_count, self._options.inbox_bytes
        )
        self._seen = Remembered(self._options.remembered)
        self._cursors: dict[str, str] = {}
        self._carrier: Link | None = None
        self._helpers: set[asyncio.Task[None]] = set()
        self._errors = 0
        self._delivered = 0
        self._finished = False
        self._told: SourceReport | None = None

    async def deliveries(
        self, cursors: Mapping[str, str] | None = None
    ) -> AsyncGenerator[Delivery[Item]]:
        """Everything the source tells, until its end or ``close``; resumed after the cursors."""
        self._cursors.update(cursors or {})
        self._start(0)
        self._tell()
        try:
            while (delivery := await self._inbox.get()) is not None:
                yield delivery
        finally:
            await self.close()

    def waiting(self, most: int) -> list[Delivery[Item]]:
        """What else was read meanwhile, for a reader who is behind."""
        return [one for one in self._inbox.take_waiting(most) if one]

    async def close(self) -> None:
        """Close every connection; what was read and not taken is dropped."""
        await end_tasks([*(link.task for link in self._links if link.task), *self._helpers])
        for link in self._links:
            await link.transport.close()
        self._breaker.retire()
        self._inbox.put_last(None)

    def hold(self) -> str:
        """An operator wants no further attempt; a connection that stands is left to itself."""
        self._breaker.force_open()
        self._tell()
        return self._breaker.state

    def release(self) -> str:
        """An operator wants it tried now."""
        self._breaker.close()
        for link in self._links:
            link.wake.set()
        self._tell()
        return self._breaker.state

    def report(self) -> SourceReport:
        """The source's state at this moment."""
        carrier = self._carrier
        behind = self._inbox.behind
        degraded = bool(carrier and carrier.rank) or behind
        heard = [link.heard_at for link in self._links if link.heard_at]
        left = [link.budget_left for link in self._links if link.budget_left is not None]
        return SourceReport(
            state=self._state(degraded=degraded),
            transport=carrier.transport.kind if carrier else "",
            latency_ms=carrier.latency_ms if carrier else None,
            errors=self._errors,
            reconnect_attempts=max(link.failures for link in self._links),
            breaker=self._breaker.state,
            budget_left=min(left, default=None),
            degraded=degraded or carrier is None,
            delivered=self._delivered,
            note=self._note(behind=behind),
            last_heartbeat=max(heard, default=None),
            cursors=dict(self._cursors),
        )

    def _state(self, *, degraded: bool) -> Any:
        if self._finished:
            return "finished"
        if self._carrier is not None:
            return "degraded" if degraded else "connected"
        return "disconnected" if self._errors else "connecting"

    def _note(self, *, behind: bool) -> str:
        if behind:
            return f"the reader is behind: {len(self._inbox)} wait, the source is held back"
        better = self._links[: self._carrier.rank] if self._carrier else self._links
        return "; ".join(str(link.last_fault) for link in better if link.last_fault)

    def _tell(self) -> None:
        """Publish the report when more than heartbeat, delay or counts changed."""
        report = self.report()
        marked = msgspec.structs.replace(
            report, last_heartbeat=None, latency_ms=None, delivered=0, cursors={}
        )
        if self._on_status is not None and marked != self._told:
            self._told = marked
            self._on_status(report)

    def _start(self, rank: int) -> None:
        if rank >= len(self._links) or self._links[rank].running:
            return
        link = self._links[rank]
        before = link.task
        if not link.revived():
            name = f"{self.source}/{link.transport.kind}"
            link.task = asyncio.create_task(self._run(link, before), name=name)

    async def _run(self, link: Link, before: asyncio.Task[None] | None) -> None:
        """Connect and listen, again and again, once the run before has gone."""
        if before is not None:
            await asyncio.gather(before, return_exceptions=True)
        while not link.stopping:
            await self._until_due(link)
            link.connects(self._clock.now())
            patience = self._help(self._lose_patience(link))
            try:
                if await self._listen(link):
                    self._finish()
                    return
            except LinkFault as fault:
                self._fell(link, fault)
            except Exception as error:  # noqa: BLE001  # whatever it is, only this link falls
                self._fell(link, LinkFault("lost", f"{link.transport.kind}: {error!r}"))
            finally:
                patience.cancel()
        link.rests()

    async def _until_due(self, link: Link) -> None:
        while (wait := self._wait_of(link)) > 0:
            await sleep_unless(self._clock, wait, link.wake)

    def _wait_of(self, link: Link) -> float:
        """Seconds until this link may try; with the breaker open, only the last of all probes."""
        now = self._clock.now()
        wait = link.due(now, self._options.retry, carried=self._is_carried(link)) - now
        if self._carrier is not None or self._breaker.state == "closed" or wait > 0:
            return wait
        if link is not self._links[-1]:
            self._start(len(self._links) - 1)
            return _LONG_S
        try:
            self._breaker.enter()
        except BreakerOpen as held:
            return max(held.wait_s, 0.01)
        return 0.0

    def _is_carried(self, link: Link) -> bool:
        """Whether a worse link does this one's work meanwhile."""
        return self._carrier is not None and self._carrier.rank > link.rank

    def _first_s(self, link: Link) -> float:
        retry = self._options.retry
        eager = self._is_carried(link) and link.hopeful(self._clock.now(), retry)
        return retry.eager_connect_s if eager else FIRST_SIGNAL_S

    async def _lose_patience(self, link: Link) -> None:
        await self._clock.sleep(self._options.patience_s)
        if link.state == "connecting" and self._carrier is None and self._may_widen():
            self._start(link.rank + 1)

    def _may_widen(self) -> bool:
        return self._breaker.state == "closed"

    async def _listen(self, link: Link) -> bool:
        """Pass on what one connection tells; True at the feed's own end."""
        cursor = self._cursors.get(link.transport.cursor_space, "")
        first_s = self._first_s(link)
        turn = 0.0
        async with aclosing(link.transport.signals(cursor)) as signals:
            while (signal := await link.next_of(signals, first_s)) is not None:
                if link.state != "open":
                    self._opened(link)
                await self._heard(link, signal)
                turn = await let_others(turn)
                if link.stopping:
                    return False
        return True

    async def _heard(self, link: Link, signal: Signal) -> None:
        link.heard_at = signal.received_at
        if isinstance(signal, Beat):
            link.latency_ms = link.latency_ms if signal.latency_ms is None else signal.latency_ms
            link.budget_left = signal.budget_left
            return
        link.handing_over = True
        try:
            await self._take_in(link, signal)
        finally:
            link.handing_over = False

    async def _take_in(self, link: Link, frame: Frame) -> None:
        kind, space = link.transport.kind, link.transport.cursor_space
        if self._on_frame is not None:
            self._on_frame(kind, frame)
        for key, item in await unpacked(self._unpack, frame):
            if self._seen.is_new(key):
                await self._pass_on(Delivery(item, frame, kind, space))
        if frame.cursor:
            self._cursors[space] = frame.cursor

    async def _pass_on(self, delivery: Delivery[Item]) -> None:
        waited = self._inbox.full
        if waited:
            self._help(self._tell_soon())
        await self._inbox.put(delivery, len(delivery.frame.body))
        self._delivered += 1
        if waited:
            self._tell()

    async def _tell_soon(self) -> None:
        self._tell()

    def _opened(self, link: Link) -> None:
        link.opens(self._clock.now())
        self._breaker.succeeded()
        if self._carrier is None or link.rank < self._carrier.rank:
            self._carrier = link
            for worse in self._links[link.rank + 1 :]:
                self._retire(worse)
            for better in self._links[: link.rank]:
                self._start(better.rank)
                better.wake.set()
        self._tell()

    def _retire(self, link: Link) -> None:
        if link.state == "open":
            link.transport.hasten()
            self._help(self._retire_later(link))
        else:
            link.stop()
            link.rests()

    async def _retire_later(self, link: Link) -> None:
        await self._clock.sleep(self._options.overlap_s)
        if self._carrier is not None and self._carrier.rank < link.rank:
            link.stop()
            link.rests()

    def _fell(self, link: Link, fault: LinkFault) -> None:
        self._errors += 1
        link.falls(fault, self._clock.now(), self._options.retry)
        if self._carrier is link:
            standing = [other for other in self._links if other.state == "open"]
            self._carrier = min(standing, key=lambda other: other.rank, default=None)
        if self._carrier is None:
            if link is self._links[-1]:
                self._breaker.failed()
            if self._may_widen():
                self._start(link.rank + 1)
        self._tell()

    def _finish(self) -> None:
        self._finished = True
        self._tell()
        self._inbox.put_last(None)

    def _help(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._helpers.add(task)
        task.add_done_callback(self._helpers.discard)
        return task
