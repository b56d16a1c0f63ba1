"""Golf as ESPN's leaderboard tells it: tee times, cuts, withdrawals, pairs, play-offs; synthetic."""

from __future__ import annotations

import pytest
from payloads import of, utc

from models.events import (
    GameDelay,
    GameFinal,
    GamePostponed,
    GameScheduled,
    GameStart,
    LiveScore,
    PlayerInjury,
)

FEED = "golf.scoreboard"


def golfer(number, **more):
    """A golfer of a leaderboard, who has played no hole."""
    return {
        "id": str(number),
        "athlete": {"id": str(number), "displayName": f"Golfer {number}"},
        "score": {"value": 0.0, "displayValue": "-"},
        "linescores": [],
        **more,
    }


def status(name, state="pre", short="", **more):
    return {"type": {"name": name, "state": state, "shortDetail": short}, **more}


def board(*golfers, name="STATUS_IN_PROGRESS", state="in"):
    contest = {"competitors": list(golfers)}
    event = {"id": "4", "name": "Open", "date": "2026-08-20T04:00Z", "status": status(name, state)}
    return {"events": [{**event, "competitions": [contest]}]}


@pytest.mark.parametrize(
    ("said", "designation", "participation"),
    [
        (status("STATUS_CUT", "post", "CUT"), "CUT", "UNKNOWN"),
        (status("STATUS_CUT", "post", "MC"), "CUT", "UNKNOWN"),
        (status("STATUS_MDF", "post", "MDF"), "CUT", "UNKNOWN"),
        (status("STATUS_CUT", "post", "WD"), "WITHDRAWN", "CONFIRMED_OUT"),
        (
            {"type": {"name": "STATUS_CUT", "description": "Withdrawn"}},
            "WITHDRAWN",
            "CONFIRMED_OUT",
        ),
        (status("STATUS_WITHDRAWN"), "WITHDRAWN", "CONFIRMED_OUT"),
        (status("STATUS_WD"), "WITHDRAWN", "CONFIRMED_OUT"),
        (status("STATUS_DISQUALIFIED", "post", "DQ"), "WITHDRAWN", "CONFIRMED_OUT"),
        ({"position": {"displayName": "WD"}}, "WITHDRAWN", "CONFIRMED_OUT"),
        ({"displayValue": "CUT"}, "CUT", "UNKNOWN"),
    ],
)
def test_whatever_ends_a_golfers_week_is_told_and_a_withdrawal_before_a_cut(
    spoken, said, designation, participation
):
    (gone,) = of(spoken(FEED, board(golfer(7, status=said))), PlayerInjury)
    assert (gone.player_id, gone.game_id, gone.sport) == ("espn:7", "espn:4", "pga")
    assert (gone.data.designation, gone.data.participation) == (designation, participation)


def test_who_withdraws_before_his_first_shot_is_out_and_tees_off_no_more(spoken):
    said = status("STATUS_WITHDRAWN", "post", "WD", period=1, teeTime="2026-08-20T12:10Z")
    stub = {"period": 1, "teeTime": "2026-08-20T12:10Z"}
    before = board(golfer(7, status=said, linescores=[stub]), name="STATUS_SCHEDULED", state="pre")
    scheduled, gone = spoken(FEED, before).events
    assert (type(scheduled), scheduled.player_id) == (GameScheduled, "")
    assert (type(gone), gone.data.participation) == (PlayerInjury, "CONFIRMED_OUT")


def test_a_week_not_begun_lists_tee_times_and_no_scores(spoken):
    first = golfer(
        1, status=status("STATUS_SCHEDULED", period=1, teeTime="2026-08-20T12:10Z", thru=0)
    )
    parsed = spoken(FEED, board(first, name="STATUS_SCHEDULED", state="pre"))
    assert [(type(e), e.player_id, e.data.start) for e in parsed.events] == [
        (GameScheduled, "", utc("2026-08-20T04:00")),
        (GameScheduled, "espn:1", utc("2026-08-20T12:10")),
    ]
    assert parsed.rejected == []


def test_the_next_rounds_tee_time_is_known_while_the_last_is_played_and_is_no_round(spoken):
    played = {"period": 1, "value": 66, "displayValue": "-5", "teeTime": "2026-08-20T18:44Z"}
    stub = {"period": 2, "teeTime": "2026-08-21T12:34Z", "isPlayoff": False}
    done = golfer(
        1,
        status=status("STATUS_FINISH", "post", "F", period=1, teeTime="2026-08-20T18:44Z", thru=18,
                      position={"displayName": "T13"}),
        score={"value": 66, "displayValue": "-5"}, linescores=[played, stub],
    )  # fmt: skip
    parsed = spoken(FEED, board(done))
    (tee,) = of(parsed, GameScheduled)
    assert (tee.data.start, tee.data.extra["round"]) == (utc("2026-08-21T12:34"), 2)
    (score,) = of(parsed, LiveScore)
    assert score.data.stats == {"to_par": -5, "round_1": 66}  # holes are not listed: none are told
    assert score.data.extra == {"name": "Golfer 1", "thru": "18", "position": "T13"}


