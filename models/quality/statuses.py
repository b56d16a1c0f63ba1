"""Statuses of players: claims of every source, what is held by them, and what was published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from models.events import PlayerActive, PlayerInjury, StatusReport
from models.quality.belief import NOTHING, Belief, Witness, pooled
from models.quality.claims import Axis, Claim, StatusEvent, claims_of
from models.quality.order import plain_id
from models.quality.sources import PROFILES, Profile, Record, profile_of
from models.status import Designation

PUBLISHED = 0.99
"""A status held so surely is published."""
DROPPED = 0.5
"""A published status that is held less surely than this is withdrawn."""
LEADING = "+"
GATE = "quality"
"""Source of what is published."""
AXES: tuple[Axis, Axis] = ("participation", "designation")
_TONIGHT: dict[str, Designation] = {"CONFIRMED_OUT": "OUT", "CONFIRMED_IN": "ACTIVE"}

Published = PlayerInjury | PlayerActive


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What is held of one player now."""

    player_id: str
    status: str
    """A designation; empty where nothing is held that would mean one."""
    confidence: float
    designation: Belief
    participation: Belief
    published: str = ""
    """What was published of him last; empty: nothing, or it was withdrawn."""

    @property
    def because(self) -> tuple[Claim, ...]:
        """Claims that say so."""
        for belief in (self.participation, self.designation):
            if _meant(belief) == self.status:
                return belief.claims
        return ()


class _Player:
    """Everything said of one player tonight."""

    __slots__ = ("about", "claims", "decided", "published")

    def __init__(self) -> None:
        self.claims: dict[tuple[str, Axis], Claim] = {}
        self.decided: dict[tuple[str, bool], bool] = {}
        """Sources that ever said that he plays (True) or that he does not, and whether first."""
        self.published = ""
        self.about: StatusEvent | None = None
        """The newest report about him: game, slate and sport are taken from it."""

    def is_first(self, claim: Claim) -> bool:
        """Whether nobody else says so."""
        return not any(
            other.value == claim.value and other.source != claim.source
            for other in self.claims.values()
        )

    def drop_contradicted(self, claim: Claim) -> None:
        """Who decides the one axis has given up what he said otherwise on the other."""
        if not claim.is_decided:
            return
        for axis in AXES:
            before = self.claims.get((claim.source, axis))
            if before is None or before.at >= claim.at or not before.is_decided:
                continue
            if _says_plays(before) != _says_plays(claim):
                del self.claims[claim.source, axis]


class Statuses:
    """Claims by player, the record of every source, and what follows from both."""

    def __init__(
        self,
        profiles: Mapping[str, Profile] = PROFILES,
        records: Mapping[str, Record] | None = None,
    ) -> None:
        self._profiles = dict(profiles)
        self.records: dict[str, Record] = dict(records or {})
        """By source; what it said before anybody else is measured beside it, with a ``+``."""
        self._players: dict[str, _Player] = {}
        self._whose: dict[str, str] = {}
        self._heard: dict[str, datetime] = {}

    def witness(self, source: str) -> Witness:
        """What is known of a source."""
        profile = profile_of(source, self._profiles)
        record = self.records.get(source) or Record.of(profile.authority)
        leading = self.records.get(source + LEADING) or Record.of(profile.authority)
        return Witness(profile, record, leading, self._heard.get(source))

    def heard(self, source: str, at: datetime) -> None:
        """The source answered: what its list said before still stands there."""
        if at > self._heard.get(source, at.min.replace(tzinfo=at.tzinfo)):
            self._heard[source] = at

    def take(self, event: StatusEvent) -> None:
        """A report: it replaces what the same source said before on the same axis."""
        player = self._players.setdefault(event.player_id, _Player())
        player.about = event
        for claim in claims_of(event):
            known = player.claims.get((claim.source, claim.axis))
            if known and known.value == claim.value:
                said = claim._replace(since=known.since, led=known.led)
            else:
                said = claim._replace(led=player.is_first(claim))
            player.claims[claim.source, claim.axis] = said
            player.drop_contradicted(said)
            self._whose[plain_id(claim.event_id)] = event.player_id
            if claim.is_decided:
                player.decided.setdefault((claim.source, _says_plays(claim)), said.led)

    def has_forgotten(self, event: StatusEvent) -> bool:
        """Whether the report claims something of which nothing is known: a night has passed."""
        player = self._players.get(event.player_id)
        known = player.claims if player else {}
        claims = list(claims_of(event))
        return bool(claims) and all((c.source, c.axis) not in known for c in claims)

    def heard_again(self, event: StatusEvent) -> None:
        """The source says what it said last: that is as fresh as ever."""
        player = self._players.get(event.player_id)
        for claim in claims_of(event):
            known = player.claims.get((claim.source, claim.axis)) if player else None
            if player and known and known.value == claim.value and claim.heard > known.heard:
                player.claims[claim.source, claim.axis] = known._replace(
                    heard=claim.heard, expires=claim.expires
                )

    def retract(self, event_id: str, source: str) -> str:
        """Take back a claim of the source; answers whose it was, or nothing."""
        player_id = self._whose.get(plain_id(event_id), "")
        player = self._players.get(player_id)
        if player is None:
            return ""
        taken_back = [
            key
            for key, claim in player.claims.items()
            if claim.source == source and plain_id(claim.event_id) == plain_id(event_id)
        ]
        for key in taken_back:
            del player.claims[key]
        return player_id if taken_back else ""

    def held(self, player_id: str, now: datetime) -> Held:
        """What is held of a player: tonight's participation, else what he is listed as."""
        player = self._players.get(player_id) or _Player()
        beliefs = {
            axis: pooled(
                [c for (_, of), c in player.claims.items() if of == axis], self.witness, now
            )
            for axis in AXES
        }
        status, confidence = _status(beliefs)
        return Held(
            player_id=player_id,
            status=status,
            confidence=confidence,
            designation=beliefs["designation"],
            participation=beliefs["participation"],
            published=player.published,
        )

    def players(self) -> tuple[str, ...]:
        """Everybody of whom anything was said."""
        return tuple(self._players)

    def review(self, player_id: str, now: datetime) -> tuple[Published, ...]:
        """What is to be told of a player now, if anything."""
        return self.weighed(self.held(player_id, now), now)

    def weighed(self, held: Held, now: datetime) -> tuple[Published, ...]:
        """What is to be told by what is held of a player at ``now``, if anything."""
        player = self._players.get(held.player_id)
        if player is None or player.about is None:
            return ()
        if held.status and held.confidence >= PUBLISHED and held.status != player.published:
            event = _published(player.about, held, now)
        elif player.published and _still(player.published, held) < DROPPED:
            event = _withdrawn(player.about, held, player.published, now)
        else:
            return ()
        player.published = event.data.status
        return (event,)

    def recall(self, event: Published) -> None:
        """Something published before, read back from the log."""
        self._players.setdefault(event.player_id, _Player()).published = event.data.status

    def settle(self, player_id: str, *, played: bool) -> None:
        """The night showed whether he played: sources that had said so or otherwise are measured.

        Every source counts once for each of the two things it ever said that night, taken back or
        not; what it left open counts for nothing. What was said of him is forgotten.
        """
        player = self._players.pop(player_id, None)
        if player is None:
            return
        for (source, said), led in sorted(player.decided.items()):
            witness, right = self.witness(source), said == played
            self.records[source] = witness.record.after(right=right)
            if led:
                self.records[source + LEADING] = witness.leading.after(right=right)
        for claim in player.claims.values():
            self._whose.pop(plain_id(claim.event_id), None)


