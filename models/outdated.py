"""Which events make which answers untrue: an answer is kept until one of them is read.

A kind of answer is one that the actors of a slate give to everybody alike. What is kept is about a
slate or a contest as a whole, so that these are the only tags: one absence changes the projections
of team mates and the leverage of everybody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple, get_args

from models.events import (
    ContestOpened,
    EntriesUploaded,
    Event,
    LateSwap,
    OwnershipUpdate,
    SlateChanged,
    tags,
)
from models.folds.slate import READS

Kind = Literal["ownership", "readings", "trends", "players"]


class Topic(NamedTuple):
    """What an answer is about."""

    kind: Kind
    slate_id: str
    contest_id: str = ""
    """None where it is about the slate as a whole."""


OUTDATED_BY: Mapping[Kind, frozenset[str]] = {
    "ownership": tags(ContestOpened, EntriesUploaded, LateSwap, OwnershipUpdate),
    "readings": tags(ContestOpened, OwnershipUpdate),
    "trends": tags(ContestOpened, OwnershipUpdate, SlateChanged),
    "players": READS,
}
"""Types of event by kind of answer. Shares of ownership and stacks do not change with scores or
news, trends and leverage do, as the slate's owner tells what news did (``SlateChanged``). Anything
that a slate reads moves its clock, and the clock locks games."""

_KINDS: dict[str, tuple[Kind, ...]] = {
    type_: tuple(kind for kind in get_args(Kind) if type_ in OUTDATED_BY[kind])
    for type_ in frozenset().union(*OUTDATED_BY.values())
}


def outdated(event: Event, slate_id: str) -> Iterator[Topic]:
    """What an event of a slate's partition makes untrue.

    A topic without a contest stands for all contests of the slate as well.

    >>> from models.events import LiveScore
    >>> from models.events.envelope import tags
    >>> [k for k, types in OUTDATED_BY.items() if tags(LiveScore) & types]
    ['players']
    """
    for kind in _KINDS.get(str(event.__struct_config__.tag), ()):
        yield Topic(kind, slate_id, "" if kind == "players" else event.contest_id)
