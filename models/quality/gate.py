"""The gate between feeds and the log: what is let in, what is kept apart, what was said before.

A fold without clock or chance: the same readings in the same order are judged the same. Its state
can be rebuilt from the events it let in (``recall``). Readings name players as the slate does;
one whose player nobody resolved is weighed by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from models.events import (
    AnyEvent,
    BreakingNews,
    GameFinal,
    GameScheduled,
    GameStart,
    PlayerActive,
    PlayerInjury,
)
from models.quality.anomaly import Anomalies
from models.quality.bounded import keep
from models.quality.checks import Fault, fault_in
from models.quality.claims import StatusEvent, claims_of
from models.quality.held import GATE, Held, Published
from models.quality.measures import measures
from models.quality.order import Readings, plain_id
from models.quality.quarantine import Quarantined, Refusals
from models.quality.sources import PROFILES, Profile, Record
from models.quality.statuses import Statuses, Who, who

MAX_REMEMBERED = 50_000
OF_ANOTHER = "of_another"
"""In ``extra`` of a retraction: what is taken back was said of somebody else, and is no error."""
_OWN = "source_confidence"
"""Field of a weighed report that keeps what its source said of its own confidence."""


class Admitted(NamedTuple):
    """A reading for the log, and what is published because of it."""

    event: AnyEvent
    """With an id of its own. A status has its own confidence weighed with everybody's, and changes
    nothing by itself (``standing``)."""
    published: tuple[Published, ...] = ()


class Repeated(NamedTuple):
    """The source says what it said last; it counts as heard again."""

    event: AnyEvent


Verdict = Admitted | Quarantined | Repeated


class Gate:
    """Judges readings one by one, in order of receipt."""

    def __init__(
        self,
        profiles: Mapping[str, Profile] = PROFILES,
        records: Mapping[str, Record] | None = None,
    ) -> None:
        self.refusals = Refusals()
        self.statuses = Statuses(profiles, records)
        self._readings = Readings()
        self._anomalies = Anomalies()
        self._over: dict[tuple[str, str, str], None] = {}
        self._taken_back: dict[tuple[str, str], None] = {}

    def admit(self, reading: AnyEvent, now: datetime) -> Verdict:
        """Let a reading in, or keep it apart with its reason, or know it as said before."""
        fault = fault_in(reading, now) or self._taken_back_before(reading)
        if fault is not None:
            return self._refused(reading, fault, now)
        seen = self._readings.look(reading)
        self.statuses.heard(reading.source, reading.received_at)
        if seen == "again" and not self._is_forgotten(reading):
            return self._again(reading)
        fault = self._out_of_turn(reading, late=seen == "late") or self._anomaly(reading)
        if fault is not None:
            return self._refused(reading, fault, now)
        event = self._readings.named(reading)
        self._remember(event)
        return self._weighed(event, now)

    def tick(self, now: datetime) -> tuple[Published, ...]:
        """What time alone changed: statuses that expired, or whose sources fell silent."""
        return tuple(
            told for one in self.statuses.players() for told in self.statuses.review(one, now)
        )

    def heard(self, source: str, at: datetime) -> None:
        """The source answered, with nothing new."""
        self.statuses.heard(source, at)

    def held(self, player_id: str, now: datetime, slate_id: str = "") -> Held:
        """What is held of a player of a slate, published or not."""
        return self.statuses.held((slate_id, player_id), now)

    def unconfirmed(self, now: datetime) -> list[Held]:
        """Statuses that are claimed but not published, the likeliest first."""
        held = [self.statuses.held(one, now) for one in self.statuses.players()]
        waiting = [h for h in held if h.status and h.status != h.published]
        return sorted(waiting, key=lambda h: -h.confidence)

    def game_over(self, slate_id: str, rows: Iterable[str]) -> None:
        """A game of a slate is over: see ``Statuses.game_over``."""
        self.statuses.game_over([(slate_id, row) for row in rows])

    def settle(self, player_id: str, *, played: bool, slate_id: str = "") -> None:
        """What the night showed; see ``Statuses.settle``."""
        self.statuses.settle((slate_id, player_id), played=played)

    def recall(self, event: AnyEvent) -> None:
        """Take in an event of the log as one that was let in before: a restart ends so."""
        if event.source == GATE and isinstance(event, PlayerInjury | PlayerActive):
            self.statuses.recall(event)
            return
        said = _as_said(event)
        self.statuses.heard(said.source, said.received_at)
        self._remember(said)
        self._act(said)

    def _refused(self, reading: AnyEvent, fault: Fault, now: datetime) -> Quarantined:
        return self.refusals.add(
            Quarantined(
                event=reading,
                stage=fault.stage,
                reason=fault.reason,
                message=fault.message,
                at=now,
            )
        )

    def _again(self, reading: AnyEvent) -> Repeated:
        self._readings.again(reading)
        if isinstance(reading, StatusEvent):
            self.statuses.heard_again(reading)
        return Repeated(reading)

    def _is_forgotten(self, reading: AnyEvent) -> bool:
        """A list says on the next day what it said on the last: that is to be weighed anew."""
        return isinstance(reading, StatusEvent) and self.statuses.has_forgotten(reading)

    def _taken_back_before(self, reading: AnyEvent) -> Fault | None:
        if (reading.source, plain_id(reading.event_id)) in self._taken_back:
            return Fault("order", "taken_back", "its author took it back before it came")
        return None

    def _out_of_turn(self, reading: AnyEvent, *, late: bool) -> Fault | None:
        """What cannot follow on what the same source said before."""
        if late:
            self._readings.know(plain_id(reading.event_id))
            return Fault("order", "late", "the source itself said something newer of it before")
        begins = isinstance(reading, GameStart | GameScheduled) and not reading.player_id
        if begins and _game_of(reading) in self._over:
            return Fault("consistency", "game_over", "the source called this game final before")
        return None

    def _anomaly(self, reading: AnyEvent) -> Fault | None:
        for family, slot, value, least in measures(reading):
            if self._anomalies.judge(family, slot, value, least) == "suspect":
                message = f"{family} of {value:g} is far from its last value; said again it counts"
                return Fault("anomaly", "jump", message)
        return None

    def _remember(self, event: AnyEvent) -> None:
        self._readings.remember(event)
        if isinstance(event, GameFinal) and not event.player_id:
            keep(self._over, _game_of(event), None, MAX_REMEMBERED)

    def _act(self, event: AnyEvent) -> Who | None:
        """Take in what is said of players; answers whom it concerns."""
        if isinstance(event, StatusEvent):
            self.statuses.take(event)
            return who(event)
        if isinstance(event, BreakingNews) and event.data.retracts:
            gone = (event.source, plain_id(event.data.retracts))
            true = bool(event.data.extra.get(OF_ANOTHER))
            if not true:
                keep(self._taken_back, gone, None, MAX_REMEMBERED)
            return self.statuses.retract(event.data.retracts, event.source, true=true)
        return None

    def _weighed(self, event: AnyEvent, now: datetime) -> Admitted:
        concerned = self._act(event)
        if concerned is None:
            return Admitted(self._doubted(event))
        held = self.statuses.held(concerned, now)
        published = self.statuses.weighed(held, now)
        if isinstance(event, StatusEvent):
            return Admitted(_as_reading(event, held), published)
        return Admitted(self._doubted(event), published)

    def _doubted(self, event: AnyEvent) -> AnyEvent:
        """Other readings are as sure as their source is reliable, and no surer than it says."""
        reliable = self.statuses.witness(event.source).record.reliability
        return msgspec.structs.replace(event, confidence=event.confidence * reliable)


def _game_of(event: AnyEvent) -> tuple[str, str, str]:
    return event.source, event.slate_id, event.game_id


def _as_reading(event: StatusEvent, held: Held) -> AnyEvent:
    """The status as one source's word, with the probability that is held of it."""
    beliefs = {"designation": held.designation, "participation": held.participation}
    sure = [beliefs[c.axis].shares.get(c.value, 0.0) for c in claims_of(event)]
    said = {_OWN: event.confidence}
    return msgspec.structs.replace(
        event,
        confidence=max(sure, default=event.confidence),
        data=msgspec.structs.replace(event.data, standing="reading", extra=event.data.extra | said),
    )


def _as_said(event: AnyEvent) -> AnyEvent:
    """A reading of the log as its source told it."""
    if not isinstance(event, StatusEvent) or _OWN not in event.data.extra:
        return event
    extra = dict(event.data.extra)
    confidence = extra.pop(_OWN)
    data = msgspec.structs.replace(event.data, standing="", extra=extra)
    return msgspec.structs.replace(event, confidence=confidence, data=data)