def _says_plays(claim: Claim) -> bool:
    return claim.value in {"ACTIVE", "CONFIRMED_IN"}


def _meant(belief: Belief) -> str:
    """The designation that a belief amounts to; an expectation amounts to none."""
    if belief.value in {"EXPECTED", NOTHING}:
        return ""
    return _TONIGHT.get(belief.value, belief.value)


def _status(beliefs: Mapping[Axis, Belief]) -> tuple[str, float]:
    tonight, listed = beliefs["participation"], beliefs["designation"]
    decided = _meant(tonight)
    if decided and (tonight.confidence >= PUBLISHED or tonight.confidence >= listed.confidence):
        return decided, tonight.confidence
    return _meant(listed), listed.confidence


def _still(status: str, held: Held) -> float:
    """How surely a status is held on either axis."""
    tonight = {_TONIGHT.get(v, ""): p for v, p in held.participation.shares.items()}
    other = max((p for v, p in tonight.items() if v not in {"", status}), default=0.0)
    listed = held.designation.shares.get(status, 0.0)
    return max(tonight.get(status, 0.0), listed if other < DROPPED else 0.0)


def _published(about: StatusEvent, held: Held, now: datetime) -> Published:
    because = held.because
    kind = PlayerActive if held.status == "ACTIVE" else PlayerInjury
    newest = because[-1].report
    return _told(
        about,
        kind,
        now,
        confidence=held.confidence,
        data=msgspec.structs.replace(
            newest,
            status=held.status,
            standing="published",
            extra=newest.extra
            | {
                "because": [claim.event_id for claim in because],
                "sources": [claim.source for claim in because],
                "waited_s": (now - min(claim.since for claim in because)).total_seconds(),
            },
        ),
    )


def _withdrawn(about: StatusEvent, held: Held, before: str, now: datetime) -> Published:
    """What was published does not hold, and nothing else surely enough to be told."""
    return _told(
        about,
        PlayerInjury,
        now,
        confidence=1.0 - _still(before, held),
        data=StatusReport(
            standing="withdrawn",
            headline=f"{before} is not held any more",
            extra={"withdrawn": before},
        ),
    )


def _told(
    about: StatusEvent,
    kind: type[PlayerInjury | PlayerActive],
    now: datetime,
    *,
    confidence: float,
    data: StatusReport,
) -> Published:
    said = data.status or "nothing"
    return kind(
        event_id=f"{GATE}:{about.player_id}:{said}:{now:%Y%m%dT%H%M%S%f}",
        source=GATE,
        timestamp=now,
        received_at=now,
        slate_id=about.slate_id,
        player_id=about.player_id,
        game_id=about.game_id,
        sport=about.sport,
        impact_rating=about.impact_rating if data.status else 0.0,
        confidence=confidence,
        mode=about.mode,
        data=data,
    )
