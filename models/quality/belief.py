"""What is held of a player by everything that was said of him.

Statements are pooled as odds. A source that is right with probability r speaks for its value with
r / (1 - r), to the power of how much its statement still counts; nothing said at all has odds of 1:

    P(x) = w(x) / sum of w,   w(x) = product over the claims c of x of odds(c) ** weight(c)

over the values that were claimed; where it is only one, over that and "something else", of weight
1: one claim alone is believed as far as its source is reliable. This is a logarithmic opinion pool
(Genest and Zidek 1986, Statistical Science 1:114). The weight falls with silence and age, with
newer statements against it, and for each reporter (vendor, news, social) that says the same as a
more reliable one: reporters draw on each other. What one publisher says in several places he says
once. A league and a site know for themselves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from models.quality.claims import Claim
from models.quality.sources import RANKS, Authority, Profile, Record

NOTHING = ""
"""The value held where nothing was said."""
ECHO = 0.5
"""Each further source of the same circle counts by so much less than the one before."""
_CIRCLES: Mapping[Authority, str] = {
    "league": "league",
    "site": "site",
    "vendor": "reporters",
    "news": "reporters",
    "social": "reporters",
}
CHANGES_S = 1_800.0
"""A status can change: a statement gives way to newer ones over about this time."""
POSTS_HOLD_S = 4 * 3_600.0
"""A post counts in full so long; ..."""
POSTS_HALVE_S = 2 * 3_600.0
"""... then half as much after each further so long."""
SILENCE_HALVES_S = 1_800.0
"""What a list says counts half after so long a silence, once two intervals were missed."""
_SUREST = 0.9995


class Witness(NamedTuple):
    """What is known of one source."""

    profile: Profile
    record: Record
    leading: Record
    """... of what it said before anybody else: false alarms are among those."""
    heard: datetime | None
    """When it last answered at all."""


class Belief(NamedTuple):
    """What is held on one axis, and how surely."""

    value: str
    confidence: float
    claims: tuple[Claim, ...]
    """Those that say so, the oldest first."""
    shares: Mapping[str, float]
    """Probability of every value that was claimed."""


_NOBODY = Belief(NOTHING, 0.0, (), {})


def pooled(claims: Sequence[Claim], witness: Callable[[str], Witness], now: datetime) -> Belief:
    """What is held at ``now`` by the claims of one axis, one from each source at most."""
    living = [c for c in claims if c.expires is None or c.expires > now]
    if not living:
        return _NOBODY
    known = {c.source: witness(c.source) for c in living}
    odds: dict[str, float] = {}
    for value in dict.fromkeys(c.value for c in living):
        odds[value] = math.exp(_spoken_for(value, living, known, now))
    total = sum(odds.values()) + (len(odds) == 1)
    shares = {value: weight / total for value, weight in odds.items()}
    value = max(shares, key=lambda v: (shares[v], v))
    saying = sorted((c for c in living if c.value == value), key=lambda c: c.since)
    return Belief(value, shares[value], tuple(saying), shares)


def _spoken_for(
    value: str, living: Sequence[Claim], known: Mapping[str, Witness], now: datetime
) -> float:
    """Logarithm of the odds of one value."""
    circles: dict[str, dict[str, float]] = {}
    for claim in living:
        witness = known[claim.source]
        if claim.value == value and not _merely_repeats(claim, witness):
            weight = freshness(claim, witness, now) * _uncontradicted(claim, living, known)
            strength = weight * math.log(_odds(_reliability(claim, witness)))
            voices = circles.setdefault(_CIRCLES[witness.profile.authority], {})
            voice = witness.profile.publisher or claim.source
            voices[voice] = max(strength, voices.get(voice, 0.0))
    return sum(
        strength * ECHO**place
        for voices in circles.values()
        for place, strength in enumerate(sorted(voices.values(), reverse=True))
    )


def _merely_repeats(claim: Claim, witness: Witness) -> bool:
    """Whether somebody unknown says what was said before: most likely he read it there."""
    return witness.profile.authority == "social" and not claim.led


def _reliability(claim: Claim, witness: Witness) -> float:
    """The source's record, drawn to one half by its own doubt; no source is used against itself."""
    record = witness.leading if claim.led else witness.record
    measured = record.reliability
    return min(_SUREST, max(0.5, 0.5 + (measured - 0.5) * claim.confidence))


def _odds(probability: float) -> float:
    return probability / (1.0 - probability)


def _uncontradicted(claim: Claim, living: Sequence[Claim], known: Mapping[str, Witness]) -> float:
    """How far newer statements of others, by their reliability, take away from this one.

    One from above, or one that decides what this one leaves open, does so at once; others do by and
    by, as the status may have changed between the two.
    """
    weight = 1.0
    for other in living:
        age = (other.at - claim.at).total_seconds()
        if other.value == claim.value or age <= 0.0:
            continue
        settles = other.is_decided and not claim.is_decided
        at_once = settles or outranks(known[other.source], known[claim.source])
        newer = 1.0 if at_once else 1.0 - math.exp(-age / CHANGES_S)
        strength = 2.0 * _reliability(other, known[other.source]) - 1.0
        weight = min(weight, 1.0 - newer * strength)
    return weight


def outranks(one: Witness, other: Witness) -> bool:
    """Whether a source stands above another: a filing above a site, a site above a vendor."""
    return RANKS.index(one.profile.authority) < RANKS.index(other.profile.authority)


def freshness(claim: Claim, witness: Witness, now: datetime) -> float:
    """1 for what was just said; it falls with age and with silence, and never to nothing at once.

    A list is as fresh as its last answer; a post as the moment it was written.
    """
    profile = witness.profile
    if profile.lists:
        last = claim.heard if witness.heard is None else max(claim.heard, witness.heard)
        beyond = (now - last).total_seconds() - 2.0 * profile.interval_s
        return _halved(beyond, SILENCE_HALVES_S)
    return _halved((now - claim.at).total_seconds() - POSTS_HOLD_S, POSTS_HALVE_S)


def _halved(beyond_s: float, half_s: float) -> float:
    return 1.0 if beyond_s <= 0.0 else 0.5 ** (beyond_s / half_s)
