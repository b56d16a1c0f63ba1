"""Swaps priced in a contest's money: what a worker answers, and what becomes of proposals."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from actors.pool import LateSwapActor, LocalPool, UnknownContestError
from actors.pricing import Pricing, held_contest
from config.rules import with_rules
from models.decisions import ended
from models.evening import generate
from models.events import EntriesUploaded, LateSwap, PlayerInjury, SlateOpened, StatusReport
from models.folds.beginning import fold
from models.messages import AskProposals, Decide, Decided, Proposals, encode
from models.optimiser import check_legal
from models.priced import price_request, priced_proposals, still_due
from models.proposals import ProposalPolicy
from models.simulation.pay import MOST_OWN

POLICY = ProposalPolicy()


@pytest.fixture(scope="module")
def pool():
    return LocalPool(threads=2)


@pytest.fixture(scope="module")
def holders(contest_in_trouble):
    columns = contest_in_trouble.columns
    return np.flatnonzero(contest_in_trouble.entries.holding(columns.out & ~columns.locked))


async def priced(pool, state, rows, policy=POLICY):
    return await pool.price(price_request(state, rows, policy), held_contest(state))


def without_time(answer):
    return msgspec.structs.replace(answer, seconds={})


def test_a_worker_that_lacks_the_contest_says_so(contest_in_trouble, holders):
    request = price_request(contest_in_trouble, holders, POLICY)
    with pytest.raises(UnknownContestError) as error:
        LateSwapActor().price(encode(request))
    assert error.value.contest_id == contest_in_trouble.contest.contest_id


async def test_every_holder_gets_a_legal_swap_whose_gain_is_clear(
    pool, contest_in_trouble, holders
):
    state = contest_in_trouble
    swaps = priced_proposals(state, holders.tolist(), await priced(pool, state, holders))
    assert len(swaps) > len(holders) // 2
    for swap in swaps:
        assert not any(state.is_out(p) for p in swap.after)
        broken = check_legal(state.rules, state.pool, np.array([state.lineup_rows(swap.after)]))
        assert not any(mask.any() for mask in broken.values())
        assert swap.money.after == pytest.approx(swap.money.before + swap.money.gain, abs=1e-3)
        assert 0 <= swap.money.cash_before < swap.money.cash_after <= 1
        assert swap.money.estimator == "smoothed"
        assert swap.money.low <= swap.money.gain <= swap.money.high
        assert "is out" in swap.reason
        assert "$" in swap.reason


async def test_any_worker_gives_the_same_prices(pool, contest_in_trouble, holders):
    one = await priced(pool, contest_in_trouble, holders)
    other = await priced(LocalPool(threads=1), contest_in_trouble, holders)
    assert without_time(one) == without_time(other)


async def test_a_worker_brought_up_to_date_prices_like_a_fresh_one(contest_in_trouble, holders):
    state, kept = contest_in_trouble, LocalPool()
    columns = state.columns
    before = replace(
        state,
        columns=replace(columns, projection=columns.projection + 1.0, scored=columns.scored + 2.0),
    )
    await priced(kept, before, holders)
    again, fresh = await priced(kept, state, holders), await priced(LocalPool(), state, holders)
    assert again.money[0].cash_after == pytest.approx(fresh.money[0].cash_after, abs=0.05)
    assert again.status == fresh.status
    assert again.points == fresh.points or again.lineups != fresh.lineups


async def test_where_the_whole_contest_is_followed_payouts_are_exact(contest_in_trouble, holders):
    state = replace(contest_in_trouble, field_size=len(contest_in_trouble.entries.ids))
    answer = await priced(LocalPool(), state, holders)
    assert {money.estimator for money in answer.money if money is not None} == {"exact"}


async def test_asking_for_nobody_only_prepares(pool, contest_in_trouble):
    answer = await priced(pool, contest_in_trouble, np.empty(0, np.intp))
    assert answer.status == ()
    assert priced_proposals(contest_in_trouble, [], answer) == []
    assert set(answer.seconds) == {"samples", "field"}


async def test_users_are_chosen_for_apart_from_each_other(contest_in_trouble, holders):
    state = contest_in_trouble
    users = tuple(f"user {row % 20}" for row in range(len(state.entries.users)))
    many = replace(state, entries=replace(state.entries, users=users))
    answer = await priced(LocalPool(), many, holders)
    swaps = priced_proposals(many, holders.tolist(), answer)
    assert len(swaps) > len(holders) // 2
    assert {swap.user_id for swap in swaps} <= set(users)


async def test_the_proposal_that_stands_gets_its_figures(pool, contest_in_trouble, holders):
    state = contest_in_trouble
    answer = await priced(pool, state, holders)
    first = priced_proposals(state, holders.tolist(), answer)[0]
    bare = msgspec.structs.replace(first, money=None, reason="by points")
    standing = replace(state, open={bare.entry_id: bare}, proposals={bare.proposal_id: bare})
    (again,) = [
        s
        for s in priced_proposals(standing, holders.tolist(), answer)
        if s.entry_id == first.entry_id
    ]
    assert (again.proposal_id, again.revision, again.money) == (first.proposal_id, 1, first.money)
    known = replace(state, open={first.entry_id: first})
    told = priced_proposals(known, holders.tolist(), answer)
    assert first.entry_id not in {s.entry_id for s in told}


async def test_a_swap_worth_nothing_ends_unless_somebody_cannot_play(
    pool, contest_in_trouble, holders
):
    state = contest_in_trouble
    answer = await priced(pool, state, holders)
    swap = priced_proposals(state, holders.tolist(), answer)[0]
    row = state.entries.row_of[swap.entry_id]
    nothing = msgspec.structs.replace(
        answer,
        status=answer.status[:1],
        lineups=state.entries.lineups[row].tobytes(),
        points=np.zeros(2).tobytes(),
        money=(None,),
    )
    holding = replace(state, open={swap.entry_id: swap})
    assert priced_proposals(holding, [row], nothing) == []
    plays = replace(holding, columns=replace(state.columns, out=np.zeros_like(state.columns.out)))
    (over,) = priced_proposals(plays, [row], nothing)
    assert (over.state, over.revision) == ("withdrawn", swap.revision + 1)


async def test_what_was_decided_while_it_was_priced_is_left_alone(
    pool, contest_in_trouble, holders
):
    state = contest_in_trouble
    swap = priced_proposals(state, holders.tolist(), await priced(pool, state, holders))[0]
    assert still_due(state, swap)
    approved = replace(state, open={swap.entry_id: ended(swap, "approved", "")})
    assert not still_due(approved, swap)
    row = state.entries.row_of[swap.entry_id]
    lineups = state.entries.lineups.copy()
    lineups[row] = state.lineup_rows(swap.after)
    after = replace(state, entries=replace(state.entries, lineups=lineups))
    assert not still_due(after, swap)
    assert not still_due(replace(after, open=approved.open), swap)


async def test_who_followed_one_swap_may_be_offered_the_next(pool, contest_in_trouble, holders):
    state = contest_in_trouble
    swap = priced_proposals(state, holders.tolist(), await priced(pool, state, holders))[0]
    earlier = msgspec.structs.replace(swap, before=swap.after, after=swap.before, state="approved")
    assert still_due(replace(state, open={swap.entry_id: earlier}), swap)


class LostPool(LocalPool):
    """A pool whose workers are gone."""

    async def price(self, request, held):  # noqa: ARG002
        raise UnknownContestError(request.contest_id)


async def test_a_pool_that_cannot_price_leaves_the_proposals_by_points(contest_in_trouble):
    delivered = []

    async def deliver(found):
        delivered.append(found)

    pricing = Pricing(LostPool(), POLICY, lambda: contest_in_trouble, deliver)
    pricing.ask(contest_in_trouble.entries.ids[:3])
    await pricing.done()
    assert (pricing.failed, delivered) == (1, [])


async def test_an_absence_is_proposed_by_points_and_then_by_money(troupe):
    night = generate(5, entries=30, field=300)
    opening = [event for event in night.opening if not isinstance(event, SlateOpened)]
    contest_id = opening[0].contest_id
    actors = troupe(night.opening[0].slate_id, [contest_id])
    await actors.tell(with_rules(night.opening[0]), *opening)
    entered = next(e for e in opening if isinstance(e, EntriesUploaded)).data.entries
    held = [p for entry in entered for p in entry.lineup]
    out = max(set(held), key=held.count)
    news = PlayerInjury(
        event_id="news", source="test", timestamp=night.begins, received_at=night.begins,
        slate_id=night.opening[0].slate_id, player_id=out, data=StatusReport(status="OUT"),
    )  # fmt: skip
    await actors.tell(news)
    swaps = [e.data for e in await actors.history() if isinstance(e, LateSwap)]
    priced_ones = [swap for swap in swaps if swap.money is not None]
    holders = {e.entry_id for e in entered if out in e.lineup}
    assert {s.entry_id for s in swaps} == holders
    assert {s.entry_id for s in priced_ones} == holders
    assert not any(swap.money for swap in swaps[: len(holders)])
    contest = actors.contests[contest_id]
    standing = await actors.ask(contest, AskProposals(state="proposed"))
    assert isinstance(standing, Proposals)
    chosen = next(swap for swap in standing.proposals if swap.money is not None)
    answer = await actors.ask(
        contest, Decide(proposal_id=chosen.proposal_id, action="approve", user_id="demo")
    )
    assert isinstance(answer, Decided)
    assert contest.state.lineup_of(chosen.entry_id) == chosen.after
    assert (contest.health().detail["not_priced"]) == 0


async def test_many_followed_entries_compete_with_everybody_else_too(in_trouble):
    opening = generate(4, entries=MOST_OWN + 20, field=14_000).opening
    contest_id = next(e.contest_id for e in opening if e.contest_id)
    state = fold(None, [with_rules(event) for event in opening], contest_id)
    row = np.arange(1)
    told = {}
    for followed in (MOST_OWN, MOST_OWN + 20):
        entries = replace(state.entries, lineups=state.entries.lineups[:followed])
        part = in_trouble(replace(state, entries=entries))
        answer = await priced(LocalPool(threads=2), part, row)
        told[answer.money[0].estimator] = answer.money[0]
    assert told["exact"].cash_before == pytest.approx(told["smoothed"].cash_before, abs=0.03)
    assert told["exact"].cash_after == pytest.approx(told["smoothed"].cash_after, abs=0.03)
