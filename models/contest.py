"""A contest: its entry fee, its size, its prizes, and whether it allows late swap."""

from __future__ import annotations

import msgspec


class Prize(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What each place from ``first`` to ``last`` is paid, in dollars."""

    first: int
    last: int
    amount: float


class Contest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One contest on a slate."""

    contest_id: str
    slate_id: str
    name: str = ""
    entry_fee: float = 0.0
    field_size: int = 0
    prizes: tuple[Prize, ...] = ()
    late_swap: bool | None = None
    """What the contest says of itself; None leaves it to the game type's rule."""
