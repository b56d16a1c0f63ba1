"""Entries uploaded once more: the site's file says what became of what was proposed and accepted."""

from __future__ import annotations

import pytest

from models.decisions import ended
from models.folds.beginning import fold
from models.proposals import end_of
from tests.models.folds.proposed import swap

BEFORE, AFTER, OTHER = ("0", "1", "4"), ("0", "1", "6"), ("0", "1", "7")


@pytest.fixture
def state(opening, contest, upload):
    return fold(None, [opening, contest, upload], "c")


@pytest.fixture
def told(event):
    """A proposal as the contest tells it."""

    def make(proposal):
        return event("late_swap", 5, contest_id="c", data=proposal)

    return make


@pytest.fixture
def again(event):
    """The upload of one lineup for ``e1``."""

    def make(lineup):
        data = {"entries": [["e1", "u", lineup]]}
        return event("entries_uploaded", 6, contest_id="c", data=data)

    return make


def accepted(proposal):
    return ended(proposal, "approved", "approve by u")


def test_the_same_file_changes_nothing(state, told, again):
    proposed = state.updated([told(swap())])
    same = proposed.updated([again(BEFORE)])
    assert same.open == proposed.open
    assert same.proposals == proposed.proposals
    assert same.lineup_of("e1") == BEFORE


def test_what_was_accepted_and_is_not_on_the_site_yet_stays_accepted(state, told, again):
    chosen = state.updated([told(swap()), told(accepted(swap()))])
    later = chosen.updated([again(BEFORE)])
    assert later.open["e1"].state == "approved"
    assert later.lineup_of("e1") == AFTER
    assert later.files[-1].entries[0].lineup == BEFORE  # the export changes this one


def test_what_the_site_shows_is_applied_and_stays_so(state, told, again):
    first, second = swap(), swap(AFTER, OTHER, proposal_id="p2")
    chain = [told(first), told(accepted(first)), told(second), told(accepted(second))]
    later = state.updated(chain).updated([again(OTHER)])
    assert [p.state for p in later.proposals.values()] == ["applied", "applied"]
    assert later.open == {}
    assert later.lineup_of("e1") == OTHER
    assert later.updated([told(later.proposals["p2"])]).lineup_of("e1") == OTHER


def test_a_proposal_stands_on_where_the_site_shows_what_it_starts_from(state, told, again):
    first, second = swap(), swap(AFTER, OTHER, proposal_id="p2")
    later = state.updated([told(first), told(accepted(first)), told(second)]).updated(
        [again(AFTER)]
    )
    assert later.proposals["p1"].state == "applied"
    assert later.open["e1"].proposal_id == "p2"
    assert later.open["e1"].state == "proposed"


@pytest.mark.parametrize("decided", [False, True])
def test_what_was_computed_for_another_lineup_is_over(state, told, again, decided):
    events = [told(swap()), *([told(accepted(swap()))] if decided else [])]
    later = state.updated(events).updated([again(OTHER)])
    assert later.proposals["p1"].state == "stale"
    assert "another lineup" in later.proposals["p1"].reason
    assert later.open == {}
    assert later.lineup_of("e1") == OTHER


def test_what_nobody_decided_before_the_game_expires(state, told, event):
    change = {"as_of": "1-9", "clock": state.clock, "locked_games": ["C@D"]}
    begun = state.updated([told(swap()), event("slate_changed", 8, data=change)])
    over = end_of(begun, begun.open["e1"])
    assert over.state == "expired"
    assert over.reason.startswith("Player 4 is locked")
    out = {"6": {"projection": 0.0, "designation": "OUT"}}
    changed = state.updated(
        [told(swap()), event("slate_changed", 8, data=change | {"players": out})]
    )
    assert (
        end_of(changed, changed.open["e1"]).state == "expired"
    )  # he began, and is locked: too late
    change = {"as_of": "1-9", "clock": state.clock, "players": out}
    ruled = state.updated([told(swap()), event("slate_changed", 8, data=change)])
    assert end_of(ruled, ruled.open["e1"]).state == "stale"
