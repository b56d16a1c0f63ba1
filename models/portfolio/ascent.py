"""The search for lineups that do best together: coordinate ascent on a concave utility.

C candidates, E entries, R slots, S samples, N persons. With ``w`` won in total the utility is
``w / (1 + w / plenty)``; replacing a payout ``x`` by ``x + d`` changes it by exactly
``d a^2 / (1 + a d / plenty)`` where ``a = 1 / (1 + w / plenty)``: no logarithm and no difference
of large numbers, hence single precision and full vectors.

Every step keeps the limits or comes closer to them, so that any order of entries ends legal.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

CHUNK = 512
"""Samples summed in single precision before the sum is carried in double."""
LEAST = 1e-7
"""Utility per sample, in dollars, below which a gain is rounding."""

Row = NDArray[np.float32]

OPTIONS: dict[str, Any] = {
    "cache": True,
    "nogil": True,
    "fastmath": {"reassoc", "contract"},
    "error_model": "numpy",
}


class Task(NamedTuple):
    """What does not change; all arrays read-only."""

    payouts: NDArray[np.float32]
    """(C, S) dollars."""
    first: NDArray[np.int64]
    """(E + 1,) candidates of entry e are ``first[e]`` to ``first[e + 1]``, the held one first."""
    words: NDArray[np.int64]
    """(C, R) sorted; equal words are the same player in the same role, 0 is nobody."""
    people: NDArray[np.int32]
    """(C, R) person in each slot, -1 for nobody."""
    room: NDArray[np.int32]
    """(N,) most entries that may hold the person."""
    allowed: NDArray[np.bool_]
    """(C,)."""
    most_alike: NDArray[np.int64]
    """(1,) players that two lineups may share."""
    rate: NDArray[np.float32]
    """(1,) 1 / plenty, 0 where only expectation counts."""


class State(NamedTuple):
    """What the search changes."""

    chosen: NDArray[np.int64]
    """(E,) candidate."""
    won: NDArray[np.float64]
    """(S,) dollars of all entries together."""
    worth: NDArray[np.float32]
    """(S,) ``a``: the square root of what another dollar is worth."""
    holders: NDArray[np.int32]
    """(N,) entries that hold the person."""
    gains: NDArray[np.float64]
    """(C,) change of utility, summed over the samples, when last looked at."""
    near: NDArray[np.bool_]
    """(C,) worth looking at again."""


@njit(**OPTIONS)
def start(task: Task, state: State) -> None:
    """Winnings, worth and counts of the lineups chosen."""
    state.holders[:] = 0
    state.won[:] = 0
    for c in state.chosen:
        for s in range(state.won.size):
            state.won[s] += task.payouts[c, s]
        for person in task.people[c]:
            if person >= 0:
                state.holders[person] += 1
    _weigh(task, state)


@njit(**OPTIONS)
def look(task: Task, state: State) -> None:
    """The gain of every candidate as the only change."""
    state.near[:] = task.allowed
    for entry in range(state.chosen.size):
        _look_at(task, state, entry)


@njit(**OPTIONS)
def narrow(task: Task, state: State, width: int) -> None:
    """From now on look only at the ``width`` best of each entry, as seen last."""
    for entry in range(state.chosen.size):
        gains = state.gains[task.first[entry] : task.first[entry + 1]]
        for i in range(gains.size):
            better = 0
            for gain in gains:
                better += 1 if gain > gains[i] else 0
            if better >= width:
                state.near[task.first[entry] + i] = False


@njit(**OPTIONS)
def climb(task: Task, state: State, order: NDArray[np.int64], passes: int) -> int:
    """Let the entries choose in turn until none moves; returns the passes made."""
    least = LEAST * state.won.size
    for made in range(passes):
        moves = 0
        for entry in order:
            _look_at(task, state, entry)
            taken = 0
            while True:
                best = _best(task, state, entry)
                if state.gains[best] <= least:
                    if taken == 0 or not _widen(task, state, entry):
                        break
                    taken = 0
                elif _is_free(task, state, entry, best):
                    _move(task, state, entry, best)
                    moves += 1
                    break
                else:
                    taken += 1
                    state.gains[best] = 0.0
        if moves == 0:
            return made + 1
    return passes


@njit(**OPTIONS)
def _widen(task: Task, state: State, entry: int) -> bool:
    """Look at all candidates of an entry whose best ones others hold; whether any is new."""
    begin, end = task.first[entry], task.first[entry + 1]
    before = state.near[begin:end].sum()
    state.near[begin:end] = task.allowed[begin:end]
    _look_at(task, state, entry)
    return bool(state.near[begin:end].sum() > before)


@njit(**OPTIONS)
def relieve(task: Task, state: State) -> None:
    """Where a person stands in more entries than he may, exchange him where it costs least."""
    for person in range(task.room.size):
        if state.holders[person] > task.room[person]:
            look(task, state)
            while state.holders[person] > task.room[person]:
                entry, best = _cheapest_without(task, state, person)
                if entry < 0:
                    break
                _move(task, state, entry, best)


@njit(**OPTIONS)
def settle(task: Task, state: State, order: NDArray[np.int64]) -> int:
    """Give back in this order (E,) what breaks a limit now; returns how many entries do.

    To be called after some entries went back to what they hold: whoever took a player they had
    let go, or comes too close to what they hold, must follow.
    """
    back, again = 0, True
    while again:
        again = False
        for entry in order:
            chosen, held = state.chosen[entry], task.first[entry]
            if chosen != held and _is_stranded(task, state, entry):
                _move(task, state, entry, held)
                back += 1
                again = True
    return back


@njit(**OPTIONS)
def obstacles(task: Task, state: State, found: NDArray[np.int64]) -> None:
    """Fill ``found`` (E, 3): a better candidate, the person and the entry against it, else -1."""
    least = LEAST * state.won.size
    for entry in range(state.chosen.size):
        _look_at(task, state, entry)
        best = _best(task, state, entry)
        found[entry, 0] = -1
        if state.gains[best] > least:
            found[entry, 0] = best
            found[entry, 1] = _crowded(task, state, best, state.chosen[entry])
            found[entry, 2] = _double(task, state, entry, best, state.chosen[entry])


@njit(**OPTIONS)
def _weigh(task: Task, state: State) -> None:
    for s in range(state.won.size):
        state.worth[s] = 1.0 / (1.0 + task.rate[0] * state.won[s])


@njit(**OPTIONS)
def _gain(new: Row, old: Row, worth: Row, rate: np.float32) -> float:
    total = 0.0
    for begin in range(0, new.size, CHUNK):
        a = worth[begin : begin + CHUNK]
        x = new[begin : begin + CHUNK]
        y = old[begin : begin + CHUNK]
        part = np.float32(0)
        for s in range(a.size):
            d = x[s] - y[s]
            part += d * a[s] * a[s] / (np.float32(1) + rate * a[s] * d)
        total += float(part)
    return total


@njit(**OPTIONS)
def _look_at(task: Task, state: State, entry: int) -> None:
    old = task.payouts[state.chosen[entry]]
    for c in range(task.first[entry], task.first[entry + 1]):
        state.gains[c] = 0.0
        if state.near[c] and c != state.chosen[entry]:
            state.gains[c] = _gain(task.payouts[c], old, state.worth, task.rate[0])


@njit(**OPTIONS)
def _best(task: Task, state: State, entry: int) -> int:
    begin = task.first[entry]
    return int(begin + np.argmax(state.gains[begin : task.first[entry + 1]]))


@njit(**OPTIONS)
def _move(task: Task, state: State, entry: int, c: int) -> None:
    old = state.chosen[entry]
    for person in task.people[old]:
        if person >= 0:
            state.holders[person] -= 1
    for person in task.people[c]:
        if person >= 0:
            state.holders[person] += 1
    for s in range(state.won.size):
        state.won[s] += np.float64(task.payouts[c, s]) - task.payouts[old, s]
    _weigh(task, state)
    state.chosen[entry] = c


@njit(**OPTIONS)
def _is_free(task: Task, state: State, entry: int, c: int) -> bool:
    """Whether no limit across the entries stands against this candidate."""
    old = state.chosen[entry]
    crowded = _crowded(task, state, c, old) >= 0
    return bool(not crowded and _double(task, state, entry, c, old) < 0)


@njit(**OPTIONS)
def _crowded(task: Task, state: State, c: int, old: int) -> int:
    """A person whom this lineup would bring above his limit, else -1."""
    for person in task.people[c]:
        full = person >= 0 and state.holders[person] >= task.room[person]
        if full and not _has(task, old, person):
            return int(person)
    return -1


@njit(**OPTIONS)
def _has(task: Task, c: int, person: int) -> bool:
    found = False
    for other in task.people[c]:
        found = found or other == person
    return found


@njit(**OPTIONS)
def _double(task: Task, state: State, entry: int, c: int, old: int) -> int:
    """Another entry whose lineup is too much like this one, more than it was like the old."""
    most = task.most_alike[0]
    for other in range(state.chosen.size):
        if other != entry:
            alike = _alike(task.words[c], task.words[state.chosen[other]])
            if alike > most and alike > _alike(task.words[old], task.words[state.chosen[other]]):
                return other
    return -1


@njit(**OPTIONS)
def _alike(one: NDArray[np.int64], other: NDArray[np.int64]) -> int:
    i, j, same = 0, 0, 0
    while i < one.size and j < other.size:
        if one[i] == other[j]:
            same += 1 if one[i] != 0 else 0
            i += 1
            j += 1
        elif one[i] < other[j]:
            i += 1
        else:
            j += 1
    return same


@njit(**OPTIONS)
def _cheapest_without(task: Task, state: State, person: int) -> tuple[int, int]:
    entry, best, gain = -1, -1, -np.inf
    for e in range(state.chosen.size):
        if _has(task, state.chosen[e], person):
            for c in range(task.first[e], task.first[e + 1]):
                able = task.allowed[c] and state.gains[c] > gain and not _has(task, c, person)
                if able and _is_free(task, state, e, c):
                    entry, best, gain = e, c, state.gains[c]
    return entry, best


@njit(**OPTIONS)
def _is_stranded(task: Task, state: State, entry: int) -> bool:
    chosen, held = state.chosen[entry], task.first[entry]
    for person in task.people[chosen]:
        over = person >= 0 and state.holders[person] > task.room[person]
        if over and not _has(task, held, person):
            return True
    return bool(_double(task, state, entry, chosen, held) >= 0)
