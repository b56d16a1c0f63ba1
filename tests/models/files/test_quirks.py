"""What the sites' files are known to hold, one oddity a test; sources are shapes, not copies."""

import gzip
import io
import zipfile
from datetime import UTC, date, datetime

import pytest

from models.files import (
    HIDDEN,
    UnreadableFileError,
    match_names,
    merge_pools,
    parse_game,
    read_box_scores,
    read_entries,
    read_news,
    read_payouts,
    read_projections,
    read_salaries,
    read_standings,
    slate_of,
    write_entries,
)
from models.files.text import MAX_ROWS
from models.rules import RosterSlot, SiteRules

HEAD = "Position,Name + ID,Name,ID,Roster Position,Salary,Game Info,TeamAbbrev,AvgPointsPerGame"
ENTRIES = "Entry ID,Contest Name,Contest ID,Entry Fee,PG,SG,UTIL,,Instructions"
STANDINGS = (
    "Rank,EntryId,EntryName,TimeRemaining,Points,Lineup,,Player,Roster Position,%Drafted,FPTS"
)
RULES = SiteRules(
    site="draftkings", sport="nba", game_type="classic", title="Three", salary_cap=20_000,
    slots=(
        RosterSlot(name="PG", positions=("PG",)),
        RosterSlot(name="SG", positions=("SG",)),
        RosterSlot(name="UTIL", positions=("PG", "SG")),
    ),
)  # fmt: skip


def pool(*rows: str, head: str = HEAD):
    return read_salaries("\r\n".join([head, *rows]).encode(), "DKSalaries.csv")


def entries(*rows: str, head: str = ENTRIES):
    return read_entries("\r\n".join([head, *rows, ""]).encode(), "DKEntries.csv")


def row(name: str, player_id: str, **changes: str) -> str:
    cells = {
        "position": "PG", "slots": "PG/UTIL", "salary": "5000",
        "game": "OKC@WAS 01/12/2025 06:00PM ET", "team": "OKC", "average": "0", "mark": "",
    } | changes  # fmt: skip
    return (
        f"{cells['position']},{name} ({player_id}){cells['mark']},{name},{player_id},"
        f"{cells['slots']},{cells['salary']},{cells['game']},{cells['team']},{cells['average']}"
    )


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("OKC@WAS 01/12/2025 06:00PM ET", datetime(2025, 1, 12, 23, tzinfo=UTC)),
        ("OKC@WAS 07/12/2025 12:05AM ET", datetime(2025, 7, 12, 4, 5, tzinfo=UTC)),
        ("CEL vs LGN 03/30/2025 12:00PM ET", datetime(2025, 3, 30, 16, tzinfo=UTC)),
        ("The Open 07/17/2025 01:30AM ET", datetime(2025, 7, 17, 5, 30, tzinfo=UTC)),
        ("MIL@SAC 13:99PM ET", None),
        ("In Progress", None),
    ],
)
def test_starts_are_eastern_with_daylight_saving(text: str, start: datetime | None):
    assert parse_game(text).start == start


def test_a_time_without_a_date_takes_the_day_given():
    assert parse_game("MIL@SAC 10:00PM ET", date(2017, 11, 28)).start == datetime(
        2017, 11, 29, 3, tzinfo=UTC
    )
    assert parse_game("MIL@SAC 10:00PM ET").start is None


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("In Progress", "in_progress"),
        ("Final", "final"),
        ("Postponed", "postponed"),
        ("DET@CHI Postponed", "postponed"),
        ("DET@CHI 01/12/2025 06:00PM ET", "scheduled"),
    ],
)
def test_game_states_are_read(text: str, state: str):
    assert parse_game(text).state == state


def test_a_pair_that_plays_twice_is_two_games():
    games = pool(
        row("A", "1", game="NYM@ATL 09/30/2024 01:10PM ET"),
        row("B", "2", game="NYM@ATL 09/30/2024 05:00PM ET"),
        row("C", "3", game="NYM@ATL 09/30/2024 05:00PM ET"),
    ).games
    assert [game.game_id for game in games] == ["NYM@ATL", "NYM@ATL 2024-09-30T21:00Z"]


