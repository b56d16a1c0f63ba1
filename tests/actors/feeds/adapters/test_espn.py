"""ESPN's payloads, value by value, and the traps in them."""

import pytest
from payloads import of as of_type
from payloads import utc as at

from models.events import (
    BreakingNews,
    GameDelay,
    GameFinal,
    GamePostponed,
    GameScheduled,
    GameStart,
    LineMovement,
    LineupChange,
    LiveScore,
    PlayerActive,
    PlayerInjury,
    WeatherChange,
)


def scoreboard(**status):
    """A scoreboard of one game in the given state."""
    return {
        "leagues": [{"slug": "nba"}],
        "events": [
            {
                "id": "1",
                "competitions": [
                    {
                        "id": "1",
                        "date": "2026-01-17T00:30Z",
                        "status": {"type": status},
                        "competitors": [],
                    }
                ],
            }
        ],
    }


def test_nfl_scoreboard_tells_a_game_under_way_one_over_and_one_to_come(recorded):
    parsed = recorded("espn.scoreboard", "espn/scoreboard_nfl_2022w1_live.json")
    assert parsed.rejected == []
    assert {event.sport for event in parsed.events} == {"nfl"}
    told = [(type(event), event.game_id) for event in parsed.events]
    assert told == [
        (GameStart, "espn:401437650"), (LiveScore, "espn:401437650"), (WeatherChange, "espn:401437650"),
        (GameStart, "espn:401437630"), (LiveScore, "espn:401437630"), (GameFinal, "espn:401437630"),
        (GameScheduled, "espn:401437640"), (LineMovement, "espn:401437640"),
        (LineMovement, "espn:401437640"), (WeatherChange, "espn:401437640"),
    ]  # fmt: skip
    live, over = of_type(parsed, LiveScore)
    assert live.data.score == {"ATL": 26, "NO": 24}
    assert live.data.minutes_remaining == 0.8
    assert live.data.extra == {
        "clock": "0:48", "detail": "0:48 - 4th Quarter", "period": 4, "down": 1, "distance": 10,
    }  # fmt: skip
    assert over.data.score == {"MIA": 20, "NE": 7}
    assert over.data.minutes_remaining == 0
    (scheduled,) = of_type(parsed, GameScheduled)
    assert scheduled.data.start == at("2022-09-11T20:25")
    assert scheduled.data.extra["teams"] == {
        "home": {"team": "TEN", "team_id": "10", "team_name": "Tennessee Titans"},
        "away": {"team": "NYG", "team_id": "19", "team_name": "New York Giants"},
    }
    assert scheduled.data.extra["venue"] == "Nissan Stadium"
    assert scheduled.data.extra["indoor"] is False
    weather = [
        (w.data["kind"], w.data["sky"], w.data["temperature_c"])
        for w in of_type(parsed, WeatherChange)
    ]
    assert weather == [
        ("observation", "Mostly cloudy", 27.22),
        ("forecast", "Thunderstorms", 24.44),
    ]


def test_nba_scoreboard_of_finished_games(recorded):
    parsed = recorded("espn.scoreboard", "espn/scoreboard_nba_20240115.json")
    assert [(type(e), e.game_id) for e in parsed.events] == [
        (kind, game)
        for game in ("espn:401585183", "espn:401585184")
        for kind in (GameStart, LiveScore, GameFinal)
    ]
    assert [e.data.score for e in of_type(parsed, LiveScore)] == [
        {"PHI": 124, "HOU": 115},
        {"DAL": 125, "NO": 120},
    ]
    assert [e.data.start for e in of_type(parsed, GameFinal)] == [
        at("2024-01-15T18:00"),
        at("2024-01-15T19:30"),
    ]


