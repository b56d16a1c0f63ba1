"""Common random numbers of a slate: for every person a rank in every sample.

Latent normals are sums of the model's factors and a noise of the person's own; within each half
of the samples they are replaced by their ranks. Every person thus meets every stratum once (a
Latin hypercube with the copula's dependence: Stein 1987), which takes most of the sampling error
out of means. The halves share nothing: what is chosen on one can be judged on the other.

Every stream is keyed by what it belongs to and not by its place, so that a player more or less on
the slate changes nobody else's numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.outcomes.model import Factor, OutcomeModel, covers
from models.outcomes.shapes import middles
from models.pool import PlayerPool
from models.slate import Player, Slate

Floats = NDArray[np.float64]
Units = Mapping[str, Sequence[str]]

NO_UNITS: Units = MappingProxyType({})
_PLACE = np.int64(0xFFFF)
_BELOW_SIGN = np.int64(0x7FFF_FFFF_FFFF_FFFF)
MOST_SAMPLES = 1 << 16
"""More could not be told apart by ranks of 16 bits."""


class Draws(NamedTuple):
    """Ranks of N persons in S samples, shared by the P rows of a pool."""

    ids: tuple[str, ...]
    """P player ids."""
    ranks: NDArray[np.uint16]
    """(N, S) uniform over 0..65535."""
    person: NDArray[np.int32]
    """(P,) whose ranks a row of the pool reads: a captain's row has those of his other row."""
    kind: NDArray[np.int16]
    """(P,) index of the row's marginal in the model."""
    keys: NDArray[np.uint64]
    """(N,) keys of the streams that tell whether a questionable player plays."""

    @property
    def samples(self) -> int:
        """S; the first ``samples // 2`` are independent of the rest."""
        return int(self.ranks.shape[1])


def draw(
    slate: Slate,
    pool: PlayerPool,
    model: OutcomeModel,
    *,
    samples: int,
    seed: int,
    units: Units = NO_UNITS,
) -> Draws:
    """Random numbers for a slate; the same seed gives the same numbers, bit by bit.

    ``units`` names, by player id, the lines or pairs of a team that a player belongs to (``L1``
    on the ice; ``3-4`` in a batting order): whoever shares one shares its factor.
    Raises ValueError where samples are not within 2 to 65,536.
    """
    if not 2 <= samples <= MOST_SAMPLES:
        raise ValueError(f"{samples} samples: between 2 and {MOST_SAMPLES:,} can be drawn")
    streams = _Streams(seed, samples)
    sides = _Sides(slate, model, units)
    ranks = np.empty((int(pool.person.max(initial=-1)) + 1, samples), np.uint16)
    keys = np.empty(len(ranks), np.uint64)
    for n, rows in enumerate(_rows_of(pool.person)):
        name = min(pool.ids[row] for row in rows)
        keys[n] = streams.key("plays", name)[0]
        own = streams.normals("player", name)
        shared = sides.loadings(slate.players[rows[0]])
        ranks[n] = _ranks(_mixed(own, shared, streams))
    kind = np.array([model.kind(positions) for positions in pool.positions], np.int16)
    return Draws(pool.ids, *(frozen(part) for part in (ranks, pool.person, kind, keys)))


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """A contiguous read-only array: one type for the kernels, whoever owns the array."""
    if array.flags.c_contiguous and not array.flags.writeable:
        return array
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


def _rows_of(person: NDArray[np.int32]) -> list[list[int]]:
    rows: list[list[int]] = [[] for _ in range(int(person.max(initial=-1)) + 1)]
    for row, n in enumerate(person.tolist()):
        rows[n].append(row)
    return rows


class _Streams:
    """Standard normals by name, counter-based: the name is the key."""

    def __init__(self, seed: int, samples: int) -> None:
        self._seed = seed
        self._samples = samples
        self._shared: dict[tuple[str, ...], Floats] = {}

    def key(self, *name: str) -> NDArray[np.uint64]:
        text = "\x1f".join((str(self._seed), *name))
        return np.frombuffer(blake2b(text.encode(), digest_size=16).digest(), "<u8")

    def normals(self, *name: str) -> Floats:
        generator = np.random.Generator(np.random.Philox(key=self.key(*name)))
        return generator.standard_normal(self._samples)

    def shared(self, name: tuple[str, ...]) -> Floats:
        """Kept, since others ask for the same."""
        if name not in self._shared:
            self._shared[name] = self.normals(*name)
        return self._shared[name]


