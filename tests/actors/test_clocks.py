"""F9: wall clocks that jump, and the night on which they are put back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from actors import slate as slate_module
from actors.log.offsets import offset_key
from config.rules import with_rules
from models.evening import generate
from models.events import ContestOpened, GameStart, LateSwap, PlayerInjury, StatusReport

FIRST = datetime(2025, 11, 2, 5, 30, tzinfo=UTC)
"""1:30 in New York, half an hour before it is 1:30 there once more."""


class JumpingClock:
    """A wall clock that is set by hand."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def live_night():
    """A live slate with one game in the hour that comes twice, and the others an hour later."""
    opening = [with_rules(e) for e in generate(8, entries=20).opening]
    slate = opening[0].data.slate
    begins = [FIRST, *([FIRST + timedelta(hours=1)] * (len(slate.games) - 1))]
    games = tuple(
        msgspec.structs.replace(game, start=start)
        for game, start in zip(slate.games, begins, strict=True)
    )
    live = msgspec.structs.replace(slate, games=games, mode="live")
    before = FIRST - timedelta(hours=2)
    told = [
        msgspec.structs.replace(e, mode="live", received_at=before, timestamp=before)
        for e in opening
    ]
    told[0] = msgspec.structs.replace(
        told[0], data=msgspec.structs.replace(told[0].data, slate=live)
    )
    return told


def scratch(actors, state, game_id, moment):
    """Somebody of a game whom an entry holds is ruled out, by a source that has this time."""
    held = set(state.entries.lineups.ravel().tolist())
    player = next(
        p
        for p in state.slate.players
        if p.game_id == game_id and state.player_row[p.player_id] in held
    )
    return PlayerInjury(
        event_id=f"out:{player.player_id}:{moment.isoformat()}",
        source="wire",
        timestamp=moment,
        received_at=moment,
        slate_id=actors.slate_id,
        player_id=player.player_id,
        data=StatusReport(status="OUT"),
    )


async def until_locked(actors, count):
    for _ in range(1000):
        if len(actors.slate.state.started) >= count:
            break
        await asyncio.sleep(0.02)
    assert len(actors.slate.state.started) == count
    await actors.settle(actors.slate_id, list(actors.contests), await actors.log.last_offset())


async def test_no_swap_after_lock_whatever_the_clocks_do(live_night, troupe, monkeypatch):
    monkeypatch.setattr(slate_module, "LOCK_TICK_S", 0.02)
    contests = [e.data.contest_id for e in live_night if isinstance(e, ContestOpened)]
    actors = troupe(live_night[0].slate_id, contests)
    clock = JumpingClock(FIRST - timedelta(minutes=1))
    actors.slate._now = clock
    await actors.tell(*live_night)
    first, *_, last = actors.slate.state.slate.games
    clock.now = FIRST + timedelta(seconds=1)
    await until_locked(actors, 1)
    clock.now -= timedelta(hours=1)  # put back by the machine's owner, or by the season
    contest = actors.contests[contests[0]]
    await actors.tell(scratch(actors, contest.state, first.game_id, clock.now))
    await actors.tell(scratch(actors, contest.state, last.game_id, clock.now))
    proposed = [e.data for e in await actors.history() if isinstance(e, LateSwap)]
    assert proposed, "the other games are open still"
    games = {p.player_id: p.game_id for p in actors.slate.state.slate.players}
    touched = {
        games[p] for swap in proposed for m in swap.moves for p in (m.player_out, m.player_in)
    }
    assert first.game_id not in touched
    clock.now += timedelta(hours=3)  # and far ahead: everything locks, nothing is proposed
    await until_locked(actors, len(actors.slate.state.slate.games))
    before = len([e for e in await actors.history() if isinstance(e, LateSwap)])
    await actors.tell(scratch(actors, contest.state, last.game_id, clock.now))
    history = await actors.history()
    later = [e.data for e in history if isinstance(e, LateSwap)][before:]
    print(f"F9: {len(proposed)} swaps before, {len(later)} words after the last lock")
    assert all(swap.state != "proposed" for swap in later)
    starts = [e.game_id for e in history if isinstance(e, GameStart)]
    assert len(starts) == len(set(starts)) == len(actors.slate.state.slate.games)
    keys = [offset_key(r.offset) for r in await actors.log.read(count=10_000)]
    assert keys == sorted(keys)
