"""What a one-shot late swap is given: files already read, a moment, and what is asked for."""

from __future__ import annotations

from datetime import datetime

import msgspec

from models.files import (
    BoxScores,
    EntriesFile,
    News,
    PayoutTable,
    Problem,
    Projections,
    Standings,
)
from models.rules import SiteRules
from models.slate import Slate


class SwapOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What a user may ask for."""

    max_swaps: int | None = None
    """Most players replaced in an entry; None is no limit."""
    only_out: bool = False
    """Replace only players who will not play."""
    top: int = 0
    """How many ranked lineups to list for each entry, the best included."""
    late_swap: bool | None = None
    """Overrides whether the contests allow late swap; None leaves it to the rules."""
    seed: int = 0


class SwapCase(msgspec.Struct, frozen=True, kw_only=True):
    """One slate, its entries, and everything known about it at ``at`` (UTC)."""

    at: datetime
    slate: Slate
    """The pools of the salary file and of the entries file as one."""
    rules: SiteRules
    entries: EntriesFile
    options: SwapOptions = SwapOptions()
    projections: Projections | None = None
    box_scores: BoxScores | None = None
    news: News | None = None
    standings: Standings | None = None
    payouts: PayoutTable | None = None
    problems: tuple[Problem, ...] = ()
    """What the caller met while reading."""
