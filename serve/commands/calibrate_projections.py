"""``lateswap calibrate projections``: how near the projection comes, night after night."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from serve.commands.projected_nights import projected_nights, recorded_games

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.projections.judged import Judgement, Sheet

REFUSED = 2
_SOURCE = "lateswap calibrate projections --fit on NBA box scores"


def calibrate_projections(
    data: Annotated[Path, typer.Option(help="Folder with slates/<date>/ and box_scores.csv.gz.")],
    fit: Annotated[
        bool, typer.Option("--fit", help="Learn from all games; print config/projections/nba.toml.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Project every recorded night from what was known before it, and compare with what came.

    Weights are learned anew for each night from earlier days alone; who was known to be out
    follows from the night's news and the absence rule. Judged are those who played and had played
    before, against the season's mean, the mean of the last five games, and what salaries imply.
    """
    from models.files import UnreadableFileError  # noqa: PLC0415

    try:
        text = _fitted(data) if fit else _judged(data, as_json=json)
    except (UnreadableFileError, ValueError, OSError) as fault:
        print(f"lateswap: {fault}", file=sys.stderr)
        raise typer.Exit(REFUSED) from fault
    print(text, end="" if text.endswith("\n") else "\n")


def _fitted(data: Path) -> str:
    import msgspec  # noqa: PLC0415

    from config.projections import load_weights  # noqa: PLC0415
    from config.toml_text import as_toml  # noqa: PLC0415
    from models.projections.learned import learn, season_table  # noqa: PLC0415
    from models.projections.season import Season  # noqa: PLC0415

    learned = learn(season_table(Season.of(recorded_games(data))), _SOURCE)
    kept = msgspec.structs.replace(learned, newcomers=load_weights("nba").newcomers)
    return as_toml(kept)


def _judged(data: Path, *, as_json: bool) -> str:
    import msgspec  # noqa: PLC0415

    from config.outcomes import load_outcome_model  # noqa: PLC0415
    from models.projections.judged import judge  # noqa: PLC0415

    model = load_outcome_model("nba")
    found = {name: judge(sheet, model) for name, sheet in _sheets(data).items()}
    if as_json:
        return msgspec.json.format(msgspec.json.encode(found), indent=1).decode()
    return "\n".join(line for name, one in found.items() for line in _report(name, one))


def _sheets(data: Path) -> dict[str, Sheet]:
    import numpy as np  # noqa: PLC0415

    lines = np.array(list(projected_nights(data)), np.float64)
    if not len(lines):
        raise ValueError(f"{data}: no night with salaries and box scores after its first weeks")
    known = lines[:, 0] > 0
    named = {"absences known": lines[known], "absences not known": lines[~known]}
    return {name: _sheet(rows) for name, rows in named.items() if len(rows)}


def _sheet(lines: NDArray[np.float64]) -> Sheet:
    from models.projections.judged import Sheet, by_salary  # noqa: PLC0415

    _, night, salary, points, projected, spread, season, last_five = lines.T[:8]
    return Sheet(
        night=night.astype(int),
        points=points,
        projected=projected,
        spread=spread,
        others={
            "season's mean": season,
            "last five games": last_five,
            "salary": by_salary(night, salary, points),
        },
    )


def _report(name: str, found: Judgement) -> Iterator[str]:
    low, high = (100 * end for end in found.better_ci95)
    yield f"{found.games:,} player-games of {found.nights} nights, {name}:"
    yield f"{'forecaster':18}{'MAE':>8}{'of mean':>9}{'CRPS':>8}{'in 80 %':>9}{'bias':>8}"
    for rival in found.rivals:
        errors = f"{rival.mae:8.3f}{rival.mae_of_mean:9.3f}{rival.crps:8.3f}"
        yield f"{rival.name:18}{errors}{100 * rival.coverage80:9.1f}{rival.bias:+8.2f}"
    yield ""
    yield (
        f"error {100 * found.better:.2f} % below the best of the others "
        f"(95 %, nights resampled: {low:.2f} to {high:.2f})"
    )
    yield ""
