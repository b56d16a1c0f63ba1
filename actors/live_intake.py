"""From what sources tell to what is appended: placed on the slates, judged, in order.

A fold without clock or connections: the shell hands in readings and gets batches by partition.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from actors.log.port import SYSTEM
from models.addresses import FollowedGame
from models.events import (
    AnyEvent,
    BreakingNews,
    GameFinal,
    GamePostponed,
    IdentityDecided,
    SlateOpened,
)
from models.identity.crosswalk import Learned, Question
from models.identity.left_out import POSTED, is_posted
from models.identity.placing import UNRESOLVED, Places
from models.identity.review import Review
from models.quality.claims import StatusEvent
from models.quality.gate import Admitted, Gate
from models.quality.order import subject_of
from models.quality.quarantine import Quarantined

MAX_HELD = 20_000
"""Newest readings kept for slates that are opened later."""
MAX_ASKED = 1_000
"""Open questions of identity that are kept."""

Batches = dict[str, list[AnyEvent]]
"""Events to append by partition, in order."""


class Tally(msgspec.Struct):
    """What became of one source's readings."""

    refused: dict[str, int] = {}
    last_refusal: str = ""
    repeated: int = 0
    shed: int = 0
    unresolved: int = 0

    def refuse(self, reason: str, message: str) -> None:
        """Count a reading that is not let in."""
        self.refused[reason] = self.refused.get(reason, 0) + 1
        self.last_refusal = f"{reason}: {message}"


class Intake:
    """Slates, gate and open questions behind all the sources of a process."""

    def __init__(self, gate: Gate | None = None) -> None:
        self.gate = gate or Gate()
        self.places = Places()
        self.review = Review()
        self._held: OrderedDict[tuple[str, ...], tuple[AnyEvent, bool]] = OrderedDict()
        self._copies: OrderedDict[str, tuple[str, ...]] = OrderedDict()

    def recall(self, event: AnyEvent) -> None:
        """Take in an event that stands in the log from before."""
        if isinstance(event, SlateOpened):
            self.places.take(event)
        elif isinstance(event, IdentityDecided):
            self.places.learn(_learned(event))
        else:
            self.gate.recall(event)
            self.note_end(event)

    def note_end(self, event: AnyEvent) -> None:
        """Know a game of a slate that is over, whoever says so."""
        if isinstance(event, GameFinal | GamePostponed):
            self.places.ended(event)

    def opened(self, event: SlateOpened, now: datetime) -> Batches:
        """Follow a slate: what sources said last of its players and games is said of it, too."""
        batches: Batches = defaultdict(list)
        if not self.places.take(event):
            return batches
        for reading, alone in list(self._held.values()):
            self._tell_slate(reading, event.data.slate.slate_id, now, batches, alone=alone)
        return batches

    def decided(self, event: IdentityDecided, now: datetime) -> Batches:
        """A person said who somebody is: what was said of him before is said of that one now."""
        batches: Batches = defaultdict(list)
        decision = _learned(event)
        self.places.learn(decision)
        self.review = self.review.answered(decision)
        for reading, alone in list(self._held.values()):
            if reading.player_id == decision.player_id:
                self._tell_slate(reading, decision.scope, now, batches, alone=alone)
        return batches

    def _tell_slate(
        self, reading: AnyEvent, slate_id: str, now: datetime, batches: Batches, *, alone: bool
    ) -> None:
        placing = self.places.place(reading, now, slate_id)
        self._ask(placing.questions)
        for copy in (*placing.events, *self._left_out(reading, now, slate_id)):
            if copy.slate_id == slate_id:
                self._judge(copy, now, batches, Tally(), alone=alone)

    def _left_out(self, reading: AnyEvent, now: datetime, slate_id: str = "") -> list[AnyEvent]:
        posted = isinstance(reading, BreakingNews) and is_posted(reading)
        return self.places.left_out(reading, now, slate_id) if posted else []  # type: ignore[arg-type]

    def take(
        self,
        readings: Iterable[AnyEvent],
        now: datetime,
        tally: Tally,
        *,
        alone: bool,
        about: Sequence[FollowedGame] = (),
    ) -> Batches:
        """What follows from readings of one source; ``alone``: nobody could confirm them.

        ``about``: the games whose place it is that the source tells of.
        """
        batches: Batches = defaultdict(list)
        for reading in readings:
            for copy in self._placed(reading, now, tally, about):
                self._judge(copy, now, batches, tally, alone=alone)
            for out in self._left_out(reading, now):
                self._judge(out, now, batches, tally, alone=alone)
            self._hold(reading, alone=alone)
        return batches

    def tick(self, now: datetime) -> Batches:
        """What time alone changed."""
        batches: Batches = defaultdict(list)
        for told in self.gate.tick(now):
            batches[told.slate_id or SYSTEM].append(told)
        return batches

    def _placed(
        self, reading: AnyEvent, now: datetime, tally: Tally, about: Sequence[FollowedGame]
    ) -> Sequence[AnyEvent]:
        if isinstance(reading, BreakingNews) and reading.data.retracts:
            return self._retractions(reading)
        if about and not reading.game_id and not reading.player_id:
            return self.places.of_games(reading, about)
        placing = self.places.place(reading, now)
        self._ask(placing.questions)
        tally.unresolved += len(placing.questions)
        if placing.events:
            self._remember_copies(reading, placing.events)
            return placing.events
        return (_questioned(reading, placing.questions),)

    def _retractions(self, reading: BreakingNews) -> Sequence[AnyEvent]:
        """Who takes back a reading takes back what was made of it on every slate."""
        suffixes = self._copies.get(reading.data.retracts, ("",))
        return [
            msgspec.structs.replace(
                reading,
                event_id=reading.event_id + suffix,
                data=msgspec.structs.replace(reading.data, retracts=reading.data.retracts + suffix),
            )
            for suffix in suffixes
        ]

    def _remember_copies(self, reading: AnyEvent, copies: Sequence[AnyEvent]) -> None:
        told = reading.event_id
        self._copies[told] = tuple(copy.event_id.removeprefix(told) for copy in copies)
        self._copies.move_to_end(told)
        if len(self._copies) > MAX_HELD:
            self._copies.popitem(last=False)

    def _judge(
        self, copy: AnyEvent, now: datetime, batches: Batches, tally: Tally, *, alone: bool
    ) -> None:
        verdict = self.gate.admit(copy, now)
        if isinstance(verdict, Admitted):
            event = _unconfirmed(verdict.event) if alone else verdict.event
            batches[copy.slate_id or SYSTEM].append(event)
            for told in verdict.published:
                batches[told.slate_id or SYSTEM].append(told)
            self.note_end(event)
        elif isinstance(verdict, Quarantined):
            about = verdict.event.player_id or verdict.event.game_id or verdict.event.event_id
            tally.refuse(f"{verdict.stage}.{verdict.reason}", f"{about}: {verdict.message}")
        else:
            tally.repeated += 1

    def _hold(self, reading: AnyEvent, *, alone: bool) -> None:
        key = subject_of(reading) or _posting_of(reading)
        if key is None:
            return
        self._held[key] = reading, alone
        self._held.move_to_end(key)
        if len(self._held) > MAX_HELD:
            self._held.popitem(last=False)

    def _ask(self, questions: Iterable[tuple[str, Question]]) -> None:
        for slate_id, question in questions:
            asked = (slate_id, question.sighting.player_id) in self.review.waiting
            if asked or len(self.review.waiting) < MAX_ASKED:
                self.review = self.review.asked(question, slate_id)


