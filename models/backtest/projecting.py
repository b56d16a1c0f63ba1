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
from models.projections.expected import Expectation, expectations
from models.projections.learned import Weights, learn, season_table
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


class Projector(Protocol):
    """A projection model as a backtest asks it: nothing of the night itself reaches it."""

    def __call__(
        self, slate: Slate, past: Sequence[BoxScore], day: date, out: frozenset[str]
    ) -> Projected:
        """Expectations from games before ``day`` when the players ``out`` (ids) are known out."""
        ...


class LearnedProjector:
    """The product's own projections, learned on the games before each night and on nothing else.

    Where there are too few of them for that the weights that came along serve, salaries and the
    site's averages where there is none.
    """

    def __init__(self, rules: SiteRules, weights: Weights | None) -> None:
        self._rules = rules
        self._weights = weights
        self._learned: tuple[int, Season, Weights | None] | None = None

    def __call__(
        self, slate: Slate, past: Sequence[BoxScore], day: date, out: frozenset[str]
    ) -> Projected:
        """Who is out leaves minutes to his team mates."""
        if not past:
            points = salary_projections(slate, self._rules)
            found = [Expectation(points[p.player_id], 1.0, np.nan) for p in slate.players]
            return _columns(found)
        season, weights = self._season(past)
        if weights is None:
            raise ValueError(f"no weights for {slate.sport}, and too few games to learn them")
        known = expectations(slate, season, day, weights, absent=out)
        found = [known[player.player_id] for player in slate.players]
        # who is out is left out by his report, which may be withdrawn
        return _columns([e if e.plays else e._replace(plays=1.0) for e in found])

    def _season(self, past: Sequence[BoxScore]) -> tuple[Season, Weights | None]:
        """The games so far and what they teach; a night asks more than once."""
        if self._learned is None or self._learned[0] != len(past):
            season = Season.of(past)
            self._learned = len(past), season, self._taught(season)
        return self._learned[1:]

    def _taught(self, season: Season) -> Weights | None:
        try:
            return learn(season_table(season))
        except ValueError:  # too few games
            return self._weights


def _columns(rows: Sequence[Expectation]) -> Projected:
    return Projected(
        np.array([row.if_plays for row in rows]),
        np.array([row.plays for row in rows]),
        np.array([row.spread for row in rows]),
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
