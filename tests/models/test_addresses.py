"""Which addresses are to be open for which games, and with what in their blanks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from config.venues import load_venues
from models.addresses import AFTERWARDS, AHEAD, LASTS, FollowedGame, openings
from models.identity.games import Meeting
from models.identity.teams import same_team
from models.slate import Game

START = datetime(2026, 7, 2, 2, 10, tzinfo=UTC)
"""Evening of 1 July in California."""
NOW = START - timedelta(hours=2)


def met(known_as="745646", team_ids=("119", "137")):
    return Meeting(game_id="g", known_as=known_as, apart=timedelta(), team_ids=team_ids)


def followed(away="LAD", home="SF", slate_id="s1", start=START, sport="mlb", **more):
    game = Game(game_id=f"{away}@{home}", away=away, home=home, start=start)
    return FollowedGame(slate_id=slate_id, sport=sport, game=game, **more)


def filled(blanks, *games, sport="mlb", now=NOW):
    return [dict(o.blanks) for o in openings(blanks, sport, games, load_venues(), now)]


def test_a_game_is_opened_by_the_id_that_its_league_gives_it():
    known = followed(known_as={"mlb": met(), "espn": met("401")})
    assert filled(["game_pk"], known, followed("STL", "CHC")) == [{"game_pk": "745646"}]
    assert filled(["espn_game"], known) == [{"espn_game": "401"}]
    assert filled(["game_id"], known) == []


def test_two_slates_with_the_same_game_share_its_address():
    both = [followed(slate_id=name, known_as={"mlb": met()}) for name in ("s1", "s2")]
    (opening,) = openings(["game_pk"], "", both, load_venues(), NOW)
    assert [one.slate_id for one in opening.games] == ["s1", "s2"]
    assert opening.starts == [START]


def test_weather_is_asked_for_at_the_home_teams_ground_unless_its_roof_is_closed():
    assert filled(["latitude", "longitude"], followed()) == [
        {"latitude": "37.7786", "longitude": "-122.3893"}
    ]
    assert filled(["station"], followed("San Francisco Giants", "Tampa Bay Rays")) == []
    assert filled(["station"], followed("X", "Nowhere")) == []


def test_a_day_is_that_of_the_place():
    assert filled(["date", "day"], followed()) == [{"date": "2026-07-01", "day": "20260701"}]
    assert filled(["date"], followed("LAL", "DEN", sport="nba"), sport="nba") == [
        {"date": "2026-07-01"}
    ]


def test_both_teams_of_a_game_have_an_address_each():
    known = followed(known_as={"espn": met(team_ids=("19", "26"))})
    assert filled(["team"], known) == [{"team": "19"}, {"team": "26"}]


@pytest.mark.parametrize(
    ("now", "on"),
    [
        (START - AHEAD - timedelta(seconds=1), False),
        (START - AHEAD, True),
        (START + LASTS - timedelta(seconds=1), True),
        (START + LASTS, False),
    ],
)
def test_addresses_are_open_from_the_day_before_to_the_end(now, on):
    assert bool(filled(["station"], followed(), now=now)) is on


def test_a_game_that_is_over_keeps_its_addresses_for_corrections_only():
    over = followed(over_at=NOW)
    assert filled(["station"], over, now=NOW + AFTERWARDS - timedelta(seconds=1))
    assert not filled(["station"], over, now=NOW + AFTERWARDS)


def test_a_game_without_a_start_and_one_of_another_sport_are_left_out():
    assert not filled(["station"], followed(start=None))
    assert not filled(["station"], followed(), sport="nfl")


@pytest.mark.parametrize(("sport", "teams"), [("mlb", 30), ("nfl", 32)])
def test_every_team_has_a_ground_within_the_continent(sport, teams):
    grounds = {team: v for (of, team), v in load_venues().items() if of == sport}
    assert len(grounds) == teams
    for venue in grounds.values():
        assert 25 < venue.latitude < 48
        assert -123 < venue.longitude < -70


def test_grounds_are_found_by_the_teams_full_names():
    for (sport, team), venue in load_venues().items():
        assert same_team(team, team, sport)
        assert msgspec.to_builtins(venue)["name"]
    assert filled(["station"], followed("LAD", "San Francisco Giants")) == [{"station": "KSFO"}]
