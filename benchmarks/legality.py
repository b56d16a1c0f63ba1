"""Every recorded night at every wave, by points and by money: nothing illegal, nothing astray.

The rows count what must be nothing, beside what was looked at; it takes a few minutes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.recorded_nights import Audit, Objective, audited, folders, moments

DATA = Path(os.environ.get("LATESWAP_DATA", "../shared")) / "data"
WORKERS = 2
SEED = 20_250_112
OBJECTIVES: tuple[Objective, ...] = ("points", "money")


def sweep(data: Path = DATA) -> dict[Objective, Audit]:
    """Everything recorded, audited by each objective; folders are shared among processes."""
    tasks = [(data, folder, SEED + n) for n, folder in enumerate(folders(data))]
    totals: dict[Objective, Audit] = dict.fromkeys(OBJECTIVES, Audit())
    with ProcessPoolExecutor(WORKERS, get_context("spawn")) as workers:
        for found in workers.map(_folder, tasks):
            for objective, audit in found.items():
                totals[objective] += audit
    return totals


def _folder(task: tuple[Path, Path, int]) -> dict[Objective, Audit]:
    data, folder, seed = task
    found: dict[Objective, Audit] = dict.fromkeys(OBJECTIVES, Audit())
    for moment in moments(data, folder, seed):
        for objective in OBJECTIVES:
            found[objective] += audited(f"{moment.name} by {objective}", moment.by(objective))
    return found


def rows() -> list[dict[str, Any]]:
    """All rows: name, value, unit, peer, peer_value, ratio, aim, ok."""
    if not folders(DATA):
        raise FileNotFoundError(f"no recorded nights in {DATA}: set LATESWAP_DATA")
    return [row for item in sweep().items() for row in _rows(*item)]


def _rows(objective: Objective, audit: Audit) -> Sequence[dict[str, Any]]:
    for failure in audit.failures:
        print(failure, file=sys.stderr)
    shown = audit.changed + audit.listed
    return [
        _none(f"illegal lineups by {objective}", audit.illegal, "lineups changed or listed", shown),
        _none(f"locked slots changed by {objective}", audit.moved, "entries", audit.entries),
        _none(f"cells written without a swap, {objective}", audit.strays, "files", audit.cases),
        _some(f"lineups changed by {objective}", audit.changed, audit),
    ]


def _none(name: str, count: int, of: str, looked_at: int) -> dict[str, Any]:
    return {
        "name": f"recorded nights, every wave: {name}",
        "value": count,
        "unit": "",
        "peer": of,
        "peer_value": looked_at,
        "ratio": count / max(looked_at, 1),
        "aim": "0",
        "ok": count == 0 and looked_at > 0,
    }


def _some(name: str, count: int, audit: Audit) -> dict[str, Any]:
    """A sweep that changes nothing shows nothing."""
    return {
        "name": f"recorded nights, every wave: {name}",
        "value": count,
        "unit": f"in {audit.cases} files and moments, {audit.priced:,} entries priced",
        "peer": "entries",
        "peer_value": audit.entries,
        "ratio": count / max(audit.entries, 1),
        "aim": "> 0",
        "ok": count > 0,
    }


if __name__ == "__main__":
    for row in rows():
        print(
            f"{'ok  ' if row['ok'] else 'MISS'} {row['name']}: {row['value']:,} {row['unit']} "
            f"(of {row['peer_value']:,} {row['peer']})"
        )
