"""Swap proposals: what to change in one entry, why, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

ProposalState = Literal[
    "proposed", "approved", "rejected", "withdrawn", "stale", "expired", "applied"
]


class SwapMove(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One player out, one player in."""

    slot: str
    """Roster slot that the incoming player takes."""
    player_out: str
    player_in: str
    reason: str
    gain_points: float
    events: tuple[str, ...] = ()
    """Ids of the events that triggered it."""


class SwapProposal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """New lineup for one entry, computed from the slate as of one offset."""

    proposal_id: str
    contest_id: str
    entry_id: str
    user_id: str
    state: ProposalState
    as_of: str
    """Offset of the slate change it was computed from: later changes may make it stale."""
    before: tuple[str, ...]
    """Player ids in roster-slot order."""
    after: tuple[str, ...]
    points_before: float
    points_after: float
    gain_points: float
    moves: tuple[SwapMove, ...]
    deadline: datetime | None
    """Start of the first game that the proposal touches: from then on it is stale."""
    revision: int = 0
    """Counts the changes of state."""
    locked_slots: tuple[str, ...] = ()
    reason: str = ""
    """Why it came to be, or why it ended."""
