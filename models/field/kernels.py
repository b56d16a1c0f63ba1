"""The sampler's inner loops; numba looks at one file only, so all of them stand here.

Lineups are drawn exactly, without a chain that has to forget its start. The weights of all ways to
fill the open slots ``s`` (a multiset of slot types, numbered as in ``models.optimiser.board``) with
``b`` steps of salary are summed up in two stages. Behind the chalk slots are filled one by one,

    worth[0, s, b] = sum over rows p of odds[p] * worth[0, s - next slot, b - cost[p]],

which does not know that a player may be taken once only; the few players whom many hold are added
one by one before that, each taken once or not at all,

    worth[h, s, b] = worth[h - 1, s, b] + sum over slot types t of
                     open(s, t) * odds[h, t] * worth[h - 1, s - t, b - cost[h, t]].

Drawing backwards in proportion to the terms gives every filling its share of the total. What the
table does not know (nobody twice, limits of teams, games and teams enough) rejects the whole draw,
and that leaves the shares among legal lineups as they should be.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

HIDDEN = -2
"""A slot that is filled but not shown; -1 is a slot that nobody fills."""
BLOCK = 8
"""Groups of equal cost are padded to blocks, which the search for one adds up side by side."""

_OPTIONS: dict[str, Any] = {"nogil": True, "_nrt": False}
"""The kernels make no arrays; without counted references they run several times faster."""

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31, _S11 = np.uint64(27), np.uint64(30), np.uint64(31), np.uint64(11)
_TO_UNIT = 2.0**-53


class Menu(NamedTuple):
    """What may be drawn; all arrays read-only. G is a multiple of ``BLOCK``."""

    slot_type: NDArray[np.int32]
    """(R,)."""
    stride: NDArray[np.int32]
    """(T,) what an open slot adds to the state's number."""
    below: NDArray[np.int32]
    """(states, T) state after filling a slot of that type, -1 where none is open."""
    kind: NDArray[np.int32]
    """(states,) slot type that is filled next; -1 where nothing is open."""
    listed: NDArray[np.int32]
    """(T, E) rows that may fill the type, chalk left out, by cost; -1 behind them."""
    first: NDArray[np.int32]
    """(T, G + 1) where each group of equal cost begins in ``listed``."""
    price: NDArray[np.int32]
    """(T, G) cost of the group in salary steps; 0 behind them."""
    blocks: NDArray[np.int32]
    """(T,) number of blocks of groups."""
    chalk: NDArray[np.int32]
    """(H, 2) rows of each person of the chalk, -1 where he has one only."""
    cost: NDArray[np.int32]
    """(P, T) salary steps."""
    eligible: NDArray[np.bool_]
    """(P, T)."""
    team: NDArray[np.int32]
    game: NDArray[np.int32]
    person: NDArray[np.int32]
    counted: NDArray[np.bool_]
    """(limits, P)."""
    most: NDArray[np.int32]
    """(limits,)."""
    represents: NDArray[np.bool_]
    """(P,)."""
    minimum: NDArray[np.int32]
    """(2,) fewest games, fewest teams."""


class Table(NamedTuple):
    """Sums over all completions under one set of odds."""

    needed: NDArray[np.int64]
    """(N,) states, each after those it leads to."""
    wanted: NDArray[np.bool_]
    """(H + 1, N) whether a draw may come by the state with so many of the chalk undecided."""
    place: NDArray[np.int64]
    """(states,) row of a state, -1 if it is not needed."""
    odds: NDArray[np.float64]
    """(P, T) weight of a row in a slot of that type."""
    total: NDArray[np.float64]
    """(T, G) of the groups."""
    worth: NDArray[np.float64]
    """(H + 1, N, pad + budgets); the first ``pad`` of each line stay 0, for budgets overspent."""


@njit(forceinline=True, **_OPTIONS)
def _add_shifted(into: NDArray[np.float64], source: NDArray[np.float64], factor: float) -> None:
    for b in range(into.size):
        into[b] += factor * source[b]


