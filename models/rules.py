"""A site's rules for one game type, as data: roster slots, cap, limits, late swap.

The files under ``config/rules`` are decoded into these structs; nothing about a game is written
in code, so a new game type is a new file.
"""

from __future__ import annotations

import msgspec


class RosterSlot(msgspec.Struct, frozen=True, kw_only=True):
    """One place of a lineup: its name on the site, who may fill it, and what it multiplies."""

    name: str
    positions: tuple[str, ...]
    """Positions (of the salary file's position column) that may fill the slot; ``*`` is all."""
    points_multiplier: float = 1.0
    salary_multiplier: float = 1.0
    """Applied only where the site lists a player once; DraftKings lists captains as own rows."""


class TeamLimit(msgspec.Struct, frozen=True, kw_only=True):
    """At most ``most`` players of one team, counting only the named positions (none: everybody)."""

    most: int
    positions: tuple[str, ...] = ()
    except_positions: tuple[str, ...] = ()


class TeamMinimum(msgspec.Struct, frozen=True, kw_only=True):
    """Players of at least ``teams`` teams, leaving out the positions named."""

    teams: int
    except_positions: tuple[str, ...] = ()


class Uncertain(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that could not be verified: which field, and what is known about it."""

    field: str
    note: str


class Hints(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What tells this game type from another that has the same slots."""

    positions: tuple[str, ...] = ()
    """Positions that its player pools list."""
    teams: tuple[str, ...] = ()
    """Team codes that its player pools list."""


class SiteRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rules of one game type on one site; money in dollars."""

    site: str
    sport: str
    game_type: str
    title: str
    salary_cap: int
    slots: tuple[RosterSlot, ...]
    salary_step: int = 100
    """Every salary and the cap are multiples of this many dollars."""
    points_step: float = 0.01
    """The resolution in which the site scores."""
    team_limits: tuple[TeamLimit, ...] = ()
    team_minimum: TeamMinimum | None = None
    min_games: int = 1
    late_swap: bool = True
    """Whether unlocked players may be changed after the first game; a contest may override it."""
    par_points: float = 0.0
    """What a lineup of the full cap typically scores; scales projections made from salary alone."""
    hints: Hints = Hints()
    source: str = ""
    uncertain: tuple[Uncertain, ...] = ()

    @property
    def key(self) -> str:
        """The rules' name: ``draftkings/nba/classic``."""
        return f"{self.site}/{self.sport}/{self.game_type}"

    @property
    def slot_names(self) -> tuple[str, ...]:
        """Slot names in the site's order, as they stand in the header of its upload file."""
        return tuple(slot.name for slot in self.slots)

    def slots_for(self, positions: tuple[str, ...]) -> tuple[str, ...]:
        """Names of the slots that a player listed at these positions may fill, without repeats."""
        return tuple(
            dict.fromkeys(
                slot.name
                for slot in self.slots
                if "*" in slot.positions or not set(slot.positions).isdisjoint(positions)
            )
        )
