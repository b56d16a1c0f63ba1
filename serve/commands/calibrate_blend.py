"""``lateswap calibrate blend``: how much a published projection should count beside our own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from serve.commands.projected_nights import POSITIONS, projected_nights

if TYPE_CHECKING:
    from models.projections.blend import Blend
    from models.projections.judged_blend import Nights, Verdict

REFUSED = 2
SOURCE = "lateswap calibrate blend --fit on published projections of past nights"


def calibrate_blend(
    data: Annotated[Path, typer.Option(help="Folder with slates/<date>/ and box_scores.csv.gz.")],
    files: Annotated[
        Path | None, typer.Option(help="Folder with the published projections, <date>.csv each.")
    ] = None,
    fit: Annotated[
        bool, typer.Option("--fit", help="Learn from all nights; print a file for --weights.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Blend every recorded night with weights learned on the nights before it.

    Without ``--files`` what anybody could publish stands in: a line through salaries, the mean of
    the last five games. The error is the mean absolute one; intervals are of nights drawn again.
    """
    from models.files import UnreadableFileError  # noqa: PLC0415

    try:
        text = _fitted(data, files) if fit else _judged(data, files, as_json=json)
    except (UnreadableFileError, ValueError, OSError) as fault:
        print(f"lateswap: {fault}", file=sys.stderr)
        raise typer.Exit(REFUSED) from fault
    print(text, end="" if text.endswith("\n") else "\n")


def _nights(data: Path, files: Path | None) -> dict[str, Nights]:
    """What is blended, by name."""
    import numpy as np  # noqa: PLC0415

    from models.projections.judged import by_salary  # noqa: PLC0415
    from models.projections.judged_blend import Nights  # noqa: PLC0415

    lines = np.array(list(projected_nights(data, files)), np.float64)
    if not len(lines):
        raise ValueError(f"{data}: no night with salaries and box scores after its first weeks")
    _, night, salary, points, own, _, _, last_five, position, published = lines.T
    if files is None:
        said = {"salary": by_salary(night, salary, points), "last five games": last_five}
    elif np.isfinite(published).any():
        said = {files.name: published}
    else:
        raise ValueError(f"{files}: holds no projections of a recorded night, <date>.csv each")
    return {
        name: Nights(night.astype(np.intp), points, own, theirs, position.astype(np.intp))
        for name, theirs in said.items()
    }


def _fitted(data: Path, files: Path | None) -> str:
    import msgspec  # noqa: PLC0415

    from config.toml_text import as_toml  # noqa: PLC0415

    if files is None:
        raise ValueError("--fit learns from published projections: give --files")
    ((_, nights),) = _nights(data, files).items()
    said = nights.told
    found: Blend = msgspec.structs.replace(
        said.learned("nba", POSITIONS),
        source=SOURCE,
        data_from=date.fromordinal(int(said.night.min())).isoformat(),
        data_to=date.fromordinal(int(said.night.max())).isoformat(),
    )
    return as_toml(found)


def _judged(data: Path, files: Path | None, *, as_json: bool) -> str:
    import msgspec  # noqa: PLC0415

    from models.projections.judged_blend import judge_blend  # noqa: PLC0415

    found = {name: judge_blend(one, POSITIONS) for name, one in _nights(data, files).items()}
    if as_json:
        return msgspec.json.format(msgspec.json.encode(found), indent=1).decode()
    return "\n".join(line for name, one in found.items() for line in _report(name, one))


def _report(name: str, found: Verdict) -> Iterator[str]:
    yield f"{found.games:,} player-games of {found.nights} nights, blended with: {name}"
    yield f"{'forecaster':22}{'MAE':>8}{'against our own, 95 % of nights':>36}"
    yield f"{'our own':22}{found.own:8.3f}"
    for said, rival in found.rivals.items():
        low, high = (100 * end for end in rival.change_ci95)
        change = f"{100 * rival.change:+.2f} % ({low:+.2f} to {high:+.2f})"
        yield f"{said:22}{rival.mae:8.3f}{change:>36}"
    yield f"share of the file in the end: {found.share:.3f}"
    yield ""
