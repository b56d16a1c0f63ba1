"""ESPN's games of other sports and years than those recorded: states, starters, odds, box scores.

All payloads are synthetic.
"""

from __future__ import annotations

import pytest
from payloads import lines, of

from models.events import (
    GameDelay,
    GameFinal,
    GamePostponed,
    GameScheduled,
    GameStart,
    LineupChange,
    LiveScore,
    PlayerActive,
    PlayerInjury,
    WeatherChange,
)

SCORES = "https://site.api.espn.com/apis/site/v2/sports/{}/scoreboard"
SUMMARY = "https://site.api.espn.com/apis/site/v2/sports/{}/summary?event=9"


def game(status, number="1", **more):
    sides = [
        {"homeAway": side, "team": {"id": id_, "abbreviation": team}, **more.pop(side, {})}
        for side, id_, team in (("home", "1", "HOM"), ("away", "2", "AWY"))
    ]
    contest = {"id": number, "date": "2026-11-22T18:00Z", "status": status, "competitors": sides}
    return {"id": number, "competitions": [contest | more]}


def board(*games):
    return {"events": list(games)}


# -- states --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kinds"),
    [
        ({"type": {"name": "STATUS_FINAL"}}, [GameStart, GameFinal]),
        ({"type": {"name": "STATUS_OTHER", "completed": True}}, [GameStart, GameFinal]),
        ({"type": {"name": "STATUS_FULL_TIME"}}, [GameStart, GameFinal]),
        ({"type": {"name": "STATUS_END_PERIOD"}, "period": 3}, [GameStart]),
        ({"type": {"name": "STATUS_HALFTIME"}}, [GameStart]),
        ({"type": {"name": "STATUS_SCHEDULED"}, "period": 0}, [GameScheduled]),
        ({"type": {"state": "in"}, "period": 1}, [GameStart]),
        ({"type": {"name": "STATUS_UNCONTESTED", "state": "post"}}, [GamePostponed]),
        ({"type": {"name": "STATUS_NO_CONTEST", "state": "post"}}, [GamePostponed]),
        ({"type": {"name": "STATUS_DELAYED"}, "period": 2}, [GameStart, GameDelay]),
    ],
)
def test_a_state_that_is_left_out_follows_from_the_rest(spoken, status, kinds):
    parsed = spoken("espn.scoreboard", board(game(status)), SCORES.format("basketball/nba"))
    assert [type(e) for e in parsed.events if type(e) is not LiveScore] == kinds
    assert parsed.rejected == []


def test_a_status_that_says_nothing_costs_its_game_alone(spoken):
    over = game({"type": {"name": "STATUS_FINAL"}}, "2")
    parsed = spoken("espn.scoreboard", board(game({}), game(None, "3"), over))
    assert {e.game_id for e in parsed.events} == {"espn:2"}
    assert [r.where for r in parsed.rejected] == [
        "events[0].competitions[0].type.name",
        "events[1].competitions[0].type.name",
    ]


def test_a_game_broken_off_is_not_played_out(spoken):
    status = {"type": {"name": "STATUS_SUSPENDED", "state": "post"}, "period": 3, "clock": 300.0}
    parsed = spoken("espn.scoreboard", board(game(status)), SCORES.format("football/nfl"))
    (score,) = of(parsed, LiveScore)
    assert score.data.minutes_remaining == 20.0


def test_numbers_past_counting_and_scores_with_a_value(spoken):
    status = {
        "type": {"name": "STATUS_IN_PROGRESS", "state": "in"},
        "period": 1e300,
        "clock": 1e300,
    }
    sides = {"home": {"score": {"value": 24.0, "displayValue": "24"}}, "away": {"score": "x"}}
    (score,) = of(spoken("espn.scoreboard", board(game(status, **sides))), LiveScore)
    assert score.data.score == {"HOM": 24.0}
    assert "period" not in score.data.extra