@njit(forceinline=True, **_OPTIONS)
def _fill_plain(menu: Menu, table: Table, n: int, pad: int) -> None:
    """Layer 0 of one state, from the state after its next slot."""
    state = table.needed[n]
    t = menu.kind[state]
    m = table.place[menu.below[state, t]]
    width = table.worth.shape[2]
    for b in range(width):
        table.worth[0, n, b] = 0.0
    for g in range(menu.blocks[t] * BLOCK):
        price, total = menu.price[t, g], table.total[t, g]
        if total > 0.0 and pad + price < width:
            _add_shifted(
                table.worth[0, n, pad + price :], table.worth[0, m, pad : width - price], total
            )


@njit(forceinline=True, **_OPTIONS)
def _fill_chalk(menu: Menu, table: Table, h: int, n: int, pad: int) -> None:
    """Layer ``h`` of one state: with the person ``h - 1`` of the chalk, or without him."""
    state, width = table.needed[n], table.worth.shape[2]
    for b in range(width):
        table.worth[h, n, b] = table.worth[h - 1, n, b]
    for i in range(2):
        row = menu.chalk[h - 1, i]
        for t in range(menu.stride.size):
            if row >= 0 and menu.eligible[row, t] and menu.below[state, t] >= 0:
                price, m = menu.cost[row, t], table.place[menu.below[state, t]]
                factor = table.odds[row, t] * _open(menu, state, t)
                if pad + price < width and m >= 0:
                    _add_shifted(
                        table.worth[h, n, pad + price :],
                        table.worth[h - 1, m, pad : width - price],
                        factor,
                    )


@njit(forceinline=True, **_OPTIONS)
def _open(menu: Menu, state: int, kind: int) -> int:
    """How many slots of the type are open."""
    count = 0
    while menu.below[state, kind] >= 0:
        count += 1
        state = menu.below[state, kind]
    return count


@njit(forceinline=True, **_OPTIONS)
def _sum_groups(menu: Menu, table: Table) -> None:
    for t in range(menu.blocks.size):
        for g in range(menu.blocks[t] * BLOCK):
            total = 0.0
            for e in range(menu.first[t, g], menu.first[t, g + 1]):
                total += table.odds[menu.listed[t, e], t]
            table.total[t, g] = total


@njit(cache=True, **_OPTIONS)
def fill(menu: Menu, table: Table, tail: NDArray[np.float64]) -> None:
    """Sum up ``worth``; ``tail`` (budgets,) weighs the salary left when nothing is open."""
    pad = table.worth.shape[2] - tail.size
    _sum_groups(menu, table)
    for n in range(table.needed.size):
        if table.wanted[0, n]:
            if menu.kind[table.needed[n]] >= 0:
                _fill_plain(menu, table, n, pad)
            else:
                for b in range(tail.size):
                    table.worth[0, n, pad + b] = tail[b]
    for h in range(1, table.worth.shape[0]):
        for n in range(table.needed.size):
            if table.wanted[h, n]:
                _fill_chalk(menu, table, h, n, pad)


@njit(forceinline=True, **_OPTIONS)
def _unit(stream: NDArray[np.uint64]) -> float:
    """The next number in [0, 1) of a splitmix64 stream."""
    stream[0] += _GOLDEN
    z = stream[0]
    z = (z ^ (z >> _S30)) * _MIX_1
    z = (z ^ (z >> _S27)) * _MIX_2
    return float((z ^ (z >> _S31)) >> _S11) * _TO_UNIT


@njit(forceinline=True, **_OPTIONS)
def _pick(menu: Menu, table: Table, state: int, base: int, unit: float) -> int:
    """A row for the next slot, in proportion to its odds times all that may follow; -1: none."""
    t = menu.kind[state]
    m = table.place[menu.below[state, t]]
    aim = unit * table.worth[0, table.place[state], base]
    for block in range(menu.blocks[t]):
        g = block * BLOCK
        share = 0.0
        for j in range(BLOCK):
            share += table.total[t, g + j] * table.worth[0, m, base - menu.price[t, g + j]]
        if aim >= share:
            aim -= share
            continue
        for j in range(g, g + BLOCK):
            rest = table.worth[0, m, base - menu.price[t, j]]
            if aim < table.total[t, j] * rest:
                aim /= rest
                for e in range(menu.first[t, j], menu.first[t, j + 1]):
                    row = menu.listed[t, e]
                    if aim < table.odds[row, t]:
                        return int(row)
                    aim -= table.odds[row, t]
                return -1
            aim -= table.total[t, j] * rest
        return -1
    return -1