def test_a_round_under_way_counts_the_holes_played(spoken):
    holes = [{"period": 1, "value": 4}, {"period": 2, "value": 3}, {"period": 3}]
    out = golfer(1, score="-1", linescores=[{"period": 1, "value": 7, "linescores": holes}])
    (score,) = of(spoken(FEED, board(out)), LiveScore)
    assert score.data.stats == {"to_par": -1, "round_1": 7, "holes_1": 2}


@pytest.mark.parametrize("playoff", [{"period": 5}, {"period": 4, "isPlayoff": True}])
def test_a_play_off_is_no_round(spoken, playoff):
    rounds = [{"period": n, "value": 70.0} for n in (1, 2, 3, 4)]
    winner = golfer(1, score="-12", linescores=[*rounds, {"value": 9.0, **playoff}])
    (score,) = of(spoken(FEED, board(winner)), LiveScore)
    assert (score.data.stats["round_4"], score.data.stats["playoff"]) == (70, 9)
    assert "round_5" not in score.data.stats


def test_a_pair_is_two_golfers_who_share_what_is_told(spoken):
    pair = {
        "id": "1",
        "team": {"displayName": "A. One / B. Two"},
        "status": status("STATUS_CUT", "post", "CUT"),
        "score": {"displayValue": "-6"},
        "roster": [
            {"playerId": n, "athlete": {"id": str(n), "displayName": name}}
            for n, name in ((1, "A One"), (2, "B Two"))
        ],
    }
    for feed in (FEED, "espn.scoreboard"):
        parsed = spoken(feed, board(pair))
        cut = of(parsed, PlayerInjury)
        assert [(e.player_id, e.data.extra["name"], e.data.designation) for e in cut] == [
            ("espn:1", "A One", "CUT"),
            ("espn:2", "B Two", "CUT"),
        ]
        assert [e.data.stats for e in of(parsed, LiveScore)] == [{"to_par": -6}] * 2
        assert parsed.rejected == []


@pytest.mark.parametrize(
    ("name", "state", "kinds"),
    [
        ("STATUS_SUSPENDED", "in", [GameStart, GameDelay]),
        ("STATUS_DELAYED", "pre", [GameDelay]),
        ("STATUS_PLAY_COMPLETE", "in", [GameStart]),
        ("STATUS_CANCELED", "post", [GamePostponed]),
        ("STATUS_POSTPONED", "pre", [GamePostponed]),
        ("STATUS_FINAL", "post", [GameStart, GameFinal]),
    ],
)
def test_how_a_tournament_goes(spoken, name, state, kinds):
    told = spoken(FEED, board(name=name, state=state)).events
    assert [type(e) for e in told] == kinds
    assert all((e.data.start is None) == (state == "in") for e in told if type(e) is GameDelay)


def test_matches_are_refused_with_their_reason_and_end_no_tournament(spoken):
    match = {"id": "9", "status": status("STATUS_FINAL", "post"), "competitors": [golfer(1)]}
    value = board()
    value["events"][0]["competitions"] = [[match]]
    parsed = spoken(FEED, value)
    assert [type(e) for e in parsed.events] == [GameStart]
    assert [r.reason for r in parsed.rejected] == ["holds matches, which end one by one"]


def test_a_golfer_without_an_id_costs_himself_alone(spoken):
    nobody = {"athlete": {"displayName": "TBD"}, "status": status("STATUS_WITHDRAWN")}
    parsed = spoken(FEED, board(nobody, golfer(2, score="E")))
    assert [e.player_id for e in of(parsed, LiveScore)] == ["espn:2"]
    assert [r.where for r in parsed.rejected] == [
        "events[0].competitions[0].competitors[0].athlete.id"
    ]


def test_fighters_are_no_golfers_and_each_fight_ends_by_itself(spoken):
    url = "https://site.api.espn.com/apis/site/v2/sports/mma/ufc/scoreboard"
    over, ahead = status("STATUS_FINAL", "post"), status("STATUS_SCHEDULED")
    value = board()
    value["events"][0]["competitions"] = [
        {"id": number, "status": said, "competitors": [golfer(1)]}
        for number, said in (("8", over), ("9", ahead))
    ]
    told = spoken("espn.scoreboard", value, url).events
    assert [(type(e), e.game_id, e.sport) for e in told] == [
        (GameStart, "espn:8", "mma"), (GameFinal, "espn:8", "mma"),
        (GameScheduled, "espn:9", "mma"),
    ]  # fmt: skip
