"""Injury reports of other seasons, pages and hands than the recorded one; all are synthetic."""

from __future__ import annotations

import zlib

import pdfs
import pytest
from payloads import NOW, of, parse, utc

from models.events import BreakingNews, PlayerActive, PlayerInjury

FEED = "nba.injury_report"
GAME = {"date": "01/05/2026", "time": "07:00 (ET)", "matchup": "DEN@PHI", "team": "Denver Nuggets"}


def player(name, status="Out", reason="Injury/Illness - Left Knee; Sprain", **cells):
    return {"player": name, "status": status, "reason": reason, **cells}


def told(body, url=""):
    """Who is listed as what and why, by team."""
    parsed = parse(FEED, body, url)
    return [
        (e.data.extra["team"], e.data.extra["name"], e.data.status, e.data.extra.get("reason", ""))
        for e in of(parsed, PlayerInjury, PlayerActive)
    ]


def test_rows_have_their_team_game_and_time():
    rows = [
        player("Murray, Jamal", "Questionable", **GAME),
        player("Jokić, Nikola", "Available", "Injury/Illness - N/a; Illness"),
        player("Oubre Jr., Kelly", "Doubtful", team="Philadelphia 76ers"),
        player("Gueye", "Out", "G League - Two-Way", time="01:30 (ET)", matchup="LAC@BOS", team="Boston Celtics"),
    ]  # fmt: skip
    parsed = parse(FEED, pdfs.report(rows))
    assert parsed.rejected == []
    assert [
        (type(e), e.player_id, e.data.designation, e.data.injury, e.game_id, e.data.extra["starts"])
        for e in parsed.events
    ] == [
        (PlayerInjury, "nba_report:DEN:Jamal Murray", "QUESTIONABLE", "Left Knee; Sprain",
         "nba_code:20260105/DENPHI", "2026-01-06T00:00Z"),
        (PlayerActive, "nba_report:DEN:Nikola Jokić", "AVAILABLE", "N/a; Illness",
         "nba_code:20260105/DENPHI", "2026-01-06T00:00Z"),
        (PlayerInjury, "nba_report:PHI:Kelly Oubre Jr.", "DOUBTFUL", "Left Knee; Sprain",
         "nba_code:20260105/DENPHI", "2026-01-06T00:00Z"),
        (PlayerInjury, "nba_report:BOS:Gueye", "NOT_WITH_TEAM", "",
         "nba_code:20260105/LACBOS", "2026-01-05T18:30Z"),
    ]  # fmt: skip
    assert {e.timestamp for e in parsed.events} == {utc("2026-01-05T22:30:01")}
    assert {e.data.participation for e in parsed.events} == {"UNKNOWN"}


@pytest.mark.parametrize("lines", range(2, 9))
def test_a_long_reason_stays_with_its_player_between_short_ones(lines):
    long = ["Injury/Illness - Right Knee;", *(f"part {n};" for n in range(2, lines)), "Surgery"]
    rows = [
        player("One, A", **GAME), player("Two, B", reason=long), player("Three, C"),
        player("Four, D", reason=["Injury/Illness - Left", "Foot; Soreness"]), player("Five, E"),
    ]  # fmt: skip
    assert [reason for *_, reason in told(pdfs.report(rows))] == [
        "Injury/Illness - Left Knee; Sprain", " ".join(long), "Injury/Illness - Left Knee; Sprain",
        "Injury/Illness - Left Foot; Soreness", "Injury/Illness - Left Knee; Sprain",
    ]  # fmt: skip


def test_long_reasons_follow_each_other_and_fill_the_page():
    longs = [[f"Injury/Illness - {n}", *f"{n}a {n}b {n}c {n}d {n}e".split()] for n in range(4)]
    rows = [player(f"N{n}, A", reason=long) for n, long in enumerate(longs)]
    rows[0] |= GAME
    assert [reason for *_, reason in told(pdfs.report(rows))] == [" ".join(one) for one in longs]


def test_a_wrapped_name_is_one_name():
    rows = [
        player("One, A", **GAME),
        player(["Caldwell-Pope,", "Kentavious"], reason="Rest"),
        player("Two, B"),
    ]
    assert [name for _, name, *_ in told(pdfs.report(rows))] == [
        "A One", "Kentavious Caldwell-Pope", "B Two",
    ]  # fmt: skip


def test_a_page_ends_within_a_team_and_within_a_reason():
    rows = [
        player("One, A", **GAME),
        player("Two, B", reason="Injury/Illness - Right Ankle; Injury"),
        {"over": ["Management and more", "of it"]},
        player("Three, C", reason=["Injury/Illness - Left", "Foot; Soreness"]),
        player("Four, D", "Probable", team="Philadelphia 76ers"),
    ]
    parsed = told(pdfs.report(rows, by_page=[2, 3]))
    assert parsed == [
        ("DEN", "A One", "Out", "Injury/Illness - Left Knee; Sprain"),
        ("DEN", "B Two", "Out", "Injury/Illness - Right Ankle; Injury Management and more of it"),
        ("DEN", "C Three", "Out", "Injury/Illness - Left Foot; Soreness"),
        ("PHI", "D Four", "Probable", "Injury/Illness - Left Knee; Sprain"),
    ]


