"""Two operations on small dense matrices, on one thread.

The library's own share a few microseconds of work among threads, which on a busy machine wait for
each other a hundred times longer than they work.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

OPTIONS: dict[str, Any] = {
    "cache": True,
    "nogil": True,
    "fastmath": {"reassoc", "contract"},
    "error_model": "numpy",
}


@njit(**OPTIONS)
def sweep(matrix: NDArray[np.float64]) -> float:
    """Turn a positive definite matrix into its inverse; returns the logarithm of its determinant.

    The sweep operator on every pivot (Goodnight 1979).
    """
    total = 0.0
    for k in range(matrix.shape[0]):
        pivot = matrix[k, k]
        total += np.log(pivot)
        row = matrix[k]
        matrix[k, k] = 1.0
        row /= pivot
        for i in range(matrix.shape[0]):
            if i != k:
                other = matrix[i]
                factor = other[k]
                other[k] = 0.0
                for j in range(other.size):
                    other[j] -= factor * row[j]
    return total


@njit(**OPTIONS)
def products(rows: NDArray[np.float32], result: NDArray[np.float64]) -> None:
    """Inner products of all pairs of rows (N, S) into ``result`` (N, N)."""
    for i in range(rows.shape[0]):
        for j in range(i + 1):
            one, other = rows[i], rows[j]
            total = np.float32(0)
            for s in range(one.size):
                total += one[s] * other[s]
            result[i, j] = total
            result[j, i] = total
