"""MLB's payloads, value by value, and the traps in them."""

import copy
import gzip
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from payloads import of as of_type
from payloads import utc as at

from actors.feeds.adapters import mlb_notices, mlb_patch
from actors.feeds.adapters.reading import Unusable
from models.events import (
    BreakingNews,
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

HOUSTON = [
    ("663550", "Trey Cabbage", 8), ("572138", "Jon Singleton", 5), ("643289", "Mauricio Dubón", 7),
    ("608324", "Alex Bregman", 1), ("676694", "Jake Meyers", 2), ("665161", "Jeremy Peña", 6),
    ("676801", "Chas McCormick", 9), ("673237", "Yainer Diaz", 4), ("670541", "Yordan Alvarez", 3),
]  # fmt: skip
TORONTO = [
    ("676914", "Davis Schneider", 7), ("687462", "Spencer Horwitz", 2), ("666182", "Bo Bichette", 1),
    ("543807", "George Springer", 4), ("676391", "Ernie Clement", 8), ("662139", "Daulton Varsho", 5),
    ("672386", "Alejandro Kirk", 6), ("457759", "Justin Turner", 3), ("595281", "Kevin Kiermaier", 9),
]  # fmt: skip
FEED_STRIKES = "mlb/diffpatch_no-move_feed_before.json.gz"


def batters(parsed, team):
    return [
        (e.player_id.removeprefix("mlb:"), e.data.extra["name"], e.data.extra["batting_order"])
        for e in of_type(parsed, LineupChange)
        if e.data.extra["team"] == team and "batting_order" in e.data.extra
    ]


def test_schedule_tells_three_finished_games(recorded):
    parsed = recorded("mlb.schedule", "mlb/schedule_20240701.json")
    assert parsed.rejected == []
    games = ("mlb:744914", "mlb:744840", "mlb:746535")
    assert [(type(e), e.game_id) for e in parsed.events] == [
        (kind, game) for game in games for kind in (GameStart, LiveScore, GameFinal)
    ]
    assert [e.data.score for e in of_type(parsed, LiveScore)] == [
        {"Toronto Blue Jays": 1, "Houston Astros": 3},
        {"Washington Nationals": 7, "New York Mets": 9},
        {"Colorado Rockies": 8, "Milwaukee Brewers": 7},
    ]
    first = parsed.events[0].data
    assert first.start == at("2024-07-01T19:07")
    assert first.extra == {
        "official_date": "2024-07-01", "venue": "Rogers Centre", "double_header": "N", "game_number": 1,
        "teams": {
            "home": {"team": "Toronto Blue Jays", "team_id": "141", "team_name": "Toronto Blue Jays"},
            "away": {"team": "Houston Astros", "team_id": "117", "team_name": "Houston Astros"},
        },
    }  # fmt: skip


def test_the_official_date_is_the_local_day_and_the_time_is_utc(recorded):
    parsed = recorded("mlb.schedule", "mlb/schedule_20240701.json")
    late = parsed.events[-1].data
    assert late.start == at("2024-07-02T00:40")
    assert late.extra["official_date"] == "2024-07-01"


def test_a_schedule_with_teams_hydrated_has_their_codes(recorded):
    parsed = recorded("mlb.schedule", "mlb/schedule_hydrated_team.json")
    assert [type(e) for e in parsed.events] == [GameStart, LiveScore, GameFinal]
    assert parsed.events[1].data.score == {"TOR": 1, "HOU": 3}
    assert parsed.events[0].data.extra["teams"]["away"] == {
        "team": "HOU", "team_id": "117", "team_name": "Houston Astros",
    }  # fmt: skip


def schedule(status, **game):
    listed = {"gamePk": 7, "gameDate": "2026-06-01T23:05:00Z", "status": status, **game}
    return {"dates": [{"games": [listed]}]}


@pytest.mark.parametrize(
    ("status", "kinds"),
    [
        ({"abstractGameState": "Preview", "codedGameState": "S", "detailedState": "Scheduled"}, [GameScheduled]),
        ({"abstractGameState": "Live", "codedGameState": "P", "detailedState": "Warmup"}, [GameScheduled]),
        ({"abstractGameState": "Final", "codedGameState": "D", "detailedState": "Postponed"}, [GamePostponed]),
        ({"abstractGameState": "Final", "codedGameState": "C", "detailedState": "Cancelled"}, [GamePostponed]),
        ({"abstractGameState": "Preview", "codedGameState": "P", "detailedState": "Delayed Start: Rain"}, [GameDelay]),
        ({"abstractGameState": "Live", "codedGameState": "I", "detailedState": "Delayed: Rain"}, [GameStart, GameDelay]),
        ({"abstractGameState": "Live", "codedGameState": "U", "detailedState": "Suspended: Rain"}, [GameStart, GameDelay]),
        ({"abstractGameState": "Live", "codedGameState": "M", "detailedState": "Manager challenge"}, [GameStart]),
        ({"abstractGameState": "Final", "codedGameState": "O", "detailedState": "Game Over"}, [GameStart, GameFinal]),
        ({"abstractGameState": "Live"}, [GameStart]),
    ],
)  # fmt: skip
def test_a_postponed_game_counts_as_final_and_a_warm_up_as_live_but_neither_is(
    spoken, status, kinds
):
    parsed = spoken("mlb.schedule", schedule(status))
    assert [type(event) for event in parsed.events] == kinds
    assert parsed.rejected == []


def test_a_state_that_nobody_knows_is_refused(spoken):
    parsed = spoken("mlb.schedule", schedule({"detailedState": "Elsewhere"}))
    assert parsed.events == []
    assert parsed.rejected[0].where == "dates[0].games[0].status"


def test_posted_line_ups_confirm_and_probable_pitchers_are_expected(spoken):
    person = {"id": 5, "fullName": "A B", "primaryPosition": {"abbreviation": "C"}}
    team = {"team": {"abbreviation": "BOS"}, "probablePitcher": {"id": 9, "fullName": "P Q"}}
    status = {"codedGameState": "S", "abstractGameState": "Preview"}
    game = schedule(status, teams={"home": team}, lineups={"homePlayers": [person]})
    _, starter, pitcher = spoken("mlb.schedule", game).events
    assert (starter.player_id, starter.game_id) == ("mlb:5", "mlb:7")
    assert (starter.data.status, starter.data.participation) == ("STARTING", "CONFIRMED_IN")
    assert starter.data.extra == {"name": "A B", "team": "BOS", "position": "C", "batting_order": 1}
    assert (pitcher.player_id, pitcher.data.participation) == ("mlb:9", "EXPECTED")
    assert pitcher.data.status == ""


def test_a_whole_line_up_is_told_at_once_besides(spoken):
    who = [
        {"id": n, "fullName": f"B{n} X", "primaryPosition": {"abbreviation": "OF"}}
        for n in range(1, 10)
    ]
    team = {"team": {"abbreviation": "BOS"}}
    status = {"codedGameState": "P", "abstractGameState": "Preview"}

    def posted(players):
        game = schedule(status, teams={"home": team}, lineups={"homePlayers": players})
        return of_type(spoken("mlb.schedule", game), BreakingNews)

    (news,) = posted(who)
    assert (news.game_id, news.data.extra["team"]) == ("mlb:7", "BOS")
    assert news.data.extra["posted"][8] == {"id": "mlb:9", "name": "B9 X", "position": "OF"}
    assert posted(who[:8]) == []
    assert posted(None) == []


def test_the_live_feed_tells_start_end_score_weather_and_line_ups(recorded):
    parsed = recorded("mlb.feed_live", "mlb/feed_live_744914_final.json")
    assert parsed.rejected == []
    assert {event.game_id for event in parsed.events} == {"mlb:744914"}
    start, final, score, weather = parsed.events[:4]
    assert [type(e) for e in parsed.events[:4]] == [GameStart, GameFinal, LiveScore, WeatherChange]
    assert (start.timestamp, start.data.start) == (at("2024-07-01T19:28"), at("2024-07-01T19:28"))
    assert final.timestamp == at("2024-07-01T21:44:04")
    assert score.data.score == {"TOR": 1, "HOU": 3}
    assert score.data.extra == {
        "currentInning": 9,
        "balls": 1,
        "strikes": 1,
        "outs": 3,
        "half": "Bottom",
    }
    assert weather.data == {
        "kind": "observation", "place": "Rogers Centre", "temperature_c": 20.56, "wind_kmh": 12.87,
        "sky": "Sunny", "extra": {"wind": "Out To CF"},
    }  # fmt: skip
    assert batters(parsed, "HOU") == HOUSTON
    assert batters(parsed, "TOR") == TORONTO
    pitchers = [e for e in of_type(parsed, LineupChange) if e.data.extra["position"] == "P"]
    assert [e.data.extra["name"] for e in pitchers] == ["Hunter Brown", "Yariel Rodríguez"]
    assert [(e.data.extra["name"], e.data.participation) for e in of_type(parsed, PlayerActive)] == [
        (name, "CONFIRMED_IN")
        for name in (
            "Bryan Abreu", "Rafael Montero", "Josh Hader", "Zach Pop", "Trevor Richards", "Addison Barger",
        )
    ]  # fmt: skip
    assert of_type(parsed, PlayerInjury) == []
    bichette = next(e for e in of_type(parsed, LiveScore) if e.player_id == "mlb:666182")
    assert {k: v for k, v in bichette.data.stats.items() if v} == {
        "batting.gamesPlayed": 1, "batting.groundOuts": 1, "batting.airOuts": 1,
        "batting.strikeOuts": 1, "batting.baseOnBalls": 1, "batting.atBats": 3,
        "batting.plateAppearances": 4, "batting.leftOnBase": 1, "batting.lineOuts": 1,
    }  # fmt: skip


def test_the_batting_orders_units_are_the_succession_in_a_slot(recorded):
    parsed = recorded("mlb.feed_live", "mlb/feed_live_744914_final.json")
    barger = next(e for e in of_type(parsed, PlayerActive) if e.player_id == "mlb:680718")
    assert (barger.data.extra["batting_order"], barger.data.extra["substitute"]) == (9, 1)
    kiermaier = next(e for e in of_type(parsed, LineupChange) if e.player_id == "mlb:595281")
    assert (kiermaier.data.extra["batting_order"], kiermaier.data.extra["substitute"]) == (9, 0)


def test_a_game_under_way_of_the_evening_before(recorded):
    parsed = recorded("mlb.feed_live", FEED_STRIKES)
    assert parsed.rejected == []
    start, score, weather = parsed.events[:3]
    assert [type(e) for e in parsed.events[:3]] == [GameStart, LiveScore, WeatherChange]
    assert start.data.start == at("2024-06-12T02:10")
    assert start.data.extra["official_date"] == "2024-06-11"
    assert score.data.score == {"LAD": 14, "TEX": 2}
    assert (score.timestamp, score.data.extra["half"]) == (at("2024-06-12T04:12:48"), "Top")
    assert (weather.data["temperature_c"], weather.data["wind_kmh"]) == (20.56, 14.48)
    assert len(of_type(parsed, LineupChange)) == 20
    assert [e.data.extra["name"] for e in of_type(parsed, PlayerActive)] == [
        "Jesus Tinoco", "Grant Anderson", "Jonathan Hernández", "Chris Taylor", "Enrique Hernández",
        "Michael Grove", "Miguel Vargas",
    ]  # fmt: skip


def test_a_box_score_alone_is_of_the_game_in_its_address(recorded):
    parsed = recorded("mlb.boxscore", "mlb/boxscore_744914_away.json")
    assert parsed.rejected == []
    assert {event.game_id for event in parsed.events} == {"mlb:744914"}
    assert batters(parsed, "HOU") == HOUSTON
    assert len(of_type(parsed, LiveScore)) == 13
    by_url = recorded(
        "mlb.boxscore", "mlb/boxscore_744914_away.json", "https://x/api/v1/game/12345/boxscore"
    )
    assert {event.game_id for event in by_url.events} == {"mlb:12345"}


def test_who_is_on_the_injured_list_is_in_a_box_score_as_such(spoken):
    hurt = {"person": {"id": 3}, "status": {"code": "D10", "description": "Injured 10-Day"}}
    (event,) = spoken("mlb.boxscore", {"teams": {"home": {"players": {"ID3": hurt}}}}).events
    assert isinstance(event, PlayerInjury)
    assert (event.data.designation, event.data.participation) == ("RESERVE", "UNKNOWN")


def test_a_line_score_needs_an_address_to_be_of_a_game(recorded):
    (event,) = recorded("mlb.linescore", "mlb/linescore_744914.json").events
    assert event.game_id == "mlb:744914"
    assert event.data.score == {"home": 1, "away": 3}
    assert event.data.extra["currentInning"] == 9
    refused = recorded("mlb.linescore", "mlb/linescore_744914.json", "https://x/linescore")
    assert refused.events == []
    assert "names no game" in refused.rejected[0].reason


@pytest.mark.parametrize("worse", [1e300, "none", {"a": 1}, True])
def test_play_events_that_are_no_list_are_kept_as_refused(spoken, shared, worse):
    play = json.loads((shared / "feeds/mlb/malformed_play_events.json").read_bytes())
    parsed = spoken("mlb.play_events", play | {"playEvents": worse})
    assert [refused.where for refused in parsed.rejected] == ["playEvents"]


def test_malformed_play_events_are_read_as_far_as_they_go(recorded, spoken, shared):
    parsed = recorded("mlb.play_events", "mlb/malformed_play_events.json")
    assert parsed.rejected == []
    (event,) = parsed.events
    assert event.timestamp == at("2026-03-31T01:34:22.474")
    assert event.data.score == {"home": 2, "away": 13}
    assert event.data.extra["event"] == "Forceout"
    play = json.loads((shared / "feeds/mlb/malformed_play_events.json").read_bytes())
    change = {
        "isSubstitution": True,
        "player": {"id": 4},
        "details": {"event": "Pitching Substitution"},
    }
    play["playEvents"] = [1.0, change, {"isSubstitution": True, "player": 5}]
    worse = spoken("mlb.play_events", play)
    assert [event.player_id for event in worse.events] == ["", "mlb:4"]
    assert [refused.where for refused in worse.rejected] == [
        "playEvents[0]",
        "playEvents[2].player",
    ]


def cases(shared):
    return json.loads((shared / "feeds/mlb/diffpatch_quirks.json").read_bytes())


def test_every_recorded_quirk_of_patches_gives_the_state_that_the_feed_means(shared):
    quirks = cases(shared)
    assert len(quirks) == 6
    for quirk in quirks:
        assert mlb_patch.apply(quirk["doc"], quirk["ops"]) == quirk["expect"], quirk["name"]


def strictly(document, operations):
    """RFC 6902 as it is written, for operations that keep to it."""
    for operation in operations:
        *way, last = operation["path"].split("/")[1:]
        holder = walk(document, way)
        key = int(last) if isinstance(holder, list) else last
        match operation["op"]:
            case "replace":
                assert key in (range(len(holder)) if isinstance(holder, list) else holder)
                holder[key] = operation["value"]
            case "remove":
                del holder[key]
            case "add" | "copy" as op:
                value = (
                    operation["value"]
                    if op == "add"
                    else walk(document, operation["from"].split("/")[1:])
                )
                if isinstance(holder, list):
                    assert key <= len(holder)
                    holder.insert(key, copy.deepcopy(value))
                else:
                    holder[key] = copy.deepcopy(value)
    return document


def walk(document, way):
    for step in way:
        document = document[int(step) if isinstance(document, list) else step]
    return document


def test_a_real_patch_of_a_real_feed_is_applied_as_the_standard_says(shared):
    before = gzip.decompress((shared / "feeds" / FEED_STRIKES).read_bytes())
    answer = json.loads((shared / "feeds/mlb/diffpatch_no-move.json").read_bytes())
    after = mlb_patch.patched(json.loads(before), answer)
    assert after == strictly(json.loads(before), answer[0]["diff"])
    assert after["metaData"]["timeStamp"] == "20240612_041302"
    hits = ["liveData", "boxscore", "teams", "home", "teamStats", "pitching", "hits"]
    copied = after["liveData"]["plays"]["allPlays"][61]["pitchIndex"][2]
    assert copied == walk(json.loads(before), hits)  # by value, from an unrelated place


def test_a_whole_feed_instead_of_a_patch_takes_its_place():
    assert mlb_patch.patched({"old": 1}, {"new": 2}) == {"new": 2}
    with pytest.raises(Unusable, match="neither"):
        mlb_patch.patched({}, "text")


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "add", "path": "/a/0/b", "value": 1},
        {"op": "add", "path": "/list/99999999", "value": 1},
        {"op": "add", "path": "/list/x", "value": 1},
        {"op": "add", "path": "/list/0"},
        {"op": "add", "path": 5, "value": 1},
        {"op": "spin", "path": "/a"},
        7,
    ],
)
def test_a_patch_that_means_nothing_asks_for_the_whole_feed(operation):
    with pytest.raises(Unusable):
        mlb_patch.apply({"a": 5, "list": []}, [operation])


