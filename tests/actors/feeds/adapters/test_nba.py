"""The NBA's payloads, value by value, and the traps in them."""

import json

import pytest
from payloads import of as of_type
from payloads import utc as at

from models.events import (
    BreakingNews,
    GameFinal,
    GamePostponed,
    GameScheduled,
    GameStart,
    LineMovement,
    LineupChange,
    LiveScore,
    PlayerActive,
    PlayerInjury,
)

REPORT = "nba/injury_report_20240104_1230pm.pdf"


def test_the_scoreboard_tells_start_score_and_end(recorded):
    parsed = recorded("nba.scoreboard", "nba/cdn_scoreboard_todaysScoreboard_20210115.json")
    assert parsed.rejected == []
    start, score, final = parsed.events
    assert [type(e) for e in parsed.events] == [GameStart, LiveScore, GameFinal]
    assert {(e.game_id, e.sport) for e in parsed.events} == {("nba:0022000181", "nba")}
    assert start.data.extra == {
        "game_code": "20210115/NYKCLE",
        "teams": {
            "home": {"team": "CLE", "team_id": "1610612739", "team_name": "Cleveland Cavaliers"},
            "away": {"team": "NYK", "team_id": "1610612752", "team_name": "New York Knicks"},
        },
    }
    assert score.data.score == {"CLE": 106, "NYK": 103}
    assert (score.data.minutes_remaining, score.data.extra) == (0, {"period": 4})
    assert final.data.start == at("2021-01-16T00:30")


def test_game_et_ends_in_a_false_z(recorded, spoken, shared):
    recorded_start = (
        recorded("nba.scoreboard", "nba/cdn_scoreboard_todaysScoreboard_20210115.json")
        .events[0]
        .data.start
    )
    board = json.loads(
        (shared / "feeds/nba/cdn_scoreboard_todaysScoreboard_20210115.json").read_bytes()
    )
    game = board["scoreboard"]["games"][0]
    assert game["gameEt"] == "2021-01-15T19:30:00Z"
    del game["gameTimeUTC"]
    assert spoken("nba.scoreboard", board).events[0].data.start == recorded_start


def test_the_schedule_is_read_in_utc_though_its_eastern_fields_end_in_z(recorded):
    parsed = recorded("nba.schedule", "nba/schedule_leaguev2_2025-26.json")
    assert parsed.rejected == []
    assert [
        (type(e), e.game_id, e.data.start, e.data.extra["game_code"]) for e in parsed.events
    ] == [
        (GameScheduled, "nba:0012500008", at("2025-10-02T16:00"), "20251002/PHINYK"),
        (GameScheduled, "nba:0012500001", at("2025-10-04T02:00"), "20251003/PHXLAL"),
        (GameScheduled, "nba:0012500009", at("2025-10-03T09:30"), "20251003/MELNOP"),
        (GameScheduled, "nba:0012500010", at("2025-10-04T15:00"), "20251004/NYKPHI"),
        (GameScheduled, "nba:0012500011", at("2025-10-05T06:30"), "20251005/SEMNOP"),
        (GameScheduled, "nba:0012500002", at("2025-10-06T23:30"), "20251006/MILMIA"),
    ]
    assert parsed.events[0].data.note == "Preseason; NBA Abu Dhabi Game; Neutral Site"
    assert parsed.events[0].data.extra["venue"] == "Etihad Arena"


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        ({"gameStatus": 2, "gameClock": "PT05M30.00S", "period": 3}, [GameStart, LiveScore]),
        ({"gameStatus": 1, "gameStatusText": "PPD"}, [GamePostponed]),
        ({"gameStatus": 1, "postponedStatus": "Y"}, [GamePostponed]),
        (
            {"gameStatus": 1, "postponedStatus": "Y", "gameStatusText": "7:00 pm ET"},
            [GameScheduled],
        ),
        ({"gameStatus": 1, "postponedStatus": "A", "gameStatusText": "Cancelled"}, [GamePostponed]),
        (
            {"gameStatus": 3, "postponedStatus": "Y", "gameStatusText": "Final"},
            [GameStart, LiveScore, GameFinal],
        ),
        ({"gameStatus": 1, "gameStatusText": "TBD"}, [GameScheduled]),
    ],
)
def test_states_of_a_game(spoken, change, kinds):
    game = {"gameId": "0022000181", "gameTimeUTC": "2021-01-16T00:30:00Z", **change}
    parsed = spoken("nba.scoreboard", {"scoreboard": {"games": [game]}})
    assert [type(event) for event in parsed.events] == kinds
    if kinds[-1] is LiveScore:
        assert parsed.events[1].data.minutes_remaining == 17.5
    if change.get("gameStatusText") == "TBD":
        assert parsed.events[0].data.start is None