def test_the_league_of_an_address_of_the_core_api(spoken):
    url = "https://sports.core.api.espn.com/v2/sports/football/leagues/college-football/events"
    (event,) = spoken(
        "espn.scoreboard", board(game({"type": {"name": "STATUS_SCHEDULED"}})), url
    ).events
    assert event.sport == "cfb"


@pytest.mark.parametrize(
    ("weather", "sky"),
    [
        ({"displayValue": "2", "conditionId": "Mostly sunny", "temperature": 85}, "Mostly sunny"),
        ({"displayValue": "Cloudy", "conditionId": "7", "temperature": 60}, "Cloudy"),
        ({"displayValue": "7", "temperature": 60}, ""),
    ],
)
def test_the_sky_is_named_and_not_numbered(spoken, weather, sky):
    ahead = game({"type": {"name": "STATUS_SCHEDULED"}}) | {"weather": weather}
    (told,) = of(spoken("espn.scoreboard", board(ahead)), WeatherChange)
    assert (told.data.get("sky", ""), told.data["kind"]) == (sky, "forecast")


# -- starters ------------------------------------------------------------------------------------


def starter(number, **status):
    return {"athlete": {"id": str(number), "displayName": "G"}, **status}


@pytest.mark.parametrize(
    ("said", "word", "participation"),
    [
        ({"type": "confirmed", "name": "Confirmed"}, "STARTING", "CONFIRMED_IN"),
        ({"type": "expected", "name": "Expected"}, "", "EXPECTED"),
        (None, "", "EXPECTED"),
    ],
)
def test_a_goalie_is_expected_until_his_team_confirms_him(spoken, said, word, participation):
    home = {"probables": [{**starter(31), "name": "probableStartingGoalie", "status": said}]}
    ahead = game({"type": {"name": "STATUS_SCHEDULED", "state": "pre"}}, home=home)
    (told,) = of(spoken("espn.scoreboard", board(ahead), SCORES.format("hockey/nhl")), LineupChange)
    assert (told.player_id, told.game_id, told.sport) == ("espn:31", "espn:1", "nhl")
    assert (told.data.status, told.data.participation) == (word, participation)
    assert told.data.extra == {"name": "G", "team": "HOM"}


def test_starters_of_games_begun_or_called_off_are_not_expected_any_more(spoken):
    home = {"probables": [starter(31, status={"type": "confirmed"})]}
    for name, state in (("FINAL", "post"), ("IN_PROGRESS", "in"), ("POSTPONED", "pre")):
        value = board(game({"type": {"name": f"STATUS_{name}", "state": state}}, home=home))
        assert of(spoken("espn.scoreboard", value), LineupChange) == []


def test_a_starter_not_named_yet_is_nobody_and_one_without_an_id_is_refused(spoken):
    unnamed, nobody = {"name": "probableStartingPitcher"}, {"athlete": {"displayName": "X"}}
    home = {"probables": [unnamed, nobody, {"playerId": 7, "athlete": {"displayName": "Y"}}]}
    ahead = game({"type": {"name": "STATUS_SCHEDULED", "state": "pre"}}, home=home)
    parsed = spoken("espn.scoreboard", board(ahead))
    assert [e.player_id for e in of(parsed, LineupChange)] == ["espn:7"]
    assert [r.where for r in parsed.rejected] == [
        "events[0].competitions[0].competitors[0].probables[1].playerId"
    ]


# -- odds ----------------------------------------------------------------------------------------


def priced(**odds):
    offer = {"provider": {"id": "100", "name": "DraftKings"}, **odds}
    return board(game({"type": {"name": "STATUS_SCHEDULED", "state": "pre"}}, odds=[offer, None]))


def told(parsed):
    return [(one.market, one.selection, one.point, one.american) for one in lines(parsed)]