def test_odds_beside_a_game_are_handicap_total_and_money_lines(recorded):
    nfl = recorded("espn.scoreboard", "espn/scoreboard_nfl_2022w1_live.json")
    extra = {"provider_id": "45", "details": "TEN -5.5"}
    book = "Caesars Sportsbook (New Jersey)"
    assert [event.data for event in of_type(nfl, LineMovement)] == [
        {"book": book, "market": "spreads", "selection": "TEN", "point": -5.5, "extra": extra},
        {"book": book, "market": "totals", "selection": "Over", "point": 44, "extra": extra},
    ]
    mlb = recorded("espn.scoreboard", "espn/scoreboard_mlb_20220917_live.json")
    assert [
        (
            e.data["book"],
            e.data["market"],
            e.data["selection"],
            e.data.get("american"),
            e.data.get("point"),
        )
        for e in of_type(mlb, LineMovement)
    ] == [
        (book, "h2h", "STL", -220, None),
        (book, "totals", "Over", None, 7.5),
        ("consensus", "totals", "Over", None, 7.5),
        ("consensus", "h2h", "STL", -216, None),
        ("consensus", "h2h", "CIN", 179, None),
        ("teamrankings", "totals", "Over", None, 7.5),
        ("teamrankings", "h2h", "STL", -210, None),
        ("teamrankings", "h2h", "CIN", 192, None),
    ]
    assert {event.game_id for event in of_type(mlb, LineMovement)} == {"espn:401356372"}


def test_times_without_seconds_are_read_as_utc(recorded):
    parsed = recorded("espn.scoreboard", "espn/scoreboard_nfl_2022w1_live.json")
    assert parsed.events[0].data.start == at("2022-09-11T17:00")


def test_a_doubleheader_is_two_games_of_the_same_teams_on_the_same_day(recorded):
    parsed = recorded("espn.scoreboard", "espn/scoreboard_mlb_20220917_live.json")
    assert parsed.rejected == []
    cardinals = {
        event.game_id: event.data.note
        for event in parsed.events
        if isinstance(event, GameStart | GameScheduled) and "STL" in str(event.data.extra["teams"])
    }
    assert cardinals == {
        "espn:401463304": "Doubleheader - Game 1 - Makeup from July 17",
        "espn:401356372": "Doubleheader - Game 2",
    }


def test_mlb_scoreboard_tells_counts_and_who_is_expected_to_pitch(recorded):
    parsed = recorded("espn.scoreboard", "espn/scoreboard_mlb_20220917_live.json")
    assert [
        (e.game_id, e.data.score, e.data.minutes_remaining) for e in of_type(parsed, LiveScore)
    ] == [
        ("espn:401463304", {"STL": 5, "CIN": 1}, 0),
        ("espn:401356370", {"TOR": 6, "BAL": 3}, None),
        ("espn:401356376", {"WSH": 5, "MIA": 3}, None),
    ]
    live = of_type(parsed, LiveScore)[1].data.extra
    assert live == {
        "clock": "0:00", "detail": "Top 9th", "period": 9, "balls": 0, "strikes": 1, "outs": 2,
    }  # fmt: skip
    pitchers = of_type(parsed, LineupChange)
    assert [(p.player_id, p.game_id, p.data.participation, p.data.status) for p in pitchers] == [
        ("espn:32106", "espn:401356372", "EXPECTED", ""),
        ("espn:39635", "espn:401356372", "EXPECTED", ""),
    ]
    assert pitchers[0].data.extra == {
        "name": "Jose Quintana", "team": "STL", "position": "SP", "jersey": "62",
    }  # fmt: skip


def test_a_game_under_way_is_the_same_start_at_every_poll(recorded, spoken):
    first = spoken("espn.scoreboard", scoreboard(name="STATUS_IN_PROGRESS", state="in"))
    later = spoken("espn.scoreboard", scoreboard(name="STATUS_HALFTIME", state="in"))
    over = spoken("espn.scoreboard", scoreboard(name="STATUS_FINAL", state="post"))
    starts = {of_type(parsed, GameStart)[0].event_id for parsed in (first, later, over)}
    assert len(starts) == 1


