"""What a slate opens with: projections from the season so far, and what absences would change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from models.files.box_scores import BoxScore
from models.projections.expected import Expectation, expectations
from models.projections.impact import Impact, impacts
from models.projections.learned import Weights
from models.projections.season import Season
from models.slate import Slate


class Opening(NamedTuple):
    """Projected points by player id, and the effects of absences that are not among them yet."""

    points: dict[str, float]
    impact: Impact
    expected: Mapping[str, Expectation] = MappingProxyType({})
    """What the points are of: nights on which players play, and the chances that they do."""


def opening_of(
    slate: Slate,
    games: Sequence[BoxScore],
    day: date,
    weights: Weights,
    *,
    absent: Collection[str] = (),
) -> Opening:
    """From the games before ``day`` by these weights (``learned_before``).

    ``absent`` are ids of players known to be out, and all who can be known, if there are any.
    Raises ValueError where no game came before.
    """
    past = (game for game in games if game.on < day)
    season, settled = Season.of(past, site=slate.site), bool(absent)
    found = expectations(slate, season, day, weights, absent=absent, settled=settled)
    return Opening(
        {player_id: item.points for player_id, item in found.items()},
        impacts(slate, season, day, weights, absent=absent, settled=settled),
        found,
    )
