"""What the kernels see of a slate: plain arrays, made once for an evening.

P player rows, R roster slots, T slot types. The slots of a lineup that are still open form a
multiset of slot types; with ``count[t]`` slots of type t there are ``prod(count + 1)`` of them,
numbered in mixed radix. Such a number is called a state; state 0 has nothing left to fill.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.pool import PlayerPool, Roster
from models.rules import SiteRules

MOST_BUDGETS = 5_000
"""Salaries finer than this many steps to the cap would make tables too large to be worth it."""


class Board(NamedTuple):
    """Salaries, eligibility and limits of a slate as read-only arrays."""

    slot_type: NDArray[np.int32]
    """(R,) type of each slot."""
    stride: NDArray[np.int32]
    """(T,) what one open slot of a type adds to the state's number."""
    below: NDArray[np.int32]
    """(states, T) state after filling a slot of that type, -1 where none is open."""
    size: NDArray[np.int32]
    """(states,) open slots."""
    moves: NDArray[np.int32]
    """(states, patterns, T + 1) slot types worth filling with a row of that pattern, then -1."""
    pattern: NDArray[np.int32]
    """(P,) rows of equal pattern may fill the same slot types."""
    cost: NDArray[np.int32]
    """(P, T) salary in steps."""
    eligible: NDArray[np.bool_]
    """(P, T)."""
    key: NDArray[np.int64]
    """(P, T) random word; equal for types in which the row costs and scores the same."""
    team: NDArray[np.int32]
    game: NDArray[np.int32]
    person: NDArray[np.int32]
    start: NDArray[np.int64]
    counted: NDArray[np.bool_]
    """(limits, P) whom a team limit counts."""
    most: NDArray[np.int32]
    """(limits,)."""
    represents: NDArray[np.bool_]
    """(P,) who counts for the minimum of teams."""
    minimum: NDArray[np.int32]
    """(2,) fewest games, fewest teams."""
    breadth: NDArray[np.int64]
    """(T,) rank of a slot type by the number of players who may fill it."""
    cap: NDArray[np.int32]
    """(1,) salary cap in steps."""


def board_of(rules: SiteRules, pool: PlayerPool) -> Board:
    """The board of a slate under these rules.

    Raises ValueError when the salaries have no usable common step.
    """
    roster = Roster.of(rules)
    below, size, stride = _lattice(roster.type_count)
    step = _step(rules, pool)
    keys = _keys(pool)
    moves, pattern = _moves(pool.eligible, keys, below)
    board = Board(
        slot_type=roster.slot_type.astype(np.int32),
        stride=stride,
        below=below,
        size=size,
        moves=moves,
        pattern=pattern,
        cost=(pool.salary // step).astype(np.int32),
        eligible=pool.eligible,
        key=keys,
        team=pool.team.astype(np.int32),
        game=pool.game.astype(np.int32),
        person=pool.person,
        start=pool.start,
        counted=_counted(rules, pool),
        most=np.array([limit.most for limit in rules.team_limits], np.int32),
        represents=_represents(rules, pool),
        minimum=np.array(
            [rules.min_games, rules.team_minimum.teams if rules.team_minimum else 1], np.int32
        ),
        breadth=np.unique(pool.eligible.sum(axis=0), return_inverse=True)[1].astype(np.int64),
        cap=np.array([rules.salary_cap // step], np.int32),
    )
    return Board(*(frozen(column) for column in board))


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """A contiguous read-only view: one type for the kernels, whoever owns the array."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


def lattice_shape(board: Board) -> tuple[int, ...]:
    """States as a grid: one axis per slot type, as long as its slots and one."""
    shape: list[int] = (np.array([board.size.size, *board.stride[:-1]]) // board.stride).tolist()
    return tuple(shape)


def _lattice(
    count: NDArray[np.int8],
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    shape = count.astype(np.int64) + 1
    stride = np.cumprod(np.concatenate(([1], shape[::-1])))[:-1][::-1].astype(np.int32)
    states = np.arange(int(np.prod(shape)), dtype=np.int32)
    digits = states[:, None] // stride % shape
    below = np.where(digits > 0, states[:, None] - stride, -1).astype(np.int32)
    return below, digits.sum(axis=1).astype(np.int32), stride


def _moves(
    eligible: NDArray[np.bool_], keys: NDArray[np.int64], below: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Where it suffices to try a player: in the narrowest open slots that take him.

    If everybody who fits slot type t fits u, too, and costs and scores the same there, then a
    lineup with the player in u and another in t is the same set of players as with both exchanged:
    while t is open, u need not be tried.
    """
    patterns, pattern = np.unique(eligible, axis=0, return_inverse=True)
    types = eligible.shape[1]
    exchangeable = eligible[:, None, :] & (keys[:, :, None] == keys[:, None, :])
    inside = (~eligible[:, :, None] | exchangeable).all(axis=0)
    narrower = inside & (~inside.T | (np.arange(types)[:, None] < np.arange(types)))
    usable = (below >= 0)[:, None, :] & patterns[None, :, :]
    worth_trying = usable & ~(usable.astype(np.int32) @ narrower.astype(np.int32) > 0)
    moves = np.full((*usable.shape[:2], types + 1), -1, np.int32)
    for state, kind_of_player in np.ndindex(usable.shape[:2]):
        kinds = np.nonzero(worth_trying[state, kind_of_player])[0]
        moves[state, kind_of_player, : kinds.size] = kinds
    return moves, pattern.reshape(-1).astype(np.int32)


def _step(rules: SiteRules, pool: PlayerPool) -> int:
    salaries = pool.salary[pool.eligible]
    if salaries.size and int(salaries.min()) < 0:
        raise ValueError("a salary is negative")
    step = int(np.gcd.reduce(salaries)) if salaries.any() else rules.salary_step
    if rules.salary_cap // step > MOST_BUDGETS:
        odd = np.nonzero((pool.salary % rules.salary_step * pool.eligible).any(axis=1))[0]
        named = pool.ids[int(odd[0])] if odd.size else "the cap"
        raise ValueError(f"salaries have no common step of money: see player {named}")
    return step


def _keys(pool: PlayerPool) -> NDArray[np.int64]:
    rows, types = pool.salary.shape
    same = (pool.salary[:, :, None] == pool.salary[:, None, :]) & (
        pool.multiplier[:, :, None] == pool.multiplier[:, None, :]
    )
    first_alike = same.argmax(axis=2)
    return np.take_along_axis(words(rows * types).reshape(rows, types), first_alike, axis=1)


def words(count: int, after: int = 0) -> NDArray[np.int64]:
    """Fixed random words of 62 bits (splitmix64), the letters of set hashes.

    ``count`` of them, leaving out the first ``after``: a word must not mean two things.
    """
    z = np.arange(after + 1, after + count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return ((z ^ (z >> np.uint64(31))) >> np.uint64(2)).astype(np.int64)


def _plays(pool: PlayerPool, positions: tuple[str, ...]) -> NDArray[np.bool_]:
    wanted = set(positions)
    return np.array([not wanted.isdisjoint(listed) for listed in pool.positions], np.bool_)


def _counted(rules: SiteRules, pool: PlayerPool) -> NDArray[np.bool_]:
    counted = [
        (_plays(pool, limit.positions) if limit.positions else True)
        & ~_plays(pool, limit.except_positions)
        for limit in rules.team_limits
    ]
    return np.array(counted, np.bool_).reshape(len(counted), len(pool.ids))


def _represents(rules: SiteRules, pool: PlayerPool) -> NDArray[np.bool_]:
    left_out = rules.team_minimum.except_positions if rules.team_minimum else ()
    return ~_plays(pool, left_out)
