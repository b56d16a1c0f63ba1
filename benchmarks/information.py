"""What late swap is worth by how much its user knows, on generated nights with known truth.

``python -m benchmarks.information`` plays a small grid and prints a table; ``--nights`` plays
more, ``--out FOLDER`` keeps information.json with every cell, as the report shows it
(``--out serve/report``).
See docs/worth.md.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

import msgspec

from actors.backtest.information import SMALL, Size, play_grid
from models.backtest.clusters import Ratio
from models.backtest.worth import Worth, worth
from serve.report.information import FILE

_HEAD = (
    "error crowd delay policy    changed   points                  places  "
    "payout over hold           ROI                      realised/claimed points, dollars"
)


def main() -> None:
    """Play, print, and keep what was asked."""
    asked = _parser().parse_args()
    began = time.perf_counter()
    size = Size(nights=asked.nights)
    played = play_grid(SMALL, size, workers=asked.workers, seed=asked.seed)
    found = worth([result for night in played for result in night])
    print(_HEAD)
    for row in found:
        print(_line(row))
    print(f"{size.nights} nights x {len(SMALL)} cells in {time.perf_counter() - began:.0f} s")
    if asked.out:
        asked.out.mkdir(parents=True, exist_ok=True)
        cells = [{**row._asdict(), "knowledge": row.knowledge._asdict()} for row in found]
        kept = {"size": size._asdict(), "seed": asked.seed, "cells": cells}
        (asked.out / FILE).write_bytes(msgspec.json.encode(kept) + b"\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="What late swap is worth by what is known.")
    parser.add_argument("--nights", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path)
    return parser


def _line(row: Worth) -> str:
    knows = row.knowledge
    return (
        f"{100 * knows.error:4.0f}% {100 * knows.crowd:4.0f}% {knows.delay:5.0f} {row.policy:<9}"
        f"{100 * row.changed:6.0f}%  {_told(row.points, 1, 2)}  {row.places.value:+7.1f}  "
        f"{_told(row.payout, 100, 0)}%  {_told(row.roi, 100, 0)}%  "
        f"{row.came_true.value:.2f} {row.money_came_true.value:.2f}"
    )


def _told(ratio: Ratio, times: float, digits: int) -> str:
    value, low, high = (f"{times * part:+.{digits}f}" for part in ratio)
    return f"{value:>7} [{low} to {high}]"


if __name__ == "__main__":
    main()
