"""DraftKings' contests, groups and rules, and ResultsDB: every recorded answer by value."""

from __future__ import annotations

import json

import pytest
from payloads import of, parse, utc

from models.contest import Prize
from models.events import (
    ContestListed,
    GameFinal,
    GameScheduled,
    LiveScore,
    OwnershipUpdate,
    PoolListed,
    RulesListed,
)


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
