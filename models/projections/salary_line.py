"""Points that the site's own salaries imply, and projections where nothing else is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from models.rules import SiteRules
from models.slate import Player, Slate

AVERAGE_WEIGHT = 0.6
"""Weight of the site's average; the rest is what the salary says."""
_ENOUGH = 8
"""Players a line through salary and form needs; with fewer the site's par is taken."""


def salary_projections(slate: Slate, rules: SiteRules) -> dict[str, float]:
    """Expected points by player id where no past games are known.

    The site's average, where it gives one, blended with the value its salaries imply; salary at
    the game type's par score otherwise.
    """
    averages = {p.player_id: p.average_points for p in slate.players if p.average_points > 0}
    line = SalaryLine.through(slate.players, averages, rules.par_points / rules.salary_cap)
    return {
        player.player_id: round(_blend(averages.get(player.player_id), line.at(player)), 4)
        for player in slate.players
    }


def _blend(form: float | None, implied: float) -> float:
    return implied if form is None else AVERAGE_WEIGHT * form + (1 - AVERAGE_WEIGHT) * implied


class SalaryLine(NamedTuple):
    """Points as a straight line in a person's lowest salary (a captain's row costs more)."""

    base: float
    per_dollar: float
    lowest: Mapping[tuple[str, str], int]

    @classmethod
    def through(
        cls, players: Sequence[Player], points: Mapping[str, float], per_dollar: float
    ) -> SalaryLine:
        """Least squares over the players with known points; proportional to salary with few."""
        lowest: dict[tuple[str, str], int] = {}
        for player in players:
            lowest[player.person] = min(player.salary, lowest.get(player.person, player.salary))
        known = [(lowest[p.person], points[p.player_id]) for p in players if p.player_id in points]
        salaries = np.array([salary for salary, _ in known], float)
        if len(known) < _ENOUGH or np.ptp(salaries) == 0:
            return cls(0.0, per_dollar, lowest)
        design = np.column_stack([np.ones_like(salaries), salaries])
        base, slope = np.linalg.lstsq(design, np.array([value for _, value in known]))[0]
        return cls(float(base), float(slope), lowest)

    def at(self, player: Player) -> float:
        """Points that the lowest salary of his rows stands for."""
        return max(0.0, self.base + self.per_dollar * self.lowest[player.person])
