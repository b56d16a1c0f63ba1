"""Compile every kernel into its cache: ``python -m models.optimiser.warm``, part of the set-up."""

from __future__ import annotations

import numpy as np

from models.optimiser.compiled import COMPILED
from models.optimiser.reading import Lineups
from models.optimiser.solve import solve
from models.optimiser.table import SwapTable
from models.pool import PlayerPool
from models.rules import RosterSlot, SiteRules
from models.slate import Game, Player, Slate

PLAYERS = 4


def warm() -> None:
    """Run every kernel once on a tiny slate; a process that did so answers without delay.

    The kernels' arguments have the same types for every slate, read-only arrays included, so one
    run compiles, or loads from the cache, all there is.
    """
    rules, pool = tiny_slate()
    table = SwapTable(rules, pool)
    table.load(np.arange(float(PLAYERS)), np.ones(PLAYERS, np.bool_))
    lineups = Lineups(np.array([[0, 1]], np.int32), np.zeros((1, 2), np.bool_))
    solve(table, lineups, kernels=COMPILED)


def tiny_slate() -> tuple[SiteRules, PlayerPool]:
    """Two slots and a few players who may fill either: enough for a kernel to have run."""
    rules = SiteRules(
        site="any",
        sport="any",
        game_type="classic",
        title="",
        salary_cap=200,
        slots=(RosterSlot(name="A", positions=("A",)), RosterSlot(name="B", positions=("B",))),
    )
    players = tuple(
        Player(
            player_id=str(i),
            name=str(i),
            team="X",
            game_id="X@Y",
            positions=("A", "B"),
            roster_slots=("A", "B"),
            salary=100,
        )
        for i in range(PLAYERS)
    )
    games = (Game(game_id="X@Y", away="X", home="Y", start=None),)
    slate = Slate(
        slate_id="", site="any", sport="any", game_type="classic", players=players, games=games
    )
    return rules, PlayerPool.of(slate, rules)


if __name__ == "__main__":
    warm()
