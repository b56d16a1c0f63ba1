"""``lateswap calibrate effects``: what weather, lines and lopsided games do, out of sample."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from models.effects.evidence import Evidence

REFUSED = 2
SOURCE = (
    "lateswap calibrate effects --fit: nflverse games with closing lines and daily weather (CC BY "
    "4.0); line moves of 2025; positions from one slate, 2019 week 1"
)


def calibrate_effects(
    data: Annotated[
        Path, typer.Option(help="Folder with nfl-injuries/, nfl-odds-2025/, nfl-2019/, nba-*/.")
    ],
    fit: Annotated[
        bool, typer.Option("--fit", help="Learn from all of it; print config/effects/nfl.toml.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Judge each effect where it was not learned: earlier seasons, weeks and nights, other games.

    The error is the mean absolute one, of a game's total, a team's score or a player's points;
    its change has a 95 % interval from whole weeks, nights or games drawn again. An effect whose
    interval is not below 0 is set to 0.
    """
    try:
        text = _fitted(data) if fit else _judged(data, as_json=json)
    except (ValueError, OSError) as fault:
        print(f"lateswap: {fault}", file=sys.stderr)
        raise typer.Exit(REFUSED) from fault
    print(text, end="" if text.endswith("\n") else "\n")


def _nfl(data: Path) -> list[Evidence]:
    from models.effects.nfl import (  # noqa: PLC0415
        line_evidence,
        position_evidence,
        weather_evidence,
    )
    from serve.commands.effects_data import nfl_games, nfl_moves, nfl_players  # noqa: PLC0415

    games = nfl_games(data)
    return [
        *weather_evidence(games),
        *line_evidence(games, nfl_moves(data)),
        *position_evidence(nfl_players(data)),
    ]


def _nba(data: Path) -> list[Evidence]:
    from models.effects.nba import nba_evidence  # noqa: PLC0415
    from serve.commands.effects_data import nba_sheets  # noqa: PLC0415

    return nba_evidence(*nba_sheets(data))


def _fitted(data: Path) -> str:
    from config.toml_text import as_toml  # noqa: PLC0415
    from models.effects.nfl import effects_from  # noqa: PLC0415
    from serve.commands.effects_data import nfl_games, nfl_winds  # noqa: PLC0415

    return as_toml(effects_from(nfl_games(data), nfl_winds(data), _nfl(data), SOURCE))


def _judged(data: Path, *, as_json: bool) -> str:
    import msgspec  # noqa: PLC0415

    found = {"nfl": _nfl(data), "nba": _nba(data)}
    if as_json:
        return msgspec.json.format(msgspec.json.encode(found), indent=1).decode()
    return "\n".join(line for sport, some in found.items() for line in _report(sport, some))


def _report(sport: str, found: list[Evidence]) -> Iterator[str]:
    yield (
        f"{sport.upper() + ' effect':28}{'rows':>7}{'groups':>7}{'without':>9}{'with':>9}"
        f"{'change':>9}{'95 % of the change':>22}{'slope':>9}{'error':>8}  "
    )
    for one in found:
        low, high = one.change_ci95
        yield (
            f"{one.name:28}{one.rows:7,}{one.clusters:7,}{one.without:9.3f}{one.with_effect:9.3f}"
            f"{one.change:+9.4f}{f'{low:+.4f} to {high:+.4f}':>22}{one.slopes[-1]:+9.3f}"
            f"{one.errors[-1]:8.3f}  {'shows' if one.shows else 'nothing'}"
        )
    yield ""