@njit(forceinline=True, **_OPTIONS)
def _fits(menu: Menu, lineup: NDArray[np.int32], row: int) -> bool:
    """Whether the person is new to the lineup and his team's limits hold with him."""
    for i in range(lineup.size):
        if lineup[i] >= 0 and menu.person[lineup[i]] == menu.person[row]:
            return False
    for limit in range(menu.most.size):
        if menu.counted[limit, row]:
            count = 1
            for i in range(lineup.size):
                held = lineup[i]
                if held >= 0 and menu.counted[limit, held] and menu.team[held] == menu.team[row]:
                    count += 1
            if count > menu.most[limit]:
                return False
    return True


@njit(forceinline=True, **_OPTIONS)
def _is_spread(menu: Menu, lineup: NDArray[np.int32]) -> bool:
    """Whether the lineup is of enough games and teams."""
    games, teams = 0, 0
    for i in range(lineup.size):
        row = lineup[i]
        if row < 0:
            continue
        new_game, new_team = 1, 1 if menu.represents[row] else 0
        for j in range(i):
            held = lineup[j]
            if held >= 0:
                if menu.game[held] == menu.game[row]:
                    new_game = 0
                if menu.represents[held] and menu.team[held] == menu.team[row]:
                    new_team = 0
        games += new_game
        teams += new_team
    return bool(games >= menu.minimum[0] and teams >= menu.minimum[1])


@njit(forceinline=True, **_OPTIONS)
def _seat(menu: Menu, lineup: NDArray[np.int32], kind: int, row: int) -> None:
    for slot in range(lineup.size):
        if lineup[slot] == HIDDEN and menu.slot_type[slot] == kind:
            lineup[slot] = row
            return


@njit(forceinline=True, **_OPTIONS)
def _choose_chalk(
    menu: Menu, table: Table, h: int, state: int, base: int, aim: float
) -> tuple[int, int]:
    """Row and slot type in which the person ``h - 1`` is taken, (-1, -1) for not at all."""
    aim -= table.worth[h - 1, table.place[state], base]
    if aim < 0.0:
        return -1, -1
    found, kind = -1, -1
    for i in range(2):
        row = menu.chalk[h - 1, i]
        for t in range(menu.stride.size):
            if row >= 0 and aim >= 0.0 and menu.eligible[row, t] and menu.below[state, t] >= 0:
                m = table.place[menu.below[state, t]]
                if m >= 0 and menu.cost[row, t] <= base:
                    term = table.worth[h - 1, m, base - menu.cost[row, t]]
                    term *= table.odds[row, t] * _open(menu, state, t)
                    if term > 0.0:
                        found, kind = row, t
                        aim -= term
    return found, kind


@njit(forceinline=True, **_OPTIONS)
def _attempt(menu: Menu, table: Table, lineup: NDArray[np.int32], state: int, base: int, stream: NDArray[np.uint64]) -> bool:  # noqa: E501  # fmt: skip
    """Fill the hidden slots of one lineup in place; False when a rule rejects the draw."""
    for h in range(table.worth.shape[0] - 1, 0, -1):
        aim = _unit(stream) * table.worth[h, table.place[state], base]
        row, kind = _choose_chalk(menu, table, h, state, base, aim)
        if row >= 0:
            if not _fits(menu, lineup, row):
                return False
            _seat(menu, lineup, kind, row)
            base -= menu.cost[row, kind]
            state = menu.below[state, kind]
    while menu.kind[state] >= 0:
        row = _pick(menu, table, state, base, _unit(stream))
        if row < 0 or not _fits(menu, lineup, row):
            return False
        kind = menu.kind[state]
        _seat(menu, lineup, kind, row)
        base -= menu.cost[row, kind]
        state = menu.below[state, kind]
    return bool(_is_spread(menu, lineup))