@pytest.mark.parametrize(
    ("name", "state", "kinds"),
    [
        ("STATUS_POSTPONED", "post", [GamePostponed]),
        ("STATUS_CANCELED", "post", [GamePostponed]),
        ("STATUS_DELAYED", "pre", [GameDelay]),
        ("STATUS_RAIN_DELAY", "in", [GameStart, LiveScore, GameDelay]),
        ("STATUS_SUSPENDED", "post", [GameStart, LiveScore, GameDelay]),
    ],
)
def test_games_that_do_not_go_as_planned(spoken, name, state, kinds):
    parsed = spoken("espn.scoreboard", scoreboard(name=name, state=state, description="Rain"))
    assert [type(event) for event in parsed.events] == kinds
    delays = of_type(parsed, GameDelay)
    assert all((event.data.start is None) == (state != "pre") for event in delays)


def test_a_start_that_is_not_fixed_yet_is_none(spoken):
    board = scoreboard(name="STATUS_SCHEDULED", state="pre")
    board["events"][0]["competitions"][0]["timeValid"] = False
    (scheduled,) = spoken("espn.scoreboard", board).events
    assert scheduled.data.start is None
    assert scheduled.data.extra["day"] == "2026-01-17"


def test_a_game_that_cannot_be_read_costs_no_other_game(spoken):
    board = scoreboard(name="STATUS_SCHEDULED", state="pre")
    board["events"].insert(0, {"competitions": [{"status": {"type": {"name": 7}}}]})
    parsed = spoken("espn.scoreboard", board)
    assert [event.game_id for event in parsed.events] == ["espn:1"]
    assert [(r.where, r.reason) for r in parsed.rejected] == [
        ("events[0].competitions[0].id", "needs an id, has nothing")
    ]


def test_injuries_of_athletes_without_an_id_are_found_by_the_link_to_their_page(recorded):
    parsed = recorded("espn.injuries", "espn/injuries_wnba_20260708.json")
    assert parsed.rejected == []
    assert [
        (e.player_id, e.data.status, e.data.designation, e.data.injury, e.timestamp, e.data.extra["team"])
        for e in parsed.events
    ] == [
        ("espn:4597509", "Out", "OUT", "Left Knee", at("2026-07-08T20:48"), "Atlanta Dream"),
        ("espn:4433386", "Out", "OUT", "Coach's Decision", at("2026-07-04T16:06"), "Atlanta Dream"),
        ("espn:4433404", "Out", "OUT", "Left Ankle", at("2026-06-25T22:09"), "Los Angeles Sparks"),
        ("espn:3065570", "Out", "OUT", "Left Lower Leg", at("2026-06-24T16:05"), "Los Angeles Sparks"),
    ]  # fmt: skip
    assert {type(event) for event in parsed.events} == {PlayerInjury}
    assert {event.sport for event in parsed.events} == {"wnba"}
    assert {event.data.participation for event in parsed.events} == {"UNKNOWN"}
    nye = parsed.events[0].data.extra
    assert (nye["name"], nye["position"], nye["injury_id"]) == ("Aaliyah Nye", "G", "33421")
    assert (nye["return_date"], nye["fantasy_status"]) == ("2026-07-09", "OUT")


def test_comment_and_status_disagree_and_both_are_told(recorded):
    parsed = recorded("espn.injuries", "espn/injuries_wnba_20260708.json")
    said = [(e.data.extra["name"], e.data.extra.get("comment_says")) for e in parsed.events]
    assert said[0] == ("Aaliyah Nye", "QUESTIONABLE")
    assert [disagrees for _, disagrees in said[1:]] == [None, None, None]
    assert parsed.events[0].data.status == "Out"


def injuries(**row):
    athlete = {"id": "7", "displayName": "A B"}
    return {"injuries": [{"displayName": "T", "injuries": [{"athlete": athlete, **row}]}]}


def test_most_rows_of_an_injury_list_are_active_and_no_injuries(spoken):
    (event,) = spoken("espn.injuries", injuries(status="Active")).events
    assert isinstance(event, PlayerActive)
    assert (event.data.designation, event.data.participation) == ("AVAILABLE", "UNKNOWN")


def test_the_same_injury_id_with_another_status_is_another_event(spoken):
    first = spoken("espn.injuries", injuries(id="5", status="Questionable")).events[0]
    again = spoken("espn.injuries", injuries(id="5", status="Questionable")).events[0]
    changed = spoken("espn.injuries", injuries(id="5", status="Out")).events[0]
    assert first.event_id == again.event_id != changed.event_id


