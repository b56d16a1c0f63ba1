"""A captain's points: the person's, times one and a half, once."""

from datetime import UTC, datetime

import pytest

from config.rules import load_rules
from models.files import (
    Projection,
    Projections,
    read_entries,
    read_salaries,
    read_standings,
    slate_of,
)
from models.swap import SwapCase, late_swap

RULES = load_rules("draftkings/nba/showdown")
HEAD = "Position,Name + ID,Name,ID,Roster Position,Salary,Game Info,TeamAbbrev,AvgPointsPerGame"
NAMES = ["Al", "Bo", "Cy", "Di", "Ed", "Fy", "Gus", "Hal"]
START = datetime(2025, 1, 12, 23, tzinfo=UTC)


@pytest.fixture
def slate():
    rows = [
        f"PG,{name} ({kind}{i}),{name},{kind}{i},{slot},{salary},OKC@WAS 01/12/2025 06:00PM ET,"
        f"{'OKC' if i % 2 else 'WAS'},0"
        for kind, slot, salary in (("1", "CPT", 7500), ("2", "UTIL", 5000))
        for i, name in enumerate(NAMES)
    ]
    return slate_of(read_salaries("\n".join([HEAD, *rows]).encode(), "s"), RULES)


def entries():
    head = "Entry ID,Contest Name,Contest ID,Entry Fee,CPT,UTIL,UTIL,UTIL,UTIL,UTIL,,"
    return read_entries(f"{head}\n4000000001,NBA,1,$4,10,21,22,23,24,25,,\n".encode(), "e")


def swapped(slate, at: datetime, **more):
    case = SwapCase(at=at, slate=slate, rules=RULES, entries=entries(), **more)
    [entry] = late_swap(case).report.entries
    return entry


@pytest.mark.parametrize("captains", [1.0, 1.5])
def test_projections_of_captains_count_once_however_they_are_written(slate, captains: float):
    by_id = {
        f"{kind}{i}": Projection(player_id=f"{kind}{i}", points=(20.0 + i) * factor)
        for kind, factor in (("1", captains), ("2", 1.0))
        for i in range(len(NAMES))
    }
    entry = swapped(slate, START.replace(hour=20), projections=Projections(file="p", by_id=by_id))
    assert entry.before.points == 30 + 21 + 22 + 23 + 24 + 25
    assert entry.after.lineup["CPT"] == "17"
    assert entry.after.points == 1.5 * 27 + 26 + 25 + 24 + 23 + 22
    assert sum(swap.gain_points for swap in entry.swaps) == pytest.approx(entry.gain_points)


@pytest.mark.parametrize("written", [30.0, 45.0])
def test_standings_say_themselves_how_they_count_captains(slate, written: float):
    table = (
        "Rank,EntryId,EntryName,TimeRemaining,Points,Lineup,,Player,Roster Position,%Drafted,FPTS\n"
        "1,4000000001,me,0,145,CPT Al UTIL Bo UTIL Cy UTIL Di UTIL Ed UTIL Fy,"
        f",Al,CPT,100%,{written}\n"
        + "".join(f",,,,,,,{name},UTIL,100%,20\n" for name in NAMES[1:6])
    )
    standings = read_standings(table.encode(), "s.csv", RULES.slot_names)
    entry = swapped(slate, START.replace(hour=23, minute=30), standings=standings)
    assert entry.status == "fully_locked"
    assert entry.before.points == 145.0
