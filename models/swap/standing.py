"""A contest's standings as arrays: who holds whom, what is on the board, how long games still run.

Shapes: N entries of the standings, R roster slots, P pool rows, G games.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.files import HIDDEN, NameMatches, Standings, match_names
from models.rules import SiteRules
from models.slate import Slate
from models.swap.captains import scored_by_persons

HIDDEN_ROW = -2
"""A slot whose player opponents may not see yet."""
NOBODY = -1

_CONTEST = re.compile(r"contest-standings-(\d+)")
_MINUTES = {"nba": 48, "wnba": 40, "cbb": 40, "nfl": 60, "cfb": 60, "nhl": 60}
"""What a player of a game not begun has left; told by the hidden ones where there are any."""
_CLOSE = 1.0
"""Minutes by which entries' times may on average miss the sum over their games; sites update a
player's clock now and then some seconds late."""


class Standing(NamedTuple):
    """The standings of one contest against the pool of its slate."""

    entry_ids: tuple[str, ...]
    lineups: NDArray[np.int32]
    """(N, R) pool rows in roster order; ``HIDDEN_ROW``, or ``NOBODY`` for an empty slot."""
    points: NDArray[np.float64]
    """(N,) on the board."""
    scored: NDArray[np.float64]
    """(P,) points of a person so far; nan where the file has no row of him."""
    left: NDArray[np.float64]
    """(G,) share of each game still to play; nan where no lineup tells."""
    final: bool
    names: NameMatches
    """The file's names on the slate."""

    @property
    def row_of(self) -> dict[str, int]:
        """Row of each entry by its id."""
        return {entry_id: row for row, entry_id in enumerate(self.entry_ids)}


def standing_of(standings: Standings, slate: Slate, rules: SiteRules) -> Standing:
    """Read the lineups of a standings file in roster order; strangers count as nobody."""
    names = match_names(standings, slate)
    row_of = {player.player_id: row for row, player in enumerate(slate.players)}
    points = scored_by_persons(names.points, standings, slate, rules)
    places = {pair: row_of[player_id] for pair, player_id in names.ids.items()}
    lineups = _lineups(standings, places, rules.slot_names)
    remaining = np.array([entry.time_remaining for entry in standings.entries], np.float64)
    return Standing(
        entry_ids=tuple(entry.entry_id for entry in standings.entries),
        lineups=lineups,
        points=np.array([entry.points for entry in standings.entries], np.float64),
        scored=np.array([points.get(p.player_id, np.nan) for p in slate.players], np.float64),
        left=_shares_left(slate, lineups, remaining),
        final=standings.final,
        names=names,
    )


def contest_of(standings: Standings, entries: Iterable[tuple[str, str]]) -> str:
    """The contest that the standings are of: by the (entry, contest) ids in it, else by file name.

    Empty where neither tells.
    """
    ids = {entry.entry_id for entry in standings.entries}
    counts: dict[str, int] = defaultdict(int)
    for entry_id, contest_id in entries:
        counts[contest_id] += entry_id in ids
    best = max(counts, key=lambda contest: counts[contest], default="")
    if best and counts[best]:
        return best
    return contest_named(standings.file)


def contest_named(file_name: str) -> str:
    """The contest that the site named a standings file after; empty where it bears another name.

    >>> contest_named("contest-standings-170847674.csv"), contest_named("mine.csv")
    ('170847674', '')
    """
    named = _CONTEST.search(file_name)
    return named[1] if named else ""


def as_of(
    standing: Standing, locked: NDArray[np.bool_], *, revealed: bool
) -> tuple[NDArray[np.int32], int]:
    """The lineups (N, R) as they could be seen when only ``locked`` (P,) rows were shown.

    Standings of a later moment show who came in afterwards: those are hidden again, and counted,
    unless contests of this kind reveal everybody at the first start.
    """
    if revealed:
        return standing.lineups, 0
    early = (standing.lineups >= 0) & ~np.append(locked, np.True_)[standing.lineups]
    return np.where(early, HIDDEN_ROW, standing.lineups).astype(np.int32), int(early.sum())


def _lineups(
    standings: Standings, places: dict[tuple[str, str], int], slots: Sequence[str]
) -> NDArray[np.int32]:
    """(N, R) rows; the file lists slots in its own order, a repeated name repeatedly."""
    columns = _columns(standings.slots, slots)
    rows_of = [
        {name: row for (listed, name), row in places.items() if listed == slot} | {HIDDEN: -2}
        for slot in standings.slots
    ]
    empty = (NOBODY,) * len(standings.slots)
    listed = [
        [rows.get(name, NOBODY) for rows, name in zip(rows_of, entry.lineup, strict=True)]
        if entry.lineup
        else empty
        for entry in standings.entries
    ]
    table = np.array(listed, np.int32).reshape(len(listed), len(standings.slots))
    return np.ascontiguousarray(table[:, columns])


def _columns(have: Collection[str], want: Sequence[str]) -> list[int]:
    """For each wanted slot its column among those listed. Raises ValueError where they differ."""
    free: dict[str, list[int]] = defaultdict(list)
    for column, slot in enumerate(have):
        free[slot].append(column)
    if sorted(have) != sorted(want):
        raise ValueError(
            f"the standings have the slots {', '.join(have)}, the slate {', '.join(want)}; "
            "give the standings of a contest of this game type"
        )
    return [free[slot].pop(0) for slot in want]


def _shares_left(
    slate: Slate, lineups: NDArray[np.int32], remaining: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(G,) share of each game still to play, read from the entries' remaining player-minutes.

    An entry's time is the sum over its players of what is left of their games, so that the
    entries are linear equations in the games' clocks, solved by least squares; who is
    hidden has a whole game left. Games in nobody's lineup, and all games of a file whose times
    are no such sums, give nan.
    """
    games = len(slate.games)
    unknown = np.full(games, np.nan)
    filled = (lineups != NOBODY).all(axis=1)
    if not filled.any():
        return unknown
    place = {game.game_id: i for i, game in enumerate(slate.games)}
    game_of = np.array([place[p.game_id] for p in slate.players] + [games, games], np.intp)
    held = game_of[lineups[filled]]  # HIDDEN_ROW reads the last but one: one more "game"
    counts = np.stack([(held == game).sum(axis=1) for game in range(games + 1)], axis=1)
    seen: NDArray[np.bool_] = counts.sum(axis=0) > 0
    clocks = np.zeros(games + 1)
    clocks[seen] = np.linalg.lstsq(counts[:, seen].astype(float), remaining[filled])[0]
    if np.abs(counts @ clocks - remaining[filled]).mean() > _CLOSE:
        return unknown
    whole = clocks[games] if seen[games] else _MINUTES.get(slate.sport, clocks.max())
    left = clocks[:games] / whole if whole > 0 else np.zeros(games)
    return np.where(seen[:games], left.clip(0.0, 1.0), np.nan)
