"""Pricing a contest's swaps in the background, while its actor goes on folding."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple

import numpy as np
import structlog
from numpy.typing import NDArray

from actors.ending import end_tasks
from actors.pool import SwapPool
from models.decisions import SwapProposal
from models.folds.contest import ContestState
from models.priced import price_request, priced_proposals
from models.proposals import ProposalPolicy
from models.work import HeldContest, HeldSlate, PriceAnswer

SAMPLES = 10_000
SEED = 1

log = structlog.get_logger("pricing")


class Priced(NamedTuple):
    """What the pool found for some entries of a state."""

    state: ContestState
    rows: list[int]
    answer: PriceAnswer

    def swaps(self, now: ContestState) -> list[SwapProposal]:
        """What follows from it for the state reached since."""
        return priced_proposals(self.state, self.rows, self.answer, now)


Deliver = Callable[[Priced], Awaitable[None]]


class Pricing:
    """One pricing at a time; entries that come into trouble meanwhile are priced next, together.

    A contest answers by points within milliseconds, by money within a fifth of a second: the
    second must not keep the first waiting.
    """

    def __init__(
        self,
        pool: SwapPool,
        policy: ProposalPolicy,
        current: Callable[[], ContestState],
        deliver: Deliver,
    ) -> None:
        self.failed = 0
        """Pricings that the pool could not answer; the proposals by points stand."""
        self._pool = pool
        self._policy = policy
        self._current = current
        self._deliver = deliver
        self._waiting: set[str] = set()
        self._cold = False
        self._task: asyncio.Task[None] | None = None

    def ask(self, entry_ids: Iterable[str]) -> None:
        """Have these entries priced as soon as may be."""
        self._waiting.update(entry_ids)
        if self._waiting:
            self._go_on()

    def prepare(self) -> None:
        """Have the worker bring the contest up to date, before anybody is in a hurry."""
        self._cold = True
        self._go_on()

    def _go_on(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._price_all())

    async def done(self) -> None:
        """Wait until nothing waits to be priced."""
        if self._task is not None:
            await asyncio.shield(self._task)

    async def stop(self) -> None:
        """End what is under way."""
        if self._task is not None:
            await end_tasks([self._task])

    async def price(
        self, state: ContestState, rows: NDArray[np.intp], policy: ProposalPolicy
    ) -> Priced:
        """What the pool finds for these entries of this state."""
        answer = await self._pool.price(price_request(state, rows, policy), held_contest(state))
        return Priced(state, rows.tolist(), answer)

    async def _price_all(self) -> None:
        while self._waiting or self._cold:
            state, ids = self._current(), sorted(self._waiting)
            self._waiting.clear()
            self._cold = False
            rows = [state.entries.row_of[e] for e in ids if e in state.entries.row_of]
            try:
                found = await self.price(state, np.array(rows, np.intp), self._policy)
            except Exception as error:  # noqa: BLE001 - whatever failed, proposals by points stand
                self.failed += 1
                contest = state.contest.contest_id
                log.warning("not priced", contest=contest, entries=len(rows), reason=str(error))
                continue
            await self._deliver(found)


def held_contest(state: ContestState) -> HeldContest:
    """What a worker must know of the contest."""
    return HeldContest(
        contest=state.contest,
        slate=HeldSlate(slate=state.slate, rules=state.rules),
        samples=SAMPLES,
        seed=SEED,
    )
