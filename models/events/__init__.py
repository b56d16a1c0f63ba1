"""Events: everything that can happen, as it stands in the log and on the streams.

An event's class is chosen by its ``event_type``; the tag is a literal, so that renaming a class
never renames what is stored. New fields have defaults: an old log stays readable.
"""

from __future__ import annotations

from models.events.access import AccessNote, AccessNoted, SignedOut, SignOut
from models.events.alerts import (
    Alert,
    AlertDelivery,
    AlertPreferencesSet,
    AlertRead,
    AlertRuleSet,
    DeliveryReport,
    ReadMark,
    RuleText,
)
from models.events.contests import (
    ContestOpened,
    EntriesUploaded,
    EntryLineup,
    EntryUpload,
    FieldShown,
    LateSwap,
    ShownField,
    WishesSet,
)
from models.events.envelope import Event, Mode, tags
from models.events.games import (
    GameDelay,
    GameFinal,
    GamePostponed,
    GameReport,
    GameScheduled,
    GameStart,
    LivePoints,
    LiveScore,
)
from models.events.listings import ContestListed, LineupRevealed, PoolListed, RulesListed
from models.events.markets import (
    LineMovement,
    Ownership,
    OwnershipShift,
    OwnershipUpdate,
    WeatherChange,
)
from models.events.policies import PolicySet
from models.events.slates import PlayerState, SlateChange, SlateChanged, SlateOpened, SlateOpening
from models.events.sources import Decision, IdentityDecided, SourceReport, SourceStatus
from models.events.status import (
    BreakingNews,
    LineupChange,
    News,
    PlayerActive,
    PlayerInjury,
    StatusReport,
)
from models.events.upkeep import Erased, Rebuild, RebuildAsked

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
    | IdentityDecided
    | SlateOpened
    | SlateChanged
    | ContestOpened
    | ContestListed
    | PoolListed
    | RulesListed
    | LineupRevealed
    | EntriesUploaded
    | FieldShown
    | LateSwap
    | PolicySet
    | WishesSet
    | AlertRuleSet
    | AlertPreferencesSet
    | AlertRead
    | AlertDelivery
    | AccessNoted
    | SignedOut
    | RebuildAsked
    | Erased
)

__all__ = [
    "AccessNote",
    "AccessNoted",
    "Alert",
    "AlertDelivery",
    "AlertPreferencesSet",
    "AlertRead",
    "AlertRuleSet",
    "AnyEvent",
    "BreakingNews",
    "ContestListed",
    "ContestOpened",
    "Decision",
    "DeliveryReport",
    "EntriesUploaded",
    "EntryLineup",
    "EntryUpload",
    "Erased",
    "Event",
    "FieldShown",
    "GameDelay",
    "GameFinal",
    "GamePostponed",
    "GameReport",
    "GameScheduled",
    "GameStart",
    "IdentityDecided",
    "LateSwap",
    "LineMovement",
    "LineupChange",
    "LineupRevealed",
    "LivePoints",
    "LiveScore",
    "Mode",
    "News",
    "Ownership",
    "OwnershipShift",
    "OwnershipUpdate",
    "PlayerActive",
    "PlayerInjury",
    "PlayerState",
    "PolicySet",
    "PoolListed",
    "ReadMark",
    "Rebuild",
    "RebuildAsked",
    "RuleText",
    "RulesListed",
    "ShownField",
    "SignOut",
    "SignedOut",
    "SlateChange",
    "SlateChanged",
    "SlateOpened",
    "SlateOpening",
    "SourceReport",
    "SourceStatus",
    "StatusReport",
    "WeatherChange",
    "WishesSet",
    "tags",
]
