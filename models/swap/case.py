"""What a one-shot late swap is given: files already read, a moment, and what is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Literal

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
from models.projections.learned import Weights
from models.rules import SiteRules
from models.slate import Slate

if TYPE_CHECKING:  # its compiled parts are loaded for money alone
    from models.outcomes import OutcomeModel


Objective = Literal["points", "money"]


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
    objective: Objective = "points"
    samples: int = 10_000
    """Of the simulation of money; half of them choose, the other half reports."""
    risk: float = 0.5
    """1 looks at expected winnings alone, 0 shuns variance most."""
    max_exposure: float | None = None
    """Largest share of a contest's own entries that may hold one player."""
    min_gain: float = 0.0
    """Expected dollars below which a swap is not proposed."""


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
    """Prizes of the contest that the standings or the fee tell."""
    payouts_by_contest: Mapping[str, PayoutTable] = {}
    """Prizes of contests named by their ids."""
    outcome_model: OutcomeModel | None = None
    """How far players of the sport fall from their projections; money needs it."""
    weights: Weights | None = None
    """The sport's learned projection; box scores need it."""
    problems: tuple[Problem, ...] = ()
    """What the caller met while reading."""