def test_a_page_may_hold_nothing_but_the_end_of_a_reason():
    rows = [player("One, A", reason="Injury/Illness - Left", **GAME), {"over": ["Knee; Surgery"]}]
    (_, _, _, reason), = told(pdfs.report(rows, by_page=[1, 1]))  # fmt: skip
    assert reason == "Injury/Illness - Left Knee; Surgery"


def test_a_page_that_begins_with_a_wrapped_reason_takes_nothing_from_the_page_before():
    rows = [
        player("One, A", **GAME),
        player("Two, B", reason=["Injury/Illness - Left", "Foot; Soreness"]),
        player("Three, C"),
    ]
    assert [reason for *_, reason in told(pdfs.report(rows, by_page=[1, 2]))] == [
        "Injury/Illness - Left Knee; Sprain",
        "Injury/Illness - Left Foot; Soreness",
        "Injury/Illness - Left Knee; Sprain",
    ]


def test_teams_that_have_not_submitted_and_one_that_lists_nobody():
    rows = [
        {**GAME, "reason": "NOT YET SUBMITTED"},
        player("One, A", team="Philadelphia 76ers"),
        {"matchup": "MIN@LAL", "team": "Minnesota Timberwolves"},
        {"team": "Los Angeles Lakers", "reason": "NOT YET SUBMITTED"},
        {"matchup": "UTA@SAS", "team": "Utah Jazz"},
    ]
    parsed = parse(FEED, pdfs.report(rows))
    assert [(e.data.extra["team"], e.game_id) for e in of(parsed, BreakingNews)] == [
        ("DEN", "nba_code:20260105/DENPHI"), ("LAL", "nba_code:20260105/MINLAL"),
    ]  # fmt: skip
    assert [e.player_id for e in of(parsed, PlayerInjury)] == ["nba_report:PHI:A One"]
    assert [(r.where, r.reason) for r in parsed.rejected] == [
        ("row 3", "Minnesota Timberwolves lists nobody"), ("row 5", "Utah Jazz lists nobody"),
    ]  # fmt: skip


def test_a_teams_name_that_is_wrapped_is_one_team():
    rows = [
        player("One, A", **{**GAME, "matchup": "POR@LAL", "team": ["Portland Trail", "Blazers"]}),
        player("Two, B"),
        player("Three, C", team=["Los Angeles", "Lakers"]),
        player("Four, D"),
    ]
    assert [team for team, *_ in told(pdfs.report(rows))] == ["POR", "POR", "LAL", "LAL"]


def test_a_team_that_does_not_play_in_the_game_is_refused():
    rows = [player("One, A", **{**GAME, "team": "Chicago Bulls"})]
    parsed = parse(FEED, pdfs.report(rows))
    assert parsed.events == []
    assert parsed.rejected[0].reason == "Chicago Bulls does not play in DEN@PHI"


def test_until_2021_a_reason_has_a_category_and_stands_before_the_status():
    rows = [
        {**GAME, "player": "One, A", "category": "Injury/Illness",
         "reason": ["Left Fourth Metacarpal", "- Fracture"], "status": "Out", "previous": "Questionable"},
        {"player": "Two, B", "category": "G League", "reason": "Two-Way", "status": "Out", "previous": "-"},
        {"player": "Three, C", "category": "Rest", "reason": "-", "status": "Out", "previous": "Out"},
        {"team": "Philadelphia 76ers", "category": "NOT YET SUBMITTED"},
    ]  # fmt: skip
    parsed = parse(FEED, pdfs.report(rows, pdfs.OLD))
    assert parsed.rejected == []
    assert [
        (e.data.status, e.data.designation, e.data.extra["reason"], e.data.extra.get("previous"))
        for e in of(parsed, PlayerInjury)
    ] == [
        ("Out", "OUT", "Injury/Illness - Left Fourth Metacarpal - Fracture", "Questionable"),
        ("Out", "NOT_WITH_TEAM", "G League - Two-Way", None),
        ("Out", "OUT", "Rest", "Out"),
    ]
    assert of(parsed, PlayerInjury)[0].data.injury == "Left Fourth Metacarpal - Fracture"
    assert [e.data.extra["team"] for e in of(parsed, BreakingNews)] == ["PHI"]


def test_a_header_without_spaces_and_a_packed_file_are_read_alike():
    rows = [player("One, A", **GAME), player("Two, B", reason=["Injury/Illness -", "Low Back"])]
    plain = told(pdfs.report(rows))
    assert told(pdfs.report(rows, glued=True, packed=True)) == plain
    assert told(pdfs.report(rows, stacked=True)) == plain
    assert len(plain) == 2


