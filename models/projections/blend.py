"""A published projection and our own as one: each weighed by how far it was off before.

Of two unbiased forecasts whose errors have the covariance S, the weights ``S^-1 1 / 1' S^-1 1``
leave the smallest error (Bates and Granger 1969). Estimated on little they are worse than equal
ones (Smith and Wallis 2009), so a position's weight leans on that of all, and that on one half, by
the player-games there are. n player-games.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from models.files.projections import Projection
from models.projections.expected import Expectation
from models.projections.season import Floats, Ints
from models.slate import Player

LEANS_EQUAL = 300
"""Player-games that equal weights are worth."""
LEANS_POOLED = 600
"""... that the weight of all positions is worth for one of them."""
EQUAL = 0.5


class Blend(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much a published projection counts beside our own; 1 is the file alone."""

    sport: str
    share: float
    by_position: dict[str, float] = {}
    source: str = ""
    data_from: str = ""
    data_to: str = ""
    games: int = 0
    """Player-games learned from; 0: nothing was, equal weights stand."""

    def __post_init__(self) -> None:
        """Raises ValueError for a share outside 0 to 1."""
        for name, share in (("share", self.share), *self.by_position.items()):
            if not 0.0 <= share <= 1.0:
                raise ValueError(f"{name}: {share:g} is no share from 0 to 1")

    def of(self, player: Player) -> float:
        """The file's share in a player's projection: that of the first position he lists."""
        known = (self.by_position[p] for p in player.positions if p in self.by_position)
        return next(known, self.share)


def learn_blend(
    published: Floats,
    own: Floats,
    came: Floats,
    position: Ints,
    names: Sequence[str],
    *,
    sport: str,
) -> Blend:
    """Weights from what both said and what came; (n,) each, ``position`` numbers ``names``.

    Rows where either said nothing (nan) are left out; of nothing the weights are equal.
    """
    said = np.isfinite(published) & np.isfinite(own) & np.isfinite(came)
    errors = np.stack([published - came, own - came])[:, said]
    pooled, games = _leaning(errors, EQUAL, LEANS_EQUAL), int(said.sum())
    of = position[said]
    return Blend(
        sport=sport,
        share=round(pooled, 3),
        by_position={
            name: round(_leaning(errors[:, of == n], pooled, LEANS_POOLED), 3)
            for n, name in enumerate(names)
            if (of == n).any()
        },
        games=games,
    )


def _leaning(errors: Floats, towards: float, worth: float) -> float:
    """The first's weight by inverse covariance of errors (2, n), drawn towards another's."""
    count = errors.shape[1]
    if count < 2:
        return towards
    (a, both), (_, b) = np.cov(errors).tolist()
    apart = a + b - 2.0 * both  # the variance of what the two differ by
    weight = float(np.clip((b - both) / apart, 0.0, 1.0)) if apart > 1e-9 else EQUAL
    return float((count * weight + worth * towards) / (count + worth))


def shares(blend: Blend, position: Ints, names: Sequence[str]) -> Floats:
    """(n,) the file's share for positions numbered by ``names``."""
    by_name = np.array([blend.by_position.get(name, blend.share) for name in names])
    found: Floats = by_name[position]
    return found


def blended(
    players: Sequence[Player],
    published: Mapping[str, Projection],
    own: Mapping[str, Expectation],
    blend: Blend,
) -> dict[str, Expectation]:
    """Both as one, by player id; whom one of them does not know is what the other says.

    Nights on which a player plays are blended; whether he does is our own word, or the file's
    where it has one. A file that says 0 of him says that he does not.
    """
    found: dict[str, Expectation] = {}
    for player in players:
        theirs, ours = published.get(player.player_id), own.get(player.player_id)
        if ours is None and theirs is None:
            continue
        if theirs is None or ours is None:
            found[player.player_id] = ours or _alone(theirs)
            continue
        if theirs.points <= 0.0 or ours.plays <= 0.0:
            found[player.player_id] = ours._replace(plays=0.0)
            continue
        share = blend.of(player)
        spread = ours.spread if theirs.std_dev is None else theirs.std_dev
        found[player.player_id] = Expectation(
            if_plays=round(share * theirs.points + (1.0 - share) * ours.if_plays, 4),
            plays=ours.plays if theirs.plays is None else theirs.plays,
            spread=round(share * spread + (1.0 - share) * ours.spread, 4),
        )
    return found


def _alone(theirs: Projection | None) -> Expectation:
    """What a file says of somebody of whom we know nothing."""
    if theirs is None:
        return Expectation(0.0, 0.0, 0.0)
    plays = 1.0 if theirs.plays is None else theirs.plays
    return Expectation(theirs.points, plays, theirs.std_dev or 0.0)
