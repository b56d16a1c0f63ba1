"""What is reported of players: designations, line-ups, news."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from models.events.envelope import Event
from models.status import Listing, Participation

SAYS = "!"
"""Ends the id of a status that a piece of news tells: whoever takes the news back takes it back."""


class StatusReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a feed says about a player; ``status`` in the feed's own word."""

    status: str = ""
    injury: str = ""
    headline: str = ""
    designation: Listing | Literal[""] = ""
    """What the report lists him as; empty when it does not say, or in a word nobody knows."""
    participation: Participation = "UNKNOWN"
    """What is known of tonight's game itself; no designation settles it."""
    provider_status: str = ""
    """The source's own words, verbatim."""
    standing: Literal["", "reading", "unconfirmed", "published", "withdrawn"] = ""
    """``reading``: what one source says, weighed and kept; ``unconfirmed``: the same where nobody
    connected could confirm it, so that it counts as it is, no surer than its source; ``published``:
    what is held by all that was said; ``withdrawn``: what was published is not held any more,
    ``status`` is; empty: nobody weighed it."""
    extra: dict[str, Any] = {}
    """Fields that no one here reads, kept as they came."""


class PlayerInjury(Event, frozen=True, kw_only=True, tag="player_injury"):
    """A player's designation changed for the worse, or is reported so."""

    data: StatusReport


class PlayerActive(Event, frozen=True, kw_only=True, tag="player_active"):
    """A player is reported to play."""

    data: StatusReport


class LineupChange(Event, frozen=True, kw_only=True, tag="lineup_change"):
    """A starting line-up changed; the player's status follows from the word given."""

    data: StatusReport


class News(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A piece of news that changes no status by itself."""

    headline: str = ""
    text: str = ""
    url: str = ""
    retracts: str = ""
    """Id of the event that its author took back."""
    extra: dict[str, Any] = {}


class BreakingNews(Event, frozen=True, kw_only=True, tag="breaking_news"):
    """Something was published; people decide what it means."""

    data: News
