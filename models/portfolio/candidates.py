"""What each entry could become: lineups worth the price of a simulation, every one of them legal.

By points the K best completions are exact. They miss what pays only together (a quarterback with
his catchers), hence also the exact optimum of every *sampled* projection: lineups that would have
been best in one evening that may come. Both read the optimiser's table, one table per projection
for all entries together.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.optimiser import Lineups, SwapLimits, SwapTable, solve
from models.pool import VALUE_SCALE

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


class Candidates(NamedTuple):
    """C lineups of E entries, those of one entry side by side: held, then by falling points."""

    lineups: Ints
    """(C, R) pool rows in roster order, -1 for nobody (held lineups only)."""
    owner: Ints
    """(C,) which entry would become it."""
    points: Floats
    """(C,) projected total, locked players included."""
    swaps: Ints
    """(C,) players that the held lineup has not; a move between slots is none."""
    words: NDArray[np.int64]
    """(C, R) sorted words, one for a player as he counts there: equal rows are equal lineups."""
    hold: NDArray[np.intp]
    """(E,) candidate that is the lineup as held."""
    status: NDArray[np.int8]
    """(E,) ``SwapStatus`` of the search by points."""
    blocker: NDArray[np.int8]
    """(E,) ``Blocker`` of entries without a completion."""
    locked: NDArray[np.bool_]
    """(E, R) slots that may not change any more."""
    stale: NDArray[np.bool_]
    """(E,) the held lineup has an open slot that is empty or whose player cannot play."""

    @property
    def first(self) -> NDArray[np.intp]:
        """(E + 1,) candidates of entry e are ``first[e]`` to ``first[e + 1]``."""
        return np.append(self.hold, len(self.owner))

    def take(self, kept: NDArray[np.bool_]) -> Candidates:
        """Those marked (C,), and every held lineup."""
        kept = kept.copy()
        kept[self.hold] = True
        moved = np.cumsum(kept) - 1
        return self._replace(
            lineups=self.lineups[kept],
            owner=self.owner[kept],
            points=self.points[kept],
            swaps=self.swaps[kept],
            words=self.words[kept],
            hold=moved[self.hold],
        )


def candidates(
    table: SwapTable,
    lineups: Lineups,
    limits: SwapLimits = SwapLimits(),  # noqa: B008  # a tuple: immutable
    *,
    top: int = 40,
    also: Sequence[SwapLimits] = (),
    sampled: Floats | None = None,
    per_sample: int = 1,
    threads: int = 1,
) -> Candidates:
    """The lineup held, the ``top`` best by points, the best of each sampled projection, per entry.

    ``also`` are other limits whose ``top`` best are added: with few swaps allowed entries stay
    different where all would become the same best lineups. ``sampled`` is (J, P) points without
    the slot's multiplier. No lineup stands twice under one
    entry. An entry without a completion keeps what it holds, alone, and ``status`` says why; held
    lineups may be incomplete, all others are legal. The table itself is not changed.
    """
    by_points = solve(table, lineups, limits, top=top, threads=threads)
    groups = [
        _Group(lineups.players[:, None], np.ones(len(lineups.players), np.int32), None),
        _Group(by_points.players, by_points.found, by_points.swaps),
    ]
    for other in also:
        more = solve(table, lineups, other, top=top, threads=threads)
        groups.append(_Group(more.players, more.found, more.swaps))
    if sampled is not None and len(sampled):
        groups += _optima(table, lineups, limits, sampled, per_sample, threads)
    return _merged(table, lineups, groups)._replace(
        status=by_points.status, blocker=by_points.blocker
    )


class _Group(NamedTuple):
    """Lineups (E, K, R), of which the first ``found`` (E,) of each entry exist."""

    players: Ints
    found: Ints
    swaps: Ints | None


def _optima(
    table: SwapTable,
    lineups: Lineups,
    limits: SwapLimits,
    sampled: Floats,
    per_sample: int,
    threads: int,
) -> list[_Group]:
    """Exact optima under each sampled projection; one table at a time serves all entries."""
    if limits.out is None:
        limits = limits._replace(out=~table.available)
    shares = [sampled[i::threads] for i in range(max(threads, 1)) if len(sampled[i::threads])]

    def work_on(share: Floats) -> list[_Group]:
        return _optima_of(_scratch(table), lineups, limits, share, per_sample)

    if len(shares) == 1:
        return work_on(shares[0])
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  # only for large work

    with ThreadPoolExecutor(len(shares)) as threads_at_work:
        return [group for found in threads_at_work.map(work_on, shares) for group in found]


def _optima_of(
    scratch: SwapTable, lineups: Lineups, limits: SwapLimits, sampled: Floats, per_sample: int
) -> list[_Group]:
    groups = []
    available = scratch.available
    for points in sampled:
        scratch.load(points, available)
        found = solve(scratch, lineups, limits, top=per_sample)
        groups.append(_Group(found.players, found.found, found.swaps))
    return groups


def _scratch(table: SwapTable) -> SwapTable:
    """A table of the same slate with memory of its own."""
    scratch = copy(table)
    scratch.values = np.zeros((0, 0, 0), np.int32)
    scratch.valid = np.zeros_like(table.valid)
    return scratch


def _merged(table: SwapTable, lineups: Lineups, groups: Sequence[_Group]) -> Candidates:
    players = np.concatenate([group.players for group in groups], axis=1)
    exists = np.concatenate(
        [np.arange(g.players.shape[1]) < g.found[:, None] for g in groups], axis=1
    )
    words = _words(table, players)
    kept = exists & _first_of_kind(words.sum(axis=2), exists)
    points = _points(table, players, lineups.locked)
    rank = -points
    rank[:, 0] = -np.inf  # what is held stands first
    entry, place = np.nonzero(kept)
    order = np.lexsort((place, rank[entry, place], entry))
    entry, place = entry[order], place[order]
    return Candidates(
        lineups=players[entry, place],
        owner=entry.astype(np.int32),
        points=points[entry, place],
        swaps=_swaps(groups)[entry, place],
        words=np.sort(words[entry, place], axis=1),
        hold=np.searchsorted(entry, np.arange(len(players))),
        status=np.zeros(len(players), np.int8),
        blocker=np.zeros(len(players), np.int8),
        locked=lineups.locked,
        stale=_is_stale(table, lineups),
    )


def _words(table: SwapTable, players: Ints) -> NDArray[np.int64]:
    """A word for each player as he counts in his slot, 0 for nobody."""
    known = (players >= 0) & (players < table.available.size)
    words = table.board.key[np.where(known, players, 0), table.board.slot_type]
    return np.where(known, words, 0)


def _points(table: SwapTable, players: Ints, locked: NDArray[np.bool_]) -> Floats:
    known = (players >= 0) & (players < table.available.size)
    rows, kinds = np.where(known, players, 0), table.board.slot_type
    worth = np.where(
        locked[:, None], table.worth.locked[rows, kinds], table.worth.free[rows, kinds]
    )
    points: Floats = np.where(known, worth, 0).sum(axis=2) / VALUE_SCALE
    return points


def _first_of_kind(hashes: NDArray[np.int64], exists: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether no lineup that exists before it in its row has the same players."""
    order = np.lexsort((~exists, hashes), axis=1)  # stable: the earlier of equals comes first
    ordered = np.take_along_axis(hashes, order, axis=1)
    fresh = np.ones(hashes.shape, np.bool_)
    fresh[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    first = np.empty_like(fresh)
    np.put_along_axis(first, order, fresh, axis=1)
    return first


def _swaps(groups: Sequence[_Group]) -> Ints:
    return np.concatenate(
        [np.zeros(g.players.shape[:2], np.int32) if g.swaps is None else g.swaps for g in groups],
        axis=1,
    )


def _is_stale(table: SwapTable, lineups: Lineups) -> NDArray[np.bool_]:
    plays = np.append(table.available, np.False_)  # -1, nobody, reads the last
    return np.asarray((~plays[lineups.players] & ~lineups.locked).any(axis=1), np.bool_)
