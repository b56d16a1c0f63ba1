"""One source as the actor that owns it sees it: its chain, what it told, how it fares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Literal, NamedTuple

import msgspec

from actors.feeds.adapters import find_adapter
from actors.feeds.adapters.port import Adapter, Parsed, Payload
from actors.feeds.chain import Chain
from actors.feeds.connecting import Surroundings, connect, name_of
from actors.feeds.delivery import Delivery, Unpack
from actors.feeds.repetitions import Repetitions
from actors.feeds.schedule import Locks
from actors.feeds.transports.port import Frame
from actors.live_intake import Tally
from config.sources import SourcesError, SourceSpec
from models.addresses import Opening
from models.events import AnyEvent, SourceReport, SourceStatus
from models.quality.shedding import relieved

CROWD = 200
"""Deliveries that are taken together at most."""
BEHIND = 100
"""So many together mean that the reader is behind."""
STATUS = "live:"
"""Begins the ids of statuses that are told here."""


class Taken(NamedTuple):
    """Deliveries that are appended together, and what is appended."""

    deliveries: list[Delivery[Parsed]]
    events: Sequence[AnyEvent]


NO_OPENING = Opening({}, ())
NOT_MEASURED: Mapping[str, tuple[float, float]] = MappingProxyType({})


class LiveSource:
    """A connected source; ``cursors`` are those of what stands in the log.

    One that was made from a pattern is about the games of its ``opening``.
    """

    def __init__(
        self,
        spec: SourceSpec,
        around: Surroundings,
        locks: Locks,
        *,
        cursors: Mapping[str, str],
        on_change: Callable[[str], None],
        opening: Opening = NO_OPENING,
    ) -> None:
        self.spec = spec
        self.name = name_of(spec, opening.blanks)
        self.opening = opening
        self.tally = Tally()
        self.cursors = dict(cursors)
        self.delivered = 0
        self.feeds: set[str] = {spec.adapter}
        """Names under which its readings are known to the gate."""
        self.fault = ""
        """What ended its reading, if anything did."""
        self._clock = around.clock
        self._repetitions = Repetitions()
        self._connect: Callable[[], Chain[Parsed]] = partial(
            connect,
            spec,
            around,
            whole_payloads(adapter_named(spec.adapter)),
            locks=Locks(opening.starts) if opening.games else locks,
            blanks=opening.blanks,
            on_status=lambda _: on_change(self.name),
        )
        self._chain = self._connect()

    def chain(self) -> Chain[Parsed]:
        """The chain to read; a new one after the last has failed."""
        if self.fault:
            self._chain = self._connect()
            self.fault = ""
        return self._chain

    def taken(self, first: Delivery[Parsed]) -> Taken:
        """A delivery with those that wait behind it; of a crowd, what still counts."""
        deliveries = [first, *self._chain.waiting(CROWD)]
        events = [event for one in deliveries for event in self._fresh(one)]
        if len(deliveries) < BEHIND:
            return Taken(deliveries, events)
        kept, shed = relieved(events)
        self.tally.shed += shed
        return Taken(deliveries, kept)

    def _fresh(self, delivery: Delivery[Parsed]) -> Sequence[AnyEvent]:
        """Readings of a delivery that no other connection of the source has just told."""
        now, transport = self._clock.now(), delivery.transport
        self._repetitions.told(transport, now)
        for rejected in delivery.item.rejected:
            self.tally.refuse("unreadable", f"{rejected.where}: {rejected.reason}")
        events = delivery.item.events
        fresh = [e for e in events if self._repetitions.is_new(e, transport, now)]
        self.tally.repeated += len(events) - len(fresh)
        self.feeds.update(event.source for event in fresh)
        return fresh

    def stored(self, deliveries: Iterable[Delivery[Parsed]]) -> bool:
        """What they told stands in the log; answers whether there is a further place to resume."""
        further = {one.cursor_space: one.frame.cursor for one in deliveries if one.frame.cursor}
        self.cursors |= further
        return bool(further)

    async def close(self) -> None:
        """Close its connections."""
        await self._chain.close()

    def set_breaker(self, action: Literal["open", "close"]) -> str:
        """Keep it from being connected again, or let it be tried at once; the breaker's state."""
        return self._chain.hold() if action == "open" else self._chain.release()

    def report(self, reliability: Mapping[str, tuple[float, float]] = NOT_MEASURED) -> SourceReport:
        """Its state at this moment, and how often its feeds were right so far."""
        now = self._chain.report()
        told = msgspec.structs.replace(
            now,
            delivered=self.delivered,
            cursors=dict(self.cursors),
            refused=dict(self.tally.refused),
            last_refusal=self.tally.last_refusal,
            repeated=self.tally.repeated,
            shed=self.tally.shed,
            unresolved=self.tally.unresolved,
            reliability=dict(reliability),
        )
        if self.fault:
            told = msgspec.structs.replace(
                told, state="disconnected", degraded=True, note=self.fault
            )
        return told


def adapter_named(name: str) -> Adapter:
    """The adapter of this name or alias; SourcesError for none."""
    found = find_adapter(name)
    if found is None:
        raise SourcesError("sources", name, f"there is no adapter {name}: lateswap feeds list")
    return found


def whole_payloads(adapter: Adapter) -> Unpack[Parsed]:
    """Frames as what an adapter finds in them; what is a repetition is judged reading by reading.

    A key by frame or id would hide a status that goes back to what it was before.
    """

    def unpack(frame: Frame) -> Iterable[tuple[str, Parsed]]:
        return [("", adapter(Payload(frame.body, frame.received_at, frame.url, frame.headers)))]

    return unpack


def status_of(name: str, report: SourceReport, now: datetime, sport: str = "") -> SourceStatus:
    """The report as an event."""
    return SourceStatus(
        event_id=f"{STATUS}{name}:{now:%Y%m%dT%H%M%S%f}",
        source=name,
        timestamp=now,
        received_at=now,
        sport=sport,
        data=report,
    )
