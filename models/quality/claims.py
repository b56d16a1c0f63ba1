"""What a report claims, on two axes that do not settle each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Literal, NamedTuple

from models.events import AnyEvent, LineupChange, PlayerActive, PlayerInjury, StatusReport
from models.status import Designation, designation, listing

Axis = Literal["designation", "participation"]
StatusEvent = PlayerInjury | PlayerActive | LineupChange

_TONIGHT = {"OUT": "CONFIRMED_OUT", "ACTIVE": "CONFIRMED_IN"}
_DECIDED = frozenset(("OUT", "ACTIVE", "CONFIRMED_OUT", "CONFIRMED_IN"))


class Claim(NamedTuple):
    """One source's newest word on one axis of one player."""

    source: str
    axis: Axis
    value: str
    """A ``Designation``, or a ``Participation`` that is known."""
    at: datetime
    """When the source first said so, by its own clock."""
    since: datetime
    """When it was first heard to say so."""
    heard: datetime
    """When it was last heard to say so."""
    event_id: str
    confidence: float
    """The source's own."""
    expires: datetime | None
    report: StatusReport
    led: bool = False
    """Nobody else had said so when this source first did."""

    @property
    def is_decided(self) -> bool:
        """Whether it says that he plays or that he does not; anything else leaves it open."""
        return self.value in _DECIDED


def claims_of(event: AnyEvent) -> Iterator[Claim]:
    """What an event claims of its player; nothing where it only reports."""
    if not isinstance(event, StatusEvent):
        return
    said: tuple[tuple[Axis, str], ...] = (
        ("designation", _designation(event)),
        ("participation", _participation(event)),
    )
    for axis, value in said:
        if value:
            yield Claim(
                source=event.source,
                axis=axis,
                value=value,
                at=event.timestamp,
                since=event.received_at,
                heard=event.received_at,
                event_id=event.event_id,
                confidence=event.confidence,
                expires=event.expiration_time,
                report=event.data,
            )


class _Word(NamedTuple):
    """What a word means, looked up once: feeds use few of them."""

    lists: bool
    """It lists a player as something, rather than telling of tonight."""
    meant: Designation


@lru_cache(4096)
def _word(word: str) -> _Word:
    return _Word(listing(word) is not None, designation(word))


def _designation(event: StatusEvent) -> str:
    """What he is listed as; a word about tonight alone lists nobody as anything."""
    report = event.data
    word = _word(report.designation or report.status)
    if word.lists:
        return word.meant
    if report.status or report.participation != "UNKNOWN":
        return ""
    if isinstance(event, PlayerInjury) and report.provider_status:
        return "QUESTIONABLE"  # hurt, in a word that nobody knows
    return "ACTIVE" if isinstance(event, PlayerActive) else ""


def _participation(event: StatusEvent) -> str:
    report = event.data
    if report.participation != "UNKNOWN":
        return report.participation
    word = _word(report.status)
    return "" if word.lists else _TONIGHT.get(word.meant, "")


def contradicts_itself(report: StatusReport) -> bool:
    """Whether a report confirms a player whom it lists as not playing."""
    if report.participation != "CONFIRMED_IN":
        return False
    return _word(report.designation or report.status).meant == "OUT"
