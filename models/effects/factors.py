"""From differences of games' conditions to factors on players' nights, whole arrays at once.

G games, P players.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.effects.conditions import Difference
from models.effects.learned import Effects, Force, Ground
from models.files.names import team_key
from models.slate import Game, Player

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

LEAST, MOST = 0.5, 1.5
"""Ends of a factor: beyond them nothing was learned from."""
LEAST_TOLD = 0.5
"""mph, inches or degrees by which the weather has to differ to be told of."""


class Seats(NamedTuple):
    """Where each player stands in what the effects are made of; (P,) each."""

    game: Ints
    side: Ints
    """0 where he feels what home's points do, 1 away's, -1 where he feels nothing."""
    scores: Floats
    weather: Floats
    says: Sequence[str]

    @classmethod
    def of(cls, players: Sequence[Player], games: Sequence[Game], effects: Effects) -> Seats:
        """``games`` are numbered in their order; a player of another team feels nothing."""
        place = {game.game_id: row for row, game in enumerate(games)}
        homes = [team_key(game.home) for game in games]
        aways = [team_key(game.away) for game in games]
        kinds = [effects.kind_of(player) for player in players]
        game = np.array([place.get(player.game_id, -1) for player in players], np.intp)
        side = np.full(len(players), -1, np.intp)
        for row, (player, kind) in enumerate(zip(players, kinds, strict=True)):
            team, at = team_key(player.team), game[row]
            if kind is not None and at >= 0 and team in {homes[at], aways[at]}:
                side[row] = int((team == aways[at]) != kind.against)
        return cls(
            game,
            side,
            np.array([kind.scores if kind else 0.0 for kind in kinds]),
            np.array([kind.weather if kind else 0.0 for kind in kinds]),
            [kind.says if kind else "" for kind in kinds],
        )


class Pushes(NamedTuple):
    """Factors on teams' points; (G, 2) of home and away."""

    line: Floats
    sky: Floats


def pushes(
    differences: Sequence[Difference], roofed: NDArray[np.bool_], effects: Effects
) -> Pushes:
    """What lines and weather do to the points of G games' teams.

    A line's move counts as the ratio of implied totals; beside a line that stands, weather counts
    for what lines have not held, under a roof for nothing.
    """
    wind, rain, warmth, total, spread = (
        np.array([getattr(one, name) for one in differences], np.float64).reshape(-1, 2)
        for name in ("wind", "rain", "warmth", "total", "spread")
    )
    lined, hourly = np.array([(o.lined, o.hourly) for o in differences], np.bool_).reshape(-1, 2).T
    sides = np.array([-0.5, 0.5])
    implied = total[:, None, :] / 2.0 + sides[:, None] * spread[:, None, :]  # (G, 2, then and now)
    with np.errstate(invalid="ignore", divide="ignore"):
        moved = np.where(implied[..., 0] > 0, implied[..., 1] / implied[..., 0], np.nan)
    line = 1.0 + effects.line * (np.nan_to_num(moved, nan=1.0) - 1.0)
    share = sum(
        _share(force, told, lined, hourly)
        for force, told in ((effects.wind, wind), (effects.rain, rain), (effects.warmth, warmth))
    )
    sky = 1.0 + np.where(roofed, 0.0, share)
    return Pushes(np.clip(line, LEAST, MOST), np.clip(np.stack([sky, sky], 1), LEAST, MOST))


def _share(
    force: Force, told: Floats, lined: NDArray[np.bool_], hourly: NDArray[np.bool_]
) -> Floats:
    """(G,) share of points by one quantity of the weather."""
    day, hour = (np.nan if u is None else u for u in (force.usual, force.usual_hour))
    usual = np.where(hourly, hour, day)
    then = np.where(np.isfinite(told[:, 0]), told[:, 0], usual)
    more = np.nan_to_num(told[:, 1] - then, nan=0.0)
    found: Floats = more * np.where(lined, force.beside_line, force.alone)
    return found


def factors(seats: Seats, pushed: Pushes) -> Floats:
    """(P,) factors on players' nights; 1 for whoever feels nothing."""
    feels = (seats.side >= 0) & (seats.game >= 0)
    game, side = np.where(feels, seats.game, 0), np.where(feels, seats.side, 0)
    line = 1.0 + seats.scores * (pushed.line[game, side] - 1.0)
    sky = 1.0 + seats.weather * (pushed.sky[game, side] - 1.0)
    found: Floats = np.where(feels, np.clip(line * sky, LEAST, MOST), 1.0)
    return found


def of_game(
    players: Sequence[Player],
    game: Game,
    told: Difference,
    ground: Ground | None,
    effects: Effects,
) -> Mapping[str, float]:
    """Factors of one game's players by their ids; who feels nothing is not among them."""
    seats = Seats.of(players, (game,), effects)
    roofed = np.array([ground is not None and ground.roofed])
    found = factors(seats, pushes((told,), roofed, effects))
    return {
        player.player_id: factor
        for player, factor in zip(players, found.tolist(), strict=True)
        if factor != 1.0
    }


def in_words(
    player: Player, told: Difference, ground: Ground | None, effects: Effects, share: float
) -> str:
    """What a player feels of a game: ``wind 28 mph (5 before) at Highmark Stadium: passing -9 %``.

    Only what moved is named; empty where nothing did.
    """
    kind = effects.kind_of(player)
    parts = []
    if ground is None or not ground.roofed:
        where = f" at {ground.name}" if ground else ""
        parts = [f"{text}{where}" for text in _sky_words(told, effects)]
    parts += _line_words(told) if effects.line else []
    if not parts or kind is None:
        return ""
    return f"{', '.join(parts)}: {kind.says} {100 * share:+.0f} %"


def _sky_words(told: Difference, effects: Effects) -> list[str]:
    found = []
    for name, unit, force, (then, now), digits in (
        ("wind", "mph", effects.wind, told.wind, 0),
        ("rain", "inches", effects.rain, told.rain, 1),
        ("air", "°C", effects.warmth, told.warmth, 0),
    ):
        acts = force.beside_line if told.lined else force.alone
        usually = force.usual_hour if told.hourly else force.usual
        before = usually if then is None else then
        if acts and now is not None and before is not None and abs(now - before) >= LEAST_TOLD:
            known = "is usual" if then is None else "before"
            found.append(f"{name} {now:.{digits}f} {unit} ({before:.{digits}f} {known})")
    return found


def _line_words(told: Difference) -> list[str]:
    (then, now), (before, spread) = told.total, told.spread
    if then is None or now is None:
        return []
    total = [] if then == now else [f"total {now:g} ({then:g} before)"]
    return total + ([] if before == spread else [f"home spread {spread:+g} ({before:+g} before)"])