def test_move_and_dash_and_escaped_names():
    document = {"a/b": {"~": 1}, "list": [1]}
    operations = [
        {"op": "move", "from": "/a~1b/~0", "path": "/list/-"},
        {"op": "test", "path": "/list/0", "value": 5},
        {"op": "copy", "from": "/nowhere", "path": "/list/0"},
    ]
    assert mlb_patch.apply(document, operations) == {"a/b": {}, "list": [None, 1, 1]}


def test_copied_values_are_their_own():
    document = mlb_patch.apply(
        {"a": {"x": 1}},
        [
            {"op": "copy", "from": "/a", "path": "/b"},
            {"op": "replace", "path": "/b/x", "value": 2},
        ],
    )
    assert document == {"a": {"x": 1}, "b": {"x": 2}}


pointer = st.lists(st.sampled_from(["a", "b", "0", "1", "-", "x~1y"]), max_size=4).map(
    lambda steps: "".join(f"/{step}" for step in steps)
)
operation = st.fixed_dictionaries(
    {
        "op": st.sampled_from(["add", "replace", "remove", "copy", "move"]),
        "path": pointer,
        "from": pointer,
        "value": st.one_of(st.integers(0, 9), st.just({"a": [1]}), st.just([])),
    }
)


@given(st.lists(operation, max_size=8))
def test_any_patch_is_applied_or_refused(operations):
    with suppress(Unusable):
        patched = mlb_patch.apply({"a": [{"b": 1}]}, operations)
        assert json.loads(json.dumps(patched)) == patched


