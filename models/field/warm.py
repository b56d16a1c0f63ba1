"""Compile every kernel into its cache: ``python -m models.field.warm``, part of the set-up."""

from __future__ import annotations

import numpy as np

from models.field.completion import complete_field
from models.field.draw import draw_field
from models.field.kernels import HIDDEN
from models.field.reaction import react
from models.optimiser.warm import PLAYERS, tiny_slate


def warm() -> None:
    """Run every kernel once on a tiny slate; a process that did so answers without delay.

    The kernels' arguments have the same types for every slate, so one run compiles, or loads from
    the cache, all there is.
    """
    rules, pool = tiny_slate()
    half, everybody = np.full(PLAYERS, 0.5), np.ones(PLAYERS, np.bool_)
    field = draw_field(rules, pool, half, size=8, seed=0, value=half)
    react(rules, pool, field, out=0, open_rows=everybody, value=half, seed=0)
    visible = np.array([[0, HIDDEN]], np.int16)
    complete_field(rules, pool, visible, open_rows=everybody, target=half, value=half, seed=0)


if __name__ == "__main__":
    warm()
