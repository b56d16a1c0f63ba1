"""``lateswap project``: the projection model's own output as a file."""

from __future__ import annotations

import csv
import io
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from serve.commands.swap import BoxScoreFile, Moment, NewsFile, SalaryFile, moment_of

if TYPE_CHECKING:
    from models.projections.expected import Expectation
    from models.projections.learned import Weights
    from models.projections.season import Season
    from models.slate import Slate

FAILED = 1
HEAD = (
    "ID", "Name", "Team", "Position", "Salary", "Projection", "StdDev", "Floor", "Ceiling",
    "P10", "P90", "Plays",
)  # fmt: skip
LEVELS = (0.15, 0.85, 0.1, 0.9)
"""Floor and ceiling as vendors mean them, a deviation below and above; the central 80 %."""


def project(
    salaries: SalaryFile,
    box_scores: BoxScoreFile,
    at: Moment,
    out: Annotated[Path, typer.Option(help="Where the projections go.")],
    news: NewsFile = None,
    blend: Annotated[
        Path | None, typer.Option(help="A published projection to blend with: ID or Name, ...")
    ] = None,
    weights: Annotated[
        Path | None,
        typer.Option(help="How it is weighed (calibrate blend --fit); else as came along."),
    ] = None,
) -> None:
    """Project every player of a slate from games before the day and the news known by then.

    Projection, StdDev, Floor, Ceiling, P10 and P90 are of a night on which he plays; Plays is the
    chance that he does. Who is out by news stands at 0 and his minutes go to team mates. The
    weights are learned from the box scores given, where these hold enough. With --blend a
    published projection counts beside them; who stands at 0 there does not play.
    """
    moment = moment_of(at)
    from models.files import UnreadableFileError  # noqa: PLC0415
    from serve.commands.swap_files import write_whole  # noqa: PLC0415

    try:
        published = None if blend is None else Published(blend, weights)
        text = _projected(salaries, box_scores, moment, news, published)
        write_whole(out, text.encode())
    except (UnreadableFileError, ValueError) as fault:
        print(f"lateswap project: {fault}", file=sys.stderr)
        raise typer.Exit(FAILED) from fault
    except OSError as fault:
        print(f"lateswap project: {fault.filename}: {fault.strerror}", file=sys.stderr)
        raise typer.Exit(FAILED) from fault


class Published(NamedTuple):
    """A projection that somebody else made, and the file that says how it counts."""

    file: Path
    weights: Path | None


def _projected(
    salaries: Path,
    box_scores: Path | None,
    at: datetime,
    news: Path | None,
    published: Published | None,
) -> str:
    from models.files import (  # noqa: PLC0415
        EASTERN,
        drop_odd_salaries,
        read_box_scores,
        read_news,
        read_salaries,
        slate_of,
    )
    from models.projections.expected import expectations  # noqa: PLC0415
    from models.projections.season import Season  # noqa: PLC0415
    from models.swap.notices import slate_day  # noqa: PLC0415
    from models.swap.situation import told_absences  # noqa: PLC0415
    from serve.commands.swap_files import pool_rules  # noqa: PLC0415

    if box_scores is None:
        raise ValueError("--box-scores are needed: projections are made from past games")
    pool = read_salaries(salaries.read_bytes(), salaries.name, at.astimezone(EASTERN).date())
    rules = next(iter(pool_rules(pool, ())), None)
    if rules is None:
        raise ValueError(f"{pool.file}: no known game type has these positions and slots")
    slate = slate_of(drop_odd_salaries(pool, rules), rules)
    day = min(slate_day(slate, at), at.astimezone(EASTERN).date())
    read = read_box_scores(box_scores.read_bytes(), box_scores.name)
    told = read_news(news.read_bytes(), news.name) if news else None
    for problem in (*pool.problems, *read.problems, *(told.problems if told else ())):
        print(f"{problem.file}, row {problem.row}: {problem.message}", file=sys.stderr)
    season = Season.of((game for game in read.games if game.on < day), site=slate.site)
    absent = told_absences(slate, told, at)
    weights = _weights(season, slate.sport)
    own = expectations(slate, season, day, weights, absent=absent)
    return _table(slate, own if published is None else _blended(slate, own, published))


def _blended(
    slate: Slate, own: dict[str, Expectation], published: Published
) -> dict[str, Expectation]:
    """Both as one; what the file does not say of anybody is reported."""
    from config.projections import load_blend, parse_blend  # noqa: PLC0415
    from models.files import read_projections  # noqa: PLC0415
    from models.projections.blend import blended  # noqa: PLC0415

    file, weights = published
    read = read_projections(file.read_bytes(), file.name, slate.players)
    for problem in read.problems:
        print(f"{problem.file}, row {problem.row}: {problem.message}", file=sys.stderr)
    if weights is None:
        blend = load_blend(slate.sport)
    else:
        blend = parse_blend(weights.read_bytes(), weights.name)
    told = f"{len(read.by_id)} of {len(slate.players)} players blended with {file.name}"
    print(f"lateswap project: {told}, which counts {blend.share:.0%}", file=sys.stderr)
    return blended(slate.players, read.by_id, own, blend)


def _weights(season: Season, sport: str) -> Weights:
    """Learned from the season given, or those that came along where it is too short."""
    from config.projections import load_weights  # noqa: PLC0415
    from models.projections.learned import learn, season_table  # noqa: PLC0415

    try:
        came = load_weights(sport)
    except KeyError as fault:
        raise ValueError(fault.args[0]) from fault
    try:
        return learn(season_table(season))
    except ValueError as fault:
        print(f"lateswap project: {fault}: the weights that came along serve", file=sys.stderr)
        return came


def _table(slate: Slate, found: dict[str, Expectation]) -> str:
    import numpy as np  # noqa: PLC0415

    from config.outcomes import load_outcome_model  # noqa: PLC0415
    from models.outcomes.calibration import predicted  # noqa: PLC0415

    rows = [found[player.player_id] for player in slate.players]
    mean, spread = (
        np.array([getattr(row, name) for row in rows]) for name in ("if_plays", "spread")
    )
    said = predicted(load_outcome_model(slate.sport), mean, spread)
    ends = np.quantile(said, LEVELS, axis=1).T
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEAD)
    for player, row, levels in zip(slate.players, rows, ends.tolist(), strict=True):
        out = row.plays <= 0
        points = [0.0] * 6 if out else [row.if_plays, row.spread, *levels]
        writer.writerow(
            [
                player.player_id, player.name, player.team, "/".join(player.positions),
                player.salary, *(f"{value:.2f}" for value in points), f"{row.plays:.3f}",
            ]
        )  # fmt: skip
    return text.getvalue()
