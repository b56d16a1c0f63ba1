"""Compile the kernels into their cache: ``python -m models.outcomes.warm``, part of the set-up."""

from __future__ import annotations

import numpy as np

from models.outcomes.draws import Draws
from models.outcomes.forecast import Forecast
from models.outcomes.model import Marginal, OutcomeModel
from models.outcomes.sampling import outcomes
from models.spread import SpreadLaw


def warm() -> None:
    """Draw two players once; a process that did so redraws without delay.

    The kernels see one type of array whatever a slate brings, read-only arrays included.
    """
    law = SpreadLaw(base=4.0, root=1.0)
    model = OutcomeModel(
        sport="any", marginals=(Marginal(name="players", spread=law, noise=2.0, skew=0.5),)
    )
    draws = Draws(
        ids=("1", "2"),
        ranks=np.zeros((2, 8), np.uint16),
        person=np.arange(2, dtype=np.int32),
        kind=np.zeros(2, np.int16),
        keys=np.zeros(2, np.uint64),
    )
    outcomes(draws, Forecast.of([10.0, 10.0], plays=0.5, left=[1.0, 0.5]), model, 0.25)


if __name__ == "__main__":
    warm()