@pytest.mark.parametrize(
    ("word", "designation"),
    [
        ("Questionable", "QUESTIONABLE"), ("Doubtful", "DOUBTFUL"), ("Day-To-Day", "GAME_TIME"),
        ("INJURY_STATUS_15DAYIL", "RESERVE"), ("60-Day-IL", "RESERVE"),
        ("Injured Reserve", "RESERVE"), ("Suspension", "SUSPENDED"), ("Paternity", "PERSONAL"),
        ("Bereavement", "PERSONAL"), ("Probable", "PROBABLE"),
    ],
)  # fmt: skip
def test_status_words_become_designations(spoken, word, designation):
    (event,) = spoken("espn.injuries", injuries(status=word)).events
    assert event.data.designation == designation
    assert event.data.provider_status == word


def test_an_unknown_status_word_is_kept_and_designates_nothing(spoken):
    (event,) = spoken("espn.injuries", injuries(status="Vibing")).events
    assert (event.data.status, event.data.designation) == ("", "")
    assert event.data.provider_status == "Vibing"


def test_an_injury_of_nobody_is_refused_by_its_place(spoken):
    rows = {
        "injuries": [{"injuries": [{"status": "Out"}, {"status": "Out", "athlete": {"id": 3}}]}]
    }
    parsed = spoken("espn.injuries", rows)
    assert [event.player_id for event in parsed.events] == ["espn:3"]
    assert [refused.where for refused in parsed.rejected] == ["injuries[0].injuries[0].athlete"]


def test_a_roster_gives_the_injurys_word_not_that_of_the_roster(recorded):
    parsed = recorded("espn.roster", "espn/roster_kc_20251026.json")
    assert parsed.rejected == []
    assert [
        (
            type(e),
            e.player_id,
            e.data.designation,
            e.data.extra["roster_status"],
            e.data.extra["name"],
        )
        for e in parsed.events
    ] == [
        (PlayerInjury, "espn:4569659", "OUT", "Active", "Josh Simmons"),
        (PlayerInjury, "espn:4242459", "DOUBTFUL", "Active", "Trey Smith"),
        (PlayerActive, "espn:4241372", "AVAILABLE", "Active", "Hollywood Brown"),
        (PlayerActive, "espn:4602389", "AVAILABLE", "Active", "Jeffrey Bassa"),
        (PlayerActive, "espn:4361496", "AVAILABLE", "Active", "Matt Araiza"),
        (PlayerInjury, "espn:4612387", "RESERVE", "Day-To-Day", "Felix Anudike-Uzomah"),
        (PlayerInjury, "espn:4431196", "RESERVE", "Day-To-Day", "Jake Briningstool"),
        (PlayerInjury, "espn:2969944", "RESERVE", "Day-To-Day", "Deon Bush"),
        (PlayerInjury, "espn:4571627", "OUT", "Day-To-Day", "Ethan Driskell"),
        (LineupChange, "espn:4689988", "", "Practice Squad", "Jason Brownlee"),
    ]
    assert {event.sport for event in parsed.events} == {"nfl"}
    assert {event.data.participation for event in parsed.events} == {"UNKNOWN"}
    assert parsed.events[0].timestamp == at("2025-10-25T18:37")
    assert parsed.events[0].data.extra == {
        "team": "KC", "team_id": "12", "team_name": "Kansas City Chiefs", "name": "Josh Simmons",
        "position": "OT", "jersey": "71", "birth_date": "2002-12-26", "roster_status": "Active",
        "group": "offense",
    }  # fmt: skip


def test_the_newest_of_several_injuries_counts(spoken):
    roster = {
        "athletes": [
            {
                "id": "7",
                "injuries": [
                    {"status": "Out", "date": "2025-09-01T10:00Z"},
                    {"status": "Questionable", "date": "2025-10-01T10:00Z"},
                ],
            }
        ]
    }
    (event,) = spoken("espn.roster", roster).events
    assert event.data.designation == "QUESTIONABLE"


