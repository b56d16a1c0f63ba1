"""Invented nights of news with sources that err, to measure what the gate lets through.

Of every player it is decided at some moment whether he plays. Sources hear of it after their own
delay; some say the opposite, earlier and by themselves or because another did; most of those take
it back. Readings are repeated, and now and then one is delivered after its successor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np

from models.events import AnyEvent, BreakingNews, News, PlayerActive, PlayerInjury, StatusReport
from models.quality.sources import Authority, Profile

LOCK = datetime(2026, 1, 17, 0, 0, tzinfo=UTC)


class Teller(NamedTuple):
    """One source: how much it tells, how late, how often wrongly."""

    name: str
    authority: Authority
    reach: float
    """Share of decisions that it reports."""
    delay_s: float
    """Median delay; a quarter of its reports come after twice that."""
    wrong: float
    """Share of its reports that say the opposite of what is true."""
    copies: float = 0.0
    """Share of others' false reports that it repeats within minutes."""
    posts: bool = True
    words: tuple[str, str] = ("OUT", "ACTIVE")
    """What it says of one who does not play and of one who does; empty: nothing."""

    @property
    def profile(self) -> Profile:
        """What the gate knows of it."""
        return Profile(self.authority, lists=not self.posts, interval_s=300.0)


TELLERS: tuple[Teller, ...] = (
    Teller("made.league", "league", 0.95, 1_200.0, 0.001, posts=False),
    Teller("made.site", "site", 0.6, 900.0, 0.005, posts=False),
    Teller("made.vendor1", "vendor", 0.8, 240.0, 0.02, posts=False),
    Teller("made.vendor2", "vendor", 0.7, 300.0, 0.06, posts=False),
    Teller("made.news1", "news", 0.7, 60.0, 0.05),
    Teller("made.news2", "news", 0.5, 90.0, 0.15),
    Teller("made.social1", "social", 0.5, 30.0, 0.2, copies=0.3),
    Teller("made.social2", "social", 0.4, 30.0, 0.4, copies=0.5),
    Teller("made.social3", "social", 0.3, 45.0, 0.4, copies=0.5),
)


class Decision(NamedTuple):
    """Whether a player plays, and since when that could be known."""

    player: str
    plays: bool
    at: datetime


class Said(NamedTuple):
    """One report before it is delivered."""

    teller: Teller
    player: str
    plays: bool
    at: datetime
    takes_back: str = ""


class Rehearsal(NamedTuple):
    """One invented night."""

    readings: tuple[AnyEvent, ...]
    """In order of receipt."""
    played: dict[str, bool]
    slate_id: str


def profiles(tellers: Iterable[Teller] = TELLERS) -> dict[str, Profile]:
    """What the gate is told of the sources: their kind, not their errors."""
    return {teller.name: teller.profile for teller in tellers}


def rehearse(
    seed: int, *, night: int = 0, players: int = 60, tellers: Sequence[Teller] = TELLERS
) -> Rehearsal:
    """An invented night; the same arguments give the same night."""
    rng = np.random.default_rng([seed, night])
    begins = LOCK + timedelta(days=night)
    decisions = [
        Decision(
            f"n{night}p{number}",
            plays=bool(rng.random() < 0.6),
            at=begins - timedelta(minutes=float(rng.uniform(15, 180))),
        )
        for number in range(players)
    ]
    return told(rng, decisions, night=night, tellers=tellers)


def told(
    rng: np.random.Generator,
    decisions: Iterable[Decision],
    *,
    night: int = 0,
    tellers: Sequence[Teller] = TELLERS,
) -> Rehearsal:
    """What the sources make of decisions, invented or recorded ones."""
    known = list(decisions)
    said = [s for one in known for s in _told_of(rng, one, tellers)]
    return Rehearsal(
        tuple(_delivered(rng, said, night)),
        {one.player: one.plays for one in known},
        _slate(night),
    )


def _told_of(rng: np.random.Generator, decision: Decision, tellers: Sequence[Teller]) -> list[Said]:
    found: list[Said] = []
    for teller in tellers:
        if rng.random() < teller.reach:
            found += _told_by(rng, teller, decision)
    alarms = [s for s in found if s.plays != decision.plays and not s.takes_back]
    for alarm in alarms:
        found += [
            Said(teller, decision.player, alarm.plays, alarm.at + _seconds(rng, 120.0))
            for teller in tellers
            if teller is not alarm.teller and rng.random() < teller.copies
        ]
    return found


def _told_by(rng: np.random.Generator, teller: Teller, decision: Decision) -> Iterator[Said]:
    """The truth after a delay; or first a false alarm, which most take back when they know."""
    player, plays, decided = decision
    truth = decided + _seconds(rng, teller.delay_s)
    if rng.random() >= teller.wrong:
        yield Said(teller, player, plays, truth)
        return
    alarm = decided + timedelta(minutes=float(rng.uniform(-60, 10)))
    yield Said(teller, player, not plays, alarm)
    if rng.random() < 0.7:
        later = max(truth, alarm) + timedelta(minutes=2)
        if teller.posts and rng.random() < 0.5:
            yield Said(teller, player, not plays, later, takes_back=_id(teller, player, alarm))
        else:
            yield Said(teller, player, plays, later)


def _slate(night: int) -> str:
    return f"night{night}"


def _seconds(rng: np.random.Generator, median: float) -> timedelta:
    return timedelta(seconds=round(float(median * rng.lognormal(0.0, 1.0)), 3))


def _id(teller: Teller, player: str, at: datetime) -> str:
    return f"{teller.name}:{player}:{at:%d%H%M%S%f}"


def _delivered(rng: np.random.Generator, said: list[Said], night: int) -> list[AnyEvent]:
    """Readings by receipt: some come twice, some long after they were written."""
    readings = []
    for one in said:
        if not one.takes_back and not one.teller.words[one.plays]:
            continue
        slow = timedelta(minutes=20) if rng.random() < 0.03 else timedelta()
        received = one.at + slow + _seconds(rng, 2.0)
        readings.append(_reading(one, received, night))
        for _ in range(int(rng.integers(0, 3))):
            received += timedelta(seconds=float(rng.uniform(5, 300)))
            readings.append(_reading(one, received, night))
    return sorted(readings, key=lambda event: (event.received_at, event.event_id))


def _reading(said: Said, received: datetime, night: int) -> AnyEvent:
    teller, word = said.teller, said.teller.words[said.plays]
    common: dict[str, Any] = {
        "source": teller.name,
        "timestamp": said.at,
        "received_at": received,
        "slate_id": _slate(night),
        "sport": "nba",
        "mode": "generated",
    }
    if said.takes_back:
        taken_back = News(headline="taken back", retracts=said.takes_back)
        return BreakingNews(event_id=f"{said.takes_back}:gone", data=taken_back, **common)
    kind = PlayerActive if said.plays else PlayerInjury
    return kind(
        event_id=_id(teller, said.player, said.at),
        player_id=said.player,
        data=StatusReport(status=word),
        **common,
    )
