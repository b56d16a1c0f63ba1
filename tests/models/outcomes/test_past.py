"""Expectations from earlier games: nothing of the day itself, nothing of others."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.files.box_scores import BoxScore
from models.outcomes.past import FEWEST, HALF_LIFE, past_games

FIRST = date(2024, 11, 1)


def game(day: int, points: float, player: str = "Al Ba", team: str = "BOS") -> BoxScore:
    opponent = "NYK" if team == "BOS" else "BOS"
    return BoxScore(player, team, opponent, FIRST + timedelta(day), 30.0, points, points)


@given(st.lists(st.floats(0, 80), min_size=FEWEST + 1, max_size=12), st.data())
@settings(max_examples=40, deadline=None)
def test_a_later_game_changes_no_earlier_expectation(points, data):
    games = [game(day, p) for day, p in enumerate(points)]
    at = data.draw(st.integers(FEWEST, len(points) - 1))
    changed = [*games[:at], *(game(day, 99.0) for day in range(at, len(points)))]
    before, after = past_games(games), past_games(changed)
    known = at - FEWEST + 1  # the changed game's own expectation included
    assert np.array_equal(before.mean[:known], after.mean[:known])


def test_the_expectation_is_the_mean_of_earlier_games_halved_every_six():
    points = np.arange(10.0)
    weights = 0.5 ** (np.arange(9, 0, -1) / HALF_LIFE)
    last = past_games([game(day, p) for day, p in enumerate(points)]).mean[-1]
    assert last == pytest.approx(weights @ points[:9] / weights.sum())


def test_teams_and_games_are_told_apart_and_the_two_sides_of_a_game_are_one():
    days = range(FEWEST + 1)
    rows = [
        game(d, 10.0, who, team) for d in days for who, team in (("A B", "BOS"), ("C D", "NYK"))
    ]
    found = past_games(rows)
    assert found.game[0] == found.game[1]
    assert found.team[0] != found.team[1]


def test_too_short_a_history_is_refused():
    with pytest.raises(ValueError, match="5 earlier games"):
        past_games([game(day, 10.0) for day in range(FEWEST)])
