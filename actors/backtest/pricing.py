"""Swaps by money on a recorded night: the live worker's own prices, user by user."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from actors.backtest.playing import BestByPoints
from actors.warm_contest import WarmContest
from models.decisions import SwapProposal
from models.folds.contest import ContestState
from models.folds.telling import late_swap
from models.priced import price_request, priced_proposals
from models.proposals import ProposalPolicy

CHUNK = 1_000
"""Entries priced at once, about: their payouts in every sample are held in memory."""

Rows = NDArray[np.intp]


class BestByMoney:
    """The live choice by money.

    As live, who holds somebody who will not play is proposed the best swap by points at once, which
    stands where the dollars find none.
    """

    def __init__(self, by_points: BestByPoints, contest: WarmContest) -> None:
        self._by_points, self._contest = by_points, contest

    def proposed(
        self, state: ContestState, rows: Rows, policy: ProposalPolicy
    ) -> list[SwapProposal]:
        """What stands at the end."""
        now = state
        if policy.only_out:
            now = _told(state, self._by_points.proposed(state, rows, policy))
        users = np.unique(np.array(state.entries.users), return_inverse=True)[1]
        for some in _chunks(rows, users[rows]):
            answer = self._contest.price(price_request(now, some, policy))
            now = _told(now, priced_proposals(state, some.tolist(), answer, now))
        asked = (now.open.get(state.entries.ids[row]) for row in rows.tolist())
        return [swap for swap in asked if swap is not None and swap.state == "proposed"]


def _told(state: ContestState, swaps: list[SwapProposal]) -> ContestState:
    return state.updated([late_swap(state, swap) for swap in swaps])


def _chunks(rows: Rows, users: Rows) -> Iterator[Rows]:
    """Rows of whole users together, about ``CHUNK`` at a time; rows ascend within each."""
    order = np.argsort(users, kind="stable")
    ends = (np.flatnonzero(np.diff(users[order], append=-1)) + 1).tolist()
    first = 0
    for end, following in zip(ends, [*ends[1:], None], strict=True):
        if following is None or following - first > CHUNK:
            yield np.sort(rows[order[first:end]])
            first = end
