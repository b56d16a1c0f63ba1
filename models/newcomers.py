"""How much less a player counts in an entry that does not hold him yet: what is held is evidence.

P players of the pool, S samples.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.outcomes import OutcomeModel
from models.projections.newcomers import Newcomers

Floats = NDArray[np.float64]
Points = NDArray[np.int16]

UNLEARNED = 1.0
"""Standard deviations that a newcomer counts less where none were learned with a projection."""


def newcomers_less(projected_by: str, learned: Newcomers | None) -> float:
    """Standard deviations that a player counts less in an entry that does not hold him yet.

    What was learned with the sport's projection (``config/projections/<sport>.toml``); a user's
    own file holds what he knows, and nobody counts less by it.

    >>> newcomers_less("file", None), newcomers_less("box_scores", None)
    (0.0, 1.0)
    """
    if projected_by == "file":
        return 0.0
    return UNLEARNED if learned is None else learned.less


def newcomers_discount(
    model: OutcomeModel, mean: Floats, kinds: Sequence[int], *, less: float, step: float
) -> Points:
    """(P,) what players expected to score ``mean`` count less as newcomers, in ``step`` units.

    ``less`` is in standard deviations; ``kinds`` (P,) are those of the outcome model.
    """
    spread = [
        float(model.marginals[kind].spread.at(expected))
        for kind, expected in zip(kinds, mean.tolist(), strict=True)
    ]
    return np.rint(less * np.array(spread) / step).astype(np.int16)


def with_newcomers(points: Points, discount: Points) -> Points:
    """(2P, S) outcomes of every player, and of every player as a newcomer.

    A newcomer scores less, never less than nothing unless he does so anyway.
    """
    fewer = points - discount[:, None]
    newcomers = np.maximum(fewer, np.minimum(points, 0)).astype(np.int16)
    return np.concatenate([points, newcomers])
