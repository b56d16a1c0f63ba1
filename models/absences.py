"""Absence as news: who counts as known to be out before the first lock of a recorded night."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from models.files.names import name_key, team_key
from models.slate import Slate

KNOWN_BELOW = 0.02
"""Held by fewer of the final field than this, an absentee was known to be one."""


class PlayedThatNight:
    """Who appears in a night's box scores; what anybody did in them is not looked at."""

    def __init__(self, people: Iterable[tuple[str, str]]) -> None:
        self._names: set[str] = set()
        self._families: dict[tuple[str, str], list[str]] = {}
        self._teams: set[str] = set()
        for name, team in people:
            key = name_key(name)
            first, _, family = key.partition(" ")
            self._names.add(key)
            self._teams.add(team_key(team))
            self._families.setdefault((team_key(team), family), []).append(first)

    def has(self, name: str, team: str) -> bool:
        """Whether he played; a first name may be short for the other within a team.

        >>> box = PlayedThatNight([("Alex Sarr", "WAS"), ("Mohamed Bamba", "LAC")])
        >>> box.has("Alexandre Sarr", "WAS"), box.has("Mo Bamba", "LAC"), box.has("Al Sarr", "BOS")
        (True, True, False)
        """
        key = name_key(name)
        first, _, family = key.partition(" ")
        candidates = self._families.get((team_key(team), family), ())
        short = any(first.startswith(c) or c.startswith(first) for c in candidates)
        return key in self._names or short

    def covers(self, team: str) -> bool:
        """Whether the box scores hold this team's game at all."""
        return team_key(team) in self._teams


def known_absent(
    slate: Slate,
    played: PlayedThatNight,
    owned: Mapping[str, float],
    reported: Collection[str] = (),
) -> tuple[str, ...]:
    """Ids of players who count as known out before the first lock.

    These are without a box score, without a report of their own (``reported``, ids) and held by
    fewer than 2 % of the final field (``owned``, shares by id); the others stay unknown.
    """
    return tuple(
        player.player_id
        for player in slate.players
        if played.covers(player.team)
        and not played.has(player.name, player.team)
        and player.player_id not in reported
        and owned.get(player.player_id, 0.0) < KNOWN_BELOW
    )
