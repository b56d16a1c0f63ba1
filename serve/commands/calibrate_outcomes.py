"""``lateswap calibrate outcomes``: whether simulated points spread and move together as real do."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from models.outcomes.calibration import Calibration
    from models.outcomes.past import PastGames
    from models.outcomes.scoring import Score

BoxScoreFile = Annotated[Path, typer.Option(help="Past box scores (csv, gzip or zip).")]
FromDay = Annotated[
    str,
    typer.Option(
        "--from",
        help="Judge by games from this day on (2025-01-01); learn from those before.",
        show_default="the later half",
    ),
]
SalaryFiles = Annotated[
    list[Path] | None,
    typer.Option(help="Player pools that name positions, for a table by position; repeatable."),
]
Fit = Annotated[
    bool, typer.Option("--fit", help="Learn from all games; print config/outcomes/nba.toml.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

REFUSED = 2
"""Exit code where a file or a day cannot be used."""


def calibrate_outcomes(
    box_scores: BoxScoreFile,
    start: FromDay = "",
    salaries: SalaryFiles = None,
    fit: Fit = False,
    json: Json = False,
) -> None:
    """Hold simulated NBA points against past games, walking forward; or learn the numbers anew."""
    from models.files import UnreadableFileError  # noqa: PLC0415

    try:
        past = _past(box_scores)
        text = _learned(past) if fit else _judged(past, start, salaries or (), as_json=json)
    except (UnreadableFileError, ValueError, OSError) as fault:
        print(f"lateswap: {fault}", file=sys.stderr)
        raise typer.Exit(REFUSED) from fault
    print(text, end="" if text.endswith("\n") else "\n")


def _past(file: Path) -> PastGames:
    from models.files import read_box_scores  # noqa: PLC0415
    from models.outcomes.past import past_games  # noqa: PLC0415

    scores = read_box_scores(file.read_bytes(), str(file))
    for problem in scores.problems:
        print(f"{problem.file}, row {problem.row}: {problem.message}", file=sys.stderr)
    return past_games(scores.games)


def _learned(past: PastGames) -> str:
    from config.outcomes import load_outcome_model  # noqa: PLC0415
    from config.toml_text import as_toml  # noqa: PLC0415
    from models.outcomes.fit import fit  # noqa: PLC0415

    return as_toml(fit(past, load_outcome_model("nba")).model)


def _judged(past: PastGames, start: str, salaries: Sequence[Path], *, as_json: bool) -> str:
    import msgspec  # noqa: PLC0415

    from config.outcomes import load_outcome_model  # noqa: PLC0415
    from models.outcomes.calibration import calibrate  # noqa: PLC0415

    first = _day(start) if start else _half(past)
    found = calibrate(past, load_outcome_model("nba"), first, _positions(salaries))
    if as_json:
        return msgspec.json.format(msgspec.json.encode(found), indent=1).decode()
    return "\n".join(report(found))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise ValueError(f"--from {text}: no day; write it as 2025-01-31") from fault


def _half(past: PastGames) -> date:
    """The day that parts the games in two."""
    return date.fromordinal(int(past.day[len(past.day) // 2]))


def _positions(files: Sequence[Path]) -> Mapping[str, str]:
    """First listed position by name."""
    from models.files import read_salaries  # noqa: PLC0415
    from models.files.names import name_key  # noqa: PLC0415

    return {
        name_key(player.name): player.positions[0]
        for file in files
        for player in read_salaries(file.read_bytes(), str(file)).players
        if player.positions
    }


def report(found: Calibration) -> Iterator[str]:
    """The tables as lines of text."""
    games = found.rivals[0].games
    yield f"Learned from {found.learned_games:,} player-games before {found.start},"
    yield f"judged by {games:,} from then on. Expectations from earlier games alone:"
    yield f"mean absolute error {found.mean_error:.2f} points, bias {found.bias:+.2f}."
    yield from _table("forecaster", found.rivals)
    yield from _table("model, by expected points", found.bands)
    yield from _table("model, by position", found.positions)
    yield ""
    yield "PIT in 20 equal bins, in units of what each should hold:"
    yield " ".join(f"{share * len(found.pit):.2f}" for share in found.pit)
    yield ""
    yield f"{'correlation of':26}{'measured':>10}{'error':>8}{'drawn':>9}"
    for pair in found.dependence:
        yield f"{pair.pairs:26}{pair.measured:>+10.3f}{pair.error:>8.3f}{pair.drawn:>+9.3f}"


def _table(title: str, scores: Sequence[Score]) -> Iterator[str]:
    if not scores:
        return
    yield ""
    yield f"{title:26}{'games':>7}{'CRPS':>8}{'KS':>7}{'50 %':>7}{'80 %':>7}{'95 %':>7}{'>99 %':>7}"
    for row in scores:
        inside = "".join(f"{100 * share:7.1f}" for share in row.coverage)
        beyond = f"{100 * row.beyond99:7.2f}"
        yield f"{row.name:26}{row.games:>7,}{row.crps:8.3f}{row.ks:7.3f}{inside}{beyond}"
