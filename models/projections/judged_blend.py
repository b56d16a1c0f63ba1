"""Whether a blend is nearer than either of what it blends: weights from earlier nights alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.projections.blend import EQUAL, Blend, learn_blend, shares
from models.projections.season import Floats, Ints

RESAMPLES = 2_000


class Nights(NamedTuple):
    """Player-games of recorded nights; (n,) each."""

    night: Ints
    points: Floats
    own: Floats
    published: Floats
    """nan where the file does not name him."""
    position: Ints

    @property
    def told(self) -> Nights:
        """Those of which both spoke."""
        both = np.isfinite(self.published) & np.isfinite(self.own)
        return self.of(both)

    def of(self, rows: NDArray[np.bool_]) -> Nights:
        """Some of them, by a mask (n,)."""
        return Nights(
            self.night[rows], self.points[rows], self.own[rows], self.published[rows],
            self.position[rows],
        )  # fmt: skip

    def learned(self, sport: str, names: Sequence[str]) -> Blend:
        """Weights from all of them."""
        return learn_blend(self.published, self.own, self.points, self.position, names, sport=sport)


class Rival(msgspec.Struct, frozen=True, kw_only=True):
    """Another forecast of the same player-games."""

    mae: float
    change: float
    """Share by which its error is above our own's; below 0 is better."""
    change_ci95: tuple[float, float]
    """Nights resampled."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Our own projection, the file, and both blended by equal and by learned weights."""

    nights: int
    games: int
    own: float
    rivals: dict[str, Rival]
    share: float
    """Of the file, learned from all nights."""


def judge_blend(nights: Nights, names: Sequence[str], sport: str = "nba") -> Verdict:
    """Each night blended by what the nights before it taught; on the first weights are equal.

    Raises ValueError where no player-game has both.
    """
    said = nights.told
    if not len(said.night):
        raise ValueError("no player-game of which both spoke")
    learned = np.empty(len(said.night))
    for night in np.unique(said.night).tolist():
        now, past = said.night == night, said.night < night
        blend = said.of(past).learned(sport, names)
        learned[now] = shares(blend, said.position[now], names)
    gap = said.published - said.own
    forecasts = {
        "the file": said.published,
        "equal weights": said.own + EQUAL * gap,
        "learned weights": said.own + learned * gap,
    }
    base = np.abs(said.own - said.points)
    days, of = np.unique(said.night, return_inverse=True)
    drawn = np.random.default_rng(0).integers(0, len(days), (RESAMPLES, len(days)))
    before = np.bincount(of, base)[drawn].sum(1)
    rivals = {}
    for name, forecast in forecasts.items():
        error = np.abs(forecast - said.points)
        share = np.bincount(of, error)[drawn].sum(1) / before - 1.0
        low, high = np.quantile(share, [0.025, 0.975]).tolist()
        rivals[name] = Rival(
            mae=float(error.mean()),
            change=float(error.mean() / base.mean() - 1.0),
            change_ci95=(low, high),
        )
    return Verdict(
        nights=len(days),
        games=len(said.night),
        own=float(base.mean()),
        rivals=rivals,
        share=said.learned(sport, names).share,
    )
