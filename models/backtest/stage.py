"""A slate and one of its contests, folded batch by batch as their actors fold them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from models.decisions import SwapProposal, ended
from models.events import AnyEvent, SlateOpened
from models.folds.batches import folded
from models.folds.beginning import fold
from models.folds.contest import ContestState
from models.folds.slate import SlateState
from models.folds.telling import late_swap, slate_changed
from models.night import Night


class Stage:
    """Both folds of a night at one moment.

    What the slate's actor would tell its contests is told here in the same step, and every swap
    is approved as soon as it is proposed.
    """

    def __init__(self, opening: Sequence[AnyEvent], contest_id: str) -> None:
        """Raises ValueError where the opening opens no slate, or not this contest."""
        opened = next((e for e in opening if isinstance(e, SlateOpened)), None)
        contest = fold(None, opening, contest_id)
        if opened is None or not isinstance(contest, ContestState):
            raise ValueError(f"the opening of the night does not open contest {contest_id}")
        self.slate = SlateState.opened(opened)
        self.contest: ContestState = contest
        self.newest: AnyEvent = opened
        """The newest fact taken in, projections aside: those follow from others."""
        self._batches = 0

    def take(self, batch: Sequence[AnyEvent]) -> None:
        """Fold what was received since, in its order."""
        before = self.slate
        self.slate = folded(self.slate, batch)
        self._batches += 1
        changed = slate_changed(self.slate, before, f"{self._batches:06d}")
        told = [*batch] if changed is None else [*batch, changed]
        self.contest = self.contest.updated(told)
        self.newest = next((e for e in reversed(batch) if not isinstance(e, SlateOpened)), batch[0])

    def approve(self, swaps: Sequence[SwapProposal]) -> None:
        """Have entries follow these swaps from now on."""
        approved = (ended(swap, "approved", "followed at once") for swap in swaps)
        self.contest = self.contest.updated([late_swap(self.contest, swap) for swap in approved])


def batches_of(night: Night) -> Iterator[tuple[datetime, list[AnyEvent]]]:
    """The timeline as batches received at one instant, in order."""
    for moment, events in groupby(night.timeline, key=lambda event: event.received_at):
        yield moment, list(events)
