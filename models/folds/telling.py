"""What follows from a fold goes back to the log as an event: changes of a slate, swaps."""

from __future__ import annotations

from typing import Any

import msgspec

from models.decisions import SwapProposal
from models.events import LateSwap, SlateChanged, WishesSet
from models.folds.change import change_between
from models.folds.contest import ContestState
from models.folds.slate import SlateState
from models.wishes import EntryWishes


def slate_changed(state: SlateState, before: SlateState, as_of: str) -> SlateChanged | None:
    """What a slate's contests are told of the way from ``before``; None where nothing changed."""
    change = change_between(before, state, as_of)
    if change is None:
        return None
    slate = state.slate
    return SlateChanged(
        event_id=f"slate:{slate.slate_id}:{as_of}",
        source="slate",
        timestamp=state.clock,
        received_at=state.clock,
        slate_id=slate.slate_id,
        sport=slate.sport,
        mode=slate.mode,
        impact_rating=change.rating,
        data=change,
    )


def late_swap(state: ContestState, swap: SwapProposal) -> LateSwap:
    """A proposal in its present state, as the contest tells it."""
    return LateSwap(
        **_told_to(state, swap.user_id),
        event_id=f"swap:{swap.proposal_id}:{swap.revision}:{swap.state}",
        impact_rating=min(10.0, swap.gain_points / 5),
        data=swap,
    )


def wishes_set(state: ContestState, row: int, wishes: EntryWishes) -> WishesSet:
    """What the owner of an entry wants from now on, counted on, as the contest tells it."""
    said = msgspec.structs.replace(wishes, revision=wishes.revision + 1)
    contest_id = state.contest.contest_id
    return WishesSet(
        **_told_to(state, state.entries.users[row]),
        event_id=f"wishes:{contest_id}:{said.entry_id}:{said.revision}",
        data=said,
    )


def _told_to(state: ContestState, user_id: str) -> dict[str, Any]:
    """Envelope of what a contest tells one of its users."""
    return {
        "source": "contest",
        "timestamp": state.clock,
        "received_at": state.clock,
        "slate_id": state.slate.slate_id,
        "contest_id": state.contest.contest_id,
        "user_id": user_id,
        "sport": state.slate.sport,
        "mode": state.slate.mode,
    }
