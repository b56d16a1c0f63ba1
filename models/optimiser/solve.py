"""Answers for many entries at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.optimiser import assign
from models.optimiser.board import frozen
from models.optimiser.codes import BLANK, FULLY_LOCKED, OPEN
from models.optimiser.kernels import Kernels, kernels_for
from models.optimiser.reading import Lineups, Reading
from models.optimiser.search import Answer
from models.optimiser.table import SwapTable, canonical
from models.optimiser.tree import Task, Wishes, workspace
from models.pool import VALUE_SCALE

Rearrange = Literal["never", "swapped", "always"]
HABITS: dict[Rearrange, int] = {
    "never": assign.NEVER_REARRANGE,
    "swapped": assign.REARRANGE_SWAPPED,
    "always": assign.REARRANGE_ALL,
}


class SwapLimits(NamedTuple):
    """What an answer must respect beside the rules; P player rows, E entries."""

    max_swaps: int | NDArray[np.int32] | None = None
    """Most players of the answer that were not in the lineup; (E,) with -1 for no limit."""
    only_out: bool = False
    """Only players in ``out`` may be replaced."""
    out: NDArray[np.bool_] | None = None
    """(P,) who is out; by default whoever is not available."""
    excluded: NDArray[np.bool_] | None = None
    """(P,) or (E, P) rows that may not be chosen, nor stay in an unlocked slot."""
    pinned: NDArray[np.bool_] | None = None
    """(P,) or (E, P) rows that must be in the answer."""
    fill_blank: bool = False
    """Complete blank reservations, too."""
    rearrange: Rearrange = "swapped"
    """Move unlocked players to broader slots: never, only where something is swapped, always."""
    most_nodes: int = 20_000
    """Nodes of the search per entry, after which it is given up as timed out."""


class Solutions(NamedTuple):
    """Answers of E entries, K alternatives each, best first; distinct sets of players."""

    status: NDArray[np.int8]
    """(E,) ``SwapStatus``."""
    blocker: NDArray[np.int8]
    """(E,) ``Blocker`` of the infeasible ones."""
    found: NDArray[np.int32]
    """(E,) alternatives found; 0 where there is no answer, 1 (the lineup) where all is locked."""
    players: NDArray[np.int32]
    """(E, K, R) rows in roster order, -1 beyond ``found``."""
    value: NDArray[np.int64]
    """(E, K) points of the whole lineup in millionths, locked players included."""
    swaps: NDArray[np.int32]
    """(E, K) players that were not in the lineup; a move between slots is none."""
    before: NDArray[np.int64]
    """(E,) points of the lineup as given, in millionths."""

    def points(self) -> NDArray[np.float64]:
        """(E, K) ``value`` in points."""
        return self.value / VALUE_SCALE


def solve(
    table: SwapTable,
    lineups: Lineups,
    limits: SwapLimits = SwapLimits(),  # noqa: B008  # a tuple: immutable
    *,
    top: int = 1,
    threads: int = 1,
    kernels: Kernels | None = None,
) -> Solutions:
    """The ``top`` best legal completions of every entry, exact under the rules and limits.

    Ranked by points; among equal points by fewer swaps. An entry that cannot be solved gets a
    status and a blocker, and affects no other. ``kernels`` is chosen by the size of the work.
    """
    entries, slots = lineups.players.shape
    kernels = kernels or kernels_for(entries * top)
    lineups = canonical(lineups)
    reading = table.read(lineups, kernels)
    if limits.fill_blank:
        _open_blanks(reading)
    is_open = reading.status == OPEN
    table.cover(reading.state[is_open], kernels, _most_open(table, lineups, limits, is_open))
    answer = _empty_answer(entries, top, slots)
    task = _task(table, lineups, limits)
    players = np.full((entries, top, slots), -1, np.int32)

    def work_on(span: NDArray[np.int64]) -> None:
        work = workspace(table.board, table.order.size, top, limits.most_nodes)
        kernels.search(task, reading, answer, work, span)
        bench = assign.bench(table.board)
        kernels.assign(table.board, lineups, answer, players, HABITS[limits.rearrange], bench, span)

    _spread(work_on, entries, threads)
    _repeat_locked(reading, lineups, answer, players)
    return Solutions(
        status=reading.status,
        blocker=reading.blocker,
        found=answer.found,
        players=players,
        value=answer.value,
        swaps=answer.swaps,
        before=reading.before,
    )


def _most_open(
    table: SwapTable, lineups: Lineups, limits: SwapLimits, is_open: NDArray[np.bool_]
) -> int:
    """The most slots that any entry has left once those are seated who stay in any case."""
    most: int = lineups.players.shape[1]
    if limits.max_swaps is not None:
        swaps = np.asarray(limits.max_swaps)
        most = min(most, int(np.where(swaps < 0, most, swaps).max(initial=0)))
    if limits.only_out:
        out = ~table.available if limits.out is None else limits.out
        leaves = np.append(out, np.True_)[lineups.players[is_open]]  # -1, nobody, reads the last
        leaving = (leaves & ~lineups.locked[is_open]).sum(axis=1)
        most = min(most, int(leaving.max(initial=0)))
    return most


def _spread(work_on: Callable[[NDArray[np.int64]], None], entries: int, threads: int) -> None:
    """Share the entries among threads, in pieces so that none waits long for another."""
    if threads <= 1 or entries < 2 * threads:
        work_on(np.array([0, entries]))
        return
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415  # only for large work

    cuts = np.linspace(0, entries, threads * 4 + 1).astype(np.int64)
    with ThreadPoolExecutor(threads) as threads_at_work:
        list(threads_at_work.map(work_on, np.stack((cuts[:-1], cuts[1:]), axis=1)))


def _open_blanks(reading: Reading) -> None:
    blank = reading.status == BLANK
    reading.status[blank] = OPEN


def _empty_answer(entries: int, top: int, slots: int) -> Answer:
    return Answer(
        rows=np.full((entries, top, slots), -1, np.int32),
        kinds=np.full((entries, top, slots), -1, np.int32),
        value=np.zeros((entries, top), np.int64),
        swaps=np.zeros((entries, top), np.int32),
        found=np.zeros(entries, np.int32),
    )


def _task(table: SwapTable, lineups: Lineups, limits: SwapLimits) -> Task:
    gap = int(table.worth.free[table.available].max(initial=0)) // 32 + 1
    values = table.values.view()
    values.flags.writeable = False
    return Task(
        board=table.board,
        layers=table.layers,
        table=values,
        worth=table.worth.free,
        gap=frozen(np.array([gap], np.int64)),
        lineups=lineups,
        wishes=_wishes(table, limits),
    )


def _wishes(table: SwapTable, limits: SwapLimits) -> Wishes:
    rows = table.available.size
    none = np.zeros((1, rows), np.bool_)
    swaps = -1 if limits.max_swaps is None else limits.max_swaps
    out = ~table.available if limits.out is None else limits.out
    return Wishes(
        excluded=frozen(none if limits.excluded is None else np.atleast_2d(limits.excluded)),
        pinned=frozen(none[:0] if limits.pinned is None else np.atleast_2d(limits.pinned)),
        max_swaps=frozen(np.atleast_1d(np.asarray(swaps, np.int32))),
        may_leave=frozen(out if limits.only_out else out[:0]),
    )


def _repeat_locked(
    reading: Reading, lineups: Lineups, answer: Answer, players: NDArray[np.int32]
) -> None:
    """Where everything is locked the answer is the lineup itself."""
    locked = reading.status == FULLY_LOCKED
    players[locked, 0] = lineups.players[locked]
    answer.value[locked, 0] = reading.before[locked]
    answer.found[locked] = 1
