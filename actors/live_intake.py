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
    News,
    SlateOpened,
)
from models.events.status import SAYS
from models.identity.crosswalk import Learned, Question
from models.identity.left_out import POSTED, is_posted, names
from models.identity.placing import KNOWN_AS, MARK, UNRESOLVED, Places
from models.identity.review import Review
from models.quality.gate import OF_ANOTHER, Admitted, Gate
from models.quality.order import plain_id, subject_of
from models.quality.quarantine import Quarantined

MAX_HELD = 20_000
"""Newest readings kept for slates that are opened later."""
MAX_ASKED = 1_000
"""Open questions of identity that are kept."""

NOT_HIM = "this was said of somebody else"

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
        self._held: OrderedDict[tuple[str, ...], AnyEvent] = OrderedDict()
        self._measured: set[tuple[str, str]] = set()
        """Games of slates by whose end sources were measured."""
        self._copies: OrderedDict[str, tuple[str, ...]] = OrderedDict()

    def recall(self, event: AnyEvent) -> None:
        """Take in an event that stands in the log from before."""
        if isinstance(event, SlateOpened):
            self._follow(event)
        elif isinstance(event, IdentityDecided):
            self.places.learn(_learned(event))
        else:
            self.gate.recall(event)
            self.places.recall(event)
            self._recall_copy(event)
            self.note_end(event)
            if isinstance(event, GameFinal):
                self._measured.add((event.slate_id, event.game_id))

    def note_end(self, event: AnyEvent) -> None:
        """Know a game of a slate that is over, whoever says so."""
        if isinstance(event, GameFinal | GamePostponed):
            self.places.ended(event)

    def learn_from(self, event: AnyEvent) -> None:
        """Measure what was said before a game that is over now, once."""
        game = (event.slate_id, event.game_id)
        if isinstance(event, GameFinal) and not event.player_id and game not in self._measured:
            self._measured.add(game)
            self.gate.game_over(event.slate_id, self.places.rows_in(*game))

    def opened(self, event: SlateOpened, now: datetime) -> Batches:
        """Follow a slate: what sources said last of its players and games is said of it, too."""
        batches: Batches = defaultdict(list)
        if not self._follow(event):
            return batches
        for reading in list(self._held.values()):
            self._tell_slate(reading, event.data.slate.slate_id, now, batches)
        return batches

    def _follow(self, event: SlateOpened) -> bool:
        """Place readings on a slate from now on; False for one that is followed already."""
        is_new = self.places.take(event)
        for player in event.data.slate.players if is_new else ():
            if player.designation:
                self.gate.statuses.doubt((event.slate_id, player.player_id))
        return is_new

    def decided(self, event: IdentityDecided, now: datetime) -> Batches:
        """A person said who somebody is: what was said of him before is said of that one now.

        What it was taken for until then, by a rule or an earlier answer, is taken back.
        """
        batches: Batches = defaultdict(list)
        decision = _learned(event)
        self.places.learn(decision)
        self.review = self.review.answered(decision)
        known = decision.player_id
        for reading in list(self._held.values()):
            if reading.player_id == known:
                self._take_back(
                    reading.source, known, self._rows(reading, event, now), event, batches
                )
                self._tell_slate(reading, decision.scope, now, batches)
            elif isinstance(reading, BreakingNews) and names(reading, known):
                out = self._left_out(reading, now, decision.scope)
                rows = {one.player_id for one in out}
                self._take_back(reading.source, reading.game_id, rows, event, batches)
                for one in out:
                    self._judge(one, now, batches, Tally())
        return batches

    def _rows(self, reading: AnyEvent, event: IdentityDecided, now: datetime) -> set[str]:
        """Rows of the slate that the reading is about."""
        return {copy.player_id for copy in self.places.place(reading, now, event.slate_id).events}

    def _take_back(
        self, source: str, known_as: str, rows: set[str], event: IdentityDecided, batches: Batches
    ) -> None:
        """Retract what a source's word about somebody still claims of other rows."""
        for claim, row in self.gate.statuses.claims_known_as(event.slate_id, source, known_as):
            if row in rows:
                continue
            retraction = BreakingNews(
                event_id=f"{event.event_id}:{row}:{claim.axis}",
                source=source,
                timestamp=event.timestamp,
                received_at=event.received_at,
                slate_id=event.slate_id,
                player_id=row,
                sport=event.sport,
                data=News(
                    headline=NOT_HIM,
                    retracts=plain_id(claim.event_id),
                    extra={KNOWN_AS: known_as, OF_ANOTHER: True},
                ),
            )
            self._judge(retraction, event.received_at, batches, Tally())

    def _tell_slate(
        self, reading: AnyEvent, slate_id: str, now: datetime, batches: Batches
    ) -> None:
        placing = self.places.place(reading, now, slate_id)
        self._ask(placing.questions)
        for copy in (*placing.events, *self._left_out(reading, now, slate_id)):
            if copy.slate_id == slate_id:
                self._judge(copy, now, batches, Tally())

    def _left_out(self, reading: AnyEvent, now: datetime, slate_id: str = "") -> list[AnyEvent]:
        posted = isinstance(reading, BreakingNews) and is_posted(reading)
        return self.places.left_out(reading, now, slate_id) if posted else []  # type: ignore[arg-type]

    def take(
        self,
        readings: Iterable[AnyEvent],
        now: datetime,
        tally: Tally,
        *,
        about: Sequence[FollowedGame] = (),
    ) -> Batches:
        """What follows from readings of one source.

        ``about``: the games whose place it is that the source tells of.
        """
        batches: Batches = defaultdict(list)
        for reading in readings:
            for copy in self._placed(reading, now, tally, about):
                self._judge(copy, now, batches, tally)
            for out in self._left_out(reading, now):
                self._judge(out, now, batches, tally)
            self._hold(reading)
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
        gone = reading.data.retracts
        suffixes = [
            *self._copies.get(gone, ("",)),
            *(SAYS + suffix for suffix in self._copies.get(gone + SAYS, ())),
        ]
        return [
            msgspec.structs.replace(
                reading,
                event_id=reading.event_id + suffix,
                data=msgspec.structs.replace(reading.data, retracts=gone + suffix),
            )
            for suffix in suffixes
        ]

    def _remember_copies(self, reading: AnyEvent, copies: Sequence[AnyEvent]) -> None:
        told = reading.event_id
        self._know_copies(told, tuple(copy.event_id.removeprefix(told) for copy in copies))

    def _recall_copy(self, copy: AnyEvent) -> None:
        """What stands in a slate's partition came of a reading that may be taken back."""
        suffix = f"{MARK}{copy.slate_id}/{copy.player_id}"
        told = plain_id(copy.event_id)
        if copy.player_id and told.endswith(suffix):
            reading = told.removesuffix(suffix)
            self._know_copies(reading, (*self._copies.get(reading, ()), suffix))

    def _know_copies(self, told: str, suffixes: tuple[str, ...]) -> None:
        self._copies[told] = suffixes
        self._copies.move_to_end(told)
        if len(self._copies) > MAX_HELD:
            self._copies.popitem(last=False)

    def _judge(self, copy: AnyEvent, now: datetime, batches: Batches, tally: Tally) -> None:
        verdict = self.gate.admit(copy, now)
        if isinstance(verdict, Admitted):
            batches[copy.slate_id or SYSTEM].append(verdict.event)
            for told in verdict.published:
                batches[told.slate_id or SYSTEM].append(told)
            self.note_end(verdict.event)
        elif isinstance(verdict, Quarantined):
            about = verdict.event.player_id or verdict.event.game_id or verdict.event.event_id
            tally.refuse(f"{verdict.stage}.{verdict.reason}", f"{about}: {verdict.message}")
        else:
            tally.repeated += 1

    def _hold(self, reading: AnyEvent) -> None:
        key = subject_of(reading) or _posting_of(reading)
        if key is None:
            return
        self._held[key] = reading
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
