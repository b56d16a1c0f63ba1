"""Contests simulated: what every candidate is paid in every sample, ties split to the cent.

>>> from models.simulation import Scoring, choose_pay, simulate
"""

from models.prizes import PrizeTable, place_prizes, places
from models.simulation.pay import Pay, choose_pay, exact_pay, smoothed_pay
from models.simulation.results import Portfolio, Simulation
from models.simulation.scoring import Scoring
from models.simulation.simulate import simulate, simulate_portfolio
from models.simulation.workspace import Workspace

__all__ = [
    "Pay",
    "Portfolio",
    "PrizeTable",
    "Scoring",
    "Simulation",
    "Workspace",
    "choose_pay",
    "exact_pay",
    "place_prizes",
    "places",
    "simulate",
    "simulate_portfolio",
    "smoothed_pay",
]
