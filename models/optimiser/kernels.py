"""Which form of the kernels to use: as written, or compiled."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import NamedTuple

from models.optimiser import assign, build, reading, search

PLAIN_MOST = 3_000
"""Entries times alternatives up to which loading the compiler costs more than it saves."""


class Kernels(NamedTuple):
    """The steps of a solution; both forms give the same numbers."""

    build: Callable[..., None]
    read: Callable[..., None]
    search: Callable[..., None]
    assign: Callable[..., None]


PLAIN = Kernels(build.build_plain, reading.read, search.search, assign.assign)
"""Numpy and Python alone: ready at once, and the reference for the compiled form."""


def kernels_for(lineups: int) -> Kernels:
    """The compiled kernels if the compiler is loaded already or the work is worth loading it."""
    if lineups <= PLAIN_MOST and "numba" not in sys.modules:
        return PLAIN
    from models.optimiser.compiled import COMPILED  # noqa: PLC0415  # 0.9 s, only where it pays

    return COMPILED
