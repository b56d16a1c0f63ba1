"""Work for the late-swap pool, and what comes back.

Shapes: P players of the pool, R roster slots, N entries of a request, K alternatives. Arrays travel
as raw little-endian bytes.
"""

from __future__ import annotations

import msgspec

from models.contest import Contest
from models.decisions import MoneyAtStake
from models.rules import SiteRules
from models.slate import Slate


class HeldSlate(msgspec.Struct, frozen=True, kw_only=True):
    """What a pool worker must know of a slate before it can solve on it."""

    slate: Slate
    rules: SiteRules


class SwapRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Entries to solve on one version of a slate."""

    slate_id: str
    as_of: str
    entries: int
    """N."""
    values: bytes
    """(P,) float64: projected points of each player."""
    available: bytes
    """(P,) bool: may be chosen."""
    out: bytes
    """(P,) bool: will not play."""
    scored: bytes
    """(P,) float64: what a locked player counts."""
    lineups: bytes
    """(N, R) int32 row of the pool, -1 where nobody is placed."""
    locked: bytes
    """(N, R) bool."""
    excluded: bytes = b""
    """(X, 2) int32: an entry's place in the request, the row of the pool that may not come in."""
    max_swaps: int | None = None
    only_out: bool = False
    top: int = 1


class SwapAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The best completions of a request's entries."""

    as_of: str
    status: tuple[str, ...]
    """(N,) improved, already_best, fully_locked, blank, infeasible or timed_out."""
    before: bytes
    """(N,) float64 points of the lineups as they stand."""
    points: bytes
    """(N, K) float64; -1 where there is no such alternative."""
    lineups: bytes
    """(N, K, R) int32."""
    seconds: float
    """Time spent on the table and the search."""


class HeldContest(msgspec.Struct, frozen=True, kw_only=True):
    """What a pool worker must know of a contest before it can price swaps in it."""

    contest: Contest
    slate: HeldSlate
    samples: int
    seed: int


class PriceRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Entries for which the swap worth the most money is wanted; E entries are followed."""

    contest_id: str
    asked: SwapRequest
    """What may change: the entries asked about, N of them, with the slate as it is."""
    rows: bytes
    """(N,) int32: which of the followed entries are asked about."""
    users: bytes
    """(N,) int32: entries of one number have one owner and are chosen together."""
    followed: bytes
    """(E, R) int32: lineups of all followed entries; each competes with the others."""
    plays: bytes
    """(P,) float64: probability to play."""
    left: bytes
    """(P,) float64: share of the player's game still to be played."""
    points: bytes
    """(P,) float64: points already scored."""
    owned: bytes
    """(P,) float64: share of the contest's entries that hold each player; nan where unknown."""
    field_size: int
    shown: bytes = b""
    """(F, R) int16: everybody's lineups as far as shown (``ShownField``); empty: none ever were."""
    places: bytes = b""
    """(E,) int32: where the followed entries stand among those; -1: nowhere."""
    newcomers_less: float = 0.0
    """Standard deviations that a player counts less in an entry that does not hold him yet."""
    risk: float = 1.0
    """0 shuns variance (double-ups), 1 looks at the expectation alone."""
    min_gain: float = 0.0
    """Dollars below which an entry is left alone."""


class PriceAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The swap worth the most money for each entry asked about, or the lineup as it stands."""

    as_of: str
    status: tuple[str, ...]
    """(N,) as in ``SwapAnswer``."""
    lineups: bytes
    """(N, R) int32."""
    points: bytes
    """(N, 2) float64: projected points before and after."""
    money: tuple[MoneyAtStake | None, ...]
    """(N,) None where nothing could be changed or nothing is better than holding."""
    seconds: dict[str, float]
    """Time spent by stage."""