def test_prices_of_both_sides_are_told_as_they_are_now(spoken):
    def sides(home, away):
        return {"home": {"close": home, "open": {"line": "-1", "odds": "-101"}},
                "away": {"close": away}}  # fmt: skip

    parsed = spoken("espn.scoreboard", priced(
        details="HOM -6.5", overUnder=220.5, spread=-6.5,
        moneyline=sides({"odds": "-280"}, {"odds": "+220"}),
        pointSpread=sides({"line": "-6.5", "odds": "-110"}, {"line": "+6.5", "odds": "EVEN"}),
        total={"over": {"close": {"line": "o220.5", "odds": "-108"}},
               "under": {"close": {"line": "u220.5", "odds": "-112"}}},
        homeTeamOdds={"favorite": True, "team": {"abbreviation": "HOM"}}, awayTeamOdds={},
    ))  # fmt: skip
    assert told(parsed) == [
        ("spreads", "HOM", -6.5, -110), ("spreads", "away", 6.5, 100),
        ("totals", "Over", 220.5, -108), ("totals", "Under", 220.5, -112),
        ("h2h", "HOM", None, -280), ("h2h", "away", None, 220),
    ]  # fmt: skip


def test_a_money_line_in_words_hides_no_run_line(spoken):
    parsed = spoken("espn.scoreboard", priced(
        details="HOM -130", spread=-1.5, overUnder=6.5, overOdds=110.0, underOdds=-130.0,
        homeTeamOdds={"moneyLine": -130}, awayTeamOdds={"moneyLine": 110},
    ))  # fmt: skip
    assert told(parsed) == [
        ("spreads", "home", -1.5, None), ("totals", "Over", 6.5, 110),
        ("totals", "Under", 6.5, -130), ("h2h", "home", None, -130), ("h2h", "away", None, 110),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("odds", "expected"),
    [
        ({"details": "M-OH -7"}, [("spreads", "M-OH", -7.0, None)]),
        ({"details": "TA&M -3.5"}, [("spreads", "TA&M", -3.5, None)]),
        ({"details": "EVEN"}, [("spreads", "home", 0.0, None)]),
        ({"pointSpread": {"home": {"close": {"line": "PK", "odds": "-110"}}}},
         [("spreads", "home", 0.0, -110)]),
        ({"moneyline": {"draw": {"close": {"odds": "+270"}}}}, [("h2h", "draw", None, 270)]),
        ({"details": "OFF", "moneyline": {"home": {"close": {"odds": "OFF"}}}}, []),
        ({"overUnder": "x", "homeTeamOdds": {"moneyLine": 0}}, []),
    ],
)  # fmt: skip
def test_odds_in_other_words(spoken, odds, expected):
    assert told(spoken("espn.scoreboard", priced(**odds))) == expected


# -- summaries -----------------------------------------------------------------------------------


def summary(*groups, **more):
    players = [{"team": {"abbreviation": "HOM"}, "statistics": list(groups)}]
    return {"header": {"id": "9"}, "boxscore": {"players": players}, **more}


def line(number, stats, **more):
    return {"athlete": {"id": str(number)}, "stats": stats, **more}


def test_a_pitchers_hits_are_not_a_batters(spoken):
    batting = {"type": "batting", "names": ["H-AB", "H", "AVG"],
               "athletes": [line(1, ["2-4", "2", ".313"], starter=True)]}  # fmt: skip
    pitching = {"type": "pitching", "names": ["IP", "H", "PC-ST"],
                "athletes": [line(1, ["6.1", "4", "104-69"], starter=True)]}  # fmt: skip
    parsed = spoken("espn.summary", summary(batting, pitching), SUMMARY.format("baseball/mlb"))
    assert [e.data.stats for e in of(parsed, LiveScore)] == [
        {"batting.H-AB": 2, "batting.H-AB_tried": 4, "batting.H": 2, "batting.AVG": 0.313},
        {"pitching.IP": 6.1, "pitching.H": 4, "pitching.PC-ST": 104, "pitching.PC-ST_tried": 69},
    ]
    assert len(of(parsed, LineupChange)) == 1  # a starter once, though both groups list him


