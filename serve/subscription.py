"""Subscriptions: which events a client wants, and whether an event is one of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Self, get_args

from models.codec import event_type
from models.events import (
    AnyEvent,
    BreakingNews,
    Event,
    LateSwap,
    LineMovement,
    LineupChange,
    LiveScore,
    OwnershipShift,
    OwnershipUpdate,
    PlayerActive,
    PlayerInjury,
    WeatherChange,
)
from models.ingest import Refused
from serve.tokens import Identity

_NEVER_STREAMED = frozenset(
    (
        *("entries_uploaded", "field_shown", "alert_preferences_set"),
        *("access_noted", "signed_out"),
        *("rebuild_asked", "erased"),
    )
)
"""Files of lineups and addresses, asked for by their owner; who asked for what, and what was done
to the system itself, for operators."""
STREAMED = frozenset(str(k.__struct_config__.tag) for k in get_args(AnyEvent)) - _NEVER_STREAMED
_RATED = (
    PlayerInjury,
    PlayerActive,
    LineupChange,
    BreakingNews,
    WeatherChange,
    LineMovement,
    OwnershipShift,
    LateSwap,
)
"""Types whose ``impact_rating`` says something: the threshold applies to them."""


class Subject(NamedTuple):
    """What an event is about, worked out once for all clients."""

    kind: str
    sport: str
    players: frozenset[str]
    contest_id: str
    impact: float | None
    """Size of the rated impact; None for types that are not rated."""


class Subscription(NamedTuple):
    """Filters of one client; an empty one lets everything through.

    A filter says nothing about events that lack what it asks for: the start of a game names no
    player and passes a filter on players.
    """

    data_types: frozenset[str] = frozenset()
    sports: frozenset[str] = frozenset()
    player_ids: frozenset[str] = frozenset()
    contest_ids: frozenset[str] = frozenset()
    impact_threshold: float = 0.0

    @classmethod
    def of(cls, asked: dict[str, object]) -> Self:
        """Read the filters of a client's message; raises Refused naming the field."""
        threshold = asked.get("impact_threshold") or 0
        if isinstance(threshold, bool) or not isinstance(threshold, int | float):
            raise Refused("impact_threshold", "must be a number from 0 to 10")
        if not 0 <= threshold <= 10:
            raise Refused("impact_threshold", "must be a number from 0 to 10")
        return cls(
            data_types=_known_types(_texts(asked, "data_types")),
            sports=frozenset(sport.lower() for sport in _texts(asked, "sports")),
            player_ids=_texts(asked, "player_ids"),
            contest_ids=_texts(asked, "contest_ids"),
            impact_threshold=float(threshold),
        )

    @property
    def named_types(self) -> list[str]:
        """The event types that are sent."""
        return sorted(self.data_types or STREAMED)

    def wants(self, subject: Subject) -> bool:
        """Whether an event about this is sent."""
        return (
            subject.kind in (self.data_types or STREAMED)
            and (not self.sports or not subject.sport or subject.sport in self.sports)
            and (
                not self.player_ids
                or not subject.players
                or not self.player_ids.isdisjoint(subject.players)
            )
            and (
                not self.contest_ids
                or not subject.contest_id
                or subject.contest_id in self.contest_ids
            )
            and (subject.impact is None or subject.impact >= self.impact_threshold)
        )


def _texts(asked: dict[str, object], name: str) -> frozenset[str]:
    """A list of names or numbers as texts."""
    values = asked.get(name) or []
    if not isinstance(values, list) or len(values) > 10_000:
        raise Refused(name, "must be a list of at most 10,000 names")
    for value in values:
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise Refused(name, "holds something that is neither text nor number")
    return frozenset(str(value) for value in values)


def _known_types(names: frozenset[str]) -> frozenset[str]:
    if "*" in names:
        return frozenset()
    unknown = sorted(names - STREAMED)
    if unknown:
        raise Refused(
            "data_types",
            f"{unknown[0]!r} is no event type; there are {', '.join(sorted(STREAMED))}",
        )
    return names


def subject_of(event: Event, sport: str) -> Subject:
    """What an event is about; ``sport`` is that of its slate, for events that name none."""
    return Subject(
        kind=event_type(event),
        sport=(event.sport or sport).lower(),
        players=frozenset(_players(event)),
        contest_id=event.contest_id,
        impact=abs(event.impact_rating) if isinstance(event, _RATED) else None,
    )


def _players(event: Event) -> Iterable[str]:
    if event.player_id:
        yield event.player_id
    match event:
        case LiveScore() if isinstance(event.data.points, dict):
            yield from event.data.points
        case OwnershipUpdate() | OwnershipShift():
            yield from event.data.ownership
        case LateSwap():
            for move in event.data.moves:
                yield from (move.player_out, move.player_in)
        case _:
            pass


def may_see(viewer: Identity, event: Event) -> bool:
    """Whether a bearer may be shown an event: what belongs to a user is his and the operators'."""
    return not event.user_id or viewer.role == "operator" or viewer.user == event.user_id
