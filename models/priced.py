"""From a contest and its entries in trouble to proposals priced in money, and back.

What is asked of the pool, and what its answer makes of the proposals that stand: one that proves
right gets its figures, one that is not the best by money is replaced, one that is worth nothing
ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.decisions import MoneyAtStake, SwapProposal, ended
from models.folds.contest import ContestState
from models.newcomers import newcomers_less
from models.proposals import (
    ProposalPolicy,
    end_of,
    name_of,
    proposal_of,
    rejected_changes,
    swap_request,
    why_stale,
)
from models.work import PriceAnswer, PriceRequest

NOT_CLEAR = "no swap's gain in dollars is clear of its error"


def price_request(
    state: ContestState, rows: NDArray[np.intp], policy: ProposalPolicy
) -> PriceRequest:
    """What the pool is asked about these entries (N,)."""
    columns = state.columns
    _, users = np.unique(np.array(state.entries.users)[rows], return_inverse=True)
    return PriceRequest(
        contest_id=state.contest.contest_id,
        asked=swap_request(state, rows, policy),
        rows=rows.astype(np.int32).tobytes(),
        users=users.astype(np.int32).tobytes(),
        followed=state.entries.lineups.tobytes(),
        plays=columns.plays.tobytes(),
        left=columns.left.tobytes(),
        points=columns.scored.tobytes(),
        owned=_owned(state).tobytes(),
        field_size=state.field_size,
        newcomers_less=newcomers_less(state.projected_by, state.newcomers),
        **_shown(state),
        risk=policy.risk,
        min_gain=policy.min_dollars,
    )


def _shown(state: ContestState) -> dict[str, bytes]:
    """Everybody's lineups as last seen, and where among them the followed entries stand."""
    if state.shown is None:
        return {}
    place = {entry_id: n for n, entry_id in enumerate(state.shown.entry_ids)}
    places = np.array([place.get(entry_id, -1) for entry_id in state.entries.ids], np.int32)
    return {"shown": state.shown.lineups, "places": places.tobytes()}


def _owned(state: ContestState) -> NDArray[np.float64]:
    """(P,) share of the entries that hold each player: observed, else projected, else nan."""
    known = {**state.projected, **state.observed}
    return np.array([known.get(p, np.nan) for p in state.pool.ids], np.float64)


def priced_proposals(
    state: ContestState, rows: Sequence[int], answer: PriceAnswer, now: ContestState | None = None
) -> list[SwapProposal]:
    """New proposals, those that stand with their figures, and those that end.

    ``state`` is what was asked about, ``now`` what has become of it since: what does not fit it
    any more is left out.
    """
    now = now or state
    slots = len(state.roster.slot_names)
    lineups = np.frombuffer(answer.lineups, np.int32).reshape(len(rows), slots)
    points = np.frombuffer(answer.points, np.float64).reshape(len(rows), 2)
    refused = rejected_changes(now)
    found: list[SwapProposal] = []
    for n, row in enumerate(rows):
        standing = now.open.get(state.entries.ids[row])
        money = answer.money[n]
        if money is None:
            found += _without_worth(now, standing)
            continue
        swap = proposal_of(state, row, lineups[n], (float(points[n, 0]), float(points[n, 1])))
        if (swap.entry_id, swap.after) not in refused and not _is_known(standing, swap, money):
            found.append(_with_money(state, standing, swap, money))
    return [swap for swap in found if still_due(now, swap)]


def still_due(state: ContestState, swap: SwapProposal) -> bool:
    """Whether a proposal priced on an earlier state fits the state reached since.

    An approved one that led to the lineup it starts from is no obstacle: it has done its work.
    """
    standing = state.open.get(swap.entry_id)
    undecided = standing is None or standing.state == "proposed"
    if swap.state != "proposed":
        return undecided and standing is not None and standing.proposal_id == swap.proposal_id
    if not undecided and standing is not None and standing.after != swap.before:
        return False
    return state.lineup_of(swap.entry_id) == swap.before and not why_stale(state, swap)


def _without_worth(state: ContestState, standing: SwapProposal | None) -> Iterable[SwapProposal]:
    """Who holds somebody who will not play keeps the proposal by points."""
    if standing is None or standing.state != "proposed":
        return
    if why_stale(state, standing):
        yield end_of(state, standing)
    elif not any(state.is_out(p) for p in standing.before):
        yield ended(standing, "withdrawn", NOT_CLEAR)


def _is_known(standing: SwapProposal | None, swap: SwapProposal, money: MoneyAtStake) -> bool:
    return standing is not None and standing.after == swap.after and standing.money == money


def _with_money(
    state: ContestState, standing: SwapProposal | None, swap: SwapProposal, money: MoneyAtStake
) -> SwapProposal:
    """The standing proposal with its figures if it is the same change, else the new one."""
    same = standing is not None and standing.after == swap.after
    kept = standing if same and standing is not None else swap
    absent = [f"{name_of(state, p)} is out" for p in swap.before if state.is_out(p)]
    why = "; ".join([in_dollars(money), *absent])
    return msgspec.structs.replace(kept, money=money, revision=kept.revision + same, reason=why)


def in_dollars(money: MoneyAtStake) -> str:
    """The gain with its interval, and what it does to the chance to be paid.

    >>> in_dollars(MoneyAtStake(before=3.1, after=3.92, gain=0.82, low=0.41, high=1.2,
    ...     cash_before=0.21, cash_after=0.26, win_before=0, win_after=0, estimator="exact",
    ...     samples=10_000))
    '+$0.82 (95 %: +$0.41 to +$1.20), paid in 26 % of cases instead of 21 %'
    """
    low, high = _signed(money.low), _signed(money.high)
    cash = (100 * money.cash_after, 100 * money.cash_before)
    chance = f"paid in {cash[0]:.0f} % of cases instead of {cash[1]:.0f} %"
    return f"{_signed(money.gain)} (95 %: {low} to {high}), {chance}"


def _signed(dollars: float) -> str:
    return f"{'-' if dollars < 0 else '+'}${abs(dollars):,.2f}"
