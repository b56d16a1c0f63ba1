"""``lateswap swap``: files in, upload file and reasons out, without any service."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

SalaryFile = Annotated[Path, typer.Option(help="The site's player pool (DKSalaries.csv).")]
EntryFile = Annotated[Path, typer.Option(help="Your entries (DKEntries.csv).")]
Moment = Annotated[
    str, typer.Option(help="The moment, ISO 8601 (2025-01-13T00:30:00Z); UTC if it names no zone.")
]
UploadFile = Annotated[Path, typer.Option(help="Where the upload file goes; never an input.")]
ProjectionFile = Annotated[
    Path | None, typer.Option(help="Your projections: ID or Name, Projection.")
]
BoxScoreFile = Annotated[
    Path | None, typer.Option(help="Past box scores, for projections if you have none.")
]
NewsFile = Annotated[Path | None, typer.Option(help="News: who was ruled out, known when.")]
StandingsFile = Annotated[
    Path | None, typer.Option(help="The contest's standings: points of locked players.")
]
PayoutFile = Annotated[Path | None, typer.Option(help="The contest's prize table.")]
ScheduleFile = Annotated[
    Path | None,
    typer.Option(help="Another pool with start times, where the salary file has none (FanDuel)."),
]
Objective = Annotated[str, typer.Option(help="points; money is not in this version.")]
MaxSwaps = Annotated[int | None, typer.Option(min=0, help="Most players replaced in an entry.")]
OnlyOut = Annotated[
    bool, typer.Option("--only-out", help="Replace only players who will not play.")
]
Top = Annotated[int, typer.Option(min=0, help="List so many ranked lineups for each entry.")]
Samples = Annotated[int, typer.Option(min=1, help="Samples of a simulation; points need none.")]
Seed = Annotated[int, typer.Option(help="Seed of a simulation; points need none.")]
LateSwap = Annotated[
    bool | None,
    typer.Option(
        "--late-swap/--no-late-swap",
        help="Whether the contests allow late swap, if the game type's rule does not hold.",
    ),
]
RulesKey = Annotated[
    str, typer.Option(help="Game type (draftkings/nba/classic), if it is not recognised.")
]
ReportFile = Annotated[
    Path | None, typer.Option("--json", help="Write the whole answer as JSON; - is stdout.")
]


def swap(
    salaries: SalaryFile,
    entries: EntryFile,
    at: Moment,
    out: UploadFile,
    projections: ProjectionFile = None,
    box_scores: BoxScoreFile = None,
    news: NewsFile = None,
    standings: StandingsFile = None,
    payouts: PayoutFile = None,
    schedule: ScheduleFile = None,
    objective: Objective = "points",
    max_swaps: MaxSwaps = None,
    only_out: OnlyOut = False,
    top: Top = 0,
    samples: Samples = 10_000,  # noqa: ARG001 - belongs to the money objective
    seed: Seed = 0,
    late_swap: LateSwap = None,
    rules: RulesKey = "",
    json: ReportFile = None,
) -> None:
    """Best legal late swap of every entry, written into a copy of your entries file.

    Started games stay as they are; rows that cannot be solved are left byte for byte.
    """
    _refuse_unknown(objective)
    moment = _moment(at)
    from models.swap.case import SwapOptions  # noqa: PLC0415
    from serve.commands.swap_files import SwapFiles, run_swap  # noqa: PLC0415

    files = SwapFiles(
        salaries, entries, out, projections, box_scores, news, standings, payouts, schedule, json
    )
    options = SwapOptions(
        max_swaps=max_swaps, only_out=only_out, top=top, late_swap=late_swap, seed=seed
    )
    raise typer.Exit(run_swap(files, moment, options, rules))


def _refuse_unknown(objective: str) -> None:
    if objective != "points":
        known = "is not available in this version" if objective == "money" else "is unknown"
        raise typer.BadParameter(f"{objective} {known}; use points", param_hint="--objective")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as fault:
        raise typer.BadParameter(
            f"{text!r} is no time; write 2025-01-13T00:30:00Z", param_hint="--at"
        ) from fault
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
