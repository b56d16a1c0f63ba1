"""Swap proposals: what to change in one entry, why, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

ProposalState = Literal[
    "proposed", "approved", "rejected", "withdrawn", "stale", "expired", "applied"
]
"""Of those that ended: ``withdrawn`` where nothing calls for it any more, ``stale`` where something
it rests on changed, ``expired`` where a game began before anybody decided; an approved one is
``applied`` once the site's own file shows it."""


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


class PointsAtStake(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the lineup scores in the end, from simulated evening to simulated evening.

    Of 1,024 of them: each share is known to 1.6 points of a hundred (one standard error).
    """

    shares: tuple[float, ...]
    """Shares of the evenings, ascending."""
    before: tuple[float, ...]
    """Points of the lineup as it stands that are not exceeded in each share of the evenings."""
    after: tuple[float, ...]
    better: float
    """Share of the evenings in which the swap scores more; in the others less, or the same."""
    worse: float


class MoneyAtStake(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a swap is worth in its contest: dollars and probabilities out of a simulation.

    Chosen on one half of the samples, these figures are of the other half.
    """

    before: float
    """Expected payout of the lineup as it stands."""
    after: float
    gain: float
    low: float
    high: float
    """95 % interval of the gain."""
    cash_before: float
    cash_after: float
    """Probability to be paid anything."""
    win_before: float
    win_after: float
    estimator: Literal["exact", "smoothed"]
    """Whether every opponent was simulated, or a part of them standing for a whole field."""
    samples: int
    points: PointsAtStake | None = None
    """None where an older version priced it."""


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
    """Start of the first game that the proposal touches: not decided by then, it expires."""
    revision: int = 0
    """Counts the changes of state."""
    locked_slots: tuple[str, ...] = ()
    reason: str = ""
    """Why it came to be, or why it ended."""
    decided_by: str = ""
    """Who decided last: a user, or ``policy``; empty while nobody did."""
    approval: str = ""
    """What its owner's policy would have done, where it is only tried out."""
    money: MoneyAtStake | None = None
    """None until it is priced, and where the contest's prizes are not known."""


def ended(proposal: SwapProposal, state: ProposalState, reason: str) -> SwapProposal:
    """The proposal in another state, with the reason."""
    return msgspec.structs.replace(
        proposal, state=state, reason=reason, revision=proposal.revision + 1
    )
