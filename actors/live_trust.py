"""Which sources must wait for others to say the same, and which could wait for ever.

A status is published once several sources make it sure enough. Where all the sources that are
connected for a sport, agreeing, would not be enough, waiting would be silence: each of their
readings stands for itself then, as sure as its source is reliable, and no surer.
"""

from __future__ import annotations

from collections.abc import Iterable

from config.sources import SourceSpec
from models.quality.belief import ECHO
from models.quality.sources import Authority, Record, profile_of
from models.quality.statuses import PUBLISHED

TELL_STATUS = frozenset(
    {
        "espn.injuries", "espn.roster", "espn.summary", "nba.boxscore", "nba.injury_report",
        "mlb.feed_live", "mlb.boxscore", "mlb.transactions", "sleeper.players",
        "vendors.balldontlie", "vendors.sportsdataio", "draftkings.draftables",
        "draftkings.available_players", "fanduel.salaries", "generic.json", "generic.csv",
        "generic.webhook",
    }
)  # fmt: skip
"""Adapters whose events say whether a player plays."""
SOON_S = 900.0
"""Who is asked less often in the last minutes confirms nothing in time."""


def unconfirmable(sources: Iterable[SourceSpec]) -> frozenset[str]:
    """Names of the sources whose statuses no other connected source could confirm."""
    telling = [s for s in sources if s.adapter in TELL_STATUS]
    return frozenset(s.name for s in telling if not _confirmed(s, telling))


def _confirmed(source: SourceSpec, telling: Iterable[SourceSpec]) -> bool:
    """Whether the source and all others of its sport would make a status sure enough."""
    feeds = {source.adapter} | {
        other.adapter
        for other in telling
        if other.times.last <= SOON_S and (not other.sport or other.sport == source.sport)
    }
    return _sureness(sorted(feeds)) >= PUBLISHED


def _sureness(feeds: Iterable[str]) -> float:
    """What is held when all of them say the same at once, as ``models.quality.belief`` pools it."""
    odds, said = 1.0, dict[Authority, int]()
    for feed in feeds:
        authority = profile_of(feed).authority
        reliable = Record.of(authority).reliability
        place = said.get(authority, 0)
        said[authority] = place + 1
        odds *= (reliable / (1.0 - reliable)) ** ECHO**place
    return odds / (1.0 + odds)
