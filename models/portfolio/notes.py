"""Which limits met what: facts for the user's eyes, never a reason to stop."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.pool import PlayerPool
from models.portfolio import ascent
from models.portfolio.candidates import Candidates
from models.portfolio.rules import Limits

Kind = Literal["over_exposed", "exposure", "too_alike", "group_broken"]


class Note(NamedTuple):
    """One limit at work."""

    kind: Kind
    """``over_exposed``: a player stands in more entries than he may, and nothing legal helps;
    ``exposure``: a better lineup would bring a player above his limit; ``too_alike``: it would be
    too much like another entry; ``group_broken``: the held lineup breaks a group."""
    entry: int = -1
    """Whom it holds back; -1 for all together."""
    player_id: str = ""
    other: int = -1
    """The entry that it would be too much like, or the number of the group."""
    limit: int = 0
    """Most entries that may hold the player."""
    reached: int = 0
    """Entries that hold him."""
    locked: int = 0
    """... of them in a locked slot."""


def notes_of(
    task: ascent.Task,
    state: ascent.State,
    candidates: Candidates,
    limits: Limits,
    pool: PlayerPool,
) -> tuple[tuple[Note, ...], NDArray[np.bool_]]:
    """What the limits did, and which entries (E,) they kept from something better."""
    entries = len(candidates.hold)
    found = np.full((entries, 3), -1, np.int64)
    ascent.obstacles(task, state, found)
    limited = (found[:, 0] >= 0) & (found[:, 1:] >= 0).any(axis=1)
    named = _names(pool)
    notes = [*_over(task, state, candidates, limits, named)]
    for entry in np.flatnonzero(limited).tolist():
        _, person, other = found[entry].tolist()
        if person < 0:
            notes.append(Note("too_alike", entry, other=other))
        else:
            room, reached = int(task.room[person]), int(state.holders[person])
            notes.append(Note("exposure", entry, named[person], limit=room, reached=reached))
    for group, entry in np.argwhere(limits.breaks).tolist():
        notes.append(Note("group_broken", entry, other=group))
    return tuple(notes), limited


def _over(
    task: ascent.Task,
    state: ascent.State,
    candidates: Candidates,
    limits: Limits,
    named: dict[int, str],
) -> list[Note]:
    people = limits.people[candidates.hold]
    locked = np.bincount(people[candidates.locked & (people >= 0)], minlength=task.room.size)
    return [
        Note(
            "over_exposed",
            player_id=named[person],
            limit=int(task.room[person]),
            reached=int(state.holders[person]),
            locked=int(locked[person]),
        )
        for person in np.flatnonzero(state.holders > task.room).tolist()
    ]


def _names(pool: PlayerPool) -> dict[int, str]:
    """The id of each person's first row."""
    return {int(pool.person[row]): pool.ids[row] for row in reversed(range(len(pool.ids)))}