def _posting_of(reading: AnyEvent) -> tuple[str, ...] | None:
    """Whose line-up is posted: a later one replaces it."""
    if not isinstance(reading, BreakingNews) or not is_posted(reading):
        return None
    return (reading.source, POSTED, reading.game_id, str(reading.data.extra.get("team")))


def _learned(event: IdentityDecided) -> Learned:
    said = event.data
    return Learned(player_id=said.known_as, key=said.row, scope=event.slate_id, by=said.by)


def _unconfirmed(event: AnyEvent) -> AnyEvent:
    """A status as its source says it, as sure as the source is; nobody else can be waited for."""
    if not isinstance(event, StatusEvent) or event.data.standing != "reading":
        return event
    data = msgspec.structs.replace(event.data, standing="unconfirmed")
    return msgspec.structs.replace(event, data=data)


def _questioned(reading: AnyEvent, questions: Sequence[tuple[str, Question]]) -> AnyEvent:
    """A reading that nobody could place keeps why."""
    if not questions:
        return reading
    why: dict[str, Any] = {
        slate_id: {
            "reason": question.reason,
            "candidates": {person.key: person.name for person in question.candidates},
        }
        for slate_id, question in questions
    }
    data = reading.data
    if isinstance(data, Mapping) or "extra" not in getattr(data, "__struct_fields__", ()):
        return reading
    marked = msgspec.structs.replace(data, extra={**data.extra, UNRESOLVED: why})  # type: ignore[union-attr]
    return msgspec.structs.replace(reading, data=marked)