def test_a_patch_alone_tells_what_changed(recorded):
    parsed = recorded("mlb.diffpatch", "mlb/diffpatch_no-move.json")
    assert parsed.rejected == []
    (event,) = parsed.events
    assert isinstance(event, LiveScore)
    assert (event.player_id, event.timestamp) == ("mlb:675627", at("2024-06-12T04:13:02"))
    assert event.data.stats == {
        "pitching.numberOfPitches": 12, "pitching.pitchesThrown": 12, "pitching.balls": 4,
    }  # fmt: skip
    assert event.data.extra == {"changes_only": True}
    url = "https://ws.statsapi.mlb.com/api/v1.1/game/746139/feed/live/diffPatch?language=en"
    (event,) = recorded("mlb.diffpatch", "mlb/diffpatch_no-move.json", url).events
    assert event.game_id == "mlb:746139"


def test_asked_without_an_end_the_diff_is_the_whole_feed(recorded, brief):
    whole = recorded("mlb.diffpatch", FEED_STRIKES)
    assert brief(whole) == brief(recorded("mlb.feed_live", FEED_STRIKES))


def test_a_broken_patch_is_refused_and_the_others_are_read(spoken):
    good = {
        "op": "add",
        "path": "/liveData/boxscore/teams/home/players/ID5/stats/batting/hits",
        "value": 2,
    }
    answer = [{"diff": [{"op": "spin", "path": "/x"}]}, {"diff": [good]}]
    parsed = spoken("mlb.diffpatch", answer)
    assert [event.player_id for event in parsed.events] == ["mlb:5"]
    assert [refused.where for refused in parsed.rejected] == ["[0].diff[0].op"]


