"""The slate's fold: what counts is the set of reports, not their order of arrival."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.folds.change import change_between
from models.folds.slate import SlateState


@pytest.fixture
def state(opening):
    return SlateState.opened(opening)


def test_an_out_player_is_worth_nothing_and_comes_back_with_the_retraction(state, event):
    out = state.updated(event("player_injury", 1, player_id="4", data={"status": "Out"}))
    assert (out.designation("4"), out.projection("4")) == ("OUT", 0.0)
    back = out.updated(event("player_active", 2, player_id="4"))
    assert (back.designation("4"), back.projection("4")) == ("ACTIVE", 14.0)


def test_a_doubtful_player_keeps_a_quarter_of_his_projection(state, event):
    doubtful = state.updated(event("player_injury", 1, player_id="4", data={"status": "D"}))
    assert doubtful.projection("4") == pytest.approx(14.0 / 4)


def test_a_late_report_does_not_overrule_a_newer_one(state, event):
    now = state.updated(event("player_active", 10, player_id="4"))
    older = event("player_injury", 5, player_id="4", data={"status": "OUT"})
    assert now.updated(older).designation("4") == "ACTIVE"


def test_a_rumour_changes_nothing(state, event):
    rumour = event("player_injury", 1, player_id="4", data={"status": "OUT"}, confidence=0.3)
    assert state.updated(rumour).projection("4") == 14.0


def test_a_word_that_nobody_knows_and_a_player_that_nobody_knows_change_nothing(state, event):
    odd = event("player_injury", 1, player_id="4", data={"status": "in a mood"})
    foreign = event("player_injury", 1, player_id="999", data={"status": "OUT"})
    assert state.updated(odd).reports == state.updated(foreign).reports == {}


def test_a_game_locks_when_its_scheduled_start_passes_even_if_nobody_says_so(state, event):
    before = state.updated(event("breaking_news", 59))
    after = before.updated(event("breaking_news", 60))
    assert (before.is_locked("0"), after.is_locked("0"), after.is_locked("4")) == (
        False,
        True,
        False,
    )


def test_an_early_start_locks_at_once(state, event):
    assert state.updated(event("game_start", 30, game_id="C@D")).is_locked("4")


def test_a_delayed_game_locks_at_its_new_start(state, event, opening):
    start = opening.received_at + timedelta(minutes=90)
    delayed = state.updated(event("game_delay", 50, game_id="A@B", data={"start": start}))
    assert not delayed.updated(event("breaking_news", 80)).is_locked("0")
    assert delayed.updated(event("breaking_news", 90)).is_locked("0")


def test_a_schedule_that_lists_another_start_moves_the_lock(state, event, opening):
    start = opening.received_at + timedelta(minutes=90)
    listed = state.updated(event("game_scheduled", 50, game_id="A@B", data={"start": start}))
    assert change_between(state, listed, "1-1").starts == {"A@B": start}
    assert not listed.updated(event("breaking_news", 80)).is_locked("0")


def test_a_schedule_that_lists_the_known_start_changes_nothing(state, event, opening):
    start = opening.data.slate.games[0].start
    again = state.updated(event("game_scheduled", 0, game_id="A@B", data={"start": start}))
    assert again.games is state.games


def test_one_players_tee_time_moves_no_game(state, event, opening):
    start = opening.received_at + timedelta(minutes=90)
    tee = event("game_scheduled", 50, game_id="A@B", player_id="0", data={"start": start})
    assert state.updated(tee).games is state.games


def test_a_game_under_way_keeps_its_start(state, event, opening):
    live = state.updated(event("game_start", 30, game_id="A@B"))
    start = opening.received_at + timedelta(minutes=90)
    assert live.updated(
        event("game_scheduled", 50, game_id="A@B", data={"start": start})
    ).is_locked("0")


def test_a_single_reading_of_the_gate_changes_nothing_and_what_it_publishes_does(state, event):
    out = {"status": "OUT", "standing": "reading"}
    read = state.updated(event("player_injury", 1, player_id="4", data=out))
    held = read.updated(
        event("player_injury", 2, player_id="4", data=out | {"standing": "published"})
    )
    assert (read.designation("4"), held.designation("4")) == ("UNKNOWN", "OUT")


def test_an_unconfirmed_report_lowers_a_projection_by_its_probability_until_it_is_published(
    state, event
):
    said = {"status": "OUT", "standing": "unconfirmed"}
    likely = state.updated(event("player_injury", 1, player_id="1", confidence=0.95, data=said))
    assert likely.plays("1") == pytest.approx(0.05)
    assert likely.projection("1") == pytest.approx(0.05 * state.projection("1"))
    assert likely.player_state("1").confidence == 0.95
    doubted = likely.updated(event("player_injury", 2, player_id="1", confidence=0.7, data=said))
    assert doubted.plays("1") == pytest.approx(0.3)
    sure = doubted.updated(
        event("player_injury", 3, player_id="1", data={"status": "OUT", "standing": "published"})
    )
    assert sure.plays("1") == 0.0


def test_an_unconfirmed_return_leaves_what_was_known_its_share(state, event):
    out = state.updated(event("player_injury", 1, player_id="1", data={"status": "OUT"}))
    back = {"status": "ACTIVE", "standing": "unconfirmed"}
    likely = out.updated(event("player_active", 2, player_id="1", confidence=0.9, data=back))
    assert likely.plays("1") == pytest.approx(0.9)
    again = likely.updated(event("player_active", 3, player_id="1", confidence=0.8, data=back))
    assert again.plays("1") == pytest.approx(0.8)
    gone = {"standing": "withdrawn"}
    assert likely.updated(event("player_injury", 4, player_id="1", data=gone)).plays("1") == 1.0


def test_what_is_withdrawn_is_told_as_a_change(state, event):
    held = {"status": "OUT", "standing": "published"}
    out = state.updated(event("player_injury", 1, player_id="4", data=held))
    gone = event("player_active", 2, player_id="4", data={"standing": "withdrawn"})
    nothing = event("player_injury", 2, player_id="4", data={"standing": "withdrawn"})
    assert out.updated(gone).designation("4") == "ACTIVE"
    back = out.updated(nothing)
    assert back.designation("4") == "UNKNOWN"
    assert change_between(out, back, "1-2").players["4"].projection == state.projection("4")


def test_a_postponed_game_scores_nothing_and_stays_open(state, event):
    off = state.updated(event("game_postponed", 30, game_id="A@B"))
    late = off.updated(event("breaking_news", 90))
    assert (late.is_locked("0"), late.projection("0")) == (False, 0.0)


def test_a_started_player_is_expected_to_score_by_the_share_of_the_game_left(state, event):
    live = state.updated(
        event("live_score", 90, game_id="A@B", data={"points": {"0": 7.5}, "minutes_remaining": 12})
    )
    assert (live.points["0"], live.projection("0")) == (7.5, 10.0 / 4)
    final = live.updated(event("game_final", 200, game_id="A@B"))
    assert final.projection("0") == 0.0


def test_what_changed_names_players_locks_and_causes(state, event):
    news = event("player_injury", 59, player_id="4", data={"status": "OUT"})
    after = state.updated(news).updated(event("breaking_news", 61))
    change = change_between(state, after, "1-2")
    assert set(change.players) == {"4"}
    assert change.players["4"].designation == "OUT"
    assert change.locked_games == ("A@B",)
    assert change.causes == {"4": (news.event_id,)}


def test_nothing_changed_is_said_as_none(state, event):
    assert change_between(state, state.updated(event("breaking_news", 1)), "1-1") is None


def test_new_projections_for_an_open_slate_replace_the_old_and_keep_the_news(state, event, opening):
    out = state.updated(event("player_injury", 1, player_id="4", data={"status": "OUT"}))
    data = opening.data.__class__(
        slate=opening.data.slate, projections={"5": 99.0}, projection_basis="better"
    )
    again = opening.__class__(
        event_id="again", source="t", timestamp=opening.timestamp, received_at=opening.received_at,
        slate_id="s", data=data,
    )  # fmt: skip
    fresh = out.updated(again)
    assert (fresh.projection("5"), fresh.projection("4"), fresh.projection("6")) == (
        99.0,
        0.0,
        16.0,
    )
    assert set(change_between(out, fresh, "1-3").players) == {"5"}


REPORTS = st.lists(
    st.tuples(
        st.sampled_from(["player_injury", "player_active", "game_start", "live_score"]),
        st.integers(0, 150),
        st.sampled_from(["0", "3", "4", "7"]),
        st.sampled_from(["OUT", "Q", "ACTIVE", "D"]),
    ),
    max_size=12,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reports=REPORTS, repeats=st.lists(st.integers(0, 11), max_size=8), cut=st.integers(0, 12))
def test_repeating_any_events_and_resuming_anywhere_ends_in_the_same_state(
    state, event, reports, repeats, cut
):
    events = [_event(event, n, *report) for n, report in enumerate(reports)]
    once = _folded(state, events)
    again = [events[i] for i in repeats if i < len(events)]
    assert _without_clock(_folded(once, again)) == _without_clock(once)
    assert _folded(_folded(state, events[:cut]), events[cut:]) == once


def _event(event, number, kind, minutes, player, word):
    """Each report has a source time of its own, as a source's own order has."""
    fields = {
        "player_injury": {"player_id": player, "data": {"status": word}},
        "player_active": {"player_id": player},
        "game_start": {"game_id": "A@B" if player in "03" else "C@D"},
        "live_score": {"player_id": player, "data": {"points": float(minutes)}},
    }[kind]
    if kind == "live_score":
        fields["data"]["points"] = 5.0
    return event(kind, minutes + number / 100, **fields)


def _folded(state, events):
    for item in events:
        state = state.updated(item)
    return state


def _without_clock(state):
    return state.reports, state.points, state.remaining, state.started, state.games
