"""``lateswap backtest``: what late swap would have been worth on recorded nights."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, cast

import typer

if TYPE_CHECKING:
    from actors.backtest.evening import Options
    from actors.backtest.nights import Found
    from actors.backtest.running import Run

CLAIMED = "claimed"
"""Folder of the nights played as claimed."""
AS_CLAIMED = ("policies", "claims", "claims_pooled", "abstentions")
"""What the summary tells of them."""
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

    try:
        options = _options(policies, entries, samples, seed, (payouts, box_scores, news))
        plan = Plan(workers, believe=not as_claimed)
        summary = _backtest(data, out, options, plan, quiet=json)
    except (UnplayableNightError, ValueError, OSError) as fault:
        print(f"lateswap: {fault}", file=sys.stderr)
        raise typer.Exit(2) from fault
    print(_json(summary) if json else _text(summary, out))
    if any(row["illegal"] for row in summary["policies"].values()):
        print("lateswap: there were illegal lineups, see summary.json", file=sys.stderr)
        raise typer.Exit(1)


def _options(
    policies: str, entries: str, samples: int, seed: int, files: tuple[Path | None, ...]
) -> Options:
    """What was asked. Raises ValueError naming the option that means nothing."""
    from actors.backtest.evening import Options  # noqa: PLC0415
    from actors.backtest.nights import Files  # noqa: PLC0415
    from models.backtest.policies import HOLD, POLICIES  # noqa: PLC0415

    named = [word.strip() for word in policies.split(",") if word.strip()]
    unknown = [name for name in named if name not in POLICIES]
    if unknown or not named:
        raise ValueError(f"--policies {policies!r}: there are {', '.join(POLICIES)}")
    if entries != "all" and not (entries.isdigit() and int(entries) > 0):
        raise ValueError(f"--entries {entries!r}: give a number above 0, or all")
    for option, file in zip(("--payouts", "--box-scores", "--news"), files, strict=True):
        if file is not None and not file.exists():
            raise ValueError(f"{option} {file}: there is no such file or folder")
    return Options(
        policies=tuple(dict.fromkeys((HOLD, *named))),  # everything is measured against holding
        entries=None if entries == "all" else int(entries),
        samples=samples,
        seed=seed,
        files=Files(*(str(file.resolve()) if file else None for file in files)),
    )


def _backtest(
    data: Path, out: Path, options: Options, plan: Plan, *, quiet: bool
) -> dict[str, Any]:
    from actors.backtest.evening import season_models, with_only_out  # noqa: PLC0415
    from actors.backtest.evidence import learning_of  # noqa: PLC0415
    from actors.backtest.nights import find_nights  # noqa: PLC0415
    from actors.backtest.running import Where, machines, run_nights  # noqa: PLC0415
    from config.settings import load  # noqa: PLC0415
    from serve.stack import RAY_ENVIRONMENT  # noqa: PLC0415

    began = time.perf_counter()
    os.environ.update(RAY_ENVIRONMENT)
    found = find_nights(data.resolve(), options.files)
    for night in found.excluded:
        said = "in points" if night.in_points else "left out"
        _say(quiet, f"{said}: {night.slate}: {night.reason}")
    _must_hold_nights(data, found)
    workers = plan.workers or min(os.cpu_count() or 1, len(found.playable))
    where = Where(workers, load().settings.ray_address)
    first = out / CLAIMED if plan.believe else out
    with machines(where):
        _say(quiet, "every night as claimed")
        raw = with_only_out(options) if plan.believe else options
        runs = [run_nights(found.playable, first, raw, season_models(), where, _say_to(quiet))]
        found = found.without(data.resolve(), runs[0].failed)
        _must_hold_nights(data, found)
        if plan.believe:
            _say(quiet, "every night with claims as earlier nights teach")
            models = season_models(learning_of(runs[0].parts))
            runs.append(run_nights(found.playable, out, options, models, where, _say_to(quiet)))
    return _written(out, found, options, runs, time.perf_counter() - began)


def _must_hold_nights(data: Path, found: Found) -> None:
    if not found.playable:
        raise ValueError(f"{data}: none of {len(found.excluded)} nights can be judged, see above")


class Plan(NamedTuple):
    """How a backtest is run."""

    workers: int | None
    believe: bool
    """Whether claims are told as earlier nights teach; else as they are made."""


def _written(
    out: Path, found: Found, options: Options, runs: Sequence[Run], seconds: float
) -> dict[str, Any]:
    """The summary, in its file and as the report."""
    import msgspec  # noqa: PLC0415

    from actors.backtest.parts import joined  # noqa: PLC0415
    from actors.backtest.results import summary_of  # noqa: PLC0415
    from serve.report.page import report_html  # noqa: PLC0415

    folders = [out / CLAIMED, out][-len(runs) :]
    for run, folder in zip(runs, folders, strict=True):
        joined(run.parts, folder)
    *claimed, summary = (
        summary_of(folder, run.parts) for run, folder in zip(runs, folders, strict=True)
    )
    computed = sum(run.computed for run in runs)
    spent = sum(run.seconds for run in runs)
    summary = {
        "slates": summary.pop("slates"),
        "entries": summary.pop("entries"),
        "runtime_s": round(seconds, 3),
        "nights_per_minute": round(60 * computed / spent, 2) if computed else None,
        "computed": computed,
        "samples": options.samples,
        "seed": options.seed,
        "models": runs[-1].models,
        **summary,
        "as_claimed": {name: claimed[0][name] for name in AS_CLAIMED} if claimed else None,
        "excluded": found.excluded,
    }
    summary = cast("dict[str, Any]", msgspec.to_builtins(summary))
    (out / "report.html").write_text(report_html(summary), encoding="utf-8")
    (out / "summary.json").write_text(_json(summary) + "\n", encoding="utf-8")
    return summary


def _say_to(quiet: bool) -> Callable[[str], None]:
    return lambda line: _say(quiet, line)


def _say(quiet: bool, line: str) -> None:
    print(line, file=sys.stderr if quiet else sys.stdout, flush=True)


def _json(summary: dict[str, Any]) -> str:
    import msgspec  # noqa: PLC0415

    return msgspec.json.format(msgspec.json.encode(summary), indent=1).decode()


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
