"""What former versions wrote is read by this one, and leads to the same states."""

from __future__ import annotations

import itertools

import msgspec
import pytest

from models import codec, snapshots
from models.alerts.book import AlertBook
from models.events import ContestOpened, SlateOpened
from models.folds.beginning import fold
from models.folds.contest import ContestState
from models.folds.kept_contest import KeptContest
from models.folds.slate import SlateState
from models.folds.subscriber import SubscriberState
from models.snapshots import UnreadableSnapshot, pack, state_hash, unpack


@pytest.fixture(scope="session")
def events(released_log):
    return [codec.decode(body) for _, _, body in released_log]


@pytest.fixture(scope="session")
def contest_id(events):
    return next(e.data.contest_id for e in events if isinstance(e, ContestOpened))


def folded_slate(state, events):
    for event in events:
        if state is not None:
            state = state.updated(event)
        elif isinstance(event, SlateOpened):
            state = SlateState.opened(event)
    return state


def folded_contest(state, events, contest_id):
    found = fold(state, events, contest_id)
    assert isinstance(found, ContestState)
    return found


def kept(slate, contest, subscriber):
    return {"slate": slate, "contest": KeptContest.of(contest), "subscriber": subscriber}


@pytest.fixture(scope="session")
def states(events, contest_id):
    """The states at the end of the night, as snapshots keep them."""
    return kept(
        folded_slate(None, events),
        folded_contest(None, events, contest_id),
        SubscriberState().updated(events),
    )


def test_an_old_log_is_read_to_the_last_event(released_log, events):
    assert len(events) == len(released_log) == 991
    assert len({codec.event_type(event) for event in events}) == 16


def test_old_snapshots_are_the_states_that_the_old_log_leads_to(released_snapshots, states):
    assert released_snapshots.keys() == states.keys()
    for kind, state in as_kept_by(released_snapshots, states).items():
        found = unpack(released_snapshots[kind], kind, type(state))
        assert found == state
        assert state_hash(found) == state_hash(state)


def as_kept_by(snapshots, states):
    """The states without what snapshots of their version had no place for."""
    kept = msgspec.msgpack.decode(snapshots["subscriber"])[2]
    return states if "book" in kept else {**states, "subscriber": without_book(states)}


def without_book(states):
    """Who was told what was first remembered when users could have alerts of their own."""
    return msgspec.structs.replace(states["subscriber"], book=AlertBook())


@pytest.mark.parametrize("place", [5, 100, 333, 700, 990])
def test_going_on_from_a_snapshot_leads_where_the_whole_log_does(events, contest_id, states, place):
    past, rest = events[:place], events[place:]
    slate = unpack(pack("slate", folded_slate(None, past)), "slate", SlateState)
    contest = KeptContest.of(folded_contest(None, past, contest_id))
    contest = unpack(pack("contest", contest), "contest", KeptContest).state()
    told = SubscriberState().updated(past)
    told = unpack(pack("subscriber", told), "subscriber", SubscriberState)
    again = kept(
        folded_slate(slate, rest), folded_contest(contest, rest, contest_id), told.updated(rest)
    )
    assert {k: state_hash(s) for k, s in again.items()} == {
        k: state_hash(s) for k, s in states.items()
    }


def test_a_hash_does_not_depend_on_the_order_in_which_a_map_grew(states):
    slate = states["slate"]
    turned = dict(reversed(slate.reports.items()))
    assert list(turned) != list(slate.reports)
    assert state_hash(msgspec.structs.replace(slate, reports=turned)) == state_hash(slate)
    less = dict(itertools.islice(turned.items(), len(turned) - 1))
    assert state_hash(msgspec.structs.replace(slate, reports=less)) != state_hash(slate)


def test_an_older_form_is_lifted_step_by_step(states, monkeypatch):
    """As if names had been called ``known`` two forms ago."""
    told = without_book(states)
    plain = msgspec.to_builtins(told)
    body = msgspec.msgpack.encode(
        ["subscriber", 1, {"known": plain["names"], "told": plain["told"]}]
    )
    monkeypatch.setitem(snapshots.FORMS, "subscriber", 3)
    lifts = {
        ("subscriber", 1): lambda old: {"called": old["known"], "told": old["told"]},
        ("subscriber", 2): lambda old: {"names": old["called"], "told": old["told"]},
    }
    assert unpack(body, "subscriber", SubscriberState, lifts) == told
    with pytest.raises(UnreadableSnapshot, match="nothing lifts 'subscriber' from form 2"):
        unpack(body, "subscriber", SubscriberState, {("subscriber", 1): lifts["subscriber", 1]})


def test_what_cannot_be_read_is_refused_by_name(states):
    body = pack("slate", states["slate"])
    with pytest.raises(UnreadableSnapshot, match="'slate' is none of 'contest'"):
        unpack(body, "contest", KeptContest)
    with pytest.raises(UnreadableSnapshot, match="from a newer version"):
        unpack(msgspec.msgpack.encode(["slate", 99, {}]), "slate", SlateState)
    for bad in (b"", b"\x00", body[:-9], msgspec.msgpack.encode(["slate", 1, {"slate": 3}])):
        with pytest.raises(UnreadableSnapshot):
            unpack(bad, "slate", SlateState)
