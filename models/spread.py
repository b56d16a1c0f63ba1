"""How far a player's points stray from what is expected of him."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray


class SpreadLaw(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Standard deviation of a player's points given their mean mu >= 0, a whole game ahead:
    ``base + root * sqrt(mu) + linear * mu``.
    """  # noqa: D205

    base: float
    root: float = 0.0
    linear: float = 0.0

    def at(self, mean: ArrayLike) -> NDArray[np.float64]:
        """Standard deviation in points, in the shape of ``mean``.

        >>> SpreadLaw(base=4.6, root=1.1).at([0.0, 25.0]).tolist()
        [4.6, 10.1]
        """
        mu = np.maximum(np.asarray(mean, np.float64), 0.0)
        return self.base + self.root * np.sqrt(mu) + self.linear * mu
