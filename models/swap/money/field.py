"""The opponents of a contest: those of its standings, completed, or drawn whole."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.field import Completion, draw_field, project_ownership
from models.pool import PlayerPool
from models.rules import SiteRules
from models.swap.case import SwapCase
from models.swap.report import FieldFacts
from models.swap.situation import Situation
from models.swap.standing import HIDDEN_ROW

Floats = NDArray[np.float64]
Lineups16 = NDArray[np.int16]

MOST_DRAWN = 10_000
"""Lineups that stand for a drawn field: more pick no better swaps, since payouts are smoothed."""


class Crowd(NamedTuple):
    """What is known of how people choose on a slate; P pool rows."""

    rules: SiteRules
    pool: PlayerPool
    value: Floats
    """(P,) projected points."""
    open_rows: NDArray[np.bool_]
    """(P,) may still be taken."""
    playing: NDArray[np.bool_]
    """(P,) plays or has played: everybody but the absent."""
    ownership: Floats
    """(P,) share of all entries expected to hold the row."""


def crowd_of(case: SwapCase, situation: Situation, pool: PlayerPool) -> Crowd:
    """Ownership by the user's file, where it has any; projected otherwise."""
    locked = np.array([i in situation.locked for i in pool.ids], np.bool_)
    playing = np.array([i not in situation.absent for i in pool.ids], np.bool_)
    value = np.array([situation.values[i] for i in pool.ids], np.float64)
    stated = _stated(case, pool)
    if stated is None:
        stated = project_ownership(case.rules, pool, value, playing)
    return Crowd(
        rules=case.rules,
        pool=pool,
        value=value,
        open_rows=playing & ~locked,
        playing=playing,
        ownership=np.where(playing, stated, 0.0),
    )


def fields_of_standing(
    crowd: Crowd, lineups: NDArray[np.int32], seeds: tuple[int, int]
) -> tuple[tuple[Lineups16, Lineups16], FieldFacts]:
    """Two completions (F, R) of the opponents' lineups, and how many were shown."""
    visible = lineups.astype(np.int16)
    hidden = visible == HIDDEN_ROW
    facts = FieldFacts(
        opponents=len(visible),
        simulated=len(visible),
        visible=int((~hidden.any(axis=1)).sum()),
        completed=int(hidden.any(axis=1).sum()),
        generated=0,
        hidden_slots=int(hidden.sum()),
    )
    if not hidden.any():
        return (visible, visible), facts
    completion = Completion(
        crowd.rules,
        crowd.pool,
        visible,
        open_rows=crowd.open_rows,
        target=crowd.ownership,
        value=crowd.value,
        seed=seeds[0],
    )
    return (completion.draw(seeds[0]), completion.draw(seeds[1])), facts


def drawn_fields(
    crowd: Crowd, opponents: int, seeds: tuple[int, int]
) -> tuple[tuple[Lineups16, Lineups16], FieldFacts]:
    """Two fields (F, R) drawn whole from ownership; a sample of so many opponents is enough."""
    simulated = min(opponents, MOST_DRAWN)
    one, two = (
        draw_field(
            crowd.rules,
            crowd.pool,
            crowd.ownership,
            size=simulated,
            seed=seed,
            value=crowd.value,
            available=crowd.playing,
        )
        for seed in seeds
    )
    facts = FieldFacts(
        opponents=opponents,
        simulated=simulated,
        visible=0,
        completed=0,
        generated=simulated,
        hidden_slots=0,
    )
    return (one, two), facts


def _stated(case: SwapCase, pool: PlayerPool) -> Floats | None:
    """(P,) ownership of the user's file; None where it has none."""
    if case.projections is None:
        return None
    given = case.projections.by_id
    shares = [given[i].ownership if i in given else None for i in pool.ids]
    if all(share is None for share in shares):
        return None
    return np.array([share or 0.0 for share in shares], np.float64)
