"""What a user asks of all entries together, and the same as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from models.pool import PlayerPool
from models.portfolio.candidates import Candidates

_HALF = 3.0
_LEAST = 0.5


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """At least so many, at most so many of these players in one lineup.

    With ``when`` the rule binds only lineups that hold that player: a quarterback asks for two of
    his catchers.
    """

    players: frozenset[str]
    at_least: int = 0
    at_most: int | None = None
    when: str | None = None


class PortfolioRules(msgspec.Struct, frozen=True, kw_only=True):
    """Limits across a user's entries, and how he weighs risk. Shares are of all his entries."""

    max_exposure: float | dict[str, float] = 1.0
    """Largest share of the entries that hold a player, for everybody or by player id. A person's
    captain and flex rows count together, locked slots count like open ones."""
    min_unique: int = 1
    """Players by which any two of the entries differ at least; 0 allows duplicates."""
    groups: tuple[Group, ...] = ()
    max_swaps: int | None = None
    """Most players that one entry exchanges."""
    risk: float = 0.5
    """1 counts expected winnings alone, 0.5 about their logarithm, 0 seeks the steadiest."""
    min_gain: float = 0.0
    """Dollars that a changed entry must be expected to gain."""
    confidence: float = 1.0
    """Standard errors by which a gain must exceed nothing before an entry is changed."""

    def __post_init__(self) -> None:
        """Raise ValueError for numbers that mean nothing, naming the field."""
        shares = self.max_exposure
        for share in shares.values() if isinstance(shares, dict) else (shares,):
            _check("max_exposure", share, 0, 1)
        _check("risk", self.risk, 0, 1)
        _check("min_unique", self.min_unique, 0, np.inf)
        _check("min_gain", self.min_gain, 0, np.inf)
        _check("confidence", self.confidence, 0, np.inf)
        _check("max_swaps", 0 if self.max_swaps is None else self.max_swaps, 0, np.inf)


def _check(field: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{field} is {value:g}: give a number from {low:g} to {high:g}")


def plenty(risk: float, fees: float) -> float:
    """Total winnings at which another dollar is worth a quarter of the first; infinite at risk 1.

    The utility of winning ``w`` in one evening is ``w / (1 + w / plenty)``. At risk 0.5 it runs
    close to ``log(1 + w / fees)``, which is worth a quarter at three times the fees, too.

    >>> plenty(0.5, 100.0), plenty(1.0, 100.0), plenty(0.0, 100.0)
    (300.0, inf, 50.0)
    """
    if risk >= 1:
        return float("inf")
    return fees * (_LEAST + (_HALF - _LEAST) * risk / (1 - risk))


class Limits(NamedTuple):
    """The rules as the search sees them; N persons, C candidates, E entries."""

    people: NDArray[np.int32]
    """(C, R) person in each slot, -1 for nobody."""
    room: NDArray[np.int32]
    """(N,) most entries that may hold the person."""
    allowed: NDArray[np.bool_]
    """(C,) keeps the groups and the maximum of swaps; held lineups always are."""
    breaks: NDArray[np.bool_]
    """(groups, E) the held lineup breaks this group."""


def limits_of(rules: PortfolioRules, pool: PlayerPool, candidates: Candidates) -> Limits:
    """The rules for these candidates.

    Raises ValueError when a rule names a player whom the slate does not list.
    """
    rows = {player_id: row for row, player_id in enumerate(pool.ids)}
    held = candidates.lineups >= 0
    people = np.where(held, pool.person[np.where(held, candidates.lineups, 0)], -1)
    over = np.array([_excess(group, rows, candidates) for group in rules.groups], np.int64)
    over = over.reshape(len(rules.groups), len(candidates.owner))
    before = over[:, candidates.hold]
    allowed = np.asarray((over <= before[:, candidates.owner]).all(axis=0), np.bool_)
    if rules.max_swaps is not None:
        allowed &= candidates.swaps <= rules.max_swaps
    allowed[candidates.hold] = True
    room = _room(rules.max_exposure, pool, rows, len(candidates.hold))
    return Limits(people.astype(np.int32), room, allowed, before > 0)


def _room(
    shares: float | Mapping[str, float], pool: PlayerPool, rows: Mapping[str, int], entries: int
) -> NDArray[np.int32]:
    people = int(pool.person.max(initial=-1)) + 1
    if not isinstance(shares, Mapping):
        return np.full(people, _most(shares, entries), np.int32)
    room = np.full(people, entries, np.int32)
    for player_id, share in shares.items():
        person = pool.person[_row(player_id, rows, "max_exposure")]
        room[person] = min(room[person], _most(share, entries))
    return room


def _most(share: float, entries: int) -> int:
    """Whole entries within the share; 0.07 of 100 is 7, whatever the binary fraction says."""
    return int(share * entries + 1e-9)


def _excess(group: Group, rows: Mapping[str, int], candidates: Candidates) -> NDArray[np.int64]:
    """(C,) players too many or too few in each lineup."""
    members = [_row(player_id, rows, "group") for player_id in group.players]
    count = np.isin(candidates.lineups, members).sum(axis=1)
    excess = np.maximum(group.at_least - count, 0)
    if group.at_most is not None:
        excess = np.maximum(excess, count - group.at_most)
    if group.when is not None:
        bound = (candidates.lineups == _row(group.when, rows, "group")).any(axis=1)
        excess = np.where(bound, excess, 0)
    return np.asarray(excess, np.int64)


def _row(player_id: str, rows: Mapping[str, int], rule: str) -> int:
    if player_id not in rows:
        raise ValueError(f"{rule} names player {player_id}, whom the slate does not list")
    return rows[player_id]