def test_news_names_two_players_and_tags_one(recorded):
    parsed = recorded("espn.news", "espn/news_nfl_20251026.json")
    assert parsed.rejected == []
    assert [(e.data.extra["article_id"], e.timestamp, e.player_id) for e in parsed.events] == [
        ("46104515", at("2025-10-26T16:14:48"), ""),
        ("46028352", at("2025-10-26T16:14:32"), ""),
        ("46104825", at("2025-10-26T16:14:14"), ""),
        ("46675097", at("2025-10-26T15:50:34"), ""),
        ("46732549", at("2025-10-26T16:40:45"), ""),
        ("46695659", at("2025-10-26T16:38:02"), ""),
    ]
    assert {type(event) for event in parsed.events} == {BreakingNews}
    inactives = parsed.events[4]
    assert inactives.data.headline == "Falcons' Drake London (hip), Michael Penix Jr. (knee) out"
    assert inactives.data.extra["athletes"] == [
        {"player_id": "espn:4426502", "name": "Drake London"}
    ]
    assert inactives.data.extra["named"] == [
        {"name": "Drake London", "injury": "hip"},
        {"name": "Michael Penix Jr.", "injury": "knee"},
    ]
    assert inactives.data.extra["teams"] == ["Atlanta Falcons"]
    assert inactives.sport == "nfl"


def test_news_of_one_tagged_player_is_about_him(spoken):
    tag = {"type": "athlete", "athleteId": 12, "description": "A B"}
    article = {"id": 1, "headline": "A B signs", "categories": [tag]}
    (event,) = spoken("espn.news", {"articles": [article]}).events
    assert event.player_id == "espn:12"


def test_transactions_are_news_of_a_day(recorded):
    parsed = recorded("espn.transactions", "espn/transactions_wnba_2022.json")
    assert parsed.rejected == []
    assert len(parsed.events) == 47
    assert len({event.event_id for event in parsed.events}) == 47
    assert {type(event) for event in parsed.events} == {BreakingNews}
    fifth = parsed.events[4]
    assert fifth.timestamp == at("2022-08-05T07:00")
    assert fifth.data.headline == (
        "Activated G Aerial Powers. Released F Nikolina Milic from hardship exeption."
    )
    assert fifth.data.extra == {"team": "MIN", "team_id": "8", "team_name": "Minnesota Lynx"}


def test_a_reason_stands_beside_those_who_played_too_and_means_nothing_there(recorded, brief):
    parsed = recorded("espn.summary", "espn/summary_wnba_401736228.json")
    assert parsed.rejected == []
    starters = ("1068", "3142328", "4420318"), ("2998928", "4683006", "2529137")
    expected = []
    for team, absent in zip(starters, ("3917453", "2999101"), strict=True):
        for player in team:
            expected.append(("lineup_change", f"espn:{player}", "STARTING", "", "CONFIRMED_IN"))
            expected.append(("live_score", f"espn:{player}", "", "", ""))
        expected.append(("player_injury", f"espn:{absent}", "Did Not Play", "", "CONFIRMED_OUT"))
    assert brief(parsed) == expected
    hurt = of_type(parsed, PlayerInjury)
    assert [e.data.injury for e in hurt] == ["RIGHT KNEE", "RIGHT ANKLE INJURY"]
    ogwumike = of_type(parsed, LiveScore)[0]
    assert ogwumike.game_id == "espn:401736228"
    assert ogwumike.data.stats == {
        "MIN": 35, "PTS": 15, "FG": 7, "FG_tried": 13, "3PT": 0, "3PT_tried": 1, "FT": 1,
        "FT_tried": 1, "REB": 7, "AST": 4, "TO": 1, "STL": 1, "BLK": 0, "OREB": 1, "DREB": 6,
        "PF": 2, "+/-": 8,
    }  # fmt: skip
    assert ogwumike.data.extra == {"name": "Nneka Ogwumike", "team": "SEA", "position": "F"}


