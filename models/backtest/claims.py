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
    paid: Floats
    """Chance to be paid once swapped, as simulated; nan where nothing was priced."""
    out: Bools
    """Nobody leaves but who will not play: the proposal is about news, not about projections."""
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


def together(parts: Sequence[tuple[Claims, Believed]]) -> tuple[Claims, Believed]:
    """Claims and what is believed of them, one after the other."""
    claims, believed = zip(*parts, strict=True)
    return (
        Claims(*(np.concatenate(columns) for columns in zip(*claims, strict=True))),
        Believed(*(np.concatenate(columns) for columns in zip(*believed, strict=True))),
    )


class Calibration(Protocol):
    """From claims to what may be said; learned on other nights than it is used on."""

    @property
    def by_projections(self) -> bool:
        """Whether any claim that rests on projections alone would be made."""
        ...

    def __call__(self, claims: Claims) -> Believed:
        """What is believed of each claim, and whether it is proposed at all."""
        ...


class AsClaimed:
    """Everything believed as claimed, and proposed."""

    by_projections = True

    def __call__(self, claims: Claims) -> Believed:
        """The claims themselves."""
        return Believed(claims.points, claims.money, np.ones(len(claims.points), np.bool_))


class Calibrations(Protocol):
    """One for each policy and night."""

    def __call__(self, policy: str, night: str) -> Calibration:
        """How far the claims of a policy are believed on a night (an ISO date)."""
        ...


def nothing_learned(policy: str, night: str) -> Calibration:  # noqa: ARG001 - on every night
    """Everything believed as claimed."""
    return AsClaimed()


def claims_of(state: ContestState, swaps: Sequence[SwapProposal], to_lock: timedelta) -> Claims:
    """The claims of proposals made from this state."""
    return Claims(
        points=np.array([swap.gain_points for swap in swaps], np.float64),
        money=np.array([swap.money.gain if swap.money else np.nan for swap in swaps], np.float64),
        paid=np.array([s.money.cash_after if s.money else np.nan for s in swaps], np.float64),
        out=np.array([all(state.is_out(p) for p in _leaving(swap)) for swap in swaps], np.bool_),
        swaps=np.array([len(swap.moves) for swap in swaps], np.int64),
        to_lock=np.full(len(swaps), to_lock.total_seconds() / 3600),
    )


def _leaving(swap: SwapProposal) -> list[str]:
    return [move.player_out for move in swap.moves if move.player_out]
