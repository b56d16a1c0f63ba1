"""Whole nights through the real actors in one process: one generated, two that happened."""

from __future__ import annotations

import pytest

from actors.source import NightSpec, SourceActor
from models.events import (
    Alert,
    ContestOpened,
    EntriesUploaded,
    GameStart,
    LateSwap,
    SlateOpened,
)
from models.folds.slate import SlateState

GENERATED = "generated"
REAL = ("2025-01-12", "2025-01-01")


def spec_of(name, request):
    if name == GENERATED:
        return NightSpec(seed=3, entries=40)
    folder = request.getfixturevalue("shared") / "data/nba-2024-25/slates" / name
    return NightSpec(folder=str(folder))


@pytest.fixture(params=[GENERATED, *REAL])
async def played(request, troupe):
    """The log of a night played as fast as possible, the actors that read it, and the night."""
    spec = spec_of(request.param, request)
    night = spec.load()
    contests = [e.data.contest_id for e in night.opening if isinstance(e, ContestOpened)]
    actors = troupe(night.opening[0].slate_id, contests)
    source = SourceActor(spec, float("inf"), actors.open_log, actors.settle)
    await source.begin()
    await source.finished()
    return await actors.history(), actors, night


async def test_a_night_is_played_in_order_and_answered_legally(played, troupe):
    history, actors, night = played
    assert_played_in_order(history, night)
    assert_every_proposal_was_legal(history)
    assert_no_holder_was_forgotten(history, actors)
    assert_users_are_told_once_a_cause(history)
    assert {e.mode for e in history} == {night.mode}
    await assert_actors_rebuilt_from_the_log_say_nothing_new(history, actors, troupe)


def assert_played_in_order(history, night):
    sent = [e.event_id for e in (*night.opening, *night.timeline)]
    ids = set(sent)
    assert [e.event_id for e in history if e.event_id in ids] == sent


def assert_every_proposal_was_legal(history):
    """Checked from the rules alone, by other code than that which made the proposals."""
    state = None
    made = 0
    told = {}
    for event in history:
        if isinstance(event, SlateOpened):
            state = SlateState.opened(event)
        elif state is not None:
            state = state.updated(event)
        if isinstance(event, LateSwap) and event.data.state == "proposed":
            made += 1
            assert_legal(state, event.data)
            assert_explained(event.data, told)
        told[event.event_id] = event
    assert made > 10


def assert_explained(swap, told):
    """Every move names an event of the past that is about the player who leaves."""
    for move in swap.moves:
        assert move.events
        assert {told[e].player_id for e in move.events} == {move.player_out}


def assert_legal(state, swap):
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
    for move in swap.moves:
        assert state.designation(move.player_in) != "OUT"
        assert state.designation(move.player_out) == "OUT"


def assert_no_holder_was_forgotten(history, actors):
    """Whoever held a player ruled out before his game was told of a swap, or none was legal."""
    order = {e.event_id: i for i, e in enumerate(history)}
    locks = {e.game_id: i for i, e in enumerate(history) if isinstance(e, GameStart)}
    slate = actors.slate.state
    scratched = {
        player_id
        for player_id, report in slate.reports.items()
        if report.designation == "OUT"
        and report.event_id in order
        and order[report.event_id] < locks.get(slate.players[player_id].game_id, -1)
    }
    entered = next(e for e in history if isinstance(e, EntriesUploaded))
    told = {e.data.entry_id for e in history if isinstance(e, LateSwap)}
    holders = {e.entry_id for e in entered.data.entries if scratched.intersection(e.lineup)}
    assert holders
    assert len(holders - told) <= len(holders) // 50


def assert_users_are_told_once_a_cause(history):
    alerts = [e for e in history if isinstance(e, Alert)]
    assert alerts
    causes = {(a.user_id, a.contest_id, a.player_id, a.data["cause"]) for a in alerts}
    assert len(causes) == len(alerts)


async def assert_actors_rebuilt_from_the_log_say_nothing_new(history, actors, troupe):
    again = troupe(actors.slate_id, list(actors.contests))
    again.log = actors.log
    await again.settle("", list(again.contests), actors.slate.offset)
    assert await again.history() == history
    assert again.slate.state == actors.slate.state
