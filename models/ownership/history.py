"""What was read of a contest's ownership, one reading after another, and how it moves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import msgspec
import numpy as np

MOST_READINGS = 128
WINDOW = timedelta(hours=1)
"""Movement is that of the last hour."""
STEADY = 0.005
"""Shares an hour below which nothing is said to move: half a point."""

Direction = Literal["rising", "falling", "steady", "unknown"]


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """Shares (0 to 1) by player id as one update told them; it may tell of some players only."""

    at: datetime
    basis: Literal["observed", "projected"]
    ownership: dict[str, float]


class Movement(NamedTuple):
    """How a player's ownership moves."""

    per_hour: float | None
    """Shares an hour; None where fewer than two readings of the last hour tell of him."""
    direction: Direction


def remembered(history: tuple[Reading, ...], news: Reading) -> tuple[Reading, ...]:
    """The history with one more reading; at most ``MOST_READINGS`` are kept.

    When it is full, the reading that is followed soonest by another of its basis goes into that
    one: levels are never lost, only the moment at which some of them were read. A reading handed
    in late takes its place by time.
    """
    grown = sorted((*history, news), key=lambda reading: reading.at)
    if len(grown) > MOST_READINGS:
        first, second = min(
            _neighbours(grown), key=lambda pair: grown[pair[1]].at - grown[pair[0]].at
        )
        grown[second] = _joined(grown[first], grown[second])
        del grown[first]
    return tuple(grown)


def movement(history: Sequence[Reading], player_id: str) -> Movement:
    """Slope of the straight line through a player's readings of the newest basis, last hour only.

    What moved is shown; it does not foretell: extrapolated velocity doubled the error of holding
    the last level (230 recorded readings of projected ownership).
    """
    told = [reading for reading in history if player_id in reading.ownership]
    if not told:
        return Movement(None, "unknown")
    newest = told[-1]
    recent = [r for r in told if r.basis == newest.basis and r.at >= newest.at - WINDOW]
    hours = np.array([(r.at - newest.at).total_seconds() / 3600 for r in recent])
    if np.ptp(hours) == 0:
        return Movement(None, "unknown")
    shares = np.array([r.ownership[player_id] for r in recent])
    hours -= hours.mean()
    slope = float((hours * (shares - shares.mean())).sum() / (hours * hours).sum())
    if abs(slope) < STEADY:
        return Movement(slope, "steady")
    return Movement(slope, "rising" if slope > 0 else "falling")


def _neighbours(readings: Sequence[Reading]) -> Iterator[tuple[int, int]]:
    """Each reading with the next of its basis."""
    latest: dict[str, int] = {}
    for i, reading in enumerate(readings):
        if reading.basis in latest:
            yield latest[reading.basis], i
        latest[reading.basis] = i


def _joined(earlier: Reading, later: Reading) -> Reading:
    return msgspec.structs.replace(later, ownership={**earlier.ownership, **later.ownership})
