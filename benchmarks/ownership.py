"""One snapshot of a contest of 100,000 entries: levels and stacks against a plain numpy recount."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.optimiser_night import generated_night
from models.field import draw_field, project_ownership
from models.ownership.levels import SIZES, Stackable, levels_of

ENTRIES = 100_000
AIM = 3.0


def _best(run: Callable[[], Any]) -> float:
    taken = []
    for _ in range(5):
        begun = time.process_time()
        run()
        taken.append(time.process_time() - begun)
    return min(taken)


def rows() -> list[dict[str, Any]]:
    """The one row; both count the same, or it is no success."""
    night = generated_night("nba", 10)
    rules, pool, value = night.rules, night.pool, night.points
    target = project_ownership(rules, pool, value, np.ones(value.size, np.bool_))
    field = draw_field(rules, pool, target, size=ENTRIES, seed=1, value=value)
    lineups, kinds = field.astype(np.int32), Stackable.of(pool, rules.sport)

    def recount() -> tuple[Any, Any]:
        teams = pool.team[lineups]
        held = [(teams == team).sum(axis=1) for team in range(len(pool.team_names))]
        stacks = np.array([[(n >= size).mean() for size in SIZES] for n in held])
        return np.bincount(lineups.ravel(), minlength=value.size) / ENTRIES, stacks

    ours = levels_of(lineups, kinds)
    players, stacks = recount()
    same = np.allclose(ours.players, players) and np.allclose(ours.stacks, stacks)
    seconds, peer = _best(lambda: levels_of(lineups, kinds)), _best(recount)
    return [
        {
            "name": f"levels and stacks of {ENTRIES:,} entries after a snapshot",
            "value": seconds * 1e3,
            "unit": "ms",
            "peer": "plain numpy recount",
            "peer_value": peer * 1e3,
            "ratio": peer / seconds,
            "aim": f">= {AIM:.0f} x numpy, equal",
            "ok": bool(same and peer / seconds >= AIM),
        }
    ]
