"""What proposals claim to gain, and how far such claims are believed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from models.decisions import SwapProposal
from models.folds.contest import ContestState

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Claims(NamedTuple):
    """N proposals of one moment, (N,) each."""

    points: Floats
    """Gain in points as the projections have it."""
    money: Floats
    """Gain in dollars as simulated; nan where nothing was priced."""
    out: Bools
    """Somebody leaves who will not play: the proposal is about news, not about projections."""
    swaps: NDArray[np.int64]
    """Players exchanged."""
    to_lock: Floats
    """Hours until the next wave of starts."""


class Believed(NamedTuple):
    """What is believed of N claims, (N,) each."""

    points: Floats
    money: Floats
    propose: Bools
    """Where not, the entry is left as it is: an abstention."""


class Calibration(Protocol):
    """From claims to what may be said; learned on other nights than it is used on."""

    def __call__(self, claims: Claims) -> Believed:
        """What is believed of each claim, and whether it is proposed at all."""
        ...


def as_claimed(claims: Claims) -> Believed:
    """Everything believed as claimed and proposed."""
    return Believed(claims.points, claims.money, np.ones(len(claims.points), np.bool_))


def claims_of(state: ContestState, swaps: Sequence[SwapProposal], to_lock: timedelta) -> Claims:
    """The claims of proposals made from this state."""
    return Claims(
        points=np.array([swap.gain_points for swap in swaps], np.float64),
        money=np.array([swap.money.gain if swap.money else np.nan for swap in swaps], np.float64),
        out=np.array([any(state.is_out(p) for p in _leaving(swap)) for swap in swaps], np.bool_),
        swaps=np.array([len(swap.moves) for swap in swaps], np.int64),
        to_lock=np.full(len(swaps), to_lock.total_seconds() / 3600),
    )


def _leaving(swap: SwapProposal) -> list[str]:
    return [move.player_out for move in swap.moves if move.player_out]
