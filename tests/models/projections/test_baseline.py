"""Projections from box scores and salaries: what they use, and what they must not know."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from config.rules import load_rules
from models.files import BoxScore, read_box_scores, read_salaries, slate_of
from models.files.names import name_key
from models.projections.baseline import (
    baseline_expectations,
    baseline_projections,
    salary_projections,
)
from models.slate import Game, Player, Slate

DAY = date(2025, 1, 12)
RULES = load_rules("draftkings/nba/classic")


def player(i: int, salary: int, **more) -> Player:
    given = {"name": f"P{i}", "team": "PHX"} | more
    return Player(
        player_id=str(i), game_id="g", positions=("C",), roster_slots=("C",), salary=salary, **given
    )


def slate(*players: Player) -> Slate:
    game = Game(game_id="g", away="PHX", home="BKN", start=None)
    return Slate(
        slate_id="s", site="draftkings", sport="nba", game_type="classic",
        players=players, games=(game,),
    )  # fmt: skip


def game(name: str, days_ago: int, points: float, team: str = "PHO") -> BoxScore:
    on = DAY - timedelta(days=days_ago)
    return BoxScore(name, team, "BRK", on, 30.0, points, points)


def test_recent_games_count_more_and_the_salary_the_rest():
    games = [game("P1", 9 - i, 20.0) for i in range(6)] + [game("P1", 1, 60.0)]
    [value] = baseline_projections(slate(player(1, 6_000)), games, DAY).values()
    recent = sum(0.5 ** (i / 6) for i in range(1, 7))
    mean = (60 + 20 * recent) / (1 + recent)
    assert value == pytest.approx(0.6 * mean + 0.4 * 30.0, abs=1e-3)


def test_games_of_the_day_and_later_are_not_known():
    past = [game("P1", 3, 20.0)]
    future = [game("P1", 0, 90.0), game("P1", -2, 90.0)]
    pool = slate(player(1, 6_000))
    assert baseline_projections(pool, past, DAY) == baseline_projections(pool, past + future, DAY)


def test_who_missed_his_teams_games_is_worth_less():
    played = [game("P1", d, 30.0) for d in (9, 7)] + [game("P2", d, 30.0) for d in (9, 7, 5, 3)]
    values = baseline_projections(slate(player(1, 6_000), player(2, 6_000)), played, DAY)
    assert values["1"] == pytest.approx(0.36 * values["2"])


def test_the_doubt_whether_he_plays_stands_beside_how_he_plays():
    played = [game("P1", d, 30.0) for d in (9, 7)] + [game("P2", d, 30.0) for d in (9, 7, 5, 3)]
    pool = slate(player(1, 6_000), player(2, 6_000))
    expected = baseline_expectations(pool, played, DAY)
    assert expected["1"].if_plays == expected["2"].if_plays == pytest.approx(30.0)
    assert (expected["1"].plays, expected["2"].plays) == (0.36, 1.0)
    product = {i: item.points for i, item in expected.items()}
    assert product == baseline_projections(pool, played, DAY)


def test_points_of_those_who_played_were_as_expected_of_them_on_recorded_nights(shared: Path):
    folder = shared / "data/nba-2024-25"
    games = read_box_scores((folder / "box_scores.csv.gz").read_bytes(), "b").games
    error, sits, chances = [], [], []
    for path in sorted(folder.glob("slates/*/DKSalaries.csv"))[3:24:4]:
        day = date.fromisoformat(path.parent.name)
        actual = {name_key(g.player): g.points for g in games if g.on == day}
        pool = slate_of(read_salaries(path.read_bytes(), path.name), RULES)
        for p, item in zip(
            pool.players, baseline_expectations(pool, games, day).values(), strict=True
        ):
            scored = actual.get(name_key(p.name))
            if item.plays < 1:
                sits.append(scored is None)
                chances.append(item.plays)
            elif scored is not None:
                error.append(scored - item.if_plays)
    assert abs(sum(error) / len(error)) < 2.0
    assert 1 - sum(sits) / len(sits) == pytest.approx(sum(chances) / len(chances), abs=0.06)


def test_names_and_team_codes_of_other_sources_are_found():
    pool = slate(player(1, 6_000, name="Nikola Jokić Jr."))
    games = [game("Nikola Jokic", 2, 40.0)]
    assert baseline_projections(pool, games, DAY)["1"] == pytest.approx(0.6 * 40 + 0.4 * 30)


def test_captains_are_projected_as_the_person_they_are():
    rows = slate(player(1, 9_000, name="Al"), player(2, 6_000, name="Al"))
    values = salary_projections(rows, RULES)
    assert values["1"] == values["2"] == 30.0


def test_averages_of_the_site_are_blended_with_salary():
    players = [player(i, 3_000 + 500 * i, average_points=10.0 + 2 * i) for i in range(10)]
    values = salary_projections(slate(*players, player(99, 5_000)), RULES)
    assert values["4"] == pytest.approx(18.0)
    assert values["99"] == pytest.approx(18.0)


def test_without_past_games_salaries_speak_alone(shared: Path):
    path = shared / "data/nba-2024-25/slates/2025-01-12/DKSalaries.csv"
    pool = slate_of(read_salaries(path.read_bytes(), path.name), RULES)
    values = baseline_projections(pool, [], DAY)
    assert values == salary_projections(pool, RULES)


def test_the_blend_beats_salary_alone_on_recorded_nights(shared: Path):
    folder = shared / "data/nba-2024-25"
    packed = (folder / "box_scores.csv.gz").read_bytes()
    games = read_box_scores(packed, "b").games
    blend, salary, count = 0.0, 0.0, 0
    for path in sorted(folder.glob("slates/*/DKSalaries.csv"))[5:15]:
        day = date.fromisoformat(path.parent.name)
        actual = {g.player: g.points for g in games if g.on == day}
        pool = slate_of(read_salaries(path.read_bytes(), path.name), RULES)
        ours, flat = baseline_projections(pool, games, day), salary_projections(pool, RULES)
        for p in pool.players:
            scored = actual.get(p.name, 0.0)
            blend += abs(scored - ours[p.player_id])
            salary += abs(scored - flat[p.player_id])
            count += 1
    assert count > 1_000
    assert blend < 0.75 * salary
