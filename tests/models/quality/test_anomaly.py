"""The anomaly stage against numpy, on heavy tails with faults, and on real prices."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.quality.anomaly import LEAST, Anomalies, Window

VALUES = st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=1, max_size=80)


@given(values=VALUES, size=st.integers(1, 31))
def test_the_deviation_is_the_exact_median_of_absolute_deviations(values, size):
    window = Window(size)
    for value in values:
        window.add(value)
    kept = sorted(values[-size:])
    median = kept[len(kept) // 2]
    off = sorted(abs(v - median) for v in kept)
    assert window.deviation(median) == off[len(kept) // 2]


def test_few_values_judge_nobody():
    anomalies = Anomalies()
    jumps = [anomalies.judge("f", "s", 1000.0 * n * n, 0.1) for n in range(LEAST)]
    assert set(jumps) == {"usual"}


def test_a_first_value_is_usual_and_slots_have_their_own_last_value():
    anomalies = Anomalies()
    for n in range(50):
        anomalies.judge("f", "low", float(n % 5), 0.1)
    assert anomalies.judge("f", "high", 5_000.0, 0.1) == "usual"
    assert anomalies.judge("f", "high", 5_001.0, 0.1) == "usual"
    assert anomalies.judge("f", "low", 5_001.0, 0.1) == "suspect"


def test_a_move_that_is_said_twice_is_believed():
    anomalies = Anomalies()
    for n in range(50):
        anomalies.judge("f", "s", float(n % 5), 0.1)
    said = [anomalies.judge("f", "s", v, 0.1) for v in (900.0, 901.0, 902.0)]
    assert said == ["suspect", "moved", "usual"]


def test_heavy_tails_with_faults_raise_few_false_alarms_and_faults_are_found():
    rng = np.random.default_rng(5)
    steps = rng.standard_t(3, 20_000)
    truth = np.cumsum(steps)
    faulty = rng.random(truth.size) < 0.005
    shown = truth + faulty * rng.choice([-1, 1], truth.size) * 60.0
    anomalies = Anomalies()
    judged = np.array([anomalies.judge("f", "s", float(v), 0.01) == "suspect" for v in shown])
    assert judged[~faulty].mean() < 0.002
    assert judged[faulty].mean() > 0.98


@pytest.mark.parametrize("value", [0.0, 1e300, -1e300])
def test_numbers_of_any_size_are_judged(value):
    anomalies = Anomalies()
    for n in range(40):
        anomalies.judge("f", "s", float(n % 3), 0.0001)
    assert anomalies.judge("f", "s", value, 0.0001) in {"usual", "suspect"}
