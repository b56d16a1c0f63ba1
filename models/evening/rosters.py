"""Teams, players and games of an evening: who plays how much, how well, and what he costs.

Arrays have one row per player (P); salaries are multiples of $100 as on DraftKings.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.evening.names import CITIES, FIRST_NAMES, LAST_NAMES, SUFFIXES
from models.slate import Game

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SLOTS = ("PG", "SG", "SF", "PF", "C", "G", "F", "UTIL")
CAP = 50_000
WAVES = ((0, 4), (90, 4), (180, 3))
"""Minutes after the first lock, and number of games that start then."""

_SLOTS_OF = {
    "PG": {"PG", "G", "UTIL"},
    "SG": {"SG", "G", "UTIL"},
    "SF": {"SF", "F", "UTIL"},
    "PF": {"PF", "F", "UTIL"},
    "C": {"C", "UTIL"},
}
_LISTED = ("PG", "SG", "SF", "PF", "C", "F", "G", "UTIL")
"""Order in which the site lists the slots of a player: ``SG/SF/F/G/UTIL``."""
_DEPTH_MINUTES = np.array(
    [35.0, 33.5, 32.0, 30.0, 27.5, 23.0, 19.5, 15.5, 11.5, 7.0, 3.0, 1.5, 0.8, 0.5, 0.4]
)
_DEPTH_RATE = np.array(
    [1.36, 1.16, 1.03, 0.96, 0.94, 0.93, 0.88, 0.86, 0.84, 0.82, 0.8, 0.78, 0.75, 0.72, 0.7]
)
"""Fantasy points per minute by place in the rotation; stars score more and play more."""
_RATE_SPREAD = 0.11
_AWARENESS, _MISPRICED = 0.7, 0.05
_GAME_MINUTES = 240.0  # five players, 48 minutes
_MINUTES_LIMIT = 40.0
_STARTER_ORDERS = (
    ("PG", "SF", "C", "SG", "PF"),
    ("SG", "PF", "PG", "C", "SF"),
    ("C", "PG", "SF", "PF", "SG"),
    ("PF", "SG", "C", "PG", "SF"),
    ("SF", "PG", "PF", "SG", "C"),
)
_SECOND_POSITION = {"PG": "SG", "SG": "SF", "SF": "PF", "PF": "C", "C": "PF"}
_LISTED_WITH_SECOND = 0.45


class Rosters(NamedTuple):
    """Everybody who could play tonight."""

    ids: tuple[str, ...]
    names: tuple[str, ...]
    teams: tuple[str, ...]
    """Team of each player."""
    positions: tuple[tuple[str, ...], ...]
    roster_slots: tuple[tuple[str, ...], ...]
    team: Ints
    """(P,) index of the team; teams 2g and 2g + 1 play game g."""
    depth: Ints
    """(P,) place in the rotation, 0 the star, 0 to 4 the starters."""
    minutes: Floats
    """(P,) usual minutes with everybody healthy."""
    rate: Floats
    """(P,) fantasy points per minute."""
    salary: Ints
    """(P,) dollars."""
    fits: Bools
    """(P, 8) may fill the roster slot."""
    known_out: Bools
    """(P,) ruled out before the evening begins."""
    games: tuple[Game, ...]
    wave: Ints
    """(games,) wave of each game's lock."""

    @property
    def game(self) -> Ints:
        """(P,) index into ``games``."""
        return self.team // 2


def draw_rosters(rng: np.random.Generator, first_lock: datetime) -> Rosters:
    """Teams, players and games for one evening whose first games start at ``first_lock``."""
    games, wave = _draw_games(rng, first_lock)
    teams = [team for game in games for team in (game.away, game.home)]
    sizes = rng.integers(13, 16, len(teams))
    team = np.repeat(np.arange(len(teams)), sizes)
    depth = np.concatenate([np.arange(size) for size in sizes])
    minutes = _DEPTH_MINUTES[depth] * rng.normal(1, 0.05, len(team)).clip(0.85, 1.15)
    minutes *= (_GAME_MINUTES / np.bincount(team, minutes))[team]
    rate = _DEPTH_RATE[depth] * rng.normal(1, _RATE_SPREAD, len(team)).clip(0.7, 1.3)
    positions = _draw_positions(rng, team, depth)
    slots = tuple(_slots_of(names) for names in positions)
    rosters = Rosters(
        ids=tuple(str(30_000_000 + int(n)) for n in _draw_ids(rng, len(team))),
        names=_draw_names(rng, len(team)),
        teams=tuple(teams[t] for t in team),
        positions=positions,
        roster_slots=slots,
        team=team,
        depth=depth,
        minutes=minutes,
        rate=rate,
        salary=np.zeros(len(team), np.int64),
        fits=np.array([[slot in own for slot in SLOTS] for own in slots]),
        known_out=_draw_known_out(rng, depth),
        games=games,
        wave=wave,
    )
    return rosters._replace(salary=_salaries(rng, rosters))