@njit(cache=True, **_OPTIONS)
def draw(
    menu: Menu,
    table: Table,
    field: NDArray[np.int16],
    which: NDArray[np.int64],
    start: NDArray[np.int64],
    budget: NDArray[np.int64],
    seed: int,
    tries: int,
    pad: int,
    lineup: NDArray[np.int32],
    stream: NDArray[np.uint64],
) -> int:
    """Fill the hidden slots of the lineups ``which`` of ``field`` (F, R), in place.

    ``start`` and ``budget`` (F,) are each lineup's open slots and salary left; ``lineup`` (R,) and
    ``stream`` (1,) are room to work in. A lineup for which no draw passes stays as it is; returns
    how many. What a lineup gets depends on the seed and its own place, not on its neighbours.
    """
    top, failed = table.worth.shape[0] - 1, 0
    for j in range(which.size):
        i = which[j]
        stream[0] = (np.uint64(i) + np.uint64(1)) * _MIX_1 + np.uint64(seed) * _MIX_2
        done = False
        if budget[i] >= 0 and table.worth[top, table.place[start[i]], pad + budget[i]] > 0.0:
            for _ in range(tries):
                for slot in range(lineup.size):
                    lineup[slot] = field[i, slot]
                if _attempt(menu, table, lineup, start[i], pad + budget[i], stream):
                    for slot in range(lineup.size):
                        field[i, slot] = lineup[slot]
                    done = True
                    break
        if not done:
            failed += 1
    return failed


@njit(cache=True, **_OPTIONS)
def read(
    field: NDArray[np.int16],
    slot_type: NDArray[np.int32],
    stride: NDArray[np.int32],
    cost: NDArray[np.int32],
    start: NDArray[np.int64],
    budget: NDArray[np.int64],
) -> None:
    """State of the hidden slots (F,), and ``budget`` (F,), the cap before, less what is spent."""
    for i in range(field.shape[0]):
        state, spent = 0, 0
        for slot in range(field.shape[1]):
            row, kind = field[i, slot], slot_type[slot]
            if row == HIDDEN:
                state += stride[kind]
            elif row >= 0:
                spent += cost[row, kind]
        start[i] = state
        budget[i] -= spent


@njit(cache=True, **_OPTIONS)
def holders(
    field: NDArray[np.int16],
    gone: NDArray[np.bool_],
    chance: NDArray[np.float64],
    share: float,
    which: NDArray[np.int64],
) -> int:
    """List the lineups that hold somebody ``gone`` (P,) and whose ``chance`` (F,) is below a share.

    They stand at the front of ``which`` (F,); returns how many.
    """
    count = 0
    for i in range(field.shape[0]):
        for slot in range(field.shape[1]):
            row = field[i, slot]
            if row >= 0 and gone[row]:
                if chance[i] < share:
                    which[count] = i
                    count += 1
                break
    return count


@njit(cache=True, **_OPTIONS)
def vacate(field: NDArray[np.int16], gone: NDArray[np.bool_]) -> None:
    """Hide the slots of whoever is ``gone`` (P,)."""
    for i in range(field.shape[0]):
        for slot in range(field.shape[1]):
            row = field[i, slot]
            if row >= 0 and gone[row]:
                field[i, slot] = HIDDEN


@njit(cache=True, **_OPTIONS)
def tally(field: NDArray[np.int16], counts: NDArray[np.int64]) -> None:
    """Add to ``counts`` (P,) how many lineups hold each row."""
    for i in range(field.shape[0]):
        for slot in range(field.shape[1]):
            row = field[i, slot]
            if row >= 0:
                counts[row] += 1


@njit(cache=True, **_OPTIONS)
def pair(field: NDArray[np.int16], weight: NDArray[np.float64], into: NDArray[np.float64]) -> None:
    """Add each lineup's ``weight`` (F,) to ``into`` (P, P) for every pair of rows it holds."""
    for i in range(field.shape[0]):
        for a in range(field.shape[1]):
            row = field[i, a]
            if row >= 0:
                for b in range(field.shape[1]):
                    other = field[i, b]
                    if other >= 0:
                        into[row, other] += weight[i]
