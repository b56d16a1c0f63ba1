"""Events: everything that can happen, as it stands in the log and on the streams.

An event's class is chosen by its ``event_type``; the tag is a literal, so that renaming a class
never renames what is stored. New fields have defaults: an old log stays readable.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

from models.contest import Contest
from models.decisions import SwapProposal
from models.listings import ContestListing, LineupReveal, PoolListing, RulesListing
from models.rules import SiteRules
from models.slate import Slate
from models.status import Listing, Participation

Mode = Literal["live", "replay", "generated"]


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event_type"):
    """The envelope: what every event carries, whatever it reports."""

    event_id: str
    source: str
    timestamp: datetime
    """When it happened, by the source's clock (UTC)."""
    received_at: datetime
    """When it reached us; never earlier knowledge than this."""
    slate_id: str = ""
    player_id: str = ""
    game_id: str = ""
    contest_id: str = ""
    user_id: str = ""
    sport: str = ""
    impact_rating: float = 0.0
    """-10 (ruins the player's night) to +10."""
    confidence: float = 1.0
    expiration_time: datetime | None = None
    mode: Mode = "live"


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


class GameReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """State of one game."""

    start: datetime | None = None
    """The new scheduled start (a delay), or the real one."""
    note: str = ""
    extra: dict[str, Any] = {}


class GameScheduled(Event, frozen=True, kw_only=True, tag="game_scheduled"):
    """A schedule lists a game with this start; nothing is said of a change."""

    data: GameReport


class GameStart(Event, frozen=True, kw_only=True, tag="game_start"):
    """A game began: its players are locked, slot included."""

    data: GameReport


class GameDelay(Event, frozen=True, kw_only=True, tag="game_delay"):
    """A game's scheduled start moved."""

    data: GameReport


class GamePostponed(Event, frozen=True, kw_only=True, tag="game_postponed"):
    """A game will not be played tonight: its players score 0 and stay swappable."""

    data: GameReport


class GameFinal(Event, frozen=True, kw_only=True, tag="game_final"):
    """A game ended."""

    data: GameReport


class LivePoints(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Fantasy points so far: of the envelope's player, or of many by player id."""

    points: float | dict[str, float]
    minutes_remaining: float | None = None
    stats: dict[str, float] = {}
    """What the envelope's player did, under the source's own names."""
    score: dict[str, float] = {}
    """The game's own score, by team."""
    extra: dict[str, Any] = {}


class LiveScore(Event, frozen=True, kw_only=True, tag="live_score"):
    """Fantasy points scored so far."""

    data: LivePoints


class Ownership(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Share of a contest's entries (0 to 1) that hold each player, by player id."""

    ownership: dict[str, float]
    basis: Literal["observed", "projected"] = "observed"
    field_size: int = 0
    extra: dict[str, Any] = {}


class OwnershipUpdate(Event, frozen=True, kw_only=True, tag="ownership_update"):
    """Ownership of some players became known or changed."""

    data: Ownership


class OwnershipShift(Event, frozen=True, kw_only=True, tag="ownership_shift"):
    """Ownership moved enough to be told about."""

    data: Ownership


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


class WeatherChange(Event, frozen=True, kw_only=True, tag="weather_change"):
    """Weather at a venue changed."""

    data: dict[str, Any]


class LineMovement(Event, frozen=True, kw_only=True, tag="line_movement"):
    """A book moved a line or a price."""

    data: dict[str, Any]


class Alert(Event, frozen=True, kw_only=True, tag="alert"):
    """Somebody asked to be told, and is told."""

    data: dict[str, Any]


class SourceReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """State of one feed connection."""

    state: Literal["connecting", "connected", "degraded", "disconnected", "finished"]
    transport: str = ""
    latency_ms: float | None = None
    errors: int = 0
    reconnect_attempts: int = 0
    breaker: str = "closed"
    budget_left: int | None = None
    degraded: bool = False
    delivered: int = 0
    """Events handed to the log so far."""
    note: str = ""
    last_heartbeat: datetime | None = None
    """Last sign of life, content or not."""
    cursors: dict[str, str] = {}
    """Where to resume after the newest event in the log, by cursor space."""


class SourceStatus(Event, frozen=True, kw_only=True, tag="source_status"):
    """A feed connection changed its state, or is heard of."""

    data: SourceReport


class SlateOpening(msgspec.Struct, frozen=True, kw_only=True):
    """A slate with the projections it starts from (points by player id)."""

    slate: Slate
    projections: dict[str, float]
    projection_basis: str
    """Where the projections come from, in words."""
    rules: SiteRules | None = None
    """Filled in when the slate enters the log, so that a replay keeps the rules of its day."""


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


class SlateChanged(Event, frozen=True, kw_only=True, tag="slate_changed"):
    """Projections, designations or locks of a slate changed."""

    data: SlateChange


class ContestOpened(Event, frozen=True, kw_only=True, tag="contest_opened"):
    """A contest is followed from now on."""

    data: Contest


class ContestListed(Event, frozen=True, kw_only=True, tag="contest_listed"):
    """A site lists a contest; nobody follows it by that."""

    data: ContestListing


class PoolListed(Event, frozen=True, kw_only=True, tag="pool_listed"):
    """A site lists a player pool."""

    data: PoolListing


class RulesListed(Event, frozen=True, kw_only=True, tag="rules_listed"):
    """A site lists the rules of one of its game types."""

    data: RulesListing


class LineupRevealed(Event, frozen=True, kw_only=True, tag="lineup_revealed"):
    """A site shows an entry's players whose games have begun."""

    data: LineupReveal


class EntryLineup(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One entry as uploaded: player ids in roster-slot order, empty where nobody is placed."""

    entry_id: str
    user_id: str
    lineup: tuple[str, ...]


class EntryUpload(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Entries of one contest, with the site's own file they came in, if they came in one."""

    entries: tuple[EntryLineup, ...]
    file_name: str = ""
    file: bytes = b""
    """The file byte for byte: the export changes cells of it and nothing else."""


class EntriesUploaded(Event, frozen=True, kw_only=True, tag="entries_uploaded"):
    """Entries were handed in, replacing those of the same id."""

    data: EntryUpload


class LateSwap(Event, frozen=True, kw_only=True, tag="late_swap"):
    """A swap was proposed, or a proposal changed its state."""

    data: SwapProposal


AnyEvent = (
    PlayerInjury
    | PlayerActive
    | LineupChange
    | GameScheduled
    | GameStart
    | GameDelay
    | GamePostponed
    | GameFinal
    | LiveScore
    | OwnershipUpdate
    | OwnershipShift
    | BreakingNews
    | WeatherChange
    | LineMovement
    | Alert
    | SourceStatus
    | SlateOpened
    | SlateChanged
    | ContestOpened
    | ContestListed
    | PoolListed
    | RulesListed
    | LineupRevealed
    | EntriesUploaded
    | LateSwap
)


def tags(*kinds: type[Event]) -> frozenset[str]:
    """The types of these classes as they stand in the log.

    >>> sorted(tags(GameStart, LiveScore))
    ['game_start', 'live_score']
    """
    return frozenset(str(kind.__struct_config__.tag) for kind in kinds)
