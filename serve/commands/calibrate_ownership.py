"""``lateswap calibrate ownership``: predicted against real final ownership of recorded nights."""

from __future__ import annotations

import json as jsonlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from models.ownership.judged import Studied, Verdict

REFUSED = 2


def calibrate_ownership(
    data: Annotated[Path, typer.Option(help="Folder with slates/<date>/ and box_scores.csv.gz.")],
    nights: Annotated[str, typer.Option(help="Dates, comma-separated; none: all usable.")] = "",
    fit: Annotated[bool, typer.Option("--fit", help="Learn from all nights, print it.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON, one line per row.")] = False,
) -> None:
    """Predict every night's final ownership, before lock and after each wave, and compare.

    The recalibration is learned anew for each night from earlier nights alone.
    """
    from models.ownership.judged import FIRST_JUDGED, judge, learn  # noqa: PLC0415

    if not (data / "slates").is_dir():
        print(f"lateswap: {data} has no folder slates/: give the recorded season", file=sys.stderr)
        raise typer.Exit(REFUSED)
    studied = list(_studied(data, [word.strip() for word in nights.split(",") if word.strip()]))
    if len(studied) <= (0 if fit else FIRST_JUDGED):
        print(
            f"lateswap: {len(studied)} nights with salaries and a finished contest; "
            f"more than {FIRST_JUDGED} are needed to learn from some and judge others",
            file=sys.stderr,
        )
        raise typer.Exit(1)
    if fit:
        print(repr(learn(studied)))
        return
    verdicts = list(judge(studied))
    lines = (jsonlib.dumps(v._asdict()) for v in verdicts) if json else _report(verdicts)
    print("\n".join(lines))


def _studied(data: Path, wanted: Sequence[str]) -> Iterator[Studied]:
    """Each night once, projected by weights of the games before it."""
    from models.ownership.judged import Studied  # noqa: PLC0415
    from serve.commands.calibrate_field import past_fields  # noqa: PLC0415

    seen: set[str] = set()
    for past, _ in past_fields(data, wanted):
        if past.name not in seen:
            seen.add(past.name)
            yield Studied.of(past)


def _report(verdicts: Sequence[Verdict]) -> Iterator[str]:
    names = list(dict.fromkeys(v.forecaster for v in verdicts))
    nights = sorted({v.night for v in verdicts})
    yield f"{len(nights)} nights judged, {nights[0]} to {nights[-1]}; learned from those before."
    yield "Mean absolute error in percentage points over players still hidden, [95 %] over nights."
    for label, waves in (("before lock", {0}), ("after each wave", set(range(1, 99)))):
        some = [v for v in verdicts if v.wave in waves]
        if some:
            yield f"\n{label:24}{'all':>22}{'held by over 10 %':>24}{'in 80 %':>10}"
            yield from (_line(name, [v for v in some if v.forecaster == name]) for name in names)
    yield ""
    for v in verdicts:
        if v.forecaster == names[0]:
            errors = f"{v.mae:5.2f}, held by many {v.mae_many:5.2f}"
            yield f"{v.night}  wave {v.wave}: {errors}, {100 * v.inside:.0f} % inside"


def _line(name: str, some: Sequence[Verdict]) -> str:
    told = _clustered([(v.night, v.mae) for v in some])
    many = _clustered([(v.night, v.mae_many) for v in some])
    inside = _clustered([(v.night, 100 * v.inside) for v in some]) if some[0].inside >= 0 else ""
    return f"{name:24}{told:>22}{many:>24}  {inside}"


def _clustered(values: Sequence[tuple[str, float]]) -> str:
    from models.backtest.clusters import pooled_ratio  # noqa: PLC0415

    known = [(night, value) for night, value in values if value == value]  # noqa: PLR0124 - nan
    sums: dict[str, list[float]] = {}
    for night, value in known:
        sums.setdefault(night, []).append(value)
    found = pooled_ratio([sum(v) for v in sums.values()], [float(len(v)) for v in sums.values()])
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]"