def test_a_frame_of_the_socket_is_a_notice_and_its_game_a_text(recorded):
    parsed = recorded("mlb.gameday_ws", "mlb/gameday_ws_frames.jsonl")
    assert parsed.rejected == []
    assert [
        (e.game_id, e.timestamp, e.data.extra["said"], e.data.extra["delayed"])
        for e in parsed.events
    ] == [
        (
            "mlb:745646",
            at("2024-06-20T03:27:26"),
            ["countChange", "count12", "newLeftHandedHit", "hit_into_play_no_out"],
            True,
        ),
        ("mlb:748534", at("2023-11-02T01:27:27"), ["countChange", "count21", "ball"], False),
        (
            "mlb:823898",
            at("2026-09-19T04:47:30"),
            ["countChange", "count01", "pitcherChange"],
            False,
        ),
    ]
    assert parsed.events[0].data.extra["update_id"] == "dca87d70-bca9-45a6-81d6-146ed16a6d9e"
    assert not any(event.data.extra["full_refresh"] for event in parsed.events)


def test_the_same_notice_under_two_update_ids_is_one_event(spoken):
    frame = {"timeStamp": "20240620_032726", "gamePk": "7", "updateId": "a", "logicalEvents": ["x"]}
    one, two = (spoken("mlb.gameday_ws", {**frame, "updateId": name}).events[0] for name in "ab")
    assert one.event_id == two.event_id


