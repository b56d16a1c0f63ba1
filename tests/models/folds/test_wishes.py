"""What an entry's owner wants binds what is asked of the pool, what stands, and what is accepted."""

from __future__ import annotations

import numpy as np
import pytest

from models.folds.beginning import fold
from models.folds.contest import ContestState
from models.folds.kept_contest import KeptContest
from models.proposals import ProposalPolicy, concerned_entries, swap_request, why_stale
from models.snapshots import pack, unpack
from tests.models.folds.proposed import swap

BOTH = np.arange(2)


@pytest.fixture
def state(opening, contest, upload):
    return fold(None, [opening, contest, upload], "c")


@pytest.fixture
def wish(event):
    """The event by which the owner of an entry says what he wants."""

    def make(entry_id="e1", contest_id="c", **wishes):
        data = {"entry_id": entry_id, **wishes}
        return event("wishes_set", 5, contest_id=contest_id, user_id="u", data=data)

    return make


def asked(state):
    """Fixed slots and excluded pairs of both entries, by the names of players."""
    request = swap_request(state, BOTH, ProposalPolicy())
    locked = np.frombuffer(request.locked, np.bool_).reshape(2, 3)
    held = [state.lineup_ids(row) for row in state.entries.lineups]
    fixed = [
        p
        for row, mask in zip(held, locked, strict=True)
        for p, m in zip(row, mask, strict=True)
        if m
    ]
    pairs = np.frombuffer(request.excluded, np.int32).reshape(-1, 2).tolist()
    return fixed, [(state.entries.ids[n], state.pool.ids[p]) for n, p in pairs]


def test_without_wishes_nothing_is_fixed_and_nobody_excluded(state):
    assert asked(state) == ([], [])


def test_whom_he_keeps_is_fixed_in_his_entry_alone(state, wish):
    kept = state.updated([wish(keep=["4", "7"])])
    assert asked(kept) == (["4"], [])  # e2 holds 4, too; e1 does not hold 7


def test_who_is_excluded_does_not_come_in_and_who_is_held_may_stay(state, wish):
    without = state.updated([wish(exclude=["6", "1", "stranger"])])
    assert asked(without) == ([], [("e1", "6")])


def test_wishes_replace_those_before_and_none_are_nothing(state, wish):
    again = state.updated([wish(keep=["4"]), wish(exclude=["6"])])
    assert asked(again) == ([], [("e1", "6")])
    assert asked(again.updated([wish()])) == ([], [])
    assert again.updated([wish()]).wishes_of("e1") is None
    assert state.updated([wish(contest_id="another", keep=["4"])]).wishes == {}


def test_they_come_back_out_of_a_snapshot(state, wish):
    told = state.updated([wish(keep=["4"], exclude=["6"])])
    back = unpack(pack("contest", KeptContest.of(told)), "contest", KeptContest).state()
    assert back.wishes == told.wishes
    assert asked(back) == asked(told)


@pytest.mark.parametrize(
    ("wishes", "says"),
    [
        ({"exclude": ["6"]}, "Player 6 is excluded by the entry's owner"),
        ({"keep": ["4"]}, "Player 4 is kept by the entry's owner"),
        ({"keep": ["0"], "exclude": ["7"]}, ""),
    ],
)
def test_a_proposal_against_them_cannot_be_accepted(state, wish, event, wishes, says):
    swapped = event("late_swap", 4, contest_id="c", data=swap())
    told = state.updated([swapped, wish(**wishes)])
    assert why_stale(told, told.open["e1"]) == says


def out(event, state, player):
    """The state once a player is ruled out."""
    change = {
        "as_of": "1-9",
        "clock": state.clock,
        "players": {player: {"projection": 0.0, "designation": "OUT"}},
    }
    return state.updated([event("slate_changed", 3, data=change)])


def test_an_entry_in_trouble_is_solved_when_its_wishes_change(state, wish, event):
    trouble = out(event, state, "4")
    told = trouble.updated([wish(exclude=["6"])])
    assert concerned_entries(trouble, told).in_trouble.tolist() == [0]
    assert concerned_entries(told, told.updated([wish(exclude=["6"])])).in_trouble.size == 0
    healthy = concerned_entries(state, state.updated([wish(exclude=["6"])]))
    assert healthy.in_trouble.size == healthy.out_of_it.size == 0


def test_what_is_not_wanted_any_more_ends_also_where_nobody_is_out(state, wish, event):
    standing = state.updated([event("late_swap", 4, contest_id="c", data=swap())])
    told = standing.updated([wish(exclude=["6"])])
    assert concerned_entries(standing, told).out_of_it.tolist() == [0]


def test_who_starts_anew_solves_what_turned_impossible_meanwhile(state, wish, event):
    swapped = event("late_swap", 4, contest_id="c", data=swap())
    trouble = out(event, state, "4").updated([swapped])
    assert isinstance(trouble, ContestState)
    assert concerned_entries(None, trouble).in_trouble.tolist() == [1]  # e1 has its proposal
    assert concerned_entries(None, out(event, trouble, "6")).in_trouble.tolist() == [0, 1]
    told = trouble.updated([wish(exclude=["6"])])
    assert concerned_entries(None, told).in_trouble.tolist() == [0, 1]
