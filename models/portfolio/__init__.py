"""All entries of one user together: what each could become, and which to become.

>>> from models.portfolio import PortfolioRules, candidates, choose
"""

from models.portfolio.candidates import Candidates, candidates
from models.portfolio.choice import Choice, Report, Verdict, choose
from models.portfolio.notes import Note
from models.portfolio.rules import Group, PortfolioRules

__all__ = [
    "Candidates",
    "Choice",
    "Group",
    "Note",
    "PortfolioRules",
    "Report",
    "Verdict",
    "candidates",
    "choose",
]
