"""Statuses of players: claims of every source, what is held by them, and what was published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from models.events import AnyEvent
from models.quality.belief import Witness, pooled
from models.quality.bounded import keep
from models.quality.claims import Axis, Claim, StatusEvent, claims_of
from models.quality.held import (
    DROPPED,
    PUBLISHED,
    RETOLD,
    TOLD,
    Held,
    Published,
    published,
    status_of,
    still,
    withdrawn,
)
from models.quality.order import plain_id
from models.quality.sources import PROFILES, Profile, Record, profile_of

__all__ = ["DROPPED", "PUBLISHED", "TOLD", "Held", "Published", "Statuses", "Who", "who"]

MAX_PLAYERS = 20_000
MAX_CLAIMS = 200_000
MAX_SOURCES = 5_000
MAX_DECIDED = 256
MAX_WITNESSES = 64
"""Claims on one player that are weighed."""
LEADING = "+"
SITS = "CONFIRMED_OUT"
BOX_SCORES = frozenset({"espn.summary", "mlb.boxscore", "mlb.feed_live", "nba.boxscore"})
"""Feeds that tell afterwards who played: the others are measured by them."""
AXES: tuple[Axis, Axis] = ("participation", "designation")

Who = tuple[str, str]
"""A slate and a player of it; no slate where nobody placed the player on one."""


def who(event: AnyEvent) -> Who:
    """Whom an event is about."""
    return event.slate_id, event.player_id


class _Player:
    """Everything said of one player tonight."""

    __slots__ = ("about", "alerted", "claims", "decided", "doubted", "told", "unsure")

    def __init__(self) -> None:
        self.claims: dict[tuple[str, Axis], Claim] = {}
        self.decided: dict[tuple[str, bool], bool] = {}
        """Sources that ever said that he plays (True) or that he does not, and whether first."""
        self.doubted = False
        """Whether anything but that he plays was ever said or listed of him."""
        self.told = ""
        """The status that was told last; empty: none, or it was withdrawn."""
        self.alerted = False
        """Whether something was published that was not withdrawn since."""
        self.unsure = 0.0
        """The probability with which it was told as unconfirmed; 0 where it is published."""
        self.about: StatusEvent | None = None
        """The newest report about him: game, slate and sport are taken from it."""

    def tells(self, event: Published) -> None:
        """The event is what was told of him last."""
        self.told = event.data.status
        if event.data.standing != "unconfirmed":
            self.alerted = event.data.standing == "published"
        self.unsure = event.confidence if event.data.standing == "unconfirmed" else 0.0

    def claims_on(self, axis: Axis) -> list[Claim]:
        """What is said on one axis.

        Once somebody says that he does not dress tonight, those who list him as out bear that out:
        alone, no list decides tonight's game.
        """
        said = [claim for (_, of), claim in self.claims.items() if of == axis]
        if axis == "participation" and any(claim.value == SITS for claim in said):
            known = {claim.source for claim in said}
            said += [
                claim._replace(value=SITS)
                for (source, _), claim in self.claims.items()
                if claim.value == "OUT" and source not in known
            ]
        return said

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
        self._players: dict[Who, _Player] = {}
        self._whose: dict[str, Who] = {}
        self._heard: dict[str, datetime] = {}

    def witness(self, source: str) -> Witness:
        """What is known of a source."""
        profile = profile_of(source, self._profiles)
        record = self.records.get(source) or Record.of(profile.authority)
        leading = self.records.get(source + LEADING) or Record.of(profile.authority)
        return Witness(profile, record, leading, self._heard.get(source))

    def measured(self, sources: Iterable[str]) -> dict[str, tuple[float, float]]:
        """Records of those sources that were measured: right and wrong, as they are credited."""
        names = [name for source in sorted(sources) for name in (source, source + LEADING)]
        known = {name: self.records[name] for name in names if name in self.records}
        return {name: (record.right, record.wrong) for name, record in known.items()}

    def know(self, measured: Mapping[str, tuple[float, float]]) -> None:
        """Go on from records that were measured before."""
        self.records |= {name: Record(*counts) for name, counts in measured.items()}

    def heard(self, source: str, at: datetime) -> None:
        """The source answered: what its list said before still stands there."""
        before = self._heard.get(source)
        keep(self._heard, source, at if before is None else max(at, before), MAX_SOURCES)

    def take(self, event: StatusEvent) -> None:
        """A report: it replaces what the same source said before on the same axis."""
        player = self._players.get(who(event)) or _Player()
        keep(self._players, who(event), player, MAX_PLAYERS)
        player.about = event
        for claim in claims_of(event):
            known = player.claims.get((claim.source, claim.axis))
            if known and known.value == claim.value:
                said = claim._replace(since=known.since, led=known.led)
            else:
                said = claim._replace(led=player.is_first(claim))
            player.claims[claim.source, claim.axis] = said
            player.drop_contradicted(said)
            player.doubted |= said.value not in _PLAYS
            keep(self._whose, plain_id(claim.event_id), who(event), MAX_CLAIMS)
            if claim.is_decided:
                key = (claim.source, _says_plays(claim))
                keep(player.decided, key, player.decided.get(key, said.led), MAX_DECIDED)
        self._thin(player)

    def _thin(self, player: _Player) -> None:
        """Of too many claims on one player, the oldest of unknown sources go first."""
        while len(player.claims) > MAX_WITNESSES:
            oldest = iter(player.claims)
            first = next(iter(player.claims))
            del player.claims[next(filter(self._is_unknown, oldest), first)]

    def _is_unknown(self, key: tuple[str, Axis]) -> bool:
        return profile_of(key[0], self._profiles).authority == "social"

    def doubt(self, whose: Who) -> None:
        """His site's file marks him: to be told that he plays is news."""
        player = self._players.get(whose) or _Player()
        player.doubted = True
        keep(self._players, whose, player, MAX_PLAYERS)

    def has_forgotten(self, event: StatusEvent) -> bool:
        """Whether the report claims something of which nothing is known: a night has passed."""
        player = self._players.get(who(event))
        known = player.claims if player else {}
        claims = list(claims_of(event))
        return bool(claims) and all((c.source, c.axis) not in known for c in claims)

    def heard_again(self, event: StatusEvent) -> None:
        """The source says what it said last: that is as fresh as ever."""
        player = self._players.get(who(event))
        for claim in claims_of(event):
            known = player.claims.get((claim.source, claim.axis)) if player else None
            if player and known and known.value == claim.value and claim.heard > known.heard:
                player.claims[claim.source, claim.axis] = known._replace(
                    heard=claim.heard, expires=claim.expires
                )

    def claims_known_as(self, slate_id: str, source: str, known_as: str) -> list[tuple[Claim, str]]:
        """What a source claims of rows of a slate where it spoke of somebody by this id."""
        return [
            (claim, row)
            for (slate, row), player in self._players.items()
            if slate == slate_id
            for claim in player.claims.values()
            if claim.source == source and claim.report.extra.get("known_as") == known_as
        ]

    def retract(self, event_id: str, source: str, *, true: bool = False) -> Who | None:
        """Take back a claim of the source; answers whose it was, or nothing.

        ``true``: it was said of somebody else, and its source is not measured by it.
        """
        whose = self._whose.get(plain_id(event_id))
        player = self._players.get(whose) if whose else None
        if player is None:
            return None
        taken_back = [
            key
            for key, claim in player.claims.items()
            if claim.source == source and plain_id(claim.event_id) == plain_id(event_id)
        ]
        for key in taken_back:
            said = player.claims.pop(key)
            if true and said.is_decided:
                player.decided.pop((source, _says_plays(said)), None)
        return whose if taken_back else None

    def held(self, whose: Who, now: datetime) -> Held:
        """What is held of a player: tonight's participation, else what he is listed as."""
        player = self._players.get(whose) or _Player()
        beliefs = {axis: pooled(player.claims_on(axis), self.witness, now) for axis in AXES}
        status, confidence = status_of(beliefs)
        return Held(
            slate_id=whose[0],
            player_id=whose[1],
            status=status,
            confidence=confidence,
            designation=beliefs["designation"],
            participation=beliefs["participation"],
            published="" if player.unsure else player.told,
        )

    def players(self) -> tuple[Who, ...]:
        """Everybody of whom anything was said."""
        return tuple(self._players)

    def review(self, whose: Who, now: datetime) -> tuple[Published, ...]:
        """What is to be told of a player now, if anything."""
        return self.weighed(self.held(whose, now), now)

    def weighed(self, held: Held, now: datetime) -> tuple[Published, ...]:
        """What is to be told by what is held of a player at ``now``, if anything."""
        player = self._players.get((held.slate_id, held.player_id))
        if player is None or player.about is None:
            return ()
        status, sure = held.status, held.confidence
        changed = status != player.told
        if status and sure >= PUBLISHED and (changed or player.unsure):
            event = published(player.about, held, now)
        elif status and sure >= TOLD and changed and (player.doubted or status != "ACTIVE"):
            event = published(player.about, held, now, "unconfirmed")
        elif player.told and still(player.told, held) < DROPPED:
            event = withdrawn(player.about, held, player.told, now, unconfirmed=not player.alerted)
        elif player.unsure and not changed and abs(sure - player.unsure) >= RETOLD:
            event = published(player.about, held, now, "unconfirmed")
        else:
            return ()
        player.tells(event)
        return (event,)

    def recall(self, event: Published) -> None:
        """Something published before, read back from the log."""
        self._players.setdefault(who(event), _Player()).tells(event)

    def settle(self, whose: Who, *, played: bool) -> None:
        """The night showed whether he played: sources are measured, and his night is forgotten."""
        self._measure(whose, played=played)
        player = self._players.pop(whose, None)
        for claim in player.claims.values() if player else ():
            self._whose.pop(plain_id(claim.event_id), None)

    def game_over(self, rows: Iterable[Who]) -> None:
        """The game of these is over: sources are measured by its box score, if there was one.

        Who has no line in a box score did not play; but some who did are in none (a receiver who
        was never thrown to): of those without, only who was said to be out is counted.
        """
        truths = {whose: self._truth(whose) for whose in rows}
        if all(played is None for played in truths.values()):
            return
        for whose, played in truths.items():
            self._measure(whose, played=bool(played), absences_only=played is None)

    def _truth(self, whose: Who) -> bool | None:
        """Whether he played by a box score; None where none tells of him."""
        player = self._players.get(whose)
        told = [
            claim
            for source in BOX_SCORES
            if player and (claim := player.claims.get((source, "participation")))
            if claim.is_decided
        ]
        newest = max(told, key=lambda claim: claim.at, default=None)
        return None if newest is None else newest.value != SITS

    def _measure(self, whose: Who, *, played: bool, absences_only: bool = False) -> None:
        """Every source counts once for each of the two things it ever said of him that night.

        Also for what it took back or said otherwise later; what it left open counts for nothing.
        """
        player = self._players.get(whose)
        if player is None:
            return
        for (source, said), led in sorted(player.decided.items()):
            if source in BOX_SCORES or (said and absences_only):
                continue
            witness, right = self.witness(source), said == played
            self.records[source] = witness.record.after(right=right)
            if led:
                self.records[source + LEADING] = witness.leading.after(right=right)
        player.decided.clear()


def _says_plays(claim: Claim) -> bool:
    return claim.value in {"ACTIVE", "CONFIRMED_IN"}


_PLAYS = frozenset({"ACTIVE", "CONFIRMED_IN", "EXPECTED"})