def test_names_with_commas_parentheses_accents_and_spaces():
    players = pool(
        row("Nikola Jokić", "1"), row("Bears ", "2", position="DST"), row("A (B) C", "3"),
        'PG,"Smith, J. (4)","Smith, J.",4,PG/UTIL,5000,OKC@WAS 01/12/2025 06:00PM ET,OKC,0',
    ).players  # fmt: skip
    assert [p.name for p in players] == ["Nikola Jokić", "Bears", "A (B) C", "Smith, J."]


def test_columns_of_2026_and_columns_nobody_knows():
    salaries = pool(row("A", "1") + ",OUT,Yes,7", head=HEAD + ",Status,Starting,Luck")
    assert salaries.players[0].designation == "OUT"
    assert salaries.extra == {"1": {"Starting": "Yes", "Luck": "7"}}


def test_a_pool_without_ids_is_known_by_name_and_team():
    head = '"Position","Name","Salary","GameInfo","AvgPointsPerGame","teamAbbrev"'
    old = pool(
        '"SF/PF","Al Twin",11200,"MIL@SAC 11/28/2017 10:00PM ET",55.1,"MIL"',
        '"C","Al Twin",3000,"MIL@SAC 11/28/2017 10:00PM ET",0,"SAC"',
        head=head,
    )
    assert [player.player_id for player in old.players] == ["Al Twin", "Al Twin (SAC)"]
    assert old.players[0].average_points == 55.1


def test_bad_pool_rows_are_reported_and_the_others_kept():
    salaries = pool(row("A", "1"), row("B", "2", salary="?"), row("C", "1"), "PG,Cut (3),Cut,3")
    assert [player.name for player in salaries.players] == ["A"]
    assert [(p.row, p.file) for p in salaries.problems] == [
        (3, "DKSalaries.csv"), (4, "DKSalaries.csv"), (5, "DKSalaries.csv"),
    ]  # fmt: skip


def test_entries_of_several_contests_with_every_form_of_cell():
    read = entries(
        '4000000001,"NBA $4, Double",17,$4 ,Al B (11) (LOCKED),12,"Cy, Jr. (13)",,1. Do',
        "4000000002,NBA Free,18,$0,,,,,",
        '4000000003,NBA Free,18,"$1,000",Al B (11),,14,,',
    )
    first, second, third = read.entries
    assert (first.contest_name, first.fee) == ("NBA $4, Double", 4.0)
    assert first.lineup == ("11", "12", "13")
    assert first.locked == (True, False, False)
    assert (second.kind, second.row) == ("blank", 3)
    assert (third.kind, third.fee, third.contest_id) == ("partial", 1000.0, "18")
    assert read.problems == ()


def test_malformed_rows_are_reported_and_left_alone():
    read = entries(
        "4000000001,NBA,17,$4,Al (11),Bo (12),Cy (13),,",
        "40000,NBA,17,$4,Al (11),Bo",
        "4000000003,NBA,17,$4,Al (11),Al (11),Cy (13),,",
        "what,NBA,17,$4,Al (11),Bo (12),Cy (13),,",
        "4000000001,NBA,17,$4,Al (11),Bo (12),Cy (13),,",
        ",,,,Al (11),Bo (12),Cy (13),,",
    )
    assert [entry.kind for entry in read.entries] == [
        "lineup", "malformed", "malformed", "malformed", "lineup",
    ]  # fmt: skip
    assert [problem.row for problem in read.problems] == [3, 4, 5, 6, 7]


def test_a_second_header_brings_its_own_slots():
    read = entries(
        "4000000001,NBA,17,$4,Al (11),Bo (12),Cy (13),,",
        "Entry ID,Contest Name,Contest ID,Entry Fee,QB,DST,,Instructions",
        "4000000002,NFL,18,$4,Di (21),Bears  (22),,",
    )
    assert [entry.slots for entry in read.entries] == [("PG", "SG", "UTIL"), ("QB", "DST")]
    assert read.entries[1].lineup == ("21", "22")


def test_an_unclosed_quote_harms_only_its_row():
    read = entries(
        '4000000001,"NBA,17,$4,Al (11),Bo (12),Cy (13),,',
        "4000000002,NBA,17,$4,Al (11),Bo (12),Cy (13),,",
    )
    assert [entry.lineup for entry in read.entries] == [("11", "12", "13")] * 2


