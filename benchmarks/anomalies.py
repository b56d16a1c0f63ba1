"""The anomaly stage against a streaming isolation forest, on walks with known faults.

Changes are heavy-tailed (Student t, 3 degrees); one value in 200 is off by 60 scales. The forest
(half-space trees) sees the change and the one before it, squeezed into the unit interval, and gets
its threshold from the truth: the one with which it has as many false alarms as the stage.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.half_spaces import HalfSpaces
from models.quality.anomaly import Anomalies

POINTS = 50_000
LIMIT_US = 10.0

Row = dict[str, Any]


def rows() -> list[Row]:
    """Measure both on the same values."""
    rng = np.random.default_rng(7)
    faulty = rng.random(POINTS) < 0.005
    values = np.cumsum(rng.standard_t(3, POINTS))
    values = values + faulty * rng.choice([-1, 1], POINTS) * 60.0
    suspect, stage_us = _staged(values)
    false = float(suspect[~faulty].mean())
    scores, forest_us = _scored(values)
    found, peer = float(suspect[faulty].mean()) * 100, _found(scores, faulty, false)
    return [
        {
            "name": "anomaly stage, CPU per value", "value": stage_us, "unit": "µs",
            "peer": "half-space trees", "peer_value": forest_us, "ratio": stage_us / forest_us,
            "aim": f"at most {LIMIT_US:g} µs", "ok": stage_us <= LIMIT_US,
        },
        _plain("anomaly stage, false alarms on heavy tails", false * 100),
        {
            "name": "anomaly stage, faults found", "value": found, "unit": "%",
            "peer": "half-space trees, as many false alarms", "peer_value": peer, "ratio": None,
            "aim": "no fewer", "ok": found >= peer,
        },
        _plain("half-space trees, 1 % false alarms: faults found", _found(scores, faulty, 0.01)),
    ]  # fmt: skip


def _found(scores: NDArray[np.float64], faulty: NDArray[np.bool_], false: float) -> float:
    threshold = np.quantile(scores[~faulty], 1.0 - false)
    return float((scores[faulty] > threshold).mean()) * 100


def _staged(values: NDArray[np.float64]) -> tuple[NDArray[np.bool_], float]:
    anomalies = Anomalies()
    begun = time.process_time()
    judged = [anomalies.judge("walk", "s", value, 0.01) for value in values.tolist()]
    each_us = (time.process_time() - begun) / POINTS * 1e6
    return np.array([one == "suspect" for one in judged]), each_us


def _scored(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    changes = 0.5 + np.arctan(np.diff(values, prepend=values[0]) / 10.0) / np.pi
    points = np.stack([changes, np.roll(changes, 1)], axis=1)
    forest = HalfSpaces(2)
    forest.score(points[0])  # compiles
    begun = time.process_time()
    scores = np.array([forest.score(point) for point in points])
    return scores, (time.process_time() - begun) / POINTS * 1e6


def _plain(name: str, value: float) -> Row:
    return {
        "name": name, "value": value, "unit": "%", "peer": "", "peer_value": None,
        "ratio": None, "aim": "shown", "ok": True,
    }  # fmt: skip


if __name__ == "__main__":
    for row in rows():
        print(f"{row['name']}: {row['value']:.3f} {row['unit']}  {row['peer']} {row['peer_value']}")
