"""Generated nights whose truth is known to the judge alone, at the moment of a late scratch.

The first wave of games is over and its players are locked; then one of the most owned players of
the later games is ruled out. The user's projections are wrong by 6 % for every player, so are the
public's by 5 % in another way. The field is of near-optimisers, shown as a site shows it: players
who have played are visible, the others hidden. Nearly all who held the player replace him.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from config.outcomes import load_outcome_model
from config.rules import load_rules
from models.evening.field import Crowd, Loss, draw_entrants, likings, ownership, replace_player
from models.evening.rosters import Rosters, draw_rosters, with_absences
from models.field import HIDDEN
from models.outcomes import Forecast, draw, outcomes
from models.pool import PlayerPool
from models.rules import SiteRules
from models.slate import Player, Slate

FIRST_LOCK = datetime(2030, 1, 13, 0, tzinfo=UTC)
OWN_ERROR, PUBLIC_ERROR, OWNERSHIP_ERROR = 0.06, 0.05, 0.3
OWN = Crowd(opinions=6, disagreement=0.05, sharpness=0.3, tries=16)
OTHERS = Crowd(opinions=12, disagreement=0.08, sharpness=0.36, tries=3)
REACTING = 0.97
MOST_OWNED = 6
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Night(NamedTuple):
    """What the user can see at the moment of the news, and behind it what is true."""

    rules: SiteRules
    slate: Slate
    pool: PlayerPool
    held: NDArray[np.int32]
    """(E, R) the user's lineups."""
    shown: NDArray[np.int16]
    """(F, R) the opponents', HIDDEN where nobody can see yet."""
    believed: Floats
    """(P,) the user's projections after the news."""
    scored: Floats
    """(P,) points of those who have played."""
    played: Bools
    """(P,)."""
    out: int
    """Row of the player ruled out."""
    guessed: Floats
    """(P,) ownership as projected before the news."""
    truth: Floats
    """(P,) what players are really expected to score; for the judge."""
    field: NDArray[np.int16]
    """(F, R) the opponents as they will stand in the end; for the judge."""

    @property
    def available(self) -> Bools:
        """(P,) who may still be taken."""
        return ~self.played & (np.arange(self.played.size) != self.out)

    def forecast(self, means: Floats) -> Forecast:
        """What is on the board, and these means for everybody else who plays."""
        return Forecast.of(
            np.where(self.played, 0.0, means),
            plays=np.arange(means.size) != self.out,
            scored=self.scored,
            left=np.where(self.played, 0.0, 1.0),
        )


def draw_night(seed: int, *, field: int, own: int) -> Night:
    """A night with ``field`` opponents and ``own`` entries of the user's."""
    rng = np.random.default_rng([20_300_113, seed])
    rosters = draw_rosters(rng, FIRST_LOCK)
    rules = load_rules("draftkings/nba/classic")
    slate = _slate(rosters, seed)
    pool = PlayerPool.of(slate, rules)
    before = with_absences(rosters, rosters.known_out) * rosters.rate
    own_error = rng.normal(1, OWN_ERROR, before.size)
    public_error = rng.normal(1, PUBLIC_ERROR, before.size)
    held = draw_entrants(rng, rosters, before * own_error, own, OWN)
    others = draw_entrants(rng, rosters, before * public_error, field, OTHERS)
    played = rosters.wave[rosters.game] == 0
    owned = ownership(others, before.size)
    liked = np.where(played, 0.0, owned + ownership(held, before.size))
    out = int(rng.choice(np.argsort(-liked)[:MOST_OWNED]))
    gone = rosters.known_out | (np.arange(before.size) == out)
    truth = with_absences(rosters, gone) * rosters.rate
    liking = likings(rosters, truth * public_error, OTHERS.sharpness)
    loss = Loss(out, rng.random(field) < REACTING, ~played & ~gone)
    return Night(
        rules=rules,
        slate=slate,
        pool=pool,
        held=held.astype(np.int32),
        shown=np.where(played[others], others, HIDDEN).astype(np.int16),
        believed=np.round(truth * own_error, 2),
        scored=_results(slate, pool, rules, truth, played, seed),
        played=played,
        out=out,
        guessed=owned * rng.lognormal(0, OWNERSHIP_ERROR, before.size),
        truth=truth,
        field=replace_player(rng, rosters, others, liking, loss).astype(np.int16),
    )


def _results(
    slate: Slate, pool: PlayerPool, rules: SiteRules, truth: Floats, played: Bools, seed: int
) -> Floats:
    model = load_outcome_model(rules.sport)
    draws = draw(slate, pool, model, samples=2, seed=1_000_000 + seed)
    points = outcomes(draws, Forecast.of(truth), model, rules.points_step)[:, 0]
    return np.where(played, points * rules.points_step, 0.0)


def _slate(rosters: Rosters, seed: int) -> Slate:
    players = tuple(
        Player(
            player_id=rosters.ids[p],
            name=rosters.names[p],
            team=rosters.teams[p],
            game_id=rosters.games[rosters.game[p]].game_id,
            positions=rosters.positions[p],
            roster_slots=rosters.roster_slots[p],
            salary=int(rosters.salary[p]),
        )
        for p in range(len(rosters.ids))
    )
    return Slate(
        slate_id=f"generated-{seed}",
        site="draftkings",
        sport="nba",
        game_type="classic",
        players=players,
        games=rosters.games,
        mode="generated",
    )
