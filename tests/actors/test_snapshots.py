"""Actors that come back from snapshot and log: the state of one that never went."""

from __future__ import annotations

import pytest

from actors import saving
from actors.log.offsets import BEGINNING
from actors.log.port import Saved
from actors.source import NightSpec
from config.rules import with_rules
from models import codec
from models.events import ContestOpened, PlayerInjury
from models.folds.slate import SlateState
from models.messages import AskHealth


@pytest.fixture
def night():
    return NightSpec(seed=5, entries=15).load()


def contests_of(night):
    return [e.data.contest_id for e in night.opening if isinstance(e, ContestOpened)]


def play_in_parts(night, parts):
    events = [with_rules(event) for event in (*night.opening, *night.timeline)]
    opening, rest = events[: len(night.opening)], events[len(night.opening) :][:160]
    size = -(-len(rest) // parts)
    return [opening, *(rest[at : at + size] for at in range(0, len(rest), size))]


async def hashes(actors):
    """State hashes once everything in the log is folded."""
    await actors.settle(actors.slate_id, list(actors.contests), await actors.log.last_offset())
    everyone = (actors.slate, *actors.contests.values(), actors.subscriber)
    return {a.name: (await actors.ask(a, AskHealth(state=True))).state_hash for a in everyone}


async def test_actors_that_restart_again_and_again_end_where_one_that_never_did(
    night, troupe, monkeypatch
):
    """Every part of the night is folded by new actors, from the snapshots of those before."""
    monkeypatch.setattr(saving, "EVENTS", 7)
    monkeypatch.setattr(saving, "SHARE", 1e-9)
    slate_id, contests = night.opening[0].slate_id, contests_of(night)
    actors = troupe(slate_id, contests)
    for part in play_in_parts(night, 6):
        await actors.tell(*part)
        await actors.stop()
        after = troupe(slate_id, contests)
        after.log = actors.log
        actors = after
    disturbed = await hashes(actors)
    places = await actors.log.lags()
    assert all(places[name].offset > BEGINNING for name in disturbed)
    undisturbed = troupe(slate_id, contests)
    undisturbed.log = actors.log
    for name in disturbed:
        await actors.log.forget(name)
    assert await hashes(undisturbed) == disturbed
    assert len(set(disturbed.values())) == len(disturbed)


@pytest.mark.parametrize("broken", ["of another log", "unreadable"])
async def test_a_snapshot_that_does_not_fit_is_not_used(night, troupe, broken):
    slate_id, contests = night.opening[0].slate_id, contests_of(night)
    actors = troupe(slate_id, contests)
    for part in play_in_parts(night, 1):
        await actors.tell(*part)
    expected = await hashes(actors)
    await actors.stop()
    for name in expected:
        saved = await actors.log.saved(name)
        offset = "1-1" if broken == "of another log" else saved.offset
        state = b"\x93" if broken == "unreadable" else saved.state
        await actors.log.save(name, Saved(offset, saved.partitions, state))
    again = troupe(slate_id, contests)
    again.log = actors.log
    assert await hashes(again) == expected


async def test_an_event_that_breaks_a_fold_is_set_aside_and_counts_once_the_fold_is_mended(
    night, troupe, monkeypatch
):
    """The others are folded as if it were not there; made anew from the log, it counts in place."""
    slate_id, contests = night.opening[0].slate_id, contests_of(night)
    opening, first, second = play_in_parts(night, 2)
    poison = next(e for e in second if isinstance(e, PlayerInjury))
    whole = troupe(slate_id, contests)
    for part in (opening, first, second):
        await whole.tell(*part)
    updated = SlateState.updated

    def broken(state, event):
        if event.event_id == poison.event_id:
            raise ZeroDivisionError("cannot be folded")
        return updated(state, event)

    actors = troupe(slate_id, contests)
    monkeypatch.setattr(SlateState, "updated", broken)
    for part in (opening, first, second):
        await actors.tell(*part)
    (aside,) = await actors.log.aside()
    print(f"set aside: {aside}")
    assert (aside.reader, aside.event_id) == (actors.slate.name, poison.event_id)
    assert aside.reason == "ZeroDivisionError: cannot be folded"
    assert codec.decode(aside.body).event_id == poison.event_id
    assert actors.slate.health().detail["aside"] == 1
    assert await hashes(actors) != await hashes(whole)
    await actors.stop()
    monkeypatch.setattr(SlateState, "updated", updated)
    await actors.log.forget(actors.slate.name)
    again = troupe(slate_id, contests)
    again.log = actors.log
    assert (await hashes(again))[again.slate.name] == (await hashes(whole))[whole.slate.name]
    assert await actors.log.aside() == []
