"""Slates that are followed, and what changes on them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from models.effects.learned import Effects, Ground
from models.events.envelope import Event
from models.projections.newcomers import Newcomers
from models.rules import SiteRules
from models.slate import Slate


class SlateOpening(msgspec.Struct, frozen=True, kw_only=True):
    """A slate with the projections it starts from (points by player id)."""

    slate: Slate
    projections: dict[str, float]
    projection_basis: str
    """Where the projections come from, in words."""
    projected_by: Literal["file", "box_scores", "salary"] = "file"
    """What they rest on: a file of the user's own holds what he knows, the others do not."""
    newcomers: Newcomers | None = None
    """What was learned of newcomers to a lineup with such projections, filled in like the rules."""
    impact: dict[str, dict[str, float]] = {}
    """Points by which a player's absence raises each team mate's night, by their ids; of absences
    that the projections do not hold yet."""
    rules: SiteRules | None = None
    """Filled in when the slate enters the log, so that a replay keeps the rules of its day."""
    effects: Effects | None = None
    """What weather and lines do to players, filled in like the rules; None: nothing."""
    grounds: dict[str, Ground] = {}
    """Where each game is played, by its id, as far as known."""


class SlateOpened(Event, frozen=True, kw_only=True, tag="slate_opened"):
    """A slate is followed from now on."""

    data: SlateOpening


class PlayerState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A player's projection (points still to be expected) and designation, as now believed."""

    projection: float
    designation: str = ""
    points: float | None = None
    """Points already scored, once his game has begun."""
    plays: float = 1.0
    """Probability that he plays; ``projection`` has it as a factor."""
    confidence: float = 1.0
    """Of the report behind the designation."""
    left: float = 1.0
    """Share of his game still to be played; ``projection`` has it as a factor."""


class SlateChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one batch of events changed on a slate."""

    as_of: str
    """Offset of the newest event taken into account."""
    clock: datetime
    """Time reached by the slate: the newest receipt time seen."""
    players: dict[str, PlayerState] = {}
    locked_games: tuple[str, ...] = ()
    postponed_games: tuple[str, ...] = ()
    starts: dict[str, datetime] = {}
    """New scheduled starts by game."""
    causes: dict[str, tuple[str, ...]] = {}
    """Ids of the events behind each changed player."""
    reasons: dict[str, str] = {}
    """What weather and lines do to a changed player, in words; empty: nothing any more."""
    ratings: dict[str, float] = {}
    """Impact on each player whose night changed, -10 to 10 (``models.impact``)."""
    impact: dict[str, float] = {}
    """Impact of each event behind them, -10 to 10, by its id."""
    rating: float = 0.0
    """Impact of all of it, which the envelope carries too."""


class SlateChanged(Event, frozen=True, kw_only=True, tag="slate_changed"):
    """Projections, designations or locks of a slate changed."""

    data: SlateChange
