"""What a played night leaves: each decision, each moment, and where every entry ended.

E entries, R roster slots, D decisions on single entries, P players.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.backtest.claims import Believed, Claims
from models.backtest.moments import Moment
from models.events import AnyEvent, BreakingNews, LineupChange, PlayerActive, PlayerInjury
from models.folds.contest import ContestState

Lineups = NDArray[np.int32]


class Information(NamedTuple):
    """The newest fact that a decision knew."""

    at: datetime
    what: str


class Decision(NamedTuple):
    """All that was decided at one moment; D proposals."""

    moment: Moment
    newest: Information
    asked: int
    """Entries that were looked at."""
    rows: NDArray[np.intp]
    """(D,) entries with a proposal."""
    before: Lineups
    """(D, R)."""
    after: Lineups
    claims: Claims
    believed: Believed

    @property
    def followed(self) -> NDArray[np.bool_]:
        """(D,) proposed and followed; the rest are abstentions."""
        return self.believed.propose


class Played(NamedTuple):
    """One policy's night."""

    policy: str
    first: Lineups
    """(E, R) lineups before any decision."""
    last: Lineups
    decisions: tuple[Decision, ...]
    illegal: int
    """Changed lineups that break a rule, and swaps that touched a locked slot."""

    def decided_at(self) -> list[list[datetime]]:
        """For each entry the times of decisions that changed it."""
        times: list[list[datetime]] = [[] for _ in range(len(self.first))]
        for decision in self.decisions:
            for row in decision.rows[decision.followed].tolist():
                times[row].append(decision.moment.at)
        return times

    def swaps(self) -> NDArray[np.int64]:
        """(E,) players of the last lineup who were not in the first."""
        return newcomers(self.first, self.last)


def newcomers(first: Lineups, last: Lineups) -> NDArray[np.int64]:
    """(N,) players of the lineups ``last`` (N, R) who are not in ``first`` (N, R)."""
    held = (last[:, :, None] == first[:, None, :]).any(axis=2)
    fresh: NDArray[np.int64] = (~held & (last >= 0)).sum(axis=1)
    return fresh


def told(state: ContestState, event: AnyEvent) -> Information:
    """The event in words."""
    who = ""
    if event.player_id:
        who = f" {state.slate.players[state.player_row[event.player_id]].name}"
    elif event.game_id:
        who = f" {event.game_id}"
    said = ""
    if isinstance(event, PlayerInjury | PlayerActive | LineupChange):
        said = f" {event.data.status}"
    elif isinstance(event, BreakingNews):
        said = f" {event.data.headline}"
    tag = type(event).__struct_config__.tag
    return Information(event.received_at, f"{tag}{who}{said} ({event.source})")


def lineups_of(state: ContestState, lineups: Sequence[Sequence[str]]) -> Lineups:
    """(N, R) pool rows of lineups given as player ids."""
    width = len(state.roster.slot_names)
    rows = [state.lineup_rows(lineup) for lineup in lineups]
    return np.array(rows, np.int32).reshape(len(rows), width)
