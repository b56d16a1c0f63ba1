"""The contest's fold: entries, ownership, proposals; and which entries a change concerns."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from models.decisions import ended
from models.events import EntryLineup, EntryUpload, SlateChange, SlateChanged
from models.folds.beginning import Awaiting, fold
from models.folds.change import change_between
from models.folds.contest import ContestState
from models.folds.slate import SlateState
from models.proposals import concerned_entries, touched, why_stale
from tests.models.folds.proposed import swap


@pytest.fixture
def state(opening, contest, upload):
    return fold(None, [opening, contest, upload], "c")


@pytest.fixture
def changed(opening):
    """The slate change that some events cause, as the slate's owner tells it."""
    start = SlateState.opened(opening)

    def change(*events):
        state = start
        for item in events:
            state = state.updated(item)
        found = change_between(start, state, "1-9")
        return SlateChanged(
            event_id="change", source="slate", timestamp=state.clock, received_at=state.clock,
            slate_id="s", data=found or SlateChange(as_of="1-9", clock=state.clock),
        )  # fmt: skip

    return change


def solved_rows(before, after):
    return concerned_entries(before, after).in_trouble


def late_swap(event, proposal):
    return event("late_swap", 5, contest_id="c", data=proposal)


def test_the_state_begins_with_its_slate_and_its_contest(opening, contest, event):
    assert fold(None, [contest], "c") is None
    waiting = fold(None, [opening], "c")
    assert waiting == Awaiting(opening)
    assert isinstance(fold(waiting, [contest], "c"), ContestState)
    assert fold(waiting, [contest], "other") is waiting


def test_a_contest_that_opens_late_knows_what_was_told_before(opening, contest, changed, event):
    news = event("player_injury", 1, player_id="0", data={"status": "OUT"})
    lock = event("game_start", 2, game_id="C@D")
    state = fold(None, [opening, changed(news, lock), contest], "c")
    assert state.is_out("0")
    assert state.columns.locked.tolist() == [False] * 4 + [True] * 4
    assert state.causes["0"] == (news.event_id,)


def test_what_the_newest_projections_rest_on_is_known(opening, contest, state):
    data = msgspec.structs.replace(opening.data, projected_by="salary")
    again = msgspec.structs.replace(opening, event_id="again", data=data)
    assert state.updated([again]).projected_by == "salary"
    late = fold(None, [opening, again, contest], "c")
    assert (late.projected_by, late.slate) == ("salary", opening.data.slate)


def test_entries_become_rows_of_the_pool(state):
    assert state.entries.ids == ("e1", "e2")
    assert state.lineup_ids(state.entries.lineups[0]) == ("0", "1", "4")


def test_an_entry_handed_in_again_replaces_the_earlier_one(state, upload):
    entry = upload.data.entries[0].__class__(entry_id="e1", user_id="u", lineup=("2", "", "x"))
    again = upload.__class__(
        event_id="again", source="t", timestamp=upload.timestamp, received_at=upload.received_at,
        contest_id="c", data=upload.data.__class__(entries=(entry,)),
    )  # fmt: skip
    later = state.updated([again])
    assert later.lineup_ids(later.entries.lineups[0]) == ("2", "", "")
    assert later.entries.ids == ("e1", "e2")


def test_entries_handed_in_after_a_swap_stand_as_handed_in(state, upload, event):
    approved = late_swap(event, ended(swap(), "approved", ""))
    other = EntryLineup(entry_id="e1", user_id="u", lineup=("0", "1", "7"))
    data = EntryUpload(entries=(other,))
    again = msgspec.structs.replace(upload, event_id="again", data=data)
    whole = state.updated([late_swap(event, swap()), approved, again])
    single = state.updated([late_swap(event, swap())]).updated([approved]).updated([again])
    assert whole.lineup_of("e1") == single.lineup_of("e1") == ("0", "1", "7")
    assert whole.open == single.open == {}


def test_an_out_player_concerns_exactly_his_holders(state, changed, event):
    news = event("player_injury", 1, player_id="0", data={"status": "OUT"})
    after = state.updated([changed(news)])
    assert solved_rows(state, after).tolist() == [0]
    assert solved_rows(after, after).tolist() == []
    assert solved_rows(None, after).tolist() == [0]


def test_a_locked_out_player_concerns_nobody(state, changed, event):
    news = event("player_injury", 1, player_id="0", data={"status": "OUT"})
    lock = event("game_start", 2, game_id="A@B")
    assert solved_rows(state, state.updated([changed(news, lock)])).size == 0


def test_who_plays_in_no_game_is_out_whatever_else_is_told_of_him(state, changed, event):
    off = event("game_postponed", 1, game_id="A@B")
    news = event("player_injury", 2, player_id="0", data={"status": "Q"})
    for told in ([changed(off)], [changed(off), changed(off, news)]):
        after = state.updated(told)
        assert after.columns.out.tolist() == [True] * 4 + [False] * 4
        assert solved_rows(state, after).tolist() == [0]


