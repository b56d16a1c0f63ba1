"""What a slate's weather and lines do to its players: whole arrays against one player at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from config.effects import effects_of
from models.effects.conditions import Difference
from models.effects.factors import LEAST, MOST, Seats, factors, pushes
from models.effects.learned import Effects
from models.slate import Game, Player

GAMES = 16
PER_TEAM = 20
POSITIONS = ("QB", "RB", "WR", "TE", "DST")
AIM = 3.0


def _best(run: Callable[[], Any]) -> float:
    taken = []
    for _ in range(20):
        begun = time.process_time()
        run()
        taken.append(time.process_time() - begun)
    return min(taken)


def _slate() -> tuple[list[Game], list[Player]]:
    games = [Game(game_id=f"{n}", away=f"A{n}", home=f"H{n}", start=None) for n in range(GAMES)]
    players = [
        Player(
            player_id=f"{team}-{n}", name="", team=team, game_id=game.game_id,
            positions=(POSITIONS[n % len(POSITIONS)],), roster_slots=(), salary=5000,
        )
        for game in games
        for team in (game.away, game.home)
        for n in range(PER_TEAM)
    ]  # fmt: skip
    return games, players


def _one_by_one(
    players: list[Player], games: list[Game], told: list[Difference], effects: Effects
) -> list[float]:
    """The same, written down as it is told: a loop over players."""
    by_id = {game.game_id: (game, one) for game, one in zip(games, told, strict=True)}
    kinds = {position: kind for kind in effects.kinds for position in kind.positions}
    found = []
    for player in players:
        (game, one), kind = by_id[player.game_id], kinds[player.positions[0]]
        home = (player.team == game.home) != kind.against
        (then, now), (before, spread) = one.total, one.spread
        (calm, wind) = one.wind
        if then is None or now is None or calm is None or wind is None:
            raise ValueError("every game is told of here")
        side = -0.5 if home else 0.5
        line = 1 + effects.line * ((now / 2 + side * spread) / (then / 2 + side * before) - 1)
        acts = effects.wind.beside_line if one.lined else effects.wind.alone
        sky = min(max(1 + (wind - calm) * acts, LEAST), MOST)
        line = min(max(line, LEAST), MOST)
        factor = (1 + kind.scores * (line - 1)) * (1 + kind.weather * (sky - 1))
        found.append(min(max(factor, LEAST), MOST))
    return found


def rows() -> list[dict[str, Any]]:
    """The one row; both say the same, or it is no success."""
    effects = effects_of("nfl")
    if effects is None:
        raise ValueError("NFL has effects")
    games, players = _slate()
    rng = np.random.default_rng(1)
    told = [
        Difference(
            wind=(float(a), float(b)), total=(45.0, float(c)), spread=(-3.0, float(d)), lined=True
        )
        for a, b, c, d in zip(
            rng.uniform(0, 20, GAMES), rng.uniform(0, 40, GAMES), rng.uniform(36, 54, GAMES),
            rng.uniform(-10, 10, GAMES), strict=True,
        )
    ]  # fmt: skip
    roofed = np.zeros(GAMES, np.bool_)
    seats = Seats.of(players, games, effects)  # stays the same through a slate
    ours = factors(seats, pushes(told, roofed, effects))
    same = np.allclose(ours, _one_by_one(players, games, told, effects))
    seconds = _best(lambda: factors(seats, pushes(told, roofed, effects)))
    peer = _best(lambda: _one_by_one(players, games, told, effects))
    return [
        {
            "name": f"weather and lines of {GAMES} games on {len(players)} players",
            "value": seconds * 1e6,
            "unit": "µs",
            "peer": "one player at a time",
            "peer_value": peer * 1e6,
            "ratio": peer / seconds,
            "aim": f">= {AIM:.0f} x, equal",
            "ok": bool(same and peer / seconds >= AIM),
        }
    ]