def test_a_game_of_the_wnba_has_shorter_periods(spoken):
    game = {"gameId": "1022400013", "gameStatus": 2, "gameClock": "PT10M00.00S", "period": 1}
    parsed = spoken("nba.scoreboard", {"scoreboard": {"games": [game]}})
    assert [(e.sport, getattr(e.data, "minutes_remaining", 40)) for e in parsed.events] == [
        ("wnba", 40),
        ("wnba", 40),
    ]


def test_the_box_score_confirms_who_plays(recorded, brief):
    parsed = recorded("nba.boxscore", "nba/cdn_boxscore_0022000180.json")
    assert parsed.rejected == []
    assert brief(parsed) == [
        ("game_start", "nba:0022000180", "", "", ""),
        ("live_score", "nba:0022000180", "", "", ""),
        ("game_final", "nba:0022000180", "", "", ""),
        ("lineup_change", "nba:1627759", "STARTING", "", "CONFIRMED_IN"),
        ("live_score", "nba:1627759", "", "", ""),
        ("lineup_change", "nba:203516", "STARTING", "", "CONFIRMED_IN"),
        ("live_score", "nba:203516", "", "", ""),
    ]
    brown = parsed.events[4]
    assert brown.data.extra == {
        "name": "Jaylen Brown",
        "team": "BOS",
        "position": "SF",
        "jersey": "7",
    }
    assert brown.game_id == "nba:0022000180"
    stats = brown.data.stats
    assert stats["minutes"] == 25.0167
    assert (stats["points"], stats["assists"], stats["reboundsTotal"], stats["steals"]) == (
        21,
        8,
        2,
        1,
    )
    assert (stats["threePointersMade"], stats["turnovers"], stats["blocks"]) == (2, 2, 0)


