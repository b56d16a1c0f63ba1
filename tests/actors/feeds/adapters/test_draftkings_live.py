"""DraftKings while games run, and player lists as files: by value, each trap by name."""

from __future__ import annotations

import csv
import io
import json

import pytest
from payloads import STATUSES, of, parse, utc

from models import codec
from models.events import (
    GameFinal,
    GamePostponed,
    GameScheduled,
    GameStart,
    LineupChange,
    LineupRevealed,
    LiveScore,
    OwnershipUpdate,
    PlayerActive,
    PlayerInjury,
    PoolListed,
)


def draft(number):
    return f"draftkings.draftable:{number}"


def test_players_are_concealed_until_their_game_starts(read):
    parsed = read("draftkings.roster", "draftkings/roster_live_concealed_20260815.json")
    (entry,) = of(parsed, LineupRevealed)
    assert entry.data.slots == ("QB", "RB", "RB", "WR", "WR", "WR", "TE", "FLEX", "DST")
    assert entry.data.players == (
        "", draft(43836582), "", draft(43836540), "", "", draft(43836558), "", draft(43836601),
    )  # fmt: skip
    assert entry.data.extra["concealed"] == 5
    assert entry.data.extra["names"][draft(43836540)] == "Jakobi Meyers"


def test_a_card_without_a_share_is_no_reading_of_zero(read):
    parsed = read("draftkings.roster", "draftkings/roster_live_concealed_20260815.json")
    (owned,) = of(parsed, OwnershipUpdate)
    assert owned.data.ownership == {
        draft(43836582): 0.1667, draft(43836540): 0.1667, draft(43836558): 0.1667,
    }  # fmt: skip
    (live,) = of(parsed, LiveScore)
    assert live.data.points == dict.fromkeys(
        map(draft, (43836582, 43836540, 43836558, 43836601)), 0.0
    )
    assert {(type(e), e.game_id) for e in of(parsed, GameStart)} == {
        (GameStart, "draftkings:6177720"), (GameStart, "draftkings:6177780"),
    }  # fmt: skip


def test_a_captains_share_is_his_own_and_flex_has_the_rest(read):
    """``percentDrafted`` counts every slot: 96.51 % hold Allen, 68.21 % of them as captain."""
    parsed = read("draftkings.roster", "draftkings/entries_roster_80584.json")
    (owned,) = of(parsed, OwnershipUpdate)
    assert owned.contest_id == "draftkings:140039397"
    assert owned.data.ownership == {
        draft(26368922): 0.6821,
        draft(26368976): 0.2772,
        draft(26368977): 0.7518,
        draft(26368984): 0.3657,
        draft(26369000): 0.1248,
        draft(26369002): 0.1306,
    }
    assert owned.data.extra["any_slot"][draft(26368922)] == 0.9651


def test_two_entries_of_one_answer_share_ownership_and_points(read):
    parsed = read("draftkings.roster", "draftkings/entries_roster_80584.json")
    assert [(e.data.entry_id, e.data.user_name, e.data.points, e.data.rank) for e in of(parsed, LineupRevealed)] == [
        ("3618408508", "user022", 125.82, 1), ("3618897002", "user023", 125.82, 1),
    ]  # fmt: skip
    (live,) = of(parsed, LiveScore)
    assert sum(live.data.points.values()) == pytest.approx(125.82)
    (game,) = of(parsed, GameFinal)
    assert (game.game_id, game.data.extra["score"]) == (
        "draftkings:5819869", {"home": 34.0, "away": 31.0},
    )  # fmt: skip


