"""Where a contest's ownership will end: predicted before lock, and again after each wave of locks.

The state is a local level in log odds: no trend is extrapolated. Three things move it. News and
projections move what lineups can be drawn (``project_ownership``). A stated projection, a vendor's
or the user's, replaces the drawn level, since it was made by somebody who knows the day's talk. And
what a wave reveals is exact: the slots and the salary that the field has left are known, and the
hidden players' log odds move together until they fill and cost just that.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.field.habits import Habits
from models.field.learned import RECALIBRATED
from models.field.ownership import drawn_ownership, project_ownership
from models.field.raking import reachable
from models.field.recalibration import Lesson, Recalibration, traits
from models.field.sampler import lowest_cost
from models.optimiser.board import board_of
from models.pool import PlayerPool
from models.rules import SiteRules

Floats = NDArray[np.float64]


class Scene(NamedTuple):
    """What is known of a contest at one moment; P rows of the pool."""

    rules: SiteRules
    pool: PlayerPool
    value: Floats
    """(P,) points projected for the whole game."""
    available: NDArray[np.bool_]
    """(P,) is not known to be out."""
    observed: Floats
    """(P,) share of all entries where the site shows it, else nan."""
    stated: Floats
    """(P,) share that somebody projected, else nan."""


class Final(NamedTuple):
    """Predicted final shares of all entries, with the ends of an 80 % interval, (P,) each."""

    share: Floats
    low: Floats
    high: Floats


def predict_final(
    scene: Scene, law: Recalibration | None = None, drawn: Floats | None = None
) -> Final:
    """Final ownership; whom the site shows ends where he stands, and his interval has no width.

    ``law`` is the sport's by default. ``drawn`` (P,), what ``drawn_ownership`` says of the scene,
    saves the drawing where it is at hand.
    """
    law = law if law is not None else law_of(scene.rules)
    level = _level(scene, law, drawn)
    shown = ~np.isnan(scene.observed)
    share = np.where(shown, scene.observed, conditioned(scene, level))
    low, high = law.interval(share, revealed=bool(shown.any()))
    return Final(share, np.where(shown, share, low), np.where(shown, share, high))


def law_of(rules: SiteRules) -> Recalibration:
    """What was learned of a sport's finals; where nothing was, intervals are wide."""
    return RECALIBRATED.get(rules.sport, Recalibration())


def conditioned(scene: Scene, level: Floats) -> Floats:
    """Shares (P,) of the hidden rows next to ``level`` (P,), given what is shown; 0 for the others.

    Entries without a lineup are few, and count as if they had one.
    """
    shown = ~np.isnan(scene.observed)
    board = board_of(scene.rules, scene.pool)
    cost, cap = lowest_cost(board), float(board.cap[0])
    seen = np.where(shown, scene.observed, 0.0)
    slots = max(0.0, board.slot_type.size - float(seen.sum()))
    spend = max(0.0, cap * (1.0 - Habits().unused) - float((seen * cost).sum()))
    return reachable(level, ~shown & (level > 0), slots, cost, spend)


def lesson_of(scene: Scene, drawn: Floats, owned: Floats) -> Lesson:
    """What a night's end, final shares ``owned`` (P,), teaches about what was ``drawn`` (P,)."""
    usable = scene.available & (scene.value > 0)
    return Lesson(traits(scene.pool, scene.value, drawn, usable)[usable], owned[usable])


def _level(scene: Scene, law: Recalibration, drawn: Floats | None) -> Floats:
    told = ~np.isnan(scene.stated)
    stated = np.where(scene.available, np.nan_to_num(scene.stated), 0.0)
    if told.any() and stated.sum() + np.nansum(scene.observed) >= len(scene.rules.slots) - 1:
        return stated  # whoever is left out is expected to be held by nobody
    drawn = drawn_ownership(*scene[:4]) if drawn is None else drawn
    if np.isnan(scene.observed).all():  # set right before lock; later what is shown does it better
        drawn = project_ownership(*scene[:4], law=law, drawn=drawn)
    return np.where(told, stated, drawn)