def test_why_somebody_does_not_play(recorded):
    parsed = recorded("nba.boxscore", "nba/boxscore_inactive_vocabulary_HANDMADE.json")
    assert parsed.rejected == []
    assert [
        (type(e), e.player_id, e.data.status, e.data.designation, e.data.participation, e.data.injury, e.data.provider_status)
        for e in parsed.events
    ] == [
        (PlayerInjury, "nba:1627780", "INACTIVE", "", "CONFIRMED_OUT", "Right Calf; Strain", "ACTIVE DNP_INJURY"),
        (PlayerInjury, "nba:1630586", "INACTIVE", "NOT_WITH_TEAM", "CONFIRMED_OUT", "", "INACTIVE INACTIVE_GLEAGUE_TWOWAY"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("player", "kind", "designation"),
    [
        ({"status": "ACTIVE"}, PlayerActive, ""),
        ({"status": "ACTIVE", "notPlayingReason": "DNP_COACH"}, PlayerActive, ""),
        ({"status": "INACTIVE", "notPlayingReason": "INACTIVE_LEAGUE_SUSPENSION"}, PlayerInjury, "SUSPENDED"),
        ({"status": "INACTIVE", "notPlayingReason": "INACTIVE_PERSONAL"}, PlayerInjury, "PERSONAL"),
        ({"status": "INACTIVE", "notPlayingReason": "INACTIVE_HEALTH_AND_SAFETY_PROTOCOLS"}, PlayerInjury, "RESERVE"),
        ({"status": "INACTIVE"}, PlayerInjury, ""),
        ({"status": "INACTIVE", "notPlayingReason": "INACTIVE_NOT_WITH_TEAM"}, PlayerInjury, "NOT_WITH_TEAM"),
        ({"status": "INACTIVE", "notPlayingReason": "INACTIVE_GLEAGUE_ON_ASSIGNMENT"}, PlayerInjury, "NOT_WITH_TEAM"),
        ({"status": "INACTIVE", "notPlayingReason": "INACTIVE_COACH"}, PlayerInjury, ""),
        ({"status": "ACTIVE", "notPlayingReason": "DND_REST"}, PlayerInjury, ""),
        ({"status": "ACTIVE", "notPlayingReason": "DNP_RETURN_TO_COMPETITION_RECONDITIONING"}, PlayerInjury, ""),
        ({"status": "ACTIVE", "notPlayingReason": "NWT_ILLNESS"}, PlayerInjury, "NOT_WITH_TEAM"),
        ({"status": "ACTIVE", "starter": "1"}, LineupChange, ""),
    ],
)  # fmt: skip
def test_active_and_inactive_speak_of_tonight(spoken, player, kind, designation):
    (event,) = spoken("nba.boxscore", {"players": [{"personId": 3, **player}]}).events
    assert isinstance(event, kind)
    assert event.data.designation == designation
    assert event.data.participation == ("CONFIRMED_OUT" if kind is PlayerInjury else "CONFIRMED_IN")


def test_the_word_none_is_nothing(spoken):
    players = [{"personId": "None", "status": "ACTIVE"}, {"personId": 3, "status": "None"}]
    parsed = spoken("nba.boxscore", {"players": players})
    assert parsed.events == []
    assert [(r.where, r.reason) for r in parsed.rejected] == [
        ("players[0].personId", "needs an id, has str 'None'"),
        ("players[1].status", "nothing is neither ACTIVE nor INACTIVE"),
    ]


def test_play_by_play_tells_where_the_game_stands(recorded):
    (event,) = recorded("nba.playbyplay", "nba/cdn_playbyplay.json").events
    assert (event.game_id, event.timestamp) == ("nba:0022000180", at("2021-01-16T01:16:36.7"))
    assert event.data.score == {"home": 72, "away": 68}
    assert event.data.minutes_remaining == 46.8833


def test_odds_are_lines_with_both_forms_of_the_price(recorded):
    parsed = recorded("nba.odds", "nba/cdn_odds_todaysGames.json")
    assert parsed.rejected == []
    assert {(type(e), e.game_id) for e in parsed.events} == {(LineMovement, "nba:0022400913")}
    common = {
        "book_id": "sr:book:108", "home_team_id": "1610612745", "away_team_id": "1610612740",
    }  # fmt: skip
    assert [event.data for event in parsed.events] == [
        {
            "book": "Sportsbet", "market": "2way", "selection": "home", "american": -270, "decimal": 1.37,
            "extra": {**common, "trend": "up", "opening": 1.36},
        },
        {
            "book": "Sportsbet", "market": "2way", "selection": "away", "american": 222, "decimal": 3.22,
            "extra": {**common, "trend": "down", "opening": 3.3},
        },
    ]  # fmt: skip


def test_ids_of_player_movement_arrive_as_floats(recorded):
    parsed = recorded("nba.player_movement", "nba/player_movement.json")
    assert parsed.rejected == []
    assert len(parsed.events) == 30
    assert {type(event) for event in parsed.events} == {BreakingNews}
    assert all("." not in event.player_id for event in parsed.events)
    first = parsed.events[0]
    assert (first.player_id, first.timestamp) == ("nba:1630175", at("2025-07-16T04:00"))
    assert first.data.headline == "Milwaukee Bucks signed guard Cole Anthony to a Contract."
    assert first.data.extra == {
        "type": "Signing", "date": "2025-07-16", "team_id": "1610612749", "team": "bucks",
        "slug": "cole-anthony", "group": "Signing 1135890",
    }  # fmt: skip


def test_the_player_index_is_a_table(recorded, spoken):
    parsed = recorded("nba.playerindex", "nba/playerindex_2025-26.json")
    assert parsed.rejected == []
    assert len(parsed.events) == 25
    assert parsed.events[0].player_id == "nba:1630173"
    assert parsed.events[0].data.extra == {
        "name": "Precious Achiuwa", "team": "NYK", "position": "F", "jersey": "5",
    }  # fmt: skip
    short = {"resultSets": [{"headers": ["PERSON_ID", "TEAM_ID"], "rowSet": [[1], [2, 3]]}]}
    broken = spoken("nba.playerindex", short)
    assert [event.player_id for event in broken.events] == ["nba:2"]
    assert [refused.where for refused in broken.rejected] == ["resultSets[0].rowSet[0]"]


@pytest.fixture(scope="module")
def report(recorded):
    """The official injury report, read once: a PDF takes half a second."""
    return recorded("nba.injury_report", REPORT)


def test_the_injury_report_equals_an_independent_reading_of_the_same_file(report, shared):
    expected = json.loads(
        (shared / "feeds/nba/injury_report_20240104_1230pm.expected.json").read_bytes()
    )
    told = [
        {
            "date": "/".join((e.game_id[13:15], e.game_id[15:17], e.game_id[9:13])),
            "matchup": e.data.extra["matchup"],
            "team": e.data.extra["team"],
            "player": e.data.extra["name"],
            "status": e.data.status,
            "reason": e.data.extra["reason"],
        }
        for e in report.events
        if e.player_id
    ]
    assert report.rejected == []
    assert told == [
        {name: row[name] for name in ("date", "matchup", "team", "status", "reason")}
        | {"player": " ".join(reversed(row["player"].split(", ")))}
        for row in expected
    ]


def test_the_files_own_creation_time_is_the_time_of_the_filing(report):
    assert {event.timestamp for event in report.events} == {at("2024-01-04T17:30:01")}


def test_a_team_that_has_not_submitted_says_nothing_about_its_players(report):
    missing = of_type(report, BreakingNews)
    assert len(missing) == 29
    assert all(event.data.extra["submitted"] is False and not event.player_id for event in missing)
    first, last = missing[0], missing[-1]
    assert first.data.headline == "Milwaukee Bucks has not submitted its injury report yet"
    assert (first.game_id, first.data.extra["team"]) == ("nba_code:20240104/MILSAS", "MIL")
    assert (last.game_id, last.data.extra["team"]) == ("nba_code:20240105/TORSAC", "SAC")
    assert len({event.event_id for event in report.events}) == 43


def test_times_of_the_report_are_eastern_and_in_the_evening(report):
    starts = {event.game_id: event.data.extra["starts"] for event in report.events}
    assert starts["nba_code:20240104/MILSAS"] == "2024-01-05T00:30Z"
    assert starts["nba_code:20240104/DENGSW"] == "2024-01-05T03:00Z"


def test_values_hold_over_the_end_of_a_page_that_has_no_header(report):
    denver = [e for e in of_type(report, BreakingNews) if e.data.extra["team"] == "DEN"]
    assert [event.game_id for event in denver] == ["nba_code:20240105/ORLDEN"]
    assert denver[0].data.extra["starts"] == "2024-01-06T02:00Z"


def test_a_wrapped_reason_belongs_to_the_player_beside_it(report):
    reasons = {e.data.extra["name"]: e.data.injury for e in report.events if e.player_id}
    assert reasons["Doug McDermott"] == "Right Forearm; Contusion"
    assert reasons["David Duke Jr."] == ""


def test_reasons_refine_who_is_out_and_nothing_else(report):
    listed = {e.data.extra["name"]: e.data.designation for e in report.events if e.player_id}
    assert listed == {
        "Dominick Barlow": "QUESTIONABLE", "Charles Bassey": "OUT", "Malaki Branham": "DOUBTFUL",
        "Sidy Cissoko": "NOT_WITH_TEAM", "Zach Collins": "OUT", "Mamadi Diakite": "QUESTIONABLE",
        "David Duke Jr.": "NOT_WITH_TEAM", "Doug McDermott": "OUT", "Vlatko Cancar": "OUT",
        "Reggie Jackson": "PROBABLE", "Jalen Pickett": "NOT_WITH_TEAM", "Hunter Tyson": "NOT_WITH_TEAM",
        "Draymond Green": "SUSPENDED", "Gary Payton II": "OUT",
    }  # fmt: skip
    assert {e.data.participation for e in report.events if e.player_id} == {"UNKNOWN"}


@pytest.mark.parametrize(
    "body", [b"", b"<html>403</html>", b"%PDF-1.7\nnothing more", b"%PDF-1.4\n%%EOF"]
)
def test_what_is_no_report_is_one_refusal(spoken, body):
    parsed = spoken("nba.injury_report", body)
    assert parsed.events == []
    assert [refused.where for refused in parsed.rejected] == [""]


def test_a_report_that_is_cut_off_is_refused(spoken, shared):
    whole = (shared / "feeds" / REPORT).read_bytes()
    for share in (0.3, 0.9):
        parsed = spoken("nba.injury_report", whole[: int(len(whole) * share)])
        assert (parsed.events, [refused.where for refused in parsed.rejected]) == ([], [""])


def test_person_0_of_the_nba_is_nobody(spoken):
    parsed = spoken("nba.boxscore", {"players": [{"personId": 0, "status": "ACTIVE"}]})
    assert (parsed.events, [r.reason for r in parsed.rejected]) == ([], ["0 is nobody"])


@pytest.mark.parametrize("score", [None, 0, "0"])
def test_a_final_without_a_point_was_not_played(spoken, score):
    sides = {
        "homeTeam": {"teamTricode": "MIN", "score": score},
        "awayTeam": {"teamTricode": "GSW", "score": 0},
    }
    game = {"gameId": "0022500644", "gameStatus": 3, "gameStatusText": "Final", **sides}
    parsed = spoken("nba.scoreboard", {"scoreboard": {"games": [game]}})
    assert (parsed.events, len(parsed.rejected)) == ([], 1)
    sides["homeTeam"]["score"] = 101
    assert len(spoken("nba.scoreboard", {"scoreboard": {"games": [game]}}).events) == 3


@pytest.mark.parametrize(
    "reason", [b'"notPlayingReason": 5,', b'"notPlayingReason": "DNP_INJURY", "notPlayingReason": "",']
)  # fmt: skip
def test_a_reason_that_cannot_be_read_confirms_nobody(spoken, reason):
    body = b'{"players": [{%s "personId": 3, "status": "ACTIVE"}]}' % reason
    parsed = spoken("nba.boxscore", body)
    assert (parsed.events, len(parsed.rejected)) == ([], 1)


def test_words_of_a_game_that_cannot_be_read_schedule_nothing(spoken):
    body = (
        b'{"scoreboard": {"games": [{"gameId": "0022500644", "gameStatus": 1,'
        b' "gameStatusText": "PPD", "gameStatusText": "7:00 pm ET"}]}}'
    )
    parsed = spoken("nba.scoreboard", body)
    assert (parsed.events, [r.where for r in parsed.rejected]) == (
        [], ["scoreboard.games[0].gameStatusText"],
    )  # fmt: skip
