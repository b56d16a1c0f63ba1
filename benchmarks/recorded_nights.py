"""Recorded nights as late swaps at every wave, and an audit of what was answered.

Own entries are real ones: those that somebody downloaded for editing, and up to ``OWN`` of each
contest's standings. The audit is written apart from what it judges: rules by ``check_legal``,
locks by the games' starts and the files' marks, the written file cell by cell.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec
import numpy as np

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
from models.swap import EntryReport, SwapCase, SwapOptions, SwapOutcome, late_swap

RULES = load_rules("draftkings/nba/classic")
MODEL = load_outcome_model("nba")
PATTERNS = ("nba-2024-25/slates/*", "nba-2026-03/*", "nba-2017-11/*/*")
TABLE = "nba-2024-25/payouts/20K Four Point Play.csv"
"""Prizes where a folder has none of its own: what is legal does not hang on them."""
CONTEST = "17"
OWN = 60
STEP = 7
"""Every so manyth entry of the standings is an own one."""
OPPONENTS = 300
SAMPLES = 64
TOP = 2
FIRST_SLOT = 4
"""Column of the first slot in the site's entries file."""
ABSENT = 0.05
"""Share of players whom the projections count out."""

Objective = Literal["points", "money"]


class Moment(NamedTuple):
    """A file of entries of one folder, shortly before a wave of games, or after the last."""

    name: str
    wave: int
    case: SwapCase
    """By money; ``by_points`` makes the other."""

    def by(self, objective: Objective) -> SwapCase:
        """The case for this objective."""
        options = msgspec.structs.replace(self.case.options, objective=objective)
        return msgspec.structs.replace(self.case, options=options)


class Audit(NamedTuple):
    """What was looked at, and what must not be."""

    cases: int = 0
    entries: int = 0
    priced: int = 0
    """Entries with money."""
    changed: int = 0
    """Lineups that the answer changes."""
    listed: int = 0
    """Alternatives shown."""
    illegal: int = 0
    """Changed or listed lineups against the rules."""
    moved: int = 0
    """Slots changed although locked, or filled with somebody who had started."""
    strays: int = 0
    """Cells of the written file that differ without a swap, or do not hold what was answered."""
    failures: tuple[str, ...] = ()
    """Where; at most a few."""

    def __add__(self, other: Audit) -> Audit:  # type: ignore[override]
        counts = (a + b for a, b in zip(self[:-1], other[:-1], strict=True))
        return Audit(*counts, (*self.failures, *other.failures)[:9])  # type: ignore[arg-type]


def folders(data: Path) -> list[Path]:
    """Every folder with salaries and entries or standings."""
    return [
        folder
        for pattern in PATTERNS
        for folder in sorted(data.glob(pattern))
        if (folder / "DKSalaries.csv").exists()
        and (list(folder.glob("contest-standings*.zip")) or list(folder.glob("DKEntries*.csv")))
    ]


def moments(data: Path, folder: Path, seed: int) -> Iterator[Moment]:
    """Each file of entries of a folder at every wave; seeds and risks vary."""
    salaries = read_salaries((folder / "DKSalaries.csv").read_bytes(), "DKSalaries.csv")
    standings = _standings(folder)
    table = folder / "payout_structure.csv"
    payouts = read_payouts((table if table.exists() else data / TABLE).read_bytes(), table.name)
    for entries in _own_files(folder, salaries, standings, seed):
        pool = merge_pools(salaries, entries.pool) if entries.pool else salaries
        slate = slate_of(pool, RULES)
        for wave, at in enumerate(_waves(slate)):
            case = _case(slate, entries, standings, payouts, at)
            options = SwapOptions(
                samples=SAMPLES, seed=97 * seed + wave, top=TOP, risk=(0.0, 0.5, 1.0)[wave % 3]
            )
            yield Moment(
                f"{folder.parent.name}/{folder.name} {entries.file} {at:%Y-%m-%dT%H:%MZ}",
                wave,
                msgspec.structs.replace(
                    case, options=options, projections=_opinions(slate, options.seed)
                ),
            )


def audited(name: str, case: SwapCase) -> Audit:
    """Solve a case and count what is wrong with the answer."""
    return audit(name, case, late_swap(case))


def audit(name: str, case: SwapCase, outcome: SwapOutcome) -> Audit:
    """Count what is wrong with an answer."""
    reports = outcome.report.entries
    shown = [list(e.after.lineup.values()) for e in reports if e.before.lineup != e.after.lineup]
    others = [list(a.lineup.values()) for e in reports for a in e.alternatives]
    illegal = _illegal(case.slate, [*shown, *(o for o in others if all(o))])
    moved = sum(_moved(case, report) for report in reports)
    strays = _strays(case, outcome)
    wrong = f"{name}: {illegal} illegal, {moved} locked, {strays} cells"
    return Audit(
        cases=1,
        entries=len(reports),
        priced=sum(entry.before.money is not None for entry in reports),
        changed=len(shown),
        listed=len(others),
        illegal=illegal,
        moved=moved,
        strays=strays,
        failures=(wrong,) if illegal or moved or strays else (),
    )


def _standings(folder: Path) -> Standings | None:
    """The latest standings of a night, final ones where there are any, cut to ``OPPONENTS``."""
    files = sorted(folder.glob("contest-standings*.zip"), key=lambda f: (len(f.name), f.name))
    if not files:
        return None
    return read_standings(files[0].read_bytes(), files[0].name, RULES.slot_names)


