"""The same events, live and in a backtest: the same decisions at the same moments."""

from __future__ import annotations

import pytest

from actors.backtest.evening import Options, ready_evening, season_models
from actors.backtest.playing import BestByPoints, Script, play
from actors.warm_slate import WarmSlate
from models.backtest.moments import moments_of
from models.backtest.policies import POLICIES
from models.backtest.stage import Stage, batches_of
from models.messages import AskProposals, Decide, Recommend
from models.work import HeldSlate


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
    return {
        (swap.entry_id, swap.before, swap.after, swap.gain_points) for swap in standing.proposals
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
            every = Recommend(user_id="", only_out=False, objective="points")
            await actors.ask(contest, every)
        decided.append(await approved_by(actors, contest))
    return decided


def decided_again(evening, policy):
    """The backtest's own decisions, in the same form."""
    contest_id = evening.recording.contest.contest_id
    script = Script(evening.told, contest_id, "2025-01-12")
    slate = HeldSlate(slate=evening.recording.slate, rules=evening.rules)
    played = play(script, policy, BestByPoints(WarmSlate(slate)))
    state = Stage(evening.told.night.opening, contest_id).contest
    return [
        {
            (state.entries.ids[row], state.lineup_ids(before), state.lineup_ids(after), gain)
            for row, before, after, gain in zip(
                decision.rows.tolist(),
                decision.before,
                decision.after,
                decision.claims.points.tolist(),
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
    assert live == decided_again(evening, name)
    assert sum(map(len, live)) > some
