"""Playing one night under one policy: the folds fed from decision to decision."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from actors.warm_slate import WarmSlate
from models.backtest.claims import Calibration, claims_of
from models.backtest.legal import illegal_swaps
from models.backtest.moments import Moment, moments_of
from models.backtest.policies import POLICIES, asked_entries
from models.backtest.projecting import ProjectedNight
from models.backtest.record import Decision, Played, lineups_of, told
from models.backtest.stage import Stage
from models.decisions import SwapProposal
from models.events import AnyEvent
from models.folds.contest import ContestState
from models.proposals import ProposalPolicy, Solved, proposals_from, swap_request


class Swapper(Protocol):
    """Where entries are solved."""

    def proposed(
        self,
        state: ContestState,
        rows: NDArray[np.intp],
        policy: ProposalPolicy,
        at: datetime,
    ) -> list[SwapProposal]:
        """The swaps proposed to these entries in this state, at this moment of the night."""
        ...


class BestByPoints:
    """The live system's answer by points."""

    def __init__(self, slate: WarmSlate) -> None:
        self._slate = slate

    def proposed(
        self,
        state: ContestState,
        rows: NDArray[np.intp],
        policy: ProposalPolicy,
        at: datetime,  # noqa: ARG002 - the state says it all
    ) -> list[SwapProposal]:
        """Solved and told as a contest's actor does it."""
        answer = self._slate.solve(swap_request(state, rows, policy))
        solved = Solved.of(answer, len(state.roster.slot_names))
        return proposals_from(state, rows.tolist(), solved, policy)


class Script(NamedTuple):
    """What is played: a contest's night with its projections, and who may speak in it."""

    told: ProjectedNight
    contest_id: str
    calibration: Calibration


def play(script: Script, policy: str, swapper: Swapper) -> Played:
    """The night under a policy of ``POLICIES``; entries follow every swap that is proposed."""
    stage = Stage(script.told.night.opening, script.contest_id)
    first, rules = stage.contest.entries.lineups, POLICIES[policy]
    decisions: list[Decision] = []
    illegal = 0
    if rules is not None:
        waiting = iter(script.told.night.timeline)
        upcoming = next(waiting, None)
        before: ContestState | None = None
        for moment in moments_of(script.told.night):
            batch, upcoming = _received(waiting, upcoming, moment.at)
            if batch:
                stage.take(batch)
            state = stage.contest
            decision, swaps = _decided(script, stage, before, moment, rules, swapper)
            followed = decision.followed
            illegal += illegal_swaps(state, decision.before[followed], decision.after[followed])
            stage.approve(swaps)
            decisions.append(decision)
            before = stage.contest
    return Played(policy, first, stage.contest.entries.lineups, tuple(decisions), illegal)


def _received(
    waiting: Iterator[AnyEvent], upcoming: AnyEvent | None, until: datetime
) -> tuple[list[AnyEvent], AnyEvent | None]:
    """The events up to a moment, and the first one beyond it."""
    some: list[AnyEvent] = []
    while upcoming is not None and upcoming.received_at <= until:
        some.append(upcoming)
        upcoming = next(waiting, None)
    return some, upcoming


def _decided(
    script: Script,
    stage: Stage,
    before: ContestState | None,
    moment: Moment,
    policy: ProposalPolicy,
    swapper: Swapper,
) -> tuple[Decision, list[SwapProposal]]:
    """What is proposed at a moment, and what of it is followed."""
    state = stage.contest
    rows = asked_entries(before, state, policy)
    found = swapper.proposed(state, rows, policy, moment.at) if rows.size else []
    swaps = [swap for swap in found if swap.state == "proposed"]
    claims = claims_of(state, swaps, moment.to_lock)
    believed = script.calibration(claims)
    decision = Decision(
        moment=moment,
        newest=told(state, stage.newest),
        asked=len(rows),
        rows=np.array([state.entries.row_of[swap.entry_id] for swap in swaps], np.intp),
        before=lineups_of(state, [swap.before for swap in swaps]),
        after=lineups_of(state, [swap.after for swap in swaps]),
        claims=claims,
        believed=believed,
    )
    kept = believed.propose.tolist()
    return decision, [swap for swap, keep in zip(swaps, kept, strict=True) if keep]
