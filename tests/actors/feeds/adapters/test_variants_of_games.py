"""Games and statuses of other days and seasons than those recorded, written by hand."""

from __future__ import annotations

import pytest
from payloads import NOW, of, utc

from models.events import (
    GameDelay,
    GameFinal,
    GamePostponed,
    GameScheduled,
    GameStart,
    LiveScore,
    PlayerActive,
    PlayerInjury,
)

ESPN = "https://site.api.espn.com/apis/site/v2/sports/{}/scoreboard"
INJURIES = "https://site.api.espn.com/apis/site/v2/sports/football/nfl/injuries"


# -- games that take another course --------------------------------------------------------------


def espn_game(state="in", name="STATUS_IN_PROGRESS", **status):
    teams = (("home", "1", "ATL", "24"), ("away", "15", "MIA", None))
    sides = [
        {"homeAway": side, "score": score, "team": {"id": id_, "abbreviation": team}}
        for side, id_, team, score in teams
    ]
    status = {"type": {"name": name, "state": state}, **status}
    contest = {"id": "1", "date": "2026-11-22T18:00Z", "competitors": sides, "status": status}
    return {"events": [{"id": "1", "date": "2026-11-22T18:00Z", "competitions": [contest]}]}


@pytest.mark.parametrize(
    ("league", "period", "clock", "shown", "left"),
    [
        ("football/nfl", 5, 252.0, "4:12", 4.2),  # overtime has only its own clock
        ("football/nfl", 2, None, "5:00", 35.0),  # the clock in words alone
        ("football/nfl", 2, 0.0, "0:00", 30.0),  # half-time
        ("basketball/wnba", 4, 300, "5:00", 5.0),
        ("basketball/mens-college-basketball", 1, 1200, "20:00", 40.0),
        ("hockey/nhl", 5, 0.0, "0:00", 0.0),  # a shoot-out
        ("soccer/eng.1", 1, 2700, "45'+2'", None),  # counts up
        ("baseball/mlb", 11, None, "", None),  # extra innings
    ],
)
def test_what_is_left_of_a_game(spoken, league, period, clock, shown, left):
    game = espn_game(period=period, clock=clock, displayClock=shown)
    (score,) = of(spoken("espn.scoreboard", game, ESPN.format(league)), LiveScore)
    assert score.data.minutes_remaining == left
    assert score.data.score == {"ATL": 24.0}  # a score that is null is none


@pytest.mark.parametrize(
    ("state", "name", "kinds"),
    [
        ("in", "STATUS_HALFTIME", [GameStart]),
        ("in", "STATUS_SUSPENDED", [GameStart, GameDelay]),
        ("in", "STATUS_RAIN_DELAY", [GameStart, GameDelay]),
        ("pre", "STATUS_DELAYED", [GameDelay]),
        ("post", "STATUS_FINAL_OVERTIME", [GameStart, GameFinal]),
        ("post", "STATUS_CANCELED", [GamePostponed]),
        ("post", "STATUS_FORFEIT", [GamePostponed]),
        ("pre", "STATUS_NEVER_HEARD", [GameScheduled]),
    ],
)
def test_how_games_go_at_espn(spoken, state, name, kinds):
    parsed = spoken(
        "espn.scoreboard", espn_game(state, name, period=1, clock=0.0), ESPN.format("football/nfl")
    )
    assert [type(e) for e in parsed.events if not isinstance(e, LiveScore)] == kinds


def mlb_game(pk, abstract, detailed, **more):
    team = {"home": (111, "BOS"), "away": (147, "NYY")}
    return {
        "gamePk": pk, "gameDate": "2026-07-01T23:05:00Z", "officialDate": "2026-07-01",
        "status": {"abstractGameState": abstract, "detailedState": detailed, **more.pop("status", {})},
        "teams": {s: {"team": {"id": i, "abbreviation": t}} for s, (i, t) in team.items()}, **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("abstract", "detailed", "kinds"),
    [
        ("Live", "Suspended: Rain", [GameStart, GameDelay]),
        ("Preview", "Delayed Start: Rain", [GameDelay]),
        ("Live", "Delayed: Rain", [GameStart, GameDelay]),
        ("Final", "Completed Early: Rain", [GameStart, GameFinal]),
        ("Final", "Final: Tied", [GameStart, GameFinal]),
        ("Final", "Cancelled", [GamePostponed]),
        ("Live", "Manager challenge: Tag play", [GameStart]),
        ("Live", "Umpire review", [GameStart]),
    ],
)
def test_how_games_go_at_mlb(spoken, abstract, detailed, kinds):
    parsed = spoken("mlb.schedule", {"dates": [{"games": [mlb_game(1, abstract, detailed)]}]})
    assert [type(e) for e in parsed.events] == kinds


