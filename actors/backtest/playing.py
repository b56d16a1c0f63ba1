"""Playing one night under one policy: the folds fed from decision to decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from actors.warm_slate import WarmSlate
from models.backtest.claims import (
    Believed,
    Calibration,
    Calibrations,
    Claims,
    claims_of,
    nothing_learned,
    together,
)
from models.backtest.legal import illegal_swaps
from models.backtest.moments import Moment, moments_of
from models.backtest.policies import ONLY_OUT, POLICIES, asked_entries
from models.backtest.projecting import ProjectedNight
from models.backtest.record import Decision, Information, Played, lineups_of, told
from models.backtest.stage import Stage
from models.decisions import SwapProposal
from models.events import AnyEvent
from models.folds.contest import ContestState
from models.proposals import (
    ProposalPolicy,
    Solved,
    proposals_from,
    swap_request,
)


class Swapper(Protocol):
    """Where entries are solved."""

    def proposed(
        self,
        state: ContestState,
        rows: NDArray[np.intp],
        policy: ProposalPolicy,
    ) -> list[SwapProposal]:
        """The swaps proposed to these entries in this state."""
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
    ) -> list[SwapProposal]:
        """Solved and told as a contest's actor does it."""
        answer = self._slate.solve(swap_request(state, rows, policy))
        solved = Solved.of(answer, len(state.roster.slot_names))
        return proposals_from(state, rows.tolist(), solved, policy)


class Script(NamedTuple):
    """What is played: a contest's night with its projections, and who may speak in it."""

    told: ProjectedNight
    contest_id: str
    night: str
    """Its date."""
    calibrations: Calibrations = nothing_learned
    since: datetime | None = None
    """Nothing is decided earlier; None: all evening."""


def play(script: Script, policy: str, swapper: Swapper) -> Played:
    """The night under a policy of ``POLICIES``; entries follow every swap that is proposed."""
    stage = Stage(script.told.night.opening, script.contest_id)
    first, rules = stage.contest.entries.lineups, POLICIES[policy]
    decisions: list[Decision] = []
    illegal = 0
    if rules is not None:
        decider = Decider(policy, rules, swapper, script)
        waiting = iter(script.told.night.timeline)
        upcoming = next(waiting, None)
        for moment in moments_of(script.told.night):
            batch, upcoming = _received(waiting, upcoming, moment.at)
            if batch:
                stage.take(batch)
            if script.since is not None and moment.at <= script.since:
                continue
            state = stage.contest
            decision, swaps = decider.decided(state, moment, told(state, stage.newest))
            followed = decision.followed
            illegal += illegal_swaps(state, decision.before[followed], decision.after[followed])
            stage.approve(swaps)
            decisions.append(decision)
            decider.before = stage.contest
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


class Decider:
    """What a policy proposes, moment by moment, and what of it is believed.

    Where claims that rest on projections are not made, whoever holds somebody who will not play is
    still offered a swap that replaces him alone.
    """

    def __init__(
        self, policy: str, rules: ProposalPolicy, swapper: Swapper, script: Script
    ) -> None:
        self.before: ContestState | None = None
        """The state that the last moment left."""
        self._rules, self._swapper = rules, swapper
        self._believe = script.calibrations(policy, script.night)
        self._believe_out = script.calibrations(ONLY_OUT, script.night)

    def decided(
        self, state: ContestState, moment: Moment, newest: Information
    ) -> tuple[Decision, list[SwapProposal]]:
        """What is proposed at a moment, and what of it is followed."""
        rows = asked_entries(self.before, state, self._rules)
        parts = [self._heard(state, rows, moment, self._rules, self._believe)]
        refused = np.setdiff1d(rows, _rows(state, parts[0].kept))
        if not self._rules.only_out and refused.size:
            rules = self._rules._replace(only_out=True)
            trouble = np.intersect1d(refused, asked_entries(self.before, state, rules))
            parts.append(self._heard(state, trouble, moment, rules, self._believe_out))
        swaps = [swap for part in parts for swap in part.swaps]
        claims, believed = together([(part.claims, part.believed) for part in parts])
        decision = Decision(
            moment=moment,
            newest=newest,
            asked=len(rows),
            rows=_rows(state, swaps),
            before=lineups_of(state, [swap.before for swap in swaps]),
            after=lineups_of(state, [swap.after for swap in swaps]),
            claims=claims,
            believed=believed,
        )
        return decision, [swap for part in parts for swap in part.kept]

    def _heard(
        self,
        state: ContestState,
        rows: NDArray[np.intp],
        moment: Moment,
        rules: ProposalPolicy,
        believe: Calibration,
    ) -> _Heard:
        idle = not rules.only_out and not believe.by_projections
        found = [] if idle or not rows.size else self._swapper.proposed(state, rows, rules)
        swaps = [swap for swap in found if swap.state == "proposed"]
        claims = claims_of(state, swaps, moment.to_lock)
        return _Heard(swaps, claims, believe(claims))


class _Heard(NamedTuple):
    swaps: list[SwapProposal]
    claims: Claims
    believed: Believed

    @property
    def kept(self) -> list[SwapProposal]:
        propose = self.believed.propose.tolist()
        return [swap for swap, keep in zip(self.swaps, propose, strict=True) if keep]


def _rows(state: ContestState, swaps: Sequence[SwapProposal]) -> NDArray[np.intp]:
    return np.array([state.entries.row_of[swap.entry_id] for swap in swaps], np.intp)
