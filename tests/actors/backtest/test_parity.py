"""The same events, live and in a backtest: the same decisions at the same moments."""

from __future__ import annotations

import numpy as np
import pytest

from actors.backtest.evening import Options, ready_evening, season_models, swappers
from actors.backtest.playing import Script, play
from actors.pricing import SAMPLES, SEED
from models.backtest.claims import nothing_learned
from models.backtest.learning import Learning
from models.backtest.moments import moments_of
from models.backtest.policies import POLICIES
from models.backtest.stage import Stage, batches_of
from models.messages import AskProposals, Decide, Recommend
from models.proposals import ProposalPolicy


def night_of(request, name):
    if name == "generated":
        return request.getfixturevalue("generated").folder
    return request.getfixturevalue("shared") / "data/nba-2024-25/slates" / name


def evening_of(request, name, entries):
    folder = night_of(request, name)
    return ready_evening(folder, Options(entries=entries), season_models())


async def approved_by(actors, contest):
    """Every standing proposal, approved."""
    standing = await actors.ask(contest, AskProposals(state="proposed", limit=10_000))
    for swap in standing.proposals:
        decide = Decide(proposal_id=swap.proposal_id, action="approve", user_id=swap.user_id)
        await actors.ask(contest, decide)
    assert all(s.money.estimator == "exact" for s in standing.proposals if s.money)  # field shown
    return {
        (s.entry_id, s.before, s.after, s.gain_points, s.money.gain if s.money else None)
        for s in standing.proposals
    }


async def decided_live(actors, evening, policy):
    """What the real actors propose on the memory log at each moment, approved at once."""
    night = evening.told.night
    contest = actors.contests[evening.recording.contest.contest_id]
    await actors.tell(*night.opening)
    waiting = list(batches_of(night))
    decided = []
    for moment in moments_of(night):
        while waiting and waiting[0][0] <= moment.at:
            await actors.tell(*waiting.pop(0)[1])
        if not policy.only_out:
            every = Recommend(user_id="", only_out=False, objective=policy.objective)
            await actors.ask(contest, every)
        decided.append(await approved_by(actors, contest))
    return decided


def decided_again(evening, policy, calibrations):
    """The backtest's own decisions, in the same form, with the samples and the seed of a worker."""
    contest_id = evening.recording.contest.contest_id
    script = Script(evening.told, contest_id, "2025-01-12", calibrations)
    swapper_of = swappers(evening, Options(samples=SAMPLES, seed=SEED))
    played = play(script, policy, swapper_of(policy))
    state = Stage(evening.told.night.opening, contest_id).contest
    return [
        {
            (
                state.entries.ids[row],
                state.lineup_ids(before),
                state.lineup_ids(after),
                points,
                None if np.isnan(money) else money,
            )
            for row, before, after, points, money in zip(
                decision.rows.tolist(),
                decision.before,
                decision.after,
                decision.claims.points.tolist(),
                decision.claims.money.tolist(),
                strict=True,
            )
        }
        for decision in played.decisions
    ]


@pytest.mark.parametrize(
    ("night", "name", "entries", "some"),
    [
        ("generated", "only_out", 100, 10),
        ("generated", "points", 30, 30),
        ("2025-01-01", "only_out", 1_500, 10),
        ("2025-01-01", "points", 30, 30),
    ],
)
async def test_live_and_backtest_decide_alike(request, troupe, night, name, entries, some):
    evening, policy = evening_of(request, night, entries), POLICIES[name]
    contest = evening.recording.contest
    actors = troupe(evening.recording.slate.slate_id, [contest.contest_id], policy)
    live = await decided_live(actors, evening, policy)
    assert live == decided_again(evening, name, nothing_learned)
    assert sum(map(len, live)) > some


@pytest.mark.parametrize(
    ("night", "entries", "some"), [("generated", 100, 10), ("2025-01-01", 1_500, 10)]
)
async def test_live_and_backtest_pay_alike(request, troupe, night, entries, some):
    """The live system's own policy is that of a backtest whose claims by projections are refused."""
    evening = evening_of(request, night, entries)
    contest = evening.recording.contest
    actors = troupe(evening.recording.slate.slate_id, [contest.contest_id], ProposalPolicy())
    live = await decided_live(actors, evening, ProposalPolicy())
    assert live == decided_again(evening, "money", Learning(()))
    assert sum(swap[-1] is not None for swaps in live for swap in swaps) > some


async def test_everything_that_money_moves_is_moved_alike(request, troupe):
    evening, policy = evening_of(request, "generated", 30), POLICIES["money"]
    contest = evening.recording.contest
    actors = troupe(evening.recording.slate.slate_id, [contest.contest_id], policy)
    live = await decided_live(actors, evening, policy)
    assert live == decided_again(evening, "money", nothing_learned)
    assert sum(swap[-1] is not None for swaps in live for swap in swaps) > 10
