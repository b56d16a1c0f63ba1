"""A request for prices as arrays.

N entries asked about, E followed, F in the contest, P players, R roster slots.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.field import HIDDEN, Lineups16
from models.guesses import Seen
from models.outcomes import Forecast
from models.work import PriceRequest


class Asked(NamedTuple):
    """What is asked, and what is known."""

    rows: NDArray[np.int32]
    users: NDArray[np.int32]
    followed: NDArray[np.int32]
    forecast: Forecast
    out: NDArray[np.bool_]
    locked: NDArray[np.bool_]
    """(P,) playing, and not to be had any more."""
    owned: NDArray[np.float64]
    seen: Seen | None
    """Everybody's lineups as shown, followed ones that are not among them at the end."""
    places: NDArray[np.int32]
    """(E,) where the followed entries stand there."""

    @classmethod
    def of(cls, request: PriceRequest, slots: int) -> Asked:
        """Read the arrays out of a request."""
        asked = request.asked
        plays = np.frombuffer(request.plays, np.float64)
        values = np.frombuffer(asked.values, np.float64)
        out = np.frombuffer(asked.out, np.bool_)
        rows = np.frombuffer(request.rows, np.int32)
        players = len(values)
        return cls(
            rows=rows,
            users=np.frombuffer(request.users, np.int32),
            followed=np.frombuffer(request.followed, np.int32).reshape(-1, slots),
            forecast=Forecast(
                mean=np.divide(values, plays, out=np.zeros(players), where=plays > 0),
                spread=np.full(players, np.nan),
                plays=plays,
                scored=np.frombuffer(request.points, np.float64),
                left=np.frombuffer(request.left, np.float64),
            ),
            out=out,
            locked=~np.frombuffer(asked.available, np.bool_) & ~out,
            owned=np.frombuffer(request.owned, np.float64),
            seen=None,
            places=np.arange(len(request.followed) // (4 * slots), dtype=np.int32),
        )._with_shown(request)

    def _with_shown(self, request: PriceRequest) -> Asked:
        """The same with what is shown of everybody's lineups, where anything ever was."""
        if not request.shown:
            return self
        slots = self.followed.shape[1]
        shown = np.frombuffer(request.shown, np.int16).reshape(-1, slots)
        places = np.frombuffer(request.places, np.int32).copy()
        absent = np.flatnonzero(places < 0)
        places[absent] = len(shown) + np.arange(len(absent))
        available = np.frombuffer(request.asked.available, np.bool_)
        plays = self.forecast.plays > 0
        seen = Seen(
            lineups=np.concatenate([shown, _as_shown(self.followed[absent], available)]),
            open_rows=plays & available,
            owned=self.owned,
            value=self.forecast.mean * self.forecast.plays,
            plays=plays,
        )
        return self._replace(seen=seen, places=places)


def _as_shown(lineups: NDArray[np.int32], available: NDArray[np.bool_]) -> Lineups16:
    """Lineups (N, R) as others may see them: whoever may still be had is hidden."""
    hidden = np.append(available, np.False_)[lineups]  # -1, nobody, reads the last
    return np.where(hidden, HIDDEN, lineups).astype(np.int16)