def test_the_second_game_of_a_day_may_have_no_start_yet(spoken):
    second = mlb_game(2, "Preview", "Scheduled", gameNumber=2, doubleHeader="Y",
                      status={"startTimeTBD": True})  # fmt: skip
    games = [mlb_game(1, "Preview", "Scheduled", gameNumber=1, doubleHeader="Y"), second]
    first, later = spoken("mlb.schedule", {"dates": [{"games": games}]}).events
    assert (first.data.start, later.data.start) == (utc("2026-07-01T23:05"), None)
    assert later.data.extra["game_number"] == 2


@pytest.mark.parametrize("value", [{"dates": []}, {"totalGames": 0, "dates": [{"games": []}]}])
def test_a_day_without_games_is_no_fault(spoken, value):
    assert spoken("mlb.schedule", value) == ([], [])


def nba_box(*players, **game):
    home = {"teamTricode": "DEN", "score": 110, "players": list(players)}
    game = {
        "gameId": "0022000180", "gameTimeUTC": "2026-11-21T00:00:00Z", "gameStatus": 2, "period": 5,
        "gameClock": "PT02M10.00S", "homeTeam": home,
        "awayTeam": {"teamTricode": "LAL", "score": 110, "players": None}, **game,
    }  # fmt: skip
    return {"game": game}


def nba_player(id_, **more):
    return {"personId": id_, "name": "Nikola Jokić", "status": "ACTIVE", "played": "1", **more}


def test_an_nba_box_score_of_overtime_with_players_in_every_state(spoken):
    parsed = spoken("nba.boxscore", nba_box(
        nba_player(1, statistics={"minutes": "PT42M30.00S", "points": 31}),
        nba_player(2, status="INACTIVE", notPlayingReason="INACTIVE_NEW_REASON", statistics=None),
        nba_player(3, played="0", notPlayingReason="DNP_INJURY"),
        nba_player(4, status=""), nba_player(None), None,
    ))  # fmt: skip
    score, own = of(parsed, LiveScore)
    assert score.data.minutes_remaining == pytest.approx(2 + 10 / 60, abs=1e-3)
    assert own.data.stats == {"points": 31.0, "minutes": 42.5}
    told = {e.player_id: e.data.participation for e in of(parsed, PlayerActive, PlayerInjury)}
    assert told == {"nba:1": "CONFIRMED_IN", "nba:2": "CONFIRMED_OUT", "nba:3": "CONFIRMED_OUT"}
    assert [r.where.rpartition("players")[2] for r in parsed.rejected] == [
        "[3].status", "[4].personId", "[5].personId",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("game", "kinds"),
    [
        ({"gameStatus": 1, "gameStatusText": "PPD", "period": 0, "gameClock": ""}, [GamePostponed]),
        ({"gameStatus": 1, "gameStatusText": "TBD", "gameTimeUTC": ""}, [GameScheduled]),
        ({"gameStatus": 3, "gameStatusText": "Final/OT2", "period": 6}, [GameStart, GameFinal]),
    ],
)
def test_how_games_go_at_the_nba(spoken, game, kinds):
    parsed = spoken("nba.boxscore", nba_box(**game))
    assert [type(e) for e in parsed.events if not isinstance(e, LiveScore)] == kinds


# -- statuses ------------------------------------------------------------------------------------


def injured(status, number=77, **more):
    page = [{"href": f"https://www.espn.com/nfl/player/_/id/{number}/x"}]
    return {
        "id": "9",
        "status": status,
        "athlete": {"displayName": "José Ramírez Jr.", "links": page},
        **more,
    }


