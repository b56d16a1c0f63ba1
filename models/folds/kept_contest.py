"""A contest's state as it is kept in snapshots: plain values, and columns as their bytes.

What follows from slate and rules alone (pool, roster, rows) is not kept but made again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Self

import msgspec
import numpy as np

from models.contest import Contest
from models.decisions import SwapProposal
from models.events import EntryUpload, ShownField
from models.folds.columns import Entries, PlayerColumns
from models.folds.contest import ContestState, ProjectedBy
from models.ownership.history import Reading
from models.policy import SwapPolicy
from models.pool import PlayerPool, Roster
from models.projections.newcomers import Newcomers
from models.rules import SiteRules
from models.slate import Slate
from models.wishes import EntryWishes


class KeptColumns(msgspec.Struct, frozen=True, kw_only=True):
    """PlayerColumns, each as little-endian bytes of its own type."""

    projection: bytes
    scored: bytes
    plays: bytes
    left: bytes
    out: bytes
    locked: bytes
    start: bytes

    @classmethod
    def of(cls, columns: PlayerColumns) -> Self:
        """The columns as bytes."""
        return cls(**{name: getattr(columns, name).tobytes() for name in cls.__struct_fields__})

    def columns(self) -> PlayerColumns:
        """The columns again."""

        def floats(body: bytes) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
            return np.frombuffer(body, np.float64).copy()

        return PlayerColumns(
            projection=floats(self.projection),
            scored=floats(self.scored),
            plays=floats(self.plays),
            left=floats(self.left),
            out=np.frombuffer(self.out, np.bool_).copy(),
            locked=np.frombuffer(self.locked, np.bool_).copy(),
            start=np.frombuffer(self.start, np.int64).copy(),
        )


class KeptContest(msgspec.Struct, frozen=True, kw_only=True):
    """ContestState without what slate and rules imply."""

    contest: Contest
    slate: Slate
    rules: SiteRules
    columns: KeptColumns
    ids: tuple[str, ...]
    users: tuple[str, ...]
    lineups: bytes
    """(E, R) int32."""
    files: tuple[EntryUpload, ...]
    observed: dict[str, float]
    projected: dict[str, float]
    field_size: int
    ownership_at: datetime
    open: tuple[str, ...]
    """Ids of the proposals that stand, in the order of ``ContestState.open``."""
    replaced: tuple[SwapProposal, ...]
    """Those that stand and that ``proposals`` holds in another state, or not at all."""
    proposals: tuple[SwapProposal, ...]
    over: dict[str, str]
    causes: dict[str, tuple[str, ...]]
    clock: datetime
    as_of: str
    readings: tuple[Reading, ...] = ()
    confidence: dict[str, float] = {}
    policies: dict[str, SwapPolicy] = {}
    shown: ShownField | None = None
    projected_by: ProjectedBy = "file"
    newcomers: Newcomers | None = None
    reasons: dict[str, str] = {}
    wishes: dict[str, EntryWishes] = {}

    @classmethod
    def of(cls, state: ContestState) -> Self:
        """What a snapshot keeps of a state."""
        standing = state.open.values()
        return cls(
            contest=state.contest,
            slate=state.slate,
            rules=state.rules,
            columns=KeptColumns.of(state.columns),
            ids=state.entries.ids,
            users=state.entries.users,
            lineups=np.ascontiguousarray(state.entries.lineups).tobytes(),
            files=state.files,
            observed=state.observed,
            projected=state.projected,
            field_size=state.field_size,
            ownership_at=state.ownership_at,
            open=tuple(swap.proposal_id for swap in standing),
            replaced=tuple(s for s in standing if state.proposals.get(s.proposal_id) != s),
            proposals=tuple(state.proposals.values()),
            over=state.over,
            causes=state.causes,
            clock=state.clock,
            as_of=state.as_of,
            readings=state.readings,
            confidence=state.confidence,
            policies=state.policies,
            shown=state.shown,
            projected_by=state.projected_by,
            newcomers=state.newcomers,
            reasons=state.reasons,
            wishes=state.wishes,
        )

    def state(self) -> ContestState:
        """The state again."""
        pool, roster = PlayerPool.of(self.slate, self.rules), Roster.of(self.rules)
        proposals = {swap.proposal_id: swap for swap in self.proposals}
        standing = {**proposals, **{swap.proposal_id: swap for swap in self.replaced}}
        return ContestState(
            contest=self.contest,
            slate=self.slate,
            rules=self.rules,
            pool=pool,
            roster=roster,
            player_row={player_id: i for i, player_id in enumerate(pool.ids)},
            columns=self.columns.columns(),
            entries=self._entries(len(roster.slot_names)),
            files=self.files,
            observed=self.observed,
            projected=self.projected,
            field_size=self.field_size,
            ownership_at=self.ownership_at,
            open={standing[p].entry_id: standing[p] for p in self.open},
            proposals=proposals,
            over=self.over,
            causes=self.causes,
            clock=self.clock,
            as_of=self.as_of,
            readings=self.readings,
            confidence=self.confidence,
            policies=self.policies,
            shown=self.shown,
            projected_by=self.projected_by,
            newcomers=self.newcomers,
            reasons=self.reasons,
            wishes=self.wishes,
        )

    def _entries(self, slots: int) -> Entries:
        if not self.ids:
            return Entries()
        lineups = np.frombuffer(self.lineups, np.int32).reshape(len(self.ids), slots)
        return Entries(
            ids=self.ids,
            users=self.users,
            lineups=lineups.copy(),
            row_of={entry_id: i for i, entry_id in enumerate(self.ids)},
        )
