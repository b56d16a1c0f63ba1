"""Vendors: every recorded payload by value, and each trap by name."""

from __future__ import annotations

import json

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


def test_times_of_sportsdataio_are_eastern():
    row = {"PlayerID": 1, "InjuryStatus": "Out", "Updated": "2026-01-05T18:30:00"}
    (event,) = parse("vendors.sportsdataio", json.dumps([row]).encode()).events
    assert event.timestamp == utc("2026-01-05T23:30")
