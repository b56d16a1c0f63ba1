"""From projections, points on the board and clocks to what every player may still score."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.files import Projections
from models.newcomers import newcomers_discount, newcomers_less
from models.outcomes import Forecast, OutcomeModel, given_spread, still_expected
from models.projections.newcomers import Newcomers
from models.slate import Game, Slate
from models.swap.case import SwapCase
from models.swap.report import ProjectionBasis
from models.swap.situation import Situation
from models.swap.standing import Standing

Floats = NDArray[np.float64]

_HOURS = {"nba": 2.4, "wnba": 2.2, "cbb": 2.1, "nfl": 3.2, "cfb": 3.4, "nhl": 2.6, "mlb": 2.7}
"""From start to end, as games last; used where the standings do not tell a game's clock."""
_USUAL_HOURS = 2.5


def learned_of(case: SwapCase) -> Newcomers | None:
    """What was learned of newcomers with the projection of the sport."""
    return None if case.weights is None else case.weights.newcomers


def discount_of(
    forecast: Forecast, basis: ProjectionBasis, case: SwapCase, model: OutcomeModel
) -> NDArray[np.int16]:
    """(P,) what each player counts less as a newcomer, in units of the site's step."""
    kinds = [model.kind(player.positions) for player in case.slate.players]
    less = newcomers_less(basis, learned_of(case))
    return newcomers_discount(model, forecast.mean, kinds, less=less, step=case.rules.points_step)


def forecast_of(
    case: SwapCase, situation: Situation, standing: Standing | None, model: OutcomeModel
) -> Forecast:
    """What the pool's rows are expected to score from now on.

    Before his game a player's expectation is his projection, however it is divided between
    whether he plays and how. Without standings nothing is known of games under way: their players
    are drawn as before the start. A locked player without a row in the standings likewise.
    """
    players = case.slate.players
    value = np.array([situation.values[p.player_id] for p in players], np.float64)
    absent = np.array([p.player_id in situation.absent for p in players], np.bool_)
    chance = np.array([situation.chances.get(p.player_id, 1.0) for p in players], np.float64)
    spread = _stated_spread(case.projections, case.slate, model)
    certain = np.where(chance < 1.0, chance, 1.0 - model.surprise)
    whole = Forecast.of(value / certain, spread=spread, plays=np.where(absent, 0.0, certain))
    if standing is None:
        return whole
    locked = np.array([p.player_id in situation.locked for p in players], np.bool_)
    under_way = locked & np.isfinite(standing.scored)
    left = np.where(under_way, _left(case, standing), 1.0)
    scored = np.where(under_way, standing.scored, 0.0)
    kinds = np.array([model.kind(player.positions) for player in players], np.intp)
    return _begun(whole._replace(scored=scored, left=left), kinds, model)


def _begun(before: Forecast, kinds: NDArray[np.intp], model: OutcomeModel) -> Forecast:
    """The forecast of games under way, from what was expected ``before`` of them as a whole."""
    mean, scored, left = before.mean, before.scored, before.left
    begun = (left < 1.0) & (before.plays > 0.0)
    seen = np.where(scored == 0, before.plays, 1.0)
    silent = silence(mean, 1.0 - left, kinds, model) * seen
    doubted = np.divide(silent, silent + 1.0 - seen, out=np.ones_like(seen), where=seen < 1)
    still = still_expected(model, mean, scored=scored, left=left, kind=kinds)
    return before._replace(
        mean=np.where(begun, still, mean),
        spread=np.where(begun, np.nan, before.spread),
        plays=np.where(begun, doubted, before.plays),
    )


def silence(mean: Floats, played: Floats, kinds: NDArray[np.intp], model: OutcomeModel) -> Floats:
    """(P,) chance that somebody who plays has no point after the share ``played`` of his game.

    Points come as in ``still_expected``: a stream of rate m, gamma distributed with variance V
    and made of events worth ``noise`` points each, has none with the chance
    ``(1 + V t / (noise m)) ** (-m^2 / V)``. Who has none is the likelier not to play at all.
    """
    m, rate, noise = np.maximum(mean, 1e-9), np.empty_like(mean), np.empty_like(mean)
    for kind, marginal in enumerate(model.marginals):
        of = kinds == kind
        noise[of] = max(marginal.noise, 1e-9)
        rate[of] = np.maximum(marginal.spread.at(m[of]) ** 2 - noise[of] * m[of], 1e-9)
    none: Floats = (1.0 + rate * played / (noise * m)) ** (-(m**2) / rate)
    return none


def _left(case: SwapCase, standing: Standing) -> Floats:
    """(P,) share of his game that a player has left, by the standings, else by the hour."""
    games = {game.game_id: i for i, game in enumerate(case.slate.games)}
    by_hour = [_left_by_hour(case, game) for game in case.slate.games]
    left = np.where(np.isnan(standing.left), by_hour, standing.left)
    return left[[games[player.game_id] for player in case.slate.players]]


def _left_by_hour(case: SwapCase, game: Game) -> float:
    if game.state == "final":
        return 0.0
    if game.start is None:
        return 0.5
    hours = (case.at - game.start).total_seconds() / 3600
    return float(np.clip(1.0 - hours / _HOURS.get(case.slate.sport, _USUAL_HOURS), 0.0, 1.0))


def _stated_spread(given: Projections | None, slate: Slate, model: OutcomeModel) -> Floats:
    """(P,) spread by the user's own file; nan where it is silent."""
    if given is None:
        return np.full(len(slate.players), np.nan)
    rows = [given.by_id.get(player.player_id) for player in slate.players]

    def column(name: str) -> list[float]:
        values = (getattr(row, name, None) for row in rows)
        return [np.nan if value is None else value for value in values]

    return given_spread(
        model, deviation=column("std_dev"), floor=column("floor"), ceiling=column("ceiling")
    )
