"""How much less whoever comes into a lineup counts than whoever is held: what the crowd knows."""

from __future__ import annotations

import msgspec


class Newcomers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Standard deviations that a player counts less in an entry that does not hold him yet.

    Whoever chose the players held knew what box scores and salaries do not, above all who plays.
    """

    less: float
    """Of what was tried, what lost least."""
    tried: tuple[float, ...]
    lost: tuple[float, ...]
    """Points that each changed entry lost against holding, for each that was tried."""
    lineups: int
    nights: int
    source: str
    data_from: str
    data_to: str

    def __post_init__(self) -> None:
        """Raises ValueError where ``less`` is not what the trials say."""
        if len(self.tried) != len(self.lost) or not self.tried:
            raise ValueError("newcomers: tried and lost must be as many, and some")
        best = min(zip(self.lost, self.tried, strict=True))[1]
        if best != self.less:
            raise ValueError(f"newcomers.less: {best:g} lost least of what was tried")
