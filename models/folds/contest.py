"""The fold of one contest: entries, what is known of players, ownership, proposals.

Arrays have E entries, R roster slots and P players of the slate's pool.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from models.contest import Contest
from models.decisions import SwapProposal, ended
from models.events import (
    AnyEvent,
    ContestOpened,
    EntriesUploaded,
    EntryUpload,
    FieldShown,
    LateSwap,
    OwnershipUpdate,
    PolicySet,
    ShownField,
    SlateChange,
    SlateChanged,
    SlateOpened,
    WishesSet,
    tags,
)
from models.folds.book import ProposalBook
from models.folds.columns import Entries, PlayerColumns
from models.folds.slate import BEGINNING, SlateState
from models.ownership.history import Reading, remembered
from models.policy import SwapPolicy
from models.pool import PlayerPool, Roster
from models.projections.newcomers import Newcomers
from models.rules import SiteRules
from models.slate import Slate
from models.wishes import EntryWishes

READS = tags(
    SlateOpened,
    ContestOpened,
    EntriesUploaded,
    FieldShown,
    SlateChanged,
    OwnershipUpdate,
    LateSwap,
    PolicySet,
    WishesSet,
)
NOBODY = -1
ProjectedBy = Literal["file", "box_scores", "salary"]
Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class ContestState:
    """Everything known about a contest after some prefix of its slate's events."""

    contest: Contest
    slate: Slate
    rules: SiteRules
    pool: PlayerPool
    roster: Roster
    player_row: dict[str, int]
    columns: PlayerColumns
    entries: Entries = field(default_factory=Entries)
    files: tuple[EntryUpload, ...] = ()
    """Uploads in order; their ``file`` is what the export changes cells of."""
    observed: dict[str, float] = field(default_factory=dict)
    projected: dict[str, float] = field(default_factory=dict)
    field_size: int = 0
    shown: ShownField | None = None
    """Everybody's lineups as last seen; None where none ever were."""
    projected_by: ProjectedBy = "file"
    """What the projections rest on."""
    newcomers: Newcomers | None = None
    """What was learned of newcomers to a lineup with such projections."""
    ownership_at: datetime = BEGINNING
    readings: tuple[Reading, ...] = ()
    """How ownership came to be what it is; bounded."""
    open: dict[str, SwapProposal] = field(default_factory=dict)
    """The proposal that stands, by entry id."""
    proposals: dict[str, SwapProposal] = field(default_factory=dict)
    """By proposal id, in their latest state: the open, the decided, and of those that ended by
    themselves the last of each entry. So a night of many news grows with entries, not with news."""
    over: dict[str, str] = field(default_factory=dict)
    """Id of the proposal that ended last, by entry id."""
    causes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Events behind each player's present state, by player id."""
    reasons: dict[str, str] = field(default_factory=dict)
    """What weather and lines do to a player, in words, by player id."""
    confidence: dict[str, float] = field(default_factory=dict)
    """Of the report behind a player's designation, where it is less than certain."""
    policies: dict[str, SwapPolicy] = field(default_factory=dict)
    """By user; who has none is asked."""
    wishes: dict[str, EntryWishes] = field(default_factory=dict)
    """By entry id, where its owner ever had any."""
    clock: datetime = BEGINNING
    as_of: str = ""

    @classmethod
    def opened(
        cls, slate: SlateOpened, contest: Contest, changes: Sequence[SlateChange] = ()
    ) -> Self:
        """The state right after the contest was opened on this slate, changed as it has since."""
        known = SlateState.opened(slate)
        pool = PlayerPool.of(known.slate, known.rules)
        state = cls(
            contest=contest,
            slate=known.slate,
            rules=known.rules,
            pool=pool,
            roster=Roster.of(known.rules),
            player_row={player_id: i for i, player_id in enumerate(pool.ids)},
            columns=PlayerColumns(
                projection=np.array([known.projection(p) for p in pool.ids]),
                scored=np.zeros(len(pool.ids)),
                plays=np.array([known.plays(p) for p in pool.ids]),
                left=np.ones(len(pool.ids)),
                out=np.array(
                    [_is_out(known.designation(p), known.plays(p)) for p in pool.ids], np.bool_
                ),
                locked=np.array([known.is_locked(p) for p in pool.ids], np.bool_),
                start=pool.start.copy(),
            ),
            field_size=contest.field_size,
            projected_by=slate.data.projected_by,
            newcomers=slate.data.newcomers,
            clock=known.clock,
        )
        for change in changes:
            state = state._changed(change)
        return state

    def updated(self, events: Iterable[AnyEvent]) -> Self:
        """The state after a batch of events; those of other contests change nothing."""
        state = self
        swaps: list[SwapProposal] = []
        for event in events:
            match event:
                case SlateChanged():
                    state = state._changed(event.data)
                case SlateOpened():
                    data = event.data
                    projected_by, newcomers = data.projected_by, data.newcomers
                    state = replace(state, projected_by=projected_by, newcomers=newcomers)
                case OwnershipUpdate() if event.contest_id == self.contest.contest_id:
                    state = state._owned(event)
                case FieldShown() if event.contest_id == self.contest.contest_id:
                    state = replace(state, shown=event.data)
                case PolicySet():
                    policies = {**state.policies, event.user_id: event.data}
                    state = replace(state, policies=policies)
                case WishesSet() if event.contest_id == self.contest.contest_id:
                    wishes = {**state.wishes, event.data.entry_id: event.data}
                    state = replace(state, wishes=wishes)
                case EntriesUploaded() if event.contest_id == self.contest.contest_id:
                    state = (state._swapped(swaps) if swaps else state)._entered(event.data)
                    swaps = []
                case LateSwap() if event.contest_id == self.contest.contest_id:
                    swaps.append(event.data)
                case _:
                    pass
        return state._swapped(swaps) if swaps else state

    def _changed(self, change: SlateChange) -> Self:
        """Take over what the slate's owner found changed."""
        old = self.columns
        projection, scored, out = old.projection.copy(), old.scored.copy(), old.out.copy()
        plays, left = old.plays.copy(), old.left.copy()
        for player_id, now in change.players.items():
            row = self.player_row[player_id]
            projection[row] = now.projection
            out[row] = _is_out(now.designation, now.plays)
            scored[row] = now.points or 0.0
            plays[row], left[row] = now.plays, now.left
        games = [game.game_id for game in self.slate.games]
        begun = np.isin(self.pool.game, [games.index(g) for g in change.locked_games])
        off = np.isin(self.pool.game, [games.index(g) for g in change.postponed_games])
        start = old.start.copy()
        for game_id, moment in change.starts.items():
            start[self.pool.game == games.index(game_id)] = int(moment.timestamp())
        columns = PlayerColumns(
            projection=projection,
            scored=scored,
            plays=plays,
            left=left,
            out=out,
            locked=self._locked((old.locked | begun) & ~off),
            start=start,
        )
        return replace(
            self,
            columns=columns,
            causes=_known({**self.causes, **change.causes}),
            reasons=_known({**self.reasons, **change.reasons}),
            confidence={
                **{p: c for p, c in self.confidence.items() if p not in change.players},
                **{p: s.confidence for p, s in change.players.items() if s.confidence < 1.0},
            },
            clock=max(self.clock, change.clock),
            as_of=change.as_of,
        )

    def _locked(self, begun: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Without late swap everybody is locked as soon as one game has begun."""
        whole = begun.any() and not self.late_swap_allowed
        return np.ones_like(begun) if whole else begun

    def _owned(self, event: OwnershipUpdate) -> Self:
        news = event.data
        levels = {"observed": self.observed, "projected": self.projected}
        levels[news.basis] = {**levels[news.basis], **news.ownership}
        reading = Reading(at=event.received_at, basis=news.basis, ownership=news.ownership)
        return replace(
            self,
            observed=levels["observed"],
            projected=levels["projected"],
            field_size=news.field_size or self.field_size,
            ownership_at=max(self.ownership_at, event.received_at),
            readings=remembered(self.readings, reading),
        )

    def _entered(self, upload: EntryUpload) -> Self:
        """Add entries; of those that are already there, take over what they hold on the site."""
        width = len(self.roster.slot_names)
        rows = {e: (u, tuple(row)) for e, u, row in self._entry_rows()}
        book = self._book()
        accepted = book.accepted()
        for entry in upload.entries:
            lineup = tuple(self.lineup_rows(entry.lineup[:width]))
            held = lineup + (NOBODY,) * (width - len(lineup))
            if entry.entry_id in rows:
                _, known = rows[entry.entry_id]
                swaps = accepted.get(entry.entry_id, ())
                held = self._reconciled(book, entry.entry_id, known, held, swaps)
            rows[entry.entry_id] = (entry.user_id, held)
        return replace(
            self,
            entries=Entries(
                ids=tuple(rows),
                users=tuple(user for user, _ in rows.values()),
                lineups=np.array([lineup for _, lineup in rows.values()], np.int32).reshape(
                    len(rows), width
                ),
                row_of={entry_id: i for i, entry_id in enumerate(rows)},
            ),
            files=(*self.files, upload),
            open=book.open,
            proposals=book.proposals,
            over=book.over,
        )

    def _reconciled(
        self,
        book: ProposalBook,
        entry_id: str,
        known: tuple[int, ...],
        site: tuple[int, ...],
        accepted: Sequence[SwapProposal],
    ) -> tuple[int, ...]:
        """The lineup of an entry that was uploaded again, and what becomes of its proposals.

        Accepted swaps that the site's file shows are applied. One that it does not show yet stays
        accepted: the file is that of before. Where the file holds another lineup its owner made it,
        and what was computed for the former is over.
        """
        if site == known:
            for swap in accepted:
                book.enter(ended(swap, "applied", "the uploaded entries hold it"))
            return known
        over = list(accepted)
        standing = book.open.get(entry_id)
        if standing is not None and standing.state == "proposed":
            over.append(standing)
        elif standing is not None and tuple(self.lineup_rows(standing.before)) == site:
            return known
        for swap in over:
            book.enter(ended(swap, "stale", "the entries uploaded since hold another lineup"))
        return site

    def _book(self) -> ProposalBook:
        """Copies of what is known of proposals, to enter into."""
        return ProposalBook(dict(self.open), dict(self.proposals), dict(self.over))

    def _entry_rows(self) -> Iterable[tuple[str, str, list[int]]]:
        held = self.entries
        return zip(held.ids, held.users, held.lineups.tolist(), strict=True)

    def _swapped(self, swaps: Sequence[SwapProposal]) -> Self:
        """Take over proposals and their changes of state; approved ones change the lineup."""
        book = self._book()
        lineups = self.entries.lineups.copy()
        for swap in swaps:
            if book.is_overtaken(swap):
                continue
            earlier = book.enter(swap)
            row = self.entries.row_of.get(swap.entry_id)
            if row is None:
                continue
            if swap.state == "approved":
                lineups[row] = self.lineup_rows(swap.after)
            elif earlier is not None and earlier.state == "approved" and swap.state != "applied":
                lineups[row] = self.lineup_rows(swap.before)
        return replace(
            self,
            open=book.open,
            proposals=book.proposals,
            over=book.over,
            entries=replace(self.entries, lineups=lineups),
        )

    def lineup_rows(self, players: Sequence[str]) -> list[int]:
        """Rows of the pool for player ids in slot order, -1 for an empty or unknown one."""
        return [self.player_row.get(p, NOBODY) for p in players]

    def lineup_ids(self, rows: Iterable[int]) -> tuple[str, ...]:
        """Player ids for rows of the pool, empty where nobody is placed."""
        return tuple(self.pool.ids[row] if row >= 0 else "" for row in rows)

    def rows_of(self, lineup: Iterable[str]) -> NDArray[np.int32]:
        """(R,) rows of the pool for a lineup's player ids; the reverse of ``lineup_ids``."""
        return np.array([self.player_row.get(p, NOBODY) for p in lineup], np.int32)

    def wishes_of(self, entry_id: str) -> EntryWishes | None:
        """What binds the swaps of an entry; None where nothing does."""
        wishes = self.wishes.get(entry_id)
        return wishes if wishes is not None and wishes.binds else None

    def lineup_of(self, entry_id: str) -> tuple[str, ...]:
        """Player ids of a followed entry, approved swaps included; empty for an unknown one."""
        row = self.entries.row_of.get(entry_id)
        return () if row is None else self.lineup_ids(self.entries.lineups[row])

    def is_out(self, player_id: str) -> bool:
        """Whether a player could still leave a lineup, and must: he will not play."""
        row = self.player_row.get(player_id, NOBODY)
        return row >= 0 and bool(self.columns.out[row] and not self.columns.locked[row])

    def locked_slots(self, lineups: NDArray[np.int32]) -> NDArray[np.bool_]:
        """(..., R) whether the player in each slot is locked."""
        return np.append(self.columns.locked, np.False_)[lineups]

    @property
    def late_swap_allowed(self) -> bool:
        """The contest's own word, or else the game type's rule."""
        says = self.contest.late_swap
        return self.rules.late_swap if says is None else says

    def start_of(self, row: int) -> datetime | None:
        """Scheduled start of a player's game."""
        seconds = int(self.columns.start[row])
        return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _is_out(designation: str, plays: float) -> bool:
    """Whether a player is believed to miss his game: ruled out, or sure not to play."""
    return designation == "OUT" or plays == 0.0


def _known(told: dict[str, Told]) -> dict[str, Told]:
    """Without those of whom nothing is told any more."""
    return {player_id: said for player_id, said in told.items() if said}
