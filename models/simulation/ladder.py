"""The prize table as a sample of the field sees it: an exact expectation, in closed form.

Simulate F of the opponents and let a of them stand above an entry. With a uniform prior the share
p of the field that stands above is Beta(a + 1, F - a + 1), and K of M real opponents do with
K ~ Bin(M, p). A prize table is a stair: with steps d_j worth being among the first L_j,

    E pay[K + 1] = sum_j d_j P(K <= L_j - 1 | a).

Now p is the (a + 1)-th smallest of F + 1 uniform numbers, so shuffle M "real" and F + 1 "simulated"
ones: K <= m exactly if the (a + 1)-th simulated comes before the (m + 1)-th real, that is, if
X > a for the number X of simulated ones before the (m + 1)-th real one, which is negative
hypergeometric:

    P(X = x) = C(m + x, x) C(M - m - 1 + F + 1 - x, F + 1 - x) / C(M + F + 1, F + 1).

So every step of the stair lays its d_j at x with these probabilities, and one sum from the right
gives the whole table: no quadrature, and only a few standard deviations of X per step.
"""

from __future__ import annotations

from math import exp, lgamma

import numpy as np
from numba import njit
from numpy.typing import NDArray

_NEGLIGIBLE = 1e-13
"""Probabilities that much smaller than the likeliest are left out."""


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _log_choose(n: float, k: float) -> float:
    return lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0)


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _lay(out: NDArray[np.float64], worth: float, m: int, real: int, sampled: int) -> None:
    """Add ``worth * P(X = x)`` to ``out[x]``, x from 0 to ``sampled`` (F + 1)."""
    behind = real - m - 1
    mode = min(max(int(sampled * float(m) / max(real - 1, 1)), 0), sampled)
    chance = exp(
        _log_choose(m + mode, mode)
        + _log_choose(behind + sampled - mode, sampled - mode)
        - _log_choose(real + sampled, sampled)
    )
    out[mode] += worth * chance
    least = chance * _NEGLIGIBLE
    p, x = chance, mode
    while x < sampled and p > least:
        p *= (m + x + 1.0) / (x + 1.0) * (sampled - x) / (behind + sampled - x)
        x += 1
        out[x] += worth * p
    p, x = chance, mode
    while x > 0 and p > least:
        p *= x / float(m + x) * (behind + sampled - x + 1.0) / (sampled - x + 1.0)
        x -= 1
        out[x] += worth * p


@njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _ladders(
    worth: NDArray[np.float64], last: NDArray[np.int64], real: int, sampled: int, own: int
) -> NDArray[np.float64]:
    table = np.zeros((own + 1, sampled + 1))
    laid = np.zeros(sampled + 2)
    for b in range(own + 1):
        laid[:] = 0.0
        whole = 0.0
        for j in range(len(worth)):
            m = last[j] - 1 - b
            if m >= real:
                whole += worth[j]
            elif m >= 0:
                _lay(laid, worth[j], m, real, sampled + 1)
        above = 0.0
        for a in range(sampled, -1, -1):
            above += laid[a + 1]
            table[b, a] = whole + above
    return table


def ladders(
    stair: NDArray[np.float64], *, real: int, sampled: int, own: int
) -> NDArray[np.float64]:
    """(own + 1, sampled + 1) expectation of ``stair[K + b]`` given b and a.

    ``stair`` (paid,) is what each place is worth, best first; b of the user's own entries stand
    above, each taking one place for itself, and a of the ``sampled`` opponents, which stand for
    the ``real`` ones.

    >>> ladders(np.ones(1), real=1, sampled=1, own=0).round(6).tolist()  # 1 - E[p]
    [[0.666667, 0.333333]]
    """
    steps = stair - np.append(stair[1:], 0.0)
    last = np.flatnonzero(steps)
    table: NDArray[np.float64] = _ladders(
        steps[last], (last + 1).astype(np.int64), int(real), int(sampled), int(own)
    )
    return table