def test_live_points_are_told_by_player_with_his_statistics(raw):
    body = raw("draftkings/dklive_players_nba_20230312.json")
    parsed = parse("draftkings.live_players", body)
    assert [(e.player_id, e.game_id, e.data.points, e.data.stats) for e in of(parsed, LiveScore)] == [
        (
            f"draftkings:{row['playerId']}", f"draftkings:{row['gameId']}", row["fantasyPoints"],
            {str(stat["statId"]): stat["total"] for stat in row["stats"]},
        )
        for row in json.loads(body)["data"]
    ]  # fmt: skip
    assert {(e.game_id, e.data.start) for e in of(parsed, GameStart)} == {
        ("draftkings:5898678", utc("2023-03-12T19:30")),
        ("draftkings:5900802", utc("2023-03-12T22:00")),
        ("draftkings:5898000", utc("2023-03-12T23:00")),
        ("draftkings:5902975", utc("2023-03-13T01:00")),
    }


def test_points_before_the_game_are_not_told(raw):
    body = raw("draftkings/dklive_players_nba_20230312.json").replace(b"liveOrFinal", b"upcoming")
    parsed = parse("draftkings.live_players", body)
    assert of(parsed, LiveScore) == []
    assert len(of(parsed, GameScheduled)) == 4


def test_ppd_marks_a_game_and_no_player(read):
    parsed = read("draftkings.available_players", "draftkings/getavailableplayers_41793.json")
    assert [
        (type(e), e.player_id, e.data.provider_status, e.data.designation, e.data.extra["team"])
        for e in of(parsed, *STATUSES)
    ] == [
        (PlayerActive, "draftkings:828743", "", "AVAILABLE", "HOU"),
        (PlayerActive, "draftkings:728338", "", "AVAILABLE", "DAL"),
        (PlayerInjury, "draftkings:836116", "Q", "QUESTIONABLE", "WAS"),
        (PlayerInjury, "draftkings:1069808", "Q", "QUESTIONABLE", "DET"),
        (LineupChange, "draftkings:877745", "PPD", "", "BAL"),
        (LineupChange, "draftkings:246061", "PPD", "", "PIT"),
        (PlayerInjury, "draftkings:697295", "O", "OUT", "DET"),
        (PlayerInjury, "draftkings:81059", "O", "OUT", "HOU"),
        (PlayerInjury, "draftkings:552409", "IR", "RESERVE", "HOU"),
        (PlayerInjury, "draftkings:822350", "IR", "RESERVE", "WAS"),
    ]
    games = of(parsed, GameScheduled, GamePostponed)
    assert [(type(e), e.game_id, e.data.start) for e in games] == [
        (GameScheduled, "draftkings:5673406", utc("2020-11-26T17:30")),
        (GameScheduled, "draftkings:5673928", utc("2020-11-26T21:30")),
        (GamePostponed, "draftkings:5674018", utc("2020-11-26T21:30")),
    ]


def test_fanduels_list_marks_its_injured_and_lists_the_others_as_available(raw):
    body = raw("fanduel/fd-nba-salaries.csv")
    parsed = parse("fanduel.salaries", body)
    told = of(parsed, *STATUSES)
    words = {"": "AVAILABLE", "GTD": "GAME_TIME", "O": "OUT", "Q": "QUESTIONABLE"}
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))[1:]
    assert [(e.player_id, e.data.designation, e.data.injury) for e in told] == [
        (f"fanduel:{row[0].split('-')[1]}", words[row[11]], row[12]) for row in rows
    ]
    assert told[0].data.extra == {
        "name": "Anthony Davis", "team": "NO", "position": "PF", "salary": 12800,
        "slate_player_id": "30803-15755",
    }  # fmt: skip


