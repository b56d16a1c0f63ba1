"""Projections from the user's own source, matched to the players of a slate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from models.files.columns import Columns, find_header
from models.files.names import NameIndex
from models.files.problems import Problem, ProblemLog, UnreadableFileError
from models.files.text import read_lines, split_line
from models.slate import Player

_VALUE = ("projection", "proj", "fpts", "points", "projectedpoints")


class Projection(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a player is expected to score, in the site's points; None where the file is silent."""

    player_id: str
    points: float
    std_dev: float | None = None
    floor: float | None = None
    ceiling: float | None = None
    ownership: float | None = None
    """0 to 1; the file writes percent."""
    plays: float | None = None
    """Chance that he plays, where ``points`` are those of a night on which he does."""


class Projections(msgspec.Struct, frozen=True, kw_only=True):
    """The projections of a file, by player id of the slate."""

    file: str
    by_id: dict[str, Projection]
    problems: tuple[Problem, ...] = ()


def read_projections(data: bytes, file: str, players: Iterable[Player]) -> Projections:
    """Read ``ID`` or ``Name`` (and ``Team``), ``Projection`` and optional columns.

    Unknown columns are ignored, unknown players reported. Showdown's captain rows may be left
    out: a person's projection counts for all his rows. Raises UnreadableFileError when no row is
    such a header.
    """
    log = ProblemLog(file)
    rows = [split_line(line) for line in read_lines(data, log)]
    found = find_header(rows, ("id", "playerid", "name", "player", "name+id"), _VALUE)
    if found is None:
        raise UnreadableFileError(
            file, "no projections: the header needs ID or Name, and Projection"
        )
    header, columns = found
    reader = _Reader(columns, players, log)
    for number, row in enumerate(rows[header + 1 :], header + 2):
        if any(cell.strip() for cell in row):
            reader.read(row, number)
    return Projections(file=file, by_id=reader.by_id(), problems=log.taken())


class _Reader:
    def __init__(self, columns: Columns, players: Iterable[Player], log: ProblemLog) -> None:
        self._columns = columns
        self._log = log
        self._players = {player.player_id: player for player in players}
        self._names = NameIndex(self._players.values())
        self._found: dict[str, Projection] = {}

    def read(self, row: Sequence[str], number: int) -> None:
        cell = self._columns.cell
        points = _number(cell(row, *_VALUE))
        who = cell(row, "name", "player") or cell(row, "id", "playerid")
        if points is None:
            self._log.add(number, f"{who or 'no name'}: the projection is no number; left out")
            return
        matches = self._matches(row)
        if len({player.person for player in matches}) != 1:
            known = "several players" if matches else "no player of the slate"
            self._log.add(number, f"{who or 'no name'} is {known}; give his ID, or Name and Team")
            return
        for player in matches:
            self._found.setdefault(player.player_id, self._projection(player, points, row))

    def by_id(self) -> dict[str, Projection]:
        """What was read; rows of a person (showdown) that the file leaves out copy his other."""
        persons = {self._players[i].person: value for i, value in self._found.items()}
        for player in self._players.values():
            value = persons.get(player.person)
            if value is not None and player.player_id not in self._found:
                self._found[player.player_id] = msgspec.structs.replace(
                    value, player_id=player.player_id
                )
        return self._found

    def _matches(self, row: Sequence[str]) -> list[Player]:
        cell = self._columns.cell
        player = self._players.get(cell(row, "id", "playerid"))
        if player is not None:
            return [player]
        name = cell(row, "name", "player") or cell(row, "name+id").rpartition(" (")[0]
        return self._names.find(name, cell(row, "team", "teamabbrev")) if name else []

    def _projection(self, player: Player, points: float, row: Sequence[str]) -> Projection:
        cell = self._columns.cell
        plays = _number(cell(row, "plays"))
        owned = _number(cell(row, "ownership", "own", "projown").rstrip("%"))
        return Projection(
            player_id=player.player_id,
            points=points,
            std_dev=_number(cell(row, "stddev", "sd")),
            floor=_number(cell(row, "floor")),
            ceiling=_number(cell(row, "ceiling", "ceil")),
            ownership=None if owned is None else owned / 100,
            plays=plays if plays is not None and 0 <= plays <= 1 else None,
        )


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < 1e6 else None
