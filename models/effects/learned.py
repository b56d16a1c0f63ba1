"""The learned numbers of one sport: what its weather and its lines do to whom."""

from __future__ import annotations

import msgspec

from models.slate import Player


class Force(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one quantity of the weather does to the points a team scores."""

    alone: float = 0.0
    """Share of a team's points for each unit more, where no line tells of the game."""
    beside_line: float = 0.0
    """The same beside a line: what the line does not hold yet."""
    usual: float | None = None
    """What projections made without a look at the sky stand for; None: it depends on the place."""
    usual_hour: float | None = None
    """The same in readings of the game's own hours; the day's are higher."""


class Kind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Players who feel it alike."""

    positions: tuple[str, ...]
    says: str
    """What is told of them: ``passing``."""
    scores: float = 0.0
    """Share by which a player's points follow his team's, one for one where 1."""
    weather: float = 0.0
    """The same for what the weather does to a team's points."""
    against: bool = False
    """It is the opponents' points that they follow."""


class Effects(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Effects of one sport. An effect that showed nothing out of sample stands at 0."""

    sport: str
    source: str
    """How the numbers were made, and from what."""
    data_from: str = ""
    data_to: str = ""
    points: float
    """A team's usual points: what a total is held against where no line tells one."""
    line: float = 0.0
    """Share of an implied total's move that a team's expected points follow."""
    wind: Force = Force()
    """For each mph."""
    rain: Force = Force()
    """For each inch over the game's day."""
    warmth: Force = Force()
    """For each degree Celsius."""
    kinds: tuple[Kind, ...] = ()

    @property
    def acts(self) -> bool:
        """Whether anything does anything."""
        return bool(self.kinds) and (self.line > 0.0 or self.feels_weather)

    @property
    def feels_weather(self) -> bool:
        """Whether any weather does anything."""
        return any(one.alone or one.beside_line for one in (self.wind, self.rain, self.warmth))

    def kind_of(self, player: Player) -> Kind | None:
        """The first kind that lists one of his positions."""
        return next((k for k in self.kinds if not set(k.positions).isdisjoint(player.positions)),
                    None)  # fmt: skip


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """Where a game is played, as far as its weather goes."""

    name: str
    roofed: bool = False
    """Under a roof, or one that is closed in bad weather: the sky does nothing there."""