def test_a_pool_beside_the_entries_may_begin_on_an_entry_row():
    read = entries(
        "4000000001,NBA,17,$4,Al (11) (LOCKED),Bo (12),Cy (13),,,,Position,Name + ID,Name,ID,"
        "Roster Position,Salary,Game Info,TeamAbbrev,AvgPointsPerGame",
        "4000000002,NBA,17,$4,,,,,,,PG,Al (11) (LOCKED),Al,11,PG/UTIL,5000,In Progress,OKC,0",
        ",,,,,,,,,,SG,Bo (12),Bo,12,SG/UTIL,5000,OKC@WAS 01/12/2025 09:00PM ET,WAS,0",
    )
    assert len(read.entries) == 2
    assert read.pool is not None
    assert [p.marked_locked for p in read.pool.players] == [True, False]
    assert read.pool.games[0].state == "in_progress"


def test_pools_of_two_files_are_one_with_every_mark():
    schedule = pool(row("Al", "11"), row("Bo", "12", team="WAS"))
    later = pool(
        row("Al", "11", mark=" (LOCKED)", game="In Progress"),
        row("Bo", "12", team="WAS"),
        row("Cy", "13", team="WAS"),
    )
    merged = merge_pools(schedule, later)
    assert [p.marked_locked for p in merged.players] == [True, False, False]
    [game] = merged.games
    assert (game.state, game.start) == ("in_progress", datetime(2025, 1, 12, 23, tzinfo=UTC))
    again = merge_pools(later, schedule)
    assert {p.game_id for p in again.players} == {g.game_id for g in again.games}


FANDUEL = (
    'entry_id,contest_id,contest_name,entry_fee,PG,SG,UTIL,"","Instructions"\r\n'
    '"3670015043","127613-1","FD, one","0.25","30803-1:Al Bo","30803-2","","","1) Fill"\r\n'
    '"","","","","","","","","","","Player ID + Player Name","Id","Position","First Name",'
    '"Nickname","Last Name","FPPG","Played","Salary","Game","Team","Opponent",'
    '"Injury Indicator","Injury Details","Tier"\r\n'
    '"","","","","","","","","","","30803-1:Al Bo","30803-1","PG","Al","Al Bo","Bo","41.5","9",'
    '"9000","OKC@WAS","OKC","WAS","O","Knee",""\r\n'
)


def test_fanduel_entries_and_the_pool_beside_them():
    read = read_entries(FANDUEL.encode(), "fd.csv")
    [entry] = read.entries
    assert (read.site, entry.fee, entry.kind) == ("fanduel", 0.25, "partial")
    assert entry.lineup == ("30803-1", "30803-2", "")
    assert read.pool is not None
    assert (read.pool.site, read.pool.players[0].designation) == ("fanduel", "O")
    assert read.pool.players[0].average_points == 41.5


def test_fanduel_cells_are_written_in_the_style_of_the_file():
    read = read_entries(FANDUEL.encode(), "fd.csv")
    assert read.pool is not None
    players = {player.player_id: player for player in read.pool.players}
    lineup = ("30803-1", "30803-2", "30803-1")
    written = write_entries(read, {"3670015043": lineup}, players)
    assert b'"30803-2","30803-1:Al Bo","","1) Fill"' in written
    bare = read_entries(FANDUEL.replace('"30803-1:Al Bo","30803-2"', '"30803-1",""').encode(), "fd")
    written = write_entries(bare, {"3670015043": ("30803-1", "30803-1", "")}, players)
    assert b'"30803-1","30803-1","",""' in written


def test_a_row_cut_after_its_fee_is_filled_at_its_end():
    read = entries("4000000001,NBA,17,$4", row("", ""))
    players = {p.player_id: p for p in pool(row("Al", "11"), row("Bo", "12")).players}
    written = write_entries(read, {"4000000001": ("11", "12", "")}, players)
    assert b"\r\n4000000001,NBA,17,$4,Al (11),Bo (12)\r\n" in written


def standings(*rows: str, slots: tuple[str, ...] | None = None):
    return read_standings("\r\n".join(["\ufeff" + STANDINGS, *rows]).encode(), "s.csv", slots)


