"""Captains' rows: some sources list what a captain scores, others what the person scores.

Inside, points are always the person's; the slot's multiplier is applied when a lineup is summed.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isclose

from models.files import HIDDEN, Standings
from models.rules import SiteRules
from models.slate import Slate

_CLOSE = 0.01
_ENTRIES = 50
"""Entries looked at to see how a standings file counts captains."""


def multipliers(slate: Slate, rules: SiteRules) -> dict[str, float]:
    """Multiplier of the rows that fill multiplying slots only, by player id."""
    by_slot = {slot.name: slot.points_multiplier for slot in rules.slots}
    return {
        player.player_id: by_slot[player.roster_slots[0]]
        for player in slate.players
        if len(player.roster_slots) == 1 and by_slot[player.roster_slots[0]] != 1
    }


def of_persons(values: Mapping[str, float], slate: Slate, rules: SiteRules) -> dict[str, float]:
    """Projections with captains' rows brought back to the person's where they are multiplied.

    A captain's value counts as multiplied if it is that multiple of the person's other row.
    """
    captains = multipliers(slate, rules)
    plain = {p.person: values[p.player_id] for p in slate.players if p.player_id not in captains}
    persons = {p.player_id: p.person for p in slate.players}
    return {
        i: plain[persons[i]]
        if i in captains
        and persons[i] in plain
        and isclose(value, captains[i] * plain[persons[i]], rel_tol=_CLOSE)
        else value
        for i, value in values.items()
    }


def scored_by_persons(
    points: Mapping[str, float], standings: Standings, slate: Slate, rules: SiteRules
) -> dict[str, float]:
    """Points of a standings file, a captain's brought back to the person's if it multiplies him."""
    captains = multipliers(slate, rules)
    if not captains or not _rows_are_multiplied(standings):
        return dict(points)
    return {i: value / captains.get(i, 1.0) for i, value in points.items()}


def _rows_are_multiplied(standings: Standings) -> bool:
    """Whether the rows of the players, slot by slot, sum up to the entries' points as they are."""
    points = {(player.slot, player.name): player.points for player in standings.players}
    shown = [e for e in standings.entries[:_ENTRIES] if e.lineup and HIDDEN not in e.lineup]
    pairs = [
        (sum(points.get(p, 0.0) for p in zip(standings.slots, e.lineup, strict=True)), e.points)
        for e in shown
    ]
    return bool(pairs) and sum(isclose(a, b, abs_tol=_CLOSE) for a, b in pairs) * 2 > len(pairs)