def test_a_full_refresh_is_told_as_such(spoken):
    frame = {"timeStamp": "20240620_032726", "gamePk": "7", "changeEvent": {"type": "full_refresh"}}
    assert mlb_notices.notice(frame).full_refresh
    (event,) = spoken("mlb.gameday_ws", frame).events
    assert event.data.extra["full_refresh"] is True


def test_a_broken_frame_costs_its_line(spoken):
    parsed = spoken(
        "mlb.gameday_ws", b'{"gamePk": "7"}\n\nnothing\n{"timeStamp": "x", "gamePk": 8}\n'
    )
    assert [event.game_id for event in parsed.events] == ["mlb:8"]
    assert [refused.where for refused in parsed.rejected] == ["line 1.timeStamp", "line 3"]


def test_transactions_are_news_where_no_list_is_named(recorded):
    parsed = recorded("mlb.transactions", "mlb/transactions_il_202403.json")
    assert parsed.rejected == []
    assert [(type(e), e.player_id, e.timestamp, e.data.headline) for e in parsed.events] == [
        (BreakingNews, "mlb:823333", at("2024-03-01"), "RHP Trevor Moore assigned to Stanford Cardinal."),
        (BreakingNews, "mlb:691938", at("2024-03-01"), "C Willy Vasquez assigned to Tampa Bay Rays."),
        (BreakingNews, "mlb:823350", at("2024-03-01"), "RHP Cesar Pierret roster status changed by DSL Cubs Red."),
        (BreakingNews, "mlb:822650", at("2024-03-01"), "RHP Josh Gunther assigned to Wake Forest Demon Deacons."),
    ]  # fmt: skip
    assert [e.data.extra["type"] for e in parsed.events] == [
        "Assigned",
        "Assigned",
        "Status Change",
        "Assigned",
    ]


