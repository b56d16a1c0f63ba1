"""A whole generated evening through the real actors, fold by fold, in one process."""

from __future__ import annotations

import pytest

from actors.source import NightSpec, SourceActor
from models.events import (
    Alert,
    ContestOpened,
    EntriesUploaded,
    GameStart,
    LateSwap,
    PlayerInjury,
    SlateChanged,
    SlateOpened,
)
from models.folds.slate import SlateState


@pytest.fixture
async def evening(troupe):
    """The log of a generated evening played as fast as possible, and the actors that read it."""
    spec = NightSpec(seed=3, entries=40)
    night = spec.load()
    contests = [e.data.contest_id for e in night.opening if isinstance(e, ContestOpened)]
    actors = troupe(night.opening[0].slate_id, contests)
    source = SourceActor(spec, float("inf"), actors.open_log, actors.settle)
    actors.slate.follow()
    await source.begin()
    await source.finished()
    return await actors.history(), actors


async def test_every_event_of_the_night_is_in_the_log_in_order(evening):
    history, _ = evening
    night = NightSpec(seed=3, entries=40).load()
    sent = [e.event_id for e in (*night.opening, *night.timeline)]
    ids = set(sent)
    assert [e.event_id for e in history if e.event_id in ids] == sent


async def test_every_proposal_is_legal_at_its_moment(evening):
    history, _ = evening
    proposals = [e for e in history if isinstance(e, LateSwap) and e.data.state == "proposed"]
    assert len(proposals) > 10
    state = None
    for event in history:
        if isinstance(event, SlateOpened):
            state = SlateState.opened(event)
        elif state is not None:
            state = state.updated(event)
        if isinstance(event, LateSwap) and event.data.state == "proposed":
            _assert_legal(state, event.data)


def _assert_legal(state: SlateState, swap) -> None:
    """Checked from the rules alone, by other code than that which made the proposal."""
    players = [state.players[p] for p in swap.after]
    for slot, player in zip(state.rules.slots, players, strict=True):
        assert slot.name in player.roster_slots
    assert len({p.person for p in players}) == len(players)
    assert sum(p.salary for p in players) <= state.rules.salary_cap
    assert len({p.game_id for p in players}) >= state.rules.min_games
    for before, after in zip(swap.before, swap.after, strict=True):
        if before != after:
            assert not state.is_locked(before), (before, swap.moves)
            assert not state.is_locked(after)
    assert all(state.designation(move.player_in) != "OUT" for move in swap.moves)
    assert any(state.designation(move.player_out) == "OUT" for move in swap.moves)


async def test_no_holder_of_an_out_player_is_forgotten(evening):
    history, actors = evening
    for contest in actors.contests.values():
        state = contest.state
        proposed = {swap.entry_id for swap in state.proposals.values()}
        # By now everything is locked; whoever still holds a late scratch was told so in time.
        scratched = [e for e in history if isinstance(e, PlayerInjury) and e.data.status == "OUT"]
        locks = {e.game_id: i for i, e in enumerate(history) if isinstance(e, GameStart)}
        order = {e.event_id: i for i, e in enumerate(history)}
        slate = actors.slate.state
        for entry in next(e for e in history if isinstance(e, EntriesUploaded)).data.entries:
            for news in scratched:
                in_time = order[news.event_id] < locks[slate.players[news.player_id].game_id]
                stands = slate.reports[news.player_id].event_id == news.event_id
                if news.player_id in entry.lineup and in_time and stands:
                    assert entry.entry_id in proposed


async def test_users_are_told_once_a_cause(evening):
    history, _ = evening
    alerts = [e for e in history if isinstance(e, Alert)]
    assert alerts
    assert len({(a.user_id, a.player_id, a.data["cause"]) for a in alerts}) == len(alerts)


async def test_what_was_generated_says_so_everywhere(evening):
    history, _ = evening
    assert {e.mode for e in history} == {"generated"}


async def test_an_actor_rebuilt_from_the_log_says_nothing_new(evening, troupe):
    history, actors = evening
    again = troupe(actors.slate_id, list(actors.contests))
    again.log = actors.log
    await again.settle("", list(again.contests), actors.slate.offset)
    assert await again.history() == history
    assert again.slate.state == actors.slate.state
    changes = [e for e in history if isinstance(e, SlateChanged)]
    assert changes
