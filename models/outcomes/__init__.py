"""Correlated samples of every player's points: what may still happen, drawn once and redrawn fast.

>>> from models.outcomes import Forecast, OutcomeModel, draw, outcomes, redraw
"""

from models.outcomes.draws import Draws, draw
from models.outcomes.forecast import Forecast, given_spread, still_expected
from models.outcomes.model import OutcomeModel
from models.outcomes.sampling import outcomes, redraw

__all__ = [
    "Draws",
    "Forecast",
    "OutcomeModel",
    "draw",
    "given_spread",
    "outcomes",
    "redraw",
    "still_expected",
]