def test_names_that_contain_the_names_of_slots():
    read = standings(
        "1,9,u (1/2),0,60,C C C Sabathia P D Moore P P J Conlon,,C C Sabathia,C,50%,30",
        "2,8,u (2/2),0,40,C D Moore P LOCKED P P J Conlon,,P J Conlon,P,100%,20",
        "3,7,w,0,0,,,D Moore,P,100%,10",
        slots=("P", "P", "C"),
    )
    assert [entry.lineup for entry in read.entries] == [
        ("C C Sabathia", "D Moore", "P J Conlon"),
        ("D Moore", HIDDEN, "P J Conlon"),
        (),
    ]
    assert read.players[1].drafted == 1.0
    assert not read.final


def test_a_defence_ends_with_a_space():
    read = standings(
        "1,9,u,0,30,DST Bears  QB Al Bo,,Bears ,DST,50%,10", "2,8,w,0,20,DST LOCKED QB Al Bo,,Al Bo,QB,100%,20",
        slots=("QB", "DST"),
    )  # fmt: skip
    assert [entry.lineup for entry in read.entries] == [("Bears", "Al Bo"), (HIDDEN, "Al Bo")]


def test_slots_that_do_not_fit_are_learnt_from_the_file():
    read = standings(
        "1,9,u,0,30,CPT Al UTIL Bo UTIL Cy,,Al,CPT,50%,10",
        "2,8,w,0,20,CPT LOCKED UTIL Al UTIL Bo,,Bo,UTIL,100%,20",
        slots=("QB", "DST"),
    )
    assert read.slots == ("CPT", "UTIL", "UTIL")
    assert read.problems == ()


def test_single_game_slots_are_named_without_what_they_multiply():
    read = read_entries(
        b"Entry Id,Contest Id,Contest Name,MVP - 1.5X Points,AnyFLEX,AnyFLEX\n1,2,x,9-1,9-2,\n",
        "fd",
    )
    assert read.site == "fanduel"
    assert read.entries[0].slots == ("MVP", "AnyFLEX", "AnyFLEX")


def test_captains_are_matched_to_their_own_rows():
    head = HEAD
    salaries = pool(
        row("Al", "1", slots="CPT", salary="9000"), row("Al", "2", slots="UTIL"),
        row("Bo", "3", slots="CPT", salary="7500"), row("Bo", "4", slots="UTIL"), head=head,
    )  # fmt: skip
    rules = SiteRules(
        site="draftkings", sport="nba", game_type="showdown", title="", salary_cap=50_000,
        slots=(RosterSlot(name="CPT", positions=("*",)), RosterSlot(name="UTIL", positions=("*",))),
    )  # fmt: skip
    read = standings(
        "1,9,u,0,75,CPT Al UTIL Bo,,Al,CPT,50%,45", "2,8,w,0,75,CPT Bo UTIL Al,,Bo,UTIL,50%,30",
        slots=rules.slot_names,
    )  # fmt: skip
    matches = match_names(read, slate_of(salaries, rules))
    assert matches.ids == {
        ("CPT", "Al"): "1", ("UTIL", "Bo"): "4", ("CPT", "Bo"): "3", ("UTIL", "Al"): "2",
    }  # fmt: skip
    assert matches.points["1"] == 45
    assert matches.unmatched == ()


def test_names_are_matched_loosely_and_the_rest_reported():
    slate = slate_of(pool(row("Nikola Jokić", "1"), row("PJ Washington", "2")), RULES)
    read = standings(
        "1,9,u,0,0,PG Nikola Jokic SG P.J. Washington Jr. UTIL Nobody,,,,,",
        slots=RULES.slot_names,
    )
    matches = match_names(read, slate)
    assert matches.ids == {("PG", "Nikola Jokic"): "1", ("SG", "P.J. Washington Jr."): "2"}
    assert matches.unmatched == ("Nobody",)


def test_projections_by_id_by_name_and_by_name_and_team():
    players = pool(
        row("Al", "1"), row("Twin", "2"), row("Twin", "3", team="WAS"), row("Jokić", "4")
    ).players
    read = read_projections(
        b"Name,ID,Team,Projection,StdDev,Ownership,Luck\n"
        b"?,1,,30.5,8,12.5%,x\nTwin,,WAS,20,,,\nTwin,,,10,,,\nJokic,,,1e3x,,,\nJokic,,,44,,,\n"
        b"Ghost,,,9,,,\n",
        "p.csv",
        players,
    )
    assert {i: p.points for i, p in read.by_id.items()} == {"1": 30.5, "3": 20.0, "4": 44.0}
    assert (read.by_id["1"].std_dev, read.by_id["1"].ownership) == (8.0, 0.125)
    assert [problem.row for problem in read.problems] == [4, 5, 7]


