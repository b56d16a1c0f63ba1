"""``lateswap example``: the files of a generated evening, to try the commands on."""

from __future__ import annotations

import sys
from pathlib import Path

from models.evening import draw_evening, night_files


def write_example(folder: Path, seed: int, entries: int) -> int:
    """Write the files into a new folder; 2 when there is something in it already."""
    if folder.exists() and any(folder.iterdir()):
        print(f"lateswap: {folder} is not empty; nothing is overwritten", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    evening = draw_evening(seed, entries=entries)
    for name, content in night_files(evening).items():
        (folder / name).write_bytes(content)
        print(folder / name)
    print(
        f"\nAll invented. The first game starts at {evening.first_lock:%Y-%m-%dT%H:%M:%SZ};"
        f"\nan hour later: lateswap swap --salaries {folder}/DKSalaries.csv"
        f" --entries {folder}/DKEntries.csv --projections {folder}/projections.csv"
        f" --at {evening.first_lock.replace(hour=1):%Y-%m-%dT%H:%M:%SZ} --out {folder}/upload.csv"
    )
    return 0
