"""Weights: what they are learned from, what they must not know, and how far they come."""

from __future__ import annotations

from datetime import date

import msgspec
import numpy as np
import pytest

from config.projections import load_weights
from models.projections.learned import ENOUGH, learn, season_table
from models.projections.season import Season

from .conftest import FIRST, TEAM_MATES, two_teams

CUT = date(2025, 1, 6)


def test_what_comes_later_changes_no_earlier_row(real_games, real_table):
    changed = [
        game._replace(points=99.0, minutes=5.0, luck=0.0) if game.on >= CUT else game
        for game in real_games
    ]
    other = season_table(Season.of(changed))
    known = real_table.day <= CUT.toordinal()
    assert known.sum() > 5_000
    assert np.array_equal(real_table.values[known], other.values[known])
    assert learn(real_table.before(CUT)) == learn(other.before(CUT))


def test_minutes_of_an_absent_man_go_to_the_others():
    absent = [(day, f"{TEAM_MATES[0]} PHX") for day in range(0, 40, 3)]
    games = two_teams(40, absent)
    table = season_table(Season.of(games))
    column = table.names.index("similar_minutes")
    last = table.day == table.day.max()  # the day numbered 39: he is absent again
    assert 39 % 3 == 0
    found = np.sort(table.values[last, column])
    assert found[:8] == pytest.approx([30.0] * 8, abs=0.3)  # the whole team
    usual = table.values[last, table.names.index("minutes")]
    assert found[8:].min() > np.sort(usual)[8:].max() + 0.7  # games without him count more
    assert found[8:].max() < 240 / 7


def test_the_learned_line_is_level_in_every_band_of_its_own_promises(real_table):
    before, after = real_table.before(CUT), real_table.day >= CUT.toordinal()
    weights = learn(before)
    said = weights.points(real_table.names, real_table.values[after])
    came, played = real_table.points[after], real_table.games[after] > 0
    for low, high in ((0, 10), (10, 20), (20, 30), (30, 80)):
        rows = played & (said >= low) & (said < high)
        error = said[rows] - came[rows]
        assert abs(error.mean()) < 4 * error.std() / np.sqrt(rows.sum()) + 0.3


def test_it_is_nearer_than_means_of_past_games_and_says_how_near(real_table):
    weights = learn(real_table.before(CUT))
    rows = (real_table.day >= CUT.toordinal()) & (real_table.games > 0)
    values, came = real_table.values[rows], real_table.points[rows]
    said = weights.points(real_table.names, values)
    error = np.abs(said - came).mean()
    for rival in ("points", "points6", "points12"):
        assert error < 0.97 * np.abs(values[:, real_table.names.index(rival)] - came).mean()
    off = (came - said) / weights.spread.at(said)
    assert off.std() == pytest.approx(1.0, abs=0.04)


def test_the_weights_that_come_along_are_what_the_season_teaches(real_table):
    came = load_weights("nba")
    learned = learn(real_table, came.source)
    assert learned.games == came.games
    assert (learned.data_from, learned.data_to) == (came.data_from, came.data_to)
    assert learned.names == came.names
    assert learned.weight == pytest.approx(came.weight, abs=1e-4)
    assert learned.spread.base == pytest.approx(came.spread.base, abs=1e-3)


def test_too_few_games_are_refused():
    table = season_table(Season.of(two_teams(20)))
    with pytest.raises(ValueError, match=str(ENOUGH)):
        learn(table)


def test_a_season_of_one_day_tells_nothing():
    with pytest.raises(ValueError, match="one day"):
        season_table(Season.of(two_teams(1)))


def test_weights_of_other_features_are_refused(real_table):
    came = load_weights("nba")
    other = msgspec.structs.replace(came, names=("x", *came.names[1:]))
    with pytest.raises(ValueError, match="learn anew"):
        other.points(real_table.names, real_table.values[:1])


def test_people_of_one_name_on_one_day_are_two():
    games = two_teams(3)
    twins = [g._replace(player="Twin") for g in games if g.player.startswith("Al Ba")]
    season = Season.of([*games, *twins])
    assert season.person("Twin", "PHX") != season.person("Twin", "BKN")
    assert season.person("Nobody", "PHX") == -1
    assert season.before(FIRST).day.size == 0