@pytest.mark.parametrize(
    ("word", "designation"),
    [
        ("Physically Unable to Perform", "RESERVE"), ("Reserve/COVID-19", "RESERVE"),
        ("IR-LT", "RESERVE"), ("LTIR", "RESERVE"), ("Non-Football Injury", "RESERVE"),
        ("Out Indefinitely", "OUT"), ("Commissioner Exempt List", "SUSPENDED"), ("Illness", ""),
    ],
)  # fmt: skip
def test_words_of_other_leagues_and_seasons(spoken, word, designation):
    rows = {"injuries": [{"displayName": "X", "injuries": [injured(word)]}]}
    (event,) = spoken("espn.injuries", rows, INJURIES).events
    assert isinstance(event, PlayerInjury)
    assert (event.data.designation, event.data.provider_status) == (designation, word)
    assert event.data.extra["name"] == "José Ramírez Jr."


def test_an_injury_list_with_holes(spoken):
    teams = [
        {"displayName": "X", "injuries": [
            {"status": "Out", "athlete": None},
            injured(None, 1, type={"name": "INJURY_STATUS_OUT"}),
            injured("Out", 2, date="2026-11-19T18:00:00+02:00", details=None, shortComment=None),
            injured("Out", 3, date="yesterday"),
            injured("", 4),
        ]},
        {"displayName": "Y", "injuries": None}, {"displayName": "Z", "injuries": []}, None,
    ]  # fmt: skip
    parsed = spoken("espn.injuries", {"injuries": teams}, INJURIES)
    assert [(e.player_id, e.data.designation, e.timestamp) for e in parsed.events] == [
        ("espn:1", "OUT", NOW), ("espn:2", "OUT", utc("2026-11-19T16:00")), ("espn:3", "OUT", NOW),
    ]  # fmt: skip
    assert [r.where for r in parsed.rejected] == [
        "injuries[0].injuries[0].athlete", "injuries[0].injuries[4].type.name",
    ]  # fmt: skip


def golfer(number, **more):
    rounds = [{"period": 1, "value": 70.0}]
    return {"id": str(number), "athlete": {"displayName": "Ludvig Åberg"}, "score": "E",
            "linescores": rounds, **more}  # fmt: skip


def test_a_leaderboard_with_everything_that_ends_a_tournament_for_somebody(spoken):
    status = {"type": {"name": "STATUS_IN_PROGRESS", "state": "in"}}
    people = [
        golfer(1, score={"displayValue": "-14", "value": -14.0}),
        golfer(2, status={"type": {"name": "STATUS_WITHDRAWN"}}),
        golfer(3, status={"displayValue": "MDF", "type": {"name": "STATUS_MDF"}}),
        golfer(4, status={"displayValue": "DQ", "type": {"name": "STATUS_DISQUALIFIED"}}),
        golfer(5, score=None, linescores=None),
        golfer(6, status={"teeTime": "2026-11-20T13:10Z", "type": {"name": "STATUS_SCHEDULED"}}),
    ]
    event = {"id": "4", "date": "2026-11-19T12:00Z", "status": status,
             "competitions": [{"id": "4", "status": status, "competitors": people}]}  # fmt: skip
    parsed = spoken("golf.scoreboard", {"events": [event]})
    assert [(e.player_id, e.data.designation) for e in of(parsed, PlayerInjury)] == [
        ("espn:2", "WITHDRAWN"), ("espn:3", "CUT"), ("espn:4", "WITHDRAWN"),
    ]  # fmt: skip
    to_par = {e.player_id: e.data.stats["to_par"] for e in of(parsed, LiveScore)}
    assert (to_par["espn:1"], to_par["espn:6"], "espn:5" in to_par) == (-14.0, 0.0, False)
    (tee,) = of(parsed, GameScheduled)
    assert (tee.data.extra["name"], tee.data.start) == ("Ludvig Åberg", utc("2026-11-20T13:10"))


def test_balldontlie_without_description_team_or_date(spoken):
    rows = [
        {"player": {"id": 1, "first_name": "Luka", "last_name": "Dončić"}, "status": "Out",
         "description": None, "return_date": None},
        {"player": None, "status": "Out"},
    ]  # fmt: skip
    parsed = spoken("vendors.balldontlie", {"data": rows, "meta": {"next_cursor": None}})
    assert [(e.player_id, e.data.extra["name"]) for e in parsed.events] == [
        ("balldontlie:1", "Luka Dončić")
    ]
    assert [r.where for r in parsed.rejected] == ["data[1].player"]
    assert spoken("vendors.balldontlie", {"data": []}) == ([], [])
