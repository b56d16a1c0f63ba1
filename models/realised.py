"""What accepted swaps came to against holding: in points, and in dollars where the contest tells.

E followed entries, F entries of the contest, P players of the pool, R roster slots.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.backtest.judging import Judge
from models.decisions import MoneyAtStake, SwapProposal
from models.events import ShownField
from models.field import HIDDEN
from models.folds.contest import ContestState
from models.messages import AskResults, Expected, Paid, SwapResult, SwapResults

Floats = NDArray[np.float64]


def points_of(state: ContestState, lineups: NDArray[np.integer], points: Floats) -> Floats:
    """(N,) points of lineups (N, R) by those of players (P,), captains by their multiplier.

    Rows below 0 stand for nobody who has points.
    """
    multiplier = state.pool.multiplier
    factor = np.vstack([multiplier, np.zeros(multiplier.shape[1])])
    rows = np.where(lineups < 0, len(points), lineups)
    each = factor[rows, state.roster.slot_type] * np.append(points, 0.0)[rows]
    total: Floats = each.sum(axis=-1)
    return total


def results(state: ContestState, asked: AskResults) -> SwapResults:
    """What accepted swaps came to, and why dollars are not told where they are not."""
    accepted = [s for s in state.proposals.values() if s.state in {"approved", "applied"}]
    mine = [swap for swap in accepted if asked.user_id in {"", swap.user_id}]
    contest_id = state.contest.contest_id
    if not mine:
        return SwapResults(contest_id=contest_id, results=())
    points = [_scored(state, [swap.before for swap in mine])]
    points.append(_scored(state, [swap.after for swap in mine]))
    known = _Standing.of(state)
    if isinstance(known, str):
        told = tuple(map(partial(_result, state), mine, *points))
        return SwapResults(
            contest_id=contest_id,
            results=told,
            expected=expected(state, mine),
            unpaid_because=known,
        )
    rows = [state.entries.row_of[swap.entry_id] for swap in mine]
    payouts = [known.judge.judged(some, known.now[rows]).payout for some in points]
    paid = (_dollars(*both, final=known.over) for both in zip(*payouts, strict=True))
    return SwapResults(
        contest_id=contest_id,
        results=tuple(map(partial(_result, state), mine, *points, paid)),
        expected=expected(state, mine),
        paid=known.together(state, accepted, asked.user_id),
    )


def expected(state: ContestState, accepted: Sequence[SwapProposal]) -> Expected:
    """What accepted swaps, in their order, were to bring against holding.

    Points add up as far as who came in still plays. Dollars of one entry do not: each claim starts
    from what news had made of the lineup by then, and an entry that news brings low twice rises
    twice. In all it was to rise from the lowest it stood at to where its last swap took it.
    """
    chains: dict[str, list[MoneyAtStake]] = {}
    for swap in accepted:
        if swap.money is not None:
            chains.setdefault(swap.entry_id, []).append(swap.money)
    risen = [chain[-1].after - min(money.before for money in chain) for chain in chains.values()]
    return Expected(
        points=round(sum(swap.gain_points for swap in accepted if _stands(state, swap)), 4),
        dollars=round(sum(risen), 2) if risen else None,
    )


def _stands(state: ContestState, swap: SwapProposal) -> bool:
    """Whether everybody who came in was still to play, or has played."""
    came = set(swap.after) - set(swap.before) - {""}
    return not any(state.columns.out[state.player_row[player]] for player in came)


class _Standing(NamedTuple):
    """A contest in which everybody's points are known."""

    judge: Judge
    now: Floats
    """(E,) points of the followed entries as they are."""
    over: bool

    @classmethod
    def of(cls, state: ContestState) -> _Standing | str:
        """The standing as it is; a word on what is missing where it cannot be known."""
        shown = state.shown
        if not state.contest.prizes:
            return "the contest's prizes are not known: open it with its payouts"
        if shown is None:
            return "nobody has shown this contest's other lineups: upload its standings"
        lineups = np.frombuffer(shown.lineups, np.int16).reshape(-1, len(state.roster.slot_names))
        if _hides_points(state, lineups):
            return "lineups are hidden yet: a game has not begun, or its players were not shown"
        if len(lineups) < state.field_size:
            return f"{len(lineups):,} of the contest's {state.field_size:,} lineups are known"
        now = points_of(state, state.entries.lineups, state.columns.scored)
        everybody = _everybody(state, shown, lineups, now)
        over = bool(((state.columns.left <= 0) | state.columns.out).all())
        return cls(Judge(everybody, state.contest.prizes), now, over)

    def together(self, state: ContestState, accepted: Sequence[SwapProposal], user: str) -> Paid:
        """What all entries of a user (of all) are paid, and were had each user held all of his.

        A user's entries take places from each other; other users stand as they do.
        """
        first: dict[str, SwapProposal] = {}
        for swap in accepted:
            first.setdefault(swap.entry_id, swap)
        held = self.now.copy()
        changed = [state.entries.row_of[entry_id] for entry_id in first]
        held[changed] = _scored(state, [swap.before for swap in first.values()])
        _, users = np.unique(np.array(state.entries.users), return_inverse=True)
        mine = np.array([user in {"", owner} for owner in state.entries.users])
        before = self.judge.together(held, self.now, users.astype(np.int64)).payout
        after = self.judge.judged(self.now, self.now).payout
        return _dollars(before[mine].sum(), after[mine].sum(), final=self.over)


def _hides_points(state: ContestState, lineups: NDArray[np.int16]) -> bool:
    """Whether a hidden slot may hold somebody who scores.

    Of a game that is off nobody is ever shown, and nobody scores; of one that was begun somebody
    is seen as soon as its players are shown.
    """
    if not (lineups == HIDDEN).any():
        return False
    columns, game = state.columns, state.pool.game
    begun = np.unique(game[columns.locked & ~columns.out])
    seen = np.unique(game[np.unique(lineups[lineups >= 0])])
    return not ((columns.locked | columns.out).all() and np.isin(begun, seen).all())


def _everybody(
    state: ContestState, shown: ShownField, lineups: NDArray[np.int16], now: Floats
) -> Floats:
    """(F,) points of all entries: the followed ones as they are, the others as shown."""
    points = points_of(state, lineups, state.columns.scored)
    place = {entry_id: n for n, entry_id in enumerate(shown.entry_ids)}
    places = np.array([place.get(entry_id, -1) for entry_id in state.entries.ids], np.int64)
    points[places[places >= 0]] = now[places >= 0]
    return np.concatenate([points, now[places < 0]])


def _scored(state: ContestState, lineups: Sequence[Sequence[str]]) -> Floats:
    """(N,) points scored so far by lineups given as player ids."""
    rows = np.array([state.rows_of(lineup) for lineup in lineups])
    return points_of(state, rows, state.columns.scored)


def _result(
    state: ContestState, swap: SwapProposal, held: float, swapped: float, paid: Paid | None = None
) -> SwapResult:
    before, after = state.rows_of(swap.before), state.rows_of(swap.after)
    changed = np.concatenate([before[before != after], after[before != after]])
    changed = changed[changed >= 0]
    over = (state.columns.left[changed] <= 0) | state.columns.out[changed]
    return SwapResult(
        proposal=swap,
        final=bool(over.all()),
        points_held=round(float(held), 4),
        points_swapped=round(float(swapped), 4),
        gained=round(float(swapped - held), 4),
        stands=_stands(state, swap),
        paid=paid,
    )


def _dollars(held: float, swapped: float, *, final: bool) -> Paid:
    return Paid(held=round(float(held), 2), swapped=round(float(swapped), 2), final=final)
