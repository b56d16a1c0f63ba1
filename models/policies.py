"""Proposals and their owners' policies: what is accepted in their name, and what must hold.

Nothing is accepted unless its owner says so: without a policy every proposal waits for him.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.decisions import SwapProposal
from models.folds.contest import ContestState
from models.policy import SwapPolicy
from models.proposals import why_stale

BY_POLICY = "policy"
"""Who decided, where nobody did."""
DRY_RUN = "dry run: would be accepted"


def without_never(state: ContestState, rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Those of these entries (N,) whose owners want to hear of swaps at all."""
    never = {user for user, policy in state.policies.items() if policy.mode == "never"}
    if not never:
        return rows
    return np.array([row for row in rows if state.entries.users[row] not in never], np.intp)


def accepted_by_policy(state: ContestState) -> Iterator[SwapProposal]:
    """The open proposals that their owners' policies accept now, in their new state.

    An entry about which its owner decided himself is left to him, whatever he decided.
    """
    policies = state.policies
    mine = [swap for swap in state.proposals.values() if swap.user_id in policies]
    by_hand = {swap.entry_id for swap in mine if swap.decided_by not in {"", BY_POLICY}}
    used: dict[str, int] = {}
    for swap in mine:
        used[swap.user_id] = used.get(swap.user_id, 0) + (swap.decided_by == BY_POLICY)
    for swap in mine:
        policy = policies[swap.user_id]
        if swap.entry_id in by_hand or swap.approval or obstacle(state, policy, swap):
            continue
        if used[swap.user_id] >= policy.most_a_night:
            continue
        used[swap.user_id] += 1
        yield _accepted(swap, policy)


def _accepted(swap: SwapProposal, policy: SwapPolicy) -> SwapProposal:
    if policy.dry_run:
        return msgspec.structs.replace(swap, approval=DRY_RUN, revision=swap.revision + 1)
    return msgspec.structs.replace(
        swap,
        state="approved",
        decided_by=BY_POLICY,
        reason=f"accepted by policy; {swap.reason}",
        revision=swap.revision + 1,
    )


def obstacle(state: ContestState, policy: SwapPolicy, swap: SwapProposal) -> str:
    """What keeps a proposal from being accepted without its owner; empty where nothing does."""
    if policy.mode != "automatic" or swap.state != "proposed":
        return "it is for its owner to decide"
    if stale := why_stale(state, swap):
        return stale
    leaving = [move.player_out for move in swap.moves if state.is_out(move.player_out)]
    if not leaving:
        return "it answers nobody's absence"
    if len(swap.moves) > policy.max_swaps:
        return f"it exchanges {len(swap.moves)} players, more than {policy.max_swaps}"
    confidence = min(state.confidence.get(player, 1.0) for player in leaving)
    if confidence < policy.min_confidence:
        return f"the report is {confidence:.0%} certain, less than {policy.min_confidence:.0%}"
    return _too_late(state, policy, swap) or _too_little(state, policy, swap)


def _too_late(state: ContestState, policy: SwapPolicy, swap: SwapProposal) -> str:
    if swap.deadline is None:
        return "it is not known when its games begin"
    left = (swap.deadline - state.clock).total_seconds()
    if left < policy.min_seconds_to_lock:
        return f"{left:.0f} s to lock are less than {policy.min_seconds_to_lock}"
    return ""


def _too_little(state: ContestState, policy: SwapPolicy, swap: SwapProposal) -> str:
    if not state.contest.prizes:
        short = swap.gain_points < policy.min_gain_points
        return f"it gains less than {policy.min_gain_points:g} points" if short else ""
    if swap.money is None:
        return "it is not priced yet"
    if swap.money.low <= 0 or swap.money.gain < policy.min_gain_dollars:
        return f"its gain is not clear of 0, or less than ${policy.min_gain_dollars:.2f}"
    return ""
