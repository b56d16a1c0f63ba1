"""A contest's fold from nothing on: its slate, what changed on it since, the contest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from models.events import AnyEvent, ContestOpened, SlateChange, SlateChanged, SlateOpened
from models.folds.contest import ContestState


class Awaiting(NamedTuple):
    """A slate on which the contest was not opened yet, and what has changed on it since."""

    slate: SlateOpened
    changes: tuple[SlateChange, ...] = ()


Beginning = Awaiting | ContestState | None
"""A contest's fold before it is complete: nothing, its slate, the state."""


def _projected_as(slate: SlateOpened, again: SlateOpened) -> SlateOpened:
    """The slate as it was opened, with what its newest projections rest on.

    What they change is told by the slate's owner.
    """
    newest = again.data
    data = msgspec.structs.replace(
        slate.data, projected_by=newest.projected_by, newcomers=newest.newcomers
    )
    return msgspec.structs.replace(slate, data=data)


def fold(state: Beginning, events: Iterable[AnyEvent], contest_id: str) -> Beginning:
    """Fold a batch of a slate's events into the contest's state, from nothing on."""
    batch = list(events)
    for i, event in enumerate(batch):
        match state, event:
            case ContestState(), _:
                return state.updated(batch[i:])
            case None, SlateOpened():
                state = Awaiting(event)
            case Awaiting(), SlateOpened():
                state = state._replace(slate=_projected_as(state.slate, event))
            case Awaiting(), SlateChanged():
                state = state._replace(changes=(*state.changes, event.data))
            case Awaiting(), ContestOpened() if event.contest_id == contest_id:
                state = ContestState.opened(state.slate, event.data, state.changes)
            case _:
                pass
    return state