def test_a_column_too_many_among_the_keys_moves_no_figure(spoken):
    passing = {"name": "passing", "labels": ["C/ATT", "YDS", "RTG"], "names": None,
               "keys": ["completions/passingAttempts", "passingYards", "adjQBR", "QBRating"],
               "athletes": [line(1, ["13/22", "-4", "--"])]}  # fmt: skip
    (score,) = of(spoken("espn.summary", summary(passing)), LiveScore)
    assert score.data.stats == {
        "passing.C/ATT": 13, "passing.C/ATT_tried": 22, "passing.YDS": -4,
    }  # fmt: skip


def test_time_on_the_ice_is_in_minutes(spoken):
    skaters = {"name": "forwards", "labels": ["TOI", "G", "+/-"],
               "athletes": [line(1, ["18:30", "1", "+2"])]}  # fmt: skip
    parsed = spoken("espn.summary", summary(skaters), SUMMARY.format("hockey/nhl"))
    (score,) = of(parsed, LiveScore)
    assert score.data.stats == {"forwards.TOI": 18.5, "forwards.G": 1, "forwards.+/-": 2}


def test_who_has_not_come_on_is_neither_playing_nor_out(spoken):
    group = {"names": ["MIN", "PTS"], "athletes": [
        line(1, [], didNotPlay=True), line(2, ["0", "0"], didNotPlay=False),
        line(3, [], didNotPlay=True, reason="DID NOT DRESS"), line(4, ["7", "2"], active=False),
    ]}  # fmt: skip
    parsed = spoken("espn.summary", summary(group))
    assert [
        (e.player_id, e.data.participation) for e in of(parsed, PlayerInjury, PlayerActive)
    ] == [
        ("espn:3", "CONFIRMED_OUT"),
        ("espn:4", "CONFIRMED_IN"),
    ]
    (idle,) = of(parsed, LineupChange)
    assert (idle.player_id, idle.data.status, idle.data.participation) == ("espn:1", "", "UNKNOWN")


def test_a_line_up_that_is_posted_is_confirmed_in_its_order(spoken):
    rosters = [
        {"team": {"abbreviation": "HOM"}, "roster": [
            {"starter": True, "batOrder": 1, "athlete": {"id": "1", "displayName": "A"}},
            {"starter": True, "batOrder": 0, "athlete": {"id": "2", "displayName": "P"}},
            {"starter": False, "batOrder": 0, "athlete": {"id": "3", "displayName": "B"}},
            {"starter": True, "athlete": {"displayName": "nobody"}},
        ]},
        {"team": {"abbreviation": "AWY"}},
    ]  # fmt: skip
    parsed = spoken("espn.summary", summary(rosters=rosters))
    assert [
        (e.player_id, e.data.participation, e.data.extra.get("batting_order"))
        for e in of(parsed, LineupChange)
    ] == [("espn:1", "CONFIRMED_IN", "1"), ("espn:2", "CONFIRMED_IN", None)]
    assert [r.where for r in parsed.rejected] == ["rosters[0].roster[3].athlete"]


@pytest.mark.parametrize(
    ("slug", "sport"), [("college-football", "cfb"), ("eng.1", "soccer"), ("nba", "nba")]
)
def test_leagues_are_called_alike_wherever_they_are_named(spoken, slug, sport):
    line_up = summary({"names": ["MIN"], "athletes": [line(1, ["7"])]})
    line_up["header"]["league"] = {"slug": slug}
    ahead = board(game({"type": {"name": "STATUS_SCHEDULED"}})) | {"leagues": [{"slug": slug}]}
    roster = {"athletes": [{"id": 1}], "team": {"clubhouse": f"https://www.espn.com/{slug}/team/x"}}
    for feed, value in (
        ("espn.summary", line_up),
        ("espn.scoreboard", ahead),
        ("espn.roster", roster),
    ):
        assert {e.sport for e in spoken(feed, value).events} == {sport}
