"""What is expected of each player at every moment of a recorded night, from what was known then.

Projections enter a night as events, so that whoever folds the night has them: live or later.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.events import AnyEvent, SlateOpened
from models.files.box_scores import BoxScore
from models.folds.slate import SlateState
from models.night import Night
from models.projections.expected import expectations
from models.projections.learned import Weights, learned_before
from models.projections.salary_line import salary_projections
from models.projections.season import Season
from models.rules import SiteRules
from models.slate import Slate

Floats = NDArray[np.float64]


class Projected(NamedTuple):
    """What is expected of the players of a slate, (P,) each, in its order."""

    if_plays: Floats
    """Points of a night on which he plays."""
    plays: Floats
    """Chance that he does, where nothing is reported of him."""
    spread: Floats
    """Standard deviation of ``if_plays``; nan where the outcome model's own is to be taken."""


Opinion = Callable[[frozenset[str], bool], Projected]
"""What is expected when these players (ids) are known out, and whether they are all who are."""


class Projector(Protocol):
    """A projection model as a backtest asks it: nothing of the night itself reaches it."""

    def __call__(self, slate: Slate, past: Sequence[BoxScore], day: date) -> Opinion:
        """What it makes of games before ``day``."""
        ...


class SeasonProjector(NamedTuple):
    """Learned from the season before the night; salaries and averages without past games."""

    rules: SiteRules
    came: Weights
    """Where too few games came before to learn from."""

    def __call__(self, slate: Slate, past: Sequence[BoxScore], day: date) -> Opinion:
        """Weights are learned from ``past`` alone."""
        if not past:
            said = salary_projections(slate, self.rules)
            return lambda out, _: _by_salary(slate, said, out)
        weights = learned_before(Season.of(past), day, self.came)
        season = Season.of(past, site=slate.site)

        def opinion(out: frozenset[str], settled: bool) -> Projected:
            found = expectations(slate, season, day, weights, absent=out, settled=settled)
            rows = [found[player.player_id] for player in slate.players]
            columns = (np.array(column, np.float64) for column in zip(*rows, strict=True))
            return Projected(*columns)

        return opinion


def _by_salary(slate: Slate, said: Mapping[str, float], out: frozenset[str]) -> Projected:
    ids = [player.player_id for player in slate.players]
    plays = np.array([0.0 if player_id in out else 1.0 for player_id in ids])
    return Projected(np.array([said[i] for i in ids]), plays, np.full(len(ids), np.nan))


class ProjectedNight(NamedTuple):
    """A night that carries its projections as events, and the same with all they hold."""

    night: Night
    projected: tuple[tuple[datetime, Projected], ...]
    """By the moment from which they count, first one first."""

    def at(self, moment: datetime) -> Projected:
        """What is expected at a moment of the night."""
        return next(told for since, told in reversed(self.projected) if since <= moment)


def projected_night(
    night: Night,
    projector: Projector,
    past: Sequence[BoxScore],
    day: date,
    absent: Collection[str] = (),
) -> ProjectedNight:
    """The night with projections at its opening and wherever the set of those out changed.

    ``past`` may hold later games: only those before ``day`` are looked at. ``absent`` are the ids
    that the absence rule tells of: once they are known, whoever else is listed plays.
    """
    opening = list(night.opening)
    at, opened = next((i, e) for i, e in enumerate(opening) if isinstance(e, SlateOpened))
    slate = opened.data.slate
    opinion = projector(slate, [game for game in past if game.on < day], day)
    told = opinion(frozenset(), False)
    opening[at] = opened = _opened(opened, opened.received_at, told)
    state, out = SlateState.opened(opened), frozenset[str]()
    timeline: list[AnyEvent] = []
    projected = [(opened.received_at, told)]
    for moment, events in groupby(night.timeline, key=lambda event: event.received_at):
        batch = list(events)
        timeline += batch
        for event in batch:
            state = state.updated(event)
        now = frozenset(_out(state))
        if now != out:
            out, told = now, opinion(now, bool(absent) and now.issuperset(absent))
            timeline.append(_opened(opened, moment, told, after=batch[-1].event_id))
            projected.append((moment, told))
    return ProjectedNight(night._replace(opening=opening, timeline=timeline), tuple(projected))


def _out(state: SlateState) -> Iterator[str]:
    return (p for p, report in state.reports.items() if report.designation == "OUT")


def _opened(event: SlateOpened, at: datetime, told: Projected, after: str = "") -> SlateOpened:
    """The slate's opening with these projections, as it is told at that moment."""
    points = np.round(told.if_plays * told.plays, 4).tolist()
    players = event.data.slate.players
    opening = msgspec.structs.replace(
        event.data,
        projections={p.player_id: v for p, v in zip(players, points, strict=True)},
        impact={},  # the projections hold every absence
    )
    return msgspec.structs.replace(
        event,
        event_id=f"{after}-projected" if after else event.event_id,
        timestamp=at,
        received_at=at,
        data=opening,
    )
