"""``lateswap swap``: files in, upload file and reasons out, without any service."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer


def swap(
    salaries: Annotated[Path, typer.Option(help="The site's player pool (DKSalaries.csv).")],
    entries: Annotated[Path, typer.Option(help="Your entries (DKEntries.csv).")],
    at: Annotated[
        str,
        typer.Option(help="The moment, ISO 8601 (2025-01-13T00:30:00Z); UTC without an offset."),
    ],
    out: Annotated[Path, typer.Option(help="Where the upload file goes; never the input.")],
    projections: Annotated[
        Path | None, typer.Option(help="Your projections: ID or Name, Projection.")
    ] = None,
    box_scores: Annotated[
        Path | None, typer.Option(help="Past box scores, for projections if you have none.")
    ] = None,
    news: Annotated[Path | None, typer.Option(help="News: who was ruled out, known when.")] = None,
    standings: Annotated[
        Path | None, typer.Option(help="The contest's standings: points of locked players.")
    ] = None,
    payouts: Annotated[Path | None, typer.Option(help="The contest's prize table.")] = None,
    objective: Annotated[
        str, typer.Option(help="points; money is not in this version.")
    ] = "points",
    max_swaps: Annotated[
        int | None, typer.Option(min=0, help="Most players replaced in an entry.")
    ] = None,
    only_out: Annotated[
        bool, typer.Option("--only-out", help="Replace only players who will not play.")
    ] = False,
    top: Annotated[
        int, typer.Option(min=0, help="List so many ranked lineups for each entry.")
    ] = 0,
    samples: Annotated[int, typer.Option(min=1, help="Samples of a simulation (money).")] = 10_000,
    seed: Annotated[int, typer.Option(help="Seed of a simulation; points need none.")] = 0,
    late_swap: Annotated[
        bool | None,
        typer.Option(
            "--late-swap/--no-late-swap",
            help="Whether the contests allow late swap, if the game type's rule does not hold.",
        ),
    ] = None,
    rules: Annotated[
        str, typer.Option(help="Game type (draftkings/nba/classic), if it is not recognised.")
    ] = "",
    json: Annotated[
        Path | None, typer.Option("--json", help="Write the whole answer as JSON; - is stdout.")
    ] = None,
) -> None:
    """Best legal late swap of every entry, written into a copy of your entries file.

    Started games stay as they are; rows that cannot be solved are left byte for byte.
    """
    if objective != "points":
        known = "is not available in this version" if objective == "money" else "is unknown"
        raise typer.BadParameter(f"{objective} {known}; use points", param_hint="--objective")
    from serve.commands.swap_files import SwapFiles, run_swap  # noqa: PLC0415

    files = SwapFiles(
        salaries=salaries,
        entries=entries,
        out=out,
        projections=projections,
        box_scores=box_scores,
        news=news,
        standings=standings,
        payouts=payouts,
        json=json,
    )
    from models.swap import SwapOptions  # noqa: PLC0415

    options = SwapOptions(
        max_swaps=max_swaps, only_out=only_out, top=top, late_swap=late_swap, seed=seed
    )
    del samples  # asked for by the money objective alone
    raise typer.Exit(run_swap(files, _moment(at), options, rules))


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as fault:
        raise typer.BadParameter(
            f"{text!r} is no time; write 2025-01-13T00:30:00Z", param_hint="--at"
        ) from fault
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
