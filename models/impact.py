"""The impact of news, rated from what it did: -10 to +10 for each player, and for each event.

A player's rating is the share of his night that he lost or won: ``10 * change / max(before, after,
half a usual night)``, so that a regular who will not play is -10 and a substitute's two points are
little. An event's rating is the share of an average lineup's points that it moved, each player held
in proportion to his salary: ``10 * (1 - exp(-moved / TELLS))``, with the sign of what the lineup
lost or won in sum. N players concerned, P of the slate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TELLS = 0.02
"""Share of an average lineup's points whose move is rated 6.3; a star's night is about 0.04."""
DIGITS = 1


class Stakes(NamedTuple):
    """What a slate's players stand for before news; (P,) each."""

    salary: Floats
    baseline: Floats

    @property
    def lineup(self) -> float:
        """Dollars times points of everybody: what moves are a share of."""
        return float(self.salary @ self.baseline)

    @property
    def night(self) -> float:
        """A usual night: that of a dollar's average holder."""
        total = float(self.salary.sum())
        return self.lineup / total if total > 0 else 0.0


class Rated(NamedTuple):
    """Ratings of a change."""

    players: dict[str, float]
    events: dict[str, float]
    overall: float = 0.0


def player_ratings(before: Floats, after: Floats, usual: float) -> Floats:
    """(N,) from points of the night before and after.

    >>> player_ratings(np.array([40.0, 0.0, 24.0]), np.array([0.0, 2.0, 30.0]), 20.0).tolist()
    [-10.0, 2.0, 2.0]
    """
    size = np.maximum(np.maximum(before, after), max(usual / 2.0, 1e-9))
    found: Floats = np.round(10.0 * (after - before) / size, DIGITS)
    return found


def event_rating(moves: Floats, salary: Floats, lineup: float) -> float:
    """From points moved (N,) by those who cost so much (N,).

    >>> event_rating(np.array([-45.0, 6.0]), np.array([10_000.0, 6_000.0]), 100 * 5_000 * 25.0)
    -8.6
    """
    if lineup <= 0.0 or not len(moves):
        return 0.0
    held = salary / lineup
    moved, won = float(held @ np.abs(moves)), float(held @ moves)
    sign = 1.0 if won >= 0 else -1.0
    return round(sign * 10.0 * (1.0 - float(np.exp(-moved / TELLS))), DIGITS)


def rated(
    ids: Sequence[str],
    before: Floats,
    after: Floats,
    salary: Floats,
    causes: Mapping[str, Sequence[str]],
    stakes: Stakes,
) -> Rated:
    """Ratings of N players and of the events behind them; whose night did not change has none."""
    moves = after - before
    changed = np.flatnonzero(moves != 0.0)
    players = player_ratings(before, after, stakes.night)
    behind: dict[str, list[int]] = {}
    for row in changed.tolist():
        for event_id in causes.get(ids[row], ()):
            behind.setdefault(event_id, []).append(row)
    lineup = stakes.lineup
    return Rated(
        {ids[row]: float(players[row]) for row in changed.tolist()},
        {
            event_id: event_rating(moves[rows], salary[rows], lineup)
            for event_id, rows in behind.items()
        },
        event_rating(moves[changed], salary[changed], lineup),
    )
