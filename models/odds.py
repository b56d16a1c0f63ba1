"""Prices of a bet in every form they are written in, and the line that an event reports.

The payload of a ``line_movement`` is a ``Line`` as plain values; ``Line.of`` reads one back.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import msgspec

from models.plain import Plain

EVEN = 100
"""American prices are what 100 win, or what must be staked to win 100: none lies within ±100."""
LONGEST = 100_000.0
"""Longest decimal price that is taken for one."""
SHORTEST = 1.0001
"""... and the shortest."""


class Price(NamedTuple):
    """One price, in the forms that people use."""

    american: int
    decimal: float

    @classmethod
    def of_american(cls, american: float) -> Price | None:
        """A price of +150 or -200; None for a number that is none.

        >>> Price.of_american(150), Price.of_american(-200), Price.of_american(7)
        (Price(american=150, decimal=2.5), Price(american=-200, decimal=1.5), None)
        """
        if abs(american) < EVEN:
            return None
        win = american / EVEN if american > 0 else EVEN / -american
        decimal = round(1.0 + win, 4)
        return cls(round(american), decimal) if SHORTEST <= decimal <= LONGEST else None

    @classmethod
    def of_decimal(cls, decimal: float) -> Price | None:
        """A price of 2.5 (stake included); None for a number that is none.

        >>> Price.of_decimal(1.5), Price.of_decimal(2.0), Price.of_decimal(1.0)
        (Price(american=-200, decimal=1.5), Price(american=100, decimal=2.0), None)
        """
        if not SHORTEST <= decimal <= LONGEST:
            return None
        win = decimal - 1.0
        return cls(round(win * EVEN) if win >= 1.0 else round(-EVEN / win), decimal)

    @classmethod
    def of_probability(cls, share: float) -> Price | None:
        """The fair price of a contract that costs this share of what it pays.

        >>> Price.of_probability(0.4), Price.of_probability(0.0)
        (Price(american=150, decimal=2.5), None)
        """
        return cls.of_decimal(round(1.0 / share, 4)) if 0.0 < share < 1.0 else None


class Line(Plain, frozen=True, kw_only=True, omit_defaults=True):
    """One price that a book offers, or what changed around it."""

    book: str
    market: str
    """What is bet on, in the source's words: ``h2h``, ``spreads``, ``player_points``."""
    selection: str = ""
    """What is chosen: a team, ``Over``, a runner's id."""
    participant: str = ""
    """The player a prop is about."""
    side: Literal["", "back", "lay", "bid", "ask", "last"] = ""
    """Exchanges quote both sides and what was traded last; a bookmaker has one."""
    american: int | None = None
    decimal: float | None = None
    point: float | None = None
    """Spread or total."""
    previous: float | None = None
    """Decimal price before, where the source gives it."""
    size: float | None = None
    """Money on offer, in the exchange's currency or contracts."""
    live: bool | None = None
    """Whether the game is under way."""
    open: bool | None = None
    """Whether bets are taken; None where the source does not say."""
    withdrawn: bool = False
    """The price is no longer offered."""
    renewed: bool = False
    """All prices of this book's market are told anew: what stood before is void."""
    extra: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def implied(self) -> float | None:
        """Probability implied by the price, the book's margin included."""
        return None if self.decimal is None else 1.0 / self.decimal
