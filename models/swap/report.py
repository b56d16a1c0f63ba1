"""The answer of a late swap as users and programs read it; field names are the JSON's."""

from __future__ import annotations

from typing import Literal

import msgspec

from models.files.problems import Problem

SwapStatus = Literal["improved", "already_best", "fully_locked", "blank", "infeasible", "timed_out"]
ProjectionBasis = Literal["file", "box_scores", "salary"]
"""The user's own projections, the baseline from box scores, or salaries (and averages) alone."""


class ValuedLineup(msgspec.Struct, frozen=True, kw_only=True):
    """A lineup and what it is worth.

    ``lineup`` maps slots to player ids; where a slot name repeats, its second and third place
    are numbered: ``WR``, ``WR2``, ``WR3``.
    """

    lineup: dict[str, str]
    points: float
    money: float | None = None
    """Dollars expected before the fee; the prize really won where nothing is left to play."""
    roi: float | msgspec.UnsetType = msgspec.UNSET
    """Money over the fee, less one; these rates only where money was simulated."""
    cash_rate: float | msgspec.UnsetType = msgspec.UNSET
    """Probability to be paid anything."""
    win_rate: float | msgspec.UnsetType = msgspec.UNSET
    """Probability of the first place, a shared one counted by its share."""
    top1_rate: float | msgspec.UnsetType = msgspec.UNSET
    """Probability of the best hundredth of the contest."""


class Swap(
    msgspec.Struct, frozen=True, kw_only=True, rename={"player_out": "out", "player_in": "in"}
):
    """One player out, one in; ``out`` is empty where the slot was open."""

    slot: str
    """Where the incoming player stands afterwards."""
    player_out: str
    player_in: str
    reason: str
    gain_points: float
    gain_money: float | None = None
    events: tuple[str, ...] = ()
    """The news behind it."""


class Alternative(msgspec.Struct, frozen=True, kw_only=True):
    """One of the best lineups of an entry."""

    lineup: dict[str, str]
    points: float
    swaps: tuple[Swap, ...]
    money: float | msgspec.UnsetType = msgspec.UNSET


class EntryReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one entry."""

    entry_id: str
    contest_id: str
    status: SwapStatus
    reason: str
    locked_slots: tuple[str, ...]
    before: ValuedLineup
    after: ValuedLineup
    swaps: tuple[Swap, ...] = ()
    gain_points: float = 0.0
    gain_money: float | None = None
    gain_money_interval: tuple[float, float] | None = None
    """95 % by samples that the choice did not see."""
    alternatives: tuple[Alternative, ...] = ()


class FieldFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a contest's entries were simulated against."""

    opponents: int
    """Entries of others in the contest."""
    simulated: int
    """Lineups that stand for them."""
    visible: int
    """Lineups of the standings with every player shown."""
    completed: int
    """Lineups of the standings whose hidden players were drawn."""
    generated: int
    """Lineups drawn whole."""
    hidden_slots: int
    """Slots whose player opponents may not see yet."""


class SimulationFacts(msgspec.Struct, frozen=True, kw_only=True):
    """How the money of one contest was reckoned."""

    contest_id: str
    estimator: Literal["exact", "smoothed", "final"]
    """Every opponent's lineup counted; opponents as draws of a field; or the contest is over."""
    samples: int
    """Half of them choose, the other half reports."""
    entry_fee: float
    entries: int
    """The whole contest, own entries included."""
    own_entries: int
    paid_places: int
    field: FieldFacts
    money_before: float
    """Expected by all own entries together."""
    money_after: float
    notes: tuple[str, ...] = ()


class SwapReport(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer."""

    at: str
    site: str
    sport: str
    game_type: str
    objective: Literal["points", "money"]
    projection_basis: ProjectionBasis
    elapsed_s: float
    seed: int
    problems: tuple[Problem, ...]
    entries: tuple[EntryReport, ...]
    simulations: tuple[SimulationFacts, ...] | msgspec.UnsetType = msgspec.UNSET
    """One for each contest whose money was reckoned."""


def slot_keys(slots: tuple[str, ...]) -> tuple[str, ...]:
    """Slot names made unique: the first keeps the site's name, later ones are numbered.

    >>> slot_keys(("QB", "WR", "WR", "WR"))
    ('QB', 'WR', 'WR2', 'WR3')
    """
    return tuple(
        name if (before := slots[:i].count(name)) == 0 else f"{name}{before + 1}"
        for i, name in enumerate(slots)
    )
