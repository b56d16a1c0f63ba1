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
    alternatives: tuple[Alternative, ...] = ()


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


def slot_keys(slots: tuple[str, ...]) -> tuple[str, ...]:
    """Slot names made unique: the first keeps the site's name, later ones are numbered.

    >>> slot_keys(("QB", "WR", "WR", "WR"))
    ('QB', 'WR', 'WR2', 'WR3')
    """
    return tuple(
        name if (before := slots[:i].count(name)) == 0 else f"{name}{before + 1}"
        for i, name in enumerate(slots)
    )
