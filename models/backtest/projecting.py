"""What is expected of each player at every moment of a recorded night, from what was known then.

Projections enter a night as events, so that whoever folds the night has them: live or later.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from models.projections.baseline import Expectation, baseline_expectations, salary_projections
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


class Projector(Protocol):
    """A projection model as a backtest asks it: nothing of the night itself reaches it."""

    def __call__(
        self, slate: Slate, past: Sequence[BoxScore], day: date, out: frozenset[str]
    ) -> Projected:
        """Expectations from games before ``day`` when the players ``out`` (ids) are known out."""
        ...


class BaselineProjector(NamedTuple):
    """Weighted past games and salary; who is out changes nobody else."""

    rules: SiteRules

    def __call__(
        self,
        slate: Slate,
        past: Sequence[BoxScore],
        day: date,
        out: frozenset[str],  # noqa: ARG002 - team mates are projected as if everybody played
    ) -> Projected:
        """The baseline; salaries and the site's averages alone without past games."""
        found = (
            baseline_expectations(slate, past, day)
            if past
            else {
                i: Expectation(points, 1.0)
                for i, points in salary_projections(slate, self.rules).items()
            }
        )
        rows = [found[player.player_id] for player in slate.players]
        return Projected(
            np.array([row.if_plays for row in rows]),
            np.array([row.plays for row in rows]),
            np.full(len(rows), np.nan),
        )


class ProjectedNight(NamedTuple):
    """A night that carries its projections as events, and the same with all they hold."""

    night: Night
    projected: tuple[tuple[datetime, Projected], ...]
    """By the moment from which they count, first one first."""

    def at(self, moment: datetime) -> Projected:
        """What is expected at a moment of the night."""
        return next(told for since, told in reversed(self.projected) if since <= moment)


def projected_night(
    night: Night, projector: Projector, past: Sequence[BoxScore], day: date
) -> ProjectedNight:
    """The night with projections at its opening and wherever the set of those out changed.

    ``past`` may hold later games: only those before ``day`` are looked at.
    """
    before = [game for game in past if game.on < day]
    opening = list(night.opening)
    at, opened = next((i, e) for i, e in enumerate(opening) if isinstance(e, SlateOpened))
    slate = opened.data.slate
    told = projector(slate, before, day, frozenset())
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
            out, told = now, projector(slate, before, day, now)
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
        event.data, projections={p.player_id: v for p, v in zip(players, points, strict=True)}
    )
    return msgspec.structs.replace(
        event,
        event_id=f"{after}-projected" if after else event.event_id,
        timestamp=at,
        received_at=at,
        data=opening,
    )
