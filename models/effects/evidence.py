"""Whether an effect shows out of sample: the error with it and without, learned from other days.

n observations. An effect is worth keeping where the interval of the change lies below 0.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]

RESAMPLES = 2_000
FEWEST = 20
"""Observations to learn a slope from; a block with fewer before it is not judged."""


class Sample(NamedTuple):
    """What came, what was said without the effect, and what the effect is made of."""

    came: Floats
    """(n,)."""
    said: Floats
    """(n,)."""
    features: Floats
    """(n, K), each in the unit of its slope."""
    block: Ints
    """(n,) seasons, weeks, nights or games: what is judged is never learned from."""
    cluster: Ints
    """(n,) what is resampled as one: a week, a night, a game."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One effect judged."""

    name: str
    rows: int
    clusters: int
    without: float
    """Mean absolute error."""
    with_effect: float
    change: float
    change_ci95: tuple[float, float]
    """Clusters resampled."""
    slopes: tuple[float, ...]
    """Learned from everything."""
    errors: tuple[float, ...]
    """Their standard errors, clustered."""

    @property
    def shows(self) -> bool:
        """Whether the error is lower with it, beyond chance."""
        return self.change_ci95[1] < 0.0


def judged(
    name: str,
    sample: Sample,
    *,
    from_: Literal["earlier", "others"] = "earlier",
    level: bool = False,
    beside: int = 0,
) -> Evidence:
    """Learn slopes from earlier blocks (or all others) and judge them on each block.

    ``level``: a level is learned with and without the effect alike. The first ``beside`` features
    count for both sides: the effect is what the rest adds. Raises ValueError where nothing can be
    judged.
    """
    offs = sample.came - sample.said
    full = np.column_stack([np.ones(len(offs)), sample.features]) if level else sample.features
    less = full[:, : beside + level]
    plain, better = np.full(len(offs), np.nan), np.full(len(offs), np.nan)
    for block in np.unique(sample.block).tolist():
        here = sample.block == block
        known = sample.block < block if from_ == "earlier" else ~here
        if known.sum() >= FEWEST:
            plain[here] = offs[here] - less[here] @ _slopes(less[known], offs[known])
            better[here] = offs[here] - full[here] @ _slopes(full[known], offs[known])
    seen = np.isfinite(plain)
    if not seen.any():
        raise ValueError(f"{name}: nothing to judge it on; give more than one block")
    change = np.abs(better[seen]) - np.abs(plain[seen])
    clusters, interval = resampled(change, sample.cluster[seen])
    slopes, errors = _clustered(full, offs, sample.cluster)
    return Evidence(
        name=name,
        rows=int(seen.sum()),
        clusters=clusters,
        without=float(np.abs(plain[seen]).mean()),
        with_effect=float(np.abs(better[seen]).mean()),
        change=float(change.mean()),
        change_ci95=interval,
        slopes=tuple(slopes[beside + level :].tolist()),
        errors=tuple(errors[beside + level :].tolist()),
    )


def resampled(values: Floats, cluster: Ints) -> tuple[int, tuple[float, float]]:
    """Number of clusters, and the 95 % interval of the mean, whole clusters drawn again."""
    names, of = np.unique(cluster, return_inverse=True)
    total, size = np.bincount(of, values), np.bincount(of)
    drawn = np.random.default_rng(0).integers(0, len(names), (RESAMPLES, len(names)))
    low, high = np.quantile(total[drawn].sum(1) / size[drawn].sum(1), [0.025, 0.975]).tolist()
    return len(names), (low, high)


def _slopes(features: Floats, offs: Floats) -> Floats:
    found: Floats = np.linalg.lstsq(features, offs)[0].astype(np.float64)
    return found


def _clustered(features: Floats, offs: Floats, cluster: Ints) -> tuple[Floats, Floats]:
    """Least squares with errors that hold where observations of a cluster go together."""
    slopes = _slopes(features, offs)
    names, of = np.unique(cluster, return_inverse=True)
    scores = np.zeros((len(names), features.shape[1]))
    np.add.at(scores, of, features * (offs - features @ slopes)[:, None])
    bread = np.linalg.pinv(features.T @ features)
    return slopes, np.sqrt(np.diag(bread @ (scores.T @ scores) @ bread))
