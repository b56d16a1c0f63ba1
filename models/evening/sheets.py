"""The site's upload and salary files written anew, where nobody downloaded them.

Bytes as DraftKings writes them: CRLF, no byte-order mark, the player pool beside the entries from
the eighth line on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from models.contest import Contest
from models.events import EntryLineup
from models.files.cells import quoted
from models.files.games import EASTERN
from models.slate import Game, Player, Slate

_POOL_HEADER = ("Position", "Name + ID", "Name", "ID", "Roster Position", "Salary", "Game Info",
                "TeamAbbrev", "AvgPointsPerGame")  # fmt: skip
_INSTRUCTIONS = (
    "1. Column A lists all of your contest entries for this draftgroup",
    "2. Your current lineup is listed next to each entry (blank for reservations)",
    "3. You can change the lineup for an entry by entering the IDs of the players in its row",
)
_POOL_LINE = 7
_STATES = {"in_progress": "In Progress", "final": "Final", "postponed": "Postponed"}


def salaries_sheet(slate: Slate) -> bytes:
    """DKSalaries.csv of a slate, in the order of its players."""
    return csv_bytes([_POOL_HEADER, *_pool(slate)])


def entries_sheet(
    slate: Slate, contest: Contest, slots: Sequence[str], entries: Sequence[EntryLineup]
) -> bytes:
    """DKEntries.csv: these entries of one contest, with the slate's pool beside them.

    Raises KeyError for a lineup that holds somebody who is not on the slate.
    """
    header = ("Entry ID", "Contest Name", "Contest ID", "Entry Fee", *slots, "", "Instructions")
    left = [header, *_entry_rows(slate, contest, entries)]
    right = [()] * _POOL_LINE + [_POOL_HEADER, *_pool(slate)]
    blank = ("",) * len(header)
    pairs = zip_longest(left, right, fillvalue=())
    return csv_bytes((*(entry or blank), *pool) for entry, pool in pairs)


def csv_bytes(rows: Iterable[Iterable[str]]) -> bytes:
    """Rows of cells as the sites write them."""
    return "".join(",".join(map(quoted, row)) + "\r\n" for row in rows).encode()


def number(value: float) -> str:
    """A number as the site writes it.

    >>> number(227.0), number(233.75)
    ('227', '233.75')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _pool(slate: Slate) -> list[tuple[str, ...]]:
    games = {game.game_id: _game_text(game) for game in slate.games}
    return [
        (
            "/".join(p.positions), _named(p), p.name, p.player_id, "/".join(p.roster_slots),
            str(p.salary), games[p.game_id], p.team, number(p.average_points),
        )
        for p in slate.players
    ]  # fmt: skip


def _entry_rows(
    slate: Slate, contest: Contest, entries: Sequence[EntryLineup]
) -> Iterable[tuple[str, ...]]:
    cells = {p.player_id: _named(p) for p in slate.players} | {"": ""}
    contest_cells = (contest.name, contest.contest_id, f"${number(contest.entry_fee)}")
    for i, entry in enumerate(entries):
        told = _INSTRUCTIONS[i] if i < len(_INSTRUCTIONS) else ""
        lineup = [cells[player_id] for player_id in entry.lineup]
        yield (entry.entry_id, *contest_cells, *lineup, "", told)


def _named(player: Player) -> str:
    return f"{player.name} ({player.player_id})"


def _game_text(game: Game) -> str:
    """``AUS@BAL 01/16/2026 07:00PM ET``."""
    if game.start is None:
        return _STATES.get(game.state, game.game_id)
    return f"{game.away}@{game.home} {game.start.astimezone(EASTERN):%m/%d/%Y %I:%M%p} ET"
