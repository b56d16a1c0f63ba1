"""Weather and lines in the slate's fold: whom they move, by how much, and that order is nothing."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import snapshots
from models.folds.change import change_between
from models.folds.slate import MATTERS, SlateState
from tests.models.effects.conftest import KICKOFF, MADE


def _nights(state):
    return {p: state.night(p) for p in state.players}


def _moved(state):
    return {p for p in state.players if state.night(p) != state.baseline[p]}


def test_wind_lifts_defenses_and_hurts_passers_of_its_game_and_nobody_else(state, wind):
    calm = state.updated(wind("w1", -5, 5.0))
    blown = calm.updated(wind("w2", 200, 40.0))
    assert _moved(calm) == set()
    assert _moved(blown) == {"MIA-QB", "BUF-QB", "MIA-DST", "BUF-DST"}
    effects = state.around.effects
    share = 1 + 35 * effects.wind.alone
    assert blown.night("BUF-QB") == pytest.approx(18.0 * (1 + 0.481 * (share - 1)))
    assert blown.night("BUF-DST") == pytest.approx(7.0 * (1 - 1.439 * (share - 1)))


def test_a_small_wind_changes_nothing_and_its_end_takes_everything_back(state, wind):
    calm = state.updated(wind("w1", -5, 5.0))
    assert _moved(calm.updated(wind("w2", 60, 9.0))) == set()
    over = calm.updated(wind("w2", 60, 40.0)).updated(wind("w3", 120, 5.0))
    assert _nights(over) == _nights(state)


def test_under_a_roof_the_wind_does_nothing(state, wind):
    inside = state.updated(wind("w1", -5, 5.0, "GB@DET")).updated(wind("w2", 60, 40.0, "GB@DET"))
    assert _moved(inside) == set()
    assert inside.around.games


def test_a_line_that_moves_takes_points_from_whom_it_takes_them(state, line):
    then = state.updated(line("t1", 5, 48.0)).updated(line("s1", 5, 0.0, "spreads"))
    now = then.updated(line("t2", 90, 40.0)).updated(line("s2", 95, 8.0, "spreads"))
    assert _moved(then) == set()  # what was first seen is what projections were made with
    # 24 and 24 become 16 for the home team and 24 for its guests
    assert _moved(now) == {"BUF-QB", "MIA-DST"}
    assert now.night("BUF-QB") == pytest.approx(18.0 * (1 + 0.481 * (16 / 24 - 1)))
    assert now.night("MIA-DST") == pytest.approx(7.0 * (1 - 1.439 * (16 / 24 - 1)))


def test_one_book_that_is_far_off_moves_nobody(state, line):
    books = [line(f"{book}1", 5, 48.0, book=book) for book in "abc"]
    for event in (*books, line("a2", 60, 30.0, book="a")):
        state = state.updated(event)
    assert _moved(state) == set()


def test_beside_a_line_that_has_seen_it_wind_counts_for_less(state, wind, line):
    calm = state.updated(wind("w1", -5, 5.0))
    alone = calm.updated(wind("w2", 60, 40.0))
    seen = alone.updated(line("t1", 70, 44.0))
    stale = calm.updated(line("t1", 5, 44.0)).updated(wind("w2", 400, 40.0))
    assert alone.night("BUF-DST") > seen.night("BUF-DST") > 7.0
    assert stale.night("BUF-DST") == alone.night("BUF-DST")


def test_lines_of_a_game_under_way_props_and_others_hours_say_nothing(state, line, told):
    late = (KICKOFF - MADE) / timedelta(minutes=1) + 1
    first = state.updated(line("t1", 5, 48.0))
    assert _moved(first.updated(line("t2", late, 20.0))) == set()
    prop = {"book": "a", "market": "totals", "selection": "Over", "point": 20.0}
    for extra in ({"participant": "Josh Allen"}, {"live": True}, {"withdrawn": True}):
        event = told("line_movement", "t2", 60, game_id="MIA@BUF", data=prop | extra)
        assert _moved(first.updated(event)) == set()
    morning = {"kind": "observation", "starts": KICKOFF - timedelta(hours=5), "wind_kmh": 90.0}
    event = told("weather_change", "w", 200, game_id="MIA@BUF", data=morning)
    assert _moved(state.updated(event)) == set()
    for odd in ({"kind": "no such"}, {"book": 3}):
        for kind in ("weather_change", "line_movement"):
            assert _moved(state.updated(told(kind, "x", 60, game_id="MIA@BUF", data=odd))) == set()


def test_averages_know_no_weather_so_that_a_first_reading_counts(opened, wind):
    data = msgspec.structs.replace(opened.data, projected_by="salary")
    averages = SlateState.opened(msgspec.structs.replace(opened, data=data))
    assert _moved(averages.updated(wind("w1", -5, 40.0)))
    assert not _moved(SlateState.opened(opened).updated(wind("w1", -5, 40.0)))


def test_the_days_wind_is_held_against_usual_days_and_the_hours_against_hours(opened, wind, told):
    data = msgspec.structs.replace(opened.data, projected_by="salary")
    averages = SlateState.opened(msgspec.structs.replace(opened, data=data))
    midnight = KICKOFF.replace(hour=5)
    day = {"kind": "day", "starts": midnight, "wind_kmh": 40.0 * 1.609344}
    by_day = averages.updated(told("weather_change", "d", 10, game_id="MIA@BUF", data=day))
    by_hour = averages.updated(wind("h", 20, 40.0))
    force = averages.around.effects.wind
    for state, usual in ((by_day, force.usual), (by_hour, force.usual_hour)):
        share = 1 + (40.0 - usual) * force.alone
        assert state.around.factors["BUF-DST"] == pytest.approx(1 - 1.439 * (share - 1))
    assert by_day.updated(wind("h", 20, 40.0)).around.factors == by_hour.around.factors
    # hours that are like any other move nobody, whatever the day's highest usually is
    assert not _moved(averages.updated(wind("h", 20, force.usual_hour)))


def test_new_projections_hold_what_was_told_before_them(state, opened, wind, line):
    for event in (wind("w1", -5, 5.0), wind("w2", 60, 40.0), line("t1", 5, 48.0)):
        state = state.updated(event)
    assert _moved(state)
    moment = MADE + timedelta(minutes=90)
    data = msgspec.structs.replace(
        opened.data, projections={p: v + 1 for p, v in opened.data.projections.items()}
    )
    again = msgspec.structs.replace(
        opened, event_id="again", timestamp=moment, received_at=moment, data=data
    )
    assert _moved(state.updated(again)) == set()
    assert _moved(state.updated(again).updated(wind("w3", 120, 5.0)))  # and its end lifts


def test_an_absence_and_the_wind_go_together(state, wind, told):
    out = told("player_injury", "i", 30, player_id="BUF-RB", data={"status": "OUT"})
    both = state.updated(out).updated(wind("w1", -5, 5.0)).updated(wind("w2", 200, 55.0))
    share = 1 + 0.481 * 50 * state.around.effects.wind.alone
    assert both.night("BUF-QB") == pytest.approx((18.0 + 1.0) * share)
    assert both.night("BUF-TE") == 11.0


def test_the_change_names_the_effect_its_cause_and_its_impact(state, wind):
    calm = state.updated(wind("w1", -5, 5.0))
    blown = calm.updated(wind("w2", 200, 40.0))
    change = change_between(calm, blown, "1-1")
    assert set(change.players) == {"MIA-QB", "BUF-QB", "MIA-DST", "BUF-DST"}
    said = "wind 40 mph (5 before) at Highmark Stadium: passing -14 %"
    assert change.reasons["BUF-QB"] == said
    assert change.causes["BUF-QB"] == ("w2",)
    assert change.ratings["BUF-QB"] == pytest.approx(-1.4)
    assert change.ratings["BUF-DST"] > 0
    assert change.impact["w2"] == change.rating != 0
    back = change_between(blown, blown.updated(wind("w3", 260, 5.0)), "1-2")
    assert back.reasons["BUF-QB"] == ""
    assert back.rating == -change.rating


def test_a_snapshot_holds_it_all(state, wind, line):
    for event in (wind("w1", -5, 5.0), wind("w2", 60, 40.0), line("t1", 5, 48.0)):
        state = state.updated(event)
    again = snapshots.unpack(snapshots.pack("slate", state), "slate", SlateState)
    assert again == state
    assert _nights(again.updated(wind("w3", 90, 5.0))) == _nights(
        state.updated(wind("w3", 90, 5.0))
    )


READINGS = st.lists(
    st.one_of(
        st.tuples(st.just("wind"), st.integers(-90, 460), st.sampled_from([3.0, 20.0, 45.0])),
        st.tuples(st.just("total"), st.integers(-90, 460), st.sampled_from([30.0, 45.0, 55.0])),
        st.tuples(st.just("spread"), st.integers(-90, 460), st.sampled_from([-9.5, 0.0, 9.5])),
        st.tuples(st.just("out"), st.integers(-90, 460), st.sampled_from([0.0, 1.0])),
    ),
    min_size=1,
    max_size=9,
)


@given(READINGS, st.sampled_from(["MIA@BUF", "GB@DET"]), st.randoms())
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_order_no_repetition_and_no_other_game_matters(
    state, wind, line, told, readings, game, random
):
    team = game[-3:]
    events = []
    for number, (what, minutes, value) in enumerate(readings):
        name = f"{what}{number}"
        match what:
            case "wind":
                events.append(wind(name, minutes, value, game))
            case "out":
                status = {"status": "OUT" if value else "ACTIVE"}
                event = told("player_injury", name, minutes, player_id=f"{team}-RB", data=status)
                events.append(event)
            case _:
                market = "totals" if what == "total" else "spreads"
                point = line(name, minutes, value, market, "ab"[number % 2], game)
                if market == "spreads" and game == "GB@DET":
                    point = msgspec.structs.replace(
                        point, data=point.data | {"selection": "Detroit Lions"}
                    )
                events.append(point)
    # reports of one minute are told apart by arrival: that is the reports' own rule
    outs = [e.timestamp for e in events if e.player_id]
    if len(set(outs)) < len(outs):
        return
    straight = state
    for event in events:
        straight = straight.updated(event)
    mixed = state
    shuffled = [*events, *events[: len(events) // 2]]
    random.shuffle(shuffled)
    for event in shuffled:
        mixed = mixed.updated(event)
    assert _nights(mixed) == _nights(straight)
    assert mixed.around == straight.around
    for player_id in _moved(straight):
        assert straight.players[player_id].game_id == game
        off = abs(straight.night(player_id) - straight.baseline[player_id])
        assert off >= MATTERS * straight.baseline[player_id] * (1 - 1e-12)