def _own_files(
    folder: Path, salaries: Salaries, standings: Standings | None, seed: int
) -> list[EntriesFile]:
    files = [read_entries(f.read_bytes(), f.name) for f in sorted(folder.glob("DKEntries*.csv"))]
    if standings is not None:
        own = _taken(standings, slate_of(salaries, RULES), seed % STEP)
        files += [own] if own.entries else []
    return files


def _taken(standings: Standings, slate: Slate, first: int) -> EntriesFile:
    """Real lineups, fully shown, as a user's file."""
    ids = match_names(standings, slate).ids
    order = [sorted(RULES.slot_names).index(slot) for slot in RULES.slot_names]
    rows = []
    for entry in standings.entries[first::STEP]:
        held = [ids.get(pair, "") for pair in zip(standings.slots, entry.lineup, strict=False)]
        if len(held) == len(order) and all(held) and len(rows) < OWN:
            cells = ",".join(f"X ({held[i]})" if held[i].isdigit() else held[i] for i in order)
            rows.append(f"{entry.entry_id},NBA,{CONTEST},$4 ,{cells},,")
    head = f"Entry ID,Contest Name,Contest ID,Entry Fee,{','.join(RULES.slot_names)},,Instructions"
    return read_entries("\r\n".join([head, *rows, ""]).encode(), "standings")


def _waves(slate: Slate) -> list[datetime]:
    """A minute before each wave of games, and a minute after the last has begun."""
    starts = sorted({game.start for game in slate.games if game.start})
    minute = timedelta(minutes=1)
    if not starts:
        return [datetime(2025, 1, 1, tzinfo=UTC)]
    return [*(start - minute for start in starts), starts[-1] + minute]


def _opinions(slate: Slate, seed: int) -> Projections:
    """Somebody's own projections and ownership: near what salaries say; a few are out."""
    rng = np.random.default_rng(seed)
    points = np.array([player.salary for player in slate.players]) / 200
    points = points * rng.lognormal(0, 0.25, points.size) * (rng.random(points.size) > ABSENT)
    by_id = {
        player.player_id: Projection(
            player_id=player.player_id, points=value, ownership=value / 500
        )
        for player, value in zip(slate.players, points.tolist(), strict=True)
    }
    return Projections(file="mine.csv", by_id=by_id)


def _case(
    slate: Slate,
    entries: EntriesFile,
    standings: Standings | None,
    payouts: PayoutTable,
    at: datetime,
) -> SwapCase:
    contests = {entry.contest_id for entry in entries.entries if entry.kind != "malformed"}
    few = standings and msgspec.structs.replace(standings, entries=standings.entries[:OPPONENTS])
    return SwapCase(
        at=at,
        slate=slate,
        rules=RULES,
        entries=entries,
        standings=few,
        payouts_by_contest=dict.fromkeys(contests, payouts),
        outcome_model=MODEL,
    )


def _illegal(slate: Slate, lineups: Sequence[Sequence[str]]) -> int:
    pool = PlayerPool.of(slate, RULES)
    row = {player_id: n for n, player_id in enumerate(pool.ids)}
    rows = np.array([[row[i] for i in lineup] for lineup in lineups], np.int32)
    broken = check_legal(RULES, pool, rows.reshape(len(lineups), len(RULES.slots)))
    return int(np.logical_or.reduce(list(broken.values())).sum())


def _started(case: SwapCase) -> set[str]:
    """Ids of everybody whose game has begun, or whom a file marks."""
    begun = {
        game.game_id
        for game in case.slate.games
        if game.state in {"in_progress", "final"}
        or (game.state == "scheduled" and game.start is not None and game.start <= case.at)
    }
    marked = {c.player_id for e in case.entries.entries for c in e.cells if c.locked}
    return {
        player.player_id
        for player in case.slate.players
        if player.game_id in begun or player.marked_locked or player.player_id in marked
    }


def _moved(case: SwapCase, report: EntryReport) -> int:
    started = _started(case)
    pairs = zip(report.before.lineup.values(), report.after.lineup.values(), strict=True)
    return sum(a != b and (a in started or b in started) for a, b in pairs)


def _strays(case: SwapCase, outcome: SwapOutcome) -> int:
    """Cells of the written file that are not as the answer says, or changed without need."""
    players = {player.player_id: player for player in case.slate.players}
    written = write_entries(case.entries, outcome.lineups, players)
    old, new = case.entries.source.split(b"\n"), written.split(b"\n")
    rows = {entry.row - 1: entry for entry in case.entries.entries}
    reports = {report.entry_id: report for report in outcome.report.entries}
    if len(old) != len(new):
        return max(len(old), len(new))
    return sum(
        _row_strays(before, after, reports[rows[n].entry_id] if n in rows else None)
        for n, (before, after) in enumerate(zip(old, new, strict=True))
        if before != after or (n in rows and rows[n].entry_id in outcome.lineups)
    )


def _row_strays(before: bytes, after: bytes, report: EntryReport | None) -> int:
    """Cells of one row that differ where no player does, or do not name the player answered."""
    [old], [new] = (list(csv.reader([line.decode("utf-8-sig")])) for line in (before, after))
    if report is None or len(old) != len(new):
        return len(old)
    slots = range(FIRST_SLOT, FIRST_SLOT + len(RULES.slots))
    outside = sum(a != b for n, (a, b) in enumerate(zip(old, new, strict=True)) if n not in slots)
    lineups = report.before.lineup.values(), report.after.lineup.values()
    return outside + sum(
        (was == now) != (old[n] == new[n]) or now not in new[n]
        for n, was, now in zip(slots, *lineups, strict=True)
    )