def with_absences(rosters: Rosters, out: Bools) -> Floats:
    """Expected minutes (P,) when those ``out`` do not play: team mates share what they leave.

    Most of it goes to players of the same position and to those who play anyhow; nobody is given
    more than 40 minutes.
    """
    minutes = np.where(out, 0.0, rosters.minutes)
    alike = (rosters.fits[:, :5].astype(float) @ rosters.fits[:, :5].T) > 0
    for absent in np.flatnonzero(out):
        mates = (rosters.team == rosters.team[absent]) & ~out
        weight = mates * (rosters.minutes + 3.0) * np.where(alike[absent], 2.5, 1.0)
        minutes += rosters.minutes[absent] * weight / max(weight.sum(), 1.0)
    return np.minimum(minutes, np.maximum(rosters.minutes, _MINUTES_LIMIT))


def _draw_games(rng: np.random.Generator, first_lock: datetime) -> tuple[tuple[Game, ...], Ints]:
    starts = [
        (first_lock + timedelta(minutes=after), wave)
        for wave, (after, count) in enumerate(WAVES)
        for _ in range(count)
    ]
    order = [str(name) for name in rng.permutation(list(CITIES))]
    pairs = zip(order[::2], order[1::2], strict=True)
    games = tuple(
        Game(game_id=f"{away}@{home}", away=away, home=home, start=start)
        for (away, home), (start, _) in zip(pairs, starts, strict=False)
    )
    return games, np.array([wave for _, wave in starts])


def _draw_positions(
    rng: np.random.Generator, team: Ints, depth: Ints
) -> tuple[tuple[str, ...], ...]:
    orders = rng.integers(0, len(_STARTER_ORDERS), (int(team.max()) + 1, 3))
    doubled = rng.random(len(team)) < _LISTED_WITH_SECOND
    return tuple(
        _positions(_STARTER_ORDERS[orders[t, d // 5]][d % 5], second=bool(twice))
        for t, d, twice in zip(team, depth, doubled, strict=True)
    )


def _positions(first: str, *, second: bool) -> tuple[str, ...]:
    """One or two positions, in the site's order.

    >>> _positions("C", second=True), _positions("SG", second=False)
    (('PF', 'C'), ('SG',))
    """
    both = {first, _SECOND_POSITION[first]} if second else {first}
    return tuple(name for name in SLOTS[:5] if name in both)


def _slots_of(positions: tuple[str, ...]) -> tuple[str, ...]:
    """Every slot that one of the positions may fill.

    >>> _slots_of(("SG", "SF"))
    ('SG', 'SF', 'F', 'G', 'UTIL')
    """
    fits = set().union(*(_SLOTS_OF[name] for name in positions))
    return tuple(name for name in _LISTED if name in fits)


def _draw_known_out(rng: np.random.Generator, depth: Ints) -> Bools:
    """More often a bench player than a star; who never plays is not worth a report."""
    chance = np.where(depth < 2, 0.03, np.where(depth < 10, 0.09, 0.0))
    out: Bools = rng.random(len(depth)) < chance
    return out


def _salaries(rng: np.random.Generator, rosters: Rosters) -> Ints:
    """About $200 a point, flatter below 20, and mostly aware of who is known to be out."""
    soon = np.where(rosters.known_out, rosters.minutes, with_absences(rosters, rosters.known_out))
    points = (_AWARENESS * soon + (1 - _AWARENESS) * rosters.minutes) * rosters.rate
    believed = points * rng.normal(1, _MISPRICED, len(points)).clip(0.8, 1.2)
    dollars = np.where(believed > 20, 200 * believed, 3_000 + 1_000 * (believed / 20) ** 2)
    salaries: Ints = (np.round(dollars / 100) * 100).clip(3_000, 11_500).astype(np.int64)
    return salaries


def _draw_ids(rng: np.random.Generator, count: int) -> Ints:
    """Increasing with gaps, as the site's are."""
    return rng.integers(0, 9_000_000) + np.cumsum(rng.integers(1, 9, count))


def _draw_names(rng: np.random.Generator, count: int) -> tuple[str, ...]:
    pairs = rng.choice(len(FIRST_NAMES) * len(LAST_NAMES), count, replace=False)
    suffix = rng.integers(0, 25 * len(SUFFIXES), count)
    return tuple(
        FIRST_NAMES[pair % len(FIRST_NAMES)]
        + " "
        + LAST_NAMES[pair // len(FIRST_NAMES)]
        + (SUFFIXES[s] if s < len(SUFFIXES) else "")
        for pair, s in zip(pairs, suffix, strict=True)
    )
