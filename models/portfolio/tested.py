"""Which candidates a test has to price: what each entry holds, and what it would become."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.portfolio.candidates import Candidates


def held_and_tested(
    candidates: Candidates, tested: NDArray[np.int32]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Candidates that are one of the ``tested`` (E, R) or held, and for each of these the place
    among them of the one its entry holds.

    Held ones stand last, so that what is written by the order of the first holds for them.
    """  # noqa: D205
    new = np.flatnonzero((candidates.lineups == tested[candidates.owner]).all(axis=1))
    rows = np.concatenate([new, candidates.hold])
    return rows, len(new) + candidates.owner[rows]
