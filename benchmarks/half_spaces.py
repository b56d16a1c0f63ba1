"""Half-space trees: a streaming isolation forest, the peer that the anomaly stage is held against.

Each tree halves the unit cube at random places; how many of the last window's points lie beside a
point says how usual it is (Tan, Ting and Liu, Fast Anomaly Detection for Streaming Data, IJCAI
2011). Two windows take turns: one is learned while the other is judged by. The trees are drawn
once, from the seed; judging and learning walk ``depth`` nodes per tree, compiled.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

TREES = 25
DEPTH = 8
WINDOW = 250
"""Points of one window."""
_LEAST = 0.1
"""A node with fewer than this share of the window's points is not looked into."""

Floats = NDArray[np.float64]


class HalfSpaces:
    """Scores points of the unit cube, 0 (as usual as can be) to 1, and learns from each."""

    def __init__(
        self, features: int, *, seed: int = 1, trees: int = TREES, depth: int = DEPTH,
        window: int = WINDOW,
    ) -> None:  # fmt: skip
        nodes = 2 ** (depth + 1) - 1
        self._window = window
        self._depth = depth
        self._feature, self._cut = _grown(features, trees, nodes, depth, seed)
        self._judged = np.zeros((trees, nodes))
        self._learned = np.zeros((trees, nodes))
        self._count = 0
        self._full = False

    def score(self, point: Floats) -> float:
        """How unusual a point is beside the last window, 0 to 1; it is learned then."""
        mass = _walk(point, self._feature, self._cut, self._judged, self._learned,
                     self._depth, self._window * _LEAST)  # fmt: skip
        self._count += 1
        if self._count == self._window:
            self._judged, self._learned = self._learned, self._judged
            self._learned[:] = 0.0
            self._count, self._full = 0, True
        most = len(self._cut) * self._window * 2.0**self._depth
        return float(1.0 - mass / most) if self._full else 0.0


def _grown(
    features: int, trees: int, nodes: int, depth: int, seed: int
) -> tuple[NDArray[np.int64], Floats]:
    """Which feature each node halves, and where: in the middle of a work space drawn per tree."""
    rng = np.random.default_rng(seed)
    feature = rng.integers(0, features, (trees, nodes))
    cut = np.zeros((trees, nodes))
    for tree in range(trees):
        centre = rng.random(features)
        reach = 2.0 * np.maximum(centre, 1.0 - centre)
        low, high = centre - reach, centre + reach
        _halve(feature[tree], cut[tree], 0, depth, low, high)
    return feature, cut


def _halve(
    feature: NDArray[np.int64], cut: Floats, node: int, depth: int, low: Floats, high: Floats
) -> None:
    axis = feature[node]
    cut[node] = 0.5 * (low[axis] + high[axis])
    if depth == 0:
        return
    for child in (2 * node + 1, 2 * node + 2):
        below, above = low.copy(), high.copy()
        (above if child % 2 else below)[axis] = cut[node]
        _halve(feature, cut, child, depth - 1, below, above)


@njit(cache=True)
def _walk(
    point: Floats, feature: NDArray[np.int64], cut: Floats, judged: Floats, learned: Floats,
    depth: int, least: float,
) -> float:  # fmt: skip
    """Mass around the point by the judged counts; the learned ones grow along its path."""
    total = 0.0
    for tree in range(len(cut)):
        node, scale, found = 0, 1.0, False
        for level in range(depth + 1):
            learned[tree, node] += 1.0
            if not found and (level == depth or judged[tree, node] < least):
                total += judged[tree, node] * scale
                found = True
            right = point[feature[tree, node]] >= cut[tree, node]
            node = 2 * node + (2 if right else 1)
            scale *= 2.0
    return total
