"""Box scores of an evening and how they grow during the games, in DraftKings NBA points.

A final line is drawn as counts (Poisson around minutes x rate x form) and every count is then
spread over the game's intervals, so that live points always lead exactly to the final ones.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.evening.rosters import Floats, Rosters

Counts = NDArray[np.int64]

COUNTS = ("two_pointers", "threes", "free_throws", "rebounds", "assists", "steals", "blocks",
          "turnovers")  # fmt: skip
_POINTS_EACH = np.array([2.0, 3.5, 1.0, 1.25, 1.5, 2.0, 2.0, -0.5])
_SCORED_EACH = np.array([2, 3, 1, 0, 0, 0, 0, 0])
_DOUBLE_DOUBLE, _TRIPLE_DOUBLE = 1.5, 3.0

_SHARES = np.array(
    [  # share of the fantasy points that each count brings, by kind of player; rows sum to 1
        [0.24, 0.28, 0.08, 0.14, 0.22, 0.06, 0.02, -0.04],  # guards
        [0.24, 0.28, 0.07, 0.22, 0.12, 0.06, 0.04, -0.03],  # forwards
        [0.34, 0.07, 0.08, 0.35, 0.09, 0.04, 0.07, -0.04],  # centres
    ]
)
_FORM_SPREAD = 0.2  # a player's night against his average, beyond the chance of single plays
_SURE_TO_PLAY = 5.0  # expected minutes; below, a player may not come in at all

REAL_MINUTES = 144
"""From tip-off to the end, by the clock on the wall."""
EVERY = 4
"""Minutes between two live scores."""
_HALF_TIME = (66, 81)


class Scores(NamedTuple):
    """What everybody scored, in the end and on the way."""

    lines: Counts
    """(P, 8) final counts."""
    live: Floats
    """(P, K) fantasy points after each interval of the player's game; the last is final."""
    minutes_left: Floats
    """(K,) minutes of the game left after each interval."""

    @property
    def final(self) -> Floats:
        """(P,) final fantasy points."""
        return self.live[:, -1]


def draw_scores(
    rng: np.random.Generator, rosters: Rosters, minutes: Floats, last_interval: Counts
) -> Scores:
    """The evening's box scores, for expected ``minutes`` (P,) of those who really play.

    Nobody scores after his ``last_interval`` (P,), an index into the intervals.
    """
    clock = _game_clock()
    plays = rng.random(len(minutes)) < minutes / _SURE_TO_PLAY
    form = rng.gamma(1 / _FORM_SPREAD**2, _FORM_SPREAD**2, len(minutes))
    share_played = np.cumsum(clock)[last_interval]
    points = minutes * rosters.rate * form * plays * share_played
    expected = points[:, None] * _SHARES[_kinds(rosters)] / _POINTS_EACH
    lines = rng.poisson(expected)
    rhythm = clock * rng.gamma(2.0, 1.0, (len(minutes), len(clock)))
    rhythm *= np.arange(len(clock)) <= last_interval[:, None]
    rhythm /= rhythm.sum(1, keepdims=True)
    grown = rng.multinomial(lines, rhythm[:, None, :]).cumsum(2)
    live = fantasy_points(grown.transpose(0, 2, 1))
    return Scores(lines, live, 48 * (1 - np.cumsum(clock)))


def fantasy_points(counts: Counts) -> Floats:
    """DraftKings NBA points of counts (..., 8) in the order of ``COUNTS``.

    >>> fantasy_points(np.array([[5, 2, 4, 11, 3, 1, 0, 2]])).tolist()  # 20 points, 11 rebounds
    [41.75]
    """
    scored = counts @ _SCORED_EACH
    doubles = (scored >= 10).astype(int) + (counts[..., 3:7] >= 10).sum(-1)
    bonus = np.where(doubles >= 3, _DOUBLE_DOUBLE + _TRIPLE_DOUBLE,
                     np.where(doubles >= 2, _DOUBLE_DOUBLE, 0.0))  # fmt: skip
    points: Floats = counts @ _POINTS_EACH + bonus
    return points


def interval_at(minute: float) -> int:
    """Index of the last interval finished ``minute`` minutes after tip-off.

    >>> interval_at(9.5)
    1
    """
    return int(minute // EVERY) - 1


def _game_clock() -> Floats:
    """(K,) share of the game played in each interval; none during half-time."""
    walls = np.arange(REAL_MINUTES, dtype=float)
    running = (walls < _HALF_TIME[0]) | (walls >= _HALF_TIME[1])
    share = running.reshape(-1, EVERY).sum(1)
    clock: Floats = share / share.sum()
    return clock


def _kinds(rosters: Rosters) -> Counts:
    """(P,) 0 guard, 1 forward, 2 centre, by the first position that fits."""
    kinds: Counts = np.where(rosters.fits[:, 4], 2, np.where(rosters.fits[:, 5], 0, 1))
    return kinds
