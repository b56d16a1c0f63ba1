"""A slate as a worker of the pool keeps it: its table, rebuilt only as far as needed."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from models.optimiser.codes import SwapStatus
from models.optimiser.reading import Lineups
from models.optimiser.solve import SwapLimits, solve
from models.optimiser.table import SwapTable
from models.pool import VALUE_SCALE, PlayerPool
from models.portfolio import Candidates, candidates
from models.work import HeldSlate, SwapAnswer, SwapRequest

STATUS_NAMES = {int(status): status.name.lower() for status in SwapStatus}
MOST_CANDIDATES = 24_000
"""Lineups priced for one request, all entries together: about half a second's work."""
PER_ENTRY = range(4, 41)
"""Candidates for one entry, however many or few entries share the work."""


class WarmSlate:
    """One slate's table, rebuilt only as far as the newest projections differ."""

    def __init__(self, held: HeldSlate) -> None:
        self.pool = PlayerPool.of(held.slate, held.rules)
        self._table = SwapTable(held.rules, self.pool)
        self._loaded = False

    def solve(self, request: SwapRequest) -> SwapAnswer:
        """Bring the table up to date and answer every entry of the request."""
        began = time.perf_counter()
        lineups, limits = self._asked(request)
        found = solve(self._table, lineups, limits, top=request.top)
        return SwapAnswer(
            as_of=request.as_of,
            status=tuple(STATUS_NAMES[status] for status in found.status.tolist()),
            before=(found.before / VALUE_SCALE).tobytes(),
            points=np.where(found.players[:, :, 0] >= 0, found.points(), -1.0).tobytes(),
            lineups=found.players.tobytes(),
            seconds=time.perf_counter() - began,
        )

    def candidates(self, request: SwapRequest) -> Candidates:
        """Bring the table up to date; what each entry of the request could become.

        Half of it is found with nobody leaving but those who are out: what entries hold keeps
        them different, and differences are worth money.
        """
        lineups, limits = self._asked(request)
        share = MOST_CANDIDATES // max(request.entries, 1)
        top = min(max(share, PER_ENTRY.start), PER_ENTRY.stop - 1)
        if limits.only_out:
            return candidates(self._table, lineups, limits, top=top)
        few = limits._replace(only_out=True)
        return candidates(self._table, lineups, limits, top=top // 2, also=(few,))

    def _asked(self, request: SwapRequest) -> tuple[Lineups, SwapLimits]:
        self._take(request)
        lineups = np.frombuffer(request.lineups, np.int32).reshape(request.entries, -1)
        locked = np.frombuffer(request.locked, np.bool_).reshape(lineups.shape)
        limits = SwapLimits(
            max_swaps=request.max_swaps,
            only_out=request.only_out,
            out=np.frombuffer(request.out, np.bool_),
            excluded=self._excluded(request),
        )
        return Lineups(lineups, locked), limits

    def _excluded(self, request: SwapRequest) -> NDArray[np.bool_] | None:
        """(N, P) who may not come into which entry; None where nobody is excluded."""
        if not request.excluded:
            return None
        mask = np.zeros((request.entries, len(self.pool.ids)), np.bool_)
        mask[tuple(np.frombuffer(request.excluded, np.int32).reshape(-1, 2).T)] = True
        return mask

    def _take(self, request: SwapRequest) -> None:
        values = np.frombuffer(request.values, np.float64)
        available = np.frombuffer(request.available, np.bool_)
        scored = np.frombuffer(request.scored, np.float64)
        take = self._table.update if self._loaded else self._table.load
        take(values, available, locked_points=scored)
        self._loaded = True
