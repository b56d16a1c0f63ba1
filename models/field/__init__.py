"""The opponents' lineups: drawn before lock, completed while a contest runs, reacting to news.

>>> from models.field import HIDDEN, complete_field, draw_field, ownership_of, react
"""

from models.field.completion import Completion, complete_field
from models.field.draw import draw_field
from models.field.habits import Habits, Part, Stacking
from models.field.kernels import HIDDEN
from models.field.ownership import ownership_of, project_ownership
from models.field.reaction import react
from models.field.sampler import Lineups16

__all__ = [
    "HIDDEN",
    "Completion",
    "Habits",
    "Lineups16",
    "Part",
    "Stacking",
    "complete_field",
    "draw_field",
    "ownership_of",
    "project_ownership",
    "react",
]