def test_a_probable_pitcher_is_expected_and_nobody_confirmed(raw):
    body = raw("fanduel/fd-mlb-salaries.csv")
    words = {
        "": "AVAILABLE", "IL": "RESERVE", "NA": "NOT_WITH_TEAM", "DTD": "GAME_TIME", "O": "OUT",
    }  # fmt: skip
    assert [
        (e.player_id, e.data.designation, e.data.injury, e.data.participation)
        for e in of(parse("fanduel.salaries", body), *STATUSES)
    ] == [
        (
            f"fanduel:{row['Id'].split('-')[1]}", words[row["Injury Indicator"]],
            row["Injury Details"],
            "EXPECTED" if row["Probable Pitcher"] == "Yes" or row["Batting Order"] not in {"", "0"}
            else "UNKNOWN",
        )
        for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "players", "first", "games"),
    [
        ("dk-nba-salaries.csv", 39, ("11742977", "Anthony Davis", 11500), 7),
        ("dk-nba-pids.csv", 12, ("11742977", "Anthony Davis", 11500), 6),
        ("dk-mlb-showdown-salaries.csv", 29, ("12895621", "Jacob deGrom", 16500), 1),
    ],
)
def test_salary_files_list_the_pool_and_its_games_in_eastern_time(
    read, file, players, first, games
):
    parsed = read("draftkings.salaries", f"draftkings/{file}")
    (event,) = of(parsed, PoolListed)
    assert len(event.data.players) == players
    player = event.data.players[0]
    assert (player.player_id, player.name, player.salary) == first
    assert len(of(parsed, GameScheduled)) == games
    assert of(parsed, *STATUSES) == []


def test_eight_in_the_evening_eastern_is_one_in_the_morning_utc(read):
    parsed = read("draftkings.salaries", "draftkings/dk-nba-salaries.csv")
    starts = {e.game_id: e.data.start for e in of(parsed, GameScheduled)}
    assert starts["draftkings:LAC@NO"] == utc("2018-12-04T01:00")


FANDUEL = (
    "Id,Position,Nickname,Salary,Game,Team,Injury Indicator,Injury Details\n"
    "1-7,C,A B,9000,X@Y,X,,\n1-8,C,C D,8000,X@Y,X,O,Knee"
)


def test_a_list_cut_off_within_its_last_row_is_no_pool_and_calls_nobody_healthy():
    whole = parse("fanduel.salaries", FANDUEL.encode())
    assert len(of(whole, PoolListed)) == 1
    assert [e.data.designation for e in of(whole, *STATUSES)] == ["AVAILABLE", "OUT"]
    cut = parse("fanduel.salaries", FANDUEL.removesuffix(",O,Knee").encode())
    assert [e.player_id for e in of(cut, *STATUSES)] == ["fanduel:7"]
    assert of(cut, PoolListed) == []
    assert [(r.where, r.reason) for r in cut.rejected] == [
        ("1-8", "the row is cut off"),
        ("", "the file is cut off: this is not its whole pool"),
    ]


def test_without_ids_a_name_with_a_hyphen_is_nobody_elses():
    table = "Position,Nickname,Salary,Game,Team,Injury Indicator\nG,A Gilgeous-B,9000,X@Y,X,\n"
    (told,) = of(parse("fanduel.salaries", table.encode()), *STATUSES)
    assert told.player_id == "fanduel:A Gilgeous-B"


def test_without_the_column_of_marks_nobody_is_listed_as_available():
    body = FANDUEL.replace("Injury Indicator", "Notes").replace(",O,Knee", ",,").encode()
    told = of(parse("fanduel.salaries", body), *STATUSES)
    assert [(type(e).__name__, e.data.designation) for e in told] == [("LineupChange", "")] * 2


def test_what_is_no_salary_file_is_one_refusal():
    parsed = parse("fanduel.salaries", b"a,b\n1,2\n")
    assert parsed.events == []
    assert "no player pool" in parsed.rejected[0].reason


def test_listings_survive_the_log(read):
    for feed, file in (
        ("draftkings.draftables", "draftkings/draftables_69476.json"),
        ("draftkings.contest", "draftkings/contest_195958173_20260929.json"),
        ("draftkings.rules", "draftkings/gametype_159_rules.json"),
        ("draftkings.roster", "draftkings/roster_live_concealed_20260815.json"),
    ):
        for event in read(feed, file).events:
            assert codec.decode(codec.encode(event)) == event