def test_a_question_mark_concerns_nobody(state, changed, event):
    news = event("player_injury", 1, player_id="0", data={"status": "Q"})
    assert solved_rows(state, state.updated([changed(news)])).size == 0


def test_news_about_a_player_who_is_to_come_in_concerns_the_entry(state, changed, event):
    proposed = state.updated([late_swap(event, swap())])
    news = event("player_injury", 1, player_id="6", data={"status": "OUT"})
    concerned = concerned_entries(proposed, proposed.updated([changed(news)]))
    assert (concerned.in_trouble.tolist(), concerned.out_of_it.tolist()) == ([1], [0])


def test_a_proposal_stands_until_it_is_decided_and_approval_changes_the_lineup(state, event):
    proposed = state.updated([late_swap(event, swap())])
    assert proposed.open["e1"].proposal_id == "p1"
    approved = proposed.updated([late_swap(event, ended(swap(), "approved", ""))])
    assert approved.lineup_ids(approved.entries.lineups[0]) == ("0", "1", "6")
    undone = approved.updated([late_swap(event, swap(revision=2))])
    assert undone.lineup_ids(undone.entries.lineups[0]) == ("0", "1", "4")
    rejected = proposed.updated([late_swap(event, ended(swap(), "rejected", ""))])
    assert rejected.open == {}


def test_a_newer_proposal_replaces_an_undecided_one(state, event):
    second = swap(proposal_id="p2", after=("0", "1", "7"))
    later = state.updated([late_swap(event, swap()), late_swap(event, second)])
    assert later.open["e1"].proposal_id == "p2"
    assert later.proposals["p1"].state == "stale"


def test_why_a_proposal_is_stale_is_said_in_names(state, changed, event):
    assert why_stale(state, swap()) == ""
    locked = state.updated([changed(event("game_start", 2, game_id="C@D"))])
    assert "Player 4 is locked" in why_stale(locked, swap())
    out = state.updated([changed(event("player_injury", 2, player_id="6", data={"status": "O"}))])
    assert why_stale(out, swap()) == "Player 6 is out"


def test_a_player_who_changes_only_his_slot_is_touched(state):
    assert touched(swap(before=("0", "1", "4"), after=("4", "1", "0"))) == {"0", "4"}


def test_ownership_is_kept_by_what_it_rests_on(state, event):
    projected = {"ownership": {"0": 0.2, "4": 0.1}, "basis": "projected"}
    seen = {"ownership": {"0": 0.25}, "field_size": 120}
    later = state.updated(
        [
            event("ownership_update", 1, contest_id="c", data=projected),
            event("ownership_update", 2, contest_id="c", data=seen),
            event("ownership_update", 2, contest_id="other", data={"ownership": {"0": 0.9}}),
        ]
    )
    assert (later.projected, later.observed, later.field_size) == (
        {"0": 0.2, "4": 0.1},
        {"0": 0.25},
        120,
    )


def test_without_late_swap_the_first_game_locks_everybody(opening, contest, upload, changed, event):
    closed = contest.__class__(
        event_id="c2", source="t", timestamp=contest.timestamp, received_at=contest.received_at,
        contest_id="c", data=contest.data.__class__(contest_id="c", slate_id="s", late_swap=False),
    )  # fmt: skip
    state = fold(None, [opening, closed, upload], "c")
    assert not state.columns.locked.any()
    assert state.updated([changed(event("game_start", 2, game_id="A@B"))]).columns.locked.all()


def test_batches_of_any_size_give_the_same_state(opening, contest, upload, changed, event):
    news = changed(event("player_injury", 1, player_id="0", data={"status": "OUT"}))
    events = [opening, contest, upload, news, late_swap(event, swap())]
    whole = fold(None, events, "c")
    single = None
    for item in events:
        single = fold(single, [item], "c")
    assert np.array_equal(whole.columns.projection, single.columns.projection)
    assert np.array_equal(whole.entries.lineups, single.entries.lineups)
    assert [encode_swap(p) for p in whole.open.values()] == [
        encode_swap(p) for p in single.open.values()
    ]


def encode_swap(proposal):
    return (proposal.proposal_id, proposal.state, proposal.after)


def test_of_an_entrys_proposals_that_ended_only_the_last_is_kept(state, event):
    for number in range(5):
        fresh = swap(proposal_id=f"p{number}")
        state = state.updated([late_swap(event, fresh)])
        state = state.updated([late_swap(event, ended(fresh, "withdrawn", "he plays"))])
    assert set(state.proposals) == {"p4"}
    rejected = swap(proposal_id="r")
    state = state.updated([late_swap(event, rejected)])
    state = state.updated([late_swap(event, ended(rejected, "rejected", "no"))])
    assert set(state.proposals) == {"p4", "r"}