class _Sides:
    """Which factors a player shares, from his team, his game and his units."""

    def __init__(self, slate: Slate, model: OutcomeModel, units: Units) -> None:
        self._factors = model.factors
        self._units = units
        self._games = {game.game_id: (game.away, game.home) for game in slate.games}
        self._place = _salary_places(slate.players)

    def loadings(self, player: Player) -> dict[tuple[str, ...], float]:
        """Weight by the name of each factor's stream."""
        found: dict[tuple[str, ...], float] = {}
        for factor in self._factors:
            for on, owner in self._owners(factor, player):
                weight = self._weight(factor, player, on)
                if weight:
                    found["factor", factor.name, player.game_id, *owner] = weight
        return found

    def _owners(self, factor: Factor, player: Player) -> Iterator[tuple[str, tuple[str, ...]]]:
        sides = self._games[player.game_id]
        if factor.scope == "game":
            yield "own", ()
        elif factor.scope == "unit":
            for unit in self._units.get(player.player_id, ()):
                yield "own", (player.team, unit)
        else:
            yield "own", (player.team,)
            if player.team in sides:
                yield "opposing", (sides[sides[0] == player.team],)

    def _weight(self, factor: Factor, player: Player, on: str) -> float:
        """Of the first loading that speaks of him."""
        place = self._place[player.person]
        return next(
            (
                loading.weight
                for loading in factor.loadings
                if loading.on == on
                and (not loading.top or place < loading.top)
                and covers(loading.positions, player.positions)
            ),
            0.0,
        )


def _salary_places(players: Sequence[Player]) -> dict[tuple[str, str], int]:
    """Place of a person (name, team) among his team's salaries, 0 the highest."""
    dearest: dict[tuple[str, str], int] = {}
    for player in players:
        dearest[player.person] = max(player.salary, dearest.get(player.person, 0))
    places: dict[tuple[str, str], int] = {}
    teams: dict[str, int] = {}
    for person in sorted(dearest, key=lambda person: (-dearest[person], person)):
        places[person] = teams.setdefault(person[1], 0)
        teams[person[1]] += 1
    return places


def _mixed(own: Floats, shared: Mapping[tuple[str, ...], float], streams: _Streams) -> Floats:
    """Unit variance: factors by their weights, the rest the player's own."""
    common = sum(weight**2 for weight in shared.values())
    if common > 1.0:
        named = ", ".join("/".join(name[1:]) for name in shared)
        raise ValueError(f"loadings explain {common:.2f} of one player's variance: {named}")
    mixed: Floats = own * np.sqrt(1.0 - common)
    for name, weight in shared.items():
        mixed += weight * streams.shared(name)
    return mixed


def _ranks(latent: Floats) -> NDArray[np.uint16]:
    """Middles of the strata that the samples fall into, each half by itself."""
    half = len(latent) // 2
    return np.concatenate([_strata(latent[:half]), _strata(latent[half:])])


def _strata(latent: Floats) -> NDArray[np.uint16]:
    """(n,) ranks spread over 16 bits.

    Sorted as integers that carry their place in the low bits: quicker than argsort, and nothing
    is left to chance where two are equal.
    """
    places, levels = _grid(len(latent))
    bits = latent.view(np.int64)
    ordered = bits ^ ((bits >> 63) & _BELOW_SIGN)
    ordered &= ~_PLACE
    ordered |= places
    ordered.sort()
    ordered &= _PLACE
    strata = np.empty(len(latent), np.uint16)
    strata[ordered] = levels
    return strata


@lru_cache(maxsize=4)
def _grid(size: int) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
    """Places of samples, and the ranks in the middles of as many strata."""
    return np.arange(size), (middles(size) * 65536.0).astype(np.uint16)
