"""Player pools: DKSalaries.csv in all its shapes, DraftKings' templates, FanDuel's players list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from models.files.cells import MARKED_LOCKED
from models.files.columns import Columns, find_header
from models.files.games import GameBook
from models.files.problems import Problem, ProblemLog, UnreadableFileError
from models.files.text import read_lines, split_line
from models.slate import Game, Player

_POOL = (("name", "nickname", "name+id"), ("salary",), ("position",))
"""A player pool's header: what it must at least say."""
_KNOWN = frozenset(
    (
        "position", "name+id", "name", "id", "rosterposition", "salary", "gameinfo", "game",
        "teamabbrev", "team", "avgpointspergame", "fppg", "status", "injuryindicator",
        "nickname", "firstname", "lastname", "playerid+playername",
    )
)  # fmt: skip


class Salaries(msgspec.Struct, frozen=True, kw_only=True):
    """A player pool as read from one file."""

    file: str
    site: str
    players: tuple[Player, ...]
    games: tuple[Game, ...]
    problems: tuple[Problem, ...] = ()
    extra: dict[str, dict[str, str]] = {}
    """Columns this reader does not know, by player id and the title in the file."""


def read_salaries(data: bytes, file: str, day: date | None = None) -> Salaries:
    """Read a site's player pool; ``day`` (Eastern) dates old files that write times only.

    Raises UnreadableFileError when there is no pool in it, or nobody in the pool.
    """
    log = ProblemLog(file)
    rows = [split_line(line) for line in read_lines(data, log)]
    pool = read_pool(rows, log, day)
    if pool is None:
        raise UnreadableFileError(
            file,
            "no player pool: no row has the columns Position, Name and Salary; "
            "download the salary file from the contest's draft page",
        )
    if not pool.players:
        raise UnreadableFileError(file, "no row of the player pool can be read; download it again")
    return pool


def read_pool(
    rows: Sequence[Sequence[str]], log: ProblemLog, day: date | None = None
) -> Salaries | None:
    """The pool that stands in these rows, however far down and right; None if there is none."""
    found = find_header(rows, *_POOL)
    if found is None:
        return None
    header, columns = found
    first, last = _extent(rows[header], columns.places["salary"])
    columns = Columns.of([""] * first + list(rows[header][first:last]))
    reader = _PoolReader(columns, log, day)
    for number, row in enumerate(rows[header + 1 :], header + 2):
        if any(cell.strip() for cell in row[first:last]):
            reader.read(row, number)
    return reader.pool()


def _extent(header: Sequence[str], within: int) -> tuple[int, int]:
    """First and last column (exclusive) of the table that a title belongs to.

    A pool's header may stand on an entry's row; an empty cell divides the two.
    """
    first = last = within
    while first > 0 and header[first - 1].strip():
        first -= 1
    while last < len(header) and header[last].strip():
        last += 1
    return first, last


class _PoolReader:
    def __init__(self, columns: Columns, log: ProblemLog, day: date | None) -> None:
        self._columns = columns
        self._log = log
        self._book = GameBook(day)
        self._players: dict[str, Player] = {}
        self._extra: dict[str, dict[str, str]] = {}
        self._unknown = [
            (i, columns.titles[key]) for key, i in columns.places.items() if key not in _KNOWN
        ]
        self.site = "fanduel" if {"nickname", "fppg"} & columns.places.keys() else "draftkings"

    def read(self, row: Sequence[str], number: int) -> None:
        player = self._player(row, number)
        if player is None:
            return
        if player.player_id in self._players:
            self._log.add(
                number, f"player id {player.player_id} stands twice; the first row counts"
            )
            return
        self._players[player.player_id] = player
        if extra := {title: row[i] for i, title in self._unknown if i < len(row) and row[i]}:
            self._extra[player.player_id] = extra

    def pool(self) -> Salaries:
        return Salaries(
            file=self._log.file,
            site=self.site,
            players=tuple(self._players.values()),
            games=self._book.games(),
            problems=self._log.taken(),
            extra=self._extra,
        )

    def _player(self, row: Sequence[str], number: int) -> Player | None:
        cell = self._columns.cell
        named = cell(row, "name+id", "playerid+playername")
        name = cell(row, "name", "nickname") or _without_id(named)
        positions = _split(cell(row, "position"))
        salary = _dollars(cell(row, "salary"))
        if not name or salary is None or not positions:
            self._log.add(number, _what_is_missing(name, positions, cell(row, "salary")))
            return None
        team = cell(row, "teamabbrev", "team")
        return Player(
            player_id=cell(row, "id") or self._id_from_name(name, team),
            name=name,
            team=team,
            game_id=self._book.enter(cell(row, "gameinfo", "game"), team),
            positions=positions,
            roster_slots=_slots(cell(row, "rosterposition"), self.site),
            salary=salary,
            average_points=_number(cell(row, "avgpointspergame", "fppg")),
            designation=cell(row, "status", "injuryindicator"),
            marked_locked=named.endswith(MARKED_LOCKED),
        )

    def _id_from_name(self, name: str, team: str) -> str:
        """Files before 2018 carry no ids: the name is the id, with the team where names repeat."""
        return name if name not in self._players else f"{name} ({team})"


def _what_is_missing(name: str, positions: tuple[str, ...], salary: str) -> str:
    if not name:
        return "no player name in this row; the file may be cut off: download it again"
    if not positions:
        return f"{name} has no position; the row may be cut off: download the file again"
    return f"{name}: salary {salary!r} is no number; the row may be cut off: download it again"


def _without_id(named: str) -> str:
    return named.removesuffix(MARKED_LOCKED).strip().rpartition(" (")[0]


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("/") if part.strip())


def _slots(text: str, site: str) -> tuple[str, ...]:
    """Slot names; FanDuel's single game writes ``MVP - 1.5X Points/AnyFLEX``."""
    names: Iterable[str] = _split(text)
    if site == "fanduel":
        names = (name.split(" - ")[0].strip() for name in names)
    return tuple(dict.fromkeys(names))


def _dollars(text: str) -> int | None:
    try:
        return round(float(text.replace("$", "").replace(",", "")))
    except (ValueError, OverflowError):
        return None


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if value == value and abs(value) < 1e6 else 0.0  # noqa: PLR0124 - NaN is unequal
