"""DraftKings' draftables: every recorded answer by value, and each of their traps by name."""

from __future__ import annotations

import json

import pytest
from payloads import STATUSES, of, parse, utc

from models.events import (
    BreakingNews,
    GameFinal,
    GamePostponed,
    GameScheduled,
    LineupChange,
    PlayerInjury,
    PoolListed,
)


def marks(parsed):
    """Name to (listing, disabled) as told."""
    return {
        e.data.extra["name"]: (e.data.designation, e.data.extra.get("disabled", False))
        for e in of(parsed, *STATUSES)
    }


def draft(number):
    return f"draftkings.draftable:{number}"


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


def test_a_warning_that_stands_with_players_only_is_told_once():
    warning = {"alertType": "Lineup Alert", "message": "Late scratch.",
               "updatedDate": "2026-11-20T18:51:42.0000000Z"}  # fmt: skip
    rows = [
        {"draftableId": n, "displayName": f"P{n}", "playerId": n, "draftAlerts": [warning]}
        for n in (1, 2)
    ]
    (told,) = of(spoken_by(rows), BreakingNews)
    assert (told.data.headline, told.data.text) == ("Lineup Alert", "Late scratch.")
    assert told.timestamp == utc("2026-11-20T18:51:42")


def spoken_by(rows):
    return parse("draftkings.draftables", json.dumps({"draftables": rows}).encode())


@pytest.mark.parametrize(
    ("feed", "empty"),
    [
        ("draftkings.draftables", {"draftables": []}),
        ("draftkings.roster", {"entries": []}),
        ("draftkings.live_players", {"data": []}),
        ("draftkings.lobby", {"Contests": []}),
        ("draftkings.draftgroup", {"draftGroups": []}),
        ("draftkings.available_players", {"playerList": []}),
        ("draftkings.competitions", {"competitions": []}),
        ("draftkings.resultsdb", {"live_contests": []}),
    ],
)
def test_an_empty_list_is_nothing_and_a_missing_one_a_refusal(feed, empty):
    assert parse(feed, json.dumps(empty).encode()) == ([], [])
    for root in ({}, dict.fromkeys(empty), {name: {} for name in empty}):
        parsed = parse(feed, json.dumps(root).encode())
        assert (parsed.events, len(parsed.rejected)) == ([], 1)


@pytest.mark.parametrize(
    "feed",
    [
        "draftkings.draftables", "draftkings.roster", "draftkings.live_players",
        "draftkings.lobby", "draftkings.draftgroup", "draftkings.contest", "draftkings.rules",
        "draftkings.available_players", "draftkings.competitions",
    ],
)  # fmt: skip
def test_an_answer_that_asks_for_a_login_says_so(feed):
    root = {"errorStatus": {"code": "SCO101", "developerMessage": "Not authenticated"}}
    (refused,) = parse(feed, json.dumps(root).encode()).rejected
    assert (refused.where, refused.reason) == (
        "errorStatus", "the site refuses: SCO101 Not authenticated",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("word", "listed"),
    [
        ("None", "AVAILABLE"), ("", "AVAILABLE"), ("P", "PROBABLE"), ("Q", "QUESTIONABLE"),
        ("GTD", "GAME_TIME"), ("DTD", "GAME_TIME"), ("D", "DOUBTFUL"), ("O", "OUT"),
        ("OUT", "OUT"), ("IR", "RESERVE"), ("DL", "RESERVE"), ("C19", "RESERVE"),
        ("NA", "NOT_WITH_TEAM"), ("WD", "WITHDRAWN"), ("MC", "CUT"), ("MDF", "CUT"), ("PPD", ""),
        ("ZZZ", ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("feed", ["draftkings.draftables", "draftkings.available_players"])
def test_the_sites_words_in_the_one_vocabulary(feed, word, listed):
    row = {"draftableId": 1, "displayName": "P", "playerId": 2, "status": word, "pid": 2, "i": word}
    name = "draftables" if feed == "draftkings.draftables" else "playerList"
    told = of(parse(feed, json.dumps({name: [row]}).encode()), *STATUSES)
    assert [(e.player_id, e.data.designation, e.data.participation) for e in told] == [
        ("draftkings:2", listed, "UNKNOWN")
    ]
    assert told[0].data.provider_status == word


NO_MARKS = [
    b"", b'"status": null, "i": null,', b'"status": [], "i": [],', b'"status": 5, "i": 5,',
    b'"status": "O", "i": "O", "status": "None", "i": "",',
    b'"status": "O\\u0000", "i": "O\\u0000",',
]  # fmt: skip


@pytest.mark.parametrize("marked", NO_MARKS)
@pytest.mark.parametrize(
    ("feed", "name", "row"),
    [
        (
            "draftkings.draftables",
            "draftables",
            b'"draftableId": 1, "displayName": "P", "playerId": 2',
        ),
        ("draftkings.available_players", "playerList", b'"pid": 2, "fn": "P"'),
    ],
)
def test_whose_mark_is_missing_or_stands_twice_is_not_thereby_well(feed, name, row, marked):
    body = b'{"%s": [{%s %s}]}' % (name.encode(), marked, row)
    parsed = parse(feed, body)
    assert of(parsed, *STATUSES) == []
    (refused,) = parsed.rejected
    assert refused.where.startswith(f"{name}[0].")
    if feed == "draftkings.draftables":
        (pool,) = of(parsed, PoolListed)
        assert [player.name for player in pool.data.players] == ["P"]
