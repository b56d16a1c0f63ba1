"""Projections of an evening: who is absent, who is new, who is doubtful."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from config.projections import load_weights
from config.rules import load_rules
from models.files import read_salaries, slate_of
from models.files.names import name_key
from models.projections.expected import expectations, unless_named
from models.projections.learned import Weights, learn
from models.projections.salary_line import salary_projections
from models.projections.season import Season
from models.slate import Game, Player, Slate

from .conftest import FIRST, TEAM_MATES, two_teams

RULES = load_rules("draftkings/nba/classic")
DAY = FIRST + timedelta(80)


def player(i: int, name: str, team: str = "PHX", salary: int = 6_000, **more) -> Player:
    return Player(
        player_id=str(i), name=name, team=team, game_id="PHX@BKN", positions=("C",),
        roster_slots=("C",), salary=salary, **more,
    )  # fmt: skip


def slate(*players: Player) -> Slate:
    game = Game(game_id="PHX@BKN", away="PHX", home="BKN", start=None)
    return Slate(
        slate_id="s", site="draftkings", sport="nba", game_type="classic",
        players=players, games=(game,),
    )  # fmt: skip


def everybody() -> Slate:
    names = [f"{name} {team}" for team in ("PHX", "BKN") for name in TEAM_MATES]
    return slate(*(player(i, name, name[-3:]) for i, name in enumerate(names)))


@pytest.fixture(scope="module")
def weights() -> Weights:
    return load_weights("nba")


def test_a_team_mate_of_somebody_absent_is_worth_more_and_an_opponent_is_not(weights):
    season = Season.of(two_teams(40, [(d, f"{TEAM_MATES[0]} PHX") for d in range(0, 40, 4)]))
    whole = expectations(everybody(), season, DAY, weights, settled=True)
    without = expectations(everybody(), season, DAY, weights, absent={"0"}, settled=True)
    assert without["0"].points == 0
    gains = [without[str(i)].if_plays - whole[str(i)].if_plays for i in range(1, 16)]
    assert min(gains[:7]) > 1.0
    assert max(np.abs(gains[7:])) < 0.5


def test_games_of_the_day_and_later_are_not_known(weights):
    past = two_teams(40)
    later = [g._replace(on=DAY + timedelta(d), points=90.0) for d in (0, 2) for g in past[:8]]
    pool = everybody()
    assert expectations(pool, Season.of(past), DAY, weights) == expectations(
        pool, Season.of([*past, *later]), DAY, weights
    )


def test_who_missed_his_teams_games_is_doubtful_and_as_good_as_ever_if_he_plays(weights):
    absent = [(day, f"{TEAM_MATES[1]} PHX") for day in range(36, 40)]
    found = expectations(everybody(), Season.of(two_teams(40, absent)), DAY, weights)
    assert found["1"].plays == pytest.approx(0.21)
    assert found["0"].plays == pytest.approx(0.93)
    assert found["1"].if_plays > 20


def test_reports_that_name_all_who_could_be_absent_clear_the_others():
    plays = np.array([0.9, 0.9, 0.1, 0.1, 0.1, 0.1])
    out = np.array([False, False, True, True, True, False])
    cleared = unless_named(plays, out)
    assert cleared[0] > 0.97
    assert cleared[5] > plays[5]
    assert unless_named(plays, np.zeros(6, np.bool_)).tolist() == plays.tolist()


def test_strangers_are_worth_what_their_salary_says(weights):
    pool = everybody()
    salaries = [3_000 + 400 * i for i in range(16)]
    pool = slate(
        *(player(i, p.name, p.team, s) for i, (p, s) in enumerate(zip(pool.players, salaries))),  # noqa: B905
        player(99, "Some Rookie", "PHX", 5_000),
    )
    found = expectations(pool, Season.of(two_teams(40)), DAY, weights)
    others = [found[str(i)].if_plays for i in range(16)]
    assert min(others) - 3 < found["99"].if_plays < max(others) + 3
    assert found["99"].plays == pytest.approx(0.03)


def test_a_captains_row_is_projected_as_the_person_he_is(weights):
    name = f"{TEAM_MATES[0]} PHX"
    rows = slate(player(1, name, salary=9_000), player(2, name, salary=6_000))
    found = expectations(rows, Season.of(two_teams(40)), DAY, weights)
    assert found["1"] == found["2"]


def test_real_nights_are_level_and_doubts_come_true_as_often_as_said(
    shared, real_games, real_season, real_table
):
    off, sits, chances = [], [], []
    for path in sorted((shared / "data/nba-2024-25").glob("slates/*/DKSalaries.csv"))[3:24:4]:
        day = date.fromisoformat(path.parent.name)
        actual = {name_key(g.player): g.points for g in real_games if g.on == day}
        pool = slate_of(read_salaries(path.read_bytes(), path.name), RULES)
        weights = learn(real_table.before(day))
        for p, item in zip(
            pool.players, expectations(pool, real_season, day, weights).values(), strict=True
        ):
            scored = actual.get(name_key(p.name))
            sits.append(scored is None)
            chances.append(item.plays)
            if scored is not None:
                off.append(scored - item.if_plays)
    assert abs(np.mean(off)) < 1.0
    assert 1 - np.mean(sits) == pytest.approx(np.mean(chances), abs=0.05)


def test_averages_of_the_site_are_blended_with_salary():
    players = [player(i, f"P{i}", salary=3_000 + 500 * i, average_points=10.0 + 2 * i)
               for i in range(10)]  # fmt: skip
    values = salary_projections(slate(*players, player(99, "P99", salary=5_000)), RULES)
    assert values["4"] == pytest.approx(18.0)
    assert values["99"] == pytest.approx(18.0)


def test_captains_rows_have_one_salary_value():
    rows = slate(player(1, "Al", salary=9_000), player(2, "Al", salary=6_000))
    values = salary_projections(rows, RULES)
    assert values["1"] == values["2"] == 30.0
