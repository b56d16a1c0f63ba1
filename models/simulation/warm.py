"""Compile the kernels into their cache: ``python -m models.simulation.warm``."""

from __future__ import annotations

import numpy as np

from models.contest import Prize
from models.simulation.pay import exact_pay, smoothed_pay
from models.simulation.simulate import simulate


def warm() -> None:
    """Run every kernel once in 16 and in 32 bits; a process that did so answers without delay."""
    prizes = (Prize(first=1, last=1, amount=1.0),)
    lineups = np.zeros((2, 1), np.int16)
    simulate(np.ones((1, 2), np.int16), lineups, lineups, exact_pay(prizes, 3))
    simulate(np.full((1, 2), 2**16, np.int32), lineups, lineups, smoothed_pay(prizes, 3, 2))


if __name__ == "__main__":
    warm()
