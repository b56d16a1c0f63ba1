"""What a headline about one player says of his next game, where it leaves no doubt.

Reporters write for people; this reads only phrases that mean one thing. Whatever is hedged, is
about practice, about the rest of a game under way, about one of two games or about the past says
nothing here, and neither does a day that cannot be tonight in a sport that is played daily. A day
named after it has passed reads like that of next week: who is inactive is known on the day alone.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from actors.feeds.adapters.telling import status_report
from models.events import BreakingNews, LineupChange, PlayerActive, PlayerInjury
from models.events.status import SAYS
from models.status import Participation

_EASTERN = ZoneInfo("America/New_York")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKLY = frozenset({"nfl", "cfb"})
"""Sports in which a named day is that of the next game."""
_HOLDS = timedelta(hours=30)
"""A headline without a day is about a game within this time, where games are weekly."""
_AHEAD_DAYS = 4
"""Days before a game of the week on which it is told; more, and the game was yesterday's."""
_EARLY = timedelta(hours=1)
"""What clocks may differ by; a headline of a later hour comes from no clock that is right."""
_NIGHT_ENDS_H = 6
"""A game of a day, and a night's where games are daily, is over at this hour of the next."""
_DOUBTS = re.compile(
    r"\b(?:could|may|might|should|expects?|expected|expecting|likely|unlikely|hopes?|hopeful|"
    r"hoping|if|unless|whether|possible|"
    r"possibly|potentially|trending|leaning|question|questionable|doubtful|uncertain|iffy|"
    r"practice|practices|practiced|workout|walkthrough|remainder|rest of|returns?|returning|half|"
    r"quarter|period|inning|protocol|boot|sling|was|were|did|had|last|preseason|spring|summer|"
    r"contract|trade|traded|deal|next|yesterday|earlier|after|no longer|loss|win|victory|defeat|"
    r"back (?:in|from|on)|doubleheader|nightcap|twin ?bill|opener|(?:first|second) game)\b"
    r"|\?|^back\b",
    re.IGNORECASE,
)
_OUT = re.compile(
    r"\b(?:ruled out|won['’]t (?:play|suit up|dress)|will not (?:play|suit up|dress)|"
    r"not playing|sitting out|scratched|sidelined)\b"
    r"|^(?:officially )?out (?:for (?:week|game|today|tonight|\w+day)|today|tonight|\w+day)\b"
    r"|^(?:officially )?out$",
    re.IGNORECASE,
)
_SITS = re.compile(
    r"^(?:officially )?inactive\b|\b(?:is|among|listed as|declared) inactives?\b", re.IGNORECASE
)
_DRESSES = re.compile(
    r"\b(?:is active|listed as active)\b"
    r"|^(?:officially )?active (?:(?:for|on) )?(?:today|tonight|\w+day|week|game|vs)\b",
    re.IGNORECASE,
)
_WILL = re.compile(r"\b(?:will (?:play|suit up)|cleared to play)\b", re.IGNORECASE)
_NO = re.compile(
    r"(?:\bnot|n['’]t|\bnever)\b.*\b(?:ruled|active|inactive|cleared|scratched|sidelined)\b",
    re.IGNORECASE,
)


class Said(NamedTuple):
    """A status as a headline tells it."""

    word: str
    participation: Participation
    until: datetime
    """After this it is about a game that is over."""


def said_in(headline: str, when: datetime, sport: str) -> Said | None:
    """What is said beyond doubt, published at ``when`` (UTC); None for everything else.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 22, 17, tzinfo=UTC)  # a Sunday
    >>> said_in("Ruled out Sunday", noon, "nfl").word
    'Out'
    >>> said_in("Inactive Sunday", noon, "nfl").participation
    'CONFIRMED_OUT'
    >>> [said_in(s, noon, "nfl") for s in ("Won't return Sunday", "Could be ruled out Sunday")]
    [None, None]
    >>> said_in("Won't play Wednesday", noon, "nba")  # three days off, and games in between
    """
    if len(headline) > 200 or _DOUBTS.search(headline) or _NO.search(headline):
        return None
    found = [
        (pattern, word, participation)
        for pattern, word, participation in _MEANINGS
        if pattern.search(headline)
    ]
    if len(found) != 1:
        return None
    _, word, participation = found[0]
    try:
        until = _until(headline, when, sport, sure=participation.startswith("CONFIRMED"))
    except OverflowError:  # at the ends of the calendar
        return None
    return Said(word, participation, until) if until else None


_MEANINGS: tuple[tuple[re.Pattern[str], str, Participation], ...] = (
    (_OUT, "Out", "UNKNOWN"),
    (_SITS, "Inactive", "CONFIRMED_OUT"),
    (_DRESSES, "Playing", "CONFIRMED_IN"),
    (_WILL, "", "EXPECTED"),
)


def _until(headline: str, when: datetime, sport: str, *, sure: bool) -> datetime | None:
    """When it ends to be news; None where it is about another day than the next game's."""
    local = when.astimezone(_EASTERN)
    weekly = sport in WEEKLY
    words = re.findall(r"[a-z]+", headline.lower())
    named = {_DAYS.index(word) for word in words if word in _DAYS}
    if not named and weekly:
        return when + _HOLDS
    if len(named) > 1:
        return None
    tonight = -1 if local.hour < _NIGHT_ENDS_H else 0
    ahead = (named.pop() - local.weekday()) % 7 if named else tonight
    if ahead > (_AHEAD_DAYS if weekly and not sure else 0):
        return None
    morning = (local + timedelta(days=ahead + 1)).date()
    ends = datetime(morning.year, morning.month, morning.day, _NIGHT_ENDS_H, tzinfo=_EASTERN)
    return ends.astimezone(when.tzinfo)


SURE = 0.95
"""A machine reads it: it counts for less than what a list says in its own words."""


def told(
    headline: str, news: BreakingNews, player_id: str, sport: str
) -> PlayerInjury | PlayerActive | LineupChange | None:
    """The status that the headline of a piece of news tells; None where it tells none.

    It names its player by id alone: a name without a team is no evidence whom it means.
    """
    when, received_at = news.timestamp, news.received_at
    said = said_in(headline, when, sport)
    if said is None or not when - _EARLY <= received_at < said.until:
        return None
    report = status_report(said.word, participation=said.participation, headline=headline)
    kinds: dict[str, type[PlayerActive | LineupChange]]
    kinds = {"Playing": PlayerActive, "": LineupChange}
    kind = kinds.get(said.word, PlayerInjury)
    return kind(
        event_id=f"{news.event_id}{SAYS}",
        source=news.source,
        player_id=player_id,
        sport=sport,
        timestamp=when,
        received_at=received_at,
        confidence=SURE,
        expiration_time=said.until,
        data=report,
    )
