"""DraftKings, FanDuel and ResultsDB: every recorded payload by value, each trap by name."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from actors.feeds.adapters import ADAPTERS
from actors.feeds.adapters.port import Payload
from models import codec
from models.contest import Prize
from models.events import (
    BreakingNews,
    ContestListed,
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
    RulesListed,
)

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
STATUSES = (PlayerActive, PlayerInjury, LineupChange)


def parse(feed, body):
    return ADAPTERS[feed](Payload(body, NOW))


@pytest.fixture
def raw(shared):
    return lambda file: (shared / "feeds" / file).read_bytes()


@pytest.fixture
def read(raw):
    return lambda feed, file: parse(feed, raw(file))


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def of(parsed, *kinds):
    return [event for event in parsed.events if isinstance(event, kinds)]


def marks(parsed):
    """Name to (listing, disabled) as told."""
    return {
        e.data.extra["name"]: (e.data.designation, e.data.extra.get("disabled", False))
        for e in of(parsed, *STATUSES)
    }


def draft(number):
    return f"draftkings.draftable:{number}"


# --- Draftables

LISTED = {
    "None": "AVAILABLE", "Q": "QUESTIONABLE", "O": "OUT", "OUT": "OUT", "IR": "RESERVE",
    "C19": "RESERVE", "DL": "RESERVE", "DTD": "GAME_TIME", "MC": "CUT", "MDF": "CUT",
    "WD": "WITHDRAWN",
}  # fmt: skip
DRAFTABLES = (
    "draftables_41793_before.json", "draftables_41793_after.json", "draftables_69476.json",
    "draftables_74625_nfl_classic.json", "draftables_golf_historical.json",
    "draftables_mlb_22953.json",
)  # fmt: skip


@pytest.mark.parametrize("file", DRAFTABLES)
def test_each_player_is_told_once_with_all_his_rows(raw, file):
    body = raw(f"draftkings/{file}")
    parsed = parse("draftkings.draftables", body)
    rows = json.loads(body)["draftables"]
    people = {}
    for row in rows:
        people.setdefault(f"draftkings:{row['playerId']}", []).append(row)
    told = of(parsed, *STATUSES)
    assert [event.player_id for event in told] == list(people)
    for event, own in zip(told, people.values(), strict=True):
        row = own[0]
        assert event.data.provider_status == row["status"]
        assert event.data.designation == LISTED[row["status"]]
        assert event.game_id == f"draftkings:{row['competition']['competitionId']}"
        assert event.data.extra["name"] == row["displayName"].strip()
        assert event.data.extra["team"] == row["teamAbbreviation"]
        assert event.data.extra["position"] == row["position"]
        assert event.data.extra["draftables"] == [
            {"id": draft(r["draftableId"]), "slot": str(r["rosterSlotId"]), "salary": r["salary"]}
            for r in own
        ]
    assert parsed.rejected == []


@pytest.mark.parametrize("file", DRAFTABLES)
def test_games_beside_the_players_are_told_with_their_state(raw, file):
    body = raw(f"draftkings/{file}")
    kinds = {
        "Upcoming": GameScheduled, "Postponed": GamePostponed, "ScoresOfficial": GameFinal,
        "CompetitionOver": GameFinal,
    }  # fmt: skip
    assert [
        (type(e), e.game_id, e.data.start)
        for e in of(parse("draftkings.draftables", body), GameScheduled, GamePostponed, GameFinal)
    ] == [
        (
            kinds[found["competitionState"]], f"draftkings:{found['competitionId']}",
            utc(found["startTime"][:19]),
        )
        for found in json.loads(body)["competitions"]
    ]  # fmt: skip


def test_start_times_have_seven_digits_and_are_utc(read):
    parsed = read("draftkings.draftables", "draftkings/draftables_69476.json")
    games = of(parsed, GameFinal)
    assert [(e.game_id, e.data.start, e.sport) for e in games] == [
        ("draftkings:5820702", utc("2022-05-27T01:00"), "nba"),
        ("draftkings:5820648", utc("2022-05-28T00:30"), "nba"),
    ]


def test_questionable_becomes_out_or_nothing_and_a_postponed_game_disables(read):
    before = marks(read("draftkings.draftables", "draftkings/draftables_41793_before.json"))
    after = marks(read("draftkings.draftables", "draftkings/draftables_41793_after.json"))
    changed = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    question, out, well = ("QUESTIONABLE", False), ("OUT", False), ("AVAILABLE", False)
    assert {name: pair for name, pair in changed.items() if not pair[1][1]} == {
        "Kenny Golladay": (question, out),
        "Josh McCown": (question, out),
        "Cullen Gillaspia": (question, out),
        "Matthew Stafford": (question, well),
        "T.J. Hockenson": (question, well),
        "Marvin Hall": (question, well),
    }
    assert {name: pair for name, pair in changed.items() if pair[1][1]} == {
        name: ((listed, False), (listed, True))
        for name, listed in {
            "Lamar Jackson": "AVAILABLE", "Ben Roethlisberger": "QUESTIONABLE",
            "James Conner": "AVAILABLE", "Diontae Johnson": "AVAILABLE",
            "JuJu Smith-Schuster": "QUESTIONABLE", "J.K. Dobbins": "RESERVE",
            "Mark Andrews": "QUESTIONABLE", "Mark Ingram II": "RESERVE", "Chris Moore": "RESERVE",
            "Antoine Wesley": "RESERVE", "Vance McDonald": "OUT",
        }.items()
    }  # fmt: skip


def test_a_postponement_moves_the_game_and_is_announced(read):
    before = read("draftkings.draftables", "draftkings/draftables_41793_before.json")
    after = read("draftkings.draftables", "draftkings/draftables_41793_after.json")
    (game,) = of(after, GamePostponed)
    assert (game.game_id, game.data.start) == ("draftkings:5674018", utc("2020-11-26T21:30"))
    assert ("draftkings:5674018", utc("2020-11-27T01:20")) in {
        (e.game_id, e.data.start) for e in of(before, GameScheduled)
    }
    (warning,) = of(after, BreakingNews)
    assert warning.timestamp == utc("2020-11-25T18:51:42")
    assert warning.data.headline == "Postponed Game Alert"
    assert warning.data.text.startswith("The Ravens vs. Steelers game has been postponed.")
    assert of(before, BreakingNews) == []


def test_swappable_means_editable_and_not_that_he_plays(read):
    parsed = read("draftkings.draftables", "draftkings/draftables_41793_after.json")
    out = next(e for e in of(parsed, PlayerInjury) if e.data.extra["name"] == "Kenny Golladay")
    assert out.data.extra["swappable"] is True
    assert out.data.designation == "OUT"
    assert {e.data.participation for e in of(parsed, *STATUSES)} == {"UNKNOWN"}


def test_no_mark_is_no_confirmation_and_a_starting_lineup_an_expectation(read):
    parsed = read("draftkings.draftables", "draftkings/draftables_69476.json")
    assert [(e.data.extra["name"], e.data.designation, e.data.participation) for e in of(parsed, *STATUSES)] == [
        ("Luka Doncic", "AVAILABLE", "EXPECTED"),
        ("Otto Porter Jr.", "QUESTIONABLE", "UNKNOWN"),
        ("Dru Smith", "OUT", "UNKNOWN"),
    ]  # fmt: skip


def test_a_pool_lists_a_player_of_several_slots_once(read):
    parsed = read("draftkings.draftables", "draftkings/draftables_69476.json")
    (event,) = of(parsed, PoolListed)
    assert [
        (p.player_id, p.name, p.positions, p.roster_slots, p.salary) for p in event.data.players
    ] == [
        ("22844854", "Luka Doncic", ("PG",), ("458", "464", "465"), 12000),
        ("22844944", "Otto Porter Jr.", ("SF", "PF"), ("460", "461", "463"), 4600),
        ("22845077", "Dru Smith", ("PG", "SG"), ("458", "459", "464"), 3000),
    ]


def test_a_captain_is_a_row_of_the_same_person_at_his_own_salary(raw):
    root = json.loads(raw("draftkings/draftables_74625_nfl_classic.json"))
    root["draftables"][1] |= {"rosterSlotId": 511, "salary": 14800}
    parsed = parse("draftkings.draftables", json.dumps(root).encode())
    assert len(of(parsed, *STATUSES)) == 2
    (event,) = of(parsed, PoolListed)
    assert [(p.player_id, p.roster_slots, p.salary) for p in event.data.players[:2]] == [
        ("24169648", ("68",), 9900), ("24169649", ("511",), 14800),
    ]  # fmt: skip


def test_an_unknown_mark_is_kept_and_lists_nobody_as_anything(raw):
    body = raw("draftkings/draftables_69476.json").replace(b'"OUT"', b'"VIBES"')
    smith = of(parse("draftkings.draftables", body), *STATUSES)[-1]
    assert isinstance(smith, LineupChange)
    assert (smith.data.status, smith.data.designation) == ("", "")
    assert smith.data.provider_status == "VIBES"


def test_the_other_rows_go_on_when_one_names_nobody(raw):
    root = json.loads(raw("draftkings/draftables_69476.json"))
    root["draftables"][3]["playerId"] = None
    root["draftables"][4] = 17
    parsed = parse("draftkings.draftables", json.dumps(root).encode())
    assert [r.where for r in parsed.rejected] == ["draftables[3].playerId", "draftables[4]"]
    assert [e.data.extra["name"] for e in of(parsed, *STATUSES)] == [
        "Luka Doncic", "Otto Porter Jr.", "Dru Smith",
    ]  # fmt: skip


# --- Contests, groups, rules


def test_the_lobby_lists_contests_pools_and_games(read):
    parsed = read("draftkings.lobby", "draftkings/lobby_getcontests.json")
    contests = of(parsed, ContestListed)
    assert [
        (e.contest_id, e.data.entry_fee, e.data.entries, e.data.maximum_entries, e.data.maximum_per_user)
        for e in contests
    ] == [
        ("draftkings:155079174", 20.0, 25913, 163098, 150),
        ("draftkings:155079173", 4444.0, 175, 634, 19),
        ("draftkings:155079171", 3.0, 68740, 396353, 20),
        ("draftkings:155079170", 333.0, 1061, 5005, 150),
        ("draftkings:155106061", 100.0, 724, 4444, 1),
        ("draftkings:155105918", 100.0, 330, 2222, 1),
        ("draftkings:26BB475B906A11EE83B60A8127BB2501", 20.0, 11, 1728, 51),
    ]  # fmt: skip
    assert {e.sport for e in contests[:6]} == {"nfl"}
    assert contests[0].data.extra == {
        "draft_group": "96481", "guaranteed": True,
        "payouts": {"Cash": "$2,750,000", "ContestSeat": "1 Contest Seat"},
    }  # fmt: skip
    games = of(parsed, GameScheduled)
    assert len(games) == 10  # the second set repeats seven of them
    assert (games[0].game_id, games[0].data.start) == (
        "draftkings:5940401", utc("2023-12-03T18:00"),
    )  # fmt: skip


def test_dates_in_milliseconds_and_the_group_in_utc_agree_and_eastern_is_not_read(read):
    parsed = read("draftkings.lobby", "draftkings/lobby_getcontests.json")
    (group,) = of(parsed, PoolListed)
    assert group.data.start == utc("2023-12-03T18:00")
    assert {e.data.start for e in of(parsed, ContestListed)[:6]} == {utc("2023-12-03T18:00")}


def test_a_contest_pays_what_its_places_sum_to(read):
    parsed = read("draftkings.contest", "draftkings/contest_195958173_20260929.json")
    (event,) = parsed.events
    assert (event.contest_id, event.sport) == ("draftkings:195958173", "nhl")
    assert sum((p.last - p.first + 1) * p.amount for p in event.data.prizes) == 1000.0
    assert event.data.prizes[:2] == (
        Prize(first=1, last=1, amount=100.0), Prize(first=2, last=2, amount=75.0),
    )  # fmt: skip
    assert event.data.prizes[-1] == Prize(first=161, last=285, amount=1.5)
    assert event.data.start == utc("2026-09-29T23:00")
    assert event.data.state == "Upcoming"


def test_entries_fall_short_of_their_maximum_where_there_is_overlay(read):
    (event,) = read("draftkings.contest", "draftkings/contest_195958173_20260929.json").events
    assert (event.data.entries, event.data.maximum_entries) == (201, 1189)


def test_a_head_to_head_is_a_contest_of_two(read):
    (event,) = read("draftkings.contest", "draftkings/contest_127252720.json").events
    assert (event.contest_id, event.data.name) == (
        "draftkings:127252720", "NBA $2 TheSoulCaliber vs. SeaBassFish (Thu - Fri)",
    )  # fmt: skip
    assert (event.data.state, event.data.entries, event.data.entry_fee) == ("Completed", 2, 2.0)
    assert event.data.prizes == (Prize(first=1, last=1, amount=3.6),)


def test_tickets_are_no_cash(raw):
    root = json.loads(raw("draftkings/contest_127252720.json"))
    root["contestDetail"]["payoutSummary"][0]["tierPayoutDescriptions"] = {"Ticket": "1 Ticket"}
    (event,) = parse("draftkings.contest", json.dumps(root).encode()).events
    assert event.data.prizes == ()
    assert event.data.extra["other_prizes"] == [{"first": 1, "last": 1, "prize": "$3.60"}]


GROUPS = [
    ("draft_group_26545_upcoming.json", "26545", "Upcoming", "2019-05-02T11:00", "5559805", GameScheduled, None, "pga"),
    ("draft_group_41409_upcoming.json", "41409", "Upcoming", "2020-11-17T01:15", "5673706", GameScheduled, None, "nfl"),
    ("draft_group_41409_finalized.json", "41409", "Finalized", "2020-11-17T01:15", "5673706", GameFinal, {"home": 13.0, "away": 19.0}, "nfl"),
    ("draft_group_41409_historical.json", "41409", "Historical", "2020-11-17T01:15", "5673706", GameFinal, {"home": 13.0, "away": 19.0}, "nfl"),
    ("draftgroup_v1_75284.json", "75284", "Historical", "2022-10-10T00:20", "5819761", GameFinal, {"home": 19.0, "away": 17.0}, "nfl"),
    ("draftgroup_v1_75367.json", "75367", "Historical", "2022-10-08T18:00", "5915939", GameFinal, {"home": 23.0, "away": 17.0}, "nfl"),
    ("draftgroup_v3_75367.json", "75367", "Historical", "2022-10-08T18:00", "5915939", GameFinal, None, "nfl"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "group", "state", "start", "game", "kind", "score", "sport"), GROUPS)  # fmt: skip
def test_a_draft_group_lists_its_pool_and_its_games(
    read, file, group, state, start, game, kind, score, sport
):
    pool, told = read("draftkings.draftgroup", f"draftkings/{file}").events
    assert (type(pool), pool.data.state, pool.data.start) == (PoolListed, state, utc(start))
    assert pool.data.extra["draft_group"] == group
    assert pool.data.extra["games"] == [f"draftkings:{game}"]
    assert (type(told), told.game_id, told.data.start) == (kind, f"draftkings:{game}", utc(start))
    assert told.data.extra.get("score") == score
    assert told.sport == sport


def test_a_list_of_competitions_gives_games(read):
    (event,) = read("draftkings.competitions", "draftkings/sports_competitions.json").events
    assert (type(event), event.game_id, event.data.start) == (
        GameFinal, "draftkings:5819761", utc("2022-10-10T00:20"),
    )  # fmt: skip
    assert event.data.extra == {
        "score": {"home": 19.0, "away": 17.0}, "left": "Final", "home": "BAL", "away": "CIN",
    }  # fmt: skip


def test_rules_say_slots_cap_and_whether_late_swap_is_allowed(read):
    (classic,) = read("draftkings.rules", "draftkings/gametype_1_rules_nfl_classic.json").events
    (madden,) = read("draftkings.rules", "draftkings/gametype_159_rules.json").events
    assert isinstance(classic, RulesListed)
    assert classic.data.slots == ("QB", "RB", "RB", "WR", "WR", "WR", "TE", "FLEX", "DST")
    assert (classic.data.salary_cap, classic.data.late_swap) == (50000, True)
    assert (classic.data.minimum_games, classic.data.minimum_teams) == (2, 2)
    assert classic.data.extra["slot_ids"]["70"] == "FLEX"
    assert madden.data.slots == ("CPT", "FLEX", "FLEX", "FLEX", "FLEX", "FLEX")
    assert (madden.data.late_swap, madden.data.minimum_games) == (False, None)
    assert madden.data.extra["slot_scoring"] == {"CPT": "1.5x"}


# --- Live


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


# --- ResultsDB


def test_results_give_ownership_as_shares_and_of_the_best_too(read):
    parsed = read("draftkings.resultsdb", "draftkings/resultsdb_contest_data.json")
    (owned,) = of(parsed, OwnershipUpdate)
    assert (owned.contest_id, owned.data.field_size) == ("draftkings:147325137", 768)
    assert owned.data.ownership == {
        "resultsdb:926": 0.0742, "resultsdb:1013": 0.1237, "resultsdb:1343": 0.0065,
        "resultsdb:8494": 0.4831, "resultsdb:25839": 0.3672,
    }  # fmt: skip
    assert owned.data.extra["best"] == {
        "20": {"resultsdb:926": 0.0065, "resultsdb:1013": 0.1438, "resultsdb:8494": 0.6275,
               "resultsdb:25839": 0.8431},
        "10": {"resultsdb:1013": 0.1842, "resultsdb:8494": 0.6711, "resultsdb:25839": 0.9211},
        "1": {"resultsdb:8494": 0.5714, "resultsdb:25839": 1.0},
    }  # fmt: skip
    assert owned.data.extra["names"]["resultsdb:25839"] == "Tyreek Hill"
    (contest,) = of(parsed, ContestListed)
    assert (contest.data.entries, contest.data.entry_fee) == (768, 4444.0)
    assert contest.data.start == utc("2023-09-10T17:00")
    (live,) = of(parsed, LiveScore)
    assert live.data.points["resultsdb:25839"] == 47.5
    assert parsed.rejected == []


def test_results_list_the_contests_of_a_slate(read):
    parsed = read("draftkings.resultsdb", "draftkings/resultsdb_live_contests.json")
    assert [
        (e.contest_id, e.data.maximum_entries, e.data.entry_fee, e.data.extra["cash_line"])
        for e in parsed.events
    ] == [
        ("draftkings:147325137", 768, 4444.0, 145),
        ("draftkings:147325139", 28029, 100.0, 5620),
        ("draftkings:147325058", 6896, 25.0, 3000),
        ("draftkings:147325032", 237812, 1.0, 64208),
    ]


# --- Files


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
