"""Who says it: what kind of source, and how often it was right."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

Authority = Literal["league", "site", "vendor", "news", "social"]
"""From the league's own filing down to anybody's post."""

RANKS: tuple[Authority, ...] = ("league", "site", "vendor", "news", "social")
"""Who is above whom."""

_TRUSTED: dict[Authority, tuple[float, float]] = {
    "league": (398.0, 2.0),
    "site": (149.0, 1.0),
    "vendor": (19.0, 1.0),
    "news": (18.0, 2.0),
    "social": (6.0, 4.0),
}
"""Right and wrong statements that a source of this kind is credited with before it is known."""
REMEMBERED = 400.0
"""Statements that a measurement rests on at most: older ones fade, so that a source may change."""


class Profile(msgspec.Struct, frozen=True):
    """What is known of a source from its kind alone."""

    authority: Authority
    lists: bool = False
    """It tells its whole list again and again: what stands there still holds when it is heard.
    Others post once, and a post ages."""
    interval_s: float = 300.0
    """How often a list is usually heard."""
    publisher: str = ""
    """Whose word it is, where one house speaks through several feeds; empty: its own."""


UNKNOWN = Profile("social")
"""Nobody knows this source."""

PROFILES: dict[str, Profile] = {
    "nba.": Profile("league", lists=True, interval_s=900.0),
    "mlb.": Profile("league", lists=True),
    "draftkings.": Profile("site", lists=True),
    "fanduel.": Profile("site", lists=True),
    "golf.": Profile("vendor", lists=True),
    "espn.": Profile("vendor", lists=True, publisher="espn"),
    "espn.game_roster": Profile("vendor", lists=True),
    "espn.news": Profile("news", publisher="espn"),
    "espn.transactions": Profile("vendor", publisher="espn"),
    "sleeper.": Profile("social", lists=True, interval_s=86_400.0),
    "nflverse.": Profile("vendor", lists=True, interval_s=86_400.0),
    "vendors.": Profile("vendor", lists=True),
    "generic.": Profile("vendor"),
    "news.": Profile("social"),
    "news.jetstream": Profile("news", publisher="rotowire"),
    "news.rotowire": Profile("news", publisher="rotowire"),
    "news.rss": Profile("news"),
    "odds.": Profile("vendor"),
    "weather.": Profile("vendor"),
}
"""By a feed's name, or its beginning up to the dot.

ESPN's roster of a game comes with the league's book of it, not from the desk that keeps the injury
list; Sleeper's marks can be months old; of posts only RotoWire's notes are read as statuses.
"""


def profile_of(source: str, known: dict[str, Profile] = PROFILES) -> Profile:
    """The profile of a source by its name, else by its family, else that of nobody known.

    >>> profile_of("espn.news").authority, profile_of("espn.roster").authority
    ('news', 'vendor')
    >>> profile_of("my cousin").authority
    'social'
    """
    return known.get(source) or known.get(source.partition(".")[0] + ".") or UNKNOWN


class Record(NamedTuple):
    """How often a source was right: the two counts of a Beta distribution."""

    right: float
    wrong: float

    @classmethod
    def of(cls, authority: Authority) -> Record:
        """What a source of this kind begins with."""
        return cls(*_TRUSTED[authority])

    @property
    def reliability(self) -> float:
        """Expected share of statements that are right."""
        return self.right / (self.right + self.wrong)

    def after(self, *, right: bool) -> Record:
        """The record after one more statement was confirmed or contradicted.

        >>> Record(3.0, 1.0).after(right=True)
        Record(right=4.0, wrong=1.0)
        """
        fade = min(1.0, REMEMBERED / (self.right + self.wrong + 1.0))
        return Record((self.right + right) * fade, (self.wrong + (not right)) * fade)
