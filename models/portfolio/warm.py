"""Compile every kernel into its cache: ``python -m models.portfolio.warm``, part of the set-up."""

from __future__ import annotations

import numpy as np

from models.optimiser.board import frozen
from models.portfolio import ascent, matrices


def warm() -> None:
    """Run every kernel once on two entries with two candidates each."""
    columns = ascent.Task(
        payouts=np.array([[0, 1], [1, 0], [0, 1], [1, 1]], np.float32),
        first=np.array([0, 2, 4], np.int64),
        words=np.array([[1, 2], [1, 3], [1, 4], [1, 5]], np.int64),
        people=np.array([[0, 1], [0, 2], [0, 3], [0, 4]], np.int32),
        room=np.array([1, 2, 2, 2, 2], np.int32),
        allowed=np.ones(4, np.bool_),
        most_alike=np.array([1], np.int64),
        rate=np.array([0.1], np.float32),
    )
    task = ascent.Task(*(frozen(column) for column in columns))
    state = ascent.State(
        chosen=np.array([0, 2], np.int64),
        won=np.zeros(2),
        worth=np.zeros(2, np.float32),
        holders=np.zeros(5, np.int32),
        gains=np.zeros(4),
        near=np.ones(4, np.bool_),
    )
    ascent.start(task, state)
    ascent.relieve(task, state)
    ascent.climb(task, state, np.arange(2), 2)
    ascent.settle(task, state, np.arange(2))
    ascent.obstacles(task, state, np.full((2, 3), -1, np.int64))
    ascent.look(task, state)
    ascent.narrow(task, state, 1)
    matrices.sweep(np.eye(2))
    matrices.products(np.ones((2, 2), np.float32), np.zeros((2, 2)))


if __name__ == "__main__":
    warm()
