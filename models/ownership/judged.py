"""Predicted against real final ownership, night after night, learning only from nights before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.field.check import PastField
from models.field.ownership import drawn_ownership, ownership_of
from models.field.raking import scaled_to
from models.field.recalibration import Recalibration, ends_of, weights_of
from models.ownership.final import Scene, conditioned, lesson_of, predict_final

Floats = NDArray[np.float64]

FIRST_JUDGED = 4
"""So many nights are learned from before one is judged."""
CONCERNED = 0.005
MANY = 0.10


class Studied(NamedTuple):
    """One night: what was known before it, what was drawn from that, who was held in the end."""

    name: str
    scene: Scene
    drawn: Floats
    owned: Floats

    @classmethod
    def of(cls, past: PastField) -> Studied:
        """The night before its first lock."""
        nothing = np.full(len(past.pool.ids), np.nan)
        scene = Scene(past.rules, past.pool, past.value, past.available, nothing, nothing)
        drawn = drawn_ownership(*scene[:4])
        return cls(past.name, scene, drawn, ownership_of(past.final, len(past.pool.ids)))

    def waves(self) -> list[Scene]:
        """The night before lock and after each wave but the last, whose players are all shown."""
        starts = np.unique(self.scene.pool.start[self.scene.pool.start > 0])
        shown = (self.scene.pool.start <= start for start in starts[:-1])
        after = [self.scene._replace(observed=np.where(s, self.owned, np.nan)) for s in shown]
        return [self.scene, *after]


class Verdict(NamedTuple):
    """Errors of one forecaster at one moment of one night, over the rows still hidden."""

    night: str
    wave: int
    """0 before the first lock, else the number of waves revealed."""
    forecaster: str
    mae: float
    """Percentage points, over rows that anybody held or was expected to hold."""
    mae_many: float
    """The same over those whom more than a tenth held; nan where there is none."""
    inside: float
    """Share of rows inside the 80 % interval; nan for a forecaster without one."""


def learn(nights: Sequence[Studied]) -> Recalibration:
    """The recalibration that these nights teach; its intervals are of nights left out in turn."""
    lessons = [lesson_of(n.scene, n.drawn, n.owned) for n in nights]
    before, after = _Strays(), _Strays()
    for i, night in enumerate(nights):
        others = Recalibration(weights=weights_of(lessons[:i] + lessons[i + 1 :] or lessons))
        for wave, scene in enumerate(night.waves()):
            hidden = np.isnan(scene.observed)
            share = predict_final(scene, others, night.drawn).share
            (after if wave else before).add(share[hidden], night.owned[hidden])
    return Recalibration(
        learned=f"{len(nights)} nights, {nights[0].name} to {nights[-1].name}",
        weights=weights_of(lessons),
        before=before.ends(),
        after=after.ends(),
    )


def judge(nights: Sequence[Studied]) -> Iterator[Verdict]:
    """Every night after the first ``FIRST_JUDGED``, by what the nights before it teach."""
    for i in range(FIRST_JUDGED, len(nights)):
        law, night = learn(nights[:i]), nights[i]
        first = predict_final(night.scene, law, night.drawn).share
        for wave, scene in enumerate(night.waves()):
            yield from _verdicts(night, wave, scene, law, first)


def _verdicts(
    night: Studied, wave: int, scene: Scene, law: Recalibration, first: Floats
) -> Iterator[Verdict]:
    hidden = np.isnan(scene.observed)
    final = predict_final(scene, law, night.drawn)
    said = {
        "predicted": final.share,
        "drawn, as before": conditioned(scene, night.drawn) if wave else night.drawn,
        "last snapshot stays": first,
        "proportional to value": _by_value(scene),
    }
    concerned = hidden & ((night.owned > 0) | (final.share >= CONCERNED))
    many = hidden & (night.owned > MANY)
    if not concerned.any():
        return
    inside = (final.low <= night.owned + 5e-4) & (night.owned <= final.high + 5e-4)
    for name, share in said.items():
        error = 100 * np.abs(share - night.owned)
        covered = float(inside[concerned].mean()) if name == "predicted" else float("nan")
        yield Verdict(
            night.name,
            wave,
            name,
            float(error[concerned].mean()),
            float(error[many].mean()) if many.any() else float("nan"),
            covered,
        )


def _by_value(scene: Scene) -> Floats:
    """Shares in proportion to points per dollar, as slots are left for them."""
    hidden = np.isnan(scene.observed)
    rate = np.where(scene.available & hidden, scene.value, 0.0) / scene.pool.salary.min(axis=1)
    left = len(scene.rules.slots) - float(np.nansum(scene.observed))
    return scaled_to(rate / max(float(rate.sum()), 1e-12) * left, rate > 0, left)


class _Strays:
    def __init__(self) -> None:
        self._pairs: list[tuple[Floats, Floats]] = []

    def add(self, predicted: Floats, owned: Floats) -> None:
        self._pairs.append((predicted, owned))

    def ends(self) -> tuple[tuple[float, float], ...]:
        if not self._pairs:
            return ends_of(np.zeros(0), np.zeros(0))
        predicted, owned = (np.concatenate(part) for part in zip(*self._pairs, strict=True))
        return ends_of(predicted, owned)