@pytest.mark.parametrize(
    ("said", "kind", "designation", "injury"),
    [
        (
            "Texas Rangers placed RHP A B on the 15-day injured list retroactive to March 25, 2024. Right elbow strain.",
            PlayerInjury,
            "RESERVE",
            "Right elbow strain",
        ),
        ("Texas Rangers transferred RHP A B from the 15-day injured list to the 60-day injured list.", PlayerInjury, "RESERVE", ""),
        ("Texas Rangers activated RHP A B from the 10-day injured list.", PlayerActive, "AVAILABLE", ""),
        ("Texas Rangers reinstated RHP A B from the bereavement list.", PlayerActive, "AVAILABLE", ""),
        ("St. Louis Cardinals placed 3B A.J. B on the 10-day injured list. Left ankle sprain. Surgery.", PlayerInjury, "RESERVE", "Left ankle sprain. Surgery"),
        ("Texas Rangers reinstated RHP A B from the paternity list and placed him on the 15-day injured list. Back.", PlayerInjury, "RESERVE", "Back"),
        ("Texas Rangers placed RHP A B on the paternity list.", PlayerInjury, "PERSONAL", ""),
        ("Texas Rangers placed RHP A B on the restricted list.", PlayerInjury, "SUSPENDED", ""),
    ],
)  # fmt: skip
def test_an_injured_list_shows_in_the_text_of_a_status_change_only(
    spoken, said, kind, designation, injury
):
    row = {
        "id": 1,
        "person": {"id": 5},
        "date": "2024-03-28",
        "typeDesc": "Status Change",
        "description": said,
    }
    (event,) = spoken("mlb.transactions", {"transactions": [row]}).events
    assert isinstance(event, kind)
    assert (event.data.designation, event.data.injury) == (designation, injury)
    assert event.data.participation == "UNKNOWN"


