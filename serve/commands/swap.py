"""``lateswap swap``: files in, upload file and reasons out, without any service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

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
    Path | None,
    typer.Option(help="The contest's standings: points of locked players, and the opponents."),
]
PayoutFiles = Annotated[
    list[str] | None,
    typer.Option(
        help="The contest's prize table, FILE; CONTEST_ID=FILE for each contest where the entries "
        "are in several."
    ),
]
ScheduleFile = Annotated[
    Path | None,
    typer.Option(help="Another pool with start times, where the salary file has none (FanDuel)."),
]
Objective = Annotated[
    str, typer.Option(help="points, or money: expected winnings; money needs --payouts.")
]
MaxSwaps = Annotated[int | None, typer.Option(min=0, help="Most players replaced in an entry.")]
OnlyOut = Annotated[
    bool, typer.Option("--only-out", help="Replace only players who will not play.")
]
Top = Annotated[int, typer.Option(min=0, help="List so many ranked lineups for each entry.")]
Samples = Annotated[
    int,
    typer.Option(min=2, max=65_536, help="Simulated outcomes; half choose, half report (money)."),
]
Seed = Annotated[
    int, typer.Option(min=0, help="Seed of the simulation; equal seeds give equal bytes (money).")
]
Risk = Annotated[
    float,
    typer.Option(
        min=0, max=1, help="1: expected winnings alone; 0: the steadiest winnings (money)."
    ),
]
MaxExposure = Annotated[
    float | None,
    typer.Option(min=0, max=1, help="Largest share of your entries with one player (money)."),
]
MinGain = Annotated[
    float,
    typer.Option(min=0, help="Dollars that a changed entry must be expected to gain (money)."),
]
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
    payouts: PayoutFiles = None,
    schedule: ScheduleFile = None,
    objective: Objective = "points",
    max_swaps: MaxSwaps = None,
    only_out: OnlyOut = False,
    top: Top = 0,
    samples: Samples = 10_000,
    seed: Seed = 0,
    risk: Risk = 0.5,
    max_exposure: MaxExposure = None,
    min_gain: MinGain = 0.0,
    late_swap: LateSwap = None,
    rules: RulesKey = "",
    json: ReportFile = None,
) -> None:
    """Best legal late swap of every entry, written into a copy of your entries file.

    By points: the exact optimum of the projections. By money: what the entry is expected to win
    against its opponents, and only where the gain is clear of its error. Started games stay as
    they are; rows that cannot be solved are left byte for byte.
    """
    moment = moment_of(at)
    from models.swap.case import SwapOptions  # noqa: PLC0415
    from serve.commands.swap_files import SwapFiles, run_swap  # noqa: PLC0415

    files = SwapFiles(
        salaries=salaries, entries=entries, out=out, projections=projections,
        box_scores=box_scores, news=news, standings=standings,
        payouts=_payout_files(payouts or []), schedule=schedule, json=json,
    )  # fmt: skip
    options = SwapOptions(
        max_swaps=max_swaps, only_out=only_out, top=top, late_swap=late_swap, seed=seed,
        objective=_objective(objective, files.payouts), samples=samples, risk=risk,
        max_exposure=max_exposure, min_gain=min_gain,
    )  # fmt: skip
    raise typer.Exit(run_swap(files, moment, options, rules))


def _objective(asked: str, payouts: Mapping[str, Path]) -> Literal["points", "money"]:
    if asked == "points":
        return "points"
    if asked != "money":
        raise typer.BadParameter(
            f"{asked} is unknown; use points or money", param_hint="--objective"
        )
    if not payouts:
        raise typer.BadParameter(
            "money needs the contest's prizes: give --payouts FILE "
            "(Place,Payout,Field Size,Entry Fee)",
            param_hint="--objective",
        )
    return "money"


def _payout_files(given: Sequence[str]) -> dict[str, Path]:
    """Prize tables by contest id; the empty id is the contest that other files tell."""
    tables: dict[str, Path] = {}
    for text in given:
        contest, _, named = text.partition("=")
        if not named or Path(text).exists():
            contest, named = "", text
        if contest in tables:
            which = f"contest {contest}" if contest else "FILE without CONTEST_ID="
            raise typer.BadParameter(
                f"{which} is given twice; give one table for each contest", param_hint="--payouts"
            )
        tables[contest] = Path(named)
    return tables


def moment_of(text: str) -> datetime:
    """The time that an option names. Raises typer.BadParameter."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as fault:
        raise typer.BadParameter(
            f"{text!r} is no time; write 2025-01-13T00:30:00Z", param_hint="--at"
        ) from fault
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
