"""Vendors: every recorded payload by value, and each trap by name."""

from __future__ import annotations

import json

import pytest
from payloads import NOW, parse, utc

from models.events import PlayerActive, PlayerInjury


def test_balldontlie_lists_its_injured_by_value(raw):
    body = raw("vendors/balldontlie_player_injuries_nba.json")
    parsed = parse("vendors.balldontlie", body)
    words = {"Day-To-Day": "GAME_TIME", "Out": "OUT"}
    assert [
        (
            e.player_id, e.data.status, e.data.designation, e.data.headline,
            e.data.extra["name"], e.data.extra["team_id"], e.data.extra["return_date"],
        )
        for e in parsed.events
    ] == [
        (
            f"balldontlie:{row['player']['id']}", row["status"], words[row["status"]],
            row["description"], f"{row['player']['first_name']} {row['player']['last_name']}",
            str(row["player"]["team_id"]), row["return_date"],
        )
        for row in json.loads(body)["data"]
    ]  # fmt: skip
    assert {type(e) for e in parsed.events} == {PlayerInjury}
    assert parsed.rejected == []


def test_a_date_without_a_year_stays_words(raw):
    parsed = parse("vendors.balldontlie", raw("vendors/balldontlie_player_injuries_nba.json"))
    assert parsed.events[3].data.extra["return_date"] == "Feb 1"
    assert parsed.events[3].data.extra["told_on"] == "Jul 3"
    assert parsed.events[3].expiration_time is None
    assert {e.timestamp for e in parsed.events} == {NOW}


def test_scrambled_trial_data_is_refused():
    rows = [
        {"PlayerID": 1, "Name": "Scrambled", "InjuryStatus": "Scrambled"},
        {"PlayerID": 20000571, "Name": "Nikola Jokic", "Team": "DEN", "InjuryStatus": "Out",
         "InjuryBodyPart": "Wrist", "Updated": "2026-01-05T18:30:00"},
        {"PlayerID": 3, "Name": "Well", "InjuryStatus": None},
    ]  # fmt: skip
    url = "https://api.sportsdata.io/v3/nba/projections/json/InjuredPlayers"
    parsed = parse("vendors.sportsdataio", json.dumps(rows).encode(), url)
    assert [r.where for r in parsed.rejected] == ["[0]"]
    hurt, well = parsed.events
    assert (type(hurt), hurt.player_id, hurt.sport) == (
        PlayerInjury, "sportsdataio:20000571", "nba",
    )  # fmt: skip
    assert (hurt.data.designation, hurt.data.injury) == ("OUT", "Wrist")
    assert (type(well), well.data.designation) == (PlayerActive, "AVAILABLE")


def test_other_leagues_of_balldontlie_call_the_same_by_other_names():
    """Synthetic rows as baseball, football and hockey have them."""
    rows = [
        {"player": {"id": 1, "full_name": "A B", "position": "SP", "jersey": "27",
                    "team": {"id": 9, "abbreviation": "NYY"}},
         "date": "2026-03-25T12:00:00.000Z", "return_date": "2026-04-15T12:00:00.000Z",
         "type": "Elbow", "detail": "Surgery", "side": "Left", "status": "60-Day-IL",
         "long_comment": "Long.", "short_comment": "Short."},
        {"player": {"id": 2, "first_name": "C", "last_name": "D", "position_abbreviation": "WR"},
         "status": "Questionable", "comment": "Limited.", "date": "2026-01-12T22:35:00.000Z"},
        {"player": {"id": 3, "full_name": "E F", "position_code": "G", "sweater_number": 31},
         "status": "Activated"},
    ]  # fmt: skip
    url = "https://api.balldontlie.io/mlb/v1/player_injuries"
    parsed = parse("vendors.balldontlie", json.dumps({"data": rows}).encode(), url)
    pitcher, receiver, goalie = parsed.events
    assert (pitcher.sport, pitcher.timestamp) == ("mlb", utc("2026-03-25T12:00"))
    assert (pitcher.data.designation, pitcher.data.injury) == ("RESERVE", "Left Elbow")
    assert pitcher.data.headline == "Short."
    assert pitcher.data.extra == {
        "name": "A B", "position": "SP", "jersey": "27", "detail": "Surgery", "team": "NYY",
        "team_id": "9", "return_date": "2026-04-15T12:00:00.000Z",
    }  # fmt: skip
    assert (receiver.data.designation, receiver.data.headline) == ("QUESTIONABLE", "Limited.")
    assert (type(goalie), goalie.data.extra["jersey"]) == (PlayerActive, "31")


@pytest.mark.parametrize(
    ("url", "sport"),
    [
        ("https://api.balldontlie.io/v1/player_injuries", "nba"),
        ("https://api.balldontlie.io/nfl/v1/player_injuries", "nfl"),
        ("https://api.balldontlie.io/ncaaf/v1/player_injuries", "cfb"),
        ("balldontlie_player_injuries_mlb.json", "mlb"),
    ],
)
def test_balldontlies_league_stands_in_the_address(url, sport):
    body = b'{"data": [{"player": {"id": 1}, "status": "Out"}]}'
    assert parse("vendors.balldontlie", body, url).events[0].sport == sport


def test_a_mark_left_out_or_of_another_kind_is_no_word_that_he_is_well():
    rows = [{"PlayerID": 1, "Name": "A"}, {"PlayerID": 2, "InjuryStatus": {"x": 1}},
            {"PlayerID": 3, "Status": None}, None]  # fmt: skip
    parsed = parse("vendors.sportsdataio", json.dumps(rows).encode())
    assert [e.player_id for e in parsed.events] == ["sportsdataio:3"]
    assert [r.where for r in parsed.rejected] == ["[0].InjuryStatus", "[1].InjuryStatus", "[3]"]


def test_times_of_sportsdataio_are_eastern():
    row = {"PlayerID": 1, "InjuryStatus": "Out", "Updated": "2026-01-05T18:30:00"}
    (event,) = parse("vendors.sportsdataio", json.dumps([row]).encode()).events
    assert event.timestamp == utc("2026-01-05T23:30")
