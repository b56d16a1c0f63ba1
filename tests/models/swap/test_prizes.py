"""Prizes of contests that are over, on every real night with final standings and prizes."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.rules import load_rules
from models.files import (
    EntriesFile,
    PayoutTable,
    Standings,
    read_entries,
    read_payouts,
    read_salaries,
    read_standings,
    slate_of,
)
from models.slate import Slate
from models.swap import SwapCase, late_swap
from models.swap.contests import PricedContest
from models.swap.prizes import prizes_won

RULES = load_rules("draftkings/nba/classic")
NIGHTS = (
    "2024-12-07", "2024-12-11", "2024-12-12", "2024-12-13", "2024-12-14", "2024-12-15",
    "2024-12-20", "2024-12-21", "2024-12-22", "2024-12-23", "2024-12-26", "2025-01-01",
    "2025-01-12",
)  # fmt: skip


class Night:
    def __init__(self, folder: Path, date: str) -> None:
        home = folder / "slates" / date
        note = json.loads((home / "slate.json").read_text())
        self.contest_id = note["contest_id"]
        final = home / f"contest-standings-{self.contest_id}.zip"
        table = folder / "payouts" / note["payout_table"]
        self.standings: Standings = read_standings(final.read_bytes(), final.name, RULES.slot_names)
        self.payouts: PayoutTable = read_payouts(table.read_bytes(), table.name)
        pool = read_salaries((home / "DKSalaries.csv").read_bytes(), "DKSalaries.csv")
        self.slate: Slate = slate_of(pool, RULES)
        self.over = datetime.fromisoformat(date).replace(tzinfo=UTC) + timedelta(days=2)

    def entries(self, count: int) -> EntriesFile:
        """The best entries of the night as a user's file, names without ids."""
        order = [sorted(RULES.slot_names).index(slot) for slot in RULES.slot_names]
        head = f"Entry ID,Contest Name,Contest ID,Entry Fee,{','.join(RULES.slot_names)},,"
        rows = [
            f"{entry.entry_id},NBA,{self.contest_id},$4,"
            + ",".join(entry.lineup[i] if entry.lineup else "" for i in order)
            + ",,"
            for entry in self.standings.entries[:: max(1, len(self.standings.entries) // count)]
        ]
        return read_entries("\r\n".join([head, *rows, ""]).encode(), "DKEntries.csv")


@pytest.fixture(scope="module", params=NIGHTS)
def night(request: pytest.FixtureRequest, shared: Path) -> Night:
    return Night(shared / "data/nba-2024-25", request.param)


def test_all_entries_together_win_the_pool_and_each_what_its_rank_pays(night: Night):
    contest = PricedContest(night.contest_id, 4.0, night.payouts, night.standings)
    entries = night.standings.entries
    won = prizes_won(contest, [entry.entry_id for entry in entries])
    assert sum(won.values()) == pytest.approx(night.payouts.total, abs=1e-6)
    cents = [0] * (len(entries) + 1)
    for prize in night.payouts.prizes:
        for place in range(prize.first, min(prize.last, len(entries)) + 1):
            cents[place] = round(prize.amount * 100)
    tied: dict[int, list[str]] = {}
    for entry in entries:
        tied.setdefault(entry.rank, []).append(entry.entry_id)
    for rank, ids in tied.items():
        share = sum(cents[rank : rank + len(ids)]) / len(ids) / 100
        for entry_id in ids:
            assert won[entry_id] == pytest.approx(share, abs=1e-9)


def test_by_points_too_money_is_the_prize_once_nothing_is_left_to_play(night: Night):
    case = SwapCase(
        at=night.over,
        slate=night.slate,
        rules=RULES,
        entries=night.entries(200),
        standings=night.standings,
        payouts=night.payouts,
    )
    report = late_swap(case).report
    contest = PricedContest(night.contest_id, 4.0, night.payouts, night.standings)
    won = prizes_won(contest, [entry.entry_id for entry in report.entries])
    rank = {entry.entry_id: entry.rank for entry in night.standings.entries}
    told = [entry for entry in report.entries if entry.status != "infeasible"]
    assert len(told) > 150
    for entry in told:
        assert entry.status in {"fully_locked", "blank"}
        assert entry.before.money == entry.after.money == pytest.approx(won[entry.entry_id])
        assert f"place {rank[entry.entry_id]:,} of {len(rank):,}" in entry.reason
    assert report.simulations[0].estimator == "final"


def test_before_the_last_game_begins_no_prize_is_told(shared: Path):
    night = Night(shared / "data/nba-2024-25", "2025-01-12")
    starts = [game.start for game in night.slate.games if game.start]
    assert min(starts) < max(starts)
    case = SwapCase(
        at=min(starts),
        slate=night.slate,
        rules=RULES,
        entries=night.entries(5),
        standings=night.standings,
        payouts=night.payouts,
    )
    assert all(entry.before.money is None for entry in late_swap(case).report.entries)


def test_prizes_won_are_told_without_the_compiler(shared: Path):
    told = subprocess.run(
        [sys.executable, "-c", PRIZES_BY_POINTS, str(shared / "data/nba-2024-25")],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert told.stderr == ""
    assert told.stdout == "final [60.0, 0.0] False False\n"


PRIZES_BY_POINTS = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from config.rules import load_rules
from models.files import *
from models.swap import SwapCase, late_swap
rules, data = load_rules("draftkings/nba/classic"), Path(sys.argv[1])
def read(reader, path, *more):
    return reader((data / path).read_bytes(), Path(path).name, *more)
night = "slates/2025-01-12/"
slate = slate_of(read(read_salaries, night + "DKSalaries.csv"), rules)
final = read(read_standings, night + "contest-standings-173036248.zip", rules.slot_names)
ids = match_names(final, slate).ids
order = [final.slots.index(slot) for slot in rules.slot_names]
rows = []
for entry in (final.entries[20], final.entries[2993]):
    held = [ids[pair] for pair in zip(final.slots, entry.lineup)]
    rows.append(f"{entry.entry_id},N,173036248,$4,{','.join(f'X ({held[i]})' for i in order)},,")
head = f"Entry ID,Contest Name,Contest ID,Entry Fee,{','.join(rules.slot_names)},,Instructions"
case = SwapCase(
    at=datetime(2025, 1, 13, 18, tzinfo=UTC), slate=slate, rules=rules, standings=final,
    entries=read_entries("\\r\\n".join([head, *rows, ""]).encode(), "e.csv"),
    payouts=read(read_payouts, "payouts/20K Four Point Play.csv"),
)
report = late_swap(case).report
[contest] = report.simulations
print(contest.estimator, [entry.before.money for entry in report.entries],
      "numba" in sys.modules, any("no projections" in p.message for p in report.problems))
"""
