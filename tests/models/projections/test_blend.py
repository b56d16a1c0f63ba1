"""A published projection and our own: weights by inverse error covariance, shrunk; and their use."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.faults import DataFileError
from config.projections import load_blend, parse_blend
from config.toml_text import as_toml
from models.files.projections import Projection
from models.projections.blend import Blend, blended, learn_blend
from models.projections.expected import Expectation
from models.projections.judged_blend import Nights, judge_blend
from models.slate import Player

NAMES = ("G", "C")


def _nights(seed: int, file_off: float, own_off: float, together: float = 0.0) -> Nights:
    """30 nights of 100 player-games; errors of so many points, some of it common to both."""
    rng = np.random.default_rng(seed)
    truth = rng.uniform(5, 45, 3000)
    common = rng.normal(0, together, 3000)
    luck = rng.normal(0, 6, 3000)
    return Nights(
        night=np.repeat(np.arange(30), 100),
        points=truth + luck,
        own=truth + common + rng.normal(0, own_off, 3000),
        published=truth + common + rng.normal(0, file_off, 3000),
        position=rng.integers(0, 2, 3000),
    )


def test_the_better_forecast_counts_for_more_by_its_variance():
    found = _nights(1, file_off=2.0, own_off=4.0, together=1.5).learned("nba", NAMES)
    best = 16.0 / (16.0 + 4.0)  # what both have in common, and luck, cancel
    leaning = (3000 * best + 300 * 0.5) / 3300
    assert found.share == pytest.approx(leaning, abs=0.05)
    assert set(found.by_position) == {"G", "C"}
    assert found.games == 3000


def test_a_blend_of_two_good_ones_is_nearer_than_either_out_of_sample():
    found = judge_blend(_nights(2, file_off=4.0, own_off=4.0), NAMES)
    learned = found.rivals["learned weights"]
    assert learned.change_ci95[1] < 0
    assert learned.mae < min(found.own, found.rivals["the file"].mae)


def test_a_bad_file_is_all_but_left_out_and_hurts_less_than_equal_weights():
    found = judge_blend(_nights(3, file_off=12.0, own_off=2.0), NAMES)
    assert found.share < 0.12
    assert found.rivals["learned weights"].change < 0.25 * found.rivals["equal weights"].change


def test_a_night_is_not_blended_by_what_it_taught_itself():
    nights = _nights(4, file_off=4.0, own_off=4.0)
    last = nights.night == 29
    spoilt = nights._replace(published=np.where(last, nights.points, np.nan))
    found = judge_blend(spoilt, NAMES)  # nothing before it: equal weights
    assert found.rivals["learned weights"].mae == found.rivals["equal weights"].mae


def test_of_nothing_weights_are_equal_and_of_little_nearly():
    nothing = np.empty(0)
    empty = learn_blend(nothing, nothing, nothing, np.empty(0, np.intp), NAMES, sport="nba")
    assert (empty.share, empty.by_position, empty.games) == (0.5, {}, 0)
    few = _nights(5, file_off=1.0, own_off=9.0)
    some = few.of(np.arange(3000) < 20).learned("nba", NAMES)
    assert 0.5 < some.share < 0.55
    with pytest.raises(ValueError, match="spoke"):
        judge_blend(few.of(np.zeros(3000, np.bool_)), NAMES)


def _player(number: str, position: str = "G") -> Player:
    return Player(
        player_id=number, name=number, team="T", game_id="g", positions=(position,),
        roster_slots=(position,), salary=5000,
    )  # fmt: skip


@given(st.floats(0, 1), st.floats(0.1, 60), st.floats(0.1, 60))
def test_a_blend_lies_between_both_at_the_share(share, theirs, ours):
    own = {"1": Expectation(ours, 0.8, 9.0)}
    file = {"1": Projection(player_id="1", points=theirs)}
    found = blended([_player("1")], file, own, Blend(sport="nba", share=share))["1"]
    assert found.if_plays == pytest.approx(share * theirs + (1 - share) * ours, abs=1e-3)
    assert (found.plays, found.spread) == (0.8, 9.0)


def test_whoever_one_does_not_know_is_what_the_other_says_and_nothing_is_nothing():
    own = {"1": Expectation(20.0, 0.9, 9.0), "2": Expectation(30.0, 0.9, 9.0),
           "4": Expectation(30.0, 0.0, 9.0), "5": Expectation(10.0, 0.9, 8.0)}  # fmt: skip
    file = {
        "2": Projection(player_id="2", points=0.0),
        "3": Projection(player_id="3", points=12.0, std_dev=6.0),
        "4": Projection(player_id="4", points=25.0),
        "5": Projection(player_id="5", points=20.0, std_dev=4.0, plays=0.5),
    }
    players = [_player(n) for n in "12346"] + [_player("5", "C")]
    blend = Blend(sport="nba", share=0.5, by_position={"C": 0.25})
    found = blended(players, file, own, blend)
    assert found["1"] == own["1"]
    assert found["2"].points == found["4"].points == 0.0  # the file, and our news, say he is out
    assert found["3"] == Expectation(12.0, 1.0, 6.0)
    assert found["5"] == Expectation(12.5, 0.5, 7.0)
    assert "6" not in found


def test_a_file_of_weights_goes_out_and_in():
    learned = _nights(6, 3.0, 4.0).learned("nba", NAMES)
    assert parse_blend(as_toml(learned).encode(), "f") == learned
    assert load_blend("nba").share == load_blend("chess").share == 0.5
    with pytest.raises(DataFileError, match="no share"):
        parse_blend(b'sport = "nba"\nshare = 1.5', "w.toml")
    assert msgspec.to_builtins(load_blend("nba"))["games"] == 0
