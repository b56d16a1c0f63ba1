"""Compile every kernel into its cache: ``python -m models.field.warm``, part of the set-up."""

from __future__ import annotations

import numpy as np

from models.field.completion import complete_field
from models.field.draw import draw_field
from models.field.kernels import HIDDEN
from models.field.reaction import react
from models.pool import PlayerPool
from models.rules import RosterSlot, SiteRules
from models.slate import Game, Player, Slate


def warm() -> None:
    """Run every kernel once on a tiny slate; a process that did so answers without delay.

    The kernels' arguments have the same types for every slate, so one run compiles, or loads from
    the cache, all there is.
    """
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
        for i in range(4)
    )
    games = (Game(game_id="X@Y", away="X", home="Y", start=None),)
    slate = Slate(
        slate_id="", site="any", sport="any", game_type="classic", players=players, games=games
    )
    pool, half = PlayerPool.of(slate, rules), np.full(4, 0.5)
    everybody = np.ones(4, np.bool_)
    field = draw_field(rules, pool, half, size=8, seed=0, value=half)
    react(rules, pool, field, out=0, open_rows=everybody, value=half, seed=0)
    visible = np.array([[0, HIDDEN]], np.int16)
    complete_field(rules, pool, visible, open_rows=everybody, target=half, value=half, seed=0)


if __name__ == "__main__":
    warm()