def test_a_summary_may_tell_the_game_and_injuries_too(spoken):
    contest = scoreboard(name="STATUS_IN_PROGRESS", state="in")["events"][0]["competitions"][0]
    team = {
        "team": {"id": "5", "abbreviation": "BOS"},
        "injuries": [{"status": "Out", "athlete": {"id": 3}}],
    }
    summary = {"header": {"id": "9", "competitions": [contest]}, "injuries": [team], "boxscore": {}}
    start, score, hurt = spoken("espn.summary", summary).events
    assert (type(start), start.game_id, type(score)) == (GameStart, "espn:9", LiveScore)
    assert (hurt.player_id, hurt.data.designation, hurt.data.extra["team"]) == (
        "espn:3",
        "OUT",
        "BOS",
    )


def test_whom_the_coach_leaves_out_is_not_hurt(spoken):
    line = {"athlete": {"id": 1}, "didNotPlay": True, "reason": "COACH'S DECISION", "stats": []}
    summary = {
        "header": {"id": "9"},
        "boxscore": {"players": [{"statistics": [{"athletes": [line]}]}]},
    }
    (event,) = spoken("espn.summary", summary).events
    assert isinstance(event, LineupChange)
    assert (event.data.status, event.data.participation) == ("", "UNKNOWN")


def test_golfers_have_rounds_and_no_injuries(recorded):
    parsed = recorded("golf.scoreboard", "golf/espn_pga_scoreboard_zozo_2022.json")
    assert parsed.rejected == []
    start, *golfers = parsed.events
    assert isinstance(start, GameStart)
    assert (start.game_id, start.data.note, start.data.start) == (
        "espn:401465500",
        "ZOZO CHAMPIONSHIP",
        None,
    )
    assert {(type(g), g.game_id, g.sport) for g in golfers} == {
        (LiveScore, "espn:401465500", "pga")
    }
    assert [(g.player_id, g.data.extra["name"], g.data.stats["to_par"]) for g in golfers] == [
        ("espn:3702", "Rickie Fowler", -14), ("espn:4513", "Keegan Bradley", -13),
        ("espn:5502", "Andrew Putnam", -12), ("espn:4364873", "Viktor Hovland", -11),
        ("espn:9530", "Maverick McNealy", -10), ("espn:4364752", "Hayden Buckley", -10),
        ("espn:11098", "Cameron Chump", -10), ("espn:10664", "Taylor Moore", -9),
    ]  # fmt: skip
    assert golfers[0].data.stats == {
        "to_par": -14, "round_1": 67, "holes_1": 18, "round_2": 63, "holes_2": 18, "round_3": 66,
        "holes_3": 18,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("golfer", "designation", "participation"),
    [
        ({"score": "WD"}, "WITHDRAWN", "CONFIRMED_OUT"),
        ({"status": {"displayValue": "MDF"}}, "CUT", "UNKNOWN"),
        ({"status": {"type": {"name": "STATUS_CUT"}}}, "CUT", "UNKNOWN"),
        ({"score": {"displayValue": "DQ"}}, "WITHDRAWN", "CONFIRMED_OUT"),
    ],
)
def test_a_golfer_withdraws_or_misses_the_cut(spoken, golfer, designation, participation):
    contest = {
        "status": {"type": {"state": "in"}},
        "competitors": [{"id": "3", "type": "athlete", **golfer}],
    }
    board = {"events": [{"id": "1", "competitions": [contest]}]}
    _, event = spoken("golf.scoreboard", board).events
    assert isinstance(event, PlayerInjury)
    assert (event.data.designation, event.data.participation) == (designation, participation)


def test_a_tee_time_is_a_golfers_own_start(spoken):
    golfer = {
        "id": "3",
        "type": "athlete",
        "status": {"teeTime": "2026-01-15T17:10Z"},
        "score": "E",
    }
    contest = {"status": {"type": {"state": "pre"}}, "competitors": [golfer]}
    board = {"events": [{"id": "1", "competitions": [contest]}]}
    _, tee, score = spoken("espn.scoreboard", board).events
    assert isinstance(tee, GameScheduled)
    assert (tee.player_id, tee.data.start) == ("espn:3", at("2026-01-15T17:10"))
    assert score.data.stats == {"to_par": 0}
