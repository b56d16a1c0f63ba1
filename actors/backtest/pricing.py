"""Swaps by money on a recorded night, all entries in the same simulated evenings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from actors.warm_contest import CONFIDENCE, answer_of
from actors.warm_slate import WarmSlate
from models.backtest.foresight import Foresight
from models.backtest.projecting import ProjectedNight
from models.decisions import SwapProposal
from models.folds.contest import ContestState
from models.market import Asker, Market, chosen_swaps
from models.portfolio import PortfolioRules
from models.priced import priced_proposals
from models.proposals import ProposalPolicy, swap_request

CHUNK = 1_000
"""Entries priced at once, about: their payouts in every sample are held in memory."""
NEVER = 1 << 30
"""Entries of a user from which they are told beside each other: the field's guesses stand."""

Rows = NDArray[np.intp]


class BestByMoney:
    """The live choice by money, against the field as it could be foreseen.

    A user's own other entries stand in the contest as everybody's do: as they could be guessed.
    """

    def __init__(
        self,
        slate: WarmSlate,
        foresight: Foresight,
        night: ProjectedNight,
        field_ids: Sequence[str],
    ) -> None:
        """``field_ids`` (N,) are the ids of the whole field's entries, in its order."""
        self._slate = slate
        self._foresight = foresight
        self._night = night
        self._place_of = {entry_id: row for row, entry_id in enumerate(field_ids)}

    def proposed(
        self, state: ContestState, rows: Rows, policy: ProposalPolicy, at: datetime
    ) -> list[SwapProposal]:
        """Chosen and told user by user, as the live system does it."""
        market = self._foresight.market(state, self._night.at(at))
        users = np.unique(np.array(state.entries.users), return_inverse=True)[1]
        return [
            swap
            for some in _chunks(rows, users[rows])
            for swap in self._priced(state, market, some, users[some], policy)
        ]

    def _priced(
        self,
        state: ContestState,
        market: Market,
        rows: Rows,
        users: Rows,
        policy: ProposalPolicy,
    ) -> list[SwapProposal]:
        found = self._slate.candidates(swap_request(state, rows, policy))
        ids = state.entries.ids
        places = np.array([self._place_of[ids[row]] for row in rows.tolist()], np.int32)
        rules = PortfolioRules(
            risk=policy.risk,
            min_gain=policy.min_dollars,
            max_swaps=policy.max_swaps,
            confidence=CONFIDENCE,
        )
        chosen = chosen_swaps(
            market,
            found,
            Asker(places, users.astype(np.int32)),
            rules,
            pool=state.pool,
            fee=self._foresight.contest.entry_fee,
            together=NEVER,
        )
        answer = answer_of(state.as_of, found, chosen, {})
        return priced_proposals(state, rows.tolist(), answer)


def _chunks(rows: Rows, users: Rows) -> Iterator[Rows]:
    """Rows of whole users together, about ``CHUNK`` at a time; rows ascend within each."""
    order = np.argsort(users, kind="stable")
    ends = (np.flatnonzero(np.diff(users[order], append=-1)) + 1).tolist()
    first = 0
    for end, following in zip(ends, [*ends[1:], None], strict=True):
        if following is None or following - first > CHUNK:
            yield np.sort(rows[order[first:end]])
            first = end
