"""A slate as arrays: the form in which kernels see players, slots and lineups.

Shapes are written with P players, R roster slots, T slot types and E entries.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.rules import SiteRules
from models.slate import Slate

VALUE_SCALE = 1_000_000
"""Points are summed as integers of a millionth, so that equal lineups have equal values."""


class Roster(NamedTuple):
    """The slots of a lineup grouped by type; slots of equal name are one type."""

    slot_names: tuple[str, ...]
    """R names in the site's order: ``("PG", ..., "UTIL")``."""
    type_names: tuple[str, ...]
    """T distinct names in order of first use."""
    slot_type: NDArray[np.int8]
    """(R,) type of each slot."""
    type_count: NDArray[np.int8]
    """(T,) number of slots of each type."""

    @classmethod
    def of(cls, rules: SiteRules) -> Roster:
        """The roster of these rules.

        >>> from models.rules import RosterSlot
        >>> def slot(name): return RosterSlot(name=name, positions=(name,))
        >>> rules = SiteRules(site="x", sport="y", game_type="classic", title="", salary_cap=1,
        ...                   slots=(slot("G"), slot("F"), slot("G")))
        >>> Roster.of(rules).type_names, Roster.of(rules).slot_type.tolist()
        (('G', 'F'), [0, 1, 0])
        """
        names = tuple(slot.name for slot in rules.slots)
        counts = Counter(names)
        types = tuple(counts)
        return cls(
            slot_names=names,
            type_names=types,
            slot_type=np.array([types.index(n) for n in names], np.int8),
            type_count=np.array([counts[t] for t in types], np.int8),
        )


class PlayerPool(NamedTuple):
    """The players of a slate as columns; row p is ``slate.players[p]``."""

    ids: tuple[str, ...]
    salary: NDArray[np.int32]
    """(P, T) dollars if the player fills a slot of that type."""
    multiplier: NDArray[np.float64]
    """(P, T) points multiplier in a slot of that type (captains 1.5)."""
    eligible: NDArray[np.bool_]
    """(P, T) may fill a slot of that type."""
    team: NDArray[np.int16]
    """(P,) index into ``team_names``."""
    game: NDArray[np.int16]
    """(P,) index into ``slate.games``."""
    person: NDArray[np.int32]
    """(P,) equal for the rows of one person (captain and flex): never twice in a lineup."""
    start: NDArray[np.int64]
    """(P,) scheduled start of the player's game, Unix seconds; 0 where the site shows none."""
    positions: tuple[tuple[str, ...], ...]
    team_names: tuple[str, ...]

    @classmethod
    def of(cls, slate: Slate, rules: SiteRules) -> PlayerPool:
        """The slate's players as arrays under these rules.

        Raises KeyError when a player's ``game_id`` is not among the slate's games.
        """
        roster = Roster.of(rules)
        slots = {slot.name: slot for slot in rules.slots}
        types = [slots[name] for name in roster.type_names]
        players = slate.players
        person = _people(slate)
        teams: dict[str, int] = {}
        games = {game.game_id: i for i, game in enumerate(slate.games)}
        starts = [int(g.start.timestamp()) if g.start else 0 for g in slate.games]
        own_rows = len(set(person)) < len(person)  # captains are rows with their own salary
        return cls(
            ids=tuple(p.player_id for p in players),
            salary=np.array(
                [
                    [p.salary if own_rows else round(p.salary * t.salary_multiplier) for t in types]
                    for p in players
                ],
                np.int32,
            ).reshape(len(players), len(types)),
            multiplier=np.array([[t.points_multiplier for t in types]] * len(players), np.float64),
            eligible=np.array(
                [[t.name in p.roster_slots for t in types] for p in players], np.bool_
            ).reshape(len(players), len(types)),
            team=np.array([teams.setdefault(p.team, len(teams)) for p in players], np.int16),
            game=np.array([games[p.game_id] for p in players], np.int16),
            person=np.array(person, np.int32),
            start=np.array([starts[games[p.game_id]] for p in players], np.int64),
            positions=tuple(p.positions for p in players),
            team_names=tuple(teams),
        )


def _people(slate: Slate) -> list[int]:
    """One number per row; rows share it where one person is listed once per kind of slot.

    Two players of one name in one team fill the same slots, a captain's row and his flex row
    never do: that tells them apart.
    """
    listed: dict[tuple[str, str], list[tuple[set[str], int]]] = {}
    numbers: list[int] = []
    for row, player in enumerate(slate.players):
        slots = set(player.roster_slots)
        kin = listed.setdefault(player.person, [])
        seen, number = next((k for k in kin if not k[0] & slots), (set[str](), row))
        if number == row:
            kin.append((slots, row))
        else:
            seen |= slots
        numbers.append(number)
    return _renumbered(numbers)


def _renumbered(numbers: list[int]) -> list[int]:
    order = {number: i for i, number in enumerate(dict.fromkeys(numbers))}
    return [order[number] for number in numbers]
