"""Prizes really won: a contest whose standings are final and whose slate has nothing left."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from models.prizes import place_prizes
from models.swap.case import SwapCase
from models.swap.contests import PricedContest, UnpricedError, priced_contests
from models.swap.lineups import HeldLineup
from models.swap.notices import has_started
from models.swap.report import FieldFacts, SimulationFacts
from models.swap.valued import Valuation, Valuations, Worth
from models.swap.words import dollars


def won_prizes(case: SwapCase, held: Sequence[HeldLineup]) -> Valuations:
    """What the entries of a finished contest won; nothing while anybody is still to play."""
    contest = finished_contest(case)
    if contest is None or contest.standings is None:
        return Valuations({})
    entries = contest.standings.entries
    own = {
        item.entry.entry_id: item for item in held if item.entry.contest_id == contest.contest_id
    }
    rank = {entry.entry_id: entry.rank for entry in entries}
    won = prizes_won(contest, own)
    values = {
        entry_id: _fact(own[entry_id], Worth(dollars, contest.entry_fee), rank[entry_id], entries)
        for entry_id, dollars in won.items()
    }
    total = round(sum(won.values()), 2)
    return Valuations(values, (_facts(contest, len(won), total),)) if values else Valuations({})


def finished_contest(case: SwapCase) -> PricedContest | None:
    """The contest of the standings if nothing of it is left to play and its prizes are known."""
    if case.standings is None or not case.standings.final:
        return None
    if not all(g.state == "postponed" or has_started(g, case.at) for g in case.slate.games):
        return None
    try:
        contests = priced_contests(case)
    except UnpricedError:
        return None  # money asks for them itself, and says what is missing
    return next((contest for contest in contests if contest.standings is not None), None)


def prizes_won(contest: PricedContest, entry_ids: Collection[str]) -> dict[str, float]:
    """Dollars of each of these entries that stands in the final standings.

    Ranked among all entries by points; equal points share what their places are paid together.
    """
    if contest.standings is None:
        return {}
    standing = contest.standings.entries
    points = np.array([entry.points for entry in standing], np.float64)
    won = place_prizes(points, contest.payouts.prizes)
    asked = frozenset(entry_ids)
    return {
        entry.entry_id: float(dollars)
        for entry, dollars in zip(standing, won, strict=True)
        if entry.entry_id in asked
    }


def _fact(held: HeldLineup, worth: Worth, rank: int, entries: Sequence[object]) -> Valuation:
    won = f"won {dollars(worth.money)}" if worth.money else "won nothing"
    return Valuation(
        rows=held.rows,
        points=0.0,
        before=worth,
        after=worth,
        reason=f"the contest is over: place {rank:,} of {len(entries):,} {won}",
    )


def _facts(contest: PricedContest, own: int, total: float) -> SimulationFacts:
    entries = len(contest.standings.entries) if contest.standings else 0
    return SimulationFacts(
        contest_id=contest.contest_id,
        estimator="final",
        samples=0,
        entry_fee=contest.entry_fee,
        entries=entries,
        own_entries=own,
        paid_places=paid_places(contest, entries),
        field=FieldFacts(
            opponents=entries - own,
            simulated=0,
            visible=entries - own,
            completed=0,
            generated=0,
            hidden_slots=0,
        ),
        money_before=total,
        money_after=total,
    )


def paid_places(contest: PricedContest, entries: int) -> int:
    """The last place that is paid anything, in a contest of so many entries."""
    last = max((p.last for p in contest.payouts.prizes if p.amount > 0), default=0)
    return min(last, entries)
