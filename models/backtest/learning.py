"""How far claims came true on earlier nights, and which of them are worth making.

A claim is what a swap is said to gain; what it realised is known the next day. For every policy
and cause (somebody out, or projections alone), and within them for every size of claim,

    mean realised = share * mean claimed + what the night brought,

is learned from whole nights: swaps of one night share its games, and often the very players. What
a night brings is a matter of points, whatever was claimed, so that small claims teach little. The
share starts from what is known without any data and moves as far as nights tell (normal prior and
likelihood); the spread of nights starts from ``NIGHT`` and is learned beside it. A claim is worth
making only while the share is above nothing beyond doubt, for its cause as a whole and for its
size; then it is told as the share of it that came true.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.backtest.claims import Believed, Claims

Floats = NDArray[np.float64]
Cause = Literal["out", "projection"]

SIZES = (0.0, 2.0, 5.0, 10.0, 15.0, 25.0)
"""Lower ends of the sizes of claims, points."""
BEYOND_DOUBT = 1.96
"""Standard deviations by which the share must be above nothing."""
NIGHT: Mapping[Cause, float] = {"out": 10.0, "projection": 20.0}
"""Points by which a night's mean strays from what is claimed truly, before any night is seen: an
evening's lineups differ by about 30 points, and swaps of one night are much the same swap."""
NIGHTS_OF_SPREAD = 4.0
"""Nights that this spread is worth beside those seen."""
SIZE_SPREAD = 0.3
"""How far the share of one size of claims may lie from that of all sizes."""


class Share(NamedTuple):
    """How much of a kind of claims comes true."""

    mean: float
    error: float

    @property
    def beyond_doubt(self) -> bool:
        """Whether anything of it does."""
        return self.mean > BEYOND_DOUBT * self.error


PRIOR: Mapping[Cause, Share] = {"out": Share(0.9, 0.15), "projection": Share(0.2, 0.5)}
"""Who is out scores nothing: what replaces him is gained, less what choosing the best of many
promises too much. People who hold somebody know what projections do not, so that gains over whom
they hold start as mostly untrue (Kahneman's regression of selected differences)."""


class Kept(NamedTuple):
    """Claims of one night, policy, cause and size: sums in points, and how many."""

    night: str
    policy: str
    cause: Cause
    size: int
    """Index into ``SIZES``."""
    claimed: float
    realised: float
    swaps: int


def share_of(prior: Share, night: float, claimed: Floats, realised: Floats) -> Share:
    """What nights (N,) of mean claims and mean gains make of a share known as ``prior``.

    >>> share_of(Share(0.2, 0.5), 20.0, np.empty(0), np.empty(0))
    Share(mean=0.2, error=0.5)
    >>> many = share_of(Share(0.2, 0.5), 20.0, np.full(200, 30.0), np.full(200, 24.0))
    >>> round(many.mean, 2), many.beyond_doubt
    (0.8, True)
    """
    if not claimed.any():
        return prior
    square = float(claimed @ claimed)
    apart = realised - float(claimed @ realised) / square * claimed
    seen = NIGHTS_OF_SPREAD * night**2 + float(apart @ apart)
    variance = seen / (NIGHTS_OF_SPREAD + len(claimed) - 1)
    precision = 1.0 / prior.error**2 + square / variance
    mean = (prior.mean / prior.error**2 + float(claimed @ realised) / variance) / precision
    return Share(float(mean), float(precision**-0.5))


class LearnedClaims(NamedTuple):
    """A calibration: claims told as the share of them that came true on earlier nights."""

    policy: str
    shares: Mapping[tuple[Cause, int], Share]

    @property
    def by_projections(self) -> bool:
        """Whether any claim that rests on projections alone would be made."""
        return any(
            share.beyond_doubt for (cause, _), share in self.shares.items() if cause != "out"
        )

    def __call__(self, claims: Claims) -> Believed:
        """What is believed of each claim, and whether it is made at all."""
        sizes = size_of(claims.points)
        found = [
            self.shares["out" if out else "projection", size]
            for out, size in zip(claims.out.tolist(), sizes.tolist(), strict=True)
        ]
        share = np.array([one.mean for one in found], np.float64)
        propose = np.array([one.beyond_doubt for one in found], np.bool_)
        return Believed(share * claims.points, share * claims.money, propose)


class Learning(NamedTuple):
    """Calibrations of every night, each from the nights before it."""

    kept: tuple[Kept, ...]

    def __call__(self, policy: str, night: str) -> LearnedClaims:
        """What the nights before this one teach of a policy's claims."""
        return learned_claims(policy, self.kept, night)


def size_of(points: Floats) -> NDArray[np.intp]:
    """(N,) indices into ``SIZES``.

    >>> size_of(np.array([-3.0, 1.0, 5.0, 80.0])).tolist()
    [0, 0, 2, 5]
    """
    return np.maximum(np.searchsorted(SIZES, points, side="right") - 1, 0)


def learned_claims(policy: str, kept: Iterable[Kept], before: str) -> LearnedClaims:
    """What nights before ``before`` (an ISO date) teach of a policy's claims."""
    known = [one for one in kept if one.policy == policy and one.night < before]
    shares: dict[tuple[Cause, int], Share] = {}
    for cause, prior in PRIOR.items():
        mine = [one for one in known if one.cause == cause]
        pooled = share_of(prior, NIGHT[cause], *_by_night(mine))
        about = Share(pooled.mean, float(np.hypot(pooled.error, SIZE_SPREAD)))
        for size in range(len(SIZES)):
            of_size = [one for one in mine if one.size == size]
            own = share_of(about, NIGHT[cause], *_by_night(of_size)) if of_size else pooled
            shares[cause, size] = own if pooled.beyond_doubt else pooled
    return LearnedClaims(policy, shares)


def _by_night(kept: Sequence[Kept]) -> tuple[Floats, Floats]:
    """(N,) mean claimed and realised points of whole nights."""
    nights: dict[str, Floats] = {}
    for one in kept:
        sums = np.array([one.claimed, one.realised, one.swaps], np.float64)
        nights[one.night] = nights.get(one.night, np.zeros(3)) + sums
    table = np.array(list(nights.values()), np.float64).reshape(-1, 3)
    return table[:, 0] / table[:, 2], table[:, 1] / table[:, 2]