def test_prize_tables_in_every_shape():
    ranges = read_payouts(b"Place,Payout,Field Size,Entry Fee\r1,$100.00,50,4\r2-11,5,,\r", "p")
    assert (ranges.total, ranges.field_size, ranges.entry_fee) == (150.0, 50, 4.0)
    tickets = read_payouts(b'"Place_lo","Place_hi","Payout"\n"1","30",NA\n"31","40","2"\n', "p")
    assert (tickets.total, len(tickets.problems)) == (20.0, 1)
    twice = read_payouts(b"Place,Payout\n1-3,5\n3,4\n", "p")
    assert "paid twice" in twice.problems[0].message


def test_news_is_known_only_from_its_upper_bound():
    news = read_news(
        b"date,player,team,event,not_before_utc,not_after_utc,source\n"
        b"2025-01-01,Al,OKC,OUT,2025-01-01 19:00:00+00:00,2025-01-01 20:00:00+00:00,f\n"
        b"2025-01-01,Bo,OKC,OUT_AFTER_LAST_SNAPSHOT,2025-01-01 19:00:00+00:00,,f\n"
        b"someday,Cy,OKC,OUT,,,f\n",
        "n.csv",
    )
    out, late = news.intervals
    assert not out.known_out(datetime(2025, 1, 1, 19, 59, tzinfo=UTC))
    assert out.known_out(datetime(2025, 1, 1, 20, 0, tzinfo=UTC))
    assert not late.known_out(datetime(2026, 1, 1, tzinfo=UTC))
    assert [problem.row for problem in news.problems] == [4]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (HEAD.encode("utf-16"), "UTF-16"),
        (b"", "empty"),
        (b"PK\x03\x04 not a zip", "damaged"),
        (gzip.compress(b"x" * 40_000_000, mtime=0), "refused"),
        (gzip.compress(HEAD.encode() * 999, mtime=0)[:60], "cut off"),
        (b"a,b,c\n1,2,3\n", "no player pool"),
        (("\n".join([HEAD] + ["x"] * (MAX_ROWS + 1))).encode(), "at most"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(content: bytes, complaint: str):
    with pytest.raises(UnreadableFileError, match=complaint):
        read_salaries(content, "DKSalaries.csv")


def test_a_zip_that_grows_too_much_is_refused():
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("contest-standings-1.csv", b"0" * 300_000_000)
    with pytest.raises(UnreadableFileError, match="refused"):
        read_standings(body.getvalue(), "s.zip")


def test_the_shadow_files_of_macos_are_passed_over():
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("__MACOSX/._DKSalaries.csv", b"\0\0")
        archive.writestr("DKSalaries.csv", "\n".join([HEAD, row("Al", "1")]))
    assert len(read_salaries(body.getvalue(), "DKSalaries.zip").players) == 1


def test_latin_1_is_read_and_reported():
    read = read_salaries("\n".join([HEAD, row("Dončić", "1").replace("č", "c").replace("ć", "é")])
                         .encode("latin-1"), "DKSalaries.csv")  # fmt: skip
    assert read.players[0].name == "Doncié"
    assert "Latin-1" in read.problems[0].message
    assert read.problems[0].row == 2


def test_a_hundred_thousand_entries_are_read():
    lines = [ENTRIES]
    lines += [f"{4_000_000_000 + i},NBA,17,$4,Al (11),Bo (12),Cy (13),," for i in range(99_998)]
    assert len(read_entries("\n".join(lines).encode(), "big.csv").entries) == 99_998


def test_box_scores_without_a_statistic_say_so():
    read = read_box_scores(b"Player,Tm,date,PTS\nAl,OKC,2025-01-01,20\nBo,OKC,never,1\n", "b.csv")
    assert [game.points for game in read.games] == [20.0]
    assert {problem.row for problem in read.problems} == {1, 3}