@pytest.mark.parametrize(
    ("created", "title", "url", "filed"),
    [
        ("D:20260105171502-05'00'", "Injury Report: 01/05/26 05:15 PM", "", "2026-01-05T22:15:02"),
        ("", "Injury Report: 07/05/26 05:15 PM", "", "2026-07-05T21:15"),
        ("", "Injury Report: 11/01/26 01:30 AM", "", "2026-11-01T05:30"),  # the first of the two
        ("", "Injury Report", "https://x/Injury-Report_2026-01-05_05_15PM.pdf", "2026-01-05T22:15"),
        ("", "Injury Report", "https://x/Injury-Report_2025-12-21_12AM.pdf", "2025-12-21T05:30"),
        ("D:20269905", "Injury Report: 13/45/26 99:15 PM", "", NOW.isoformat()[:19]),
    ],
)
def test_a_report_is_as_old_as_it_says_itself_or_else_its_name(created, title, url, filed):
    body = pdfs.report([player("One, A", **GAME)], created=created, title=title)
    (event,) = parse(FEED, body, url).events
    assert event.timestamp == utc(filed)


def test_a_team_of_the_wnba_is_no_team_of_the_nba():
    rows = [player("Howard, Rhyne", **{**GAME, "matchup": "LVA@ATL", "team": "Atlanta Dream"})]
    (event,) = parse(FEED, pdfs.report(rows)).events
    assert (event.sport, event.player_id) == ("wnba", "wnba_report:ATL:Rhyne Howard")


def test_a_status_that_nobody_knows_and_a_row_without_a_player_are_kept():
    rows = [player("One, A", "Vibing", **GAME), {"status": "Out", "reason": "Rest"}]
    parsed = parse(FEED, pdfs.report(rows))
    assert [(e.data.status, e.data.provider_status) for e in parsed.events] == [("", "Vibing")]
    assert [r.reason for r in parsed.rejected] == ["needs a player, his team and a status"]


def test_a_report_of_too_many_pages_says_what_was_not_read():
    rows = [player(f"N{n}, A", **(GAME if n == 0 else {})) for n in range(43)]
    parsed = parse(FEED, pdfs.report(rows, by_page=[1] * 43))
    assert len(parsed.events) == 40
    assert [r.where for r in parsed.rejected] == ["pages"]


def test_a_file_that_unpacks_to_far_more_is_refused_before_it_is():
    bomb = zlib.compress(b"0 0 m\n" * 2**21, 9)
    body = pdfs.report([player("One, A", **GAME)]).replace(
        b"%PDF-1.4\n", b"%%PDF-1.4\n9 0 obj\n<</Filter/FlateDecode>>stream\n%s\nendstream\nendobj\n" % bomb
    )  # fmt: skip
    assert len(body) < 100_000
    assert "is larger" in parse(FEED, body).rejected[0].reason
    large = b"%PDF-1.4\n" + b" " * 2**23 + b"%%EOF"
    assert "is larger" in parse(FEED, large).rejected[0].reason


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_report_that_is_cut_off_lists_nobody(share):
    rows = [player(f"N{n}, A", **(GAME if n == 0 else {})) for n in range(60)]
    whole = pdfs.report(rows, by_page=[20, 20, 20])
    assert len(parse(FEED, whole + b"\r\n").events) == 60
    parsed = parse(FEED, whole[: int(len(whole) * share)])
    assert parsed.events == []
    assert "is cut off" in parsed.rejected[0].reason


@pytest.mark.parametrize(
    ("status", "reason", "listed"),
    [
        ("Available", "Injury/Illness - Left Knee; Soreness", "AVAILABLE"),
        ("Probable", "Injury/Illness - Left Knee; Soreness", "PROBABLE"),
        ("Questionable", "Not With Team", "QUESTIONABLE"),
        ("Doubtful", "Personal Reasons", "DOUBTFUL"),
        ("Out", "Rest", "OUT"),
        ("Out", "League Suspension", "SUSPENDED"),
        ("Out", "Team Suspension", "SUSPENDED"),
        ("Out", "Personal Reasons", "PERSONAL"),
        ("Out", "G League - Two-Way", "NOT_WITH_TEAM"),
        ("Out", "G League - On Assignment", "NOT_WITH_TEAM"),
        ("Out", "Not With Team", "NOT_WITH_TEAM"),
        ("Out", "Health and Safety Protocols", "RESERVE"),
        ("Out", "Concussion Protocol", "OUT"),
        ("Out", "Trade Pending", "OUT"),
        ("Out", "Return to Competition Reconditioning", "OUT"),
    ],
)
def test_words_of_the_report_in_the_one_vocabulary(status, reason, listed):
    (event,) = parse(FEED, pdfs.report([player("One, A", status, reason, **GAME)])).events
    assert (event.data.designation, event.data.participation) == (listed, "UNKNOWN")
    assert event.data.provider_status == status
