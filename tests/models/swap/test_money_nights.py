"""Money on every recorded night: whatever it proposes is legal, and leaves alone what is locked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
import pytest

from config.outcomes import load_outcome_model
from config.rules import load_rules
from models.files import (
    EntriesFile,
    PayoutTable,
    Projection,
    Projections,
    Salaries,
    Standings,
    match_names,
    merge_pools,
    read_entries,
    read_payouts,
    read_salaries,
    read_standings,
    slate_of,
    write_entries,
)
from models.optimiser import check_legal
from models.pool import PlayerPool
from models.slate import Slate
from models.swap import SwapCase, SwapOptions, SwapOutcome, late_swap

RULES = load_rules("draftkings/nba/classic")
MODEL = load_outcome_model("nba")
CONTEST = "17"
OWN = 60
OPPONENTS = 400
"""Enough to rank against; the whole field is simulated where its results are looked at."""


def folders(data: Path) -> list[tuple[Path, Path]]:
    """Every folder with salaries and standings, and a prize table for it."""
    table = data / "nba-2024-25/payouts/20K Four Point Play.csv"
    found = []
    for pattern, step in (
        ("nba-2024-25/slates/*", 1),
        ("nba-2026-03/*", 1),
        ("nba-2017-11/*/*", 5),
    ):
        for folder in sorted(data.glob(pattern))[::step]:
            if (folder / "DKSalaries.csv").exists() and list(folder.glob("contest-standings*.zip")):
                own = folder / "payout_structure.csv"
                found.append((folder, own if own.exists() else table))
    return found


def standings_of(folder: Path) -> Standings:
    """The latest standings of a night: final ones where there are any."""
    files = sorted(folder.glob("contest-standings*.zip"), key=lambda f: (len(f.name), f.name))
    return read_standings(files[0].read_bytes(), files[0].name, RULES.slot_names)


def own_entries(standings: Standings, slate: Slate, first: int) -> EntriesFile:
    """Real lineups as a user's file."""
    ids = match_names(standings, slate).ids
    order = [sorted(RULES.slot_names).index(slot) for slot in RULES.slot_names]
    rows = []
    for entry in standings.entries[first::7]:
        held = [ids.get(pair, "") for pair in zip(standings.slots, entry.lineup, strict=False)]
        if len(held) == len(order) and all(held) and len(rows) < OWN:
            cells = ",".join(f"X ({held[i]})" if held[i].isdigit() else held[i] for i in order)
            rows.append(f"{entry.entry_id},NBA,{CONTEST},$4 ,{cells},,")
    head = f"Entry ID,Contest Name,Contest ID,Entry Fee,{','.join(RULES.slot_names)},,Instructions"
    return read_entries("\r\n".join([head, *rows, ""]).encode(), "DKEntries.csv")


def downloads(folder: Path) -> list[EntriesFile]:
    """The files that a user really downloaded that night, pools beside them."""
    return [
        read_entries(file.read_bytes(), file.name) for file in sorted(folder.glob("DKEntries*.csv"))
    ]


def moments(slate: Slate, number: int) -> Iterator[datetime]:
    """A minute before a wave of games, in turn another wave on every night."""
    starts = sorted({game.start for game in slate.games if game.start})
    if starts:
        yield starts[number % len(starts)] - timedelta(minutes=1)
    else:
        yield datetime(2025, 1, 1, tzinfo=UTC)


def nights(data: Path, every: int = 6) -> Iterator[tuple[str, SwapCase]]:
    """Cases of every so manyth folder: real lineups, and real downloads, each at one moment.

    All of them (``every=1``) are sound, too; they take a minute and a half.
    """
    for number, (folder, table) in list(enumerate(folders(data)))[::every]:
        salaries = read_salaries((folder / "DKSalaries.csv").read_bytes(), "DKSalaries.csv")
        standings = standings_of(folder)
        payouts = read_payouts(table.read_bytes(), table.name)
        slate = slate_of(salaries, RULES)
        files = downloads(folder)
        if (own := own_entries(standings, slate, number)).entries:
            files.append(own)
        for entries in files:
            for at in moments(slate, number):
                yield (
                    f"{folder.parent.name}/{folder.name} {entries.file} {at}",
                    case_of(salaries, entries, standings, payouts, at, seed=number),
                )


