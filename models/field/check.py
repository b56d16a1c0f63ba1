"""A model of the field held against the field that was there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.field.completion import Completion
from models.field.draw import draw_field
from models.field.habits import Habits
from models.field.kernels import HIDDEN
from models.field.ownership import ownership_of, project_ownership
from models.field.sampler import Lineups16
from models.pool import PlayerPool
from models.rules import SiteRules

PERCENT = (0.1, 1.0, 5.0, 20.0, 50.0)
"""Places of a contest, from the top, at which scores are compared."""


class PastField(NamedTuple):
    """One recorded contest: who was held in the end, what was shown before, what was known."""

    name: str
    rules: SiteRules
    pool: PlayerPool
    final: Lineups16
    """(F, R) all entries, empty ones included."""
    visible: Lineups16
    """(F, R) the same with ``HIDDEN`` in slots of games that had not begun."""
    points: NDArray[np.float64]
    """(P,) what each row scored."""
    value: NDArray[np.float64]
    """(P,) what he was projected to score."""
    available: NDArray[np.bool_]
    """(P,) who was not known to be out."""


class Misfit(NamedTuple):
    """How far a model's field is from the real one."""

    ownership: float
    """Mean absolute error of ownership over the players concerned, percentage points."""
    scores: tuple[float, ...]
    """Model minus real score at each of ``PERCENT`` places, points."""
    unique: float
    """Share of different sets of players among full lineups, model."""
    unique_real: float
    unfilled: int
    """Lineups that the model could not complete."""


def hide_later(
    pool: PlayerPool, final: Lineups16, start: NDArray[np.int64] | None = None
) -> Lineups16:
    """The field as opponents see it after the first wave: later games' players hidden.

    A wave is all games that start at the same time; ``start`` (P,) by default the pool's.
    """
    starts = pool.start if start is None else start
    known = starts[starts > 0]
    later = starts > (known.min() if known.size else 0)
    hidden = (final >= 0) & later[np.maximum(final, 0)]
    return np.where(hidden, HIDDEN, final).astype(np.int16)


def check_completion(past: PastField, seed: int = 1) -> Mapping[str, Misfit]:
    """The hidden part completed by projected and by the true final ownership.

    ``projected`` uses what was known then; ``true`` shows what is left if ownership is no error.
    """
    open_rows = _unstarted(past)
    projected = project_ownership(past.rules, past.pool, past.value, past.available)
    targets = {"projected": projected, "true": ownership_of(past.final, len(past.pool.ids))}
    return {name: _completed(past, open_rows, target, seed) for name, target in targets.items()}


def check_draw(past: PastField, seed: int = 1, habits: Habits | None = None) -> Misfit:
    """A whole field drawn from the true final ownership: the error of the sampler alone."""
    real = past.final[(past.final >= 0).all(axis=1)]
    field = draw_field(
        past.rules,
        past.pool,
        ownership_of(real, len(past.pool.ids)),
        size=len(real),
        seed=seed,
        value=past.value,
        habits=habits,
    )
    return misfit(past, real, field, np.ones(len(past.pool.ids), np.bool_))


def misfit(past: PastField, real: Lineups16, field: Lineups16, rows: NDArray[np.bool_]) -> Misfit:
    """The model's ``field`` against the ``real`` one; ownership over the ``rows`` (P,) held."""
    ours, theirs = (ownership_of(lineups, rows.size) for lineups in (field, real))
    concerned = rows & ((ours >= 0.005) | (theirs > 0))
    error = np.abs(ours - theirs)[concerned]
    quantiles = [100 - percent for percent in PERCENT]
    scores = np.percentile(_scores(past, field), quantiles) - np.percentile(
        _scores(past, real), quantiles
    )
    empty = (real < 0).all(axis=1)
    return Misfit(
        ownership=100 * float(error.mean()) if error.size else 0.0,
        scores=tuple(scores.tolist()),
        unique=_unique(field),
        unique_real=_unique(real),
        unfilled=int(((field < 0).any(axis=1) & ~empty).sum()) if len(field) == len(real) else 0,
    )


def _completed(
    past: PastField, open_rows: NDArray[np.bool_], target: NDArray[np.float64], seed: int
) -> Misfit:
    completion = Completion(
        past.rules,
        past.pool,
        past.visible,
        open_rows=open_rows & (past.available | (target > 0)),
        target=target,
        value=past.value,
        seed=seed,
    )
    return misfit(past, past.final, completion.draw(seed), open_rows)


def _unstarted(past: PastField) -> NDArray[np.bool_]:
    """(P,) whose game had not begun: nobody of it is shown, and somebody of it is hidden."""
    pool = past.pool
    games = int(pool.game.max(initial=-1)) + 1
    shown = np.zeros(games, np.bool_)
    shown[pool.game[past.visible[past.visible >= 0]]] = True
    held = np.zeros(games, np.bool_)
    held[pool.game[past.final[past.visible == HIDDEN]]] = True
    unstarted: NDArray[np.bool_] = (held & ~shown)[pool.game]
    return unstarted


def _scores(past: PastField, field: Lineups16) -> NDArray[np.float64]:
    kinds = [list(dict.fromkeys(past.rules.slot_names)).index(s) for s in past.rules.slot_names]
    rows = np.maximum(field, 0)
    scored = np.where(field >= 0, past.points[rows] * past.pool.multiplier[rows, kinds], 0.0)
    total: NDArray[np.float64] = scored.sum(axis=1)
    return total


def _unique(field: Lineups16) -> float:
    full = np.sort(field[(field >= 0).all(axis=1)], axis=1)
    return len(np.unique(full, axis=0)) / len(full) if len(full) else 0.0
