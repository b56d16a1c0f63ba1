"""Where an entry stands in its contest: the facts that its reasons are made of."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_CROWD = 20
"""Teams ahead that make a share worth telling; with fewer the whole field speaks."""


class Place(NamedTuple):
    """One entry now: points on the board against the last paying place, players to come."""

    behind: float | None
    """Points behind the last place that pays; negative when in front of it. None: no standings."""
    rank: int
    """1 plus the entries with more points on the board; 0 without standings."""
    entries: int
    waiting: int
    """Players whose games have not begun."""
    playing: int
    """Players whose games are under way."""


class Leverage(NamedTuple):
    """Share of opponents' teams that hold a player."""

    shares: NDArray[np.float64]
    """(P,)."""
    of_whom: str
    """In words: the teams ahead, or the field."""


class Board:
    """The points on the board of every entry of a contest; N entries, F opponents."""

    def __init__(
        self,
        others: NDArray[np.float64] | None,
        own: NDArray[np.float64],
        paid_places: int,
        field: NDArray[np.integer],
        rows: int,
    ) -> None:
        """``others`` (F,) and ``own`` (E,) points; ``field`` (F, R) rows of a pool of ``rows``."""
        self._others, self._own, self._field, self._rows = others, own, field, rows
        self._all = np.sort(np.concatenate([others, own]))[::-1] if others is not None else None
        self._paid = paid_places
        self._everybody = Leverage(_shares(field, rows), "lineups of the field")

    def place(self, entry: int, waiting: int, playing: int) -> Place:
        """Where own entry ``entry`` stands."""
        if self._all is None:
            return Place(None, 0, len(self._field) + len(self._own), waiting, playing)
        points = self._own[entry]
        last = self._all[min(self._paid, len(self._all)) - 1] if self._paid else np.inf
        ahead = int(np.searchsorted(-self._all, -points, side="left"))
        return Place(float(last - points), ahead + 1, len(self._all), waiting, playing)

    def leverage(self, entry: int) -> Leverage:
        """Who is held by the teams ahead of own entry ``entry``."""
        if self._others is None:
            return self._everybody
        ahead = self._others > self._own[entry]
        if ahead.sum() < _CROWD:
            return self._everybody
        return Leverage(_shares(self._field[ahead], self._rows), "teams ahead of you")


def _shares(field: NDArray[np.integer], rows: int) -> NDArray[np.float64]:
    held = field[field >= 0]
    return np.bincount(held, minlength=rows) / max(len(field), 1)