def opinions(slate: Slate, seed: int) -> Projections:
    """Somebody's own projections and ownership: near what salaries say; a few are out."""
    rng = np.random.default_rng(seed)
    by_id = {}
    for player in slate.players:
        points = 0.0 if rng.random() < 0.05 else player.salary / 200 * rng.lognormal(0, 0.25)
        by_id[player.player_id] = Projection(
            player_id=player.player_id, points=points, ownership=points / 500
        )
    return Projections(file="mine.csv", by_id=by_id)


def case_of(
    salaries: Salaries,
    entries: EntriesFile,
    standings: Standings,
    payouts: PayoutTable,
    at: datetime,
    *,
    seed: int,
) -> SwapCase:
    pool = merge_pools(salaries, entries.pool) if entries.pool else salaries
    few = msgspec.structs.replace(standings, entries=standings.entries[:OPPONENTS])
    slate = slate_of(pool, RULES)
    contests = {entry.contest_id for entry in entries.entries if entry.kind != "malformed"}
    return SwapCase(
        at=at,
        slate=slate,
        rules=RULES,
        entries=entries,
        projections=opinions(slate, seed),
        options=SwapOptions(
            objective="money", samples=64, seed=seed, risk=(0.0, 0.5, 1.0)[seed % 3]
        ),
        standings=few,
        payouts_by_contest=dict.fromkeys(contests, payouts),
        outcome_model=MODEL,
    )


def assert_sound(name: str, case: SwapCase, outcome: SwapOutcome) -> int:
    """Check all entries of an answer; how many changed."""
    pool = PlayerPool.of(case.slate, RULES)
    row = {player_id: n for n, player_id in enumerate(pool.ids)}
    changed = [e for e in outcome.report.entries if e.before.lineup != e.after.lineup]
    lineups = np.array(
        [[row[i] for i in entry.after.lineup.values()] for entry in changed], np.int32
    ).reshape(len(changed), len(RULES.slots))
    for rule, broken in check_legal(RULES, pool, lineups).items():
        assert not broken.any(), (name, rule)
    begun = {
        g.game_id
        for g in case.slate.games
        if g.state in {"in_progress", "final"} or (g.start is not None and g.start <= case.at)
    }
    begun_ids = {p.player_id for p in case.slate.players if p.game_id in begun or p.marked_locked}
    for entry in outcome.report.entries:
        before, after = entry.before.lineup, entry.after.lineup
        assert all(before[slot] == after[slot] for slot in entry.locked_slots), name
        assert not (set(after.values()) - set(before.values())) & begun_ids, name
        assert (entry.status == "improved") == (before != after), name
        assert entry.before.money is None or entry.before.money >= 0
    written = write_entries(
        case.entries, outcome.lineups, {p.player_id: p for p in case.slate.players}
    )
    old, new = case.entries.source.split(b"\n"), written.split(b"\n")
    touched = {e.row - 1 for e in case.entries.entries if e.entry_id in outcome.lineups}
    assert len(old) == len(new)
    assert all(a == b for n, (a, b) in enumerate(zip(old, new, strict=True)) if n not in touched)
    again = {e.entry_id: e.lineup for e in read_entries(written, "out.csv").entries}
    if all(player_id.isdigit() for player_id in row):  # files of 2017 have names alone
        assert all(again[i] == lineup for i, lineup in outcome.lineups.items()), name
    return len(changed)


def test_nothing_illegal_is_proposed_on_recorded_nights(shared: Path):
    seen = changed = priced = 0
    for name, case in nights(shared / "data"):
        outcome = late_swap(case)
        changed += assert_sound(name, case, outcome)
        priced += sum(entry.before.money is not None for entry in outcome.report.entries)
        seen += 1
    assert seen > 8
    assert priced > 200
    assert changed > 30


@pytest.mark.parametrize("max_swaps", [1, 2])
def test_limits_hold_by_money_too(shared: Path, max_swaps: int):
    _, case = next(nights(shared / "data"))
    options = msgspec.structs.replace(case.options, max_swaps=max_swaps)
    report = late_swap(msgspec.structs.replace(case, options=options)).report
    assert all(len(entry.swaps) <= max_swaps for entry in report.entries)
