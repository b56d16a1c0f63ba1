"""Sleeper's and nflverse's payloads, value by value, and the traps in them."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from models.events import BreakingNews, LineupChange, PlayerActive, PlayerInjury


def test_players_carry_their_ids_in_other_spaces(recorded):
    parsed = recorded("sleeper.players", "sleeper/players_nfl_sample.json")
    assert parsed.rejected == []
    assert [
        (type(e), e.player_id, e.data.extra["name"], e.data.designation) for e in parsed.events
    ] == [
        (PlayerActive, "sleeper:10213", "Tre Tucker", "AVAILABLE"),
        (PlayerActive, "sleeper:10214", "Davis Allen", "AVAILABLE"),
        (PlayerActive, "sleeper:10216", "Kenny McIntosh", "AVAILABLE"),
        (PlayerActive, "sleeper:10218", "Xavier Hutchinson", "AVAILABLE"),
        (PlayerActive, "sleeper:10219", "Chris Rodriguez", "AVAILABLE"),
        (PlayerActive, "sleeper:10222", "Jayden Reed", "AVAILABLE"),
    ]
    tucker = parsed.events[0]
    assert tucker.data.extra == {
        "name": "Tre Tucker", "team": "LV", "position": "WR", "jersey": "1",
        "birth_date": "2001-03-08", "roster_status": "Active",
        "ids": {
            "fantasy_data": "24177", "kalshi": "11cb88bb-cbd6-4b21-9ac3-7ff075c7d4cf",
            "oddsjam": "5B9229CE1E0B", "rotowire": "16694",
            "sportradar": "9beb72c5-5a81-413c-ada3-ff4854c95cf4", "swish": "1164979",
        },
    }  # fmt: skip
    assert tucker.sport == "nfl"


def row(**more):
    """A synthetic row of the map of players."""
    return {"player_id": "7", "sport": "nfl", "team": "KC", "status": "Active", **more}


@pytest.mark.parametrize(
    ("more", "kind", "designation", "word"),
    [
        ({"injury_status": None}, PlayerActive, "AVAILABLE", "Active"),
        ({"status": "Injured Reserve"}, PlayerInjury, "RESERVE", "Injured Reserve"),
        ({"status": "Physically Unable to Perform"}, PlayerInjury, "RESERVE",
         "Physically Unable to Perform"),
        ({"status": "Injured Reserve", "injury_status": "Out"}, PlayerInjury, "OUT", "Out"),
        ({"injury_status": "NA"}, PlayerInjury, "NOT_WITH_TEAM", "NA"),
        ({"injury_status": "DNR"}, PlayerInjury, "RESERVE", "DNR"),
        ({"injury_status": "PUP"}, PlayerInjury, "RESERVE", "PUP"),
        ({"status": "Inactive"}, LineupChange, "", "Inactive"),
        ({"status": "Practice Squad"}, LineupChange, "", "Practice Squad"),
        ({"team": None}, LineupChange, "", "Active"),
    ],
)  # fmt: skip
def test_words_of_injuries_and_of_rosters(spoken, more, kind, designation, word):
    (event,) = spoken("sleeper.players", {"7": row(**more)}).events
    assert (type(event), event.data.designation) == (kind, designation)
    assert event.data.provider_status == word
    assert event.data.participation == "UNKNOWN"


def test_a_mark_that_cannot_be_read_is_not_taken_for_none(spoken):
    body = b"""{"7": {"player_id": "7", "status": "Active", "team": "KC", "injury_status": NaN},
        "8": {"player_id": "8", "status": "Active", "team": "KC", "injury_status": {"a": 1}},
        "9": {"player_id": "9", "status": "Active", "team": "KC", "injury_status": true}}"""
    parsed = spoken("sleeper.players", body)
    assert parsed.events == []
    assert [r.where for r in parsed.rejected] == [f"{n}.injury_status" for n in (7, 8, 9)]


def test_a_row_of_nflverse_that_is_cut_off_lists_nobody_as_available(spoken):
    whole = b"full_name,gsis_id,report_status\nA,00-1,\nB,00-2,Out\n"
    assert len(spoken("nflverse.injuries", whole).events) == 2
    for end in (b",Out\n", b"-2,Out\n", b",00-2,Out\n"):
        cut = spoken("nflverse.injuries", whole.removesuffix(end))
        assert [e.player_id for e in cut.events] == ["gsis:00-1"]
        assert [r.where for r in cut.rejected] == ["line 3"]


def test_a_date_of_nflverse_that_cannot_be_read_is_not_taken_for_today(spoken):
    rows = b"00-1,Out,2023-09-08 18:49:43 UTC\n00-2,Out,NA\n00-3,Out,last week\n"
    parsed = spoken("nflverse.injuries", b"gsis_id,report_status,date_modified\n" + rows)
    assert [e.timestamp.year for e in parsed.events] == [2023, 2026]
    assert [r.where for r in parsed.rejected] == ["line 4.date_modified"]


def test_what_r_writes_for_nothing_is_nothing(spoken):
    titles = b"gsis_id,full_name,team,report_status,practice_status,report_primary_injury\n"
    parsed = spoken("nflverse.injuries", titles + b"00-1,NA,NA,NA,NA,NA\nNA,A,B,Out,,\n")
    (event,) = parsed.events
    assert (event.data.designation, event.data.injury, event.data.extra) == ("AVAILABLE", "", {})
    assert [r.where for r in parsed.rejected] == ["line 3.gsis_id"]


def test_news_updated_is_in_milliseconds_and_in_drafts_a_text(recorded):
    players = recorded("sleeper.players", "sleeper/players_nfl_sample.json")
    assert players.events[0].timestamp == datetime(2026, 4, 7, 13, 20, 23, 807_000, tzinfo=UTC)
    picks = recorded("sleeper.draft_picks", "sleeper/draft_picks_with_injury_status_2021.json")
    assert picks.events[0].timestamp == datetime(2021, 4, 19, 16, 15, 13, 690_000, tzinfo=UTC)


def test_drafts_hold_statuses_of_the_spring(recorded):
    parsed = recorded("sleeper.draft_picks", "sleeper/draft_picks_with_injury_status_2021.json")
    assert parsed.rejected == []
    assert len(parsed.events) == 25
    assert {type(event) for event in parsed.events} == {PlayerInjury}
    assert Counter((e.data.provider_status, e.data.designation) for e in parsed.events) == {
        ("Questionable", "QUESTIONABLE"): 22,
        ("COV", "RESERVE"): 2,
        ("Sus", "SUSPENDED"): 1,
    }
    mahomes = parsed.events[0]
    assert (mahomes.player_id, mahomes.data.status, mahomes.data.designation) == (
        "sleeper:4046", "Questionable", "QUESTIONABLE",
    )  # fmt: skip
    assert mahomes.data.extra == {
        "name": "Patrick Mahomes", "team": "KC", "position": "QB", "jersey": "15",
        "roster_status": "Active",
    }  # fmt: skip


def test_a_gsis_id_may_begin_with_a_blank(spoken):
    (event,) = spoken(
        "sleeper.players", {"7": {"gsis_id": " 00-0035057", "status": "Active"}}
    ).events
    assert event.data.extra["ids"] == {"gsis": "00-0035057"}
    assert event.player_id == "sleeper:7"


@pytest.mark.parametrize(
    ("word", "designation"),
    [
        ("IR", "RESERVE"), ("Out", "OUT"), ("NA", "NOT_WITH_TEAM"), ("PUP", "RESERVE"),
        ("Sus", "SUSPENDED"), ("COV", "RESERVE"), ("Doubtful", "DOUBTFUL"), ("DNR", "RESERVE"),
    ],
)  # fmt: skip
def test_every_status_word_of_sleeper_is_known(spoken, word, designation):
    (event,) = spoken("sleeper.players", {"7": {"injury_status": word}}).events
    assert isinstance(event, PlayerInjury)
    assert event.data.designation == designation


def test_whoever_has_no_team_is_listed_as_nothing(spoken):
    (event,) = spoken("sleeper.players", {"7": {"status": "Inactive", "team": None}}).events
    assert isinstance(event, LineupChange)
    assert (event.data.status, event.data.provider_status) == ("", "Inactive")


def test_trends_credit_sleeper_and_the_address_says_which_way(recorded):
    parsed = recorded("sleeper.trending", "sleeper/trending_add.json")
    assert parsed.rejected == []
    assert len(parsed.events) == 25
    first = parsed.events[0]
    assert isinstance(first, BreakingNews)
    assert (first.player_id, first.data.extra) == (
        "sleeper:8117", {"trend": "add", "count": 2416, "credit": "Sleeper"},
    )  # fmt: skip
    url = "https://api.sleeper.app/v1/players/nfl/trending/drop?lookback_hours=24"
    dropped = recorded("sleeper.trending", "sleeper/trending_add.json", url)
    assert dropped.events[0].data.extra["trend"] == "drop"


def test_the_calendar_tells_no_event(recorded, spoken):
    parsed = recorded("sleeper.state", "sleeper/state_nfl.json")
    assert (parsed.events, parsed.rejected) == ([], [])
    assert spoken("sleeper.state", {}).rejected[0].reason == "needs a season and a week"


def test_nflverse_tells_reports_and_who_was_on_the_practice_report_only(recorded):
    parsed = recorded("nflverse.injuries", "nflverse/injuries_2023_w1_2.csv")
    assert parsed.rejected == []
    assert Counter((type(e), e.data.designation) for e in parsed.events) == {
        (PlayerActive, "AVAILABLE"): 208,
        (PlayerInjury, "QUESTIONABLE"): 107,
        (PlayerInjury, "OUT"): 57,
        (PlayerInjury, "DOUBTFUL"): 18,
    }
    gardeck, beachum = parsed.events[:2]
    assert gardeck.player_id == "gsis:00-0034473"
    assert gardeck.data.extra == {
        "name": "Dennis Gardeck", "team": "ARI", "position": "LB", "season": "2023",
        "game_type": "REG", "week": "1", "practice": "Full Participation in Practice",
        "practice_injury": "Knee",
    }  # fmt: skip
    assert beachum.timestamp == datetime(2023, 9, 8, 18, 50, 25, tzinfo=UTC)
    assert (beachum.data.status, beachum.data.injury) == ("Out", "Hand")
    assert {event.data.participation for event in parsed.events} == {"UNKNOWN"}


def test_a_practice_status_of_blanks_and_a_line_feed_is_none(recorded):
    parsed = recorded("nflverse.injuries", "nflverse/injuries_2023_w1_2.csv")
    practice = Counter(event.data.extra.get("practice") for event in parsed.events)
    assert practice == {
        "Full Participation in Practice": 184,
        "Did Not Participate In Practice": 104,
        "Limited Participation in Practice": 97,
        None: 5,
    }


def test_a_row_that_cannot_be_read_costs_only_itself(spoken):
    body = (
        b"gsis_id,report_status,full_name\r\n"
        b"00-1,Out,A B\r\n"
        b",Out,C D\r\n"
        b"00-2,Note,E F,more\r\n"
        b"00-3,Note,G H\r\n"
    )
    parsed = spoken("nflverse.injuries", body)
    assert [(e.player_id, e.data.designation) for e in parsed.events] == [
        ("gsis:00-1", "OUT"),
        ("gsis:00-3", "AVAILABLE"),
    ]
    assert [(r.where, r.reason) for r in parsed.rejected] == [
        ("line 3.gsis_id", "needs an id, has str ''"),
        ("line 4", "has more cells than columns"),
    ]


def test_another_table_is_refused_whole(spoken):
    parsed = spoken("nflverse.injuries", b"a,b\n1,2\n")
    assert [(r.where, r.reason) for r in parsed.rejected] == [
        ("line 1", "needs the columns gsis_id, report_status")
    ]
