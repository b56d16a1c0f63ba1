"""``lateswap backtest``: what late swap would have been worth on recorded nights."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

_ALL = "hold,only_out,points,money"
_HEADER = (
    "policy     changed    swaps   points   uplift      ROI   payout  "
    "95 % of payout's uplift   illegal"
)


def backtest(
    data: Annotated[Path, typer.Option(help="Folder of recorded nights: slates/<date>/.")],
    out: Annotated[Path, typer.Option(help="Folder to write; finished nights there are kept.")],
    payouts: Annotated[Path | None, typer.Option(help="Folder of prize tables.")] = None,
    box_scores: Annotated[Path | None, typer.Option(help="Box scores of the season.")] = None,
    news: Annotated[Path | None, typer.Option(help="Who was ruled out when.")] = None,
    policies: Annotated[str, typer.Option(help="What is compared, comma-separated.")] = _ALL,
    entries: Annotated[str, typer.Option(help="Entries of each contest, or 'all'.")] = "all",
    samples: Annotated[
        int, typer.Option(min=200, max=60_000, help="Simulated evenings by money.")
    ] = 2_000,
    seed: Annotated[int, typer.Option(help="Draws entries and evenings.")] = 1,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Nights at once; 1 runs without Ray.")
    ] = None,
    as_claimed: Annotated[
        bool, typer.Option("--as-claimed", help="Follow every claim, whatever became of earlier.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Decide recorded nights again, each at the moments and with the knowledge of its day.

    Every night is played twice: as claimed, which shows what claims came to, and then with each
    claim believed as far as the nights before it bore such claims out; what is not believed is not
    swapped. Writes report.html, summary.json and the tables entries.parquet, decisions.parquet,
    moments.parquet and players.parquet; those of the first time lie in claimed/.
    """
    from actors.feeds.folders import UnplayableNightError  # noqa: PLC0415
    from config.settings import load  # noqa: PLC0415
    from serve.backtesting import Plan, options, run_backtest  # noqa: PLC0415
    from serve.environment import RAY_ENVIRONMENT  # noqa: PLC0415

    os.environ.update(RAY_ENVIRONMENT)
    try:
        asked = options(policies, entries, samples, seed, (payouts, box_scores, news))
        plan = Plan(workers, load().settings.ray_address, believe=not as_claimed)
        summary = run_backtest(data, out, asked, plan, partial(_say, quiet=json))
    except (UnplayableNightError, ValueError, OSError) as fault:
        print(f"lateswap: {fault}", file=sys.stderr)
        raise typer.Exit(2) from fault
    print(_as_json(summary) if json else _text(summary, out))
    if any(row["illegal"] for row in summary["policies"].values()):
        print("lateswap: there were illegal lineups, see summary.json", file=sys.stderr)
        raise typer.Exit(1)


def _as_json(summary: dict[str, Any]) -> str:
    from serve.backtesting import as_json  # noqa: PLC0415

    return as_json(summary)


def _say(line: str, *, quiet: bool) -> None:
    print(line, file=sys.stderr if quiet else sys.stdout, flush=True)


def _text(summary: dict[str, Any], out: Path) -> str:
    """The result in a dozen lines."""
    pace = f" ({summary['nights_per_minute']:.1f} a minute)" if summary["computed"] else ""
    in_points = summary["nights_in_points"]
    counted = f"{summary['slates']} nights, {summary['entries']:,} entries"
    counted += f", {in_points} more in points," if in_points else ""
    lines = [f"{counted} in {summary['runtime_s']:.0f} s{pace}", _HEADER]
    for policy, row in summary["policies"].items():
        ends = row["uplift_ci95"]
        between = f"{ends[0]:+.1f} to {ends[1]:+.1f} %" if ends else "one night: unknown"
        lines.append(
            f"{policy:<9} {row['changed']:>8,} {row['swaps']:>8,} {row['mean_points']:>8.2f} "
            f"{row['uplift_points']:>+8.2f} {100 * row['roi']:>+7.1f}% "
            f"{row['uplift_payout_pct']:>+7.1f}%  {between:<22}  {row['illegal']:>8}"
        )
    lines.append(f"report: {out / 'report.html'}")
    return "\n".join(lines)
