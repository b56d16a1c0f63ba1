"""A slate: the games of one evening and the players a lineup may be built from."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

GameState = Literal["scheduled", "in_progress", "final", "postponed"]


class Game(msgspec.Struct, frozen=True, kw_only=True):
    """One game; a game locks as a unit at its start (UTC)."""

    game_id: str
    """As the site writes it, ``OKC@WAS``; with the start appended where a pair plays twice."""
    away: str
    home: str
    start: datetime | None
    """Scheduled start, UTC; None where the site no longer shows it (the game is under way)."""
    state: GameState = "scheduled"


class Player(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the site's salary file. Showdown lists a person twice: captain and flex."""

    player_id: str
    name: str
    team: str
    game_id: str
    positions: tuple[str, ...]
    """Positions as listed, ``("SF", "PF")``."""
    roster_slots: tuple[str, ...]
    """Names of the roster slots this row may fill, ``("SF", "PF", "F", "UTIL")``."""
    salary: int
    """Dollars, as listed in this row."""
    average_points: float = 0.0
    """The site's own average; 0 where it gives none."""
    designation: str = ""
    """The site's injury mark (O, Q, GTD, ...), empty when there is none."""
    marked_locked: bool = False
    """The file itself marks the player as locked, whatever the schedule says."""

    @property
    def person(self) -> tuple[str, str]:
        """Name and team: equal for the captain and flex rows of one person."""
        return self.name, self.team


class Slate(msgspec.Struct, frozen=True, kw_only=True):
    """A player pool with its games (DraftKings: a draft group)."""

    slate_id: str
    site: str
    sport: str
    game_type: str
    players: tuple[Player, ...]
    games: tuple[Game, ...]
    mode: Literal["live", "replay", "generated"] = "live"
    """What this slate is; shown wherever the slate is."""

    @property
    def rules_key(self) -> str:
        """Name of the rules that govern it: ``draftkings/nba/classic``."""
        return f"{self.site}/{self.sport}/{self.game_type}"
