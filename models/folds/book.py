"""Proposals of one contest by id and by entry: what stands, what was decided, what ended last."""

from __future__ import annotations

from typing import NamedTuple, Self

from models.decisions import SwapProposal, ended
from models.messages import AskProposals, Proposals

OPEN_STATES = frozenset({"proposed", "approved"})
ENDED_STATES = frozenset({"withdrawn", "stale", "expired"})


class ProposalBook(NamedTuple):
    """A contest's proposals while changes are entered: whoever holds a value enters into copies."""

    open: dict[str, SwapProposal]
    """The proposal that stands, by entry id."""
    proposals: dict[str, SwapProposal]
    """By proposal id, in their latest state."""
    over: dict[str, str]
    """Id of the proposal that ended last, by entry id."""

    @classmethod
    def empty(cls) -> Self:
        """A book in which nothing stands."""
        return cls({}, {}, {})

    def is_overtaken(self, swap: SwapProposal) -> bool:
        """Whether the proposal was decided or ended while somebody worked on this version of it."""
        known = self.proposals.get(swap.proposal_id)
        return (
            known is not None
            and swap.state == "proposed" != known.state
            and swap.revision <= known.revision
        )

    def enter(self, swap: SwapProposal) -> SwapProposal | None:
        """Enter a proposal in its newest state; answers the state before."""
        earlier = self.proposals.get(swap.proposal_id)
        standing = self.open.get(swap.entry_id)
        if swap.state in OPEN_STATES:
            if standing is not None and standing.proposal_id != swap.proposal_id:
                self._supersede(standing, swap)
            self.open[swap.entry_id] = swap
        elif standing is not None and standing.proposal_id == swap.proposal_id:
            del self.open[swap.entry_id]
        self.proposals[swap.proposal_id] = swap
        if swap.state in ENDED_STATES:
            self._forget_before(swap)
        return earlier

    def accepted(self) -> dict[str, list[SwapProposal]]:
        """Accepted proposals by entry id, those that an accepted one followed among them."""
        found: dict[str, list[SwapProposal]] = {}
        for swap in self.proposals.values():
            if swap.state == "approved":
                found.setdefault(swap.entry_id, []).append(swap)
        return found

    def _supersede(self, earlier: SwapProposal, newer: SwapProposal) -> None:
        """An undecided proposal is replaced; an approved one has done its work and stays."""
        if earlier.state != "proposed":
            return
        replaced = ended(earlier, "stale", f"replaced by {newer.proposal_id}")
        self.proposals[earlier.proposal_id] = replaced
        self._forget_before(replaced)

    def _forget_before(self, swap: SwapProposal) -> None:
        """Of an entry's proposals that ended by themselves only the last is kept."""
        last = self.over.get(swap.entry_id)
        if last is not None and last != swap.proposal_id:
            self.proposals.pop(last, None)
        self.over[swap.entry_id] = swap.proposal_id


def answered(proposals: dict[str, SwapProposal], asked: AskProposals) -> Proposals:
    """The proposals that are asked for, newest first."""
    chosen = [
        swap
        for swap in reversed(proposals.values())
        if asked.state in {"", swap.state} and asked.user_id in {"", swap.user_id}
    ]
    return Proposals(proposals=tuple(chosen[: asked.limit]))
