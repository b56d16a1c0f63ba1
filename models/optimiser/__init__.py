"""The exact late-swap optimiser: one table per slate answers every entry.

>>> from models.optimiser import Lineups, SwapLimits, SwapTable, solve
"""

from models.optimiser.codes import Blocker, SwapStatus
from models.optimiser.legality import check_legal
from models.optimiser.reading import Lineups, Reading
from models.optimiser.solve import Solutions, SwapLimits, solve
from models.optimiser.table import SwapTable

__all__ = [
    "Blocker",
    "Lineups",
    "Reading",
    "Solutions",
    "SwapLimits",
    "SwapStatus",
    "SwapTable",
    "check_legal",
    "solve",
]
