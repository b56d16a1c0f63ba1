"""``lateswap bench``: every file of ``benchmarks/`` that offers ``rows``, in one table."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FOLDER = Path("benchmarks")
PEERS = ("picows", "pydfs_lineup_optimizer")
"""What is measured against and needed for nothing else: the group ``bench``."""


def run_benchmarks(only: str, *, as_json: bool) -> int:
    """Run the benchmarks and print their rows; 1 when an aim was missed."""
    if not FOLDER.is_dir():
        print("lateswap: no benchmarks/ here: run this in a checkout", file=sys.stderr)
        return 2
    if missing := [name for name in PEERS if importlib.util.find_spec(name) is None]:
        print(
            f"lateswap: {' and '.join(missing)} is not there to be measured against: "
            "`make bench` installs it first",
            file=sys.stderr,
        )
        return 2
    sys.path.insert(0, str(FOLDER.resolve().parent))  # they share modules among themselves
    rows = []
    for file in sorted(FOLDER.glob("*.py")):
        if only in file.stem:
            rows += [{"benchmark": file.stem, **row} for row in _rows(file)]
    if as_json:
        print(json.dumps(rows, indent=1))
    else:
        print("\n".join(_table(rows)))
    return int(any(row.get("ok") is False for row in rows))


def _rows(file: Path) -> Iterable[dict[str, Any]]:
    spec = importlib.util.spec_from_file_location(f"benchmarks.{file.stem}", file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    if hasattr(module, "rows"):
        print(f"running {file.stem} ...", file=sys.stderr, flush=True)
        yield from module.rows()


def _table(rows: list[dict[str, Any]]) -> Iterable[str]:
    head = ("what", "value", "peer", "ratio", "aim", "")
    lines = [head, *(_line(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    for line in lines:
        yield "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True))


def _line(row: dict[str, Any]) -> tuple[str, ...]:
    peer = f"{row['peer']} {_number(row.get('peer_value'))}" if row.get("peer") else ""
    verdict = {"True": "ok", "False": "MISSED"}.get(str(row.get("ok")), "")
    ratio = _number(row.get("ratio"))
    value = f"{_number(row.get('value'))} {row.get('unit', '')}"
    return (str(row["name"]), value, peer, ratio, str(row.get("aim") or ""), verdict)


def _number(value: object) -> str:
    return f"{value:,.4g}" if isinstance(value, int | float) else str(value or "")