@pytest.mark.parametrize(
    "said",
    [
        "San Diego Padres sent RHP A B on a rehab assignment to El Paso Chihuahuas.",
        "Texas Rangers activated RHP A B from the 15-day injured list and optioned him to Round Rock.",
        "Texas Rangers released RHP A B from the 60-day injured list.",
    ],
)
def test_a_move_that_leaves_nobody_playing_is_news(spoken, said):
    row = {"id": 1, "person": {"id": 5}, "date": "2026-05-28", "description": said}
    (event,) = spoken("mlb.transactions", {"transactions": [row]}).events
    assert isinstance(event, BreakingNews)


def test_a_transfer_ends_on_the_longer_list(spoken):
    said = (
        "Philadelphia Phillies transferred RHP A B from the 15-day injured list to the 60-day "
        "injured list. Left oblique strain."
    )
    row = {"id": 1, "person": {"id": 5}, "date": "2026-05-28", "description": said}
    (event,) = spoken("mlb.transactions", {"transactions": [row]}).events
    assert (event.data.status, event.data.injury) == ("60-day injured list", "Left oblique strain")


@pytest.mark.parametrize("feed", ["mlb.schedule", "mlb.boxscore"])
def test_the_person_0_is_nobody(spoken, feed):
    person = {"id": 0, "fullName": "Invalid"}
    told = {
        "mlb.schedule": schedule({"codedGameState": "S"}, lineups={"awayPlayers": [person]}),
        "mlb.boxscore": {"teams": {"away": {"players": {"ID0": {"person": person, "battingOrder": "100"}}}}},
    }  # fmt: skip
    parsed = spoken(feed, told[feed])
    assert [event.player_id for event in parsed.events] in ([""], [])
    assert [refused.reason for refused in parsed.rejected] == ["0 is nobody"]


def doubling(times):
    return [{"op": "add", "path": "/a", "value": [1]}] + [
        {"op": "copy", "from": "/a", "path": "/a/-"} for _ in range(times)
    ]


DEEP = [{"op": "add", "path": "/a", "value": {}}] + [
    {"op": "move", "from": "/a", "path": "/a/a"} for _ in range(3_000)
]


@pytest.mark.parametrize(
    "operations",
    [
        doubling(64),
        DEEP,
        [{"op": "add", "path": "/l/9999" + "/9999" * n, "value": 1} for n in range(60)],
        [{"op": "add", "path": "/a" * 5_000, "value": 1}],
        [{"op": "add", "path": f"/l/{9_999 * n}", "value": 1} for n in range(1, 400)],
        [{"op": "add", "path": "/l/0", "value": 1}] * 30_000,
        [{"op": "add", "path": "/l/2147483648", "value": 1}],
        [{"op": "add", "path": "/l/-1", "value": 1}],
        [{"op": "replace", "path": "/l/1e3", "value": 1}],
    ],
    ids=["doubles", "nests", "pads each level", "path", "pads", "operations", "2^31", "-1", "1e3"],
)
@pytest.mark.timeout(10)
def test_a_patch_that_blows_up_is_refused_before_it_does(spoken, operations):
    with pytest.raises(Unusable):
        mlb_patch.apply({"l": []}, operations)
    first = {"op": "add", "path": "/l", "value": []}
    parsed = spoken("mlb.diffpatch", [{"diff": [first]}, {"diff": operations}])
    assert [refused.where.split(".")[0] for refused in parsed.rejected] == ["[1]"]


@pytest.mark.timeout(20)
def test_many_patches_of_one_answer_have_one_budget(spoken):
    diff = [{"op": "add", "path": "/l/9999", "value": 1}, {"op": "remove", "path": "/l"}]
    parsed = spoken("mlb.diffpatch", [{"diff": diff} for _ in range(3_000)])
    assert "more values than a game can hold" in parsed.rejected[0].reason


@pytest.mark.parametrize("order", [-100, "0", 99, 1000, 100_000, "1st", [100], True, 1e300])
def test_what_is_no_place_in_a_batting_order_starts_nobody(spoken, order):
    player = {"person": {"id": 5}, "battingOrder": order}
    parsed = spoken("mlb.boxscore", {"teams": {"home": {"players": {"ID5": player}}}})
    assert parsed.events == []
    assert [r.where for r in parsed.rejected] == ["teams.home.players.ID5.battingOrder"]
