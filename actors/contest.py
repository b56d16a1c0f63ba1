"""ContestActor: owns one contest's ownership, entries, proposals and decisions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from actors.accepting import Accepting
from actors.boards import board, exported
from actors.following import Batch, LogActor, OpenLog, not_mine
from actors.ownership import OwnershipDesk
from actors.pool import SwapPool
from actors.pricing import Priced, Pricing
from models.decisions import ProposalState, SwapProposal, ended
from models.events import AnyEvent
from models.folds.beginning import Beginning, fold
from models.folds.book import answered
from models.folds.contest import READS, ContestState
from models.folds.kept_contest import KeptContest
from models.folds.telling import late_swap, wishes_set
from models.messages import (
    AnyAnswer,
    AnyQuestion,
    AskBoard,
    AskHealth,
    AskOwnership,
    AskOwnershipHistory,
    AskOwnershipTrends,
    AskProposals,
    AskResults,
    Decide,
    Decided,
    Export,
    Health,
    Proposals,
    Recommend,
    Refusal,
)
from models.policies import accepted_by_policy, without_never
from models.proposals import (
    Concerned,
    ProposalPolicy,
    Solved,
    concerned_entries,
    ended_proposals,
    proposals_from,
    swap_request,
    why_stale,
)
from models.realised import results
from models.snapshots import unpack
from models.wishes import EntryWishes
from models.work import HeldSlate

_AFTER: dict[str, tuple[ProposalState, frozenset[str]]] = {
    "approve": ("approved", frozenset({"proposed"})),
    "reject": ("rejected", frozenset({"proposed"})),
    "undo": ("proposed", frozenset({"approved", "rejected"})),
}
"""The state an action leads to, and the states it may start from."""


class ContestActor(LogActor):
    """Folds a contest's events; sends entries in trouble to the pool; appends proposals."""

    kind = "contest"
    reads = READS

    def __init__(
        self,
        contest_id: str,
        slate_id: str,
        open_log: OpenLog,
        pool: SwapPool,
        policy: ProposalPolicy,
    ) -> None:
        super().__init__(f"contest:{contest_id}", open_log, [slate_id])
        self.contest_id = contest_id
        self.slate_id = slate_id
        self.state: Beginning = None
        self._pool = pool
        self._policy = policy
        self._deciding = asyncio.Lock()
        self._ownership = OwnershipDesk()
        self._pricing = Pricing(pool, policy, self._opened, self._deliver)
        self._accepting = Accepting(self._accept)

    def kept(self) -> KeptContest | None:
        """The state as a snapshot keeps it, once the contest has been opened."""
        return KeptContest.of(self.state) if isinstance(self.state, ContestState) else None

    def restore(self, body: bytes | None) -> None:
        """Take over a snapshot."""
        self.state = None if body is None else unpack(body, self.kind, KeptContest).state()

    async def recover(self, history: Sequence[Batch]) -> None:
        """Rebuild the state, and propose what was due when the actor went."""
        for batch in history:
            self.state = self.fold(self._folded, self.state, batch)
        if isinstance(self.state, ContestState):
            await self._propose(self.state, concerned_entries(None, self.state))
            self._look_at_policies(self.state)

    async def handle(self, batch: Batch) -> None:
        """Fold the batch, solve the entries that it put in trouble, append the proposals."""
        before = self.state
        self.state = self.fold(self._folded, before, batch)
        if isinstance(self.state, ContestState):
            known = before if isinstance(before, ContestState) else None
            await self._propose(self.state, concerned_entries(known, self.state))
            if self._policy.prices(self.state.contest) and _others_play(known, self.state):
                self._pricing.prepare()
            self._look_at_policies(self.state)

    def _folded(self, state: Beginning, events: Sequence[AnyEvent]) -> Beginning:
        return fold(state, events, self.contest_id)

    async def stop(self) -> None:
        """End the tasks and let go of the log."""
        await self._accepting.stop()
        await self._pricing.stop()
        await super().stop()

    async def until_settled(self, offset: str) -> None:
        """Wait until everything up to an offset is folded, proposed, priced and appended."""
        await super().until_settled(offset)
        await self._pricing.done()
        await self.until_folded(self.appended)
        await self._accepting.done()

    def health(self) -> Health:
        """How far the actor is, and how often money could not be told."""
        health = super().health()
        detail = {**health.detail, "not_priced": self._pricing.failed}
        return msgspec.structs.replace(health, detail=detail)

    async def answer(self, question: AnyQuestion) -> AnyAnswer:
        """Answer questions about the contest and carry out decisions."""
        state = self.state
        if isinstance(question, AskHealth):
            return self.health()
        if not isinstance(state, ContestState):
            return Refusal(
                status=404,
                title="no such contest",
                detail=f"contest {self.contest_id} has not been opened",
                remedy="open it with POST /api/v1/contests",
            )
        return await self._answer_from(state, question)

    async def _answer_from(self, state: ContestState, question: AnyQuestion) -> AnyAnswer:
        match question:
            case AskOwnership() | AskOwnershipHistory() | AskOwnershipTrends():
                return await self._ownership.answer(state, question, self.offset)
            case AskBoard():
                return board(state, question, self.offset)
            case AskProposals():
                return answered(state.proposals, question)
            case Export():
                return exported(state, question)
            case AskResults():
                return results(state, question)
            case Recommend():
                return await self._recommend(state, question)
            case Decide():
                async with self._deciding:
                    return await self._decide(question)
            case _:
                return not_mine(question, "a contest")

    async def _propose(self, state: ContestState, concerned: Concerned) -> None:
        swaps = ended_proposals(state, concerned.out_of_it.tolist())
        rows = without_never(state, concerned.in_trouble)
        if rows.size:
            solved = await self._solve(state, rows, self._policy, 1)
            swaps += proposals_from(state, rows.tolist(), solved, self._policy)
        await self._append_swaps(state, swaps)
        if self._policy.prices(state.contest):
            self._pricing.ask(state.entries.ids[row] for row in rows)

    def _look_at_policies(self, state: ContestState) -> None:
        if state.open and any(p.mode == "automatic" for p in state.policies.values()):
            self._accepting.look()

    async def _accept(self) -> None:
        """Accept what policies accept, on the state that holds every decision before."""
        async with self._deciding:
            await self.until_folded(self.appended)
            state = self._opened()
            await self._append_swaps(state, list(accepted_by_policy(state)))
            await self.until_folded(self.appended)

    async def _deliver(self, found: Priced) -> None:
        """Append what was priced, as far as it fits what was decided and folded meanwhile."""
        async with self._deciding:
            await self.until_folded(self.appended)
            state = self._opened()
            await self._append_swaps(state, found.swaps(state))
            await self.until_folded(self.appended)

    def _opened(self) -> ContestState:
        """The state of a contest that has been opened."""
        assert isinstance(self.state, ContestState)  # noqa: S101 - asked for after its opening
        return self.state

    async def _solve(
        self, state: ContestState, rows: NDArray[np.intp], policy: ProposalPolicy, top: int
    ) -> Solved:
        request = swap_request(state, rows, policy, top)
        held = HeldSlate(slate=state.slate, rules=state.rules)
        answer = await self._pool.solve(request, held)
        return Solved.of(answer, len(state.roster.slot_names))

    async def _append_swaps(
        self, state: ContestState, swaps: Sequence[SwapProposal], *, patient: bool = True
    ) -> None:
        if swaps:
            events = [late_swap(state, swap) for swap in swaps]
            await self.append(self.slate_id, events, patient=patient)

    async def _recommend(self, state: ContestState, asked: Recommend) -> AnyAnswer:
        """Solve the user's entries now; what is worth proposing becomes a proposal."""
        mine = [
            row
            for row, (entry_id, user) in enumerate(
                zip(state.entries.ids, state.entries.users, strict=True)
            )
            if (user == asked.user_id or not asked.user_id)
            and (not asked.lineup_ids or entry_id in asked.lineup_ids)
        ]
        if not mine:
            return Proposals(proposals=())
        if asked.keep is not None or asked.exclude is not None:
            strangers = {*(asked.keep or ()), *(asked.exclude or ())} - state.player_row.keys()
            if strangers:
                return _not_on_slate(state, strangers)
            async with self._deciding:
                await self._wish(mine, asked)
            state = self._opened()
        policy = self._policy._replace(
            max_swaps=asked.max_swaps,
            only_out=asked.only_out,
            objective=asked.objective,
            risk=self._policy.risk if asked.risk is None else asked.risk,
        )
        rows = np.array(mine, np.intp)
        solved = await self._solve(state, rows, policy, asked.top)
        if policy.prices(state.contest):
            await self._deliver(await self._pricing.price(state, rows, policy))
        else:
            swaps = proposals_from(state, mine, solved, policy)
            await self._append_swaps(state, swaps, patient=False)
            await self.until_folded(self.appended)
        ids = [state.entries.ids[row] for row in mine]
        now = self._opened()
        standing = [now.open.get(e) for e in ids]
        return Proposals(
            proposals=tuple(swap for swap in standing if swap is not None),
            statuses=dict(zip(ids, solved.status, strict=True)),
            wishes=tuple(wishes for e in ids if (wishes := now.wishes_of(e)) is not None),
        )

    async def _wish(self, rows: Sequence[int], asked: Recommend) -> None:
        """Let what was asked for bind the swaps of these entries from now on."""
        state = self._opened()
        unwanted = None if asked.exclude is None else _every_role(state, asked.exclude)
        told = []
        for row in rows:
            entry_id = state.entries.ids[row]
            known = state.wishes.get(entry_id, EntryWishes(entry_id=entry_id))
            keep = known.keep if asked.keep is None else asked.keep
            exclude = known.exclude if unwanted is None else unwanted
            wanted = msgspec.structs.replace(known, keep=keep, exclude=exclude)
            if wanted != known:
                told.append(wishes_set(state, row, wanted))
        if told:
            await self.append(self.slate_id, told, patient=False)
            await self.until_folded(self.appended)

    async def _decide(self, asked: Decide) -> AnyAnswer:
        """Approve, reject or take back; refuse with what changed when it is no longer possible.

        One at a time, each on the state that holds the one before.
        """
        state = self._opened()
        proposal = state.proposals.get(asked.proposal_id)
        if proposal is None:
            return Refusal(
                status=404,
                title="no such proposal",
                detail=f"contest {self.contest_id} has no proposal {asked.proposal_id}, or it ended"
                " and so did a later one for the same entry",
                remedy="ask for new recommendations",
            )
        target, allowed = _AFTER[asked.action]
        if proposal.state == target:
            return Decided(proposal=proposal)
        obstacle = self._obstacle(state, proposal, asked, allowed)
        if obstacle:
            return Refusal(
                status=409,
                title="the proposal can no longer be changed",
                detail=obstacle,
                remedy="ask for new recommendations",
            )
        decided = msgspec.structs.replace(
            ended(proposal, target, f"{asked.action} by {asked.user_id}"), decided_by=asked.user_id
        )
        await self._append_swaps(state, [decided], patient=False)
        await self.until_folded(self.appended)
        return Decided(proposal=decided)

    def _obstacle(
        self, state: ContestState, proposal: SwapProposal, asked: Decide, allowed: frozenset[str]
    ) -> str:
        if proposal.state not in allowed:
            return f"it is {proposal.state}: {proposal.reason}"
        if asked.action == "reject":
            return ""
        return why_stale(state, proposal)


def _not_on_slate(state: ContestState, players: Iterable[str]) -> Refusal:
    return Refusal(
        status=422,
        title="no such player",
        detail=f"not on slate {state.slate.slate_id}: {', '.join(sorted(players))}",
        remedy="GET /api/v1/players?slate= names the players and their ids",
    )


def _every_role(state: ContestState, players: Sequence[str]) -> tuple[str, ...]:
    """The players with their other roles: a captain is listed beside himself."""
    listed = state.slate.players
    persons = {listed[state.player_row[player]].person for player in players}
    others = [p.player_id for p in listed if p.person in persons and p.player_id not in players]
    return (*dict.fromkeys(players), *others)


def _others_play(before: ContestState | None, after: ContestState) -> bool:
    """Whether a contest's entries or its ownership are others than they were."""
    return (
        before is None
        or before.files is not after.files
        or before.observed is not after.observed
        or before.projected is not after.projected
    )
